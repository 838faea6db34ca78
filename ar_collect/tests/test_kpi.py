# Part of ar_collect. License LGPL-3.
"""Key figures of receivables: against plain Python on random ledgers, by hand, and who may ask."""

import json
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from odoo.addons.ar_collect.models.ar_collect_kpi_drill import SOURCES
from odoo.addons.ar_collect.models.kpi_scope import HISTORY, month_before

from .common import CollectCase
from .contact_log_common import ContactLogCase
from .kpi_oracle import Ledger
from .ledger_monkey import LedgerMonkey
from .test_property import LedgerProperty, tracing
from .worklist_common import WorklistCase

LEDGER = (
    *("receivables", "current", "amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus"),
    *("credits", "open", "overdue", "overdue_weight", "begin_receivables", "begin_overdue"),
    *("sales", "cash", "paid", "paid_weight", "written_off"),
)


def cents(amount):
    return round(amount * 100)


class TestKpiProperty(LedgerProperty):
    """Base figures, by company, collector and country, are what plain Python comes to."""

    STEPS = 50

    def check(self, base, expected, place):
        found = {name: cents(base[name]) for name in LEDGER}
        self.assertEqual(found, {name: expected[name] for name in LEDGER}, place)

    def check_trend(self, ledger, kpi, company):
        """Months of a company, and how far back its sales reach."""
        kpi = kpi.with_company(company)

        def keep(item):
            return item["company_id"] == company.id

        [series] = kpi.get_trend(months=7, company_ids=company.ids)
        for period in series["periods"]:
            after = period["date_from"] - timedelta(days=1)
            until = period["date_to"]
            expected = ledger.base(after, until, keep)
            self.check(period["base"], expected, f"{company.name} {until}")
        for period in series["periods"][-3:-1]:
            until = period["date_to"]
            days = ledger.countback(
                cents(period["base"]["receivables"]), until, keep, min(HISTORY, 12)
            )
            found = period["kpi"]["dso_countback"]
            if days is None or found is None:
                self.assertEqual(days, found)
            elif days < 365:
                self.assertAlmostEqual(float(days), found, 6)

    def check_groups(self, ledger, kpi, company, day):
        """Of any period, by collector and country, the groups are those of all."""
        kpi = kpi.with_company(company)
        after = day - timedelta(days=40)
        for group_by, name in (("collector", "user_id"), ("country", "country_id")):
            series = kpi.get_figures(
                after + timedelta(days=1), day, company_ids=company.ids, group_by=group_by
            )
            for row in series:
                expected = ledger.base(
                    after,
                    day,
                    lambda item, row=row, name=name: (
                        item["company_id"] == company.id and (item[name] or False) == row["key"]
                    ),
                )
                place = f"{company.name} {name} {row['key']} {day}"
                self.check(row["periods"][0]["base"], expected, place)
        [single] = kpi.get_figures(
            after + timedelta(days=1), day, company_ids=company.ids, user_id=self.env.uid
        )
        expected = ledger.base(
            after,
            day,
            lambda item: item["company_id"] == company.id and item["user_id"] == self.env.uid,
        )
        self.check(single["periods"][0]["base"], expected, f"{company.name}, own, {day}")

    def test_any_ledger(self):
        country = self.env.ref("base.be")
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                monkey = LedgerMonkey(self, self.places, self.currencies, seed)
                monkey.partners[0].country_id = country
                with tracing(monkey):
                    for _number in range(self.STEPS):
                        monkey.step()
                    self.catch_up()
                    ledger = Ledger(self.env)
                    # sudo: the accountant who books here has no part in collections
                    kpi = self.env["ar.collect.kpi"].sudo()
                    kpi = kpi.with_context(
                        allowed_company_ids=[company.id for company in self.places]
                    )
                    for company in self.places:
                        self.check_trend(ledger, kpi, company)
                        past = monkey.rng.randint(-10, 120)
                        day = self.today - timedelta(days=past)
                        self.check_groups(ledger, kpi, company, day)


class TestKpi(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()

    @property
    def kpi(self):
        return self.env["ar.collect.kpi"].sudo()  # sudo: see TestKpiProperty

    def period(self, first, last, **values):
        """Base and key figures of a period of numbered days."""
        [series] = self.kpi.get_figures(self.day(first), self.day(last), **values)
        [period] = series["periods"]
        return period["base"], period["kpi"]

    def test_by_hand(self):
        paid = self.invoice(self.partner, 400, due=-20, on=-44)
        self.invoice(self.partner, 600, due=5, on=-10)
        self.payment(self.partner, 400, paid, on=-5)
        base, kpi = self.period(-44, 0)
        self.assertEqual((base["sales"], base["receivables"], base["cash"]), (1000, 600, 400))
        self.assertEqual(kpi["days_late_paid"], 15)
        self.assertEqual(kpi["days_late"], 15)
        self.assertEqual(kpi["dso"], 27)
        self.assertEqual((kpi["bpdso"], kpi["add"]), (27, 0))
        self.assertEqual(kpi["current_share"], 100)
        self.assertEqual(kpi["at_risk_share"], 0)
        base, kpi = self.period(-20, -8)
        self.assertEqual((base["overdue"], base["begin_receivables"]), (400, 400))
        self.assertEqual(kpi["days_late"], 12, "as if it were paid that day")
        self.assertEqual(kpi["current_share"], 60)

    def test_nothing_to_divide_by(self):
        [series] = self.kpi.get_trend(months=24)
        for period in series["periods"]:
            self.assertFalse(any(period["base"][name] for name in LEDGER))
            self.assertEqual(set(period["kpi"].values()), {None})
        base, _kpi = self.period(0, 0)
        self.assertEqual(base["days"], 1)

    def test_months_end_where_months_end(self):
        [series] = self.kpi.get_trend("2024-03-31", months=3)
        days = [(period["date_from"], period["date_to"]) for period in series["periods"]]
        self.assertEqual(
            days,
            [
                (date(2024, 1, 1), date(2024, 1, 31)),
                (date(2024, 2, 1), date(2024, 2, 29)),
                (date(2024, 3, 1), date(2024, 3, 31)),
            ],
        )
        self.assertEqual(month_before(date(2024, 3, 31), 1), date(2024, 2, 29))
        self.assertEqual(month_before(date(2024, 2, 29), 12), date(2023, 2, 28))
        self.assertEqual(month_before(date(2024, 2, 29), 1), date(2024, 1, 31))
        self.assertEqual(month_before(date(2024, 3, 15), 1), date(2024, 2, 15))

    def test_last_and_first_day_of_a_month(self):
        self.invoice(self.partner, 10, due=-16, on=-16)  # 28 February
        self.invoice(self.partner, 5, due=-15, on=-15)  # 1 March
        [series] = self.kpi.get_trend(months=2)
        february, march = (period["base"] for period in series["periods"])
        self.assertEqual((february["sales"], march["sales"]), (10, 5))
        self.assertEqual((february["current"], february["overdue"]), (10, 0))
        self.assertEqual((march["amount_1_30"], march["begin_receivables"]), (15, 10))

    def test_today_is_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Kiritimati"
        with freeze_time("2026-03-31 12:00:00"):
            [series] = self.kpi.get_trend(months=1)
        self.assertEqual(series["periods"][0]["date_to"], date(2026, 4, 1))

    def test_written_off_is_neither_money_nor_credit_note_nor_exchange(self):
        move = self.invoice(self.partner, 100, due=-10, on=-40)
        entry = self.opening(self.partner, -30, due=-5)
        (self.items(move) + self.items(entry)).reconcile()
        credit = self.credit_note(self.partner, 20, due=-5, on=-5)
        (self.items(move) + self.items(credit)).reconcile()
        base, kpi = self.period(-40, 0)
        self.assertEqual((base["written_off"], base["sales"]), (30, 80))
        self.assertEqual(kpi["bad_debt_ratio"], 37.5)

    def test_exchange_differences_are_not_written_off(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5), ("2026-03-10", 0.8)])
        move = self.invoice(self.partner, 100, due=-20, on=-40, currency=euro)
        self.payment(self.partner, 100, move, on=-3, currency=euro)
        base, _kpi = self.period(-40, 0)
        self.assertEqual((base["sales"], base["cash"], base["receivables"]), (200, 125, 0))
        self.assertEqual((base["paid"], base["written_off"]), (125, 0))

    def test_money_given_back_is_not_paid_late(self):
        received = self.payment(self.partner, 40, on=-20)
        self.payment(self.partner, 40, received.move_id, on=-5, payment_type="outbound")
        base, kpi = self.period(-30, 0)
        self.assertEqual((base["cash"], base["paid"], base["receivables"]), (0, 0, 0))
        self.assertIsNone(kpi["days_late"])

    def test_non_trade_is_left_out(self):
        self.invoice(self.partner, 100, due=-10, on=-40)
        self.receivable.non_trade = True
        base, _kpi = self.period(-40, 0)
        self.assertFalse(any(base[name] for name in LEDGER))

    def test_paid_by_somebody_else(self):
        """Whoever pays, the invoice is paid: the figure of a group is that of its customers."""
        other = self.customer("Parent Company")
        move = self.invoice(self.partner, 100, due=-20, on=-40)
        payment = self.payment(other, 60, on=-5)
        entry = self.opening(other, -40, due=-5)
        self.partner.trust = "bad"
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        (self.items(move) + lines).reconcile()
        (self.items(move) + self.items(entry)).reconcile()
        self.catch_up()
        groups = self.kpi.get_figures(self.day(-40), self.day(0), group_by="trust")
        [group] = [row["periods"][0]["base"] for row in groups if row["key"] == "bad"]
        base, _kpi = self.period(-40, 0, segment={"trust": "bad"})
        self.assertEqual((group["paid"], group["written_off"]), (60, 40))
        self.assertEqual({name: base[name] for name in LEDGER}, {n: group[n] for n in LEDGER})

    def test_paid_at_headquarters(self):
        """Of a branch alone, what its parent company was paid for it counts as well."""
        branch = self.branch()
        move = self.invoice(self.partner, 100, due=-20, on=-40, company=branch)
        payment = self.payment(self.partner, 100, on=-5)
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        (self.items(move) + lines).reconcile()
        self.catch_up()
        kpi = self.kpi.with_context(allowed_company_ids=[self.company.id, branch.id])
        for companies in ((self.company | branch).ids, branch.ids):
            [series] = kpi.get_figures(self.day(-40), self.day(0), company_ids=companies)
            self.assertEqual(series["periods"][0]["base"]["paid"], 100, companies)

    def test_money_that_was_given_back(self):
        """Of a cheque that bounced nothing was received, from the day on that it did."""
        payment = self.payment(self.partner, 100, on=-20)
        reversal = payment.move_id._reverse_moves(
            [{"date": self.day(-5), "journal_id": payment.journal_id.id}], cancel=False
        )
        reversal.action_post()
        self.catch_up()
        self.assertEqual(self.period(-30, -10)[0]["cash"], 100)
        self.assertEqual(self.period(-30, 0)[0]["cash"], 0)
        action = self.kpi.get_drill_down(
            "cash", {"date_from": self.day(-30), "date_to": self.day(0)}
        )
        # sudo: see TestKpiProperty
        found = self.env["account.move.line"].sudo().search(action["domain"])
        self.assertEqual(sum(found.mapped("balance")), 0)
        self.assertEqual(len(found), 2)

    def test_un_reconciled_since_was_never_paid(self):
        move = self.invoice(self.partner, 100, due=-20, on=-40)
        payment = self.payment(self.partner, 100, move, on=-10)
        self.assertEqual(self.period(-40, -5)[0]["open"], 0)
        payment.move_id.line_ids.remove_move_reconcile()
        base, _kpi = self.period(-40, -5)
        self.assertEqual((base["open"], base["credits"], base["receivables"]), (100, -100, 0))
        self.assertEqual((base["paid"], base["cash"]), (0, 100))

    def test_companies_of_two_currencies_add_up(self):
        other = self.other_company(currency="EUR")
        self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 100, due=-5, on=-5)
        self.invoice(self.partner, 30, due=-5, on=-5, company=other)
        companies = self.company | other
        kpi = self.kpi.with_context(allowed_company_ids=companies.ids)
        [both] = kpi.get_figures(self.day(-9), self.day(0))
        self.assertEqual(both["periods"][0]["base"]["sales"], 160)
        parts = kpi.get_figures(self.day(-9), self.day(0), group_by="company")
        sales = {part["key"]: part["periods"][0]["base"]["sales"] for part in parts}
        self.assertEqual(sales, {self.company.id: 100, other.id: 60})
        self.assertEqual({part["name"] for part in parts}, set(companies.mapped("name")))

    def test_segments(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        self.partner.write({"category_id": [Command.link(tag.id)], "trust": "bad"})
        self.invoice(self.partner, 100, due=-5, on=-5)
        self.invoice(self.customer("Other"), 50, due=-5, on=-5)
        self.catch_up()
        sales = [
            self.period(-9, 0, segment=segment)[0]["sales"]
            for segment in ({"tag": tag.id}, {"trust": "bad"}, {"trust": "normal"}, {})
        ]
        self.assertEqual(sales, [100, 100, 50, 150])
        groups = self.kpi.get_figures(self.day(-9), self.day(0), group_by="trust")
        self.assertEqual(
            {row["key"]: row["periods"][0]["base"]["sales"] for row in groups},
            {"bad": 100, "normal": 50},
        )
        for wrong in ({"segment": {"name": 1}}, {"group_by": "tag"}, {"group_by": "id; --"}):
            with self.assertRaises(UserError):
                self.period(-9, 0, **wrong)

    def test_wrong_periods(self):
        with self.assertRaises(UserError):
            self.period(0, -1)
        for months in (0, 61):
            with self.assertRaises(UserError):
                self.kpi.get_trend(months=months)

    def test_query_count(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.kpi.get_trend(group_by="collector")
            return self.env.cr.sql_log_count - before

        self.invoice(self.partner, 10, due=-3)
        self.catch_up()
        count()
        few = count()
        for number in range(10):
            self.invoice(self.customer(f"More {number}"), 10, due=-3)
        self.catch_up()
        self.assertEqual(count(), few)
        self.assertLess(few, 25)

    def test_definitions(self):
        definitions = self.kpi.get_definitions()
        codes = {definition["code"] for definition in definitions}
        _base, kpi = self.period(-1, 0)
        self.assertLessEqual(set(kpi), codes)
        self.assertEqual(codes, set(SOURCES))
        self.assertTrue(all(definition["help"] for definition in definitions))

    def test_records_behind_each_figure(self):
        move = self.invoice(self.partner, 400, due=-20, on=-44)
        late = self.invoice(self.partner, 600, due=-100, on=-110)
        self.payment(self.partner, 400, move, on=-5)
        self.catch_up()
        filters = {"date_from": self.day(-44), "date_to": self.day(0)}
        found = {}
        for code in SOURCES:
            action = self.kpi.get_drill_down(code, {**filters, "segment": {"trust": "normal"}})
            action = json.loads(json.dumps(action, default=str))  # as the browser gets it
            model = self.env[action["res_model"]].sudo()  # sudo: see TestKpiProperty
            found[code] = model.with_context(**action.get("context", {})).search(action["domain"])
        self.assertEqual(found["dso"].move_id, late)
        self.assertEqual(found["at_risk_share"].move_id, late)
        self.assertFalse(found["current_share"])
        self.assertEqual(sum(found["sales"].mapped("balance")), 400)
        self.assertEqual(-sum(found["cash"].mapped("balance")), 400)
        self.assertEqual(found["days_late_paid"].move_id, move)
        with self.assertRaises(UserError):
            self.kpi.get_drill_down("unlink", {})


class TestKpiClaims(ContactLogCase):
    """The customer owes 100 since day -20."""

    def period(self, first, last):
        kpi = self.env["ar.collect.kpi"].sudo()  # sudo: see TestKpiProperty
        [series] = kpi.get_figures(self.day(first), self.day(last), user_id=self.collector.id)
        return series["periods"][0]["base"], series["periods"][0]["kpi"]

    def judge(self, *promises):
        """Promises as if the ledger had judged them; past the judge, who comes with each.

        :param promises: (amount, day it was given for, what was paid in time)
        """
        verdicts = []
        for amount, on, kept in promises:
            # sudo: as the judge does
            promise = self.env["ar.collect.promise"].sudo()
            promise = promise.create(
                {"account_id": self.row.id, "amount": amount, "date_promised": self.day(on)}
            )
            state = "kept" if kept >= amount else "partial" if kept else "broken"
            verdicts.append([state, kept, self.day(on - 3), promise.id])
        self.env.flush_all()
        for verdict in verdicts:
            self.env.cr.execute(
                "UPDATE ar_collect_promise SET state = %s, amount_kept = %s, promised_on = %s"
                " WHERE id = %s",
                verdict,
            )
        self.env.invalidate_all()

    def test_promises(self):
        self.judge((50, 5, 50), (20, 6, 5), (30, 40, 0))
        base, kpi = self.period(5, 30)
        self.assertEqual((base["promises_judged"], base["promised_judged"]), (2, 70))
        self.assertEqual(kpi["promise_kept_rate"], 62.5)
        self.assertAlmostEqual(kpi["promise_kept_amount_rate"], 100 * 55 / 70)
        _base, kpi = self.period(1, 4)
        self.assertEqual(kpi["collection_progress"], 70)
        self.assertIsNone(kpi["promise_kept_rate"])

    def test_promises_count_when_they_are_judged(self):
        """As in the targets: when one was kept, else when its grace was over."""
        self.company.sudo().collect_promise_grace_days = 3  # sudo: see TestKpiProperty
        self.judge((50, 20, 50), (20, 6, 5))
        self.env.cr.execute(
            "UPDATE ar_collect_promise SET date_kept = %s WHERE state = 'kept'", [self.day(2)]
        )
        self.env.invalidate_all()
        # sudo: see TestKpiProperty
        kpi = self.env["ar.collect.kpi"].sudo()
        promises = self.env["ar.collect.promise"].sudo()  # sudo: see TestKpiProperty
        for first, last, amounts in ((2, 2, [50]), (3, 9, []), (10, 10, [20]), (11, 30, [])):
            base, _kpi = self.period(first, last)
            self.assertEqual(base["promised_judged"], sum(amounts), (first, last))
            action = kpi.get_drill_down(
                "promise_kept_rate", {"date_from": self.day(first), "date_to": self.day(last)}
            )
            self.assertEqual(promises.search(action["domain"]).mapped("amount"), amounts)

    def test_disputes(self):
        # sudo: see TestKpiProperty
        dispute = (
            self.env["ar.collect.dispute"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                    "item_ids": [Command.create({"line_id": self.item.id, "amount": 60})],
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_dispute SET state = 'closed', date_opened = %s, date_closed = %s"
            " WHERE id = %s",
            [self.day(-12), self.day(-2), dispute.id],
        )
        self.env.invalidate_all()
        base, kpi = self.period(-15, -10)
        self.assertEqual((base["disputes_opened"], base["disputed"]), (1, 60))
        self.assertEqual((kpi["dispute_rate"], kpi["dispute_cycle_days"]), (60, None))
        _base, kpi = self.period(-9, -2)
        self.assertEqual((kpi["dispute_rate"], kpi["dispute_cycle_days"]), (0, 10))
        self.payment(self.partner, 70, self.overdue, on=-11)
        self.assertEqual(self.period(-15, -10)[0]["disputed"], 30, "no more than what was open")

    def test_cancelled_dispute_is_not_behind_the_cycle_time(self):
        # sudo: see TestKpiProperty
        disputes = self.env["ar.collect.dispute"].sudo()
        reason = self.env.ref("ar_collect.dispute_reason_price").id
        item = Command.create({"line_id": self.item.id, "amount": 10})
        values = {"account_id": self.row.id, "reason_id": reason, "item_ids": [item]}
        disputes.create(values).action_cancel()
        days = {"date_from": self.day(0), "date_to": self.day(0)}
        # sudo: see TestKpiProperty
        action = self.env["ar.collect.kpi"].sudo().get_drill_down("dispute_cycle_days", days)
        self.assertFalse(disputes.search(action["domain"]))

    def test_calls(self):
        first = self.log("no_answer")
        second = self.log("talked")
        # sudo: see above
        self.env["ar.collect.promise"].sudo().create(
            {
                "account_id": self.row.id,
                "amount": 10,
                "date_promised": self.day(3),
                "activity_id": second.id,
            }
        )
        base, kpi = self.period(0, 0)
        self.assertEqual((base["calls"], base["right_party_calls"]), (2, 1))
        self.assertEqual((kpi["right_party_rate"], kpi["promise_rate"]), (50, 100))
        # the company's day, not that of the clock in Greenwich
        self.company.partner_id.tz = "Pacific/Auckland"
        first.date = "2026-03-15 23:00:00"
        self.assertEqual(self.period(0, 1)[0]["calls"], 2)
        days = {"date_from": self.day(0), "date_to": self.day(1)}
        # sudo: see TestKpiProperty
        action = self.env["ar.collect.kpi"].sudo().get_drill_down("right_party_rate", days)
        calls = first.search(action["domain"])
        self.assertEqual(calls, first | second, "those that are counted")
        first.date = "2026-03-15 10:00:00"
        self.assertEqual(self.period(0, 1)[0]["calls"], 1)

    def test_touches(self):
        self.log("no_answer", line_ids=self.item.ids)
        self.log("no_answer")
        self.payment(self.partner, 100, self.overdue, on=0)
        base, kpi = self.period(0, 0)
        self.assertEqual((base["paid_items"], base["touches"]), (1, 1))
        self.assertEqual(kpi["touches"], 1)
        self.assertIsNone(self.period(-30, -1)[1]["touches"])


class TestKpiAccess(WorklistCase):
    def ask(self, login, **values):
        kpi = self.env["ar.collect.kpi"].with_user(self.users[login]).with_company(self.company)
        return kpi.get_trend(months=1, **values)

    def test_each_role(self):
        own, colleague = self.users["collector"].id, self.users["colleague"].id
        for login in ("inquiry", "collector", "collector_all", "manager"):
            [series] = self.ask(login)
            self.assertEqual(series["periods"][0]["base"]["receivables"], 2500, login)
        for login in ("inquiry", "manager"):
            [series] = self.ask(login, user_id=colleague)
            self.assertEqual(series["periods"][0]["base"]["receivables"], 500, login)
            amounts = {
                row["key"]: row["periods"][0]["base"]["receivables"]
                for row in self.ask(login, group_by="collector")
            }
            self.assertEqual(amounts, {own: 1200, colleague: 500, False: 800})

    def test_collectors_see_their_own(self):
        [series] = self.ask("collector", user_id=self.users["collector"].id)
        self.assertEqual(series["periods"][0]["base"]["receivables"], 1200)
        [series] = self.ask("collector", user_id=False)
        self.assertEqual(series["periods"][0]["base"]["receivables"], 800)
        colleague = self.users["colleague"].id
        kpi = self.env["ar.collect.kpi"]
        for login in ("collector", "collector_all"):
            for values in (
                {"user_id": colleague},
                {"segment": {"collector": colleague}},
                {"group_by": "collector"},
            ):
                with self.assertRaises(AccessError):
                    self.ask(login, **values)
            with self.assertRaises(AccessError):
                kpi.with_user(self.users[login]).get_drill_down("cash", {"user_id": colleague})

    def test_outsiders(self):
        other = self.other_company("Elsewhere")
        with self.assertRaises(AccessError):
            self.ask("manager", company_ids=other.ids, date_to=self.day(0))
        outsider = self.env["res.users"].create({"name": "Outsider", "login": "kpi_outsider"})
        kpi = self.env["ar.collect.kpi"].with_user(outsider)
        for call in (kpi.get_trend, lambda: kpi.get_figures("2026-03-01")):
            with self.assertRaises(AccessError):
                call()
