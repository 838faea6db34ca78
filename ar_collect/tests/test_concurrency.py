# Part of ar_collect. License LGPL-3.
"""Several real transactions at once: bookings never wait for collections, workers share the work.

These tests commit. They book in a company of their own and delete it afterwards.
"""

import threading
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

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


@tagged("post_install", "-at_install")
class TestConcurrency(TransactionCase):
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

    # --- bookings

    def test_two_payments_of_one_customer(self):
        """Both know nothing of each other, while a collector's page and the scheduler hold locks."""
        [(partner_id, (first, second))] = self.customers(1, 100, 50)
        collector, one, two = (self.open_transaction() for _number in range(3))
        collector.cr.execute(
            SQL("SELECT 1 FROM ar_collect_account WHERE partner_id = %s FOR UPDATE", partner_id)
        )
        cron = collector.ref("ar_collect.ir_cron_refresh_dirty")
        collector.cr.execute(SQL("SELECT 1 FROM ir_cron WHERE id = %s FOR NO KEY UPDATE", cron.id))
        self.ledger.pay(one, first, 30, "CBNK")
        one.cr.flush()
        self.ledger.pay(two, second, 50, "CCSH")
        two.cr.flush()
        one.cr.commit()
        two.cr.commit()
        collector.cr.rollback()
        self.assertEqual(self.marked(), [partner_id, partner_id])
        self.assertEqual(self.balances()[partner_id], 150)
        self.work_off()
        self.assertEqual(self.marked(), [])
        self.assertEqual(self.balances()[partner_id], 70)

    def test_scheduler_has_written_since_the_booking_began(self):
        """The trigger refers to the cron, whose row the scheduler updates at every run."""
        [(partner_id, (move_id,))] = self.customers(1, 100)
        booking = self.open_transaction()
        with self.transaction() as scheduler:
            scheduler.ref("ar_collect.ir_cron_refresh_dirty").lastcall = fields.Datetime.now()
        self.ledger.pay(booking, move_id, 30, "CBNK")
        booking.cr.commit()
        self.assertEqual(self.marked(), [partner_id])
        self.work_off()
        self.assertEqual(self.balances()[partner_id], 70)

    def test_payment_while_a_worker_refreshes_the_customer(self):
        """The worker has not seen the payment; its mark stays for the next one."""
        [(partner_id, (move_id,))] = self.customers(1, 100)
        with self.transaction() as env:
            env["ar.collect.dirty"]._mark([(partner_id, self.ledger.company_id)])
            env.cr.execute(
                SQL(
                    "UPDATE ar_collect_account SET amount_balance = 1 WHERE partner_id = %s",
                    partner_id,
                )
            )
        worker = self.open_transaction()
        self.assertEqual(worker["ar.collect.account"]._process_dirty(), 1)
        with self.transaction() as booking:
            self.ledger.pay(booking, move_id, 30, "CBNK")
        worker.cr.commit()
        self.assertEqual(self.balances()[partner_id], 100)
        self.assertEqual(self.marked(), [partner_id])
        self.work_off()
        self.assertEqual(self.balances()[partner_id], 70)

    def test_mark_goes_with_the_booking(self):
        """A booking that fails at the end leaves none; a worker that fails takes none away."""
        [(partner_id, (move_id,))] = self.customers(1, 100)
        booking = self.open_transaction()
        self.ledger.pay(booking, move_id, 30, "CBNK")
        booking.cr.flush()
        booking.cr.rollback()
        self.assertEqual(self.marked(), [])
        with self.transaction() as env:
            self.ledger.pay(env, move_id, 30, "CBNK")
        worker = self.open_transaction()
        self.assertEqual(worker["ar.collect.account"]._process_dirty(), 1)
        worker.cr.rollback()
        self.assertEqual(self.marked(), [partner_id])
        self.work_off()
        self.assertEqual(self.balances()[partner_id], 70)

    # --- workers

    def spoil(self, partner_ids):
        """Make the rows wrong and mark them, so that a refresh has something to do."""
        with self.transaction() as env:
            env["ar.collect.dirty"]._mark(
                (partner_id, self.ledger.company_id) for partner_id in partner_ids
            )
            env.cr.execute(
                SQL(
                    "UPDATE ar_collect_account SET amount_balance = 1, open_count = 9"
                    " WHERE partner_id = ANY(%s)",
                    partner_ids,
                )
            )

    def test_workers_take_different_marks(self):
        made = self.customers(4, 10)
        self.spoil([partner_id for partner_id, _moves in made])
        one, two = self.open_transaction(), self.open_transaction()
        first, _count = one["ar.collect.dirty"]._take(2)
        second, _count = two["ar.collect.dirty"]._take(3)
        one.cr.commit()
        two.cr.commit()
        self.assertEqual((len(first), len(second)), (2, 2))
        self.assertFalse(set(first) & set(second))
        self.assertEqual(self.marked(), [])
        self.spoil([partner_id for partner_id, _moves in made])
        self.work_off()

    def test_two_workers_of_the_marks(self):
        made = self.customers(12, 10, 5)
        partner_ids = [partner_id for partner_id, _moves in made]
        self.spoil(partner_ids)
        process = self.registry["ar.collect.account"]._process_dirty
        with (
            patch.object(
                self.registry["ar.collect.account"],
                "_process_dirty",
                lambda self: process(self, limit=3),
            ),
            mute_logger("odoo.sql_db"),
        ):
            self.run_together(self.work_off, self.work_off)
        self.work_off()
        self.assertEqual(self.marked(), [])
        balances = self.balances()
        self.assertEqual(
            {partner_id: balances[partner_id] for partner_id in partner_ids},
            dict.fromkeys(partner_ids, 15),
        )

    def test_worker_of_the_marks_and_the_nightly_one(self):
        made = self.customers(8, 10)
        partner_ids = [partner_id for partner_id, _moves in made]
        self.spoil(partner_ids)
        with self.transaction() as env:
            env["ar.collect.refresh.status"].search([]).aged_to = False

        def nightly():
            with self.transaction() as env:
                env["ar.collect.account"]._cron_refresh_all()

        with mute_logger("odoo.sql_db"):
            self.run_together(self.work_off, nightly)
        self.assertEqual(self.marked(), [])
        balances = self.balances()
        self.assertEqual({balances[partner_id] for partner_id in partner_ids}, {10})
        with self.transaction() as env:
            self.assertFalse(env["ar.collect.account"]._get_companies_of_new_day())

    def test_page_opened_while_a_worker_refreshes(self):
        """The page waits for the worker, and the request that fails is repeated by Odoo."""
        [(partner_id, _moves)] = self.customers(1, 100)
        self.spoil([partner_id])
        worker = self.open_transaction()
        page = self.open_transaction()
        self.assertEqual(worker["ar.collect.account"]._process_dirty(), 1)
        attempts = []

        def open_page():
            attempts.append(1)
            page["ar.collect.account"]._refresh(page["res.partner"].browse(partner_id))

        waiting = threading.Timer(0.5, worker.cr.commit)
        waiting.start()
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
        ):
            retrying(partial(open_page), page)
        page.cr.commit()
        waiting.join(PATIENCE)
        self.assertGreater(len(attempts), 1, "nothing was in the way")
        self.assertEqual(self.balances()[partner_id], 100)
        self.assertEqual(self.marked(), [])

    def test_first_rows_of_a_company_made_twice_at_once(self):
        """Neither the customer's row nor the company's status exists yet."""
        with self.transaction() as env:
            partner_id = self.ledger.customer(env, "First of all")
            self.ledger.invoice(env, partner_id, 100)
            env.cr.flush()
            env.cr.execute(
                SQL(
                    "DELETE FROM ar_collect_refresh_status WHERE company_id = %s",
                    self.ledger.company_id,
                )
            )

        def open_page():
            with self.transaction() as env:
                partner = env["res.partner"].browse(partner_id)
                retrying(lambda: env["ar.collect.account"]._refresh(partner), env)

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
        ):
            self.run_together(open_page, open_page, self.work_off)
        self.assertEqual(self.balances()[partner_id], 100)
