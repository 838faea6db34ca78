# Part of ar_collect. License LGPL-3.
"""Several workers at once: each takes what no other one is busy with, and waits for nobody."""

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .committed_common import CommittedCase


@tagged("post_install", "-at_install")
class TestNoticeConcurrency(CommittedCase):
    def setUp(self):
        super().setUp()
        partner_ids = [partner_id for partner_id, _invoices in self.customers(3, 300)]
        with self.transaction() as env:
            company = env["res.company"].browse(self.ledger.company_id)
            company.write({"collect_notice_active": True, "collect_notice_require_sent": False})
            step = {"name": "Task", "days": 3, "channel": "activity", "min_gap": 0}
            strategy = env["ar.collect.strategy"].create(
                {
                    "name": "Concurrent",
                    "company_id": company.id,
                    "is_default": True,
                    "step_ids": [Command.create(step)],
                }
            )
            self.addCleanup(self.forget, strategy.id)
            notices = env["ar.collect.notice"]
            notices._process_plan(company)
            found = notices.search([("customer_id", "in", partner_ids)], order="id")
            self.ids, self.account_ids = found.ids, found.account_id.ids
        self.assertEqual(len(self.ids), 3)

    def forget(self, strategy_id):
        """Remove what was planned, which nobody may delete otherwise."""
        with self.transaction() as env:
            company_id = self.ledger.company_id
            env.cr.execute(SQL("DELETE FROM ar_collect_notice WHERE company_id = %s", company_id))
            env["ar.collect.strategy"].browse(strategy_id).unlink()

    def test_each_takes_what_is_free(self):
        """What another worker has taken is left to it, and customers that are being worked on."""
        busy, second = self.open_transaction(), self.open_transaction()
        self.assertEqual(busy["ar.collect.notice"]._take(self.ids[:1], 10).ids, self.ids[:1])
        busy.cr.execute(
            SQL("SELECT id FROM ar_collect_account WHERE id = %s FOR UPDATE", self.account_ids[1])
        )
        self.assertEqual(second["ar.collect.notice"]._take(self.ids, 10).ids, self.ids[2:])
        busy.cr.rollback()
        self.assertEqual(second["ar.collect.notice"]._take(self.ids, 10).ids, self.ids)
        second.cr.rollback()
