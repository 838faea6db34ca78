# Part of ar_collect. License LGPL-3.
import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .contact_log_common import ContactLogCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestCallPage(ContactLogCase):
    def page(self, row=None, user=None):
        row = (row or self.row).with_user(user or self.collector)
        self.env.flush_all()
        self.env.invalidate_all()
        return row.get_call_page()

    def another(self, name, amount, user=None, **values):
        """Another overdue customer.

        :rtype: recordset of `ar.collect.account`
        """
        partner = self.customer(name)
        self.invoice(partner, amount, due=-20)
        self.catch_up()
        row = self.account(partner)
        row.write({"user_id": (user or self.collector).id, **values})
        return row

    # --- what is on it

    def test_owed(self):
        self.invoice(self.partner, 40, due=5)
        self.invoice(self.partner, 7, due=-1, ref="PO 12")
        blocked = self.invoice(self.partner, 9, due=-2)
        blocked.payment_state = "blocked"
        self.credit_note(self.partner, 3)
        self.catch_up()
        page = self.page()
        items = {item["name"]: item for item in page["items"]}
        self.assertEqual(len(items), 5)
        self.assertEqual(items[self.overdue.name]["days_late"], 20)
        self.assertEqual(items[self.overdue.name]["amount"], 100)
        self.assertEqual(items[blocked.name]["excluded"], "Payment blocked")
        amounts = page["account"]["amounts"]
        shown = sum(item["amount"] for item in page["items"])
        self.assertAlmostEqual(shown, amounts["balance"], msg="the list adds up to the balance")
        self.assertEqual(amounts["chasable"], 104)
        self.assertEqual(
            page["opening"],
            "2 invoices, $\xa0107, late by up to 20 days; $\xa03.00 in credits not yet applied",
        )

    def promise(self, amount, day, state="open", lines=None):
        """A promise as time and ledger have left it: its day may have passed."""
        promises = self.env["ar.collect.promise"].sudo()  # sudo: the accountant makes none
        promise = promises.create(
            {
                "account_id": self.row.id,
                "date_promised": self.day(30),
                "amount": amount,
                "item_ids": [Command.create({"line_id": line.id}) for line in lines or []],
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_promise SET state = %s, date_promised = %s WHERE id = %s",
            [state, self.day(day), promise.id],
        )
        self.env.invalidate_all()

    def test_first_words_about_promises(self):
        start = "1 invoice, $\xa0100, late by 20 days"

        def say():
            return self.row._get_opening(self.row.open_item_ids)

        self.assertEqual(say(), start)
        self.promise(90, -9, "broken")
        self.assertEqual(say(), f"{start}; $\xa090.00 promised for 03/07/2026 not kept")
        self.promise(80, -5, "partial")
        self.assertEqual(say(), f"{start}; $\xa080.00 promised for 03/11/2026 kept only in part")
        self.promise(10, -3, "kept")
        self.assertEqual(say(), start, "since then a promise was kept")

    def test_first_words_about_the_next_promise(self):
        self.promise(60, 9)
        self.promise(30, 2)
        words = self.row._get_opening(self.row.open_item_ids)
        self.assertTrue(words.endswith("; $\xa030.00 promised for 03/18/2026"), words)

    def test_promise_paid_after_all_is_not_held_against_them(self):
        paid = self.invoice(self.partner, 40, due=-30)
        items = paid.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.promise(40, -9, "broken", lines=items)
        self.payment(self.partner, 40, paid)
        self.catch_up()
        self.assertNotIn("promised", self.page()["opening"])

    def test_nothing_to_say(self):
        self.payment(self.partner, 100, self.overdue)
        self.credit_note(self.partner, 3)
        self.invoice(self.partner, 5, due=0)
        self.catch_up()
        self.assertEqual(self.page()["opening"], "")

    def test_first_words_of_several_currencies(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 50, due=-1, currency=euro)
        self.catch_up()
        self.assertEqual(self.page()["opening"], "2 invoices, $\xa0200, late by up to 20 days")

    def test_planned_time_is_shown(self):
        self.log("no_answer")
        [planned] = self.page()["open"]["activities"]
        self.assertEqual(planned["time"], str(self.row.activity_ids.collect_datetime))

    def test_fresh_when_opened(self):
        self.payment(self.partner, 100, self.overdue)
        page = self.page()
        self.assertFalse(page["items"])
        self.assertEqual(page["account"]["amounts"]["overdue"], 0)
        self.assertEqual([line["amount"] for line in page["payments"]], [100])
        self.assertEqual(page["opening"], "")

    def test_payments_of_contacts(self):
        for number in range(7):
            self.payment(self.contact if number % 2 else self.partner, 10 + number, on=-number)
        amounts = [line["amount"] for line in self.page()["payments"]]
        self.assertEqual(amounts, [10, 11, 12, 13, 14], "the last five")

    def test_times_sent(self):
        self.assertEqual(self.page()["items"][0]["sent"], 0)
        self.overdue.message_post(
            body="Your invoice",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )
        self.log("sent", channel="letter", line_ids=self.item.ids)
        self.log("no_answer", channel="call", line_ids=self.item.ids)
        self.overdue.message_post(body="A note among us")
        # a mail about it is none with it
        [item] = self.page()["items"]
        self.assertEqual((item["sent"], item["sent_text"]), (1, "Sent once, never answered."))

    def test_contact_s_time(self):
        self.contact.tz = "Asia/Tokyo"
        row = self.row.with_user(self.collector)
        self.assertIn("09:00 PM", row.get_contact_reach(self.contact.id)["local_time"])
        self.contact.tz = "Europe/London"
        self.assertIn("12:00 PM", row.get_contact_reach(self.contact.id)["local_time"])

    def test_proposal(self):
        row = self.row.with_user(self.collector)
        values = row.propose_follow_up(self.outcome("no_answer").id, self.contact.id)
        self.assertGreater(values["collect_datetime"], "2026-03-16 12:00:00")
        asked = row.propose_follow_up(
            self.outcome("call_back").id, self.contact.id, "2026-03-18 09:15:00"
        )
        self.assertEqual(asked["collect_datetime"], "2026-03-18 09:15:00")
        answer = row.log_contact({"outcome_id": self.outcome("call_back").id}, asked)
        self.assertEqual(answer["follow_up"]["time"], "2026-03-18 09:15:00")
        self.assertFalse(self.row.activity_ids.filtered(lambda a: a.user_id != self.collector))

    def test_constant_queries(self):
        def count(row):
            self.page(row)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            row.with_user(self.collector).get_call_page()
            return self.env.cr.sql_log_count - before

        few, many = self.another("Few", 10), self.another("Many", 10)
        for row, number in ((few, 9), (many, 90)):
            for day in range(number):
                self.invoice(row.partner_id, 5, due=-day)
            for day in range(number // 10):
                self.payment(row.partner_id, 1, on=-day)
            self.env["res.partner"].create(
                [
                    {"name": f"Contact {day}", "parent_id": row.partner_id.id}
                    for day in range(number // 3)
                ]
            )
            self.env["ar.collect.activity"].sudo().create(
                [
                    {
                        "account_id": row.id,
                        "outcome_id": self.outcome("no_answer").id,
                        "date": fields.Datetime.now() - timedelta(hours=hour),
                        "line_ids": [Command.set(row.open_item_ids[:2].ids)],
                    }
                    for hour in range(number)
                ]
            )
        self.catch_up()
        self.assertEqual(count(few), count(many))

    # --- colleagues

    def test_colleague_has_it_open(self):
        colleague = self.role("collector_all")
        self.assertFalse(self.page()["holder"])
        self.assertFalse(self.page()["holder"], "one's own page is no obstacle")
        self.assertEqual(self.page(user=colleague)["holder"], self.collector.name)
        self.assertEqual(self.row.with_user(colleague).keep_call_page(), self.collector.name)
        self.row.with_user(self.collector).leave_call_page()
        self.assertFalse(self.page(user=colleague)["holder"])
        self.assertEqual(self.row.with_user(self.collector).keep_call_page(), colleague.name)

    def test_closed_without_a_word(self):
        colleague = self.role("collector_all")
        self.page()
        with freeze_time("2026-03-16 12:02:00"):
            self.assertFalse(self.page(user=colleague)["holder"])

    def test_reader_holds_nothing(self):
        self.page(user=self.role("inquiry"))
        self.assertFalse(self.page()["holder"])
        with self.assertRaises(AccessError):
            self.row.with_user(self.role("inquiry", "log_reader")).keep_call_page()

    # --- next

    def following(self, row, user=None, **kwargs):
        user = user or self.collector
        answer = self.accounts.with_user(user).sudo(False).get_next_call(row and row.id, **kwargs)
        return self.accounts.browse(answer["account_id"] or []), answer["skipped"]

    def test_next(self):
        first = self.another("First", 5000)
        last = self.another("Last", 1)
        self.assertEqual(self.following(False)[0], first)
        self.assertEqual(self.following(first)[0], self.row)
        self.assertEqual(self.following(self.row)[0], last)
        self.assertEqual(self.following(last)[0], first, "from the end to the top")

    def test_next_after_a_log(self):
        first = self.another("First", 5000)
        rank = [first.priority, first.amount_chasable]
        second = self.another("Second", 4000)
        self.log("talked", account=first)
        self.assertEqual(self.following(first, rank=rank)[0], second)
        self.assertNotEqual(self.following(second)[0], first, "contacted today")

    def test_next_is_who_wrote_today(self):
        """A customer's message is no reason to leave the customer alone."""
        first = self.another("First", 5000)
        self.log("received", account=first, direction="in", channel="email").user_id = False
        self.assertEqual(first.last_contact_date, self.today)
        self.row.activity_ids.unlink()
        first.write({"next_action_date": False})
        self.assertEqual(self.following(self.row)[0], first)
        self.assertEqual(self.page(first)["position"], {"index": 1, "count": 2})
        self.log("no_answer", account=first)
        first.write({"next_action_date": False})
        self.assertFalse(self.following(self.row)[0], "answered")

    def test_next_on_the_day_of_the_user(self):
        """In Auckland it is tomorrow already."""
        first = self.another("First", 5000)
        self.collector.tz = "Pacific/Auckland"
        self.log("no_answer", account=first)
        first.activity_ids.unlink()
        first.write({"next_action_date": False})
        self.assertEqual(first.last_contact_date, self.today)
        self.assertFalse(self.following(self.row)[0])

    def test_next_is_due(self):
        later = self.another("Later", 5000, next_action_date=self.day(2))
        self.another("Of a colleague", 6000, user=self.role("collector", "log_colleague"))
        self.assertFalse(self.following(self.row)[0], "nobody else is left for today")
        later.next_action_date = self.today
        self.assertEqual(self.following(self.row)[0], later)

    def test_next_passes_over(self):
        colleague = self.role("collector_all")
        first = self.another("First", 5000)
        self.page(first, user=colleague)
        found, skipped = self.following(False)
        self.assertEqual(found, self.row)
        self.assertEqual(skipped, [{"name": "First", "colleague": colleague.name}])

    def test_next_begins_at_the_top_when_all_below_are_open(self):
        colleague = self.role("collector_all")
        first, last = self.another("First", 5000), self.another("Last", 1)
        self.page(last, user=colleague)
        found, skipped = self.following(self.row)
        self.assertEqual(found, first)
        self.assertEqual([other["name"] for other in skipped], ["Last"])
        first.with_user(self.collector).leave_call_page()
        self.page(first, user=colleague)
        found, skipped = self.following(self.row)
        self.assertFalse(found)
        self.assertEqual([other["name"] for other in skipped], ["Last", "First"])

    def test_next_is_taken_at_once(self):
        """Two who press the button together do not get the same customer."""
        substitute = self.role("collector_all")
        domain = [("id", "in", (self.row | self.another("First", 5000)).ids)]
        mine = self.following(False, domain=domain)[0]
        theirs, skipped = self.following(False, substitute, domain=domain)
        self.assertEqual(mine | theirs, self.accounts.search(domain))
        self.assertEqual(skipped, [{"name": "First", "colleague": self.collector.name}])
        reader = self.role("inquiry", "log_next_reader")
        self.row.with_user(substitute).leave_call_page()
        self.assertEqual(self.following(False, reader, domain=domain)[0], self.row)
        self.assertFalse(self.page(user=substitute)["holder"], "a reader takes nothing")

    def test_next_of_a_filtered_list(self):
        chosen = self.another("Chosen", 1, next_action_date=self.day(9))
        self.another("First", 5000)
        found, _skipped = self.following(self.row, domain=[("partner_id.name", "=", "Chosen")])
        self.assertEqual(found, chosen)

    def test_position(self):
        first = self.another("First", 5000)
        self.assertEqual(self.page()["position"], {"index": 2, "count": 2})
        self.log("talked", account=first)
        self.assertEqual(self.page()["position"], {"index": 1, "count": 1})
        self.assertEqual(self.page(first)["position"]["index"], 0)

    # --- copies

    def test_send_copies(self):
        with self.allow_pdf_render():
            action = self.row.with_user(self.collector).action_send_copies(
                self.item.ids, self.contact.id
            )
        context = action["context"]
        attachment = self.env["ir.attachment"].browse(context["default_attachment_ids"])
        self.assertEqual(len(attachment), 1)
        self.assertTrue(base64.b64decode(attachment.datas).startswith((b"%PDF", b"<")))
        self.assertIn(self.overdue.name, context["default_subject"])
        self.assertIn("Dana", str(context["default_body"]))
        self.assertEqual(context["default_partner_ids"], self.contact.ids)

    def test_copies_of_nothing(self):
        other = self.invoice(self.customer("Other"), 50).line_ids.filtered("date_maturity")
        row = self.row.with_user(self.collector)
        for ids in ([], other.ids, self.payment(self.partner, 5).move_id.line_ids.ids):
            with self.subTest(ids), self.assertRaisesRegex(UserError, "at least one invoice"):
                row.action_send_copies(ids)

    def test_nobody_to_send_to(self):
        row = self.row.with_user(self.collector)
        self.contact.email = False
        for contact in (self.contact.id, False):
            with self.subTest(contact), self.assertRaisesRegex(UserError, "no e-mail address"):
                row.action_send_copies(self.item.ids, contact)
            with self.subTest(contact), self.assertRaisesRegex(UserError, "no e-mail address"):
                row.action_write(contact)

    def test_each_document_once(self):
        """Three instalments of an invoice are one document; who it is for is not another's."""
        parts = self.invoice(self.partner, 90, terms=[(50, -9), (50, -8)])
        items = parts.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertEqual(len(items), 2)
        foreign = self.invoice(self.customer("Other"), 50).line_ids
        with self.allow_pdf_render():
            action = self.row.with_user(self.collector).action_send_copies(
                (items + self.item + foreign).ids, self.contact.id
            )
        names = self.env["ir.attachment"].browse(action["context"]["default_attachment_ids"])
        self.assertEqual(len(names), 2)
        self.assertCountEqual(action["context"]["collect_line_ids"], (items + self.item).ids)


@tagged("post_install", "-at_install")
class TestDocument(ContactLogCase, HttpCase):
    """The PDF of a document, one click away: only for who may read it."""

    def fetch(self, user, move):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/ar_collect/document/{move.id}")

    def test_access(self):
        answer = self.fetch(self.collector, self.overdue)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("inline", answer.headers["Content-Disposition"])
        entry = self.opening(self.partner, 10)
        self.assertEqual(self.fetch(self.collector, entry).status_code, 404)
        plain = new_test_user(self.env, "plain_user", groups="base.group_user")
        portal = new_test_user(self.env, "plain_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer("Stranger")
        for user in (plain, portal):
            with self.subTest(user.login):
                self.assertIn(self.fetch(user, self.overdue).status_code, (403, 404))
