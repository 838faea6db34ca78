# Part of ar_collect. License LGPL-3.
"""Customers who do not answer are reminded by themselves: once in each period, and then no more."""

from unittest.mock import patch

from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .dispute_common import DisputeCase

MODEL = "odoo.addons.ar_collect.models.ar_collect_dispute_reminder"


class TestDisputeReminder(DisputeCase):
    """Asked on Monday the 16th; five working days later is the 23rd, day 7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "customer@example.com"
        cls.dana = cls.env["res.partner"].create(
            {"name": "Dana", "parent_id": cls.partner.id, "email": "dana@own.example"}
        )
        cls.cron = cls.env.ref("ar_collect.ir_cron_dispute_escalate")

    def asked(self, **values):
        """A dispute whose contact was asked today."""
        dispute = self.dispute({self.old: 200}, partner_id=self.dana.id, **values)
        self.seen_by("collector", dispute).with_context(collect_dispute_asks=True).message_post(
            body="Which pallet?", partner_ids=self.dana.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual((dispute.stage_kind, dispute.date_asked), ("waiting", self.today))
        return dispute

    def run_cron(self, day, times=1):
        """What the scheduled action does at noon of a day."""
        with freeze_time(f"{self.day(day)} 12:00:00"):
            for _time in range(times):
                self.env.flush_all()
                with self.enter_registry_test_mode():
                    self.cron.method_direct_trigger()
                self.env.invalidate_all()

    def reminders(self, dispute):
        """The reminders to the customer: to whom."""
        return [
            message.partner_ids
            for message in dispute.message_ids.sorted("id")
            if message.message_type == "auto_comment"
        ]

    def summaries(self, dispute):
        return dispute._get_tasks().sorted("id").mapped("summary")

    def test_reminded_twice_then_the_coordinator(self):
        dispute = self.asked()
        for day, count, told in (
            (4, 0, False),
            (5, 0, False),  # Saturday
            (7, 1, False),
            (8, 1, False),
            (11, 1, False),
            (14, 2, False),
            (21, 2, True),
            (28, 2, True),
        ):
            with self.subTest(day):
                self.run_cron(day, times=3)
                self.assertEqual(len(self.reminders(dispute)), count)
                self.assertEqual((dispute.reminder_count, dispute.silence_told), (count, told))
        self.assertEqual(self.reminders(dispute), [self.dana] * 2)
        told = [text for text in self.summaries(dispute) if "No answer" in text]
        self.assertEqual(told, ["No answer to 2 reminders: how does it go on?"])
        self.assertEqual(dispute.stage_kind, "waiting")

    def test_reminding_comes_before_escalation(self):
        dispute = self.asked()
        self.run_cron(8)
        self.run_cron(15)
        self.assertEqual(dispute.reminder_count, 2)
        self.assertEqual(dispute.escalation_level, 0)
        self.run_cron(22)
        self.assertTrue(dispute.silence_told)
        self.assertEqual(dispute.escalation_level, 0)
        self.run_cron(30)
        self.assertEqual(dispute.escalation_level, 1, "nobody has done anything since")

    def test_scheduler_was_dead(self):
        dispute = self.asked()
        self.run_cron(45, times=4)
        self.assertEqual(len(self.reminders(dispute)), 1)

    def test_answered(self):
        dispute = self.asked()
        dispute.message_post(
            body="The blue one",
            author_id=self.dana.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.run_cron(8)
        self.assertFalse(self.reminders(dispute))
        self.assertFalse(dispute.date_asked)

    def test_not_waiting_any_more(self):
        dispute, closed = self.asked(), self.asked()
        dispute.stage_id = self.env.ref("ar_collect.dispute_stage_work")
        closed._resolve("withdrawn")
        self.run_cron(8)
        self.assertFalse(self.reminders(dispute) + self.reminders(closed))
        self.assertFalse(closed.date_asked)

    def test_stage_means_something_else_now(self):
        dispute = self.asked()
        self.env.ref("ar_collect.dispute_stage_waiting").sudo().kind = "open"  # sudo: by a manager
        self.run_cron(8)
        self.assertFalse(self.reminders(dispute))

    def test_answered_while_the_action_runs(self):
        dispute = self.asked()
        with freeze_time(f"{self.day(8)} 12:00:00"):
            silent = self.disputes._get_silent()
            self.assertEqual(silent, dispute)
            dispute.stage_id = self.env.ref("ar_collect.dispute_stage_work")
            silent._process_silence()
        self.assertFalse(self.reminders(dispute))

    def test_every_wait_begins_anew(self):
        dispute = self.asked()
        self.run_cron(7)
        dispute.stage_id = self.env.ref("ar_collect.dispute_stage_work")
        self.assertEqual(dispute.reminder_count, 0)
        with freeze_time(f"{self.day(10)} 12:00:00"):
            dispute.stage_id = self.env.ref("ar_collect.dispute_stage_waiting")
            self.assertEqual(dispute.date_asked, self.day(10))
        self.run_cron(14)
        self.assertEqual(dispute.reminder_count, 0)
        self.run_cron(17)
        self.assertEqual(dispute.reminder_count, 1)

    def test_reminded_by_hand(self):
        dispute = self.asked()
        seen = self.seen_by("collector", dispute)
        with freeze_time(f"{self.day(4)} 12:00:00"):
            action = seen.action_ask_customer()
            seen.with_context(collect_dispute_asks=True).message_post(
                body="Well?", partner_ids=self.dana.ids, subtype_xmlid="mail.mt_comment"
            )
        self.assertEqual(
            action["context"]["default_template_id"],
            self.env.ref("ar_collect.mail_template_dispute_reminder").id,
        )
        self.run_cron(7)
        self.assertFalse(self.reminders(dispute))
        self.run_cron(11)
        self.assertEqual(len(self.reminders(dispute)), 1)

    def test_off(self):
        self.company.collect_dispute_remind_days = 0
        dispute = self.asked()
        self.run_cron(40)
        self.assertFalse(self.reminders(dispute))
        self.assertFalse(dispute.silence_told)

    def test_no_reminders_wanted(self):
        self.company.collect_dispute_remind_count = 0
        dispute = self.asked()
        self.run_cron(7)
        self.assertFalse(self.reminders(dispute))
        self.assertIn("No answer to 0 reminders: how does it go on?", self.summaries(dispute))

    def test_no_address(self):
        dispute = self.asked()
        self.partner.email = self.dana.email = False
        self.run_cron(7)
        self.assertFalse(self.reminders(dispute))
        self.assertIn(
            "No reminder possible: no contact has a working address", self.summaries(dispute)
        )

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("ar_collect.mail_template_dispute_reminder")
        template = template.sudo()  # sudo: set up by managers
        template.with_context(lang="fr_FR").subject = "Votre réclamation {{ object.name }}"
        self.dana.lang = "fr_FR"
        dispute = self.asked()
        self.run_cron(7)
        subjects = dispute.message_ids.mapped("subject")
        self.assertIn(f"Votre réclamation {dispute.name}", subjects)

    def test_machines_do_not_answer(self):
        dispute = self.asked()
        self.run_cron(7)
        # sudo: the queue
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.dana.ids)])[:1]
        self.assertEqual(mail.state, "outgoing", "SMTP is for the queue")
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertIn(self.reminders(dispute)[0], dispute.talk_ids.mapped("partner_ids"))

    def test_one_that_fails_stops_no_other(self):
        bad, good = self.asked(), self.asked()
        remind = type(self.disputes)._remind

        def fail(dispute, recipients):
            remind(dispute, recipients)
            if dispute == bad:
                raise ValueError("The template is broken")

        with patch.object(type(self.disputes), "_remind", fail), mute_logger(MODEL):
            self.run_cron(7, times=2)
        self.assertEqual((bad.reminder_count, good.reminder_count), (0, 1))
        self.assertFalse(self.reminders(bad), "undone")
        self.assertIn("The reminder could not be sent: The template is broken", self.summaries(bad))
        self.assertEqual(len(self.summaries(bad)), 2)
        self.run_cron(14)
        self.assertEqual((bad.reminder_count, good.reminder_count), (1, 2))

    def test_escalation_that_fails_stops_no_other(self):
        bad, good = self.dispute({self.old: 200}), self.dispute({self.new: 50})
        plan = type(self.disputes)._plan_task

        def fail(dispute, *args):
            if dispute == bad:
                raise ValueError("No task")
            plan(dispute, *args)

        logger = mute_logger("odoo.addons.ar_collect.models.ar_collect_dispute_work")
        with patch.object(type(self.disputes), "_plan_task", fail), logger:
            self.run_cron(8)
        self.assertEqual(len(good._get_tasks()), 2)
        self.assertEqual(len(bad._get_tasks()), 1)
