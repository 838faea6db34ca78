# Part of ar_collect. License LGPL-3.
"""Suggestions: found in notes, transcripts and mails, accepted by saving a form, seen by whom."""

from datetime import date, datetime

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user

from .worklist_common import WorklistCase

SAID = "We will pay 500 dollars by Friday."


@freeze_time("2026-03-16 12:00:00")
class SuggestionCase(WorklistCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suggestions = cls.env["ar.collect.suggestion"].sudo()  # sudo: see CollectCase
        cls.partner = cls.own.partner_id
        cls.partner.write({"lang": "en_US", "tz": "UTC"})

    @classmethod
    def note(cls, note, account=None, **values):
        """A logged call with a note."""
        # sudo: see CollectCase
        return cls.env["ar.collect.activity"].sudo().create(
            {
                "account_id": (account or cls.own).id,
                "outcome_id": cls.env.ref("ar_collect.outcome_talked").id,
                "note": note,
                "user_id": cls.users["collector"].id,
                **values,
            }
        )  # fmt: skip

    @classmethod
    def of(cls, record):
        """What was suggested from a record."""
        link = {"ar.collect.activity": "activity_id", "ar.collect.recording": "recording_id"}
        return cls.suggestions.search([(link.get(record._name, "message_id"), "=", record.id)])

    def as_user(self, record, login="collector"):
        return record.sudo(False).with_user(self.users[login]).with_company(self.company)

    def accept(self, suggestion, login="collector", **changes):
        """Accept by the form, as in the browser; what is in it is saved.

        :return: the saved record
        """
        action = self.as_user(suggestion, login).action_accept()
        model = self.env[action["res_model"]].with_user(self.users[login])
        model = model.with_company(self.company).with_context(**action["context"])
        with Form(model, view=action["views"][0][0] or None) as form:
            for name, value in changes.items():
                setattr(form, name, value)
        return form.save()


class TestSuggestionFound(SuggestionCase):
    def test_promise_in_a_note(self):
        suggestion = self.of(self.note(f"Spoke to Anna. {SAID}"))
        self.assertRecordValues(
            suggestion,
            [
                {
                    "kind": "promise",
                    "quote": SAID,
                    "amount": 500,
                    "date": date(2026, 3, 20),
                    "said_on": date(2026, 3, 16),
                    "state": "open",
                    "account_id": self.own.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        self.assertFalse(self.own.promise_ids)

    def test_day_is_that_of_the_customer(self):
        """Monday noon in New York is Tuesday early in Auckland."""
        self.partner.tz = "Pacific/Auckland"
        suggestion = self.of(self.note("We pay you 500 tomorrow"))
        self.assertEqual(suggestion.said_on, date(2026, 3, 17))
        self.assertEqual(suggestion.date, date(2026, 3, 18))

    def test_order_of_day_and_month_is_the_customers(self):
        self.assertEqual(self.of(self.note("We pay 500 on 4/5")).date, date(2026, 4, 5))
        self.env["res.lang"]._activate_lang("en_GB")
        self.partner.lang = "en_GB"
        self.assertEqual(self.of(self.note("We pay 500 on 4/5")).date, date(2026, 5, 4))

    def test_same_text_again(self):
        activity = self.note(SAID)
        first = self.of(activity)
        self.assertFalse(self.suggestions._suggest_from_activity(activity))
        self.assertEqual(self.of(activity), first)

    def test_edited_note(self):
        activity = self.note(f"{SAID} The goods were damaged.")
        promise, dispute = self.of(activity).sorted("kind", reverse=True)
        self.as_user(dispute).action_dismiss()
        activity.note = "We will pay 600 dollars by Friday."
        found = self.of(activity)
        self.assertFalse(promise.exists())
        self.assertTrue(dispute.exists(), "what was decided stays")
        self.assertEqual((found - dispute).amount, 600)

    def test_half_of_what_is_owed(self):
        suggestion = self.of(self.note("Half now and half on April 3rd."))
        self.assertEqual(suggestion.mapped("amount"), [600, 600])
        self.assertEqual(suggestion.mapped("date"), [date(2026, 3, 16), date(2026, 4, 3)])

    def test_half_of_the_items_talked_about(self):
        invoice = self.items(self.invoice(self.partner, 300, due=-5))
        activity = self.note("They pay half on Friday", line_ids=[Command.set(invoice.ids)])
        self.assertEqual(self.of(activity).amount, 150)

    def test_document_that_was_named(self):
        invoice = self.invoice(self.partner, 300, due=-5)
        number = int(invoice.name.rsplit("/", 1)[1])
        for name in (invoice.name, f"invoice {number:03d}"):
            suggestion = self.of(self.note(f"We will pay {name} on Friday."))
            self.assertEqual(suggestion.line_ids, self.items(invoice), name)
            self.assertEqual(suggestion.amount, 300)

    def test_document_of_another_customer(self):
        theirs = self.items(self.env["account.move"].search(
            [("partner_id", "=", self.foreign.partner_id.id)]
        ))  # fmt: skip
        suggestion = self.of(self.note(f"We will pay {theirs.move_name} on Friday."))
        self.assertFalse(suggestion.line_ids)
        self.assertFalse(suggestion.amount)

    def test_call_back_in_the_customers_time(self):
        self.partner.tz = "America/New_York"
        suggestion = self.of(self.note("Call me back tomorrow at 3 pm"))
        self.assertEqual(suggestion.datetime, datetime.fromisoformat("2026-03-17 19:00"))
        self.assertEqual(suggestion.date, date(2026, 3, 17))

    def test_known_contact_is_no_news(self):
        self.partner.write({"phone": "+1 415 555 0100", "email": "ap@own.example"})
        self.assertFalse(self.of(self.note("You can reach me at (415) 555-0100.")))
        self.assertFalse(self.of(self.note("Send the invoice to AP@own.example.")))
        self.assertTrue(self.of(self.note("Send the invoice to pay@own.example.")))

    def test_what_we_wrote_promises_nothing(self):
        self.assertFalse(self.of(self.note(SAID, channel="email")))
        self.assertTrue(self.of(self.note(SAID, channel="email", direction="in")))

    def test_another_currency(self):
        euro = self.env["res.currency"].search([("name", "=", "EUR")]) or self.env.ref("base.EUR")
        euro.active = True
        suggestion = self.of(self.note("We pay 500 euros on Friday"))
        self.assertEqual(suggestion.currency_id, euro)

    def test_script_is_text(self):
        suggestion = self.of(self.note("<script>alert(1)</script> we pay 500 on Friday"))
        self.assertIn("<script>", suggestion.quote)
        entry = self.as_user(self.own).get_suggestions()[0]
        self.assertEqual(entry["quote"], suggestion.quote)


class TestSuggestionFromMail(SuggestionCase):
    def incoming(self, body, author=None, **values):
        values = {"message_type": "email", "subtype_xmlid": "mail.mt_comment", **values}
        account = self.own.sudo()  # sudo: the mail gateway
        author = author or self.partner
        return account.message_post(body=body, author_id=author.id, **values)

    def found(self, message):
        return self.of(message) | self.of(
            self.env["ar.collect.activity"].sudo().search([("message_id", "=", message.id)])
        )  # fmt: skip

    def test_mail_of_the_customer(self):
        body = Markup(
            "<p>Hello,</p><p>we will pay <b>500</b> dollars by Friday.</p>"
            "<blockquote>We will pay 900 dollars on Monday.</blockquote>"
            "<p>On Mon, Mar 16, 2026 Anna wrote:<br/>&gt; We will pay 700 on Tuesday</p>"
        )
        suggestion = self.found(self.incoming(body))
        self.assertEqual(suggestion.mapped("amount"), [500])
        self.assertEqual(suggestion.message_id.author_id, self.partner)
        self.assertEqual(suggestion.quote, "we will pay 500 dollars by Friday.")

    def test_note_in_the_chatter(self):
        collector = self.as_user(self.own)
        message = collector.message_post(
            body=SAID, message_type="comment", subtype_xmlid="mail.mt_note"
        )
        suggestion = self.of(message)
        self.assertEqual(suggestion.amount, 500)
        collector._message_update_content(message, body="We will pay 600 by Friday.")
        self.assertEqual(self.of(message).amount, 600)

    def test_our_own_mail(self):
        message = self.as_user(self.own).message_post(
            body=SAID,
            message_type="comment",
            partner_ids=self.partner.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(self.found(message))

    def test_read_twice(self):
        message = self.incoming(SAID)
        self.assertFalse(self.suggestions._suggest_from_message(self.own, message))
        self.assertEqual(len(self.found(message)), 1)


class TestSuggestionDecided(SuggestionCase):
    def test_promise_is_accepted_by_saving(self):
        suggestion = self.of(self.note(SAID))
        action = self.as_user(suggestion).action_accept()
        self.assertEqual(action["res_model"], "ar.collect.promise")
        self.assertEqual(suggestion.state, "open", "the form was only opened")
        promise = self.accept(suggestion)
        self.assertRecordValues(
            promise.sudo(),
            [
                {
                    "account_id": self.own.id,
                    "amount": 500,
                    "date_promised": date(2026, 3, 20),
                    "note": SAID,
                    "suggestion_id": suggestion.id,
                    "activity_id": suggestion.activity_id.id,
                    "user_id": self.users["collector"].id,
                }
            ],
        )
        self.assertEqual(suggestion.state, "accepted")
        self.assertEqual((suggestion.res_model, suggestion.res_id), (promise._name, promise.id))
        self.assertEqual(suggestion.decided_by_id, self.users["collector"])
        with self.assertRaises(UserError):
            self.as_user(suggestion).action_accept()

    def test_changed_promise_is_accepted_too(self):
        suggestion = self.of(self.note(SAID))
        promise = self.accept(suggestion, amount=400)
        self.assertEqual(promise.amount, 400)
        self.assertEqual(suggestion.state, "accepted")

    def test_dispute(self):
        line = self.items(self.env["account.move"].search([("partner_id", "=", self.partner.id)]))
        note = f"The goods of {line.move_name} were damaged."
        suggestion = self.of(self.note(note))
        dispute = self.accept(suggestion).sudo()
        self.assertEqual(dispute.reason_id.code, "quality")
        self.assertEqual(dispute.item_ids.line_id, line)
        self.assertEqual(dispute.description, note)
        self.assertEqual(suggestion.state, "accepted")

    def test_call_back_takes_the_place_of_what_was_planned(self):
        account = self.as_user(self.own)
        account._schedule_follow_up(account._propose_follow_up())
        suggestion = self.of(self.note("<b>Call</b> me back tomorrow at 3 pm"))
        activity = self.accept(suggestion).sudo()
        self.assertEqual(activity.collect_datetime, datetime.fromisoformat("2026-03-17 15:00"))
        self.assertEqual(activity.date_deadline, date(2026, 3, 17))
        self.assertEqual(activity.user_id, self.users["collector"])
        self.assertIn("&lt;b&gt;Call", activity.note)
        self.assertEqual(self.own.activity_ids, activity)
        self.assertEqual(suggestion.state, "accepted")

    def test_contact(self):
        note = "Our new accountant is Maria Lopez, maria@own.example, 415 555 0199."
        suggestion = self.of(self.note(note))
        wizard = self.accept(suggestion)
        self.assertEqual(suggestion.state, "open", "only the dialog was filled in")
        action = self.as_user(suggestion).action_accept()
        wizard.with_context(**action["context"]).action_save()
        contact = self.env["res.partner"].browse(suggestion.res_id)
        self.assertEqual(suggestion.state, "accepted")
        self.assertEqual(contact.name, "Maria Lopez")
        self.assertEqual(contact.email, "maria@own.example")
        self.assertEqual(contact.parent_id, self.partner)

    def test_number_of_a_known_contact(self):
        maria = self.customer("Maria Lopez", is_company=False, parent_id=self.partner.id)
        suggestion = self.of(self.note("Ask for Maria Lopez, her number is 415 555 0199."))
        action = self.as_user(suggestion).action_accept()
        self.assertEqual(action["context"]["default_contact_id"], maria.id)
        self.accept(suggestion).with_context(**action["context"]).action_save()
        self.assertIn("555", maria.phone or "")
        self.assertEqual((suggestion.state, suggestion.res_id), ("accepted", maria.id))

    def test_dismissed_and_taken_back(self):
        suggestion = self.of(self.note(SAID))
        collector = self.as_user(suggestion)
        collector.action_dismiss()
        self.assertEqual(suggestion.state, "dismissed")
        self.assertEqual(suggestion.decided_by_id, self.users["collector"])
        self.assertFalse(self.as_user(self.own).get_suggestions())
        collector.action_reopen()
        self.assertEqual((suggestion.state, suggestion.decided_by_id.id), ("open", False))
        self.accept(suggestion)
        with self.assertRaises(UserError):
            collector.action_reopen()

    def test_id_from_the_browser(self):
        """A form of one customer does not accept what another one said."""
        suggestion = self.of(self.note(SAID, account=self.free))
        promises = self.as_user(self.env["ar.collect.promise"])
        promises = promises.with_context(collect_suggestion_id=suggestion.id)
        with self.assertRaisesRegex(UserError, "another customer"):
            promises.create(
                {"account_id": self.own.id, "amount": 5, "date_promised": date(2026, 3, 20)}
            )
        for strange in ("1", 10**9, False, [suggestion.id]):
            context = {"collect_suggestion_id": strange}
            promise = self.as_user(self.env["ar.collect.promise"]).with_context(**context)
            promise.create(
                {"account_id": self.own.id, "amount": 5, "date_promised": date(2026, 3, 20)}
            )
        self.assertEqual(suggestion.state, "open")

    def test_entries_of_the_page(self):
        suggestion = self.of(self.note(SAID))
        [entry] = self.as_user(self.own).get_call_page()["open"]["suggestions"]
        self.assertEqual(entry["id"], suggestion.id)
        self.assertEqual(
            (entry["kind"], entry["amount"], entry["date"]), ("promise", 500, "2026-03-20")
        )
        self.assertEqual(entry["title"], "Promise to pay · $\xa0500.00 · 03/20/2026")


class TestSuggestionAccess(SuggestionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.said = {
            name: cls.of(cls.note(SAID, account=account))
            for name, account in (("own", cls.own), ("free", cls.free), ("foreign", cls.foreign))
        }
        cls.users["plain"] = new_test_user(cls.env, login="plain_s", groups="base.group_user")
        cls.users["portal"] = new_test_user(cls.env, login="portal_s", groups="base.group_portal")
        second = cls.other_company()
        cls.users["outsider"] = new_test_user(
            cls.env,
            login="outsider_s",
            groups="ar_collect.group_manager",
            company_id=second.id,
            company_ids=second.ids,
        )

    def names(self, login, operation):
        """Which of the three a user may read, write, or delete."""
        return {
            name
            for name, suggestion in self.said.items()
            if suggestion.sudo(False).with_user(self.users[login]).has_access(operation)
        }

    def test_who_sees_and_decides(self):
        every = {"own", "free", "foreign"}
        for login, read, write in (
            ("inquiry", every, set()),
            ("collector", {"own", "free"}, {"own", "free"}),
            ("collector_all", every, every),
            ("manager", every, every),
            ("plain", set(), set()),
            ("portal", set(), set()),
            ("outsider", set(), set()),
        ):
            with self.subTest(login):
                self.assertEqual(self.names(login, "read"), read)
                self.assertEqual(self.names(login, "write"), write)
                self.assertFalse(self.names(login, "unlink"))
                suggestions = self.suggestions.sudo(False).with_user(self.users[login])
                self.assertFalse(suggestions.has_access("create"))

    def test_searched(self):
        found = self.suggestions.sudo(False).with_user(self.users["collector"]).search([])
        self.assertEqual(found, self.said["own"] + self.said["free"])

    def test_inquiry_decides_nothing(self):
        for method in ("action_accept", "action_dismiss", "action_reopen"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.as_user(self.said["own"], "inquiry"), method)()

    def test_nobody_writes_by_hand(self):
        for values in ({"state": "accepted"}, {"quote": "We pay all"}, {"amount": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.as_user(self.said["own"], "manager").write(values)

    def test_another_customer_does_not_become_accepted(self):
        """Whoever saves a promise with the id of a suggestion out of reach changes nothing."""
        promises = self.as_user(self.env["ar.collect.promise"])
        promises = promises.with_context(collect_suggestion_id=self.said["foreign"].id)
        promises.create(
            {"account_id": self.own.id, "amount": 5, "date_promised": date(2026, 3, 20)}
        )
        self.assertEqual(self.said["foreign"].state, "open")

    def test_note_of_inquiry_gives_suggestions(self):
        account = self.as_user(self.own, "inquiry")
        message = account.message_post(
            body=SAID, message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self.of(message).amount, 500)


class TestSuggestionFromRecording(SuggestionCase):
    def recording(self, *texts):
        """A transcript of sentences, each ten seconds after the other."""
        recordings = self.env["ar.collect.recording"].sudo()  # sudo: made by the queue
        self.company.collect_recording_allowed = True
        recording = recordings.create(
            {"account_id": self.own.id, "consent": True, "consent_name": "Anna"}
        )
        recording.segments = [
            {"start": 10.0 * number, "end": 10.0 * number + 5, "text": text}
            for number, text in enumerate(texts)
        ]
        return recording

    def test_transcript(self):
        recording = self.recording(
            "Good morning.", "When will you pay?", "We will pay 500", "on Friday."
        )
        recording._suggest()
        suggestion = self.of(recording)
        self.assertEqual((suggestion.amount, suggestion.date), (500, date(2026, 3, 20)))
        self.assertEqual(suggestion.quote, "We will pay 500 on Friday.")
        self.assertEqual(suggestion.quote_start, 20)
        recording._suggest()
        self.assertEqual(self.of(recording), suggestion)

    def test_logged_later(self):
        recording = self.recording(SAID)
        recording._suggest()
        activity = self.note("Talked")
        recording.activity_id = activity
        self.assertEqual(self.of(recording).activity_id, activity)
        self.assertEqual(activity.suggestion_ids, self.of(recording))


class TestSuggestionQueries(SuggestionCase):
    def test_page_does_not_depend_on_how_many(self):
        self.note(SAID)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.as_user(self.own).get_suggestions(limit=100)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(15):
            self.note(f"We will pay {500 + number} dollars by Friday.")
        self.assertEqual(count(), few)
