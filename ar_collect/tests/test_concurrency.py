# Part of ar_collect. License LGPL-3.
"""Several real transactions at once: bookings never wait for collections, workers share the work.

These tests commit. They book in a company of their own and delete it afterwards.
"""

import threading
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .committed_common import PATIENCE, CommittedCase


@tagged("post_install", "-at_install")
class TestConcurrency(CommittedCase):
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
