# Part of ar_collect. License LGPL-3.
"""Two companies with a chart of accounts, made by Odoo; runs inside an Odoo process."""

from psycopg2.extras import Json

from odoo import Command

FOREIGN_RATE = 0.8


def prepare(env):
    """Load the generic chart for two companies and write down its ids for the seeding SQL.

    :param Environment env: superuser environment of a database with ``account``
    """
    first = env.company
    second = env["res.company"].create({"name": "Second Company", "country_id": _country(env).id})
    # A new company may get a chart of its own at commit: let that happen before ids are noted.
    env.cr.commit()
    for company in (first | second).filtered(lambda company: not company.chart_template):
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env.cr.commit()
    env.invalidate_all()
    currency = _foreign_currency(env, first | second)
    terms = _payment_terms(env)
    _create_table(env)
    for position, company in enumerate((first, second), start=1):
        _write_company(env, position, company, currency, terms)
    env.ref("base.user_admin").write(
        {
            "company_ids": [Command.set((first | second).ids)],
            # A person working with customers and invoices, as the page measurements log in as.
            "group_ids": [Command.link(env.ref("account.group_account_manager").id)],
            "password": "admin",
        }
    )
    env.cr.commit()


def _country(env):
    return env.ref("base.us")


def _foreign_currency(env, companies):
    """EUR with one rate for good: the seeded ledger needs no exchange differences."""
    currency = env.ref("base.EUR")
    currency.active = True
    env["res.currency.rate"].create(
        [
            {
                "currency_id": currency.id,
                "company_id": company.id,
                "name": "2015-01-01",
                "rate": FOREIGN_RATE,
            }
            for company in companies
        ]
    )
    return currency


def _payment_terms(env):
    """Payment terms by number of days, and the one with two instalments."""
    terms = {
        days: env.ref(f"account.account_payment_term_{days}days").id for days in ("15", "30", "45")
    }
    instalments = env["account.payment.term"].create(
        {
            "name": "40 % in 30 days, the rest in 60",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                for share, days in ((40, 30), (60, 60))
            ],
        }
    )
    return {"terms": terms, "instalments": instalments.id}


def _create_table(env):
    env.cr.execute(
        """
        CREATE SCHEMA bench;
        CREATE TABLE bench.company (
            position int PRIMARY KEY, company_id int, country_id int, user_id int,
            currency_id int, foreign_currency_id int,
            receivable_account_id int, income_account_id int, equity_account_id int,
            outstanding_account_id int, sale_journal_id int, bank_journal_id int,
            misc_journal_id int, bank_code text, payment_method_line_id int,
            payment_method_id int, fiscal_position_id int, terms jsonb, instalment_term_id int)
        """
    )


def _write_company(env, position, company, currency, terms):
    """Insert the row of one company into ``bench.company``."""
    values = {
        "position": position,
        "company_id": company.id,
        "country_id": _country(env).id,
        "user_id": env.ref("base.user_admin").id,
        "currency_id": company.currency_id.id,
        "foreign_currency_id": currency.id,
        "terms": Json(terms["terms"]),
        "instalment_term_id": terms["instalments"],
        "fiscal_position_id": _fiscal_position(env, company),
        **_accounts(env, company),
        **_journals(env, company),
    }
    columns = ", ".join(values)
    places = ", ".join(f"%({column})s" for column in values)
    env.cr.execute(f"INSERT INTO bench.company ({columns}) VALUES ({places})", values)


def _fiscal_position(env, company):
    """What Odoo puts on the documents of a customer in the same country, if anything."""
    customer = env["res.partner"].new({"country_id": _country(env).id})
    return (
        env["account.fiscal.position"].with_company(company)._get_fiscal_position(customer).id
        or None
    )


def _accounts(env, company):
    """Accounts that Odoo itself would use for a customer's invoice and payment."""
    partner = env["res.partner"].with_company(company)
    find = env["account.account"].with_company(company).search
    domain = [("company_ids", "in", company.ids)]
    return {
        "receivable_account_id": partner._fields["property_account_receivable_id"]
        .get_company_dependent_fallback(partner)
        .id,
        "income_account_id": company.income_account_id.id,
        "equity_account_id": find([*domain, ("account_type", "=", "equity")], limit=1).id,
        "outstanding_account_id": env["account.payment"]
        .with_company(company)
        ._get_outstanding_account("inbound")
        .id,
    }


def _journals(env, company):
    """Journals and the payment method of a manual customer payment."""
    find = env["account.journal"].with_company(company).search
    domain = [("company_id", "=", company.id)]
    bank = find([*domain, ("type", "=", "bank")], limit=1)
    method_line = bank.inbound_payment_method_line_ids[:1]
    return {
        "sale_journal_id": find([*domain, ("type", "=", "sale")], limit=1).id,
        "misc_journal_id": find([*domain, ("code", "=", "MISC")], limit=1).id,
        "bank_journal_id": bank.id,
        "bank_code": f"P{bank.code}",
        "payment_method_line_id": method_line.id,
        "payment_method_id": method_line.payment_method_id.id,
    }
