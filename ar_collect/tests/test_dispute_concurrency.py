# Part of ar_collect. License LGPL-3.
"""Two people resolve the same dispute at once, in two real transactions."""

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .committed_common import CommittedCase


@tagged("post_install", "-at_install")
class TestDisputeConcurrency(CommittedCase):
    def test_two_resolvers(self):
        [(partner_id, (move_id,))] = self.customers(1, 300)
        with self.transaction() as env:
            account = env["ar.collect.account"].search([("partner_id", "=", partner_id)])
            lines = env["account.move"].browse(move_id).line_ids
            line = lines.filtered(lambda line: line.account_type == "asset_receivable")
            dispute = env["ar.collect.dispute"].create(
                {
                    "account_id": account.id,
                    "reason_id": env.ref("ar_collect.dispute_reason_price").id,
                    "item_ids": [Command.create({"line_id": line.id, "amount": 10})],
                }
            )
            dispute_id = dispute.id
        self.addCleanup(self.forget, dispute_id)
        with self.assertRaises(SerializationFailure), self.transaction() as env:
            second = env["ar.collect.dispute"].browse(dispute_id)
            self.assertEqual(second.state, "open")  # both see it open
            with self.transaction() as other:
                other["ar.collect.dispute"].browse(dispute_id)._resolve("withdrawn")
            with mute_logger("odoo.sql_db"):
                second._resolve("accepted")
                env.flush_all()
        # the request starts over by itself, and its user is told who was faster
        with self.transaction() as env:
            dispute = env["ar.collect.dispute"].browse(dispute_id)
            with self.assertRaisesRegex(UserError, "has been decided already: Withdrawn"):
                dispute._resolve("accepted")
            self.assertEqual(dispute.outcome, "withdrawn")

    def forget(self, dispute_id):
        with self.transaction() as env:
            dispute = env["ar.collect.dispute"].browse(dispute_id)
            account = dispute.account_id
            dispute.unlink()
            account.activity_ids.unlink()
