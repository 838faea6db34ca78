# Part of ar_collect. License LGPL-3.
"""Planned notices carried out: what is said, to whom, when, and what stops them on the way."""

from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfReader

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mail.tests.common import MockEmail

from .notice_common import NoticeCase

NOTICE = "odoo.addons.ar_collect.models.ar_collect_notice"


class NoticeSendCase(MockEmail, NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.env.ref("base.user_admin").company_ids = [Command.link(cls.company.id)]

    def send_queue(self):
        """Let the queue send the mails of notices, and return what left."""
        mails = self.notices.search([("state", "=", "queued")]).mail_id
        with self.mock_mail_gateway():
            mails.filtered(lambda mail: mail.state == "outgoing").send()
        return self._mails

    def dispute(self, partner, invoices=None, **item):
        # sudo: see CollectCase
        return (
            self.env["ar.collect.dispute"]
            .sudo()
            .create(
                {
                    "account_id": self.account(partner).id,
                    "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                    "item_ids": [
                        Command.create(
                            {"line_id": self.items(*(invoices or partner.invoice_ids)).id, **item}
                        )
                    ],
                }
            )
        )


class TestNoticeMail(NoticeSendCase):
    def test_mail(self):
        """One mail with all that is overdue, kept word by word, in the customer's chatter."""
        partner = self.debtor("Late", 100, 250.5, due=-4)
        self.run_day()
        notice = self.of(partner)
        self.assertEqual((notice.state, notice.amount, notice.item_count), ("queued", 350.5, 2))
        self.assertEqual(notice.recipient_ids, partner)
        self.assertIn("350.50", notice.subject)
        self.assertIn("Dear Late", notice.body)
        for invoice in partner.invoice_ids:
            self.assertIn(invoice.name, notice.body)
        mail = notice.mail_id
        self.assertFalse(mail.auto_delete)
        self.assertIn("X-Auto-Response-Suppress", mail.headers)
        self.assertIn(self.company.alias_domain_id.catchall_email, mail.reply_to)
        self.assertEqual((mail.model, mail.res_id), ("ar.collect.account", notice.account_id.id))
        self.assertEqual(self.account(partner).last_notice_date, self.today)
        [sent] = self.send_queue()
        self.assertEqual(sent["email_to"], ['"Late" <late@example.com>'])
        self.assertEqual((notice.state, notice.failure), ("sent", False))
        self.assertTrue(notice.sent_at)

    def test_second_run(self):
        """Carried out again on the same day, nothing is added."""
        self.debtor("Late", 100)
        self.run_day()
        count = self.notices.search_count([])
        self.run_day()
        self.run_day()
        self.assertEqual(self.notices.search_count([]), count)

    def test_one_mail_for_all_recipients(self):
        """All with the role read one mail; who gets a copy is in it, too."""
        role = self.env.ref("ar_collect.contact_role_accounts_payable")
        boss = self.env.ref("ar_collect.contact_role_escalation")
        partner = self.debtor("Firm", 100)
        people = {}
        for name, its in (("Anna", role), ("Bert", role), ("Carl", boss)):
            people[name] = self.env["res.partner"].create(
                {
                    "name": name,
                    "email": f"{name.lower()}@example.com",
                    "parent_id": partner.id,
                }
            )
            # sudo: see CollectCase
            people[name].sudo().collect_role_ids = [Command.set(its.ids)]
        self.first.cc_role_id = boss
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.recipient_ids, people["Anna"] | people["Bert"])
        self.assertEqual(notice.cc_ids, people["Carl"])
        [sent] = self.send_queue()
        self.assertEqual(len(sent["email_to"]), 2)
        self.assertEqual(len(sent["email_cc"]), 1)

    def test_text_is_text(self):
        """What a customer is called is text, whatever it looks like."""
        name = "<script>alert(1)</script> {amount} {{ object.name }}"
        partner = self.debtor("Evil", 100)
        partner.name = name
        self.run_day()
        notice = self.of(partner)
        self.assertNotIn("<script", notice.body)
        self.assertIn("&lt;script&gt;", notice.body)
        self.assertIn("{amount} {{ object.name }}", notice.body)
        self.assertNotIn("<script", notice.mail_id.body_html)

    def test_language(self):
        """Words, amounts and dates are in the recipient's language, whoever else gets one."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.text.with_context(lang="fr_FR").write(
            {"subject": "{company} : {amount}", "body": "<p>Bonjour {contact}</p>"}
        )
        english = self.debtor("English", 1234.5)
        partner = self.debtor("Français", 1234.5, lang="fr_FR")
        partner.email = "fr@example.com"
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.lang, "fr_FR")
        self.assertIn("Bonjour Français", notice.body)
        self.assertIn("1 234,50", notice.body.replace("\u202f", " ").replace("\xa0", " "))
        self.assertIn("11/03/2026", notice.body)
        self.assertIn("1,234.50", self.of(english).body)
        self.assertIn("03/11/2026", self.of(english).body)

    def test_shipped_languages(self):
        """The texts that come with the addon are there in German, French and Spanish."""
        words = {
            "de_DE": "Bitte zahlen Sie",
            "fr_FR": "Merci de payer",
            "es_ES": "pague en una semana",
        }
        for lang in words:
            self.env["res.lang"]._activate_lang(lang)
        self.env["ir.module.module"]._load_module_terms(["ar_collect"], list(words))
        self.first.template_id = self.env.ref("ar_collect.notice_template_firm")
        for lang, phrase in words.items():
            partner = self.debtor(f"Customer {lang[:2]}", 100, lang=lang)
            self.run_day()
            self.assertIn(phrase, self.of(partner).body)
            self.assertNotIn("Please pay", self.of(partner).body)
            self.assertNotIn("{", self.of(partner).body)

    def test_currencies(self):
        """A block for each currency of the documents, each with its total."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        pound = self.setup_other_currency("GBP", rates=[("2026-01-01", 0.25)])
        partner = self.debtor("World", 100)
        self.invoice(partner, 30, -5, currency=euro)
        self.invoice(partner, 20, -5, currency=pound)
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.amount, 100 + 60 + 80)
        self.assertEqual(notice.body.count("<tfoot"), 3)
        for amount in ("100.00", "30.00", "20.00"):
            self.assertEqual(notice.body.count(amount), 3, "in the text, of the item, in total")

    def test_sender(self):
        """In the collector's name where there is one, else in the company's."""
        user = new_test_user(
            self.env,
            "sender",
            name="Sam Sender",
            email="sam@example.com",
            groups="ar_collect.group_collector",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        own, free = self.debtor("Own", 100), self.debtor("Free", 100)
        self.catch_up()
        self.account(own).user_id = user
        self.run_day()
        self.assertEqual(self.of(own).mail_id.email_from, '"Sam Sender" <sam@example.com>')
        self.assertIn("Sam Sender", self.of(own).body)
        self.assertIn("us@example.com", self.of(free).mail_id.email_from)

    def test_own_words(self):
        """What a person added stands above the text, in this notice alone."""
        self.first.automatic = False
        partner = self.debtor("Late", 100)
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.state, "to_approve")
        self.assertIn("Dear Late", notice.preview)
        notice.write({"personal_text": "Happy <birthday>!", "subject": "Own subject"})
        notice.action_approve()
        self.run_day()
        self.assertEqual((notice.state, notice.subject), ("queued", "Own subject"))
        self.assertIn("Happy &lt;birthday&gt;!", notice.body)


class TestNoticeEnclosures(NoticeSendCase):
    def test_link(self):
        """The mail leads to the customer's page, and the notice knows when it was opened."""
        partner = self.debtor("Late", 100)
        self.run_day()
        notice = self.of(partner)
        self.assertIn("/collections/statement/", notice.body)
        self.assertEqual(notice.link_id.partner_id, partner)
        self.assertFalse(notice.clicked_at)
        notice.link_id._count_visit()
        self.assertTrue(notice.clicked_at)

    def test_statements_of_each(self):
        """Each mail carries the statement of its own customer, and nobody else's."""
        self.first.attachments = "statement"
        partners = [self.debtor(f"Firma {name}", 100) for name in ("Aarau", "Basel", "Chur")]
        partners += [self.debtor(f"Firma {name}", 100) for name in ("Davos", "Genf", "Horgen")]
        self.run_day()
        for partner in partners:
            notice = self.of(partner)
            [file] = notice.mail_id.attachment_ids
            self.assertEqual(file.res_id, notice.account_id.id)
            text = "".join(page.extract_text() for page in PdfReader(BytesIO(file.raw)).pages)
            text = " ".join(text.split())
            for other in partners:
                self.assertEqual(other.name in text, other == partner, (partner.name, other.name))


class TestNoticeStops(NoticeSendCase):
    """What happens between planning and sending."""

    def setUp(self):
        super().setUp()
        self.partner = self.debtor("Late", 100)
        self.plan()
        self.notice = self.of(self.partner)

    def carry_out(self):
        while self.notices._process_notices():
            pass

    def test_paid_after_planning(self):
        self.payment(self.partner, 100, *self.partner.invoice_ids)
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "paid"))
        self.assertFalse(self.notice.mail_id)

    def test_paid_beside_what_is_disputed(self):
        """What had not reached the step, disputed or not, is not why it does not come."""
        late = self.partner.invoice_ids
        self.invoice(self.partner, 30, -2)
        other = self.invoice(self.partner, 70, -1)
        self.dispute(self.partner, other)
        self.payment(self.partner, 100, late)
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "paid"))

    def test_paid_beside_what_had_the_step(self):
        """So is what got the step before, and is open still."""
        self.carry_out()
        other = self.invoice(self.partner, 70, -4)
        self.plan()
        self.payment(self.partner, 70, other)
        self.carry_out()
        notice = self.of(self.partner)[1]
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "paid"))

    def test_passed_over_after_planning(self):
        """A later step on another channel came in between: nothing was paid."""
        (self.second | self.third).unlink()
        self.call.min_amount = 0
        self.first.automatic = False
        self.notice.state = "to_approve"
        with freeze_time("2026-03-23 12:00:00"):
            self.run_day()
            self.assertEqual(self.of(self.partner, channel="call").state, "sent")
            self.notice.action_approve()
            self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "changed"))

    def test_strategy_withdrawn_after_planning(self):
        """Nobody has paid: the customer's strategy is no longer used, and no other is for it."""
        self.strategy.copy(
            {"name": "For Nobody", "is_default": False, "domain": "[('id', '=', 0)]"}
        )
        self.strategy.active = False
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "changed"))

    def test_disputed_after_planning(self):
        self.dispute(self.partner)
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "disputed"))

    def test_paid_after_queuing(self):
        """The mail waits in the queue, and does not leave any more."""
        self.carry_out()
        self.payment(self.partner, 100, *self.partner.invoice_ids)
        self.assertEqual(self.send_queue(), [])
        self.assertEqual(self.notice.mail_id.state, "cancel")
        self.assertFalse(self.notice.queued_at, "it does not count for the hour")
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "paid"))

    def test_partly_paid_after_queuing(self):
        """It leaves with what is true then."""
        self.carry_out()
        self.payment(self.partner, 60, *self.partner.invoice_ids)
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.amount), ("queued", 40))
        self.assertEqual(len(self.send_queue()), 1)
        self.assertEqual(self.notice.state, "sent")

    def test_disputed_after_queuing(self):
        self.carry_out()
        self.dispute(self.partner)
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual(self.notice.cancel_reason, "disputed")

    def test_promised_after_queuing(self):
        self.carry_out()
        # sudo: see CollectCase
        self.env["ar.collect.promise"].sudo().create(
            {
                "account_id": self.notice.account_id.id,
                "amount": 100,
                "date_promised": self.day(3),
            }
        )
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual(self.notice.cancel_reason, "promised")

    def test_credited_after_queuing(self):
        """A credit that nobody has matched: the mail leaves with it, or not at all."""
        self.carry_out()
        self.credit_note(self.partner, 40)
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.amount), ("queued", 60))
        self.credit_note(self.partner, 60)
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "credits"))

    def test_money_after_queuing(self):
        """What the bank says has come in stops the mail, before anybody has matched it."""
        self.carry_out()
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
                "payment_ref": "Paid",
                "partner_id": self.partner.id,
                "amount": 100,
            }
        )
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "credits"))

    def test_nothing_new_after_queuing(self):
        """What does not change what the mail says does not keep it back."""
        self.invoice(self.partner, 500, 20)
        self.invoice(self.partner, 30, -1)
        self.carry_out()
        self.assertEqual(self.notice.amount, 130)
        self.invoice(self.partner, 70, -1)
        self.notice.account_id.notice_pause_date = self.today  # over
        self.assertEqual(len(self.send_queue()), 1)

    def test_held_after_queuing(self):
        """A credit hold stops the mail, but of strategies that are for such customers."""
        self.carry_out()
        self.notice.account_id.hold = True
        self.strategy.include_hold = True
        self.assertEqual(len(self.send_queue()), 1)

    def test_held_before_it_leaves(self):
        self.carry_out()
        self.notice.account_id.hold = True
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual(self.notice.cancel_reason, "hold")
        self.strategy.include_hold = True
        self.assertEqual(self.plan(), 1)

    def test_approved_nevertheless(self):
        """A person who approved it has overruled pause and hold, not a payment."""
        self.first.automatic = False
        account = self.notice.account_id
        for pay in (False, True):
            with self.subTest(pay=pay):
                self.notice.state = "to_approve"
                self.notice.action_approve()
                account.write({"hold": True, "notice_pause_date": self.day(5)})
                if pay:
                    self.payment(self.partner, 100, *self.partner.invoice_ids)
                self.carry_out()
                self.assertEqual(self.notice.state, "cancelled" if pay else "queued")
                self.assertEqual(len(self.send_queue()), not pay)

    def test_contacted_after_planning(self):
        """Somebody has spoken to the customer meanwhile: it waits for its gap."""
        self.first.min_gap = 3
        self.notice.account_id.last_contact_date = self.today
        self.env.flush_all()
        self.carry_out()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "recent"))

    def test_send_now(self):
        """At once, whatever the hour, and though it was put off."""
        self.partner.country_id = self.env.ref("base.nz")
        self.partner.tz = "Pacific/Auckland"
        self.carry_out()
        self.assertEqual((self.notice.state, bool(self.notice.scheduled_date)), ("planned", True))
        self.notice.action_postpone_week()
        self.assertFalse(self.notice.scheduled_date)
        self.notice.scheduled_date = fields.Datetime.now() + timedelta(days=7)
        with freeze_time("2026-03-16 22:00:00"):  # office hours there
            self.carry_out()
        self.assertEqual(self.notice.state, "planned", "not before its day")
        self.company.sudo().collect_notice_active = False  # sudo: see CollectCase
        self.notice.action_send_now()
        self.assertEqual(self.notice.state, "queued")
        with self.assertRaisesRegex(UserError, "Late"):
            self.notice.action_send_now()

    def test_paused_after_queuing(self):
        self.carry_out()
        self.notice.account_id.notice_pause_date = self.day(2)
        self.assertEqual(self.send_queue(), [])
        self.carry_out()
        self.assertEqual(self.notice.cancel_reason, "paused")

    def test_higher_step_meanwhile(self):
        """Planned a week ago: the step that is due now goes out, and alone."""
        with freeze_time("2026-03-23 12:00:00"):
            self.carry_out()
        self.assertEqual((self.notice.step_id, self.notice.state), (self.second, "queued"))
        self.assertEqual(len(self.of(self.partner)), 1)

    def test_higher_step_of_this_cycle(self):
        """The step that is due by now was sent in this cycle already, so the next one begins."""
        partner = self.debtor("Regular", 100, due=-12)
        self.plan()
        self.carry_out()
        self.invoice(partner, 60, -4)
        self.plan()
        notice = self.of(partner)[1]
        self.assertEqual((notice.step_id, notice.cycle), (self.first, 1))
        with freeze_time("2026-03-23 12:00:00"):
            self.carry_out()
        self.assertEqual((notice.step_id, notice.cycle), (self.second, 2))
        self.assertEqual((notice.state, notice.failure), ("queued", False))

    def test_approved_step_changes(self):
        """What was approved is what goes out: another step has to be approved anew."""
        (self.first | self.second).automatic = False
        self.notice.state = "to_approve"
        with freeze_time("2026-03-23 12:00:00"):
            self.notice.action_approve()
            self.carry_out()
        self.assertEqual((self.notice.step_id, self.notice.state), (self.second, "to_approve"))
        self.assertFalse(self.notice.approver_id)

    def test_server_down(self):
        """Notices wait and go later, once; the managers are told once."""
        self.carry_out()
        manager = new_test_user(
            self.env,
            "boss",
            groups="ar_collect.group_manager",
            notification_type="inbox",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        mail = self.notice.mail_id

        def refuse(*_args, **_kwargs):
            raise ConnectionRefusedError("nobody there")

        for _attempt in range(2):
            with (
                patch.object(self.env.registry["ir.mail_server"], "_connect__", refuse),
                mute_logger("odoo.addons.mail.models.mail_mail"),
            ):
                mail.send()
        self.assertEqual((mail.state, self.notice.state), ("outgoing", "queued"))
        self.assertGreater(mail.scheduled_date, fields.Datetime.now())
        self.assertIn("nobody there", self.notice.failure)
        alarms = self.env["mail.message"].search(
            [("partner_ids", "in", manager.partner_id.ids), ("subject", "ilike", "mail server")]
        )
        self.assertEqual(len(alarms), 1)
        self.assertEqual(len(self.send_queue()), 1)
        self.assertEqual((self.notice.state, self.notice.failure), ("sent", False))

    def test_refused_address(self):
        """The queue's reason stands on the notice; sent again it is read from the ledger anew."""
        self.carry_out()
        mail = self.notice.mail_id
        mail.write({"state": "exception", "failure_reason": "Mailbox unknown"})
        mail._postprocess_sent_message([], [], failure_type="unknown")
        self.assertEqual((self.notice.state, self.notice.failure), ("failed", "Mailbox unknown"))
        self.notice.action_send_now()
        self.assertEqual(self.notice.state, "queued")
        self.assertEqual(mail.state, "cancel", "nobody sends it a second time from the queue")
        self.assertNotEqual(self.notice.mail_id, mail)
        self.assertEqual(len(self.send_queue()), 1)

    def test_interrupted(self):
        """A mail on its way out when the process ended is not sent again without a look at it."""
        self.carry_out()
        mail = self.notice.mail_id
        mail.write({"state": "exception", "failure_type": "unknown"})
        self.env.flush_all()
        past = fields.Datetime.now() - timedelta(hours=1)
        self.env.cr.execute("UPDATE mail_mail SET write_date = %s", [past])
        self.env.cr.execute("UPDATE ar_collect_notice SET queued_at = %s", [past])
        self.env.invalidate_all()
        self.notices._follow_up_mails()
        self.assertEqual(self.notice.state, "failed")
        self.assertIn("may have arrived", self.notice.failure)
        self.assertEqual(len(self.notice.account_id.activity_ids), 1)

    def test_under_way(self):
        """A mail that another process is sending right now is not unclear yet."""
        self.carry_out()
        self.notice.mail_id.write({"state": "exception", "failure_type": "unknown"})
        self.look_after(3600)
        self.assertEqual(self.notice.state, "queued")

    def test_lost_sight_of(self):
        """The mail left, or was deleted, and the process ended before that was written down."""
        for lost, expected in ((False, "sent"), (True, "cancelled")):
            with self.subTest(lost=lost):
                self.notice.state = "planned"
                self.carry_out()
                if lost:
                    self.notice.mail_id.unlink()
                else:
                    self.notice.mail_id.state = "sent"
                self.look_after(60)
                self.assertEqual(self.notice.state, "queued", "it may be written down any moment")
                with patch.object(
                    type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 1
                ):
                    self.look_after(3600, self.notices._cron_send)
                self.assertEqual(self.notice.state, expected)
                self.notice.mark_ids.unlink()

    def look_after(self, seconds, work=None):
        """Look after notices that were queued so long ago."""
        self.env.flush_all()
        past = fields.Datetime.now() - timedelta(seconds=seconds)
        self.env.cr.execute("UPDATE ar_collect_notice SET queued_at = %s", [past])
        self.env.invalidate_all()
        (work or self.notices._follow_up_mails)()

    def test_nothing_known(self):
        """The queue gives up without a word: it has not been sent."""
        self.carry_out()
        mail = self.notice.mail_id
        mail.write({"state": "exception", "failure_reason": "No recipient"})
        mail._postprocess_sent_message([], [])
        self.assertEqual((self.notice.state, self.notice.failure), ("failed", "No recipient"))

    def test_among_other_mails(self):
        """Sent in one go with other mails, a notice is looked at all the same."""
        self.carry_out()
        self.payment(self.partner, 100, *self.partner.invoice_ids)
        mails = self.env["mail.mail"].sudo()  # sudo: the queue belongs to the system
        other = mails.create({"subject": "Other", "email_to": "x@example.com"})
        with self.mock_mail_gateway():
            (other | self.notice.mail_id).send()
        self.assertEqual([mail["email_to"] for mail in self._mails], [["x@example.com"]])

    def test_one_process_at_a_time(self):
        """While another process sends notices, this one leaves them in the queue."""
        self.carry_out()
        mail = self.notice.mail_id
        with self.env.registry.cursor() as cr, self.mock_mail_gateway():
            cr.execute("SELECT PG_ADVISORY_XACT_LOCK(HASHTEXT('ar_collect_notices'))")
            with patch.object(type(mail), "_get_true_notices") as looked:
                mail.send(auto_commit=True)
        looked.assert_not_called()
        self.assertEqual(mail.state, "outgoing")

    def test_claimed_before_it_leaves(self):
        """That it leaves is committed before it does, and the ledger is read in a new snapshot."""
        self.carry_out()
        mail, events = self.notice.mail_id, []
        with (
            self.mock_mail_gateway(),
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda *_args, **_kwargs: events.append(f"commit {mail.state}"),
            ),
            patch.object(self.env.cr, "commit", lambda: None),
            patch.object(
                IrMail_Server,
                "send_email",
                lambda *_args, **_kwargs: events.append("send") or "<1>",
            ),
        ):
            mail.send(auto_commit=True)
        self.assertEqual(events, ["commit outgoing", "commit exception", "send"])
        self.assertEqual((mail.state, self.notice.state), ("sent", "sent"))

    def test_taken_out_of_the_queue(self):
        """Somebody cancelled the mail: the notice says so."""
        self.carry_out()
        self.notice.mail_id.state = "cancel"
        self.env.flush_all()
        past = fields.Datetime.now() - timedelta(hours=1)
        self.env.cr.execute("UPDATE ar_collect_notice SET queued_at = %s", [past])
        self.env.invalidate_all()
        self.notices._follow_up_mails()
        self.assertEqual((self.notice.state, self.notice.cancel_reason), ("cancelled", "skipped"))

    def test_mail_that_is_gone(self):
        """A mail that the queue deletes once it is tried is not asked what it was."""
        mail = self.env["mail.mail"].sudo()  # sudo: the queue belongs to the system
        mail = mail.create({"subject": "Other", "email_to": "x@example.com", "auto_delete": True})
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mail.send()
        self.assertFalse(mail.exists())


class TestNoticeTrouble(NoticeSendCase):
    def test_one_bad_among_many(self):
        """One that cannot be written is put aside with its reason; the others go."""
        partners = [self.debtor(f"Firm {number}", 100) for number in range(5)]
        bad = partners[2]
        render = type(self.notices)._render

        def fail(notice, *args, **kwargs):
            if notice.customer_id == bad:
                raise ValueError("poisoned")
            return render(notice, *args, **kwargs)

        self.plan()
        with patch.object(type(self.notices), "_render", fail):
            self.assertEqual(self.notices._process_notices(), 5)
            self.assertEqual(self.notices._process_notices(), 0)
        self.assertEqual((self.of(bad).state, self.of(bad).failure), ("failed", "poisoned"))
        self.assertFalse(self.of(bad).item_ids)
        for partner in set(partners) - {bad}:
            self.assertEqual(self.of(partner).state, "queued")
        self.assertEqual(self.plan(), 0, "the failed one waits for a person")

    def test_meeting_another_worker(self):
        """What ought to be tried again is, and not taken for a failure of the notice."""
        self.debtor("Firm", 100)
        self.plan()

        def fail(_notice):
            raise SerializationFailure("try again")

        with (
            patch.object(type(self.notices), "_execute", fail),
            self.assertRaises(SerializationFailure),
        ):
            self.notices._process_notices()

    def test_switched_off(self):
        """Nothing goes out by itself any more."""
        partner = self.debtor("Firm", 100)
        self.plan()
        self.company.sudo().collect_notice_active = False  # sudo: see CollectCase
        self.notices._process_notices()
        self.assertEqual(self.of(partner).state, "planned")

    def test_no_address(self):
        """Nobody can be written to: a task, once, and the notice goes when there is one."""
        partner = self.customer("Silent")
        self.invoice(partner, 100, -5)
        self.plan()
        self.notices._process_notices()
        notice = self.of(partner)
        self.assertEqual(notice.state, "failed")
        self.assertIn("Silent", notice.failure)
        self.assertEqual(len(notice.account_id.activity_ids), 1)
        partner.email = "now@example.com"
        notice.action_send_now()
        self.assertEqual(notice.state, "queued")

    def test_bounce(self):
        """A mail that came back goes to the next contact, else somebody looks for an address."""
        partner = self.debtor("Firm", 100)
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        self.run_day()
        notice = self.of(partner)
        first = notice.recipient_ids
        self.send_queue()
        self.bounce(notice, first)
        self.assertEqual(notice.state, "planned")
        self.first.min_gap = 5  # it has reached nobody
        self.notices._process_notices()
        self.assertEqual(notice.state, "queued")
        self.assertEqual(notice.recipient_ids, (partner | other) - first)
        self.assertTrue(notice.bounced_at)
        self.send_queue()
        self.bounce(notice, notice.recipient_ids)
        self.assertEqual(notice.state, "bounced")
        self.assertEqual(len(notice.account_id.activity_ids), 1)

    def test_bounce_of_one(self):
        """The others have got it: there is nothing to send again."""
        partner, role = self.debtor("Firm", 100), "ar_collect.contact_role_accounts_payable"
        people = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "parent_id": partner.id}
                for name in ("anna", "bert")
            ]
        )
        people.sudo().collect_role_ids = self.env.ref(role)  # sudo: see CollectCase
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.recipient_ids, people)
        self.send_queue()
        notice.account_id._message_receive_bounce("stranger@example.com", partner)
        self.assertEqual(notice.state, "sent", "nobody it was sent to")
        self.bounce(notice, people[0])
        self.assertEqual((notice.state, len(notice.account_id.activity_ids)), ("bounced", 0))
        self.notices._process_notices()
        self.assertEqual((notice.state, len(self.of(partner))), ("bounced", 1))
        notice.action_send_now()
        self.assertEqual((notice.state, notice.recipient_ids), ("queued", people[1]))

    def test_bounce_at_night(self):
        """The next contact gets it in office hours, and not while a person has stopped notices."""
        partner = self.debtor("Firm", 100)
        self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        self.run_day()
        notice = self.of(partner)
        self.send_queue()
        with freeze_time("2026-03-17 01:00:00"):
            self.bounce(notice, notice.recipient_ids)
            self.run_day()
        self.assertEqual(notice.state, "planned")
        notice.account_id.hold = True
        with freeze_time("2026-03-17 12:00:00"):
            self.run_day()
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "hold"))

    def test_late_bounce(self):
        """Another step is planned already: it goes to the next contact by itself."""
        partner = self.debtor("Firm", 100, due=-4)
        self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        self.run_day()
        notice = self.of(partner)
        self.send_queue()
        self.second.automatic = False
        with freeze_time("2026-03-23 12:00:00"):
            self.plan()
            self.bounce(notice, notice.recipient_ids)
        self.env.flush_all()
        self.assertEqual(self.of(partner).mapped("state"), ["bounced", "to_approve"])

    def test_bounce_of_the_latest(self):
        """Of several notices to an address it is the last one that came back."""
        partner = self.debtor("Firm", 100, due=-4)
        self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        for moment in ("2026-03-16 12:00:00", "2026-03-23 12:00:00"):
            with freeze_time(moment):
                self.run_day()
                self.send_queue()
        self.debtor("Another", 100)
        self.plan()
        self.bounce(self.of(partner)[1], self.of(partner)[1].recipient_ids)
        self.assertEqual(self.of(partner).mapped("state"), ["sent", "planned"])

    def test_bounce_of_all(self):
        """One after the other: nobody has got it. A second failure notice says nothing new."""
        partner, role = self.debtor("Firm", 100), "ar_collect.contact_role_accounts_payable"
        people = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "parent_id": partner.id}
                for name in ("anna", "bert")
            ]
        )
        people.sudo().collect_role_ids = self.env.ref(role)  # sudo: see CollectCase
        partner.email = False
        self.run_day()
        notice = self.of(partner)
        self.send_queue()
        for contact, tasks in ((people[0], 0), (people[0], 0), (people[1], 1), (people[1], 1)):
            self.bounce(notice, contact)
            self.assertEqual(notice.state, "bounced")
            self.assertEqual(len(notice.account_id.activity_ids), tasks)

    def test_bounce_of_what_has_ended(self):
        """What was not sent stays as it is, and nothing goes to the next contact."""
        partner = self.debtor("Firm", 100)
        self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        self.run_day()
        notice = self.of(partner)
        self.send_queue()
        for state in ("cancelled", "failed", "planned", "to_approve"):
            with self.subTest(state):
                notice.state = state
                self.bounce(notice, notice.recipient_ids)
                self.assertEqual((notice.state, notice.bounced_at), (state, False))
                self.assertFalse(notice.account_id.activity_ids)

    def test_bounce_after_payment(self):
        """It came back, and there is nothing to remind of any more."""
        partner = self.debtor("Firm", 100)
        self.env["res.partner"].create(
            {"name": "Other", "email": "other@example.com", "parent_id": partner.id}
        )
        self.run_day()
        notice = self.of(partner)
        self.send_queue()
        self.payment(partner, 100, *partner.invoice_ids)
        self.bounce(notice, notice.recipient_ids)
        self.notices._process_notices()
        self.assertEqual((notice.state, notice.cancel_reason), ("bounced", False))
        self.assertTrue(notice.item_ids)
        self.assertFalse(notice.account_id.activity_ids)

    def bounce(self, notice, contact):
        """What the gateway does with a failure notice of the mail."""
        contact.message_bounce = 1
        notice.account_id._message_receive_bounce(contact.email_normalized, contact)

    def test_answer(self):
        """An answer pauses what follows, and wakes it when somebody had time to look."""
        partner = self.debtor("Firm", 100, due=-4)
        self.run_day()
        notice = self.of(partner)
        notice.account_id.message_post(
            body="We pay next week",
            author_id=partner.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(notice.answered_at)
        self.assertEqual(notice.account_id.notice_pause_date, self.day(3))
        notice._note_answer()
        self.assertEqual(notice.account_id.notice_pause_date, self.day(3))
        notice.account_id.notice_pause_date = self.day(5)
        notice._note_answer()
        self.assertEqual(notice.account_id.notice_pause_date, self.day(5), "longer by hand")
        notice.account_id.notice_pause_date = self.day(3)
        with freeze_time("2026-03-18 12:00:00"):
            self.invoice(partner, 50, -2)
            self.assertEqual((self.plan(), self.explain(partner)), (0, "paused"))
        with freeze_time("2026-03-23 12:00:00"):
            self.assertEqual(self.plan(), 1)

    def test_second_answer(self):
        """Whoever writes again is looked at again."""
        partner = self.debtor("Firm", 100, due=-4)
        self.run_day()
        notice = self.of(partner)
        for moment in ("2026-03-16 13:00:00", "2026-03-24 12:00:00"):
            with freeze_time(moment):
                notice.account_id.message_post(
                    body="We pay next week",
                    author_id=partner.id,
                    message_type="email",
                    subtype_xmlid="mail.mt_comment",
                )
        self.assertEqual(
            notice.answered_at, fields.Datetime.to_datetime("2026-03-16 13:00:00"), "the first one"
        )
        self.assertEqual(notice.account_id.notice_pause_date, self.day(8 + 3))
        with freeze_time("2026-03-26 12:00:00"):
            self.assertEqual((self.plan(), self.explain(partner)), (0, "paused"))

    def test_task_steps(self):
        """Calls become tasks, without a mail to the customer."""
        partner = self.debtor("Large", 2000, due=-10)
        self.run_day()
        call = self.of(partner, channel="call")
        self.assertEqual(call.state, "sent")
        self.assertEqual(call.activity_id.res_id, call.account_id.id)
        self.assertFalse(call.mail_id)
        self.run_day()
        self.assertEqual(len(self.of(partner, channel="call")), 1)

    def test_held_out(self):
        """Left out at random is kept as such, and not planned again."""
        self.first.write({"holdout_percent": 50, "holdout_amount": 1000})
        partners = [self.debtor(f"Firm {number}", 100) for number in range(12)]
        large = self.debtor("Large", 5000)
        self.run_day()
        held = [p for p in partners if self.of(p).cancel_reason == "held_out"]
        self.assertTrue(0 < len(held) < 12)
        for partner in held:
            self.assertEqual(
                (self.of(partner).state, self.of(partner).mail_id.ids), ("cancelled", [])
            )
        self.assertEqual(self.of(large, channel="email").state, "queued")
        self.assertEqual(self.plan(), 0)

    def test_sms(self):
        """A text message goes into the queue of the app SMS."""
        if "sms.sms" not in self.env:
            self.skipTest("the app SMS is not installed")
        self.first.channel = "sms"
        partner = self.debtor("Mobile", 100, phone="+1 202 555 0122")
        self.run_day()
        notice = self.of(partner)
        sms = self.env["sms.sms"].search([("uuid", "=", notice.sms_uuid)])
        self.assertEqual((notice.state, sms.body), ("queued", "$\xa0100.00 open"))
        self.assertIn(notice.message_id, notice.account_id.message_ids)
        self.assertFalse(notice.account_id.log_ids, "nobody has talked to the customer")

    def test_sms_outcome(self):
        """Handed to the provider, refused, or no such number: the notice says so, once."""
        if "sms.sms" not in self.env:
            self.skipTest("the app SMS is not installed")
        self.first.channel = "sms"
        cases = {
            "sent": self.debtor("Reached", 100, phone="+1 202 555 0122"),
            "failed": self.debtor("Refused", 100, phone="+1 202 555 0123"),
            "bounced": self.debtor("Unknown", 100, phone="+1 202 555 0124"),
        }
        self.run_day()
        self.notices._follow_up_texts()
        notice = {state: self.of(partner) for state, partner in cases.items()}
        self.assertEqual({found.state for found in notice.values()}, {"queued"})
        trackers = self.env["sms.tracker"].sudo()  # sudo: the app SMS tells
        tracker = {
            state: trackers.search([("sms_uuid", "=", found.sms_uuid)])
            for state, found in notice.items()
        }
        tracker["sent"]._action_update_from_sms_state("pending")
        tracker["failed"]._action_update_from_sms_state("error", "sms_credit", False)
        tracker["bounced"]._action_update_from_sms_state("pending")
        for _run in range(2):
            self.env.flush_all()
            self.notices._follow_up_texts()
        self.assertEqual(notice["bounced"].state, "sent")
        tracker["bounced"]._action_update_from_provider_error("invalid_destination")
        self.env.flush_all()
        self.notices._follow_up_texts()
        self.assertEqual(
            {state: found.state for state, found in notice.items()}, {s: s for s in cases}
        )
        self.assertIn("redit", notice["failed"].failure)
        tasks = {state: len(found.account_id.activity_ids) for state, found in notice.items()}
        self.assertEqual(tasks, {"sent": 0, "failed": 1, "bounced": 1})


class TestNoticeTime(NoticeSendCase):
    def test_office_hours(self):
        """It leaves in the customer's hours, not ours."""
        here, there = self.debtor("Here", 100), self.debtor("There", 100)
        here.country_id = self.env.ref("base.uk")
        there.write({"country_id": self.env.ref("base.nz").id, "tz": "Pacific/Auckland"})
        self.run_day()  # Monday noon in London, one at night in Auckland
        self.assertEqual(self.of(here).state, "queued")
        notice = self.of(there)
        self.assertEqual(notice.state, "planned")
        self.assertEqual(str(notice.scheduled_date), "2026-03-16 20:00:00")
        with freeze_time("2026-03-16 20:05:00"):
            self.run_day()
        self.assertEqual(notice.state, "queued")

    def test_holiday(self):
        """Never on a public holiday of theirs, nor on a weekend."""
        partner = self.debtor("Paddy", 100)
        partner.country_id = self.env.ref("base.ie")
        with freeze_time("2026-03-17 12:00:00"):  # Saint Patrick's Day
            self.run_day()
            self.assertEqual(self.of(partner).state, "planned")
        with freeze_time("2026-03-18 12:00:00"):
            self.run_day()
        self.assertEqual(self.of(partner).state, "queued")

    def test_per_hour(self):
        """No more than the company allows leave in an hour; the rest waits."""
        self.company.sudo().collect_notice_per_hour = 2  # sudo: see CollectCase
        for number in range(5):
            self.debtor(f"Firm {number}", 100)
        self.run_day()
        self.assertEqual(self.notices.search_count([("state", "=", "queued")]), 2)
        with freeze_time("2026-03-16 13:30:00"):
            self.run_day()
        self.assertEqual(self.notices.search_count([("state", "=", "queued")]), 4)
        self.company.sudo().collect_notice_per_hour = 0  # sudo: see CollectCase
        self.run_day()
        self.assertEqual(self.notices.search_count([("state", "=", "queued")]), 5, "no limit")

    def test_tasks_wait_for_nobody(self):
        """Work for our own people is there when they come, whatever the hour at the customer's."""
        partner = self.debtor("Far", 2000, due=-10, tz="Pacific/Auckland")
        partner.country_id = self.env.ref("base.nz")
        self.run_day()
        self.assertEqual(self.of(partner, channel="call").state, "sent")
        self.assertEqual(self.of(partner, channel="email").state, "planned")

    def test_every_minute_for_a_day(self):
        """Crons that run all the time send what they would send once."""
        partner = self.debtor("Late", 100)
        for hour in range(0, 24, 2):
            with freeze_time(f"2026-03-16 {hour:02}:00:00"):
                self.run_day()
                self.run_day()
        self.assertEqual(len(self.of(partner)), 1)

    def test_clocks_change(self):
        """The nights in which the clocks change bring neither two notices nor none."""
        partner = self.debtor("Late", 100, due=10)  # 26 March
        partner.country_id = self.env.ref("base.de")
        self.company.partner_id.tz = "Europe/Berlin"
        moments = ("03-28 22:30", "03-29 00:30", "03-29 01:30", "03-29 22:30", "03-30 10:00")
        for moment in moments:
            with freeze_time(f"2026-{moment}:00"):
                self.run_day()
        self.assertEqual(self.of(partner).step_id, self.first)
        self.assertEqual(str(self.of(partner).queued_at), "2026-03-30 10:00:00")


class TestNoticeRoles(NoticeSendCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first.automatic = False
        cls.users = {
            role: new_test_user(
                cls.env,
                f"notice_{role}",
                groups=f"ar_collect.group_{role}",
                company_id=cls.company.id,
                company_ids=[cls.company.id],
            )
            for role in ("inquiry", "collector", "collector_all", "manager")
        }
        cls.own, cls.foreign = cls.debtor("Own", 100), cls.debtor("Foreign", 100)
        cls.catch_up()
        cls.account(cls.own).user_id = cls.users["collector"]
        cls.account(cls.foreign).user_id = cls.users["manager"]
        cls.plan()

    def as_role(self, role, record):
        self.env.flush_all()
        return record.sudo(False).with_user(self.users[role]).with_company(self.company)

    def test_sees(self):
        """A collector sees the notices of own customers."""
        found = self.as_role("collector", self.notices).search([])
        self.assertEqual(found.customer_id, self.own)
        for role in ("inquiry", "collector_all", "manager"):
            found = self.as_role(role, self.notices).search([])
            self.assertEqual(found.customer_id, self.own | self.foreign, role)

    def test_other_company(self):
        other = self.other_company()
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="ar_collect.group_manager",
            company_id=other.id,
            company_ids=[other.id],
        )
        notices = self.notices.sudo(False).with_user(user).with_company(other)
        self.assertFalse(notices.search([]))
        with self.assertRaises(AccessError):
            notices.browse(self.of(self.own).id).action_approve()

    def test_decides(self):
        """A collector approves, skips and postpones; with inquiry rights nobody does."""
        notice = self.of(self.own)
        for action in (
            "action_approve",
            "action_skip",
            "action_postpone",
            "action_send_now",
            "action_undo",
        ):
            for state in ("to_approve", "failed"):
                notice.state = state
                with self.subTest(action=action, state=state), self.assertRaises(AccessError):
                    getattr(self.as_role("inquiry", notice), action)()
        notice.state = "to_approve"
        with self.assertRaises(AccessError):
            self.as_role("collector", self.of(self.foreign)).action_skip()
        with self.assertRaises(AccessError):
            self.as_role("manager", notice).write({"state": "sent"})
        self.as_role("collector", notice).action_postpone()
        self.assertEqual((notice.state, notice.date_planned), ("to_approve", self.day(1)))
        notice.date_planned = self.day(-5)  # it has waited
        self.as_role("collector", notice).action_postpone()
        self.assertEqual(notice.date_planned, self.day(1))
        self.as_role("collector", notice).action_approve()
        self.assertEqual((notice.state, notice.approver_id), ("planned", self.users["collector"]))
        with freeze_time("2026-03-17 12:00:00"):
            self.run_day()
        with self.assertRaisesRegex(UserError, "Own"):
            self.as_role("collector", notice).action_skip()

    def test_skipped(self):
        """A step that a person skipped does not come again for these items; the next one does."""
        notice = self.of(self.own)
        self.as_role("collector", notice).action_skip()
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "skipped"))
        with freeze_time("2026-03-17 12:00:00"):
            self.plan()
        self.assertEqual(len(self.of(self.own)), 1)
        with freeze_time("2026-03-23 12:00:00"):
            self.plan()
        self.assertEqual(self.of(self.own)[-1].step_id, self.second)

    def test_strategies_are_the_managers(self):
        for role in ("inquiry", "collector", "collector_all"):
            with self.assertRaises(AccessError):
                self.as_role(role, self.first).days = 4
        self.as_role("manager", self.first).days = 4
        self.assertEqual(self.first.days, 4)
