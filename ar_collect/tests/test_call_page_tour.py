# Part of ar_collect. License LGPL-3.
"""The call page in a browser."""

from odoo.tests import tagged

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
