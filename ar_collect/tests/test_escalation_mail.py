# Part of ar_collect. License LGPL-3.
"""The mail to the person asked, and replies to it by the mail gateway."""

import uuid
from email.utils import format_datetime

from odoo import SUPERUSER_ID, fields
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ..models.ar_collect_escalation_answer import BACK
from .escalation_common import EscalationCase


@freeze_time("2026-03-16 12:00:00")
class TestEscalationMail(MockEmail, EscalationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        domain = cls.env["mail.alias.domain"].sudo()  # sudo: see CollectCase
        # sudo: ~
        cls.company.sudo().alias_domain_id = domain.search([], limit=1) or domain.create(
            {"name": "us.example"}
        )
        cls.rule(deadline_days=3)
        cls.run_day()
        cls.asked = cls.escalations.search([("account_id", "=", cls.own.id)])

    def sent(self):
        """The message by which Sam was told."""
        return self.asked.message_ids.filtered(lambda one: one.message_type == "auto_comment")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def reply(self, text, *headers, sender="Sam Sales <sam@us.example>"):
        """A mail that answers what was asked, as it comes from the mail server."""
        sent = self.sent()
        raw = "\r\n".join(
            [
                f"From: {sender}",
                f"To: {sent.reply_to}",
                f"Message-Id: <{uuid.uuid4()}@us.example>",
                f"In-Reply-To: {sent.message_id}",
                f"References: {sent.message_id}",
                f"Date: {format_datetime(fields.Datetime.now())}",
                "Subject: Re: your help is asked",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                *headers,
                "",
                text,
            ]
        )
        with self.mock_mail_gateway():
            self.env(user=SUPERUSER_ID)["mail.thread"].message_process(False, raw)

    def back(self):
        """What has come back to the collector, oldest first."""
        tasks = self.tasks(self.own)
        return tasks.filtered(lambda task: task.collect_escalation_id == self.asked).sorted("id")

    # --- the mail

    def test_leaves_once(self):
        """The queue sends it and forgets it; the message stays, with an address for replies."""
        sent = self.sent()
        self.assertIn(self.company.catchall_email, sent.reply_to)
        self.assertEqual(sent.author_id, self.users["collector"].partner_id)
        self.assertIn(self.users["collector"].name, sent.reply_to)
        # sudo: see CollectCase
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", sent.id)])
        self.assertIn("simply reply", mail.body_html)
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mail.send()
        self.assertEqual(
            [one["email_to"] for one in self._mails], [['"Sam Sales" <sam@us.example>']]
        )
        self.assertFalse(mail.exists())
        self.assertTrue(sent.exists())
        self.assertNotIn("1,200.00", sent.body, "the story is on the form already")

    def test_nowhere_to_reply_to(self):
        """Without an address for replies they go to the collector, and are not read here."""
        # sudo: see CollectCase
        self.company.sudo().alias_domain_id = False
        self.assertNotIn("simply reply", self.asked._get_mail_body())
        self.asked._queue_mails()
        last = self.asked.message_ids.filtered(lambda one: one.message_type == "auto_comment")[:1]
        self.assertEqual(last.reply_to, last.email_from)

    # --- the reply

    def test_reply_is_the_answer(self):
        self.reply("They pay <b>on Friday</b>.\r\n\r\nOn Mon, Anna wrote:\r\n> Please call them.")
        self.assertRecordValues(
            self.asked,
            [
                {
                    "state": "answered",
                    "outcome": "other",
                    "answer": "They pay <b>on Friday</b>.",
                    "answered_by_id": self.sam.id,
                    "is_late": False,
                }
            ],
        )
        self.assertFalse(self.tasks(self.asked))
        self.assertEqual(self.back().user_id, self.users["collector"])
        self.assertIn("on Friday", self.back().note)
        self.assertIn("on Friday", self.talk(self.own))
        self.assertNotIn("<b>on Friday", self.talk(self.own))

    def test_after_the_mail_has_left(self):
        with self.mock_mail_gateway(mail_unlink_sent=True):
            # sudo: see CollectCase
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        self.reply("Done.")
        self.assertEqual(self.asked.answer, "Done.")

    def test_somebody_else_replies(self):
        for sender in ("Tom <tom@elsewhere.example>", "collector@example.com"):
            self.reply("We have paid.", sender=sender)
            self.assertEqual((self.asked.state, self.asked.answer), ("open", False), sender)
        self.assertIn("We have paid", str(self.asked.message_ids.mapped("body")), "kept as a note")
        self.assertTrue(self.tasks(self.asked), "Sam is asked still")

    def test_collector_hears_of_other_addresses(self):
        """An alias or a phone of the person asked, or a colleague: one task for all of them."""
        self.reply("They pay <b>soon</b>.", sender="Sam <sam.sales@us.example>")
        [task] = self.back()
        self.assertEqual(task.user_id, self.users["collector"])
        self.assertEqual(task.activity_type_id, self.env.ref(BACK))
        self.assertEqual(task.summary, "A reply from an unknown address")
        self.assertIn("sam.sales@us.example", task.note)
        self.assertIn("They pay &lt;b&gt;soon", task.note)
        self.assertIn("sam.sales@us.example", self.talk(self.own))
        self.reply("They went there.", sender="tom@us.example")
        [task] = self.back()
        self.assertIn("They pay", task.note)
        self.assertIn("tom@us.example", task.note)
        # the answer does not take them away
        self.reply("On Friday.")
        self.assertEqual(
            self.back().mapped("summary"),
            ["A reply from an unknown address", "Sam Sales answered: Something else"],
        )

    def test_replies_are_internal_notes(self):
        """Whoever follows what is asked is not sent what comes in."""
        follower = self.salesperson("fay").partner_id
        self.asked.message_subscribe(follower.ids)
        self.reply("We have paid.", sender="Tom <tom@elsewhere.example>")
        [message] = self.asked.message_ids.filtered(lambda one: one.message_type == "email")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertTrue(message.is_internal)
        self.assertFalse(message.notified_partner_ids)

    def test_says_that_it_came_by_mail(self):
        """Whoever forges an address answers in another name: the collector reads where from."""
        self.reply("They pay on Friday.")
        for text in (self.back().note, self.talk(self.own)):
            self.assertIn("by e-mail, from sam@us.example", text)

    def test_out_of_office(self):
        for header in ("Auto-Submitted: auto-replied", "X-Autoreply: yes"):
            self.reply("I am away until May.", header)
            self.assertEqual(self.asked.state, "open", header)
        self.assertFalse(self.back())

    def test_nothing_but_the_quote(self):
        self.reply("On Mon, Anna wrote:\r\n> Please call them.")
        self.assertEqual(self.asked.state, "open")
        self.assertEqual(self.back().summary, "A reply that was not taken as the answer")

    def test_second_reply_is_added(self):
        self.asked.with_user(self.sam)._answer("will_pay", "On Friday.")
        self.reply("Half of it, they say.")
        self.assertRecordValues(
            self.asked,
            [{"outcome": "will_pay", "answer": "On Friday.\n\nHalf of it, they say."}],
        )
        self.assertEqual(len(self.back()), 1)
        self.assertIn("Half of it", self.back().note)
        self.assertIn("by e-mail, from sam@us.example", self.back().note)

    def test_second_reply_answers_nothing_anew(self):
        """Who answered, when and how fast stays; the log tells what is new alone."""
        self.asked.with_user(self.users["collector"])._answer("will_pay", "On Friday.")
        names = ["answered_by_id", "answered_at", "answer_days", "is_late", "date_closed"]
        former = self.asked.read(names)
        with freeze_time(f"{self.day(7)} 12:00:00"):
            self.reply("Half of it, they say.")
        self.assertEqual(self.asked.read(names), former)
        self.assertEqual(self.talk(self.own).count("On Friday."), 1)
        self.assertEqual(self.talk(self.own).count("Half of it"), 1)
        self.assertEqual(self.back().user_id, self.users["collector"])

    def test_second_reply_holds_nobody(self):
        """What was lifted since, or declined, is not decided again by a mail."""
        # sudo: see CollectCase
        self.company.sudo().collect_hold_user_id = self.manager
        # sudo: ~
        self.asked.sudo().user_id = self.manager
        self.asked.with_user(self.manager)._answer("hold", "No more.")
        account = self.own.sudo(False).with_user(self.manager)
        self.assertTrue(account.hold)
        account._lift_hold("They paid")
        self.reply("Thanks.", sender=self.manager.email)
        self.assertIn("Thanks.", self.asked.answer)
        self.assertFalse(account.hold)
        self.assertFalse(account._get_hold_proposals())

    def test_after_the_deadline(self):
        self.run_at(5)
        self.assertEqual(self.asked.state, "unanswered")
        with freeze_time(f"{self.day(6)} 12:00:00"):
            self.reply("Sorry, I was away.")
        self.assertEqual((self.asked.state, self.asked.is_late), ("answered", True))
        self.assertEqual(len(self.back()), 1)

    def test_taken_back_meanwhile(self):
        self.asked._end("withdrawn", "no need")
        self.reply("I called them.")
        self.assertEqual((self.asked.state, self.asked.answer), ("withdrawn", False))
        self.assertIn("I called them", str(self.asked.message_ids.mapped("body")))
        self.assertEqual(self.back().summary, "A reply that was not taken as the answer")
        self.assertIn("I called them", self.back().note)

    def test_typed_here_is_no_mail(self):
        """What the system posts in their name is no reply."""
        self.asked.message_post(body="Seen", author_id=self.sam.partner_id.id)
        self.assertEqual(self.asked.state, "open")
