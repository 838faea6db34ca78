# Part of ar_collect. License LGPL-3.
"""The step of a strategy at which somebody is asked for help: a real escalation, once."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .notice_common import NoticeCase


@freeze_time("2026-03-16 12:00:00")
class TestEscalationStep(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: see CollectCase
        cls.escalations = cls.env["ar.collect.escalation"].sudo()  # sudo: ~
        cls.env["ar.collect.escalation.rule"].sudo().search([]).active = False  # sudo: ~
        cls.sam, cls.boss = (
            new_test_user(
                cls.env,
                login=login,
                name=name,
                groups=groups,
                email=f"{login}@us.example",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, name, groups in (
                ("sam", "Sam Sales", "base.group_user"),
                ("boss", "Bea Boss", "ar_collect.group_manager"),
            )
        )
        cls.company.sudo().collect_promise_escalation_user_id = cls.boss  # sudo: ~
        cls.help = cls.add_step()

    @classmethod
    def add_step(cls, days=30, **values):
        """A step that asks for help."""
        _add, _id, values = cls.step(
            "All reminders are out",
            days,
            channel="escalation",
            template_id=False,
            tone="3_final",
            strategy_id=cls.strategy.id,
            **values,
        )
        steps = cls.env["ar.collect.strategy.step"].sudo()  # sudo: see CollectCase
        return steps.create(values)

    def asked(self, partner):
        return self.escalations.search([("customer_id", "=", partner.id)], order="id")

    def tasks(self, record):
        # sudo: see CollectCase
        activities = self.env["mail.activity"].sudo()
        return activities.search([("res_model", "=", record._name), ("res_id", "in", record.ids)])

    def late(self, name="Late", amount=900, **values):
        partner = self.debtor(name, amount, due=-35, user_id=self.sam.id, **values)
        self.catch_up()
        return partner

    # --- what is asked

    def test_asks(self):
        self.help.write(
            {"recipient": "salesperson", "question": "Call the owner.", "summary": "No"}
        )
        partner = self.late()
        self.run_day()
        notice = self.of(partner, channel="escalation")
        escalation = self.asked(partner)
        self.assertRecordValues(
            escalation,
            [
                {
                    "user_id": self.sam.id,
                    "step_id": self.help.id,
                    "recipient": "salesperson",
                    "state": "open",
                    "amount": 900,
                    "days_late": 35,
                    "date_deadline": self.day(3),
                    "reason": "No",
                    "question": "Call the owner.",
                    "requester_id": False,
                }
            ],
        )
        self.assertIn("INV/", escalation.story)
        self.assertEqual((notice.state, notice.escalation_id), ("sent", escalation))
        self.assertFalse(notice.activity_id, "no other task beside it")
        self.assertEqual(self.tasks(escalation).user_id, self.sam)
        account = self.account(partner)
        self.assertFalse(self.tasks(account))
        self.assertIn("Escalated to Sam Sales", str(account.message_ids.mapped("body")))

    def test_says_something_by_itself(self):
        partner = self.late()
        self.run_day()
        escalation = self.asked(partner)
        self.assertEqual(escalation.user_id, self.boss)
        self.assertEqual(escalation.reason, "All reminders are out")
        self.assertIn("how we go on", escalation.question)

    def test_comes_back(self):
        partner = self.late()
        self.run_day()
        escalation = self.asked(partner)
        with freeze_time(f"{self.day(5)} 12:00:00"):
            self.env["ar.collect.account"].sudo()._refresh(companies=self.company)  # sudo: ~
            self.escalations._process_company(self.company)
        self.assertEqual(escalation.state, "unanswered")
        self.assertIn("did not answer", self.tasks(self.account(partner)).summary)

    # --- whom

    def test_named_person(self):
        self.help.user_id = self.sam
        self.assertEqual(self.help.recipient, "user", "as it was before one could choose")
        partner = self.debtor("Late", 900, due=-35)
        self.run_day()
        self.assertEqual(self.asked(partner).user_id, self.sam)
        self.help.user_id = False
        self.assertEqual(self.help.recipient, "manager")

    def test_nobody_sells_to_them(self):
        self.help.recipient = "salesperson"
        partner = self.debtor("Late", 900, due=-35)
        self.run_day()
        escalation = self.asked(partner)
        self.assertEqual((escalation.user_id, escalation.is_fallback), (self.boss, True))

    def test_other_steps_ask_nobody(self):
        self.assertEqual(self.help.recipient, "manager")
        self.assertFalse(self.first.recipient)
        self.help.channel = "activity"
        self.assertFalse(self.help.recipient)

    def test_person_is_chosen(self):
        with self.assertRaisesRegex(ValidationError, "choose whom"):
            self.help.recipient = "user"
        with self.assertRaisesRegex(ValidationError, "choose whom"):
            self.help.recipient = False
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "deadline_days_range"):
            self.help.deadline_days = 0
            self.env.flush_all()

    def test_said_before(self):
        """The calendar of the days to come names who will be asked."""
        self.help.recipient = "salesperson"
        account = self.account(self.late())
        notice = self.notices.new(
            {
                "account_id": account.id,
                "company_id": self.company.id,
                "step_id": self.help.id,
                "channel": "escalation",
            }
        )
        self.assertEqual(notice._show_task()["person"], "Sam Sales")

    def test_draft_tells_the_difference(self):
        before = self.help._get_essence()
        self.help.recipient = "leader"
        self.assertNotEqual(self.help._get_essence(), before)

    # --- once

    def test_once(self):
        partner = self.late()
        self.run_day()
        self.run_day()
        self.assertEqual(len(self.asked(partner)), 1)

    def test_asked_by_hand_already(self):
        self.help.recipient = "salesperson"
        partner = self.late()
        account = self.account(partner)
        values = {"recipient": "user", "reason": "Help", "question": "?", "deadline_days": 2}
        by_hand = account._ask_for_help(self.sam, values)
        self.run_day()
        self.assertEqual(self.asked(partner), by_hand)
        notice = self.of(partner, channel="escalation")
        self.assertEqual((notice.state, notice.escalation_id), ("sent", by_hand))

    def test_another_person_is_asked_already(self):
        partner = self.late()
        values = {"recipient": "user", "reason": "Help", "question": "?", "deadline_days": 2}
        self.account(partner)._ask_for_help(self.sam, values)
        self.run_day()
        self.assertEqual(self.asked(partner).user_id, self.sam | self.boss)

    def test_many_at_once(self):
        partners = [self.late(f"Late {number}") for number in range(4)]
        partners.append(self.debtor("Nobodys", 900, due=-35))
        self.help.recipient = "salesperson"
        self.plan()
        with self.in_one_go():
            self.notices._process_notices()
        for partner in partners:
            notice = self.of(partner, channel="escalation")
            self.assertEqual(notice.escalation_id, self.asked(partner))
            self.assertEqual(notice.escalation_id.account_id, notice.account_id)

    # --- promises

    def promise(self, partner, amount, number=4):
        promises = self.env["ar.collect.promise"].sudo()  # sudo: see CollectCase
        return promises.create(
            {
                "account_id": self.account(partner).id,
                "amount": amount,
                "date_promised": self.day(number),
            }
        )

    def test_waits_for_a_promise(self):
        """Of a part that is promised nobody is bothered; when it is not kept, they are."""
        partner = self.late()
        self.promise(partner, 300)
        self.run_day()
        escalation = self.asked(partner)
        self.assertEqual(escalation.state, "paused")
        self.assertFalse(self.tasks(escalation))
        mails = self.env["mail.mail"].sudo()  # sudo: see CollectCase
        mine = [("recipient_ids", "in", self.boss.partner_id.ids)]
        self.assertFalse(mails.search(mine))
        with freeze_time(f"{self.day(8)} 12:00:00"):
            self.env["ar.collect.account"].sudo()._refresh(companies=self.company)  # sudo: ~
            self.catch_up()
            self.escalations._process_company(self.company)
        self.assertEqual(escalation.state, "open")
        self.assertEqual(self.tasks(escalation).user_id, self.boss)

    def test_pauses_for_what_is_promised_later_or_before(self):
        partner = self.late()
        self.run_day()
        self.promise(partner, 900)
        self.catch_up()
        self.escalations._process_company(self.company)
        self.assertEqual(self.asked(partner).state, "paused")

    # --- how many queries

    def test_queries(self):
        counts = []
        for name, count in (("Warm", 2), ("Few", 2), ("Many", 20)):
            partners = [self.late(f"{name} {number}") for number in range(count)]
            self.plan()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.notices._process_notices()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            for partner in partners:
                self.assertEqual(len(self.asked(partner)), 1)
        self.assertEqual(counts[1], counts[2])
