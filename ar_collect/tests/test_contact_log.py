# Part of ar_collect. License LGPL-3.
import uuid
from datetime import timedelta
from email.utils import format_datetime

from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .contact_log_common import ContactLogCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestContactLog(ContactLogCase):
    def test_counts(self):
        for hours, code in (
            (5, "no_answer"),
            (4, "promised"),
            (3, "no_answer"),
            (2, "left_message"),
        ):
            self.log(code, date=str(fields.Datetime.now() - timedelta(hours=hours)))
        self.assertEqual(self.row.attempt_count, 2, "since the last right-party contact")
        self.assertEqual(self.row.last_contact_date, self.today)
        self.assertEqual(self.row.last_right_party_date, self.today)

    def test_counts_follow_changes(self):
        first = self.log("no_answer")
        second = self.log("left_message")
        self.assertEqual(self.row.attempt_count, 2)
        second.outcome_id = self.outcome("refused")
        self.assertEqual(self.row.attempt_count, 0)
        self.assertEqual(self.row.last_right_party_date, self.today)
        second.unlink()
        self.assertEqual(self.row.attempt_count, 1)
        self.assertFalse(self.row.last_right_party_date)
        first.unlink()
        self.assertFalse(self.row.last_contact_date)

    def test_incoming_is_no_attempt(self):
        self.log("no_answer", date="2026-03-16 08:00:00")
        self.log("received", direction="in", channel="portal", date="2026-03-16 07:00:00")
        self.assertEqual(self.row.attempt_count, 1)

    def test_day_is_the_company_s(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.log("no_answer", date="2026-03-15 12:30:00")
        self.assertEqual(self.row.last_contact_date, self.day(0), "already the 16th there")

    def test_outcome_is_kept_as_it_was(self):
        activity = self.log("no_answer")
        self.outcome("no_answer").sudo().is_contact = True  # sudo: a setting
        activity.note = "changed later"
        self.assertFalse(activity.is_contact)

    def test_ranks_at_once(self):
        self.assertIn("Never contacted", str(self.row.priority_reasons))
        self.log("talked")
        self.assertNotIn("Never contacted", str(self.row.priority_reasons))

    def test_chatter(self):
        activity = self.log(
            "no_answer",
            note="<script>alert(1)</script>\nsecond line",
            partner_id=self.contact.id,
            line_ids=self.item.ids,
            duration=0.05,
        )
        body = self.row.message_ids[0].body
        self.assertIn("&lt;script&gt;", body)
        self.assertNotIn("<script>", body)
        for text in ("No answer", "Dana", self.overdue.name, "00:03"):
            self.assertIn(text, body)
        self.assertEqual(activity.message_id, self.row.message_ids[0])
        activity.note = "better"
        self.assertIn("better", self.row.message_ids[0].body)
        activity.unlink()
        self.assertNotIn("better", str(self.row.message_ids.mapped("body")))

    def test_many_at_once(self):
        values = {"account_id": self.row.id, "outcome_id": self.outcome("no_answer").id}
        activities = self.env["ar.collect.activity"].sudo().create([values] * 3)
        self.assertEqual(len(activities.message_id), 3, "one note each, also for one customer")

    def test_foreign_items_and_contacts(self):
        other = self.customer("Other")
        foreign = self.invoice(other, 50).line_ids.filtered("date_maturity")
        activity = self.log("talked", line_ids=(self.item | foreign).ids)
        self.assertEqual(activity.line_ids, self.item, "a page cannot log others' items")
        with self.assertRaisesRegex(ValidationError, "Other is not a contact of Azure Interior"):
            self.log("talked", partner_id=other.id)

    def test_not_before_it_happened(self):
        fast = self.log("talked", date="2026-03-16 15:00:00")  # a clock that is wrong
        self.assertEqual(fast.date, fields.Datetime.now())
        with self.assertRaisesRegex(ValidationError, "when it has happened"):
            fast.with_user(self.collector).date = "2026-03-17 12:01:00"

    def test_no_outcome(self):
        account = self.row.with_user(self.collector)
        with self.assertRaisesRegex(UserError, "Choose what came of the contact"):
            account.log_contact({"note": "forgot"})

    def test_follow_up_and_undo(self):
        self.row.write({"next_action": "Ask again", "next_action_date": self.day(-1)})
        activity = self.log("no_answer")
        planned = self.row.activity_ids
        self.assertEqual(planned, activity.follow_up_id)
        self.assertEqual(self.row.next_action_date, planned.date_deadline)
        self.assertGreater(planned.date_deadline, self.today)
        self.row.with_user(self.collector).undo_log(activity.id)
        self.assertFalse(activity.exists())
        self.assertFalse(self.row.activity_ids)
        self.assertEqual(self.row.next_action, "Ask again")
        self.assertEqual(self.row.next_action_date, self.day(-1))

    def test_second_log_moves_the_plan(self):
        first = self.log("no_answer")
        former = first.follow_up_id.date_deadline
        second = self.log("promised")
        self.assertEqual(len(self.row.activity_ids), 1)
        self.assertGreater(second.follow_up_id.date_deadline, former)
        self.row.with_user(self.collector).undo_log(second.id)
        self.assertEqual(self.row.activity_ids.date_deadline, former)

    def test_planned_call_is_done(self):
        call = self.row.activity_schedule(
            "mail.mail_activity_data_call", self.today, user_id=self.collector.id
        )
        later = self.row.activity_schedule(
            "mail.mail_activity_data_call", self.day(30), user_id=self.collector.id
        )
        activity = self.log("no_answer")
        self.assertFalse(call.active, "this was the planned call")
        self.assertTrue(later.active)
        self.row.with_user(self.collector).undo_log(activity.id)
        self.assertTrue(call.active)

    def promise(self, activity, day):
        promises = self.env["ar.collect.promise"].with_user(self.collector)
        return promises.create(
            {
                "account_id": self.row.id,
                "amount": 10,
                "date_promised": self.day(day),
                "activity_id": activity.id,
            }
        )

    def test_nobody_is_called_before_the_promise_is_due(self):
        activity = self.log("promised")
        self.assertEqual(activity.follow_up_id.date_deadline, self.day(7))
        self.promise(activity, 18)  # a Friday
        self.assertEqual(len(self.row.activity_ids), 1)
        planned = self.row.activity_ids
        self.assertEqual(planned.date_deadline, self.day(21))
        self.assertIn("promise of 04/03/2026", str(planned.note))
        self.assertEqual(planned.user_id, self.collector)

    def test_next_step_is_told_once_the_promise_is_saved(self):
        """What the page says after the form is where the promise has moved the step to."""
        row = self.row.with_user(self.collector)
        logged = row.log_contact({"outcome_id": self.outcome("promised").id})
        self.assertEqual(logged["follow_up"]["date"], str(self.day(7)))
        told = row.get_logged(logged["log_id"])
        self.assertEqual(told, {**logged, "has_claim": False})
        activity = self.row.log_ids
        self.promise(activity, 18)
        told = row.get_logged(activity.id)
        self.assertEqual(told["follow_up"]["date"], str(self.day(21)))
        self.assertTrue(told["has_claim"])
        row.undo_log(activity.id)
        self.assertEqual(row.get_logged(activity.id), {})

    def test_dispute_is_told(self):
        row = self.row.with_user(self.collector)
        logged = row.log_contact({"outcome_id": self.outcome("disputed").id})
        self.assertFalse(row.get_logged(logged["log_id"])["has_claim"])
        disputes = self.env["ar.collect.dispute"].with_user(self.collector)
        disputes.create(
            {
                "account_id": self.row.id,
                "activity_id": logged["log_id"],
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": self.item.id})],
            }
        )
        self.assertTrue(row.get_logged(logged["log_id"])["has_claim"])

    def test_contact_of_another_customer_is_not_told(self):
        activity = self.log("promised")
        partner = self.customer("Other")
        self.invoice(partner, 10)
        self.catch_up()
        self.assertEqual(self.account(partner).get_logged(activity.id), {})

    def test_step_that_waits_for_the_promise_stays(self):
        activity = self.log("promised")
        planned = activity.follow_up_id
        planned.collect_datetime = "2026-03-25 15:00:00"
        self.promise(activity, 4)
        self.assertEqual(str(planned.collect_datetime), "2026-03-25 15:00:00")

    def test_step_planned_since_stays(self):
        first = self.log("promised")
        planned = self.log("no_answer").follow_up_id
        day = planned.date_deadline
        self.promise(first, 18)
        self.assertEqual(planned.date_deadline, day)

    def test_nothing_planned_on_demand(self):
        account = self.row.with_user(self.collector)
        account.log_contact({"outcome_id": self.outcome("no_answer").id}, {})
        self.assertFalse(self.row.activity_ids)

    def test_search(self):
        self.log("talked", note="They wait for the purchase order 4711")
        self.log("no_answer", note="Voice mail 100%", partner_id=self.contact.id)
        self.log("talked", line_ids=self.item.ids)
        account = self.row.with_user(self.collector)
        for text, count in (
            ("4711", 1),
            ("purchase ORDER", 1),
            ("100%", 1),
            ("dana", 1),
            (self.overdue.name, 1),
            ("", 3),
            ("nothing like it", 0),
        ):
            with self.subTest(text):
                found = account.search_log(text)
                self.assertEqual((found["count"], len(found["entries"])), (count, count))
        self.assertEqual(len(account.search_log(limit=2)["entries"]), 2)
        self.assertEqual(len(account.search_log(offset=2)["entries"]), 1)

    def test_survives_a_merge(self):
        activity = self.log("no_answer", partner_id=self.contact.id)
        target = self.customer("Target")
        self.invoice(target, 10)
        self.catch_up()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.partner | target).ids, target)
        self.assertEqual(activity.customer_id, target)
        self.assertEqual(activity.account_id.partner_id, target)
        self.assertEqual(activity.account_id.attempt_count, 1)

    def test_row_with_talk_stays(self):
        self.log("no_answer")
        self.row.write({"user_id": False, "next_action": False, "next_action_date": False})
        self.row.activity_ids.unlink()
        self.row.message_ids.unlink()
        self.overdue.button_draft()
        self.overdue.unlink()
        self.catch_up()
        self.assertTrue(self.row.exists())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestContactLogByMail(ContactLogCase):
    """What is written to customers and by them is logged by itself."""

    def last(self):
        return self.row.log_ids[:1]

    def test_mail_from_the_page(self):
        account = self.row.with_user(self.collector).with_context(collect_line_ids=self.item.ids)
        account.message_post(
            body="Please find copies",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )
        entry = self.last()
        self.assertEqual((entry.channel, entry.direction), ("email", "out"))
        self.assertEqual(entry.user_id, self.collector)
        self.assertEqual(entry.partner_id, self.contact)
        self.assertEqual(entry.line_ids, self.item)
        self.assertEqual(entry.note, "Please find copies")
        self.assertEqual(len(self.row.message_ids.filtered("body")), 1, "no second note of it")

    def test_note_among_colleagues(self):
        self.row.with_user(self.collector).message_post(body="Ask Marc", message_type="comment")
        self.assertFalse(self.row.log_ids)

    def test_answer(self):
        self.row.message_post(
            body=Markup(
                "<p>We pay on Friday</p><p>On Mon, 16 Mar 2026, Marc wrote:</p><p>&gt; when?</p>"
            ),
            message_type="email",
            author_id=self.contact.id,
            subtype_xmlid="mail.mt_comment",
        )
        entry = self.last()
        self.assertEqual((entry.channel, entry.direction), ("email", "in"))
        self.assertFalse(entry.user_id)
        self.assertEqual(entry.note, "We pay on Friday")
        self.assertEqual(self.row.last_right_party_date, self.today)
        self.assertEqual(self.row.attempt_count, 0)

    def test_answer_on_an_invoice(self):
        self.overdue.message_post(
            body="The price is wrong",
            message_type="comment",
            author_id=self.contact.id,
            subtype_xmlid="mail.mt_comment",
        )
        entry = self.last()
        self.assertEqual((entry.channel, entry.direction), ("portal", "in"))
        self.assertEqual(entry.line_ids, self.item)
        self.assertIn("The price is wrong", str(self.row.message_ids.mapped("body")))

    def test_answer_of_somebody_else(self):
        self.row.message_post(
            body="Spam", message_type="email", author_id=self.customer("Stranger").id
        )
        self.assertFalse(self.row.log_ids)

    # --- as the mail server hands it over

    def write_to(self, contact):
        """A mail to a contact from the page.

        :rtype: recordset of `mail.message`
        """
        return self.row.with_user(self.collector).message_post(
            body="When do you pay?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=contact.ids,
        )

    def receive(self, answered, sender, *headers, text="We pay on Friday"):
        """A mail that answers another one, as it comes from the mail server."""
        raw = "\r\n".join(
            [
                f"From: {sender}",
                "To: collections@company.example",
                f"Message-Id: <{uuid.uuid4()}@azure.example>",
                f"In-Reply-To: {answered.message_id}",
                f"References: {answered.message_id}",
                f"Date: {format_datetime(fields.Datetime.now())}",
                "Subject: Re: your question",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                *headers,
                "",
                text,
            ]
        )
        self.env["mail.thread"].message_process(False, raw.encode())

    def test_raw_answer(self):
        sent = self.write_to(self.contact)
        self.assertEqual(len(self.row.log_ids), 1)
        text = "We pay <b>on Friday</b>\r\n\r\nOn Mon, Marc wrote:\r\n> When do you pay?"
        self.receive(sent, "Dana <dana@azure.example>", text=text)
        self.assertEqual(len(self.row.log_ids), 2, "logged once each")
        entry = self.row.log_ids.filtered(lambda log: log.direction == "in")
        self.assertEqual((entry.channel, entry.partner_id), ("email", self.contact))
        self.assertEqual(entry.note, "We pay <b>on Friday</b>")
        self.assertEqual(entry.message_id.parent_id, sent)
        self.assertEqual(self.row.last_right_party_date, self.today)

    def test_second_mail_in_a_thread(self):
        self.receive(self.write_to(self.contact), "Dana <dana@azure.example>")
        self.write_to(self.contact)
        kinds = self.row.log_ids.mapped("direction")
        self.assertEqual(sorted(kinds), ["in", "out", "out"])

    def test_answer_from_an_unknown_address(self):
        self.receive(self.write_to(self.contact), "Dana <dana@home.example>")
        entry = self.row.log_ids.filtered(lambda log: log.direction == "in")
        self.assertEqual((entry.channel, entry.note), ("email", "We pay on Friday"))
        self.assertFalse(entry.partner_id)
        self.assertTrue(entry.is_contact)
        self.assertFalse(self.row.last_right_party_date, "it may be anybody")

    def test_answer_on_an_invoice_from_an_unknown_address(self):
        sent = self.overdue.message_post(body="Your invoice", subtype_xmlid="mail.mt_comment")
        self.assertFalse(self.row.log_ids)
        self.receive(sent, "Dana <dana@home.example>")
        entry = self.row.log_ids
        self.assertEqual((entry.direction, entry.line_ids), ("in", self.item))
        self.assertEqual(entry.outcome_id, self.outcome("received_unknown"))

    def test_answer_from_an_address_of_two_customers(self):
        sent = self.write_to(self.contact)
        self.contact.email = False
        self.customer("Sister Company", email="shared@azure.example")
        self.contact.email = "shared@azure.example"
        self.receive(sent, "shared@azure.example")
        entry = self.row.log_ids.filtered(lambda log: log.direction == "in")
        self.assertEqual(entry.partner_id, self.contact)

    def test_answer_of_a_colleague(self):
        self.collector.email = "marc@company.example"
        self.receive(self.write_to(self.contact), "Marc <marc@company.example>")
        self.assertEqual(self.row.log_ids.mapped("direction"), ["out"])

    def test_machines_are_nobody(self):
        for header in (
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated; owner-email=x",
            "Precedence: auto_reply",
            "X-Autoreply: yes",
            "Return-Path: <>",
        ):
            with self.subTest(header):
                self.row.log_ids.unlink()
                self.receive(
                    self.write_to(self.contact),
                    "Dana <dana@azure.example>",
                    header,
                    text="I am out of the office until Friday",
                )
                entry = self.row.log_ids.filtered(lambda log: log.direction == "in")
                self.assertEqual(entry.outcome_id, self.outcome("automatic"))
                self.assertFalse(entry.is_contact or entry.is_right_party)
                self.assertFalse(self.row.last_right_party_date)
                self.assertEqual(self.row.attempt_count, 1)

    def test_machine_the_day_after_is_no_contact_of_that_day(self):
        sent = self.write_to(self.contact)
        with freeze_time("2026-03-17 12:00:00"):
            self.receive(sent, "Dana <dana@azure.example>", "Auto-Submitted: auto-replied")
        self.assertEqual(self.row.last_contact_date, self.today)

    def test_person_is_no_machine(self):
        self.receive(
            self.write_to(self.contact),
            "Dana <dana@azure.example>",
            "Auto-Submitted: no",
            "Return-Path: <dana@azure.example>",
        )
        self.assertTrue(self.row.last_right_party_date)

    def test_bounce(self):
        sent = self.write_to(self.contact)
        self.receive(sent, "MAILER-DAEMON@azure.example", text="No such user")
        self.assertEqual(self.row.log_ids.mapped("direction"), ["out"])
        self.assertFalse(self.row.last_right_party_date)

    def test_what_the_log_writes_with_stays(self):
        for name in ("sent", "received", "received_unknown", "automatic"):
            outcome = self.outcome(name).with_user(self.role("manager", f"log_{name}"))
            with self.subTest(name), self.assertRaisesRegex(UserError, "by themselves"):
                outcome.unlink()
            outcome.active = False
        self.receive(self.write_to(self.contact), "Dana <dana@azure.example>")
        self.assertEqual(len(self.row.log_ids), 2)

    def test_portal_user_writes(self):
        user = new_test_user(self.env, "log_portal", groups="base.group_portal")
        user.partner_id.parent_id = self.partner
        self.overdue.with_user(user).sudo().message_post(
            body="Hello", message_type="comment", author_id=user.partner_id.id
        )
        self.assertEqual(self.last().direction, "in")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_composer(self):
        action = self.row.with_user(self.collector).action_write(self.contact.id)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"subject": "Hello", "body": "<p>Are you there?</p>"})
        )
        self.assertEqual(composer.partner_ids, self.contact)
        composer.action_send_mail()
        self.assertEqual((self.last().channel, self.last().direction), ("email", "out"))

    def test_text_message(self):
        if "sms.composer" not in self.env:
            self.fail("the app SMS is part of the test database")
        self.contact.phone = "+1 202 555 0123"
        action = self.row.with_user(self.collector).action_text(self.contact.id)
        composer = (
            self.env["sms.composer"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"body": "Please call us"})
        )
        composer._action_send_sms()
        entry = self.last()
        self.assertEqual((entry.channel, entry.partner_id), ("sms", self.contact))
        self.assertIn("Please call us", str(self.row.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestContactLogSecurity(ContactLogCase):
    def test_roles(self):
        activity = self.log("no_answer")
        for name in ("inquiry", "collector_all", "manager"):
            with self.subTest(name):
                user = self.role(name)
                self.assertTrue(activity.with_user(user).note is not None)
        with self.assertRaises(AccessError):
            self.log(
                "talked", user=self.env.ref("base.user_admin").browse(self.role("inquiry", "i2").id)
            )

    def test_other_collector(self):
        activity = self.log("no_answer")
        other = self.role("collector", "log_other")
        with self.assertRaises(AccessError):
            activity.with_user(other).read(["note"])
        with self.assertRaises(AccessError):
            self.log("talked", user=other)
        with self.assertRaises(AccessError):
            self.row.with_user(other).get_call_page()

    def test_only_the_author_changes(self):
        activity = self.log("no_answer")
        colleague = self.role("collector_all")
        with self.assertRaises(AccessError):
            activity.with_user(colleague).note = "mine"
        with self.assertRaises(AccessError):
            activity.with_user(colleague).unlink()
        activity.with_user(self.collector).note = "mine"
        activity.with_user(self.role("manager")).unlink()

    def test_in_the_name_of_a_colleague(self):
        """What everybody did is counted: only a manager corrects who did it."""
        activity = self.log("no_answer")
        colleague = self.role("collector_all", "log_colleague")
        values = {
            "account_id": self.row.id,
            "outcome_id": self.outcome("talked").id,
            "user_id": colleague.id,
        }
        with self.assertRaises(AccessError):
            activity.with_user(self.collector).create(values)
        with self.assertRaises(AccessError):
            activity.with_user(self.collector).user_id = colleague
        activity.with_user(self.role("manager", "log_boss")).user_id = colleague
        self.assertEqual(activity.user_id, colleague)

    def test_notes_and_plans_of_others(self):
        """No contact is made the owner of a note or a plan that it has nothing to do with."""
        activity = self.log("no_answer").with_user(self.collector)
        note = self.overdue._message_log(body="Posted by the auditor")
        other = self.customer("Other")
        self.invoice(other, 5)
        self.catch_up()
        done = self.account(other).activity_schedule("mail.mail_activity_data_todo")
        done.action_archive()
        values = {"account_id": self.row.id, "outcome_id": self.outcome("talked").id}
        for forged in (
            {"message_id": note.id},
            {"follow_up_id": done.id},
            {"former_plan": {"done": done.ids}},
        ):
            with self.subTest(forged), self.assertRaises(AccessError):
                activity.write(forged)
            with self.subTest(forged), self.assertRaises(AccessError):
                activity.create({**values, **forged})
        activity.sudo().former_plan = {"done": done.ids}
        activity.action_undo()
        self.assertFalse(done.active, "of another customer")
        self.assertTrue(note.exists())

    def test_other_company(self):
        activity = self.log("no_answer")
        company = self.other_company()
        user = new_test_user(
            self.env,
            "log_abroad",
            groups="ar_collect.group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            activity.with_user(user).read(["note"])
        with self.assertRaises(AccessError):
            self.row.with_user(user).get_call_page()

    def test_outsiders(self):
        activity = self.log("no_answer")
        for groups in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"log_{groups[11:]}", groups=groups)
            for record in (activity, self.outcome("no_answer")):
                with self.subTest(groups), self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
