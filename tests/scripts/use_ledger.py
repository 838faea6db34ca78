# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: a year in the life of two companies that know nothing of ar_collect.
from datetime import timedelta

from odoo import Command, fields

TODAY = fields.Date.today()
CURRENCIES = env.ref("base.EUR") | env.ref("base.GBP") | env.ref("base.USD")
CURRENCIES.active = True
for number, currency in enumerate(CURRENCIES):
    env["res.currency.rate"].search(
        [
            ("currency_id", "=", currency.id),
            ("name", "=", TODAY - timedelta(days=400)),
        ]
    ).unlink()
    env["res.currency.rate"].create(
        {
            "currency_id": currency.id,
            "name": TODAY - timedelta(days=400),
            "rate": 1 + number * 0.37,
            "company_id": env.company.id,
        }
    )


def make_company(name):
    """Make a company with the chart of accounts that Odoo gives it by its country."""
    company = env["res.company"].create({"name": name, "country_id": env.ref("base.us").id})
    env.user.company_ids |= company
    env.cr.flush()  # the chart is loaded before a commit
    assert company.chart_template
    return company


def make_customer(company, number):
    """Make a customer; every third one is invoiced through a contact of it."""
    customer = env["res.partner"].create(
        {
            "name": f"{company.name} customer {number}",
            "is_company": True,
        }
    )
    if number % 3:
        return customer
    return env["res.partner"].create({"name": f"Buyer {number}", "parent_id": customer.id})


def make_move(customer, move_type, amount, days_ago, currency):
    """Post an invoice or a credit note, due a month after its date."""
    date = TODAY - timedelta(days=days_ago)
    move = books["account.move"].create(
        {
            "move_type": move_type,
            "partner_id": customer.id,
            "invoice_date": date,
            "date": date,
            "invoice_date_due": date + timedelta(days=30),
            "invoice_payment_term_id": False,
            "currency_id": currency.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Work",
                        "quantity": 1,
                        "price_unit": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
    )
    move.action_post()
    return move


def pay(move, amount):
    """Register a payment of part or all of an invoice."""
    wizard = books["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    wizard.create({"amount": amount, "payment_difference_handling": "open"})._create_payments()


def live(customer, number):
    """Let a customer behave in one of several ways, chosen by its number."""
    currency = CURRENCIES[number % len(CURRENCIES)]
    old = make_move(customer, "out_invoice", 100.10 + number, 120 + number, currency)
    make_move(customer, "out_invoice", 333.33 + number, 20 + number, currency)
    if number % 4 == 0:
        pay(old, old.amount_residual)
    elif number % 4 == 1:
        pay(old, 40.04)
    elif number % 4 == 2:
        make_move(customer, "out_refund", 1000.0, 10, currency)


for company_name in ("North Books", "South Books"):
    company = make_company(company_name)
    books = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    for number in range(12):
        live(make_customer(company, number), number)
env.cr.commit()
print("moves", env["account.move"].search_count([("state", "=", "posted")]))
