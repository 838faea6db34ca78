# Part of ar_collect. License LGPL-3.
"""Proof that Odoo reads a seeded ledger as its own; runs inside an Odoo process, rolls back."""

from odoo import Command

SAMPLE = 400
# Per model: stored computed fields that Odoo must find exactly as they were seeded.
RECOMPUTED = {
    "account.move": (
        "amount_untaxed",
        "amount_total",
        "amount_residual",
        "amount_total_signed",
        "amount_residual_signed",
        "amount_total_in_currency_signed",
        "payment_state",
        "commercial_partner_id",
        "sequence_prefix",
        "sequence_number",
        "always_tax_exigible",
    ),
    "account.move.line": (
        "amount_residual",
        "amount_residual_currency",
        "reconciled",
        "debit",
        "credit",
        "price_subtotal",
        "price_total",
        "no_followup",
    ),
    "account.payment": (
        "is_reconciled",
        "is_matched",
        "destination_account_id",
        "amount_company_currency_signed",
    ),
    "res.partner": (
        "complete_name",
        "commercial_partner_id",
        "commercial_company_name",
        "email_normalized",
        "phone_sanitized",
        "partner_share",
    ),
}
# Filled when a person sends or edits a document, not by posting it.
IGNORED_COLUMNS = {"invoice_origin", "access_token", "invoice_source_email"}


def verify(env):
    """Compare the seeded rows with what Odoo computes and does.

    :param Environment env: superuser environment of the seeded database
    :return: counts of what was looked at
    :rtype: dict
    :raise AssertionError: Odoo sees a seeded row differently
    """
    env = env(context={**env.context, "allowed_company_ids": env["res.company"].search([]).ids})
    counts = {model: _check_recomputed(env, model, fields) for model, fields in RECOMPUTED.items()}
    _check_balanced(env)
    _check_partner_credit(env)
    counts["columns"] = _check_columns(env)
    counts["operations"] = _check_operations(env)
    env.cr.rollback()
    return counts


def _sample(env, model):
    """Records spread evenly over the ids of ``model``."""
    env.cr.execute(
        f"""SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS total
                              FROM {env[model]._table}) numbered
             WHERE mod(place, greatest(1, total / %s)) = 0""",
        [SAMPLE],
    )
    return env[model].browse(row[0] for row in env.cr.fetchall())


def _stored(records, fields):
    """Database values of ``fields``, by record id."""
    records.env.flush_all()
    columns = ", ".join(fields)
    records.env.cr.execute(
        f"SELECT id, {columns} FROM {records._table} WHERE id = ANY(%s)", [records.ids]
    )
    return {row[0]: row[1:] for row in records.env.cr.fetchall()}


def _check_recomputed(env, model, fields):
    """Let Odoo compute ``fields`` again on a sample and compare with the seeded values."""
    records = _sample(env, model)
    before = _stored(records, fields)
    for field in fields:
        env.add_to_compute(records._fields[field], records)
    after = _stored(records, fields)
    different = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert not different, f"{model} {fields}: {dict(list(different.items())[:3])}"
    return len(before)


def _check_balanced(env):
    """No entry is unbalanced, no line disagrees with its entry, no residual is beyond its item."""
    env.cr.execute(
        """
        SELECT (SELECT count(*) FROM (SELECT 1 FROM account_move_line
                                       GROUP BY move_id HAVING sum(balance) <> 0) unbalanced),
               (SELECT count(*) FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                 WHERE (l.date, l.company_id, l.journal_id, l.move_name, l.parent_state)
                       IS DISTINCT FROM (m.date, m.company_id, m.journal_id, m.name, m.state)),
               (SELECT count(*) FROM account_move_line
                 WHERE abs(amount_residual) > abs(balance) OR amount_residual * balance < 0)
        """
    )
    problems = env.cr.fetchone()
    assert problems == (0, 0, 0), f"unbalanced, inconsistent, beyond the item: {problems}"


def _check_partner_credit(env):
    """What Odoo shows as a customer's receivable is the sum of his open items."""
    partners = _sample(env, "res.partner").filtered("customer_rank")
    lines = env["account.move.line"]._read_group(
        [
            ("partner_id", "child_of", partners.ids),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("company_id", "child_of", env.company.root_id.id),
        ],
        ["partner_id"],
        ["amount_residual:sum"],
    )
    expected = dict.fromkeys(partners, 0.0)
    for partner, amount in lines:
        expected[partner.commercial_partner_id] += amount
    different = [p.id for p in partners if abs(p.credit - expected[p]) > 0.005]
    assert not different, f"receivable differs for partners {different[:5]}"


def _check_columns(env):
    """Every column that Odoo fills for a posted and paid invoice is filled in seeded rows too."""
    partner = env["res.partner"].search([("customer_rank", ">", 0)], limit=1)
    invoice = _post_invoice(env, partner, 250)
    payment = _register(invoice)
    partials = invoice.line_ids.matched_credit_ids
    groups = {
        "invoice": (invoice, "move_type = 'out_invoice'"),
        "entry of a payment": (payment.move_id, "origin_payment_id IS NOT NULL"),
        "payment": (payment, "true"),
        "receivable line": (_receivable(invoice), "display_type = 'payment_term'"),
        "income line": (
            invoice.invoice_line_ids,
            "display_type = 'product' AND price_unit <> 0",
        ),
        "payment line": (payment.move_id.line_ids, "payment_id IS NOT NULL AND credit > 0"),
        "partial": (partials, "true"),
    }
    env.flush_all()
    for name, (records, condition) in groups.items():
        missing = _columns(env, records._table, f"id = {records[-1:].id}", "true")
        missing -= _columns(env, records._table, condition, f"id < {min(records.ids)}")
        assert not missing - IGNORED_COLUMNS, f"{name}: nothing seeded in {missing}"
    return len(groups)


def _columns(env, table, condition, seeded):
    """Names of the columns that have a value in some row that fits both conditions."""
    env.cr.execute(
        f"""SELECT DISTINCT key FROM
              (SELECT * FROM {table} WHERE {condition} AND {seeded} ORDER BY id LIMIT 2000) r,
              LATERAL jsonb_each(to_jsonb(r)) WHERE value <> 'null'"""
    )
    return {row[0] for row in env.cr.fetchall()}


def _check_operations(env):
    """Odoo's own operations work on seeded documents and lead where they should."""
    _pay_and_take_back(env, [("currency_id", "=", env.company.currency_id.id)])
    _pay_and_take_back(env, [("currency_id", "!=", env.company.currency_id.id)])
    _pay_and_take_back(env, [("payment_state", "=", "partial")])
    paid = _invoices(env, [("payment_state", "=", "paid")])
    paid.line_ids.remove_move_reconcile()
    assert paid.payment_state == "not_paid" and paid.amount_residual == paid.amount_total
    return 4


def _invoices(env, domain):
    return env["account.move"].search(
        [("move_type", "=", "out_invoice"), ("company_id", "=", env.company.id), *domain],
        order="id",  # a seeded one, not one that was just posted
        limit=1,
    )


def _pay_and_take_back(env, domain):
    """Pay an open seeded invoice, undo the reconciliation, and expect the amount back."""
    invoice = _invoices(env, [("payment_state", "in", ("not_paid", "partial")), *domain])
    residual = invoice.amount_residual
    payment = _register(invoice)
    assert invoice.payment_state == "paid", invoice.payment_state
    payment.move_id.line_ids.remove_move_reconcile()
    assert invoice.amount_residual == residual, (invoice.name, residual, invoice.amount_residual)


def _post_invoice(env, partner, amount):
    """A new posted invoice, as a person would make it."""
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    return invoice


def _register(invoice):
    """Register the payment of all that is open on ``invoice``, with the wizard."""
    wizard = (
        env_of(invoice)["account.payment.register"]
        .with_context(active_model="account.move", active_ids=invoice.ids)
        .create({"amount": invoice.amount_residual})
    )
    return wizard._create_payments()


def env_of(records):
    """Environment of ``records`` in their own company."""
    return records.with_company(records.company_id).env


def _receivable(invoice):
    return invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
