# Part of ar_collect. License LGPL-3.
"""Two users who promise the same items at once: one wins, the other is told what the first said."""

import threading
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .committed_common import PATIENCE, CommittedCase


@tagged("post_install", "-at_install")
class TestClaimConcurrency(CommittedCase):
    def setUp(self):
        super().setUp()
        [(partner_id, (move_id,))] = self.customers(1, 300)
        with self.transaction() as env:
            account = env["ar.collect.account"].search([("partner_id", "=", partner_id)])
            line = (
                env["account.move"]
                .browse(move_id)
                .line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            )
            self.account_id, self.line_id = account.id, line.id
        self.addCleanup(self.forget)

    def forget(self):
        """Remove what was promised."""
        with self.transaction() as env:
            account = env["ar.collect.account"].browse(self.account_id)
            plans, promises = account.payment_plan_ids, account.promise_ids
            promises.unlink()
            plans.unlink()
            account.activity_ids.unlink()

    def promise(self, env, **values):
        return env["ar.collect.promise"].create(
            {
                "account_id": self.account_id,
                "date_promised": fields.Date.today() + timedelta(days=3),
                "item_ids": [Command.create({"line_id": self.line_id})],
                "confirm": False,
                **values,
            }
        )

    def propose(self, env):
        return env["ar.collect.payment.plan"].create(
            {
                "account_id": self.account_id,
                "item_ids": [Command.create({"line_id": self.line_id})],
            }
        )

    def second(self, env, work):
        """What a second user does whose transaction began before the first one commits."""
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
        ):
            return retrying(work, env)

    def states(self, model):
        with self.transaction() as env:
            return sorted(env[model].search([("account_id", "=", self.account_id)]).mapped("state"))

    def test_two_promises(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.promise(first)
        first.cr.commit()
        with self.assertRaisesRegex(ValidationError, "promised already"):
            self.second(second, lambda: self.promise(second))
        second.cr.rollback()
        self.assertEqual(self.states("ar.collect.promise"), ["open"])

    def test_two_promises_while_the_first_is_being_saved(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.promise(first)
        saving = threading.Timer(0.5, first.cr.commit)
        saving.start()
        with self.assertRaisesRegex(ValidationError, "promised already"):
            self.second(second, lambda: self.promise(second))
        saving.join(PATIENCE)
        second.cr.rollback()
        self.assertEqual(self.states("ar.collect.promise"), ["open"])

    def test_plan_and_then_promise(self):
        with self.transaction() as env:
            plan_id = self.propose(env).id
        first, second = self.open_transaction(), self.open_transaction()
        first["ar.collect.payment.plan"].browse(plan_id).action_agree()
        first.cr.commit()
        with self.assertRaisesRegex(ValidationError, "is in payment plan"):
            self.second(second, lambda: self.promise(second))
        second.cr.rollback()
        self.assertEqual(self.states("ar.collect.payment.plan"), ["active"])

    def test_promise_and_then_plan(self):
        """The promise is replaced by the plan, as if it had been there all along."""
        with self.transaction() as env:
            plan_id = self.propose(env).id
        first, second = self.open_transaction(), self.open_transaction()
        promise_id = self.promise(first).id
        first.cr.commit()
        plan = second["ar.collect.payment.plan"].browse(plan_id)
        self.second(second, plan.action_agree)
        second.cr.commit()
        with self.transaction() as env:
            promise = env["ar.collect.promise"].browse(promise_id)
            self.assertEqual(promise.state, "replaced")
            self.assertEqual(promise.replaced_by_id.plan_id.id, plan_id)

    def test_two_plans(self):
        with self.transaction() as env:
            one_id, other_id = self.propose(env).id, self.propose(env).id
        first, second = self.open_transaction(), self.open_transaction()
        first["ar.collect.payment.plan"].browse(one_id).action_agree()
        first.cr.commit()
        other = second["ar.collect.payment.plan"].browse(other_id)
        with self.assertRaisesRegex(ValidationError, "is in payment plan"):
            self.second(second, other.action_agree)
        second.cr.rollback()
        self.assertEqual(self.states("ar.collect.payment.plan"), ["active", "draft"])
