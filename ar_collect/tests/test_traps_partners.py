# Part of ar_collect. License LGPL-3.
"""Customers are not fixed: contacts, moves under another customer, merges, archiving."""

from odoo import Command

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CollectCase


class TestPartnerTraps(CollectCase):
    def setUp(self):
        super().setUp()
        self.collector = mail_new_test_user(
            self.env, login="collector", groups="ar_collect.group_collector"
        )
        self.collector.company_ids = [Command.link(self.company.id)]
        # sudo: the accountant of these tests sets up what a manager would
        self.strategy = self.env["ar.collect.strategy"].sudo().create({"name": "Firm"})

    def settle(self, partner, **settings):
        """Give the customer's row settings, a message with an attachment and a planned call."""
        self.catch_up()
        account = self.account(partner)
        account.write(settings)
        message = account.message_post(body="We talked", attachments=[("proof.txt", b"proof")])
        activity = account.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
        return message, activity

    def assert_talk(self, account, message, activity):
        """The message, its attachment and the planned call now belong to the row."""
        self.assertIn(message, account.message_ids)
        self.assertEqual(message.attachment_ids.mapped("name"), ["proof.txt"])
        self.assertEqual(message.attachment_ids.res_id, account.id)
        self.assertEqual(activity.exists().res_id, account.id)

    # --- contacts

    def test_child_contact_invoiced_directly(self):
        partner = self.customer()
        child = self.env["res.partner"].create({"name": "Buyer", "parent_id": partner.id})
        move = self.invoice(child, 100, due=-10)
        self.invoice(partner, 30, due=-10)
        self.assert_row(partner, amount_balance=130, open_count=2)
        self.assertFalse(self.account(child))
        # an item that stands on the contact itself, as imports and manual entries have it
        self.items(move).partner_id = child
        self.assertEqual(self.items(move).partner_id, child)
        self.assert_row(partner, amount_balance=130, open_count=2, item_count=2)
        self.assertFalse(self.account(child))

    def test_payment_of_a_contact_booked_on_the_commercial_partner(self):
        partner = self.customer()
        child = self.env["res.partner"].create({"name": "Payer", "parent_id": partner.id})
        move = self.invoice(partner, 100, due=-10)
        self.payment(child, 60, on=-1)
        self.assert_row(
            partner,
            amount_balance=40,
            amount_credit=-60,
            last_payment_amount=60,
            last_payment_date=self.day(-1),
        )
        self.payment(child, 100, move, on=-1)
        self.assert_row(
            partner, amount_balance=-60, overdue_count=0, paid_count=1, last_payment_amount=160
        )
        self.assertFalse(self.account(child))

    def test_archived_customer_stays_in_the_worklist(self):
        partner = self.customer()
        move = self.invoice(partner, 100, due=-10)
        self.assert_row(partner, amount_chasable=100)
        partner.active = False
        self.assert_row(partner, amount_chasable=100, state="to_chase")
        self.payment(partner, 40, move)
        self.assert_row(partner, amount_chasable=60)
        self.assertIn(self.account(partner), self.accounts.search([("state", "=", "to_chase")]))

    # --- customers that move under another one

    def test_customer_moved_under_another_without_a_row(self):
        parent, partner = self.customer("Holding"), self.customer("Subsidiary")
        self.invoice(partner, 100, due=-10)
        talk = self.settle(
            partner,
            user_id=self.collector.id,
            strategy_id=self.strategy.id,
            hold=True,
            next_action="Call again",
            next_action_date=self.day(3),
            note="<p>Ask for Ann</p>",
        )
        partner.sudo().write({"parent_id": parent.id, "is_company": False})  # sudo: on hold
        self.assertEqual(partner.commercial_partner_id, parent)
        self.assert_row(
            parent,
            amount_balance=100,
            user_id=self.collector,
            strategy_id=self.strategy,
            hold=True,
            next_action="Call again",
            next_action_date=self.day(3),
            note="<p>Ask for Ann</p>",
            acting_user_id=self.collector,
        )
        self.assert_talk(self.account(parent), *talk)
        self.assert_no_row(partner)

    def test_customer_moved_under_another_with_a_row(self):
        parent, partner = self.customer("Holding"), self.customer("Subsidiary")
        self.invoice(parent, 30, due=-50)
        self.invoice(partner, 100, due=-10)
        talk = self.settle(partner, user_id=self.collector.id, hold=True, next_action="Theirs")
        self.account(parent).next_action = "Ours"
        partner.sudo().write({"parent_id": parent.id, "is_company": False})  # sudo: on hold
        self.assert_row(
            parent,
            amount_balance=130,
            amount_31_60=30,
            amount_1_30=100,
            open_count=2,
            user_id=self.collector,
            hold=True,
            next_action="Ours",
        )
        self.assert_talk(self.account(parent), *talk)
        self.assert_no_row(partner)

    def test_contact_becomes_a_customer_of_its_own(self):
        """Core leaves the items where they were booked: on the former commercial partner."""
        parent = self.customer("Holding")
        child = self.env["res.partner"].create({"name": "Branch office", "parent_id": parent.id})
        move = self.invoice(child, 100, due=-10)
        own = self.invoice(child, 60, due=-20)
        self.items(own).partner_id = child
        self.settle(parent, user_id=self.collector.id)
        self.assertEqual(self.items(move).partner_id, parent)
        child.parent_id = False
        self.assert_row(parent, amount_balance=100, user_id=self.collector)
        self.assert_row(child, amount_balance=60, user_id=self.env["res.users"])

    def test_move_in_two_companies(self):
        second = self.other_company()
        parent, partner = self.customer("Holding"), self.customer("Subsidiary")
        self.invoice(partner, 100, due=-10)
        self.invoice(partner, 7, due=-10, company=second)
        self.invoice(parent, 1, due=-10, company=second)
        self.settle(partner, next_action="First")
        self.account(partner, second).next_action = "Second"
        partner.sudo().write({"parent_id": parent.id, "is_company": False})  # sudo: on hold
        self.assert_row(parent, amount_balance=100, next_action="First")
        self.assert_row(parent, second, amount_balance=8, next_action="Second")

    # --- customers merged

    def merge(self, target, *sources):
        """Merge contacts as the wizard does."""
        partners = self.env["res.partner"].concat(target, *sources)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: for administrators
        wizard.create({})._merge(partners.ids, target)
        self.assertFalse(self.env["res.partner"].concat(*sources).exists())

    def test_merge_when_both_had_rows(self):
        target, source = self.customer("Good name"), self.customer("Double")
        self.invoice(target, 100, due=-10)
        self.invoice(source, 30, due=-40)
        talk = self.settle(
            source, user_id=self.collector.id, next_action="Theirs", note="<p>Ask for Ann</p>"
        )
        own_talk = self.settle(target, strategy_id=self.strategy.id, next_action="Ours")
        source_id = source.id
        self.merge(target, source)
        self.assert_row(
            target,
            amount_balance=130,
            amount_1_30=100,
            amount_31_60=30,
            open_count=2,
            user_id=self.collector,
            strategy_id=self.strategy,
            next_action="Ours",
            note="<p>Ask for Ann</p>",
        )
        self.assert_talk(self.account(target), *talk)
        self.assert_talk(self.account(target), *own_talk)
        self.assertFalse(self.accounts.search([("partner_id", "=", source_id)]))

    def test_merge_when_only_the_source_had_a_row(self):
        target, source = self.customer("Good name"), self.customer("Double")
        self.invoice(source, 30, due=-40)
        talk = self.settle(source, user_id=self.collector.id, hold=True)
        self.merge(target, source)
        self.assert_row(target, amount_balance=30, user_id=self.collector, hold=True)
        self.assert_talk(self.account(target), *talk)

    def test_merge_of_three(self):
        target = self.customer("Good name")
        first, second = self.customer("Double"), self.customer("Triple")
        self.invoice(first, 30, due=-40)
        self.invoice(second, 5, due=-10)
        talk = self.settle(first, next_action="Call")
        other_talk = self.settle(second, user_id=self.collector.id)
        self.merge(target, first, second)
        self.assert_row(target, amount_balance=35, next_action="Call", user_id=self.collector)
        self.assert_talk(self.account(target), *talk)
        self.assert_talk(self.account(target), *other_talk)

    def test_merge_of_a_person_into_the_contact_of_a_customer(self):
        parent, source = self.customer("Holding"), self.customer("Double", is_company=False)
        child = self.env["res.partner"].create({"name": "Office", "parent_id": parent.id})
        self.invoice(source, 30, due=-40)
        self.invoice(parent, 4, due=-10)
        talk = self.settle(source, user_id=self.collector.id)
        self.merge(child, source)
        self.assertEqual(child.commercial_partner_id, parent)
        self.assert_row(parent, amount_balance=34, user_id=self.collector)
        self.assert_talk(self.account(parent), *talk)
        self.assertFalse(self.account(child))

    def test_merge_of_a_company_makes_the_contact_a_customer(self):
        """Core copies "is a company" to the contact, which is a customer of its own from then on."""
        parent, source = self.customer("Holding"), self.customer("Double")
        child = self.env["res.partner"].create({"name": "Office", "parent_id": parent.id})
        self.invoice(source, 30, due=-40)
        self.invoice(parent, 4, due=-10)
        talk = self.settle(source, user_id=self.collector.id)
        self.merge(child, source)
        self.assertEqual(child.commercial_partner_id, child)
        self.assert_row(child, amount_balance=30, user_id=self.collector)
        self.assert_row(parent, amount_balance=4, user_id=self.env["res.users"])
        self.assert_talk(self.account(child), *talk)
