# Part of ar_collect. License LGPL-3.
"""What the tests of several transactions at once share: a ledger that is committed, and removed."""

import threading
from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.tests import TransactionCase
from odoo.tools import SQL

#: A lock that a booking would have to wait for makes the test fail instead of hang.
LOCK_TIMEOUT = "4s"
#: However slow the machine: longer means that two threads wait for each other.
PATIENCE = 60


class CommittedLedger:
    """A company with the least of a chart of accounts, committed, and gone without a trace.

    :param env: of the transaction in which the company is made
    """

    def __init__(self, env):
        company = env["res.company"].create({"name": "Concurrent Ltd"})
        company.partner_id.tz = "UTC"
        self.company_id = company.id
        self.partner_ids = []
        self.accounts = {
            name: env["account.account"]
            .with_company(company)
            .create({"name": name, "code": code, "account_type": kind, "reconcile": reconcile})
            .id
            for name, code, kind, reconcile in (
                ("Customers", "990100", "asset_receivable", True),
                ("Sales", "990400", "income", False),
                ("Bank", "990500", "asset_cash", False),
                ("Till", "990510", "asset_cash", False),
                ("On the way", "990520", "asset_current", True),
            )
        }
        self.journals = {
            code: self.journal(env, company, code, kind, account)
            for code, kind, account in (
                ("CINV", "sale", "Sales"),
                ("CBNK", "bank", "Bank"),
                ("CCSH", "cash", "Till"),
            )
        }

    def journal(self, env, company, code, kind, account):
        journal = (
            env["account.journal"]
            .with_company(company)
            .create(
                {
                    "name": code,
                    "code": code,
                    "type": kind,
                    "company_id": company.id,
                    "default_account_id": self.accounts[account],
                }
            )
        )
        journal.inbound_payment_method_line_ids.payment_account_id = self.accounts["On the way"]
        return journal.id

    def customer(self, env, name):
        partner = env["res.partner"].create({"name": name, "is_company": True})
        partner.with_company(self.company_id).property_account_receivable_id = self.accounts[
            "Customers"
        ]
        self.partner_ids.append(partner.id)
        return partner.id

    def invoice(self, env, partner_id, amount):
        """A posted invoice, ten days late; its id."""
        line = {
            "name": "Goods",
            "price_unit": amount,
            "account_id": self.accounts["Sales"],
            "tax_ids": [Command.clear()],
        }
        day = fields.Date.today() - timedelta(days=10)
        move = (
            env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "journal_id": self.journals["CINV"],
                    "partner_id": partner_id,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        move.action_post()
        return move.id

    def pay(self, env, move_id, amount, journal):
        """Book a payment and match it with an invoice."""
        move = env["account.move"].browse(move_id)
        payment = (
            env["account.payment"]
            .with_company(self.company_id)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": move.partner_id.id,
                    "amount": amount,
                    "journal_id": self.journals[journal],
                }
            )
        )
        payment.action_post()
        lines = (payment.move_id + move).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def remove(self, env):
        """Delete all that was made, and the rows and marks that came of it."""
        in_company = [("company_id", "=", self.company_id)]
        moves = env["account.move"].search(in_company)
        moves.line_ids.remove_move_reconcile()
        env["account.payment"].search(in_company).action_draft()
        moves.filtered(lambda move: move.state != "draft").button_draft()
        env["account.payment"].search(in_company).with_context(force_delete=True).unlink()
        moves.exists().with_context(force_delete=True).unlink()
        # every new company gets copies of the ways to pay that are installed
        env["payment.provider"].with_context(active_test=False).search(in_company).unlink()
        env["account.journal"].search(in_company).unlink()
        company = env["res.company"].browse(self.company_id)
        partner_ids = [*self.partner_ids, company.partner_id.id]
        env["res.partner"].browse(self.partner_ids).unlink()
        env["account.account"].browse(self.accounts.values()).unlink()
        calendar = company.resource_calendar_id
        company.partner_id.company_id = False
        partner = company.partner_id
        company.unlink()
        (calendar.exists() + calendar.search(in_company)).unlink()
        partner.unlink()
        env.cr.flush()
        env.cr.execute(
            SQL(
                "DELETE FROM ar_collect_dirty WHERE company_ref = %s OR partner_ref = ANY(%s)",
                self.company_id,
                partner_ids,
            )
        )


class TransactionsCase(TransactionCase):
    """Tests whose transactions commit; what they leave behind is theirs to remove."""

    @classmethod
    @contextmanager
    def transaction(cls):
        """The environment of a transaction of its own, committed at the end."""
        with cls.registry.cursor() as cr:
            cr.execute(SQL("SELECT set_config('lock_timeout', %s, FALSE)", LOCK_TIMEOUT))
            cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own is the test
            yield api.Environment(cr, SUPERUSER_ID, {})

    def open_transaction(self):
        """An environment whose snapshot is taken now; to be committed by the test."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute(SQL("SELECT set_config('lock_timeout', %s, FALSE)", LOCK_TIMEOUT))
        cr.commit()  # pylint: disable=invalid-commit  # see transaction()
        cr.execute("SELECT 1")
        return api.Environment(cr, SUPERUSER_ID, {})


class CommittedCase(TransactionsCase):
    """Tests whose transactions commit, on a ledger that is removed afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction() as env:
            env["ar.collect.account"]._cron_refresh_dirty()
            cls.ledger = CommittedLedger(env)
        cls.addClassCleanup(cls.remove_ledger)

    @classmethod
    def remove_ledger(cls):
        with cls.transaction() as env:
            cls.ledger.remove(env)

    def customers(self, count, *amounts):
        """Committed customers, each with an invoice per amount and no mark left.

        :return list: (partner id, ids of the invoices)
        """
        with self.transaction() as env:
            made = []
            for number in range(count):
                partner_id = self.ledger.customer(env, f"Customer {number}")
                made.append(
                    (
                        partner_id,
                        [self.ledger.invoice(env, partner_id, amount) for amount in amounts],
                    )
                )
        self.work_off()
        return made

    def work_off(self):
        with self.transaction() as env:
            env["ar.collect.account"]._cron_refresh_dirty()

    def balances(self):
        """Balance by customer as committed."""
        with self.transaction() as env:
            rows = env.execute_query(
                SQL(
                    "SELECT partner_id, amount_balance::float8 FROM ar_collect_account"
                    " WHERE company_id = %s",
                    self.ledger.company_id,
                )
            )
        return dict(rows)

    def marked(self):
        """The customers of the marks committed, one for each mark."""
        with self.transaction() as env:
            rows = env.execute_query(SQL("SELECT partner_ref FROM ar_collect_dirty ORDER BY 1"))
        return [row[0] for row in rows]

    def run_together(self, *works):
        """Run functions in threads, all started at once; what one raises fails the test."""
        barrier = threading.Barrier(len(works))
        errors = []

        def run(work):
            try:
                barrier.wait(PATIENCE)
                work()
            except Exception as error:  # noqa: BLE001 - reported in the test's own thread
                errors.append(error)

        threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "deadlock")
        self.assertEqual(errors, [])
