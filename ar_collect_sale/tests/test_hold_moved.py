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

    def write(self, partner, **values):
        """What a salesperson writes on a contact, as over the network."""
        self.by(self.mover, partner).write(values)
        self.env.flush_all()

    def refuse(self, partner, **values):
        with self.assertRaisesRegex(UserError, "(?s)credit hold.*stays where it is") as caught:
            with self.env.cr.savepoint():
                self.write(partner, **values)
        return str(caught.exception)

    def ordered_elsewhere(self):
        """The contact is moved under the good customer, and orders."""
        self.write(self.clerk, parent_id=self.good.id)
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
        self.write(self.clerk, parent_id=between.id)
        self.refuse(between, parent_id=self.partner.id)
        alone = self.customer("Branch", is_company=True, parent_id=self.partner.id)
        self.assert_passes(self.quote(partner=alone))
        self.refuse(alone, is_company=False)
        self.refuse(alone, company_type="person")

    def test_invoiced_to(self):
        self.write(self.clerk, parent_id=self.good.id)
        self.assert_passes(self.quote(partner=self.good, partner_invoice_id=self.clerk.id))
        self.refuse(self.clerk, parent_id=self.partner.id)

    def test_drafts_settle_nothing(self):
        order = self.ordered_elsewhere()
        move = self.invoice_order(order, post=False)
        self.assertEqual(order.invoice_status, "invoiced")
        self.refuse(self.clerk, parent_id=self.partner.id)
        move.invoice_date = self.today
        move.action_post()
        self.write(self.clerk, parent_id=self.partner.id)  # the good one owes what it bought
        self.assertEqual(move.commercial_partner_id, self.good)

    def test_what_moves_freely(self):
        """Contacts with nothing to invoice, orders that are paid or cancelled, and to the good."""
        self.write(self.clerk, parent_id=self.good.id)
        self.write(self.clerk, parent_id=self.partner.id)
        order = self.ordered_elsewhere()
        self.pay_online(order)
        self.write(self.clerk, parent_id=self.partner.id)
        order = self.ordered_elsewhere()
        order._action_cancel()
        self.write(self.clerk, parent_id=self.partner.id)
        self.write(self.clerk, parent_id=False)

    def test_released_by_a_manager(self):
        order = self.ordered_elsewhere()
        release = self.release()
        self.write(self.clerk, parent_id=self.partner.id)
        self.assertEqual(order.collect_release_id, release)

    def test_others_learn_no_figures(self):
        self.ordered_elsewhere()
        self.assertNotIn("1,500", self.refuse(self.clerk, parent_id=self.partner.id))

    def test_merged(self):
        """Two contacts that become one are one who has moved."""
        self.ordered_elsewhere()
        twin = self.customer("Clerk", is_company=False, parent_id=self.partner.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.mover)
        with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
            wizard._merge((self.clerk | twin).ids, twin.with_user(self.mover))
