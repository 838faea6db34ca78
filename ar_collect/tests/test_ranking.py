# Part of ar_collect. License LGPL-3.
"""The rank: the SQL against the plain functions, the sums of points, every rule that is shipped."""

import random
from datetime import timedelta

import psycopg2

from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_collect.models.refresh_scope import RefreshScope
from odoo.addons.ar_collect.tools import scoring
from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CollectCase
from .ledger_oracle import expected_payment_date


class RankingCase(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: what a manager of collections does
        cls.rules = cls.env["ar.collect.priority.rule"].sudo()
        cls.shipped = cls.rules.search([])
        cls.statuses = cls.env["ar.collect.refresh.status"].sudo()  # sudo: see above

    def reasons(self, partner, company=None):
        """What the customer's priority is made of, {code or label of a rule: points}."""
        self.catch_up()
        return {
            reason["code"]
            if reason["code"] in ("gain", "age", "limit")
            else reason["label"]: reason["points"]
            for reason in self.account(partner, company).priority_reasons
        }

    def rule(self, points, domain="[]", **values):
        return self.rules.create(
            {"name": f"Test {points}", "points": points, "domain": domain, **values}
        )

    def assert_sums(self):
        """The points shown add up to the priority, which lies between 0 and 100."""
        for account in self.accounts.search([]):
            reasons = account.priority_reasons
            self.assertEqual(sum(reason["points"] for reason in reasons), account.priority)
            self.assertTrue(0 <= account.priority <= 100)
            self.assertTrue(all(set(reason) == {"code", "label", "points"} for reason in reasons))
            self.assertTrue(all(reason["points"] for reason in reasons))


class TestScoring(RankingCase):
    """Rows of random figures, ranked by the database and by ``tools/scoring.py``."""

    def make_rows(self, count, seed):
        """Rows as a refresh could have left them; no ledger stands behind them."""
        rng = random.Random(seed)
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(count)])
        for partner in partners:
            chasable = rng.choice([0, 0.01, 49.99, round(10 ** rng.uniform(0, 6), 2)])
            paid = rng.choice([0, 0, 1, 3, 7, 40])
            due = (
                rng.choice([None, self.day(rng.randint(-400, 30))])
                if not chasable
                else (self.day(rng.randint(-400, -1)))
            )
            self.env.cr.execute(
                SQL(
                    "INSERT INTO ar_collect_account (partner_id, company_id, currency_id, state,"
                    " amount_chasable, oldest_due_date, chase_due_date, paid_count, late_count,"
                    " delay_days_total, own_delay_days, priority)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)",
                    partner.id,
                    self.company.id,
                    self.company.currency_id.id,
                    "to_chase" if chasable else "settled",
                    chasable,
                    due,
                    due,
                    paid,
                    rng.randint(0, paid),
                    rng.randint(-5, 60) * paid,
                    rng.choice([-3.5, 0, 1 / 3, 12, 40.25]) if paid else 0,
                )
            )

    def expected(self, row, share, delay):
        """{column: value} of a row, by the plain functions, and its expected gain."""
        days = row["own_delay_days"] if row["paid_count"] else delay
        late = scoring.late_probability(row["late_count"], row["paid_count"], share)
        paid_on = expected_payment_date(row["oldest_due_date"], days)
        unpaid = paid_on and scoring.unpaid_probability(late, (paid_on - self.today).days)
        gain = float(row["amount_chasable"]) * unpaid if row["amount_chasable"] else 0
        return {
            "late_probability": round(late, 9),
            "expected_delay_days": round(days, 9),
            "expected_payment_date": paid_on,
        }, gain

    def test_sql_and_plain_functions_agree(self):
        self.shipped.active = False
        self.catch_up()
        for seed in range(3):
            with self.subTest(seed=seed):
                self.env.cr.execute("DELETE FROM ar_collect_account")
                self.make_rows(80, seed)
                self.env.invalidate_all()
                self.accounts._rank(RefreshScope(self.company), True, measure_large=True)
                self.assert_scores()

    def assert_scores(self):
        self.env.flush_all()
        rows = self.env.execute_query_dict(SQL("SELECT * FROM ar_collect_account"))
        paid = sum(row["paid_count"] for row in rows)
        share = sum(row["late_count"] for row in rows) / paid
        delay = sum(row["delay_days_total"] for row in rows) / paid
        expected = [(row, *self.expected(row, share, delay)) for row in rows]
        gains = [gain for row, _values, gain in expected if row["amount_chasable"]]
        mean = scoring.round_up_125(sum(gains) / len(gains))
        top = scoring.round_up_125(max(gains))
        for row, values, gain in expected:
            points = scoring.gain_points(gain, mean, top)
            if gain:
                points += scoring.age_points((self.today - row["chase_due_date"]).days)
            found = {name: row[name] for name in values}
            found = {k: round(v, 9) if isinstance(v, float) else v for k, v in found.items()}
            self.assertEqual(found, values, row)
            self.assertEqual(row["priority"], points, row)
        self.assert_sums()

    def test_company_of_very_many_paid_items_is_measured_roundly(self):
        """1,000 paid items count exactly; with one more the share has four decimals."""
        self.shipped.active = False
        self.catch_up()
        self.make_rows(1, seed=1)
        for paid, late, share in (
            (1000, 333, 0.333),
            (999, 333, 333 / 999),
            (1001, 334, 0.3337),
        ):
            self.env.cr.execute(
                SQL("UPDATE ar_collect_account SET paid_count = %s, late_count = %s", paid, late)
            )
            self.env.invalidate_all()
            status = self.statuses._for_companies(self.company)
            self.accounts._rank(RefreshScope(self.company), True, measure_large=True)
            self.assertEqual(status.late_share, share)

    def test_company_of_very_many_customers_is_not_measured_for_one(self):
        partner, other = self.customer(), self.customer("Other")
        self.invoice(other, 10, due=-10)
        self.accounts._refresh()
        status = self.statuses._for_companies(self.company)
        status.customer_count = scoring.EXACT_SHARE_LIMIT + 1
        move = self.invoice(partner, 70_000, due=-10)
        self.accounts._refresh(partner)
        self.assertLess(status.gain_top, 1000)
        self.payment(partner, 5, move)
        self.catch_up()
        self.assertGreater(status.gain_top, 1000, "the worker of the marks measures")


class TestRanking(RankingCase):
    def test_larger_and_older_debts_rank_higher(self):
        partners = {}
        for name, amount, due in (
            ("small", 100, -30),
            ("large", 50_000, -30),
            ("older", 100, -100),
        ):
            partners[name] = self.customer(name)
            self.invoice(partners[name], amount, due)
        self.catch_up()
        rank = {name: self.account(partner).priority for name, partner in partners.items()}
        self.assertGreater(rank["large"], rank["small"])
        self.assertGreater(rank["older"], rank["small"])
        self.assert_sums()

    def test_written_out(self):
        """Never paid, g = 0.5, 60 days late: gain 1000 x 0.75, alone in the company.

        Gain 750, mean and top rounded up to 1000: 60 x ln(1.75) / ln(2) = 48.4; age 20 x 60 / 120.
        """
        self.shipped.active = False
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        self.assertEqual(self.reasons(partner), {"gain": 48, "age": 10})
        self.assert_row(partner, priority=58, priority_band="2_medium")

    def test_bands(self):
        self.shipped.active = False
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        rule = self.rule(0)
        for points, priority, band in (
            (12, 70, "3_high"),
            (11, 69, "2_medium"),
            (-18, 40, "2_medium"),
            (-19, 39, "1_low"),
            (-57, 1, "1_low"),
            (-58, 0, "0_none"),
        ):
            rule.points = points
            self.assert_row(partner, priority=priority, priority_band=band)

    def test_points_stay_within_0_and_100(self):
        self.shipped.active = False
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        rule = self.rule(80)
        self.assertEqual(
            self.reasons(partner), {"gain": 48, "age": 10, "Test 80": 80, "limit": -38}
        )
        self.assert_row(partner, priority=100)
        rule.points = -80
        self.assertEqual(
            self.reasons(partner), {"gain": 48, "age": 10, "Test 80": -80, "limit": 22}
        )
        self.assert_row(partner, priority=0)
        self.assert_sums()

    def test_only_who_is_to_be_chased_gets_points(self):
        self.rule(50)
        settled, due_later, waiting, excluded = (self.customer(name) for name in "ABCD")
        self.payment(settled, 10, self.invoice(settled, 10, due=-10))
        self.invoice(due_later, 10, due=10)
        self.invoice(waiting, 10, due=-10)
        self.payment(waiting, 30)
        self.invoice(excluded, 10, due=-10, no_followup=True).no_followup = True
        for partner, state in (
            (settled, "settled"),
            (due_later, "not_due"),
            (waiting, "waiting"),
            (excluded, "waiting"),
        ):
            self.assert_row(partner, state=state, priority=0, priority_reasons=[])

    # --- rules

    def test_rule_changes_ranks_at_the_next_refresh(self):
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        before = self.reasons(partner)
        rule = self.rule(7, '[("amount_chasable", ">", 500)]')
        self.assertEqual(self.reasons(partner), before | {"Test 7": 7})
        rule.write({"points": -3, "name": "New name"})
        self.assertEqual(self.reasons(partner), before | {"New name": -3})
        rule.domain = '[("amount_chasable", ">", 5000)]'
        self.assertEqual(self.reasons(partner), before)
        rule.domain = "[]"
        self.assertIn("New name", self.reasons(partner))
        rule.active = False
        self.assertEqual(self.reasons(partner), before)
        rule.active = True
        self.assertIn("New name", self.reasons(partner))
        rule.unlink()
        self.assertEqual(self.reasons(partner), before)
        self.assert_sound()

    def test_rule_of_one_company(self):
        second, branch = self.other_company(), self.branch()
        partner = self.customer()
        for company in (self.company, second, branch):
            self.invoice(partner, 1000, due=-60, company=company)
        self.rule(7, company_id=self.company.id)
        self.assertIn("Test 7", self.reasons(partner))
        self.assertIn("Test 7", self.reasons(partner, branch))
        self.assertNotIn("Test 7", self.reasons(partner, second))

    def test_points_of_a_rule_are_bounded(self):
        for points in (-101, 101):
            with (
                self.subTest(points=points),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(psycopg2.errors.CheckViolation, "points_range"),
                self.env.cr.savepoint(),
            ):
                self.rule(points)

    def assert_rule(self, name, points, holds, fails):
        """The shipped rule holds for rows of some values and not for those of others."""
        partner = self.customer(name)
        self.invoice(partner, 1000, due=-60)
        self.catch_up()
        for values, expected in [(v, points) for v in holds] + [(v, None) for v in fails]:
            with self.subTest(name, **values):
                account = self.account(partner)
                account.write(values)
                account._rank_again()  # not refreshed: the ledger would tell otherwise
                reasons = {reason["label"]: reason["points"] for reason in account.priority_reasons}
                self.assertEqual(reasons.get(name), expected)
        self.assert_sums()

    def test_shipped_next_action_is_due(self):
        days = [{"next_action_date": self.day(number)} for number in (-5, 0)]
        later = [{"next_action_date": self.day(1)}, {"next_action_date": False}]
        self.assert_rule("Next action is due", 15, days, later)

    def test_shipped_next_action_is_later(self):
        self.assert_rule(
            "Next action is planned for later",
            -20,
            [{"next_action_date": self.day(1)}],
            [{"next_action_date": self.day(0)}, {"next_action_date": False}],
        )

    def test_shipped_promise_not_kept(self):
        self.assert_rule(
            "Promise not kept", 15, [{"broken_promise_count": 1}], [{"broken_promise_count": 0}]
        )

    def test_shipped_never_contacted(self):
        self.assert_rule(
            "Never contacted",
            5,
            [{"last_contact_date": False}],
            [{"last_contact_date": self.day(-100)}],
        )

    def test_shipped_nobody_reached(self):
        self.assert_rule(
            "Nobody responsible reached for two weeks",
            10,
            [
                {"last_contact_date": self.day(-1), "last_right_party_date": False},
                {"last_contact_date": self.day(-1), "last_right_party_date": self.day(-15)},
            ],
            [
                {"last_contact_date": self.day(-1), "last_right_party_date": self.day(-14)},
                {"last_contact_date": False, "last_right_party_date": False},
            ],
        )

    def test_shipped_promised_soon(self):
        self.assert_rule(
            "Promised for the next two days",
            -30,
            [{"next_promise_date": self.day(number)} for number in (0, 2)],
            [{"next_promise_date": self.day(number)} for number in (-1, 3)],
        )

    def test_shipped_credit_limit(self):
        name = "Over 90 % of the credit limit used"
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        for limit, points in ((1112, None), (1111, 10), (500, 10), (0, None)):
            partner.with_company(self.company).credit_limit = limit
            self.assertEqual(self.reasons(partner).get(name), points, limit)

    def test_shipped_bad_debtor(self):
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        for trust, points in (("bad", 10), ("normal", None)):
            partner.with_company(self.company).trust = trust
            self.assertEqual(self.reasons(partner).get("Bad debtor"), points)

    def test_trust_is_that_of_the_company(self):
        second = self.other_company()
        partner = self.customer()
        self.invoice(partner, 1000, due=-60)
        self.invoice(partner, 1000, due=-60, company=second)
        partner.with_company(second).trust = "bad"
        self.assertNotIn("Bad debtor", self.reasons(partner))
        self.assertIn("Bad debtor", self.reasons(partner, second))

    def test_shipped_small_amount(self):
        name = "Below the minimum amount"
        partner = self.customer()
        self.invoice(partner, 49.99, due=-60)
        self.assertEqual(self.reasons(partner).get(name), -40)
        self.invoice(partner, 0.01, due=-60)
        self.assertNotIn(name, self.reasons(partner))

    def test_shipped_first_late_invoice_of_a_large_customer(self):
        name = "First late invoice of a large customer"
        partner = self.customer()
        self.invoice(partner, 10_000, due=-1)
        for number in range(3):
            self.assertNotIn(name, self.reasons(partner))
            move = self.invoice(partner, 10, due=-50, on=-80)
            self.payment(partner, 10, move, on=-50 - number)
        self.assertEqual(self.reasons(partner).get(name), 10)
        move = self.invoice(partner, 10, due=-50)
        self.payment(partner, 10, move, on=-40)
        self.assertNotIn(name, self.reasons(partner))

    def test_shipped_sent_three_times(self):
        name = "An open invoice was sent three times"
        partner = self.customer(email="customer@example.com")
        late = self.invoice(partner, 1000, due=-60)
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: see CollectCase
        values = {"move_id": late.id, "channel": "letter", "origin": "logged"}
        for number in range(1, 4):
            sendings.create({**values, "date": self.day(-number), "state": "sent"})
            self.accounts._refresh(partner, self.company)
            self.assertEqual(self.reasons(partner).get(name), 5 if number == 3 else None)
        self.payment(partner, 1000, late)
        self.invoice(partner, 10, due=-60)
        self.assertNotIn(name, self.reasons(partner))

    def test_every_shipped_rule_is_tested_here(self):
        self.assertEqual(len(self.shipped), 11)

    @freeze_time("2026-03-16 11:30:00")
    def test_today_of_a_rule_is_that_of_the_company(self):
        """In Auckland it is the 17th already, in Los Angeles still the 16th."""
        self.company.partner_id.tz = "Pacific/Auckland"
        west = self.other_company(tz="America/Los_Angeles")
        partner = self.customer()
        for company in (self.company, west):
            self.invoice(partner, 1000, due=-60, company=company)
        self.catch_up()
        for company in (self.company, west):
            self.account(partner, company).next_action_date = self.day(1)
        self.assertEqual(self.reasons(partner).get("Next action is due"), 15)
        self.assertNotIn("Next action is due", self.reasons(partner, west))
        self.assertIn("Next action is planned for later", self.reasons(partner, west))

    # --- who works on it today

    def collector(self, login, **values):
        return mail_new_test_user(
            self.env,
            login=login,
            groups="ar_collect.group_collector",
            company_id=self.company.id,
            company_ids=self.company.ids,
            **values,
        )

    def test_substitute_while_the_collector_is_away(self):
        away, stand_in, second = (self.collector(login) for login in ("anna", "ben", "carl"))
        partner = self.customer()
        self.invoice(partner, 100, due=-10)
        self.catch_up()
        self.account(partner).user_id = away
        self.assert_row(partner, user_id=away, acting_user_id=away)
        away.write(
            {
                "collect_away_from": self.day(1),
                "collect_away_to": self.day(2),
                "collect_substitute_id": stand_in.id,
            }
        )
        self.assert_row(partner, acting_user_id=away)
        stand_in.write({"collect_away_from": self.day(2), "collect_substitute_id": second.id})
        for days, acting in ((1, stand_in), (2, second), (3, away)):
            with freeze_time(f"{self.today + timedelta(days=days)} 12:00:00"):
                self.accounts._refresh()
                self.assert_row(partner, user_id=away, acting_user_id=acting)
        with freeze_time("2026-03-18 12:00:00"):
            second.write({"collect_away_from": self.day(0), "collect_substitute_id": away.id})
            self.accounts._refresh()
            self.assert_row(partner, acting_user_id=away)

    @freeze_time("2026-03-16 11:30:00")
    def test_absence_begins_with_the_day_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        west = self.other_company(tz="America/Los_Angeles")
        away, stand_in = self.collector("anna"), self.collector("ben")
        (away + stand_in).company_ids += west
        partner = self.customer()
        for company in (self.company, west):
            self.invoice(partner, 100, due=-10, company=company)
        self.catch_up()
        for company in (self.company, west):
            self.account(partner, company).user_id = away
        away.write({"collect_away_from": self.day(1), "collect_substitute_id": stand_in.id})
        self.assert_row(partner, acting_user_id=stand_in)
        self.assert_row(partner, west, acting_user_id=away)
        self.accounts._refresh()
        self.assert_row(partner, west, acting_user_id=away)
