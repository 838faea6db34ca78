# Part of ar_collect. License LGPL-3.
"""Two users who press "Next" at once: each gets a customer of their own, and nobody an error."""

import threading
from unittest.mock import patch

from odoo import api
from odoo.service.model import retrying
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .committed_common import PATIENCE, CommittedCase


@tagged("post_install", "-at_install")
class TestNextConcurrency(CommittedCase):
    def setUp(self):
        super().setUp()
        self.partner_ids = [partner_id for partner_id, _invoices in self.customers(3, 300)]
        with self.transaction() as env:
            names = ("First One", "Second One", "Third One")
            users = [self.make_user(env, name) for name in names]
            self.user_ids = [user.id for user in users]
        self.addCleanup(self.forget)

    def make_user(self, env, name):
        return new_test_user(
            env,
            f"next_{name}",
            name=name,
            groups="ar_collect.group_collector_all",
            company_id=self.ledger.company_id,
            company_ids=[self.ledger.company_id],
        )

    def forget(self):
        """Remove the users; what they had open goes with them."""
        with self.transaction() as env:
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def following(self, env, user_id):
        """What "Next" answers, as the web client's request asks for it."""
        accounts = api.Environment(
            env.cr, user_id, {"allowed_company_ids": [self.ledger.company_id]}
        )["ar.collect.account"]
        domain = [("company_id", "=", self.ledger.company_id)]
        with (
            mute_logger("odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
        ):
            return retrying(lambda: accounts.get_next_call(False, domain), accounts.env)

    def held(self):
        """Who holds whose page, as committed."""
        with self.transaction() as env:
            locks = env["ar.collect.call.lock"].search([("user_id", "in", self.user_ids)])
            return {lock.user_id.id: lock.account_id.id for lock in locks}

    def test_pressed_a_moment_later(self):
        """The second one's transaction does not see yet what the first one has taken."""
        first, second = self.open_transaction(), self.open_transaction()
        mine = self.following(first, self.user_ids[0])
        first.cr.commit()
        theirs = self.following(second, self.user_ids[1])
        second.cr.commit()
        self.assertTrue(mine["account_id"])
        self.assertTrue(theirs["account_id"])
        self.assertNotEqual(mine["account_id"], theirs["account_id"])
        self.assertEqual([other["colleague"] for other in theirs["skipped"]], ["First One"])

    def test_pressed_while_the_first_is_being_answered(self):
        first, second = self.open_transaction(), self.open_transaction()
        mine = self.following(first, self.user_ids[0])
        answering = threading.Timer(0.5, first.cr.commit)
        answering.start()
        theirs = self.following(second, self.user_ids[1])
        answering.join(PATIENCE)
        second.cr.commit()
        self.assertNotEqual(mine["account_id"], theirs["account_id"])
        self.assertEqual(
            self.held(),
            {self.user_ids[0]: mine["account_id"], self.user_ids[1]: theirs["account_id"]},
        )

    def test_three_at_once(self):
        answers = {}

        def press(user_id):
            with self.transaction() as env:
                answers[user_id] = self.following(env, user_id)["account_id"]

        self.run_together(*(lambda user_id=user_id: press(user_id) for user_id in self.user_ids))
        self.assertEqual(len(set(answers.values()) - {False}), 3)
        self.assertEqual(self.held(), answers)
