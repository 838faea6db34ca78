# Part of ar_collect. License LGPL-3.
"""Promises to pay: how they are taken, replaced and cancelled, and by whom."""

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .claims_common import ClaimsCase


class TestPromise(ClaimsCase):
    # --- what is taken

    def test_items_propose_the_amount(self):
        promise = self.promise(self.old + self.new)
        self.assertEqual(promise.amount, 1500)
        self.assertEqual(self.shares(promise), {self.old: 1200, self.new: 300})
        self.assertEqual(promise.state, "open")
        self.assertEqual(promise.customer_id, self.partner)
        self.assertEqual(promise.company_id, self.company)
        self.assertEqual(promise.currency_id, self.company.currency_id)
        self.assertEqual(promise.display_name, "$\xa01,500.00 by 03/20/2026")

    def test_amount_is_shared_out_due_first(self):
        promise = self.promise(self.new + self.old, amount=1300)
        self.assertEqual(self.shares(promise), {self.old: 1200, self.new: 100})
        self.own.promise_ids.sudo().action_cancel()
        promise = self.promise(self.new + self.old, amount=500)
        self.assertEqual(self.shares(promise), {self.old: 500})

    def test_items_with_amounts(self):
        items = [{"line_id": self.old.id, "amount": 700}, {"line_id": self.new.id}]
        promise = self.promise(item_ids=[Command.create(item) for item in items], amount=800)
        self.assertEqual(self.shares(promise), {self.old: 700, self.new: 100})

    def test_any_of_the_debt(self):
        promise = self.promise(amount=1500)
        self.assertFalse(promise.item_ids)
        with self.refused(r"1,500\.01 is more than the .*1,500\.00"):
            self.promise(amount=1500.01)

    def test_bad_amounts(self):
        for amount in (-5, float("nan"), float("inf"), "much"):
            items = [Command.create({"line_id": self.old.id, "amount": amount})]
            with self.subTest(amount):
                with self.refused("is not an amount"):
                    self.promise(amount=amount)
                with self.refused("is not an amount"):
                    self.promise(item_ids=items)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.promise(amount=0)
        with self.refused("Nothing is left"):
            self.promise(self.old, amount=0)

    def test_more_than_the_item(self):
        items = [Command.create({"line_id": self.old.id, "amount": 1200.01})]
        with self.refused(r"1,200\.00 left of INV"):
            self.promise(item_ids=items)
        self.payment(self.partner, 200, self.old.move_id)
        items = [Command.create({"line_id": self.old.id, "amount": 1100})]
        with self.refused(r"1,000\.00 left of INV"):
            self.promise(item_ids=items)

    def test_sum_of_the_items(self):
        items = [Command.create({"line_id": self.old.id, "amount": 700})]
        with self.refused(r"1,000\.00, its items come to .*700\.00"):
            self.promise(item_ids=items, amount=1000)

    def test_not_in_the_past(self):
        self.promise(self.old, date_promised=self.day(0))
        with self.refused("03/15/2026 has passed"):
            self.promise(self.new, date_promised=self.day(-1))

    def test_today_is_the_companys(self):
        self.company.partner_id.tz = "Pacific/Auckland"  # Tuesday already
        with self.assertRaises(ValidationError):
            self.promise(self.old, date_promised=self.day(0))
        self.company.partner_id.tz = "America/Los_Angeles"
        with freeze_time("2026-03-17 04:00:00"):  # Monday still
            self.promise(self.old, date_promised=self.day(0))

    def test_items_of_others(self):
        foreign = self.items(self.invoice(self.customer("Other"), 100))
        second = self.other_company()
        elsewhere = self.items(self.invoice(self.partner, 100, company=second))
        income = self.old.move_id.line_ids - self.old
        for line in (foreign, elsewhere, income):
            items = [Command.create({"line_id": line.id, "amount": 1})]
            with self.subTest(line.name), self.refused("is not a rec"):
                self.promise(item_ids=items)
        draft = self.invoice(self.partner, 100)
        line = self.items(draft)
        draft.button_draft()
        with self.refused("is not posted"):
            self.promise(item_ids=[Command.create({"line_id": line.id, "amount": 1})])

    def test_person_of_another_customer(self):
        with self.refused("is not a contact of"):
            self.promise(self.old, partner_id=self.customer("Stranger").id)

    # --- currencies

    def test_currency_of_the_items(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        promise = self.promise(line)
        self.assertEqual(promise.currency_id, euro)
        self.assertEqual((promise.amount, promise.amount_company), (100, 200))
        with self.refused("is in EUR"):
            self.promise(line + self.old, currency_id=self.company.currency_id.id, replace=True)
        free = self.promise(amount=60, currency_id=euro.id)
        self.assertEqual(free.amount_company, 120)
        with self.refused("100.00"):
            self.promise(amount=101, currency_id=euro.id)

    def test_rate_of_the_day_it_was_promised(self):
        rates = [("1900-01-01", 0.5), ("2026-03-20", 0.25)]
        euro = self.setup_other_currency("EUR", rates=rates)
        promise = self.promise(self.items(self.invoice(self.partner, 100, currency=euro)))
        self.env.cr.execute("UPDATE ar_collect_promise SET create_date = '2026-03-16 12:00:00'")
        promise.invalidate_recordset()
        with freeze_time("2026-03-25 12:00:00"):
            self.env.add_to_compute(promise._fields["amount_company"], promise)
            self.assertEqual(promise.amount_company, 200)

    # --- one open promise per item

    def test_second_promise_replaces_the_first(self):
        first = self.promise(self.old + self.new)
        with self.refused("promised already"):
            self.promise(self.new)
        self.assertEqual(first.state, "open")
        second = self.promise(self.new, replace=True, date_promised=self.day(7))
        self.assertEqual(first.state, "replaced")
        self.assertEqual(first.replaced_by_id, second)
        self.assertEqual(second.state, "open")
        self.assertEqual(self.own.promise_ids.filtered(lambda p: p.state == "open"), second)
        self.assertIn("Promise replaced", "".join(self.own.message_ids.mapped("body")))
        third = self.promise(self.old)  # free again
        self.assertEqual(third.state, "open")

    def test_two_at_once_in_one_batch(self):
        values = {
            "account_id": self.own.id,
            "date_promised": self.day(4),
            "item_ids": [Command.create({"line_id": self.old.id})],
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.promises.create([values, values])

    def test_promises_on_other_items_stay(self):
        first = self.promise(self.old)
        second = self.promise(self.new, replace=True)
        self.assertEqual((first.state, second.state), ("open", "open"))

    def test_cancelled_frees_the_items(self):
        first = self.promise(self.old)
        first.action_cancel()
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(self.promise(self.old).state, "open")
        with self.assertRaisesRegex(UserError, "not open any more"):
            first.action_cancel()

    # --- the dialog

    def dialog(self, login="collector", account=None, **kwargs):
        account = self.seen_by(login, account or self.own)
        action = account.action_promise(**kwargs)
        self.assertEqual(action["target"], "new")
        promises = account.env["ar.collect.promise"].with_context(**action["context"])
        return Form(promises, view=action["views"][0][0])

    def test_dialog_with_items(self):
        form = self.dialog(line_ids=(self.old + self.new).ids)
        self.assertEqual(form.amount, 1500)
        self.assertFalse(form.warning)
        form.date_promised = self.day(4)
        form.amount = 1250
        promise = form.save()
        self.assertEqual(self.shares(promise), {self.old: 1200, self.new: 50})
        self.assertEqual(promise.user_id, self.users["collector"])

    def test_dialog_more_than_owed(self):
        form = self.dialog(line_ids=self.old.ids)
        with self.assertLogs("odoo.tests.form.onchange", "WARNING"):
            form.amount = 5000
        self.assertEqual(form.amount, 1200)

    def test_dialog_without_items(self):
        form = self.dialog()
        self.assertEqual(form.amount, 1500)
        form.date_promised = self.day(4)
        form.amount = 600
        promise = form.save()
        self.assertEqual((promise.amount, len(promise.item_ids)), (600, 0))

    def test_dialog_replaces(self):
        first = self.promise(self.old + self.new)
        form = self.dialog(line_ids=self.new.ids)
        self.assertTrue(form.replace)
        self.assertIn("promised already", form.warning)
        form.date_promised = self.day(4)
        second = form.save()
        self.assertEqual((first.state, first.replaced_by_id), ("replaced", second))

    def test_dialog_does_not_replace_unasked(self):
        first = self.promise(self.old)
        form = self.dialog(line_ids=self.old.ids)
        form.date_promised = self.day(4)
        form.replace = False
        with self.refused("promised already"):
            form.save()
        self.assertEqual(first.state, "open")

    def test_dialog_from_a_contact(self):
        person = self.env["res.partner"].create({"name": "Ann", "parent_id": self.partner.id})
        activities = self.env["ar.collect.activity"].sudo()  # sudo: see CollectCase
        activity = activities.create(
            {
                "account_id": self.own.id,
                "partner_id": person.id,
                "channel": "visit",
                "outcome_id": self.env.ref("ar_collect.outcome_promised").id,
            }
        )
        form = self.dialog(line_ids=self.old.ids, activity_id=activity.id)
        form.date_promised = self.day(4)
        promise = form.save()
        self.assertEqual((promise.partner_id, promise.channel), (person, "visit"))
        self.assertEqual(promise.activity_id, activity)

    def test_defaults_from_what_was_said(self):
        context = {
            "default_account_id": self.own.id,
            "default_line_ids": (self.old + self.new).ids,
            "default_amount": 1300,
            "default_date_promised": "2026-03-20",
            "default_note": "By Friday",
        }
        promise = Form(self.promises.with_context(**context)).save()
        self.assertEqual(self.shares(promise), {self.old: 1200, self.new: 100})
        self.assertEqual((promise.date_promised, promise.note), (self.day(4), "By Friday"))

    def test_dialog_leaves_paid_and_foreign_currency_items_out(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        self.payment(self.partner, 300, self.new.move_id)
        form = self.dialog(line_ids=(self.old + self.new + line).ids)
        self.assertEqual(form.amount, 1200)
        self.assertIn("EUR", form.warning)

    # --- history

    def test_told_in_the_chatter(self):
        promise = self.promise(self.old, note="<b>sure</b>")
        promise.action_cancel()
        bodies = [str(body) for body in self.own.message_ids.mapped("body")]
        self.assertIn("Promise cancelled", bodies[0])
        self.assertIn("&lt;b&gt;sure", bodies[1])
        self.assertIn(self.old.move_name, bodies[1])

    def test_told_in_the_language_of_the_collector(self):
        """Unless somebody else is at work."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.own.user_id.sudo().lang = "fr_FR"  # sudo: settings of the test
        self.promise(self.old)
        self.assertIn("au plus tard le 20/03/2026", self.own.message_ids[0].body)
        self.promises.with_context(lang="en_US").browse(self.own.promise_ids.ids).action_cancel()
        self.assertIn("by 03/20/2026", self.own.message_ids[0].body)

    def test_document_reset_and_changed(self):
        promise = self.promise(self.old)
        name = self.old.move_name
        self.old.move_id.button_draft()
        self.old.move_id.with_context(force_delete=True).unlink()
        self.assertEqual(promise.item_ids.mapped("name"), [name])
        self.assertFalse(promise.item_ids.line_id)
        self.assertEqual(promise.state, "open")

    def test_what_was_said_stays(self):
        promise = self.seen_by("collector", self.promise(self.old))
        for values in (
            {"amount": 5},
            {"date_promised": self.day(30)},
            {"item_ids": [Command.clear()]},
            {"account_id": self.free.id},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "as it was said"):
                promise.write(values)
        with self.assertRaisesRegex(AccessError, "buttons"):
            promise.state = "kept"
        promise.note = "Ann, on the phone"

    def test_merge(self):
        promise = self.promise(self.old)
        account = self.assert_merged(promise)
        self.assertEqual(account.amount_promised, 1200)

    # --- roles

    def test_roles(self):
        promise = self.promise(self.old)
        foreign = self.promises.create(
            {"account_id": self.foreign.id, "amount": 10, "date_promised": self.day(4)}
        )
        self.assert_roles(promise)
        self.assert_roles(promise.item_ids, operations=("read", "unlink"))
        self.assert_roles(foreign, foreign=True)

    def test_others_have_no_access(self):
        promise = self.promise(self.old)
        for user in self.outsiders():
            self.assert_hidden(user, promise, promise.item_ids)

    def test_taken_by_role(self):
        for login, account, allowed in self.takers():
            with self.subTest(login, account=account.partner_id.name):
                values = {"account_id": account.id, "amount": 5, "date_promised": self.day(1)}
                promises = self.seen_by(login, self.promises)
                if allowed:
                    promise = promises.create(values)
                    promise.action_cancel()
                    self.assertEqual(promise.state, "cancelled")
                else:
                    with self.assertRaises(AccessError):
                        promises.create(values)

    def test_nobody_begins_with_a_kept_promise(self):
        values = {"account_id": self.own.id, "amount": 5, "date_promised": self.day(1)}
        with self.assertRaises(AccessError):
            self.seen_by("manager", self.promises).create({**values, "state": "kept"})

    def test_inquiry_cannot_cancel(self):
        promise = self.promise(self.old)
        with self.assertRaises(AccessError):
            self.seen_by("inquiry", promise).action_cancel()
        with self.assertRaises(AccessError):
            self.seen_by("inquiry", self.own).action_promise()

    def test_inquiry_replaces_nothing(self):
        promise = self.promise(self.old)
        values = {
            "account_id": self.own.id,
            "date_promised": self.day(1),
            "item_ids": [Command.create({"line_id": self.old.id})],
            "replace": True,
        }
        refused = False
        try:  # not assertRaises, which would undo what was done before the refusal
            self.seen_by("inquiry", self.promises).create(values)
        except AccessError:
            refused = True
        self.assertTrue(refused)
        self.assertEqual(promise.state, "open")

    def test_item_slipped_in(self):
        promise = self.promise(self.old)
        items = self.seen_by("collector", promise.item_ids)
        with self.refused("its items come to"):
            items.create({"promise_id": promise.id, "line_id": self.new.id, "amount": 5})
        with self.assertRaises(AccessError):
            items.write({"amount": 5})
