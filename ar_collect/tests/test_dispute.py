# Part of ar_collect. License LGPL-3.
"""Disputes: how they are recorded, settled and taken back, and by whom."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .claims_common import ROLES, ClaimsCase


class TestDispute(ClaimsCase):
    def test_defaults(self):
        dispute = self.dispute({self.old: None, self.new: 40})
        self.assertEqual(dispute.amount, 1240)
        self.assertEqual(dispute.state, "open")
        self.assertEqual((dispute.date_opened, dispute.date_closed), (self.today, False))
        self.assertRegex(dispute.name, r"^DSP\d{5}$")
        names = dispute._get_item_names()
        self.assertEqual(dispute.display_name, f"{dispute.name} · Price · {names}")

    def test_amount_given_is_shared_out(self):
        dispute = self.dispute({self.new: None, self.old: None}, amount=1250)
        self.assertEqual(self.shares(dispute), {self.old: 1200, self.new: 50})
        self.assertEqual(self.dispute({self.new: 10}, amount=99).amount, 10)

    def test_reasons(self):
        codes = self.env["ar.collect.dispute.reason"].sudo().search([]).mapped("code")
        self.assertEqual(
            codes,
            [
                "price",
                "quantity",
                "quality",
                "not_delivered",
                "late_delivery",
                "missing_order_number",
                "duplicate",
                "already_paid",
                "wrong_address",
                "tax",
                "contract",
                "other",
            ],
        )

    def test_needs_items(self):
        with self.refused("Choose the invoices"):
            self.dispute({})

    def test_several_up_to_the_total(self):
        first = self.dispute({self.old: 1000})
        with self.refused(r"201\.00 is more than the .*200\.00 left of"):
            self.dispute({self.old: 201})
        second = self.dispute({self.old: None})
        self.assertEqual(second.amount, 200)
        with self.refused("Nothing is left"):
            self.dispute({self.old: None})
        first.action_cancel()
        self.assertEqual(self.dispute({self.old: None}).amount, 1000)

    def test_more_than_is_left(self):
        self.payment(self.partner, 200, self.old.move_id)
        with self.refused(r"1,000\.00 left of INV"):
            self.dispute({self.old: 1000.01})
        for amount in (-1, float("nan")):
            with self.subTest(amount), self.refused("is not an amount"):
                self.dispute({self.old: amount})

    def test_items_of_others(self):
        second = self.other_company()
        for line in (
            self.items(self.invoice(self.customer("Other"), 100)),
            self.items(self.invoice(self.partner, 100, company=second)),
            self.old.move_id.line_ids - self.old,
        ):
            with self.subTest(line.name), self.refused("is not a rec"):
                self.dispute({line: 10})

    def test_two_currencies(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        line = self.items(self.invoice(self.partner, 100, currency=euro))
        self.assertEqual(self.dispute({line: None}).currency_id, euro)
        other = self.items(self.invoice(self.partner, 9, currency=euro))
        with self.refused("record it separately"):
            self.dispute({self.old: 10, other: 9})

    def test_settled(self):
        dispute = self.dispute({self.old: 100})
        dispute._resolve("withdrawn")
        self.assertEqual((dispute.state, dispute.date_closed), ("closed", self.today))
        with self.assertRaisesRegex(UserError, "not open any more"):
            dispute.action_cancel()

    def test_marked_on_the_invoice(self):
        self.dispute({self.old: 200})
        self.promise(self.new)
        alerts = self.seen_by("collector", self.old.move_id).alerts
        self.assertEqual(alerts["ar_collect_said"]["level"], "warning")
        self.assertRegex(alerts["ar_collect_said"]["message"], r"200\.00 disputed")
        self.assertIn("ar_collect_account", alerts)
        alerts = self.seen_by("collector", self.new.move_id).alerts
        self.assertEqual(alerts["ar_collect_said"]["level"], "info")
        self.assertIn("promised for", alerts["ar_collect_said"]["message"])
        self.assertFalse(self.seen_by("colleague", self.old.move_id).alerts)
        other = self.env["account.move"].search([("partner_id", "=", self.free.partner_id.id)])
        self.assertNotIn("ar_collect_said", self.seen_by("collector", other).alerts)

    def test_told_in_the_chatter(self):
        dispute = self.dispute({self.old: 100}, description="<script>alert(1)</script>")
        dispute._resolve("withdrawn")
        bodies = [str(body) for body in self.own.message_ids.mapped("body")]
        self.assertIn(f"Dispute closed: {dispute.name} Price", bodies[0])
        self.assertIn("&lt;script&gt;", bodies[1])
        self.assertIn(self.old.move_name, bodies[1])

    def test_contested_amount_can_be_corrected(self):
        dispute = self.seen_by("collector", self.dispute({self.old: 100}))
        dispute.item_ids.amount = 150
        self.assertEqual(dispute.amount, 150)
        self.assertEqual(self.account(self.partner).amount_disputed, 150)
        dispute.write({"item_ids": [Command.create({"line_id": self.new.id, "amount": 30})]})
        self.assertEqual(self.account(self.partner).amount_disputed, 180)
        dispute.item_ids[1].unlink()
        self.assertEqual(self.account(self.partner).amount_disputed, 150)
        with self.assertRaises(ValidationError):
            dispute.item_ids.amount = 1201

    def test_dialog(self):
        account = self.seen_by("collector", self.own)
        action = account.action_dispute(line_ids=self.old.ids)
        disputes = account.env["ar.collect.dispute"].with_context(**action["context"])
        form = Form(disputes, view=action["views"][0][0])
        form.reason_id = self.price.sudo(False).with_env(account.env)
        with form.item_ids.edit(0) as item:
            self.assertEqual(item.amount, 1200)
            item.amount = 70
        dispute = form.save()
        self.assertEqual((dispute.amount, dispute.user_id), (70, self.users["collector"]))
        self.assertEqual(self.account(self.partner).amount_disputed, 70)

    def test_merge(self):
        dispute = self.dispute({self.old: 100})
        account = self.assert_merged(dispute)
        self.assertEqual(account.amount_disputed, 100)

    # --- roles

    def test_roles(self):
        dispute = self.dispute({self.old: 100})
        self.assert_roles(dispute)
        self.assert_roles(dispute.item_ids, operations=("read", "write"))
        for login in ROLES:
            reasons = self.seen_by(login, self.price)
            self.assertEqual(reasons.has_access("write"), login == "manager")

    def test_others_have_no_access(self):
        dispute = self.dispute({self.old: 100})
        for user in self.outsiders():
            self.assert_hidden(user, dispute, dispute.item_ids)

    def test_state_by_buttons_alone(self):
        dispute = self.dispute({self.old: 100})
        with self.assertRaisesRegex(AccessError, "buttons"):
            self.seen_by("manager", dispute).state = "closed"
        with self.assertRaises(AccessError):
            self.seen_by("inquiry", dispute)._resolve("withdrawn")
        with self.assertRaisesRegex(UserError, "as it was said"):
            self.seen_by("manager", dispute).account_id = self.free
        self.seen_by("collector", dispute)._resolve("withdrawn")
        self.assertEqual(dispute.state, "closed")

    def test_recorded_by_role(self):
        line = self.items(
            self.env["account.move"].search([("partner_id", "=", self.foreign.partner_id.id)])
        )
        values = {
            "account_id": self.foreign.id,
            "reason_id": self.price.id,
            "item_ids": [Command.create({"line_id": line.id, "amount": 5})],
        }
        for login, allowed in (("inquiry", False), ("collector", False), ("colleague", True)):
            disputes = self.seen_by(login, self.disputes)
            if allowed:
                self.assertEqual(disputes.create(values).amount, 5)
            else:
                with self.assertRaises(AccessError):
                    disputes.create(values)
