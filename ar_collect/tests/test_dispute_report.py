# Part of ar_collect. License LGPL-3.
"""Figures on disputes: amounts as they are booked, ages, cycle times, won and lost, and for whom."""

from odoo import Command
from odoo.tests import freeze_time

from .claims_common import ClaimsCase

AMOUNTS = (
    *("amount", "amount_accepted", "amount_credited", "amount_paid", "amount_written_off"),
    *("amount_remaining", "amount_won", "amount_lost"),
)


class TestDisputeReport(ClaimsCase):
    def row(self, dispute):
        """The row of a dispute, as the tables are now."""
        self.catch_up()
        self.env.flush_all()
        self.env.invalidate_all()
        # sudo: see CollectCase
        rows = self.env["ar.collect.dispute.report"].sudo()
        return rows.search([("dispute_id", "=", dispute.id)])

    def assert_amounts(self, dispute, **expected):
        """These are the amounts in company currency, and all others are zero."""
        row = self.row(dispute)
        found = {name: round(row[name], 6) for name in AMOUNTS}
        self.assertEqual(found, dict.fromkeys(AMOUNTS, 0) | expected)

    def credit(self, dispute):
        """Post and match the credit note of an accepted dispute."""
        note = dispute._make_credit_notes()
        note.action_post()
        self.items(note, *dispute.move_ids).reconcile()

    def test_open(self):
        dispute = self.dispute({self.old: 1000, self.new: 40})
        self.assert_amounts(dispute, amount=1040, amount_remaining=1040)
        row = self.row(dispute)
        self.assertEqual((row.state, row.verdict, row.age_days), ("open", False, 0))
        self.assertEqual((row.customer_id, row.account_id), (self.partner, self.own))

    def test_age_in_days_of_the_company(self):
        dispute = self.dispute({self.old: 10})
        bands = {0: "1_0_7", 7: "1_0_7", 8: "2_8_30", 30: "2_8_30", 31: "3_31_60", 60: "3_31_60"}
        for days, band in {**bands, 61: "4_61_plus"}.items():
            dispute.date_opened = self.day(-days)
            row = self.row(dispute)
            self.assertEqual((row.age_days, row.age_band), (days, band))
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-16 12:30:00"):
            self.assertEqual(self.row(dispute).age_days, 62)

    def test_past_deadline(self):
        dispute = self.dispute({self.old: 10})
        dispute.date_deadline = self.today
        self.assertFalse(self.row(dispute).is_late)
        dispute.date_deadline = self.day(-1)
        self.assertTrue(self.row(dispute).is_late)
        dispute._resolve("withdrawn")
        self.assertFalse(self.row(dispute).is_late)

    def test_cycle_time_of_closed_ones(self):
        slow = self.dispute({self.old: 10}, date_opened=self.day(-20))
        fast = self.dispute({self.old: 10}, date_opened=self.day(-10))
        still = self.dispute({self.old: 10}, date_opened=self.day(-90))
        (slow | fast)._resolve("rejected")
        rows = self.row(slow) | self.row(fast) | self.row(still)
        [(cycle, age, count)] = rows._read_group(
            [("id", "in", rows.ids)], [], ["cycle_days:avg", "age_days:avg", "__count"]
        )
        self.assertEqual((cycle, age, count), (15, 90, 3))

    def test_won(self):
        for outcome in ("rejected", "withdrawn", "duplicate", "paid"):
            with self.subTest(outcome):
                dispute = self.dispute({self.new: 30})
                dispute._resolve(outcome)
                self.assertEqual(self.row(dispute).verdict, "won")
                self.assert_amounts(dispute, amount=30, amount_remaining=30, amount_won=30)

    def test_lost(self):
        dispute = self.dispute({self.old: 100})
        dispute._resolve("accepted")
        figures = {"amount": 100, "amount_accepted": 100, "amount_lost": 100}
        self.assert_amounts(dispute, **figures, amount_remaining=100)
        self.assertEqual(self.row(dispute).state, "open")
        self.credit(dispute)
        self.assert_amounts(dispute, **figures, amount_credited=100)
        row = self.row(dispute)
        self.assertEqual((row.state, row.verdict), ("closed", "lost"))

    def test_won_in_part(self):
        dispute = self.dispute({self.old: 100})
        dispute._resolve("accepted_part", {dispute.item_ids: 60})
        self.assert_amounts(
            dispute,
            amount=100,
            amount_accepted=60,
            amount_won=40,
            amount_lost=60,
            amount_remaining=100,
        )
        self.assertEqual(self.row(dispute).verdict, "part")

    def test_paid(self):
        dispute = self.dispute({self.new: None})
        self.payment(self.partner, 120, self.new.move_id)
        self.assert_amounts(dispute, amount=300, amount_paid=120, amount_remaining=180)

    def test_mistakes_are_left_out(self):
        dispute = self.dispute({self.old: 100})
        self.assertTrue(self.row(dispute))
        dispute.action_cancel()
        self.assertFalse(self.row(dispute))

    # --- currencies

    def test_as_booked_to_the_cent(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.7)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        self.setup_other_currency("EUR", rates=[(self.day(-1), 2.0)])
        self.assertEqual(line.balance, 142.86)
        parts = [self.dispute({line: amount}) for amount in (33.33, 33.33, 33.34)]
        rows = [self.row(part) for part in parts]
        self.assertEqual(round(sum(row.amount for row in rows), 6), 142.86)
        self.assertEqual([row.amount for row in rows], [47.62, 47.61, 47.63])
        self.payment(self.partner, 50, line.move_id, currency=euro)
        rows = [self.row(part) for part in parts]
        remaining = sum(row.amount_remaining for row in rows)
        self.assertEqual(round(remaining, 6), line.amount_residual)
        for row in rows:
            shown = row.amount_credited + row.amount_paid + row.amount_written_off
            self.assertAlmostEqual(shown + row.amount_remaining, row.amount, 6)
        paid = sum(row.amount_paid for row in rows)
        self.assertEqual(round(paid, 6), round(142.86 - line.amount_residual, 6))

    def test_item_that_is_gone(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 0.5), ("2026-03-01", 0.25), ("2026-04-01", 0.1)]
        )
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        dispute = self.dispute({line: None})
        self.assertEqual(self.row(dispute).amount, line.balance)
        line.move_id.button_draft()
        line.move_id.unlink()
        self.assertFalse(dispute.item_ids.line_id)
        self.assertEqual(self.row(dispute).amount, 400)

    # --- who sees what, and what opens

    def test_opens_the_disputes(self):
        first, second = self.dispute({self.old: 10}), self.dispute({self.old: 20})
        action = self.row(first).action_open_dispute()
        self.assertEqual((action["res_model"], action["res_id"]), (first._name, first.id))
        action = (self.row(first) | self.row(second)).action_open_dispute()
        self.assertEqual(self.disputes.search(action["domain"]), first | second)

    def test_of_the_customers_one_sees(self):
        own = self.row(self.dispute({self.old: 10}))
        line = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        foreign = self.row(self.dispute({line: 5}, account_id=self.foreign.id))
        expected = {
            "inquiry": own | foreign,
            "collector": own,
            "colleague": foreign,
            "collector_all": own | foreign,
            "manager": own | foreign,
        }
        for login, rows in expected.items():
            reports = self.seen_by(login, self.env["ar.collect.dispute.report"])
            seen = reports.search([("id", "in", (own | foreign).ids)])
            self.assertEqual(set(seen.ids), set(rows.ids), login)
        for user in self.outsiders():
            self.assert_hidden(user, own)

    def test_resolvers_have_no_figures(self):
        row = self.row(self.dispute({self.old: 10}, resolver_id=self.users["inquiry"].id))
        user = self.users["inquiry"]
        resolver = self.env.ref("ar_collect.group_resolver").id
        user.sudo().group_ids = [Command.set([resolver])]  # sudo: administrators
        self.assert_hidden(user, row)

    def test_views_are_complete(self):
        rows = self.row(self.dispute({self.old: 10}))
        exported = rows.export_data(["dispute_id", "customer_id", "amount", "age_band"])["datas"]
        self.assertEqual(exported[0][1:], [self.partner.name, 10, "0-7 days"])
        for action in ("", "_causes"):
            action = self.env.ref(f"ar_collect.ar_collect_dispute_report_action{action}")
            views = rows.get_views([(view, kind) for view, kind in action.views] + [(0, "search")])
            self.assertEqual({"graph", "list", "pivot", "search"}, set(views["views"]), action.name)
