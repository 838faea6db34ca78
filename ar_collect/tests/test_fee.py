# Part of ar_collect. License LGPL-3.
"""Late fees: what is proposed to the cent, that nothing is claimed twice, and who decides."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .claims_common import ClaimsCase
from .notice_common import NoticeCase


class FeeMixin:
    """A rule of 9 percent a year for all customers; what was due in 2025 counts as well."""

    @classmethod
    def setUpFees(cls, **values):
        cls.fees = cls.env["ar.collect.fee"].sudo()  # sudo: see CollectCase
        rules = cls.env["ar.collect.fee.rule"].sudo()  # sudo: see CollectCase
        rules.search([]).active = False
        cls.rule = cls.make_rule(name="Nine percent", **values)

    @classmethod
    def make_rule(cls, **values):
        rules = cls.env["ar.collect.fee.rule"].sudo()  # sudo: see CollectCase
        return rules.create(
            {
                "method": "fixed",
                "percent": 9,
                "date_from": date(2025, 1, 1),
                "currency_id": cls.company.currency_id.id,
                **values,
            }
        )

    @classmethod
    def reference(cls, *rates):
        """A reference rate with (first day, percent)."""
        references = cls.env["ar.collect.fee.reference"].sudo()  # sudo: see CollectCase
        return references.create(
            {
                "name": "Base rate",
                "rate_ids": [
                    Command.create({"date_from": day, "percent": percent}) for day, percent in rates
                ],
            }
        )

    def propose(self, *partners, company=None):
        """The late fees of customers that nobody has decided on."""
        self.catch_up()
        accounts = self.accounts.browse()
        for partner in partners:
            accounts |= self.account(partner, company)
        return self.fees._propose(accounts)[0]

    def interest(self, *partners):
        """The only interest proposed."""
        fees = self.propose(*partners).filtered(lambda fee: fee.kind == "interest")
        self.assertEqual(len(fees), 1, fees.mapped("display_name"))
        return fees

    def spans(self, fee):
        """The parts of an interest: days, open amount, rate, interest."""
        names = ("days", "principal", "rate", "amount")
        return [tuple(float(part[name]) for name in names) for part in fee.parts]


@freeze_time("2026-03-16 12:00:00")
class TestFeeAmounts(FeeMixin, NoticeCase):
    """What late fees come to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpFees()
        cls.partner = cls.customer()

    def test_to_the_day(self):
        self.invoice(self.partner, 12400, due=-40)
        fee = self.interest(self.partner)
        self.assertEqual((fee.date_from, fee.date_to, fee.days), (self.day(-39), self.today, 40))
        self.assertEqual(fee.amount, 122.30)  # 12400 x 9 % x 40 / 365 = 122.301
        self.assertEqual(fee.state, "proposed")
        self.assertIn("40 days at 9 %", fee.explanation)
        self.assertIn("12,400.00", fee.explanation)

    def test_due_today_or_not_yet(self):
        self.invoice(self.partner, 1000, due=0)
        self.invoice(self.partner, 1000, due=5)
        self.assertFalse(self.propose(self.partner))

    def test_partial_payments_reduce_from_their_day(self):
        move = self.invoice(self.partner, 1000, due=-30)
        self.payment(self.partner, 400, move, on=-20)
        self.payment(self.partner, 100, move, on=-5)
        fee = self.interest(self.partner)
        self.assertEqual(
            self.spans(fee),
            [(10, 1000, 9, 2.47), (15, 600, 9, 2.22), (5, 500, 9, 0.62)],
        )
        self.assertEqual(fee.amount, 5.31)

    def test_paid_late_is_claimed_still(self):
        move = self.invoice(self.partner, 1000, due=-60)
        self.payment(self.partner, 1000, move, on=-30)
        fee = self.interest(self.partner)
        self.assertEqual((fee.date_to, fee.days, fee.amount), (self.day(-30), 30, 7.40))

    def test_paid_a_day_late(self):
        move = self.invoice(self.partner, 10000, due=-30)
        self.payment(self.partner, 10000, move, on=-29)
        self.assertEqual(self.spans(self.interest(self.partner)), [(1, 10000, 9, 2.47)])

    def test_paid_in_time(self):
        move = self.invoice(self.partner, 1000, due=-60, on=-90)
        self.payment(self.partner, 1000, move, on=-60)
        self.assertFalse(self.propose(self.partner))

    def test_credited_was_never_owed(self):
        move = self.invoice(self.partner, 1000, due=-30)
        credit = self.credit_note(self.partner, 400, due=-2)
        self.items(move, credit).reconcile()
        self.assertEqual(self.spans(self.interest(self.partner)), [(30, 600, 9, 4.44)])

    def test_rate_changes_and_leap_year(self):
        reference = self.reference(("2027-07-01", 2), ("2028-01-01", 1), ("2028-03-01", 1.5))
        self.rule.write(
            {
                "method": "statutory",
                "reference_id": reference.id,
                "margin": 8,
                "day_count": "actual",
            }
        )
        with freeze_time("2028-03-16 12:00:00"):
            move = self.invoice(self.partner, 36500, due=0)
            move.line_ids.filtered("date_maturity").date_maturity = date(2027, 12, 21)
            fee = self.interest(self.partner)
        self.assertEqual(
            self.spans(fee),
            [
                (10, 36500, 10, 100.00),
                (60, 36500, 9, 538.52),  # with 29 February, a year of 366 days
                (16, 36500, 9.5, 151.58),
            ],
        )
        self.assertEqual(fee.amount, 790.10)

    def test_missing_rate_is_named(self):
        reference = self.reference(("2026-03-10", 2))
        self.rule.write({"method": "statutory", "reference_id": reference.id, "margin": 8})
        self.invoice(self.partner, 1000, due=-30)
        with self.assertRaisesRegex(UserError, "Nine percent.*Base rate.*02/15/2026.*INV"):
            self.propose(self.partner)

    def test_negative_reference_rate(self):
        reference = self.reference(("2020-01-01", -0.88))
        self.rule.write({"method": "statutory", "reference_id": reference.id, "margin": 9})
        self.invoice(self.partner, 36500, due=-10)
        self.assertEqual(self.interest(self.partner).amount, 81.20)

    def test_day_counts(self):
        self.invoice(self.partner, 36000, due=-10)
        self.rule.day_count = "360"
        self.assertEqual(self.interest(self.partner).amount, 90)
        self.rule.day_count = "365"
        self.assertEqual(self.interest(self.partner).amount, 88.77)

    def test_grace(self):
        self.rule.grace_days = 10
        self.invoice(self.partner, 1000, due=-10)
        paid = self.invoice(self.partner, 1000, due=-40)
        self.payment(self.partner, 1000, paid, on=-30)
        self.assertFalse(self.propose(self.partner))
        late = self.invoice(self.partner, 1000, due=-11)
        self.payment(self.partner, 300, late, on=-2)
        fee = self.interest(self.partner)
        self.assertEqual(self.spans(fee), [(11, 700, 9, 1.90)])

    def test_minimum(self):
        self.rule.min_amount = 2.5
        self.invoice(self.partner, 1000, due=-10)
        account = self.account(self.partner)
        self.catch_up()
        fees, left_out = self.fees._propose(self.account(self.partner))
        self.assertFalse(fees or account)
        self.assertEqual([item["reason"] for item in left_out], ["minimum"])
        self.rule.min_amount = 2.47
        self.assertEqual(self.interest(self.partner).amount, 2.47)

    def test_two_currencies_are_never_mixed(self):
        self.rule.fixed_amount = 40
        foreign = self.env["res.currency"].with_context(active_test=False)
        foreign = foreign.search([("name", "=", "CHF")])
        foreign.active = True
        self.env["res.currency.rate"].create(
            {"name": self.day(-100), "rate": 2, "currency_id": foreign.id}
        )
        self.invoice(self.partner, 1000, due=-30)
        self.invoice(self.partner, 5000, due=-30, currency=foreign)
        fees = self.propose(self.partner)
        found = sorted((fee.kind, fee.currency_id.name, fee.amount) for fee in fees)
        self.assertEqual(
            found,
            [
                ("fixed", "USD", 40),
                ("fixed", "USD", 40),
                ("interest", "CHF", 36.99),
                ("interest", "USD", 7.4),
            ],
        )
        swiss = fees.filtered(lambda fee: fee.currency_id == foreign)
        self.assertEqual(swiss.amount_company, 18.5)
        invoices = fees._claim()
        self.assertEqual(
            {move.currency_id.name: move.amount_total for move in invoices},
            {"USD": 87.40, "CHF": 36.99},
        )

    def test_fixed_amount_in_another_currency_than_the_books(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search(
            [("currency_id", "in", (euro + self.company.currency_id).ids)]
        ).unlink()
        self.rule.write({"fixed_amount": 40, "currency_id": euro.id, "method": "none"})
        self.invoice(self.partner, 1000, due=-30)
        with self.assertRaisesRegex(UserError, "Nine percent.*EUR.*USD"):
            self.propose(self.partner)
        self.env["res.currency.rate"].create(
            {"name": self.day(-100), "rate": 0.8, "currency_id": euro.id}
        )
        fee = self.propose(self.partner)
        self.assertEqual((fee.amount, fee.currency_id), (50, self.company.currency_id))

    def test_fixed_once_for_an_invoice_in_instalments(self):
        self.rule.write({"fixed_amount": 40, "method": "none"})
        self.invoice(self.partner, 1000, terms=[(50, -30), (50, -10)])
        self.assertEqual(len(self.propose(self.partner)), 1)
        self.assertEqual(len(self.propose(self.partner)), 1)

    def test_interest_for_each_instalment(self):
        self.invoice(self.partner, 1000, terms=[(50, -30), (50, -10), (0, 20)])
        fees = self.propose(self.partner)
        self.assertEqual(fees.sorted("date_due").mapped("days"), [30, 10])

    def test_excluded_items(self):
        move = self.invoice(self.partner, 1000, due=-30)
        move.no_followup = True
        self.assertFalse(self.propose(self.partner))
        move.no_followup = False
        self.assertTrue(self.propose(self.partner))

    def test_what_was_due_before_the_rule(self):
        self.rule.date_from = self.day(-20)
        self.invoice(self.partner, 1000, due=-21)
        self.assertFalse(self.propose(self.partner))
        self.rule.date_from = self.day(-21)
        self.assertTrue(self.propose(self.partner))

    def test_entries_and_credit_notes_bear_nothing(self):
        self.opening(self.partner, 500, due=-30, no_followup=False)
        self.credit_note(self.partner, 100, due=-30)
        self.assertFalse(self.propose(self.partner))

    # --- which rule

    def test_rule_of_the_country_first(self):
        land = self.env.ref("base.de")
        special = self.make_rule(name="There", percent=12, sequence=99, country_ids=land.ids)
        there = self.customer("There", country_id=land.id)
        for partner in (self.partner, there):
            self.invoice(partner, 1000, due=-10)
        fees = self.propose(self.partner, there)
        self.assertEqual(
            {fee.customer_id: fee.rule_id for fee in fees},
            {self.partner: self.rule, there: special},
        )

    def test_rule_for_companies_only(self):
        self.rule.business_only = True
        person = self.customer("Person", is_company=False)
        self.invoice(person, 1000, due=-10)
        self.assertFalse(self.propose(person))
        person.is_company = True
        self.assertTrue(self.propose(person))

    def test_rule_of_another_company(self):
        self.rule.company_id = self.other_company()
        self.invoice(self.partner, 1000, due=-10)
        self.assertFalse(self.propose(self.partner))
        self.rule.company_id = self.company
        self.assertTrue(self.propose(self.partner))

    def test_rules_that_claim_nothing(self):
        for values in (
            {"method": "none"},
            {"method": "fixed", "percent": 0},
            {"method": "statutory", "reference_id": False},
            {"product_id": False},
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, "Half"):
                self.make_rule(name="Half", **values)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.rule.min_amount = -1
            self.env.flush_all()

    def test_shipped_rule_is_off_and_asks_for_rates(self):
        rule = self.env.ref("ar_collect.fee_rule_eu").sudo()  # sudo: see CollectCase
        self.assertFalse(rule.active)
        self.assertIn(self.env.ref("base.fr"), rule.country_ids)
        self.assertNotIn(self.env.ref("base.us"), rule.country_ids)
        self.rule.active = False
        rule.write(
            {
                "active": True,
                "date_from": date(2025, 1, 1),
                "currency_id": self.company.currency_id.id,
            }
        )
        self.partner.country_id = self.env.ref("base.fr")
        self.invoice(self.partner, 1000, due=-10)
        with self.assertRaisesRegex(UserError, "European Central Bank.*03/07/2026"):
            self.propose(self.partner)

    # --- again and again

    def test_again_changes_nothing(self):
        self.rule.fixed_amount = 40
        self.invoice(self.partner, 1000, due=-30)
        first = self.propose(self.partner)
        before = first.read(["amount", "date_from", "date_to", "state"])
        self.assertEqual(self.propose(self.partner), first)
        self.assertEqual(first.read(["amount", "date_from", "date_to", "state"]), before)

    def test_goes_on_until_it_is_decided(self):
        self.invoice(self.partner, 1000, due=-30)
        fee = self.interest(self.partner)
        with freeze_time("2026-03-26 12:00:00"):
            self.assertEqual(self.interest(self.partner), fee)
            self.assertEqual((fee.days, fee.amount), (40, 9.86))
            fee._claim()
            self.assertFalse(self.propose(self.partner))
        with freeze_time("2026-03-31 12:00:00"):
            rest = self.interest(self.partner)
        self.assertEqual((rest.date_from, rest.days, rest.amount), (date(2026, 3, 27), 5, 1.23))

    def test_what_was_waived_does_not_come_back(self):
        self.rule.fixed_amount = 40
        move = self.invoice(self.partner, 1000, due=-30)
        fees = self.propose(self.partner)
        fees._waive("Goodwill")
        self.payment(self.partner, 1000, move)
        self.assertFalse(self.propose(self.partner))
        self.assertEqual(set(fees.mapped("waive_reason")), {"Goodwill"})

    def test_payment_booked_later_for_an_earlier_day(self):
        move = self.invoice(self.partner, 1000, due=-30)
        fee = self.interest(self.partner)
        payment = self.payment(self.partner, 1000, move, on=-20)
        self.assertEqual(self.interest(self.partner), fee)
        self.assertEqual((fee.date_to, fee.amount), (self.day(-20), 2.47))
        payment.action_draft()
        payment.date = self.day(-31)
        payment.action_post()
        self.items(payment.move_id, move).reconcile()
        self.assertFalse(self.propose(self.partner))
        self.assertFalse(fee.exists())

    def test_database_refuses_a_day_twice(self):
        self.rule.fixed_amount = 40
        self.invoice(self.partner, 1000, due=-30)
        fees = self.propose(self.partner)
        for fee in fees:
            with (
                self.subTest(fee.kind),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                fee.copy({"date_from": fee.date_to, "parts": False})
                self.env.flush_all()

    # --- no interest on interest

    def test_fee_bears_no_fee(self):
        self.rule.fixed_amount = 40
        self.invoice(self.partner, 1000, due=-60)
        claim = self.propose(self.partner)._claim()
        self.assertTrue(claim.collect_is_fee)
        claim.invoice_date = claim.invoice_date_due = self.day(-30)
        claim.action_post()
        self.assertEqual(self.account(self.partner).amount_overdue, 1000)
        self.catch_up()
        self.assertGreater(self.account(self.partner).amount_overdue, 1040)  # chased as any other
        self.assertNotIn(claim, self.propose(self.partner).move_id)

    # --- the step of a strategy

    def fee_step(self, days=20, **values):
        self.strategy.step_ids.active = False
        self.strategy.write(
            {"step_ids": [self.step("Fees", days, channel="fee", template_id=False, **values)]}
        )

    def test_step_comes_after_the_due_date(self):
        for days in (0, -3):
            with self.subTest(days), self.assertRaisesRegex(ValidationError, "Fees.*after the due"):
                self.fee_step(days)

    def test_step_proposes_and_asks_somebody(self):
        self.fee_step()
        partner = self.debtor("Late", 1000, due=-25)
        self.invoice(partner, 500, due=-5)  # does not reach the step
        self.catch_up()
        self.account(partner).user_id = self.env.user
        self.run_day()
        notice = self.of(partner)
        self.assertEqual((notice.state, notice.channel), ("sent", "fee"))
        fee = self.fees.search([("customer_id", "=", partner.id)])
        self.assertEqual((fee.amount, fee.notice_id, fee.state), (6.16, notice, "proposed"))
        activity = notice.activity_id
        self.assertEqual(activity.user_id, self.env.user)
        self.assertIn("6.16", activity.note)
        self.assertFalse(fee.invoice_id)
        self.run_day()
        self.assertEqual(len(self.of(partner)), 1)

    def test_step_adds_a_fixed_amount_once_for_each_level(self):
        self.rule.write({"method": "none", "fixed_amount": 5, "fixed_per": "step"})
        self.fee_step(10)
        self.strategy.write({"step_ids": [self.step("More", 20, channel="fee", template_id=False)]})
        partner = self.debtor("Late", 1000, due=-10)
        self.assertFalse(self.propose(partner))  # by hand: no step, no amount
        self.run_day()
        with freeze_time("2026-03-20 12:00:00"):
            self.run_day()
        with freeze_time("2026-03-26 12:00:00"):
            self.run_day()
        fees = self.fees.search([("customer_id", "=", partner.id)])
        self.assertEqual(sorted(fees.mapped("level")), [10, 20])
        self.assertEqual(len(self.of(partner)), 2)

    def test_step_without_anything_to_claim(self):
        self.fee_step()
        self.rule.min_amount = 100
        partner = self.debtor("Late", 1000, due=-25)
        self.run_day()
        notice = self.of(partner)
        self.assertEqual((notice.state, notice.cancel_reason), ("cancelled", "no_fee"))
        self.assertFalse(self.account(partner).activity_ids)
        self.run_day()
        self.assertEqual(len(self.of(partner)), 1)

    def test_step_that_only_mentions(self):
        self.fee_step()
        self.rule.handling = "mention"
        partner = self.debtor("Late", 1000, due=-25)
        self.run_day()
        self.assertEqual(self.of(partner).state, "sent")
        self.assertIn("6.16", self.of(partner).subject)
        self.assertFalse(self.account(partner).activity_ids)
        fee = self.fees.search([("customer_id", "=", partner.id)])
        self.assertEqual(fee.state, "mentioned")

    def test_step_with_a_missing_rate_fails_and_says_so(self):
        self.fee_step()
        poor = self.make_rule(
            name="Poor",
            method="statutory",
            reference_id=self.reference().id,
            country_ids=self.env.ref("base.fr").ids,
        )
        bad = self.debtor("Bad", 1000, due=-25, country_id=self.env.ref("base.fr").id)
        good = self.debtor("Good", 1000, due=-25)
        self.plan()
        while self.notices._process_notices():
            pass
        self.assertEqual(self.of(good).state, "sent")
        self.assertEqual(self.of(bad).state, "failed")
        self.assertIn(poor.name, self.of(bad).failure)

    def test_notices_and_statement_mention_them(self):
        partner = self.debtor("Late", 1000, due=-5)
        fee = self.interest(partner)
        account = self.account(partner)
        self.assertFalse(account._get_statement_data()[account.id]["blocks"][0]["fees"])
        fee.action_mention()
        block = account._get_statement_data()[account.id]["blocks"][0]
        self.assertEqual((block["fees"], block["balance"]), (1.23, 1000))
        self.assertIn("1.23", account._render_statement_html())
        self.run_day()
        self.assertIn("$\xa01.23", self.of(partner).body)
        self.assertEqual(self.of(partner).amount, 1000)

    def test_template_that_names_them(self):
        self.text.body = "<p>Fees: {fees}!</p>"
        partner = self.debtor("Late", 1000, due=-5)
        self.interest(partner).action_mention()
        self.run_day()
        self.assertIn("Fees: $\xa01.23!", self.of(partner).body)
        self.assertNotIn("not in the amounts above", self.of(partner).body)


@freeze_time("2026-03-16 12:00:00")
class TestFeeDecisions(FeeMixin, ClaimsCase):
    """Claimed, mentioned, waived, undone; by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpFees(fixed_amount=40)
        cls.clerk = cls.new_clerk("clerk_f", "ar_collect.group_collector_all")

    @classmethod
    def new_clerk(cls, login, *groups):
        """A user who makes invoices."""
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join((*groups, "account.group_account_invoice")),
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )

    def by(self, user, fees):
        return fees.sudo(False).with_user(user).with_company(self.company)

    # --- claimed

    def test_claim_makes_one_draft(self):
        fees = self.propose(self.partner)
        self.assertEqual(len(fees), 4)
        invoice = self.by(self.clerk, fees)._claim()
        self.assertEqual(len(invoice), 1)
        self.assertEqual((invoice.state, invoice.move_type), ("draft", "out_invoice"))
        self.assertEqual(invoice.partner_id, self.partner)
        self.assertEqual(len(invoice.invoice_line_ids), 4)
        # 1200 x 9 % x 41 / 365 = 12.13; 300 x 9 % x 5 / 365 = 0.37
        self.assertEqual(invoice.amount_total, 92.50)
        self.assertEqual(set(fees.mapped("state")), {"invoiced"})
        self.assertEqual(fees.invoice_id, invoice)
        self.assertEqual(invoice.collect_fee_ids, fees)
        self.assertEqual(set(fees.mapped("decided_by_id")), {self.clerk})
        for fee in fees:
            self.assertEqual(fee.invoice_line_id.price_subtotal, fee.amount)
            self.assertIn(fee.name, fee.invoice_line_id.name)
        self.assertIn("41 days at 9 %", invoice.invoice_line_ids[1].name)
        self.assertIn(invoice.display_name, self.own.message_ids[0].body)
        self.env.flush_all()
        self.assertEqual(self.own.amount_balance, 1500)

    def test_taxes_and_account_of_the_product(self):
        tax = self.company_data["default_tax_sale"]
        income = self.company_data["default_account_revenue"].copy()
        product = self.rule.product_id.copy(
            {"taxes_id": tax.ids, "property_account_income_id": income.id}
        )
        self.rule.product_id = product
        other = tax.copy({"amount": 20, "name": "Twenty"})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        other.write({"fiscal_position_ids": position.ids, "original_tax_ids": tax.ids})
        self.partner.property_account_position_id = position
        invoice = self.propose(self.partner)._claim()
        self.assertEqual(invoice.invoice_line_ids.account_id, income)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, other)
        self.assertEqual(invoice.amount_untaxed, 92.50)
        self.assertEqual(invoice.amount_total, 111)

    def test_claim_of_two_customers(self):
        fees = self.propose(self.partner, self.free.partner_id)
        self.assertEqual(len(fees._claim()), 2)

    def test_claim_uses_what_is_booked_by_now(self):
        fee = self.propose(self.partner).filtered(
            lambda fee: fee.line_id == self.old and fee.kind == "interest"
        )
        self.payment(self.partner, 600, self.old.move_id, on=-31)
        invoice = fee._claim()
        # 10 days of 1200, 31 days of 600
        self.assertEqual(invoice.amount_total, 2.96 + 4.59)

    def test_claim_of_what_is_disputed_by_now(self):
        fees = self.propose(self.partner)
        self.dispute({self.old: 100})
        with self.assertRaisesRegex(UserError, f"{self.old.move_name} of Own Customer.*disputed"):
            fees._claim()
        self.assertEqual(set(fees.mapped("state")), {"proposed"})

    def test_claim_of_an_invoice_that_is_no_more(self):
        fees = self.propose(self.partner)
        self.old.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "not posted"):
            fees._claim()

    def test_claim_of_a_fixed_amount_for_what_was_paid_in_time(self):
        fixed = self.propose(self.partner).filtered(
            lambda fee: fee.kind == "fixed" and fee.line_id == self.old
        )
        self.rule.grace_days = 5
        self.payment(self.partner, 1200, self.old.move_id, on=-37)
        with self.assertRaisesRegex(UserError, "paid in time"):
            fixed._claim()

    def test_claim_without_a_product(self):
        self.rule.write({"handling": "mention", "product_id": False})
        fees = self.propose(self.partner)
        with self.assertRaisesRegex(UserError, "Nine percent.*product"):
            fees._claim()

    def test_claim_twice(self):
        fees = self.propose(self.partner)
        fees._claim()
        with self.assertRaisesRegex(UserError, "claimed already"):
            fees._claim()

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner.lang = "fr_FR"
        invoice = self.propose(self.partner)._claim()
        self.assertIn("1\xa0200,00", invoice.invoice_line_ids[1].name)

    # --- undone

    def test_draft_deleted(self):
        fees = self.propose(self.partner)
        fees._claim().unlink()
        self.assertEqual(set(fees.mapped("state")), {"proposed"})
        self.assertFalse(fees.invoice_id or fees.decided_by_id)
        self.assertEqual(fees._claim().amount_total, 92.50)

    def test_draft_cancelled_and_drafted_again(self):
        fees = self.propose(self.partner)
        invoice = fees._claim()
        invoice.button_cancel()
        self.assertEqual(set(fees.mapped("state")), {"proposed"})
        invoice.button_draft()
        self.assertEqual(set(fees.mapped("state")), {"invoiced"})
        invoice.button_cancel()
        again = fees._claim()
        self.assertIn(again.display_name, invoice.message_ids[0].body)
        invoice.button_draft()
        self.assertEqual(fees.invoice_id, again)

    def test_cancelled_then_waived(self):
        fees = self.propose(self.partner)
        invoice = fees._claim()
        invoice.button_cancel()
        fees._waive("Goodwill")
        invoice.button_draft()
        self.assertEqual(set(fees.mapped("state")), {"waived"})

    def test_line_deleted(self):
        fees = self.propose(self.partner)
        invoice = fees._claim()
        line = fees[0].invoice_line_id
        invoice.write({"invoice_line_ids": [Command.delete(line.id)]})
        self.assertEqual(fees[0].state, "proposed")
        self.assertEqual(set(fees[1:].mapped("state")), {"invoiced"})

    def test_undo_while_it_is_a_draft(self):
        fees = self.propose(self.partner)
        invoice = fees._claim()
        self.by(self.clerk, fees[0]).action_undo()
        self.assertEqual(fees[0].state, "proposed")
        self.assertEqual(len(invoice.invoice_line_ids), 3)
        self.by(self.clerk, fees[1:]).action_undo()
        self.assertFalse(invoice.exists())
        self.assertEqual(set(fees.mapped("state")), {"proposed"})

    def test_no_undo_once_it_is_posted(self):
        fees = self.propose(self.partner)
        invoice = fees._claim()
        invoice.action_post()
        self.assertEqual(set(fees.mapped("state")), {"invoiced"})
        with self.assertRaisesRegex(UserError, "credit it"):
            fees.action_undo()

    # --- waived, mentioned

    def test_waived_with_a_reason(self):
        fees = self.propose(self.partner)
        for reason in ("", "  ", False):
            with self.subTest(reason), self.assertRaisesRegex(UserError, "Say why"):
                fees._waive(reason)
        wizard = self.env["ar.collect.fee.waive"].with_user(self.users["collector"])
        wizard = wizard.create({"fee_ids": fees.ids, "reason": "First time <b>late</b>"})
        wizard.action_waive()
        self.assertEqual(set(fees.mapped("state")), {"waived"})
        self.assertEqual(set(fees.mapped("decided_by_id")), {self.users["collector"]})
        self.assertIn("First time &lt;b&gt;late", self.own.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "waived already"):
            fees._claim()
        fees.action_undo()
        self.assertEqual(set(fees.mapped("state")), {"proposed"})
        self.assertFalse(any(fees.mapped("waive_reason")))

    def test_waived_needs_a_reason_in_the_database(self):
        fee = self.propose(self.partner)[0]
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            fee.state = "waived"
            self.env.flush_all()

    def test_mentioned_may_still_be_claimed(self):
        fees = self.propose(self.partner)
        fees.action_mention()
        self.assertEqual(self.own._get_mentioned_fees(), fees)
        self.assertEqual(self.propose(self.partner), fees)
        dispute = self.dispute({self.old: 100})
        self.assertEqual(self.own._get_mentioned_fees().line_id, self.new)
        dispute.action_cancel()
        fees._claim()
        self.assertFalse(self.own._get_mentioned_fees())

    # --- left out

    def test_disputed_items(self):
        dispute = self.dispute({self.old: 100})
        fees, left_out = self.fees._propose(self.own)
        self.assertEqual(fees.line_id, self.new)
        self.assertEqual(
            [(item["line_id"], item["reason"]) for item in left_out], [(self.old.id, "disputed")]
        )
        dispute.action_cancel()
        fees, left_out = self.fees._propose(self.own)
        self.assertEqual(fees.line_id, self.old + self.new)
        self.assertFalse(left_out)

    def test_promised_items(self):
        self.promise([self.new])
        fees, left_out = self.fees._propose(self.own)
        self.assertEqual(fees.line_id, self.old)
        self.assertEqual([item["reason"] for item in left_out], ["promised"])

    def test_many_left_out(self):
        """The first ones are named, the others counted."""
        for number, expected in (
            (5, "4: excluded from follow-up"),
            (7, "4: excluded from follow-up; and 2 more"),
        ):
            left_out = [{"name": str(n), "reason": "excluded"} for n in range(number)]
            message = self.own._notify_fees(left_out, False)["params"]["message"]
            self.assertTrue(message.endswith(expected), message)

    def test_listed_by_customer(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_collect.ar_collect_fee_action")
        self.assertIn("'search_default_group_customer': 1", action["context"])
        self.assertEqual(self.own._get_fee_action()["context"], {"search_default_open": 1})

    def test_action_says_what_is_left_out(self):
        account = self.own.with_user(self.users["collector"]).sudo(False)
        self.dispute({self.old: 100})
        action = account.action_propose_fees()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(f"{self.old.move_name}: disputed", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["res_model"], "ar.collect.fee")
        self.assertEqual(account.fee_count, 2)
        self.rule.active = False
        action = self.free.with_user(self.users["collector"]).sudo(False).action_propose_fees()
        self.assertIn("no rule", action["params"]["message"])

    def test_nothing_is_posted(self):
        posted = [("state", "=", "posted"), ("company_id", "=", self.company.id)]
        before = self.env["account.move"].search_count(posted)
        self.propose(self.partner)._claim()
        self.assertEqual(self.env["account.move"].search_count(posted), before)

    # --- who

    def test_roles(self):
        fee = self.propose(self.partner)[0]
        foreign = self.propose(self.foreign.partner_id)[0]
        self.assert_roles(fee)
        self.assert_roles(foreign, foreign=True)

    def test_outsiders(self):
        fee = self.propose(self.partner)[0]
        for user in self.outsiders():
            self.assert_hidden(user, fee)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.own.sudo(False).with_user(user).action_propose_fees()

    def test_who_proposes_and_waives(self):
        for login, account, allowed in self.takers():
            seen = self.seen_by(login, account)
            with self.subTest(login, account=account.partner_id.name):
                if allowed:
                    seen.action_propose_fees()
                    seen.fee_ids.action_mention()
                    seen.fee_ids._waive("No")
                    seen.fee_ids.action_undo()
                else:
                    with self.assertRaises(AccessError):
                        seen.action_propose_fees()

    def test_who_claims(self):
        fees = self.propose(self.partner)
        for login in ("collector", "manager"):
            with self.subTest(login), self.assertRaisesRegex(AccessError, "by who may make"):
                self.seen_by(login, fees).action_claim()
        invoice = self.by(self.clerk, fees)._claim()
        for login in ("collector", "manager"):
            with self.subTest(login), self.assertRaisesRegex(AccessError, "by who may make"):
                self.seen_by(login, fees).action_undo()
        self.assertTrue(invoice.exists())
        stranger = self.new_clerk("stranger_f")
        with self.assertRaises(AccessError):
            self.by(stranger, fees)._claim()
        # but whoever makes invoices may delete the draft, and the fees are open again
        invoice.with_user(stranger).unlink()
        self.assertEqual(set(fees.mapped("state")), {"proposed"})

    def test_nobody_writes_one_by_hand(self):
        fee = self.propose(self.partner)[0]
        for login in ("collector", "manager"):
            seen = self.seen_by(login, fee)
            with self.subTest(login):
                for values in ({"amount": 1}, {"state": "waived", "waive_reason": "x"}):
                    with self.assertRaises(AccessError):
                        seen.write(values)
                with self.assertRaises(AccessError):
                    seen.copy()

    def test_rules_are_the_managers(self):
        for record in (self.rule, self.reference(("2026-01-01", 2))):
            for login, allowed in (("inquiry", False), ("collector_all", False), ("manager", True)):
                seen = self.seen_by(login, record)
                with self.subTest(login, model=record._name):
                    self.assertTrue(seen.has_access("read"))
                    self.assertEqual(seen.has_access("write"), allowed)
        self.rule.company_id = self.other_company()
        self.assertFalse(self.seen_by("manager", self.rule).has_access("read"))

    # --- keeping

    def test_merge_of_customers(self):
        fees = self.propose(self.partner)
        target = self.customer("Target")
        self.invoice(target, 50)
        self.catch_up()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: administrators
        wizard.create({})._merge([target.id, self.partner.id], target)
        self.catch_up()
        self.assertEqual(fees.account_id, self.account(target))
        self.assertEqual(fees.customer_id, target)
        self.assertFalse(self.propose(target).filtered(lambda fee: fee.line_id == self.old) - fees)

    def test_queries_do_not_grow(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(20)]
        )
        for partner in partners:
            move = self.invoice(partner, 1000, due=-30)
            self.payment(partner, 400, move, on=-20)
        self.catch_up()
        accounts = self.accounts.search([("partner_id", "in", partners.ids)])

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.fees._propose(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(accounts[:2])
        self.fees.search([]).unlink()
        few = count(accounts[:2])
        again_few = count(accounts[:2])
        self.fees.search([]).unlink()
        many = count(accounts)
        again_many = count(accounts)
        self.assertEqual(len(accounts.fee_ids), 40)
        self.assertEqual(few, many)
        self.assertEqual(again_few, again_many)
        self.assertLess(many, 40)
