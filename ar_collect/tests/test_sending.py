# Part of ar_collect. License LGPL-3.
"""How often an invoice was sent: what counts, what became of it, and who may know."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .contact_log_common import ContactLogCase
from .notice_common import NoticeCase


class SendingMixin(MockEmail):
    """What the tests of sendings share."""

    @property
    def sendings(self):
        return self.env["ar.collect.sending"].sudo()  # sudo: see CollectCase

    def rows(self, move):
        """The sendings of a document, oldest first."""
        return self.sendings.search([("move_id", "=", move.id)], order="id")

    def send(self, *moves, **settings):
        """Send invoices as the wizard, the batch and the cron do."""
        moves = self.env["account.move"].concat(*moves)
        sender = self.env["account.move.send"]
        settings.setdefault("sending_methods", {"email"})
        sender._generate_and_send_invoices(moves, **settings)
        self.work_off_queue()

    def work_off_queue(self):
        """What Odoo does after the commit."""
        mails = self.env["mail.mail"].sudo()  # sudo: the queue belongs to the system
        models = ("account.move", "ar.collect.account")
        mails = mails.search([("state", "=", "outgoing"), ("model", "in", models)])
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mails.send()

    def tell(self, sending, **values):
        """Let the queue say something of the mail of a sending."""
        sending.message_id.notification_ids.write(values)


@tagged("post_install", "-at_install")
class TestSending(SendingMixin, ContactLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "ap@azure.example"

    # --- what counts

    def test_wizard(self):
        wizard = self.env["account.move.send.wizard"].create(
            {"move_id": self.overdue.id, "sending_methods": ["email"]}
        )
        wizard.action_send_and_print()
        sending = self.rows(self.overdue)
        self.assertEqual(sending.state, "waiting")
        self.work_off_queue()
        self.assertEqual(len(sending), 1)
        self.assertEqual((sending.channel, sending.origin), ("email", "invoice"))
        self.assertEqual(sending.state, "sent")
        self.assertEqual(sending.date, fields.Datetime.now())
        self.assertEqual(sending.recipient_ids, self.partner)
        self.assertEqual(sending.recipients, "Azure Interior <ap@azure.example>")
        self.assertEqual(sending.user_id, self.env.user)
        self.assertEqual(sending.customer_id, self.partner)
        self.assertEqual(sending.company_id, self.company)
        self.assertEqual(self.overdue.collect_sent_count, 1)
        self.assertEqual(self.overdue.collect_sent_date, fields.Datetime.now())
        self.assertEqual(self.overdue.collect_sent_text, "Sent once, never answered.")

    def test_wizard_by_cron(self):
        second = self.invoice(self.partner, 50)
        moves = self.overdue | second
        wizard = self.env["account.move.send.batch.wizard"].create({"move_ids": moves.ids})
        wizard.action_send_and_print()
        self.assertFalse(self.rows(self.overdue), "it only waits for the cron")
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        self.work_off_queue()
        self.assertEqual([len(self.rows(move)) for move in moves], [1, 1])
        self.assertEqual(moves.mapped("collect_sent_count"), [1, 1])

    def test_is_move_sent_is_something_else(self):
        self.overdue.is_move_sent = True
        self.assertEqual(self.overdue.collect_sent_count, 0)
        self.assertFalse(self.overdue.collect_sent_text)

    def test_message_in_the_chatter(self):
        self.overdue.message_post(
            body="Any news?", message_type="comment", partner_ids=self.contact.ids
        )
        self.assertFalse(self.rows(self.overdue))

    @mute_logger("pypdf._reader")  # these are no PDF files
    def test_attached_in_the_chatter(self):
        """Whoever attaches the invoice to a message has sent it, as much as by the wizard."""
        self.send(self.overdue, sending_methods={"manual"})
        made = self.overdue.invoice_pdf_report_id
        self.assertTrue(made)

        def post(name, raw, author=None, **values):
            file = self.env["ir.attachment"].create(
                {"name": name, "raw": raw, "mimetype": "application/pdf"}
            )
            values.setdefault("partner_ids", self.contact.ids)
            values.setdefault("message_type", "comment")
            if author:
                values["author_id"] = author.id
            before = self.rows(self.overdue)
            self.overdue.message_post(body="Here", attachment_ids=file.ids, **values)
            return self.rows(self.overdue) - before

        self.assertFalse(post("Delivery note.pdf", b"%PDF-other"))
        self.assertFalse(post(made.name, b"%PDF-x", author=self.contact), "a customer's file")
        self.assertFalse(post(made.name, b"%PDF-x", partner_ids=[]), "a note")
        self.assertFalse(post(made.name, b"%PDF-x", partner_ids=self.collector.partner_id.ids))
        for name, raw in ((made.name, b"%PDF-x"), ("Invoice (1).pdf", made.raw)):
            sending = post(name, raw)
            self.assertEqual((sending.channel, sending.origin), ("email", "invoice"))
            self.assertEqual(sending.recipient_ids, self.contact)
            self.assertEqual(sending.user_id, self.env.user)
        self.work_off_queue()
        self.assertEqual(self.overdue.collect_sent_count, 2)

    def test_to_colleagues_alone(self):
        self.collector.partner_id.email = "me@us.example"
        self.send(self.overdue, mail_partner_ids=self.collector.partner_id.ids)
        self.assertFalse(self.rows(self.overdue))
        self.send(self.overdue, mail_partner_ids=(self.collector.partner_id | self.contact).ids)
        self.assertEqual(self.rows(self.overdue).recipient_ids, self.contact)

    def test_company_of_our_own_as_customer(self):
        """Its people have logins here, and are customers all the same."""
        self.collector.partner_id.write({"parent_id": self.partner.id, "email": "me@us.example"})
        self.send(self.overdue, mail_partner_ids=self.collector.partner_id.ids)
        self.assertEqual(self.rows(self.overdue).recipient_ids, self.collector.partner_id)

    def test_rolled_back(self):
        class Stop(Exception):
            pass

        with self.assertRaises(Stop), self.env.cr.savepoint():
            self.send(self.overdue)
            raise Stop
        self.assertFalse(self.rows(self.overdue))

    def test_download(self):
        self.send(self.overdue, sending_methods={"manual"})
        self.assertFalse(self.rows(self.overdue))

    def test_forged_context(self):
        """A list that comes over the network is none of ours: the row is written all the same."""
        sender = self.env["account.move.send"].with_context(collect_mailed_invoices=[])
        template = self.overdue._get_mail_template()
        sender._send_mail(self.overdue, template, body="Here", partner_ids=self.contact.ids)
        self.assertEqual(len(self.rows(self.overdue)), 1)

    def test_letter_of_the_app(self):
        if "snailmail.letter" not in self.env:
            self.skipTest("the app for letters is not installed")
        self.partner.write(
            {
                "street": "1 Road",
                "city": "Town",
                "zip": "1000",
                "country_id": self.env.ref("base.be").id,
            }
        )
        self.send(self.overdue, sending_methods={"snailmail"})
        sending = self.rows(self.overdue)
        self.assertEqual((sending.channel, sending.state), ("letter", "waiting"))
        self.assertEqual(sending.recipient_ids, self.partner)
        self.assertEqual(self.overdue.collect_sent_count, 0)
        self.tell(sending, notification_status="sent")
        self.assertEqual(sending.state, "sent")
        self.assertEqual(self.overdue.collect_sent_count, 1)

    def test_network(self):
        """A network that some other app sends e-invoices through."""
        sender = self.env["account.move.send"]
        data = {
            "sending_methods": {"somenet", "email", "manual"},
            "author_user_id": self.env.uid,
            "mail_partner_ids": [],
        }
        sender._note_networks({self.overdue: data})
        # once it has gone there, core says that it does not apply any more
        with (
            patch.object(type(sender), "_send_mails", lambda *args: None),
            patch.object(type(sender), "_is_applicable_to_move", lambda *args, **kw: False),
        ):
            sender._hook_if_success({self.overdue: data})
        sending = self.rows(self.overdue)
        self.assertEqual((sending.channel, sending.network), ("network", "somenet"))
        self.assertEqual((sending.state, sending.recipients), ("sent", "Azure Interior"))

    def test_network_that_did_not_take_it(self):
        """Core leaves out what it could not lock, without an error: its state tells."""
        sender = self.env["account.move.send"]
        data = {"sending_methods": {"somenet"}, "author_user_id": self.env.uid}
        sender._note_networks({self.overdue: data})
        for state, is_sent in (("to_send", False), (False, False), ("done", True)):
            with (
                self.subTest(state),
                patch.object(type(sender), "_get_network_state", lambda *args, s=state: s),
            ):
                self.assertEqual(sender._is_sent(self.overdue, "somenet", data), is_sent)

    def send_by_network(self, state=None):
        """Let a network take the overdue invoice, and say how far it is."""
        sender = self.env["account.move.send"]
        data = {"sending_methods": {"peppol"}, "author_user_id": self.env.uid}
        with (
            patch.object(type(sender), "_is_applicable_to_move", lambda *args, **kw: True),
            patch.object(type(sender), "_get_network_state", lambda *args: state),
        ):
            sender._note_networks({self.overdue: data})
            sender._hook_if_success({self.overdue: data})

    def say(self, *states):
        """What a network says of invoices, where its app is not installed.

        :param states: (invoice, state)
        """

        class Told(dict):
            id = property(lambda told: told["id"])

        told = [Told(id=move.id, peppol_move_state=state) for move, state in states]
        self.sendings._follow_networks(told, {"peppol"})

    def test_network_refuses_later(self):
        self.send_by_network()
        self.say((self.overdue, "error"))
        first = self.rows(self.overdue)
        self.assertEqual((first.state, self.overdue.collect_sent_count), ("failed", 0))
        self.send_by_network()  # once more
        self.say((self.overdue, "processing"))
        second = self.rows(self.overdue) - first
        self.assertEqual((first.state, second.state), ("failed", "sent"))
        self.say((self.overdue, "done"))
        self.assertEqual((first.state, second.state), ("failed", "sent"), "the last one alone")
        self.assertEqual(self.overdue.collect_sent_count, 1)

    def test_network_says_nothing_of_mails(self):
        self.send(self.overdue)
        self.say((self.overdue, "error"))
        self.assertEqual(self.rows(self.overdue).state, "sent")

    def test_logged_letter(self):
        log = self.log("sent", channel="letter", line_ids=self.item.ids)
        sending = self.rows(self.overdue)
        self.assertEqual(
            (sending.channel, sending.origin, sending.state), ("letter", "logged", "sent")
        )
        self.assertEqual(sending.user_id, self.collector)
        log.channel = "call"
        self.assertFalse(self.rows(self.overdue))
        log.channel = "letter"
        self.assertEqual(len(self.rows(self.overdue)), 1)
        log.action_undo()
        self.assertFalse(self.rows(self.overdue))

    def test_copies(self):
        second = self.invoice(self.partner, 50)
        self.catch_up()
        items = self.items(self.overdue, second)
        account = self.row.with_user(self.collector)
        context = account.action_send_copies(items.ids, self.contact.id)["context"]
        composer = self.env["mail.compose.message"].with_user(self.collector)
        mail = composer.with_context(**context).create({})
        mail.action_send_mail()
        self.work_off_queue()
        for move in self.overdue | second:
            sending = self.rows(move)
            self.assertEqual((sending.origin, sending.state), ("copy", "sent"))
            self.assertEqual(sending.recipient_ids, self.contact)
            self.assertEqual(sending.user_id, self.collector)
        # what is taken out of the mail does not go
        context = account.action_send_copies(items.ids, self.contact.id)["context"]
        mail = composer.with_context(**context).create({})
        kept = [file_id for file_id, move_id in context["collect_copies"] if move_id == second.id]
        mail.attachment_ids = [Command.set(kept)]
        mail.action_send_mail()
        self.work_off_queue()
        self.assertEqual(
            [move.collect_sent_count for move in self.overdue | second], [1, 2], "one file left"
        )

    def test_copies_of_somebody_else(self):
        """What the browser says of a file is believed for the customer's own invoices alone."""
        other = self.invoice(self.customer("Other"), 70)
        file = self.env["ir.attachment"].create({"name": "x.pdf", "raw": b"x"})
        self.row.with_context(collect_copies=[[file.id, other.id]]).message_post(
            body="Here",
            message_type="comment",
            partner_ids=self.contact.ids,
            attachment_ids=file.ids,
        )
        self.assertFalse(self.rows(other))

    def test_mail_about_it_without_a_copy(self):
        self.row.with_context(collect_line_ids=self.item.ids).message_post(
            body="When?", message_type="comment", partner_ids=self.contact.ids
        )
        self.assertEqual(self.row.log_ids[:1].line_ids, self.item)
        self.assertFalse(self.rows(self.overdue))

    # --- what became of it

    def test_queue(self):
        # the mail stays in the queue: without it nothing would be on its way
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(self.overdue, sending_methods={"email"})
        sending = self.rows(self.overdue)
        for status, state, count in (
            ("ready", "waiting", 0),
            ("exception", "failed", 0),
            ("ready", "waiting", 0),
            ("sent", "sent", 1),
            ("bounce", "bounced", 1),
            ("canceled", "failed", 0),
        ):
            with self.subTest(status=status):
                self.tell(sending, notification_status=status, failure_reason="Full")
                self.assertEqual(sending.state, state)
                self.assertEqual(self.overdue.collect_sent_count, count)
                self.assertEqual(
                    sending.failure, "Full" if state in ("failed", "bounced") else False
                )

    def test_kind_of_failure(self):
        """Where nothing else is known, what kind of failure it was."""
        self.send(self.overdue)
        self.tell(
            self.rows(self.overdue), notification_status="exception", failure_type="mail_smtp"
        )
        self.assertIn("mail server", self.rows(self.overdue).failure)

    def test_date_is_when_it_left(self):
        """What waits in the queue goes out the day it leaves, not the day it was asked for."""
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(self.overdue, sending_methods={"email"})
        sending = self.rows(self.overdue)
        asked = sending.date
        self.assertEqual(sending.state, "waiting")
        later = asked + timedelta(days=3)
        with freeze_time(later):
            self.tell(sending, notification_status="exception", failure_reason="No server")
        self.assertEqual((sending.state, sending.date), ("failed", asked))
        with freeze_time(later):
            self.tell(sending, notification_status="sent")
        self.assertEqual((sending.state, sending.date), ("sent", later))
        self.assertEqual(self.overdue.collect_sent_date, later)
        with freeze_time(later + timedelta(days=1)):
            self.tell(sending, notification_status="bounce")
            self.tell(sending, notification_status="sent")
        self.assertEqual(sending.date, later, "it has left once")

    def test_date_that_is_not_known(self):
        """What is only found out later keeps the day it was asked for."""
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(self.overdue, sending_methods={"email"})
        sending = self.rows(self.overdue)
        asked = sending.date
        error = self._get_concurrency_error()
        with patch.object(type(self.sendings), "_follow", side_effect=error):
            self.tell(sending, notification_status="sent")
        with freeze_time(asked + timedelta(hours=5)):
            self.sendings._gc_lost()
        self.assertEqual((sending.state, sending.date), ("sent", asked))

    def test_two_recipients(self):
        """It is sent when one of them has got it."""
        self.send(self.overdue, mail_partner_ids=(self.partner | self.contact).ids)
        sending = self.rows(self.overdue)
        self.assertEqual(sending.recipient_ids, self.partner | self.contact)
        notifications = sending.message_id.notification_ids
        notifications[0].notification_status = "bounce"
        self.assertEqual(sending.state, "sent")
        notifications[1].notification_status = "bounce"
        self.assertEqual(sending.state, "bounced")

    def test_one_of_several_has_not_got_it(self):
        """It was sent, and tells who has not got it, and why."""
        third = self.contact.copy({"name": "Dora", "email": "dora@azure.example"})
        self.send(self.overdue, mail_partner_ids=(self.partner | self.contact | third).ids)
        sending = self.rows(self.overdue)
        self.assertFalse(sending.failure)
        told = sending.message_id.notification_ids.grouped("res_partner_id")
        told[third].write({"notification_status": "bounce", "failure_reason": "No such mailbox"})
        self.assertEqual((sending.state, self.overdue.collect_sent_count), ("sent", 1))
        self.assertEqual(sending.failure, f"{third.complete_name}: No such mailbox")
        told[self.contact].write({"notification_status": "canceled", "failure_type": "mail_dup"})
        self.assertEqual(sending.failure, f"{third.complete_name}: No such mailbox")
        told[third].notification_status = "sent"
        self.assertFalse(sending.failure)

    def test_deleted_from_the_queue(self):
        """What somebody deletes before it has left is not on its way for ever."""
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(self.overdue, sending_methods={"email"})
        sending = self.rows(self.overdue)
        later = sending.date + timedelta(hours=2)
        with freeze_time(later):
            self.sendings._gc_lost()
        self.assertEqual(sending.state, "waiting", "it is in the queue")
        sending.message_id.sudo().mail_ids.unlink()  # sudo: the queue belongs to the system
        with freeze_time(later):
            self.sendings._gc_lost()
        self.assertEqual((sending.state, self.overdue.collect_sent_count), ("failed", 0))

    def test_mail_that_is_gone(self):
        self.send(self.overdue)
        sending = self.rows(self.overdue)
        self.assertFalse(sending.message_id.mail_ids, "it deletes itself")
        self.assertEqual(sending.state, "sent")
        sending.message_id.unlink()
        self.sendings._gc_lost()
        self.assertEqual(sending.state, "sent")
        self.assertEqual(sending.recipients, "Azure Interior <ap@azure.example>")

    def test_caught_up_with(self):
        """What the queue could not say is read from it later."""
        self.send(self.overdue)
        sending = self.rows(self.overdue)
        self.env.cr.execute(
            SQL(
                "UPDATE ar_collect_sending SET state = 'waiting', date = date - interval '2 hours'"
                " WHERE id = %s",
                sending.id,
            )
        )
        self.env.invalidate_all()
        self.sendings._gc_lost()
        self.assertEqual(sending.state, "sent")

    def test_in_peace(self):
        """Another process at the same row does not stop the mail queue."""
        self.send(self.overdue)
        sending = self.rows(self.overdue)
        error = self._get_concurrency_error()
        with patch.object(type(self.sendings), "_follow", side_effect=error):
            self.tell(sending, notification_status="bounce")
        self.assertEqual(sending.message_id.notification_ids.notification_status, "bounce")
        self.assertEqual(sending.state, "sent", "the next look at it tells")

    def _get_concurrency_error(self):
        from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

        return PG_CONCURRENCY_EXCEPTIONS_TO_RETRY[0]("could not serialize access")

    def test_answers(self):
        self.send(self.overdue)
        sending = self.rows(self.overdue)
        self.assertFalse(sending.answered_at)
        other = self.invoice(self.partner, 10)
        self.catch_up()
        log = self.env["ar.collect.activity"].sudo()  # sudo: see CollectCase
        values = {
            "account_id": self.row.id,
            "direction": "in",
            "channel": "email",
            "outcome_id": self.outcome("received").id,
            "user_id": False,
        }
        now = fields.Datetime.now()
        log.create({**values, "date": now - timedelta(hours=1)})
        log.create({**values, "date": now, "line_ids": self.items(other).ids})
        log.create({**values, "date": now, "outcome_id": self.outcome("automatic").id})
        self.env.invalidate_all()
        self.assertFalse(sending.answered_at, "before, of another one, by a machine")
        self.assertEqual(self.overdue.collect_sent_text, "Sent once, never answered.")
        for lines in (self.item, self.item.browse()):
            answer = log.create({**values, "date": now, "line_ids": lines.ids})
            self.env.invalidate_all()
            self.assertEqual(sending.answered_at, now)
            self.assertEqual(self.overdue.collect_sent_text, "Sent once, answered on 03/16/2026.")
            answer.unlink()

    def test_sentence(self):
        sentence = self.overdue._get_collect_sent_sentence
        self.assertEqual(sentence({}), "")
        self.assertEqual(
            sentence({"count": 3, "opened": 1}), "Sent 3 times, opened once, never answered."
        )
        self.assertEqual(sentence({"count": 0, "waiting": 1}), "On its way.")
        self.assertEqual(
            sentence({"count": 2, "bounced": 2, "failed": 1}),
            "Sent 2 times, came back 2 times, could not be sent once, never answered.",
        )

    # --- found again

    def test_search(self):
        moves = self.env["account.move"].browse(
            [self.invoice(self.partner, 10).id for _number in range(4)]
        )
        for number, move in enumerate(moves):
            for _time in range(number):
                self.send(move)
        self.tell(self.rows(moves[3])[0], notification_status="exception")
        counts = moves.mapped("collect_sent_count")
        self.assertEqual(counts, [0, 1, 2, 2])

        def found(operator, value):
            domain = [("id", "in", moves.ids), ("collect_sent_count", operator, value)]
            names = moves.search(domain, order="id")
            self.assertEqual(names, moves.filtered_domain(domain).sorted("id"))
            return [move.collect_sent_count for move in names]

        self.assertEqual(found(">=", 2), [2, 2])
        self.assertEqual(found(">", 0), [1, 2, 2])
        self.assertEqual(found("<", 2), [0, 1])
        self.assertEqual(found("<=", 0), [0])
        self.assertEqual(found("=", 0), [0])
        self.assertEqual(found("!=", 0), [1, 2, 2])
        self.assertEqual(found("in", [0, 2]), [0, 2, 2])
        self.assertEqual(found("not in", [0, 2]), [1])
        self.assertEqual(found(">=", 0), counts)
        never = moves.search([("id", "in", moves.ids), ("collect_sent_date", "=", False)])
        self.assertEqual(never, moves[0])
        since = [("id", "in", moves.ids), ("collect_sent_date", ">=", "2026-03-16")]
        self.assertEqual(moves.search_count(since), 3)

    def test_often_without_payment(self):
        for _time in range(3):
            self.send(self.overdue)
        account = self.row.with_user(self.collector)
        domain = [("id", "=", self.row.id), ("sent_unpaid_count", ">=", 3)]
        self.assertEqual(account.sent_unpaid_count, 3)
        self.assertTrue(account.search(domain))
        self.assertFalse(account.search([("id", "=", self.row.id), ("sent_unpaid_count", ">", 3)]))
        self.payment(self.partner, 100, self.overdue)
        self.env.invalidate_all()
        self.assertEqual(account.sent_unpaid_count, 0)
        self.assertFalse(account.search(domain))

    def test_search_most_times_sent(self):
        """Whatever somebody compares it with in a filter of their own."""
        for _time in range(2):
            self.send(self.overdue)
        never = self.invoice(self.customer("Never sent"), 10)
        self.catch_up()
        rows = self.row | self.account(never.partner_id)
        accounts = rows.with_user(self.role("collector_all"))

        def found(operator, value):
            return accounts.search(
                [("id", "in", rows.ids), ("sent_unpaid_count", operator, value)]
            ).mapped("sent_unpaid_count")

        for operator, value, counts in (
            ("=", 2, [2]),
            ("=", 0, [0]),
            ("!=", 0, [2]),
            ("in", [1, 2], [2]),
            ("not in", [1, 2], [0]),
            ("<", 2, [0]),
            ("<=", 2, [0, 2]),
            ("<", 0, []),
            (">", 1, [2]),
            (">", 2, []),
            (">=", 0, [0, 2]),
        ):
            with self.subTest(operator=operator, value=value):
                self.assertEqual(sorted(found(operator, value)), counts)

    def test_reason_on_the_worklist(self):
        self.catch_up()
        self.assertNotIn("sent three times", self.row.reasons)
        for _time in range(3):
            self.send(self.overdue)
        self.accounts._refresh(self.partner, self.company)
        self.assertIn("sent three times", self.row.reasons)

    # --- where it is shown

    def test_call_page(self):
        self.send(self.overdue)
        self.send(self.overdue)
        page = self.row.with_user(self.collector).get_call_page()
        [item] = page["items"]
        self.assertEqual((item["sent"], item["sent_text"]), (2, "Sent 2 times, never answered."))

    def test_button(self):
        self.send(self.overdue)
        action = self.overdue.with_user(self.collector).action_collect_sendings()
        found = self.env[action["res_model"]].with_user(self.collector).search(action["domain"])
        self.assertEqual(found.sudo(), self.rows(self.overdue))

    def test_form(self):
        self.send(self.overdue)
        with Form(self.overdue) as form:
            self.assertEqual(form.collect_sent_text, "Sent once, never answered.")

    # --- how much work it is

    def test_writing_many_at_once(self):
        """The statements that write it down do not depend on how many invoices are sent."""
        few = [self.invoice(self.partner, 10) for _number in range(2)]
        many = [self.invoice(self.partner, 10) for _number in range(20)]
        counts = []
        record = type(self.env["account.move.send"])._record_mails

        def counted(sender, mailed):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            record(sender, mailed)
            counts.append(self.env.cr.sql_log_count - before)

        with patch.object(type(self.env["account.move.send"]), "_record_mails", counted):
            self.send(*few)
            self.send(*many)
        self.assertEqual(len(counts), 2)
        self.assertEqual(counts[0], counts[1])
        self.assertTrue(all(len(self.rows(move)) == 1 for move in many))

    def test_reading_many_at_once(self):
        moves = self.env["account.move"].concat(
            *(self.invoice(self.partner, 10) for _number in range(20))
        )
        self.send(*moves)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("collect_sent_text")
            records.mapped("collect_sent_count")
            return self.env.cr.sql_log_count - before

        count(moves)
        self.assertEqual(count(moves[:2]), count(moves))
        sendings = self.sendings.search([("move_id", "in", moves.ids)])

        def answers(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("answered_at")
            return self.env.cr.sql_log_count - before

        self.assertEqual(answers(sendings[:2]), answers(sendings))

    # --- before it was counted

    @mute_logger("pypdf._reader")  # these are no PDF files
    def test_history(self):
        self.send(self.overdue)
        self.tell(self.rows(self.overdue), notification_status="bounce")
        self.overdue.message_post(
            body="Plain", message_type="comment", partner_ids=self.contact.ids
        )
        self.overdue.message_post(
            body="From them",
            message_type="comment",
            author_id=self.contact.id,
            partner_ids=self.contact.ids,
            attachments=[("theirs.pdf", b"theirs")],
        )
        # in tests there is no PDF
        self.overdue.message_ids.attachment_ids.write({"mimetype": "application/pdf"})
        self.log("sent", channel="letter", line_ids=self.item.ids)
        before = [
            (row.channel, row.state, row.recipients, row.origin) for row in self.rows(self.overdue)
        ]
        self.assertEqual(len(before), 2)
        self.sendings._take_over_history()
        self.assertEqual(len(self.rows(self.overdue)), 2, "nothing is counted twice")
        self.sendings.search([]).unlink()
        self.sendings._take_over_history()
        after = [
            (row.channel, row.state, row.recipients, row.origin) for row in self.rows(self.overdue)
        ]
        self.assertEqual(sorted(after), sorted(before))


@tagged("post_install", "-at_install")
class TestSendingWithNotice(SendingMixin, NoticeCase):
    """Notices that the invoices go with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.attachments = "invoices"
        cls.partner = cls.debtor("Debtor", 100)
        cls.move = cls.partner.invoice_ids

    def test_attached(self):
        self.run_day()
        sending = self.rows(self.move)
        notice = sending.notice_id
        self.assertEqual((sending.origin, sending.state), ("notice", "waiting"))
        self.assertEqual(sending.recipients, "Debtor <debtor@example.com>")
        self.assertEqual(self.move.collect_sent_count, 0)
        self.assertEqual(notice.item_ids.sent_text, "On its way.")
        self.work_off_queue()
        self.assertEqual(sending.state, "sent")
        self.assertEqual(self.move.collect_sent_count, 1)
        notice.link_id._on_visit()
        self.assertEqual(sending.opened_at, fields.Datetime.now())
        self.env.invalidate_all()
        self.assertEqual(self.move.collect_sent_text, "Sent once, opened once, never answered.")
        notice._note_bounce("debtor@example.com")
        self.assertEqual(sending.state, "bounced")

    def test_listed_only(self):
        for kind in ("none", "statement"):
            self.first.attachments = kind
            partner = self.debtor(f"Other {kind}", 100)
            self.run_day()
            self.assertTrue(self.of(partner))
            self.assertFalse(self.rows(partner.invoice_ids))

    def test_taken_back(self):
        self.run_day()
        sending = self.rows(self.move)
        self.assertEqual(sending.state, "waiting")
        self.payment(self.partner, 100, self.move)
        self.work_off_queue()
        self.assertFalse(self.rows(self.move), "it never left")

    def test_sent_again(self):
        """What came back stays what it was when it is sent anew."""
        self.run_day()
        notice = self.of(self.partner)
        self.work_off_queue()
        notice.write({"state": "failed"})
        notice.action_send_now()
        self.assertEqual(self.rows(self.move)[0].state, "failed")
        self.work_off_queue()
        self.assertEqual(self.rows(self.move).mapped("state"), ["failed", "sent"])

    def test_letter(self):
        self.first.write({"channel": "letter"})
        self.run_day()
        notice = self.of(self.partner)
        sending = self.rows(self.move)
        self.assertEqual((sending.channel, sending.state), ("letter", "waiting"))
        pages = []
        with (
            patch(
                "odoo.addons.ar_collect.models.ar_collect_notice_letter.merge_pdf",
                side_effect=lambda files: pages.extend(files) or b"%PDF",
            ),
        ):
            notice.action_print()
        self.assertEqual(len(pages), 2, "the letter, and the invoice behind it")
        self.assertEqual(sending.state, "sent")
        files = self.env["ir.attachment"].sudo()  # sudo: see CollectCase
        domain = [("res_model", "=", "ar.collect.account"), ("res_id", "=", notice.account_id.id)]
        self.assertFalse(files.search(domain), "it is part of the letter")

    def test_words(self):
        """What the customer reads of it: the invoice that was sent most, where any was."""
        self.text.body = "<p>Hello</p><p>{sent}</p><p>Bye</p>"
        self.first.attachments = "none"
        self.plan()
        notice = self.of(self.partner)
        self.assertIn("<p>Hello</p><p>Bye</p>", str(notice._get_preview()).replace("\n", ""))
        for _time in range(2):
            self.send(self.move)
        self.env.invalidate_all()
        name = self.move.name
        self.assertIn(f"We sent you {name} 2 times, last on 03/16/2026.", notice._get_preview())
        self.tell(self.rows(self.move)[0], notification_status="bounce")
        self.env.invalidate_all()
        self.assertIn(f"We sent you {name} on 03/16/2026.", notice._get_preview())
        with freeze_time("2026-03-16 22:30:00"):
            self.send(self.move)
        self.company.sudo().partner_id.tz = False  # sudo: see CollectCase
        self.company.resource_calendar_id.sudo().tz = "Pacific/Auckland"  # sudo: ~
        self.env.invalidate_all()
        self.assertIn(f"{name} 2 times, last on 03/17/2026.", notice._get_preview(), "their day")
        self.tell(self.rows(self.move)[2], notification_status="bounce")
        self.rows(self.move)[1].date = "2026-03-10 12:00:00"
        self.env.invalidate_all()
        self.assertIn(f"We sent you {name} on 03/11/2026.", notice._get_preview(), "one came back")
        shown = notice.get_shown({"notice_id": notice.id, "date": "2026-03-16"})
        self.assertIn(f"{name}: Sent 3 times, came back 2 times, never answered.", shown["why"])


@tagged("post_install", "-at_install")
class TestSendingAccess(SendingMixin, ContactLogCase):
    """Who sees what was sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "ap@azure.example"
        cls.sending = cls.send_one(cls.overdue)
        cls.second = cls.other_company()
        cls.elsewhere = cls.customer("Elsewhere", email="e@example.com")
        cls.foreign = cls.send_one(cls.invoice(cls.elsewhere, 10, company=cls.second))

    @classmethod
    def send_one(cls, move):
        sender = cls.env["account.move.send"].with_company(move.company_id)
        sender._generate_and_send_invoices(move, sending_methods={"email"})
        # sudo: see CollectCase
        return cls.env["ar.collect.sending"].sudo().search([("move_id", "=", move.id)])

    def seen(self, user):
        rows = self.sending | self.foreign
        return rows.with_user(user).search([("id", "in", rows.ids)]).sudo()

    def make_user(self, login, groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_roles(self):
        for name in ("inquiry", "collector", "collector_all", "manager"):
            with self.subTest(role=name):
                user = self.role(name, login=f"sent_{name}")
                self.assertEqual(self.seen(user), self.sending)
                self.assert_read_only(user)
        for group in ("account.group_account_invoice", "account.group_account_readonly"):
            with self.subTest(group=group):
                user = self.make_user(f"sent_{group[14:]}", group)
                self.assertEqual(self.seen(user), self.sending)
                self.assert_read_only(user)

    def assert_read_only(self, user):
        row = self.sending.with_user(user)
        with self.assertRaises(AccessError):
            row.write({"state": "failed"})
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            row.create({"move_id": self.overdue.id, "channel": "email", "origin": "invoice"})

    def test_other_company(self):
        user = self.make_user("sent_second", "ar_collect.group_manager", self.second)
        self.assertEqual(self.seen(user), self.foreign)
        self.assertFalse(self.sending.with_user(user).has_access("read"))

    def test_nobody_else(self):
        for login, group in (
            ("sent_portal", "base.group_portal"),
            ("sent_user", "base.group_user"),
        ):
            with self.subTest(group=group), self.assertRaises(AccessError):
                self.seen(self.make_user(login, group))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models")
    def test_portal_reads_no_count(self):
        portal = self.make_user("sent_ap", "base.group_portal")
        portal.partner_id.parent_id = self.partner
        move = self.overdue.with_user(portal)
        self.overdue.message_subscribe(portal.partner_id.ids)
        self.assertTrue(move.has_access("read"))
        for name in ("collect_sent_count", "collect_sent_date", "collect_sent_text"):
            with self.assertRaises(AccessError):
                move.read([name])
        for name in ("collect_sent_count", "collect_sent_date"):
            with self.assertRaises(AccessError):
                move.search([(name, "!=", False)])

    def test_resolver_has_no_button(self):
        user = self.make_user("sent_resolver", "ar_collect.group_resolver")
        with self.assertRaises(AccessError):
            self.seen(user)


@tagged("post_install", "-at_install")
class TestSendingOpened(SendingMixin, HttpCase, ContactLogCase):
    """The customer looks at an invoice on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "ap@azure.example"

    def test_opened(self):
        self.send(self.overdue)
        self.send(self.overdue)
        first, last = self.rows(self.overdue)
        self.env.flush_all()
        token = self.overdue._portal_ensure_token()
        url = f"/my/invoices/{self.overdue.id}"
        self.assertEqual(self.url_open(f"{url}?access_token=wrong").status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(last.opened_at, "sent home without it")
        self.authenticate("log_collector", "log_collector")
        self.url_open(f"{url}?access_token={token}")
        self.env.invalidate_all()
        self.assertFalse(last.opened_at, "a colleague has looked")
        self.authenticate(None, None)
        self.url_open(f"{url}?access_token={token}")
        self.env.invalidate_all()
        self.assertTrue(last.opened_at)
        self.assertFalse(first.opened_at, "the last one has led there")
        self.assertEqual(
            self.overdue.collect_sent_text, "Sent 2 times, opened once, never answered."
        )
