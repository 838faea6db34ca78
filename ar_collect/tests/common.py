# Part of ar_collect. License LGPL-3.
"""What the tests of the refresh engine share: a company in one time zone, and documents by days."""

from datetime import date, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.ar_collect.models.ar_collect_account_ranking import RANK_COLUMNS
from odoo.addons.ar_collect.models.ar_collect_account_refresh import LEDGER_COLUMNS, SETTINGS

from . import judge_oracle, ledger_oracle
from .company_stock import CompanyStockCase

BUCKETS = ("amount_not_due", "amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus")
CACHED = LEDGER_COLUMNS + RANK_COLUMNS


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class CollectCase(CompanyStockCase):
    """Days are numbers relative to Monday 16 March 2026; amounts are in US dollars without tax."""

    today = date(2026, 3, 16)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.partner_id.tz = "UTC"
        cls.receivable = cls.company_data["default_account_receivable"]
        # sudo: the accountant who books here has no part in collections
        cls.accounts = cls.env["ar.collect.account"].sudo()
        cls.marks = cls.env["ar.collect.dirty"].sudo()  # sudo: see above
        cls.env.cr.flush()
        cls.drain()

    # --- making documents

    @classmethod
    def day(cls, number):
        """The date so many days from today."""
        return cls.today + timedelta(days=number)

    @classmethod
    def customer(cls, name="Customer", **values):
        """A customer with the accounts of the company."""
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def other_company(cls, name="Second Company", currency="USD", tz="UTC", **values):
        """A company with a chart of accounts of its own.

        :rtype: res.company
        """
        money = cls.env["res.currency"].with_context(active_test=False)
        money = money.search([("name", "=", currency)])
        money.active = True
        company = cls._create_company(name=name, currency_id=money.id, **values)
        company.partner_id.tz = tz
        return company

    @classmethod
    def branch(cls, name="Branch"):
        """A branch of the company; it shares the company's accounts and journals."""
        branch = cls.env["res.company"].create({"name": name, "parent_id": cls.company.id})
        cls.env.cr.precommit.run()  # core sets up the branch there
        branch.partner_id.tz = "UTC"
        cls.env.user.company_ids = [Command.link(branch.id)]
        return branch

    @classmethod
    def invoice(cls, partner, amount, due=-10, *, on=None, terms=None, **values):
        """A posted customer invoice.

        :param int due: its due day
        :param int|None on: the day of the invoice; by default the due day, today at the latest
        :param list|None terms: instalments as (percent, due day) in place of ``due``
        :param values: ``company``, ``currency`` and fields of `account.move`
        """
        company = values.pop("company", cls.company)
        currency = values.pop("currency", company.currency_id)
        start = min([due, 0] if terms is None else [day for _part, day in terms])
        start = start if on is None else on
        if terms:
            values["invoice_payment_term_id"] = cls.payment_term(terms, start).id
        else:
            values |= {"invoice_payment_term_id": False, "invoice_date_due": cls.day(due)}
        line = {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "currency_id": currency.id,
                    "invoice_date": cls.day(start),
                    "invoice_line_ids": [Command.create(line)],
                    **values,
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def payment_term(cls, terms, start):
        """A payment term with these instalments for an invoice of the day ``start``."""
        lines = [
            Command.create({"value": "percent", "value_amount": part, "nb_days": day - start})
            for part, day in terms
        ]
        return cls.env["account.payment.term"].create({"name": "Instalments", "line_ids": lines})

    @classmethod
    def credit_note(cls, partner, amount, due=-5, **values):
        """A posted credit note that nothing is matched with."""
        return cls.invoice(partner, amount, due, move_type="out_refund", **values)

    @classmethod
    def payment(cls, partner, amount, *moves, on=0, **values):
        """A posted payment of a customer, matched with the invoices given.

        :param int on: the day of the payment
        :param values: ``company``, ``currency`` and fields of `account.payment`
        """
        company = values.pop("company", cls.company)
        currency = values.pop("currency", company.currency_id)
        payment = (
            cls.env["account.payment"]
            .with_company(company)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": currency.id,
                    "amount": amount,
                    "date": cls.day(on),
                    **values,
                }
            )
        )
        payment.action_post()
        if moves:
            cls.items(payment.move_id, *moves).reconcile()
        return payment

    @classmethod
    def opening(cls, partner, amount, due=-10, **values):
        """An opening balance in a general journal; a negative amount is in the customer's favour."""
        receivable = {
            "name": "Opening",
            "partner_id": partner.id,
            "account_id": cls.receivable.id,
            "balance": amount,
            "date_maturity": due is not None and cls.day(due),
            **values,
        }
        counterpart = {
            "name": "Opening",
            "account_id": cls.company_data["default_account_revenue"].id,
            "balance": -amount,
        }
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": cls.day(due or 0),
                "line_ids": [Command.create(receivable), Command.create(counterpart)],
            }
        )
        move.action_post()
        return move

    @classmethod
    def items(cls, *moves):
        """The open receivable items of entries."""
        lines = cls.env["account.move.line"].concat(*(move.line_ids for move in moves))
        return lines.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    # --- the engine

    @classmethod
    def drain(cls):
        """Work off all marks, those too that are made by that; each batch is committed."""
        while cls.accounts._process_dirty():
            cls.env.cr.flush()

    @classmethod
    def catch_up(cls):
        """What a commit and then the cron would do with the changes made so far."""
        cls.env.cr.flush()
        cls.drain()

    @classmethod
    def account(cls, partner, company=None):
        """The collection account of a customer, empty when there is none."""
        company = company or cls.company
        return cls.accounts.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        )

    @classmethod
    def pending(cls):
        """The marks not yet worked off.

        :rtype: set
        """
        cls.env.cr.flush()
        rows = cls.env.execute_query(SQL("SELECT partner_ref, company_ref FROM ar_collect_dirty"))
        return set(rows)

    @classmethod
    def cached(cls, columns=CACHED):
        """What the rows hold, read from the table.

        :return dict: {column: value} by (partner id, company id)
        """
        cls.accounts.flush_model()
        rows = cls.env.execute_query_dict(SQL("SELECT * FROM ar_collect_account"))
        return {
            (row["partner_id"], row["company_id"]): {
                name: round(row[name], 9) if isinstance(row[name], float) else row[name]
                for name in columns
            }
            for row in rows
        }

    # --- assertions

    def assert_row(self, partner, company=None, **expected):
        """The row of a customer, after what happened so far, holds these values."""
        self.catch_up()
        account = self.account(partner, company)
        self.assertTrue(account, f"{partner.name} has no row")
        found = {name: account[name] for name in expected}
        self.assertEqual(
            {k: round(v, 6) if isinstance(v, float) else v for k, v in found.items()}, expected
        )
        self.assert_sound()

    def assert_no_row(self, partner, company=None):
        """The customer has no row after what happened so far."""
        self.catch_up()
        self.assertFalse(self.account(partner, company))
        self.assert_sound()

    def assert_sound(self):
        """The invariant holds, plain Python comes to the same, and so does a rebuild from zero."""
        self.assert_invariant()
        self.assert_ledger()
        self.assert_rebuild()

    def assert_invariant(self):
        """To the cent: the balance is the sum of its parts, and that of the open items."""
        broken = self.env.execute_query(
            SQL(
                """
                SELECT account.partner_id, account.company_id, amount_balance, ledger.balance
                  FROM ar_collect_account account
                  LEFT JOIN LATERAL (
                       SELECT COALESCE(SUM(line.amount_residual), 0) AS balance
                         FROM account_move_line line, account_account, res_partner partner
                        WHERE account_account.id = line.account_id
                          AND account_account.account_type = 'asset_receivable'
                          AND partner.id = line.partner_id
                          AND partner.commercial_partner_id = account.partner_id
                          AND line.company_id = account.company_id
                          AND line.parent_state = 'posted' AND NOT line.reconciled
                       ) AS ledger ON TRUE
                 WHERE amount_balance != ledger.balance
                    OR amount_balance != amount_not_due + amount_1_30 + amount_31_60
                                         + amount_61_90 + amount_91_plus + amount_credit
                    OR amount_overdue != amount_1_30 + amount_31_60
                                         + amount_61_90 + amount_91_plus
                """
            )
        )
        self.assertFalse(broken, "partner, company, cached balance, balance of the ledger")

    def assert_ledger(self):
        """Every figure from the ledger, row by row, as plain Python works it out."""
        expected = ledger_oracle.figures(self.env)
        found = self.cached(ledger_oracle.COLUMNS)
        for key, figures in expected.items():
            self.assertEqual(found.get(key), figures, f"(partner, company) {key}")
        self.assertFalse(
            [key for key in found.keys() - expected.keys() if found[key]["item_count"]]
        )

    def assert_promises(self):
        """Every promise and what it is about is in the state that a slow judge comes to."""
        today = (
            self.env["ar.collect.refresh.status"]
            .sudo()
            ._get_today(
                self.env["res.company"].sudo().search([])  # sudo: see CollectCase
            )
        )
        # sudo: see CollectCase
        for record, verdict in judge_oracle.verdicts(self.accounts.env, today).items():
            of_plan = record._name == "ar.collect.payment.plan.item"
            found = record.state, record.amount_paid if of_plan else record.amount_kept
            self.assertEqual(found, verdict, f"{record}, {record.display_name}")
        # sudo: see CollectCase
        for promise in self.env["ar.collect.promise"].sudo().search([("item_ids", "!=", False)]):
            paid = sum(promise.item_ids.mapped("amount_kept"))
            self.assertAlmostEqual(paid, promise.amount_kept, 6, promise.display_name)

    def assert_rebuild(self):
        """Rows built from zero are those kept up step by step, ranks included."""
        before = self.cached()
        rebuilt = self.rebuilt()
        for key, row in before.items():
            if row["item_count"]:
                self.assertEqual(rebuilt.get(key), row, f"(partner, company) {key}")
        self.assertFalse(rebuilt.keys() - before.keys())

    def rebuilt(self):
        """The rows as made from nothing but the ledger and the settings; changes nothing.

        :return dict: see :meth:`cached`
        """
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint(flush=False)
        settings = self.cached(SETTINGS)
        self.forget_rows()
        self.env.cr.execute("DELETE FROM ar_collect_refresh_status")
        self.env.invalidate_all(flush=False)
        self.accounts._refresh()
        if restored := [key for key, row in settings.items() if any(row.values())]:
            for key in restored:
                self.restore_settings(key, settings[key])
            self.accounts._refresh()
        rows = self.cached()
        self.env.flush_all()
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        return rows

    def forget_rows(self):
        """Delete all rows; what promises and disputes hang on stays, without any figure."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM ar_collect_account WHERE id NOT IN (
                    SELECT account_id FROM ar_collect_promise
                     UNION SELECT account_id FROM ar_collect_dispute
                     UNION SELECT account_id FROM ar_collect_payment_plan)
                """
            )
        )
        required = {"currency_id", "state"}
        self.env.cr.execute(
            SQL(
                "UPDATE ar_collect_account SET state = 'settled', %s",
                SQL(", ").join(
                    SQL("%s = NULL", SQL.identifier(name))
                    for name in CACHED + SETTINGS
                    if name not in required
                ),
            )
        )

    def restore_settings(self, key, values):
        """Give the settings back to the row of a customer and company, past all hooks."""
        self.env.cr.execute(
            SQL(
                "UPDATE ar_collect_account SET %s WHERE (partner_id, company_id) = %s",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
                ),
                key,
            )
        )
