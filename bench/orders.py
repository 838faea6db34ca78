# Part of ar_collect. License LGPL-3.
"""Confirming many orders at once with the credit hold, and with it switched off."""

from odoo import Command, fields

from . import clock

#: Orders that are confirmed in one go, each of another customer.
ORDERS = 500


def measure(env, runs):
    """Confirm orders by turns with the credit hold and without, in one process.

    A quarter of the customers is on hold by hand and released, a quarter has paid in advance, the
    others have a limit that is looked at. Each run confirms new orders.

    :param Environment env: superuser environment of a database with filled rows and the addon's
        glue to sales, whose ledger is not measured any more afterwards
    :param int runs: how often each is measured
    :return: `on` and `off`, and the `count` of orders
    :rtype: dict
    """
    company = env.company
    company.account_use_credit_limit = True
    samples = {True: [], False: []}
    for run in range(-1, runs):  # the first one warms up
        for active in (True, False) if run % 2 else (False, True):
            orders = _make(env, run)
            # without: nobody is looked at, by rule or by hand
            company.collect_hold_active = active
            if not active:
                _forget_holds(env)
            env.flush_all()
            env.cr.commit()
            env.invalidate_all()
            sample = clock.measure(env.cr, orders.action_confirm)
            if run >= 0:
                samples[active].append(sample)
            _forget_holds(env)
    results = {active: clock.summary(taken) for active, taken in samples.items()}
    return {"count": ORDERS, "on": results[True], "off": results[False]}


def _make(env, run):
    """Quotations of new customers, as many of each kind."""
    env = env(context={**env.context, "tracking_disable": True})
    product = env["product.product"].create({"name": "Desk", "type": "service"})
    customers = env["res.partner"].create([{"name": f"{run} {n}"} for n in range(ORDERS)])
    customers.credit_limit = 5000
    line = {"product_id": product.id, "price_unit": 10, "tax_ids": [Command.clear()]}
    orders = env["sale.order"].create(
        [
            {"partner_id": customer.id, "order_line": [Command.create(line)]}
            for customer in customers
        ]
    )
    accounts = env["ar.collect.account"]._get_or_make(orders[::4].partner_id, env.company)
    accounts.hold = True
    given = {"state": "released", "reason": "Paid", "date_until": fields.Date.today()}
    env["ar.collect.hold.release"].create([{**given, "account_id": one.id} for one in accounts])
    providers = env["payment.provider"]
    provider = providers.search([("company_id", "=", env.company.id)], limit=1)
    provider = provider or providers.create({"name": "Cards", "company_id": env.company.id})
    env["payment.transaction"].create(
        [
            {
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "payment_method_id": env.ref("payment.payment_method_card").id,
                "provider_id": provider.id,
                "reference": order.name,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
            }
            for order in orders[1::4]
        ]
    )
    return orders.with_env(env)


def _forget_holds(env):
    """Whoever was on hold is not any more."""
    accounts = env["ar.collect.account"].with_context(tracking_disable=True)
    accounts.search([("hold", "=", True)]).hold = False
