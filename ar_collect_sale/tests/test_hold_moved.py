# Part of ar_collect. License LGPL-3.
"""Contacts of a customer on hold that are moved to another company, and back."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from .hold_common import HoldCase


class TestHoldMoved(HoldCase):
    """A contact of the late customer, who is a customer of a good one for a moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls.customer("Good", user_id=cls.seller.id)
        cls.clerk = cls.customer("Clerk", is_company=False, parent_id=cls.partner.id)
        cls.mover = cls.new_seller(
            "mover_h", "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
        )

    def write_as_seller(self, partner, **values):
        """What a salesperson writes on a contact, as over the network."""
        self.by(self.mover, partner).write(values)
        self.env.flush_all()

    def refuse(self, partner, **values):
        with self.assertRaisesRegex(UserError, "(?s)credit hold.*stays where it is") as caught:
            with self.env.cr.savepoint():
                self.write_as_seller(partner, **values)
        return str(caught.exception)

    def ordered_elsewhere(self):
        """The contact is moved under the good customer, and orders."""
        self.write_as_seller(self.clerk, parent_id=self.good.id)
        order = self.quote(partner=self.clerk)
        self.assert_passes(order)
        return order

    def test_there_and_back(self):
        order = self.ordered_elsewhere()
        self.assertIn(order.name, self.refuse(self.clerk, parent_id=self.partner.id))
        self.assertEqual(self.clerk.commercial_partner_id, self.good)

    def test_other_ways_back(self):
        """By the company's list of contacts, by contacts in between, and by what it is."""
        self.ordered_elsewhere()
        # over the network the first environment is the user's
        first = patch.object(
            self.env.transaction, "default_env", self.by(self.mover, self.good).env
        )
        refused = self.assertRaisesRegex(UserError, "credit hold")
        with first, refused, self.env.cr.savepoint():
            self.by(self.mover, self.partner).child_ids = [Command.link(self.clerk.id)]
        between = self.customer("Office", is_company=False, parent_id=self.good.id)
        self.write_as_seller(self.clerk, parent_id=between.id)
        self.refuse(between, parent_id=self.partner.id)
        alone = self.customer("Branch", is_company=True, parent_id=self.partner.id)
        self.assert_passes(self.quote(partner=alone))
        self.refuse(alone, is_company=False)
        self.refuse(alone, company_type="person")

    def test_invoiced_to(self):
        self.write_as_seller(self.clerk, parent_id=self.good.id)
        self.assert_passes(self.quote(partner=self.good, partner_invoice_id=self.clerk.id))
        self.refuse(self.clerk, parent_id=self.partner.id)

    def test_drafts_settle_nothing(self):
        order = self.ordered_elsewhere()
        move = self.invoice_order(order, post=False)
        self.assertEqual(order.invoice_status, "invoiced")
        self.refuse(self.clerk, parent_id=self.partner.id)
        move.invoice_date = self.today
        move.action_post()
        self.write_as_seller(
            self.clerk, parent_id=self.partner.id
        )  # the good one owes what it bought
        self.assertEqual(move.commercial_partner_id, self.good)

    def test_what_moves_freely(self):
        """Contacts with nothing to invoice, orders that are paid or cancelled, and to the good."""
        self.write_as_seller(self.clerk, parent_id=self.good.id)
        self.write_as_seller(self.clerk, parent_id=self.partner.id)
        order = self.ordered_elsewhere()
        self.pay_online(order)
        self.write_as_seller(self.clerk, parent_id=self.partner.id)
        order = self.ordered_elsewhere()
        order._action_cancel()
        self.write_as_seller(self.clerk, parent_id=self.partner.id)
        self.write_as_seller(self.clerk, parent_id=False)

    def test_released_by_a_manager(self):
        order = self.ordered_elsewhere()
        release = self.release()
        self.write_as_seller(self.clerk, parent_id=self.partner.id)
        self.assertEqual(order.collect_release_id, release)

    def test_others_learn_no_figures(self):
        self.ordered_elsewhere()
        self.assertNotIn("1,500", self.refuse(self.clerk, parent_id=self.partner.id))

    def test_names_no_orders_of_others(self):
        """Orders of colleagues, or of a company that the user does not work for."""
        order = self.ordered_elsewhere()
        own = self.new_seller("own_h", "sales_team.group_sale_salesman,base.group_partner_manager")
        self.mover = own
        refused = self.refuse(self.clerk, parent_id=self.partner.id)
        self.assertIn("do not see", refused)
        self.assertNotIn(order.name, refused)
        self.assertNotIn("overdue", refused)
        order.user_id = own
        refused = self.refuse(self.clerk, parent_id=self.partner.id)
        self.assertIn(order.name, refused)
        self.assertNotIn("do not see", refused)

    def test_leaving_is_free(self):
        """The order was the late customer's before: it owes no more by the contact's leaving."""
        office = self.customer(
            "Office", type="invoice", is_company=False, parent_id=self.partner.id
        )
        order = self.quote(partner=self.clerk, partner_invoice_id=office.id)
        self.confirm_before(order)
        for parent in (self.good, self.customer("Other")):
            self.write_as_seller(self.clerk, parent_id=parent.id)
            self.assertEqual(order.partner_id.commercial_partner_id, parent)
        self.write_as_seller(self.clerk, parent_id=False)
        self.write_as_seller(self.clerk, parent_id=self.partner.id)  # who pays for it anyway

    def test_another_debtor(self):
        """Who was a customer of the order, and is to pay for it now, owes more."""
        office = self.customer("Office", is_company=False, parent_id=self.good.id)
        order = self.quote(partner=self.clerk, partner_invoice_id=office.id)
        self.confirm_before(order)
        self.refuse(office, parent_id=self.partner.id)

    def confirm_before(self, order):
        """The order is confirmed while nobody is held yet."""
        self.company.collect_hold_active = False
        self.assert_passes(order)
        self.company.collect_hold_active = True

    def test_looks_for_no_orders_of_who_stays(self):
        """What is written as it is moves nobody."""
        self.ordered_elsewhere()
        with patch.object(type(self.orders), "_get_customer_marks", autospec=True) as marks:
            marks.return_value = {}
            self.write_as_seller(self.clerk, parent_id=self.good.id, is_company=False)
            self.assertFalse([call for call in marks.call_args_list if call.args[0]])
            self.write_as_seller(self.clerk, parent_id=False)
            self.assertTrue([call for call in marks.call_args_list if call.args[0]])
        clerk = self.by(self.mover, self.clerk)
        before = self.env.cr.sql_log_count
        self.assertFalse(clerk._filtered_moving({"name": "Clerk"}))
        self.assertFalse(self.env["res.partner"]._get_moving_orders())
        self.assertEqual(self.env.cr.sql_log_count, before)
        self.assertEqual(len(clerk._get_moving_orders()), 1)

    def test_merged(self):
        """Two contacts that become one are one who has moved."""
        self.ordered_elsewhere()
        twin = self.customer("Clerk", is_company=False, parent_id=self.partner.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.mover)
        with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
            wizard._merge((self.clerk | twin).ids, twin.with_user(self.mover))
