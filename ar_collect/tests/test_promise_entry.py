# Part of ar_collect. License LGPL-3.
"""Where a promise is recorded from, and the day that is chosen for it."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from .claims_common import ClaimsCase


class TestPromiseEntry(ClaimsCase):
    def form(self, action, login="collector"):
        """The dialog that an action opens, for a user."""
        promises = self.env["ar.collect.promise"].with_user(self.users[login])
        view = self.env.ref("ar_collect.ar_collect_promise_view_form_dialog")
        return Form(promises.with_context(**action["context"]), view=view.id)

    def as_user(self, records, login="collector"):
        return records.with_user(self.users[login])

    # --- from invoices

    def test_from_an_invoice(self):
        action = self.as_user(self.new.move_id).action_collect_promise()
        with self.form(action) as form:
            self.assertEqual(form.amount, 300)
            form.date_promised = self.day(4)
        self.assertEqual(self.shares(form.record), {self.new: 300})
        self.assertEqual(form.record.account_id, self.own)

    def test_from_several_invoices(self):
        moves = self.as_user(self.new.move_id | self.old.move_id)
        action = moves.action_collect_promise()
        self.assertEqual(action["context"]["default_line_ids"], [self.old.id, self.new.id])

    def test_only_what_is_left(self):
        self.payment(self.partner, 100, self.new.move_id)
        action = self.as_user(self.new.move_id).action_collect_promise()
        self.assertEqual(self.form(action).amount, 200)

    def test_only_what_is_to_be_paid(self):
        """Of an invoice that is paid beyond its amount at first, what comes back is not promised."""
        values = {"name": "Deposit first"}
        values["line_ids"] = [
            Command.create({"value": "fixed", "value_amount": 400, "nb_days": 0}),
            Command.create({"value": "percent", "value_amount": 100, "nb_days": 30}),
        ]
        term = self.env["account.payment.term"].create(values)
        move = self.invoice(self.partner, 300, terms=[(100, -5)])
        move.button_draft()
        move.invoice_payment_term_id = term
        move.action_post()
        lines = self.items(move).sorted("balance")
        self.assertEqual(lines.mapped("amount_residual"), [-100, 400])
        action = self.as_user(move).action_collect_promise()
        self.assertEqual(action["context"]["default_line_ids"], lines[1].ids)

    def test_nothing_left(self):
        self.payment(self.partner, 300, self.new.move_id)
        with self.assertRaisesRegex(UserError, f"Nothing is left to pay of {self.new.move_name}"):
            self.as_user(self.new.move_id).action_collect_promise()

    def test_draft(self):
        self.new.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "Nothing is left to pay"):
            self.as_user(self.new.move_id).action_collect_promise()

    def test_several_customers(self):
        other = self.invoice(self.foreign.partner_id, 100)
        with self.assertRaisesRegex(UserError, "one customer"):
            self.as_user(self.new.move_id | other, "collector_all").action_collect_promise()

    def test_customer_without_a_row(self):
        move = self.invoice(self.customer("Brand New"), 100)
        action = self.as_user(move, "collector_all").action_collect_promise()
        self.assertEqual(self.form(action, "collector_all").amount, 100)

    def test_who_may_not(self):
        with self.assertRaises(AccessError):
            self.as_user(self.new.move_id, "inquiry").action_collect_promise()
        other = self.invoice(self.foreign.partner_id, 100)
        self.catch_up()
        with self.assertRaises(AccessError):
            self.as_user(other).action_collect_promise()
        with self.assertRaises(AccessError):
            self.as_user(self.foreign.partner_id).action_collect_promise()

    # --- from a contact

    def test_from_the_customer(self):
        action = self.as_user(self.partner).action_collect_promise()
        with self.form(action) as form:
            self.assertEqual(form.amount, 1500)
            form.date_promised = self.day(4)
        self.assertEqual(self.shares(form.record), {self.old: 1200, self.new: 300})

    def test_what_is_promised_already_is_left_out(self):
        self.promise(self.old)
        action = self.as_user(self.partner).action_collect_promise()
        self.assertEqual(action["context"]["default_line_ids"], self.new.ids)

    def test_from_a_person(self):
        person = self.env["res.partner"].create({"name": "Pat", "parent_id": self.partner.id})
        action = self.as_user(person).action_collect_promise()
        self.assertEqual(self.form(action).partner_id, person)

    def test_owes_nothing(self):
        stranger = self.customer("Stranger")
        with self.assertRaisesRegex(UserError, "Stranger owes nothing"):
            self.as_user(stranger).action_collect_promise()

    # --- the day

    def test_day_off(self):
        self.company.partner_id.country_id = self.env.ref("base.us")
        self.assertNotIn("day off", self.promise(self.new).warning or "")
        weekend = self.promise(self.old, date_promised=date(2026, 3, 21))
        self.assertIn("Saturday 21 March is a day off (weekend)", weekend.warning)
        self.assertIn("comes on Monday 23 March", weekend.warning)

    def test_weekend_of_the_country(self):
        self.company.partner_id.country_id = self.env.ref("base.ae")
        calendar = self.promise(self.new).bank_calendar
        self.assertIn("2026-03-22", calendar["closed"])
        self.company.partner_id.country_id = self.env.ref("base.sa")
        calendar = self.env["ar.collect.promise"]._get_bank_calendar(self.company)
        self.assertIn("2026-04-10", calendar["closed"])
        self.assertNotIn("2026-04-12", calendar["closed"])

    def test_usual_days(self):
        calendar = self.promise(self.new).bank_calendar
        self.assertEqual(
            [choice["date"] for choice in calendar["usual"]],
            ["2026-03-17", "2026-03-20", "2026-03-23", "2026-03-31"],
        )
        with freeze_time("2026-03-19 23:30:00"):  # Friday already where the company is
            self.company.partner_id.tz = "Europe/Brussels"
            calendar = self.env["ar.collect.promise"]._get_bank_calendar(self.company)
        self.assertEqual(calendar["usual"][0]["date"], "2026-03-23")
