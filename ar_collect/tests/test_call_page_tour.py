# Part of ar_collect. License LGPL-3.
"""The call page in a browser."""

from odoo import fields
from odoo.tests import new_test_user, tagged

from .tour_common import CollectTourCase


@tagged("post_install", "-at_install")
class TestCallPageTour(CollectTourCase):
    def test_call(self):
        """Two calls, one taken back and repeated, the third logged from the list."""
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        self.env["res.partner"].create(
            {
                "name": "Dana Whitfield",
                "parent_id": own.partner_id.id,
                "phone": "+1 202 555 0123",
                "email": "dana@own.example",
            }
        )
        second = self.make_debtor("Second Customer", 900)
        second.user_id = self.user
        self.start_tour("/odoo/collections", "ar_collect_call_page", login="collect_tour")
        self.assertEqual(own.log_ids.mapped("note"), ["They wait for the order number"])
        self.assertEqual(own.log_ids.partner_id.name, "Dana Whitfield")
        self.assertEqual(own.attempt_count, 0)
        self.assertEqual(len(own.activity_ids), 1)
        self.assertTrue(own.activity_ids.collect_datetime)
        self.assertEqual(second.log_ids.outcome_id.code, "left_message")

    def test_typed_in_later(self):
        """A call of an hour ago is logged; who is left for today is open at a colleague."""
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        second = self.make_debtor("Second Customer", 900)
        second.user_id = self.user
        colleague = new_test_user(
            self.env, "tour_colleague", name="A Colleague", groups="ar_collect.group_collector_all"
        )
        second.with_user(colleague).keep_call_page()
        self.start_tour(
            f"/odoo/collections-call/{own.id}", "ar_collect_log_earlier", login="collect_tour"
        )
        self.assertAlmostEqual(own.log_ids.duration, 0.1)
        ago = (fields.Datetime.now() - own.log_ids.date).total_seconds()
        self.assertTrue(3600 <= ago < 4000, ago)

    def test_suggestion(self):
        """A promise is made of what was noted, in the form and not before."""
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        outcome = self.env.ref("ar_collect.outcome_talked")
        note = "They will pay 500 dollars next Friday. The price on the invoice is wrong."
        own.with_user(self.user).log_contact({"outcome_id": outcome.id, "note": note})
        self.assertFalse(own.promise_ids)
        self.start_tour(
            f"/odoo/collections-call/{own.id}", "ar_collect_suggestion", login="collect_tour"
        )
        self.assertEqual(own.promise_ids.amount, 500)
        self.assertEqual(own.promise_ids.date_promised.weekday(), 4)
        self.assertEqual(own.amount_promised, 500)
        self.assertEqual(sorted(own.suggestion_ids.mapped("state")), ["accepted", "open"])

    def test_promise_discarded(self):
        """Who closes the form of the promise is offered to take the contact back as well."""
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see the fixture
        own = accounts.search([("user_id", "=", self.user.id)])
        self.start_tour(
            "/odoo/action-ar_collect.ar_collect_account_action_customers",
            "ar_collect_promise_discarded",
            login="collect_tour",
        )
        self.assertEqual(own.promise_ids.activity_id, own.log_ids)
        self.assertEqual(len(own.log_ids), 1)
