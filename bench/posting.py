# Part of ar_collect. License LGPL-3.
"""What the addon adds to posting an invoice and to registering a payment.

One process holds the registries of two copies of the same ledger, one with and one without the
addon, and works in both by turns, so that a busy machine slows both alike.
"""

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

from . import clock

AMOUNT = 480
WARM_UP = 3


def measure(env, bare, repetitions):
    """Time both operations in both databases.

    :param Environment env: superuser environment of the database with the addon
    :param str bare: database without it
    :param int repetitions: how often each operation is done in each database
    :return: for ``post`` and ``pay``: summaries ``with`` and ``without``
    :rtype: dict
    """
    registries = {"with": env.registry, "without": Registry(bare)}
    samples = {
        operation: {side: [] for side in registries} for operation in ("create", "post", "pay")
    }
    for repetition in range(repetitions + WARM_UP):
        # the order changes: who comes second finds the machine's caches warm
        for side in sorted(registries, reverse=bool(repetition % 2)):
            for operation, sample in _invoice_and_payment(registries[side], repetition):
                if repetition >= WARM_UP:
                    samples[operation][side].append(sample)
    return {
        operation: {side: _summary(taken) for side, taken in sides.items()}
        for operation, sides in samples.items()
    }


def _summary(samples):
    """Medians, and the sum of the CPU time on both sides, which a busy machine hardly changes."""
    known = None not in [sample.server for sample in samples]
    cpu = sum(sample.python + sample.server for sample in samples) if known else None
    return clock.summary(samples) | {"cpu": cpu / len(samples) if known else None}


def _invoice_and_payment(registry, repetition):
    """Create, post and pay one invoice, each in a transaction; yield what each took."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        partner = _partner(env, repetition)
        cr.commit()
        made = []
        yield "create", clock.measure(cr, lambda: made.append(_create(env, partner)))
        invoice = made[0]
        env.invalidate_all()
        yield "post", clock.measure(cr, lambda: _post(env, invoice))
        env.invalidate_all()
        yield "pay", clock.measure(cr, lambda: _pay(env, invoice))


def _partner(env, repetition):
    """The same customer on both sides; another one each time."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE customer_rank > 0 AND is_company"
        " ORDER BY id OFFSET %s LIMIT 1",
        [repetition * 7],
    )
    return env["res.partner"].browse(env.cr.fetchone()[0])


def _create(env, partner):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": AMOUNT, "tax_ids": []})
            ],
        }
    )
    env.flush_all()
    return invoice


def _post(env, invoice):
    invoice.action_post()
    env.flush_all()


def _pay(env, invoice):
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({})._create_payments()
    env.flush_all()
