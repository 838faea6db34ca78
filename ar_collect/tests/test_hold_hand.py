# Part of ar_collect. License LGPL-3.
"""Holds that managers set and lift: with a reason, for a while, and because somebody proposed it."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from .claims_common import ClaimsCase


class TestHoldHand(ClaimsCase):
    """The company has no rules: nobody is on hold but by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sam = new_test_user(
            cls.env,
            login="sam_hand",
            name="Sam Sales",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        # sudo: see CollectCase
        cls.company.sudo().collect_hold_user_id = cls.users["manager"]

    def dialog(self, login="manager", account=None, **values):
        """What the button of the account opens, filled in."""
        account = self.seen_by(login, account or self.own)
        action = account.action_release_hold() if account.hold else account.action_set_hold()
        wizards = account.env[action["res_model"]].with_context(**action["context"])
        return wizards.create(values)

    def notes(self):
        """The log of the own customer, newest first, as text."""
        # sudo: see CollectCase
        return [body.striptags() for body in self.own.sudo().message_ids.mapped("body")]

    def test_with_a_reason(self):
        self.dialog(reason="Two promises broken").action_set()
        own = self.seen_by("inquiry", self.own)
        self.assertEqual((own.hold, own.hold_level), (True, "approve"))
        self.assertIn("Two promises broken", own.hold_text)
        self.assertIn("Two promises broken", self.notes()[0])
        self.assertEqual(self.own.sudo().message_ids[0].author_id, self.users["manager"].partner_id)
        self.dialog(lift_reason="All paid").action_lift()
        self.assertEqual((own.hold, own.hold_reason, own.hold_level), (False, False, "none"))
        self.assertIn("All paid", self.notes()[0])

    def test_not_without(self):
        for reason in (False, "  "):
            with self.assertRaisesRegex(UserError, "why"):
                self.dialog(reason=reason).action_set()
        self.assertFalse(self.own.hold)
        self.own.hold = True
        with self.assertRaisesRegex(UserError, "why"):
            self.dialog(lift_reason="").action_lift()

    def test_for_a_while(self):
        with self.assertRaisesRegex(UserError, "today or later"):
            self.dialog(reason="Late", date_until=self.day(-1)).action_set()
        self.dialog(reason="Until they call", date_until=self.day(2)).action_set()
        own = self.seen_by("manager", self.own)
        self.assertRegex(own.hold_text, "until .*2026")
        with freeze_time("2026-03-18 12:00:00"):
            self.env.invalidate_all()
            own.sudo()._process_holds_over()
            self.assertEqual((own.hold_level, own.hold), ("approve", True))
        with freeze_time("2026-03-19 00:01:00"):
            self.env.invalidate_all()
            self.assertEqual(own.hold_level, "none", "whenever it is noted")
            self.env["ar.collect.hold.release"].sudo()._cron_end()  # sudo: as ir.cron
        self.assertEqual((own.hold, own.hold_until), (False, False))
        self.assertIn("last day has passed", self.notes()[0])

    def test_managers_alone(self):
        for login in ("inquiry", "collector", "collector_all"):
            with self.assertRaises(AccessError):
                self.dialog(login, reason="Mine").action_set()
            with self.assertRaises(AccessError):
                self.seen_by(login, self.own)._set_hold("Mine")
            for values in ({"hold_reason": "Mine"}, {"hold_until": self.day(1)}):
                with self.assertRaises(AccessError):
                    self.seen_by(login, self.own).write(values)
        stranger = self.outsiders()[0]
        wizards = self.env["ar.collect.hold.set"].sudo(False).with_user(stranger)
        with self.assertRaises(AccessError):
            wizards.create({"account_id": self.own.id, "reason": "Theirs"})

    def test_goes_with_the_customer(self):
        """A company that becomes another one's branch takes its hold along."""
        self.own._set_hold("Late", self.day(3))
        target = self.accounts._get_or_make(self.customer("Target"), self.company)
        self.own._merge_into(target)
        self.assertEqual(
            (target.hold, target.hold_reason, target.hold_until), (True, "Late", self.day(3))
        )

    def test_two_holds_become_one(self):
        """The later end wins, no end is the latest, and both reasons are kept."""
        for number, (first, second, end) in enumerate(
            (
                (self.day(3), self.day(5), self.day(5)),
                (self.day(5), self.day(3), self.day(5)),
                (False, self.day(3), False),
                (self.day(3), False, False),
            )
        ):
            source, target = (
                self.accounts._get_or_make(self.customer(f"{name} {number}"), self.company)
                for name in ("Source", "Target")
            )
            source._set_hold("Late", first)
            target._set_hold("Rude", second)
            source._merge_into(target)
            self.assertEqual((target.hold, target.hold_until), (True, end))
            self.assertEqual(set(target.hold_reason.split("\n")), {"Late", "Rude"})

    # --- by way of another customer

    def held(self, **values):
        """A customer on hold by hand, as who may write contacts sees it."""
        partner = self.customer("Held", **values)
        self.accounts._get_or_make(partner, self.company)._set_hold("Late")
        self.sam.group_ids += self.env.ref("base.group_partner_manager")
        self.env.flush_all()
        self.env.invalidate_all()
        return partner.sudo(False).with_user(self.sam)

    def account_of(self, partner):
        return self.accounts.search([("partner_id", "=", partner.id)])

    def refuse(self, partner, **values):
        with self.assertRaisesRegex(UserError, "hold.*Held"), self.env.cr.savepoint():
            partner.write(values)
        self.env.invalidate_all()
        self.assertTrue(self.account_of(partner).hold)

    def test_there_and_back(self):
        """Whoever were another's contact for a moment would come back without a hold."""
        dummy = self.customer("Dummy")
        person, company = self.held(is_company=False), self.held(is_company=True)
        self.refuse(person, parent_id=dummy.id)
        self.refuse(company, parent_id=dummy.id, is_company=False)
        self.refuse(company, parent_id=dummy.id, company_type="person")
        company.parent_id = dummy.id  # as a company it stays a customer
        self.refuse(company, is_company=False)
        company.parent_id = False
        # over the network the first environment is the user's
        first = patch.object(self.env.transaction, "default_env", person.env)
        refused = self.assertRaisesRegex(UserError, "hold.*Held")
        with first, refused, self.env.cr.savepoint():
            person.env["res.partner"].create(
                {"name": "Dummy", "child_ids": [Command.link(person.id)]}
            )

    def test_who_may_move_them(self):
        """Managers of collections, and whoever, once the hold is lifted or over."""
        dummy = self.customer("Dummy")
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("base.group_partner_manager")
        self.held(is_company=False).with_user(manager).parent_id = dummy.id
        self.assertTrue(self.account_of(dummy).hold)
        lifted, over = self.held(is_company=False), self.held(is_company=False)
        self.account_of(lifted)._lift_hold("Paid")
        lifted.parent_id = dummy.id
        self.account_of(over).hold_until = self.day(-1)
        over.parent_id = dummy.id
        self.assertEqual((lifted | over).commercial_partner_id, dummy)

    def test_limit_there_and_back(self):
        """Odoo gives a contact the limit of its customer: coming back it would have no own one."""
        self.company.account_use_credit_limit = self.company.collect_hold_active = True
        dummy, person = self.customer("Dummy"), self.customer("Limited", is_company=False)
        person.with_company(self.company).sudo().credit_limit = 500  # sudo: accounting's
        mover = new_test_user(
            self.env, "mover_limit", groups="base.group_user,base.group_partner_manager"
        )
        seen = person.with_user(mover)
        for limit in (0, 501):
            dummy.with_company(self.company).sudo().credit_limit = limit  # sudo: accounting's
            with self.subTest(limit), self.assertRaisesRegex(UserError, "credit limit.*Limited"):
                with self.env.cr.savepoint():
                    seen.parent_id = dummy.id
        self.company.collect_hold_active = False
        with self.env.cr.savepoint() as savepoint:
            seen.parent_id = dummy.id  # nobody is held by a limit
            savepoint.rollback()
        self.env.invalidate_all()
        self.company.collect_hold_active = True
        dummy.with_company(self.company).sudo().credit_limit = 500  # sudo: accounting's
        seen.parent_id = dummy.id
        self.assertEqual(person.commercial_partner_id, dummy)

    def merge(self, source, target):
        wizard = source.env["base.partner.merge.automatic.wizard"]
        wizard._merge((source | target).ids, target.with_env(source.env))
        self.env.invalidate_all()

    def test_merged_away(self):
        """Two entries of a customer become one with the hold; contacts of others take none."""
        held, twin = self.held(), self.customer("Twin")
        self.merge(held, twin)
        self.assertFalse(held.exists())
        self.assertTrue(self.account_of(twin).hold)
        held, dummy = self.held(is_company=False), self.customer("Dummy")
        contact = self.customer("Contact", is_company=False, parent_id=dummy.id)
        for pair in ((held, contact), (contact.with_env(held.env), held)):
            with self.assertRaisesRegex(UserError, "hold.*Held"), self.env.cr.savepoint():
                self.merge(*pair)
            self.env.invalidate_all()
        self.assertTrue(self.account_of(held).hold)

    # --- proposed by whoever was asked for help

    def ask(self, user):
        """An escalation about the own customer."""
        return self.own._ask_for_help(
            user, {"recipient": "user", "reason": "Late", "question": "?", "deadline_days": 1}
        ).sudo()  # sudo: see CollectCase

    def answer(self, escalation, user, outcome="hold", text="They laugh at us"):
        self.env.flush_all()
        self.env.invalidate_all()
        escalation.sudo(False).with_user(user)._answer(outcome, text)

    def proposals(self):
        return self.own.sudo()._get_hold_proposals()  # sudo: see CollectCase

    def test_a_salesperson_proposes(self):
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        self.assertFalse(self.own.hold)
        [task] = self.proposals()
        self.assertEqual(task.user_id, self.users["manager"])
        self.assertIn("Sam Sales: sell no more on credit. They laugh at us", task.note)
        seen = self.seen_by("manager", escalation)
        self.assertTrue(seen.is_hold_proposed)
        seen.action_set_hold()
        self.assertIn("They laugh at us", self.own.hold_reason)
        self.assertIn("They laugh at us", self.notes()[0])
        self.assertFalse(self.proposals())
        with self.assertRaisesRegex(UserError, "any more"):
            seen.action_set_hold()

    def test_lifted_later(self):
        """A hold that was lifted is not proposed again by the old answer."""
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        seen = self.seen_by("manager", escalation)
        seen.action_set_hold()
        self.assertRecordValues(
            seen, [{"hold_decision": "done", "hold_decided_by_id": self.users["manager"].id}]
        )
        self.dialog(lift_reason="All paid").action_lift()
        self.assertFalse(seen.is_hold_proposed)
        self.answer(escalation, self.sam, text="They laugh still")
        self.assertFalse(seen.is_hold_proposed, "the same answer, in other words")
        self.assertFalse(self.proposals())

    def test_declined(self):
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        seen = self.seen_by("manager", escalation)
        seen.action_decline_hold()
        self.assertFalse(self.own.hold)
        self.assertFalse(seen.is_hold_proposed)
        self.assertFalse(self.proposals())
        self.assertRecordValues(
            seen, [{"hold_decision": "declined", "hold_decided_by_id": self.users["manager"].id}]
        )
        self.assertTrue(seen.hold_decided_at)
        self.assertIn("No credit hold", self.notes()[0])
        with self.assertRaisesRegex(UserError, "any more"):
            seen.action_decline_hold()

    def test_in_other_words(self):
        """While nobody has decided, the managers read the last words."""
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        self.answer(escalation, self.sam, text="They shout at us")
        [task] = self.proposals()
        self.assertIn("They shout at us", task.note)

    def test_held_for_a_while_only(self):
        """A hold that ends, or has ended by now, decides nothing: the manager's click extends it."""
        for day in (0, 2):
            self.own.write({"hold": True, "hold_reason": "Late", "hold_until": self.day(day)})
            escalation = self.ask(self.sam)
            with freeze_time("2026-03-17 12:00:00"):
                self.answer(escalation, self.sam)
                seen = self.seen_by("manager", escalation)
                self.assertTrue(seen.is_hold_proposed, day)
                self.assertTrue(self.proposals())
                seen.action_set_hold()
            self.assertEqual((self.own.hold, self.own.hold_until), (True, False))
            self.assertFalse(seen.is_hold_proposed)

    def test_a_manager_extends(self):
        manager = self.users["manager"]
        self.own.write({"hold": True, "hold_until": self.day(2)})
        self.answer(self.ask(manager), manager)
        self.assertEqual((self.own.hold, self.own.hold_until), (True, False))

    def test_on_hold_already(self):
        """Nothing is left to decide, now or when it is lifted."""
        self.own.hold = True
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        self.assertFalse(self.proposals())
        self.dialog(lift_reason="All paid").action_lift()
        self.assertFalse(self.seen_by("manager", escalation).is_hold_proposed)

    def test_taken_over_by_the_dialog(self):
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        dialog = self.dialog()
        self.assertIn("They laugh at us", dialog.reason)
        dialog.action_set()
        self.assertFalse(self.proposals())
        self.assertEqual(self.seen_by("manager", escalation).hold_decision, "done")

    def test_another_answer(self):
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        self.answer(escalation, self.sam, "will_pay", "Tomorrow")
        self.assertFalse(self.proposals())
        self.assertFalse(self.seen_by("manager", escalation).is_hold_proposed)

    def test_a_manager_decides(self):
        manager = self.users["manager"]
        escalation = self.ask(manager)
        self.answer(escalation, manager)
        self.assertTrue(self.own.hold)
        self.assertIn("They laugh at us", self.own.hold_reason)
        self.assertFalse(self.proposals())

    def test_noted_for_somebody_else(self):
        """What a manager has heard is no decision yet."""
        self.answer(self.ask(self.sam), self.users["manager"])
        self.assertFalse(self.own.hold)
        self.assertTrue(self.proposals())

    def test_others_do_not_put_on_hold(self):
        escalation = self.ask(self.sam)
        self.answer(escalation, self.sam)
        for login in ("inquiry", "collector", "collector_all"):
            with self.assertRaises(AccessError):
                self.seen_by(login, escalation).action_set_hold()
            with self.assertRaises(AccessError):
                self.seen_by(login, escalation).action_decline_hold()
        with self.assertRaises(AccessError):
            escalation.sudo(False).with_user(self.sam).action_set_hold()
        with self.assertRaises(AccessError):
            escalation.sudo(False).with_user(self.sam).action_decline_hold()
        self.assertFalse(self.own.hold)
