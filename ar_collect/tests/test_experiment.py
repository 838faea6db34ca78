# Part of ar_collect. License LGPL-3.
"""What a step brings: the statistics against slow ones and a known truth, who is drawn, what counts
as paid, and what is said of it."""

import random
from collections import Counter
from statistics import mean, variance

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, new_test_user, tagged

from odoo.addons.ar_collect.tools import experiment

from .notice_common import NoticeCase

HORIZON = 30


def shortly(rng):
    return 20 + rng.randrange(40)


def to_the_end(_rng):
    return 90


def simulate(rng, customers, delay, *, follow=shortly, visits=1, sooner=0):
    """Customers who pay after some days, much alike each time.

    :param float delay: mean days of all of them
    :param follow: days followed, by the source of chance
    :param int visits: each was looked at so often, at most
    :param int sooner: days taken off
    :return list: histories
    """
    found = []
    for _number in range(customers):
        own = rng.gammavariate(2, delay / 2)
        history = []
        for _visit in range(rng.randint(1, visits)):
            followed, paid = follow(rng), max(0, int(rng.expovariate(1 / own)) - sooner)
            history.append((followed, paid if paid <= followed else None))
        found.append(tuple(history))
    return found


def slow_mean(histories):
    """Mean days within the horizon, by the textbook's product limit."""
    times = [time for history in histories for time in history]
    left, total = 1.0, 0.0
    for day in range(HORIZON):
        at_risk = [(f, paid) for f, paid in times if (f if paid is None else paid) >= day]
        if at_risk:
            left *= 1 - sum(paid == day for _followed, paid in at_risk) / len(at_risk)
        total += left
    return total


def fast(histories):
    return experiment.get_days(Counter(histories), HORIZON)


@tagged("post_install", "-at_install")
class TestExperimentFigures(BaseCase):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(7)

    def test_mean_as_in_the_textbook(self):
        for _case in range(20):
            histories = simulate(self.rng, self.rng.randint(5, 60), 20, visits=3)
            self.assertAlmostEqual(fast(histories).mean, slow_mean(histories), 9)
            self.assertEqual(fast(histories).count, len(histories))

    def test_variance_as_of_leaving_one_out(self):
        """The jackknife by customer comes to nearly the same; taking each time by itself does not."""
        histories = simulate(self.rng, 120, 15, visits=6)
        means = [slow_mean(histories[:n] + histories[n + 1 :]) for n in range(120)]
        slow = 119**2 / 120 * variance(means)
        self.assertAlmostEqual(fast(histories).variance / slow, 1, delta=0.03)
        single = [(time,) for history in histories for time in history]
        self.assertLess(fast(single).variance, 0.8 * slow)

    def test_variance_as_of_drawing_again(self):
        histories = simulate(self.rng, 150, 15, visits=3)
        drawn = [slow_mean(self.rng.choices(histories, k=150)) for _again in range(300)]
        self.assertAlmostEqual(fast(histories).variance / variance(drawn), 1, delta=0.25)

    def test_interval_holds_the_truth(self):
        """Without any effect, 95 of 100 intervals contain zero: few left out, times alike."""
        held = 0
        for _round in range(600):
            got = Counter(simulate(self.rng, 180, 15, visits=3))
            out = Counter(simulate(self.rng, 25, 15, visits=3))
            held += experiment.get_days_saved(got, out, HORIZON).sign == 0
        self.assertAlmostEqual(held / 600, 0.95, delta=0.025)

    def test_effect_is_found(self):
        """The interval contains the true difference, and leaves zero out."""
        truth = (
            fast(simulate(self.rng, 40000, 24, follow=to_the_end)).mean
            - fast(simulate(self.rng, 40000, 12, follow=to_the_end)).mean
        )
        held = found = 0
        for _round in range(100):
            got = Counter(simulate(self.rng, 400, 12))
            out = Counter(simulate(self.rng, 100, 24))
            saved = experiment.get_days_saved(got, out, HORIZON)
            held += saved.low <= truth <= saved.high
            found += saved.sign == 1
        self.assertGreaterEqual(held, 89)
        self.assertGreaterEqual(found, 95)

    def test_who_has_not_paid_yet_is_no_late_payer(self):
        """Followed for few days, customers look like those who were followed to the end."""
        truth = fast(simulate(self.rng, 20000, 15, follow=to_the_end)).mean
        cut = simulate(self.rng, 5000, 15, follow=lambda rng: rng.randrange(45))
        self.assertAlmostEqual(fast(cut).mean, truth, delta=0.6)
        naive = mean(min(HORIZON, f if paid is None else paid) for ((f, paid),) in cut)
        self.assertLess(naive, truth - 2)

    def test_share_interval_holds_the_truth(self):
        held = 0
        for _round in range(400):
            got = Counter(simulate(self.rng, 180, 15, visits=3, follow=to_the_end))
            out = Counter(simulate(self.rng, 25, 15, visits=3, follow=to_the_end))
            held += experiment.get_share_gained(got, out, HORIZON).sign == 0
        self.assertGreaterEqual(held / 400, 0.93)

    def test_needed(self):
        """With as many left out as asked for, the difference is seen about four times in five."""
        base = Counter(simulate(self.rng, 2000, 15, follow=to_the_end))
        needed = experiment.get_needed(base, {}, HORIZON, 0.2, 3)
        found = 0
        for _round in range(150):
            out = Counter(simulate(self.rng, needed, 15, follow=to_the_end))
            got = Counter(simulate(self.rng, needed * 4, 15, follow=to_the_end, sooner=4))
            found += experiment.get_days_saved(got, out, HORIZON).sign == 1
        # four days off are about three within the horizon: nobody pays before the first day
        self.assertAlmostEqual(found / 150, experiment.POWER, delta=0.12)


class ExperimentCase(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls.env["ar.collect.experiment.unit"].sudo()  # sudo: see CollectCase
        cls.rows = cls.env["ar.collect.experiment"].sudo()  # sudo: see CollectCase
        cls.journal = cls.company_data["default_journal_bank"]

    @classmethod
    def drawn(cls, outcomes, *, step=None, percent=20, on=-70, name="Firm", due=-80):
        """Customers drawn for a step, with an item each, of which some are paid.

        :param list outcomes: pairs (whether left out, days until the payment; None: never)
        :rtype: recordset of `ar.collect.experiment.unit`
        """
        step = step or cls.first
        partners = cls.env["res.partner"].create(
            [{"name": f"{name} {number}", "is_company": True} for number in range(len(outcomes))]
        )
        move = cls.entry(dict.fromkeys(partners, 100), due)
        cls.catch_up()
        lines = {line.partner_id: line for line in cls.items(move)}
        accounts = {partner: cls.account(partner) for partner in partners}
        notices = cls.notices.create(
            [
                {
                    "account_id": accounts[partner].id,
                    "company_id": cls.company.id,
                    "strategy_id": step.strategy_id.id,
                    "strategy_version": step.strategy_id.version,
                    "step_id": step.id,
                    "channel": step.channel,
                    "date_planned": cls.day(on),
                    "queued_at": False if left_out else cls.day(on),
                    "state": "cancelled" if left_out else "sent",
                }
                for partner, (left_out, _paid) in zip(partners, outcomes, strict=True)
            ]
        )
        units = cls.units.create(
            [
                {
                    "account_id": notice.account_id.id,
                    "company_id": cls.company.id,
                    "step_id": step.id,
                    "cycle": 1,
                    "percent": percent,
                    "is_left_out": left_out,
                    "date": cls.day(on),
                    "notice_id": notice.id,
                    "line_ids": lines[partner].ids,
                }
                for notice, partner, (left_out, _paid) in zip(
                    notices, partners, outcomes, strict=True
                )
            ]
        )
        for days in {paid for _left_out, paid in outcomes} - {None}:
            who = [p for p, (_o, paid) in zip(partners, outcomes, strict=True) if paid == days]
            cls.pay(who, lines, on + days)
        return units

    @classmethod
    def entry(cls, amounts, day, journal=None):
        """A posted entry with an item for each customer."""
        journal = journal or cls.company_data["default_journal_misc"]
        other = (
            journal.default_account_id
            if journal.type == "bank"
            else cls.company_data["default_account_revenue"]
        )
        lines = [
            {
                "partner_id": partner.id,
                "account_id": cls.receivable.id,
                "balance": amount,
                "date_maturity": cls.day(day),
            }
            for partner, amount in amounts.items()
        ]
        lines.append({"account_id": other.id, "balance": -sum(amounts.values())})
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": cls.day(day),
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        move.action_post()
        return move

    @classmethod
    def pay(cls, partners, lines, day, amount=100, journal=None):
        """Match the items of customers with something of a day, by default money."""
        amounts = dict.fromkeys(partners, -amount)
        move = cls.entry(amounts, day, journal or cls.journal)
        for line in cls.items(move):
            (line | lines[line.partner_id]).reconcile()

    def row(self, **values):
        self.env.flush_all()
        self.rows.invalidate_model()
        return self.rows.search([(name, "=", value) for name, value in values.items()])

    def groups(self, row):
        """The histories of who got it, and of who was left out."""
        found = row._get_groups()
        return found.get(row.id * 2, {}), found.get(row.id * 2 + 1, {})


class TestExperimentDraw(ExperimentCase):
    def test_all_small_ones_are_drawn(self):
        self.first.write({"holdout_percent": 50, "holdout_amount": 1000})
        small = [self.debtor(f"Firm {number}", 100, 50) for number in range(12)]
        self.debtor("Large", 5000)
        self.run_day()
        units = self.units.search([])
        self.assertEqual({unit.account_id.partner_id for unit in units}, set(small))
        for unit in units:
            self.assertEqual(unit.is_left_out, unit.notice_id.cancel_reason == "held_out")
            self.assertEqual((unit.percent, unit.date), (50, self.today))
            self.assertEqual(unit.line_ids, unit.notice_id.item_ids.line_id)
            self.assertEqual(len(unit.line_ids), 2)
        self.assertTrue(0 < len(units.filtered("is_left_out")) < 12)

    def test_without_an_address_one_counts_as_having_got_it(self):
        """As it was meant: those left out were not asked for their addresses either."""
        self.first.holdout_percent = 50
        for number in range(12):
            self.debtor(f"Firm {number}", 100)
        self.env["res.partner"].search([("name", "like", "Firm")]).email = False
        self.plan()
        self.notices._process_notices()
        units = self.units.search([])
        self.assertEqual(len(units), 12)
        got = units.filtered(lambda unit: not unit.is_left_out)
        self.assertEqual(set(got.notice_id.mapped("state")), {"failed"})

    def test_once_a_cycle(self):
        """Taken back and carried out again, or left out for other items: it stays as drawn."""
        self.first.holdout_percent = 50
        for number in range(12):
            self.debtor(f"Firm {number}", 100)
        self.run_day()
        before = self.units.search([])
        got = before.filtered(lambda unit: not unit.is_left_out)[0]
        notice = got.notice_id
        notice.mark_ids.unlink()
        notice.write({"state": "planned", "scheduled_date": False})
        left = before.filtered("is_left_out")[0]
        self.invoice(left.account_id.partner_id, 70, -4)
        self.run_day()
        self.assertEqual(notice.state, "queued")
        self.assertEqual(len(self.of(left.account_id.partner_id)), 2)
        self.assertEqual(self.units.search([]), before)

    def test_not_tried_out_nobody_is_drawn(self):
        self.debtor("Firm", 100)
        self.run_day()
        self.assertFalse(self.units.search([]))

    def test_queries_do_not_grow(self):
        self.first.holdout_percent = 50
        for number in range(22):
            self.debtor(f"Firm {number}", 100)
        self.plan()
        notices = self.notices.search([("state", "=", "planned")])
        contents = notices._get_contents(notices._read_items(notices._get_query()))

        def draw(some):
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            some._note_drawn(some[:1], contents)
            self.env.flush_all()
            return self.env.cr.sql_log_count - count

        draw(notices[:1])  # what is read once
        self.assertLessEqual(draw(notices[2:]), draw(notices[1:2]))

    def test_follows_a_customer_who_is_merged(self):
        """Into one who was drawn for the same step in the same cycle."""
        kept, gone = self.drawn([(True, None), (False, None)])
        gone.account_id._move_talk(kept.account_id)
        self.assertEqual(gone.account_id, kept.account_id)
        self.assertEqual((kept.cycle, gone.cycle), (1, 2))
        self.assertEqual(gone.notice_id.cycle, 2)

    def test_kept(self):
        unit = self.drawn([(True, None)])
        with self.assertRaises(UserError):
            unit.unlink()


class TestExperimentPaid(ExperimentCase):
    def histories(self, outcome, **values):
        """The histories of one customer with an outcome."""
        self.drawn([(False, outcome)], **values)
        return [*self.groups(self.row())[0].elements()]

    def assert_history(self, *history):
        self.assertEqual(self.groups(self.row())[0], {tuple(history): 1})

    def test_paid(self):
        self.drawn([(False, 12)])
        self.assert_history((60, 12))

    def test_not_paid_yet(self):
        """Yesterday is the last day that is over."""
        self.drawn([(False, None)], on=-8)
        self.assert_history((7, None))

    def test_paid_today_is_not_known_yet(self):
        self.drawn([(False, 8)], on=-8)
        self.assert_history((7, None))

    def test_drawn_today_says_nothing(self):
        self.drawn([(False, 0)], on=0)
        self.assertEqual(self.groups(self.row()), ({}, {}))

    def test_paid_before_it_was_known(self):
        """The statement of the bank was late: paid at once."""
        self.drawn([(False, -2)], on=-20)
        self.assert_history((19, 0))

    def test_paid_after_all_this_time(self):
        self.drawn([(False, 61)])
        self.assert_history((60, None))

    def test_in_part(self):
        unit = self.drawn([(False, None)])
        partner = unit.account_id.partner_id
        lines = {partner: unit.line_ids}
        self.pay([partner], lines, -60, 40)
        self.assert_history((60, None))
        self.pay([partner], lines, -50, 60)
        self.assert_history((60, 20))

    def test_credited_alone(self):
        """It neither paid nor stayed away: it is followed to that day."""
        unit = self.drawn([(False, None)])
        partner = unit.account_id.partner_id
        misc = self.company_data["default_journal_misc"]
        self.pay([partner], {partner: unit.line_ids}, -55, journal=misc)
        self.assert_history((15, None))

    def test_the_rest_credited(self):
        """Paid on the day of the money, whenever the rest was given up."""
        unit = self.drawn([(False, None)])
        partner = unit.account_id.partner_id
        lines = {partner: unit.line_ids}
        self.pay([partner], lines, -60, 40)
        misc = self.company_data["default_journal_misc"]
        self.pay([partner], lines, -20, 60, journal=misc)
        self.assert_history((60, 10))

    def test_all_items_have_to_be_paid(self):
        unit = self.drawn([(False, 5)])
        partner = unit.account_id.partner_id
        more = self.items(self.entry({partner: 30}, -80))
        unit.line_ids = [Command.link(more.id)]
        self.assert_history((60, None))
        self.pay([partner], {partner: more}, -40, 30)
        self.assert_history((60, 30))

    def test_taken_back_to_draft(self):
        """An item that is not posted any more is nobody's debt."""
        unit = self.drawn([(False, None)])
        unit.line_ids.move_id.button_draft()
        self.assertEqual(self.groups(self.row()), ({}, {}))

    def test_a_customer_twice(self):
        unit = self.drawn([(False, 5)])
        again = self.items(self.entry({unit.account_id.partner_id: 30}, -40))
        unit.copy({"cycle": 2, "date": self.day(-30), "line_ids": again.ids})
        self.assert_history((29, None), (60, 5))


class TestExperimentReport(ExperimentCase):
    def outcomes(self, got, out):
        return [(False, days) for days in got] + [(True, days) for days in out]

    def test_too_few(self):
        self.drawn(self.outcomes([5] * 30, [40] * 9))
        row = self.row()
        self.assertEqual((row.verdict, row.got_count, row.out_count), ("few", 30, 9))
        self.assertIn("Too few to say: 30 customers with the step and 9 without", row.statement)
        self.assertEqual((row.saved_days, row.horizon, row.share_statement), (0, 0, False))

    def test_too_early(self):
        self.drawn(self.outcomes([5] * 25, [20] * 25), on=-29)
        self.assertEqual(self.row().verdict, "early")

    def test_sooner(self):
        self.drawn(self.outcomes(list(range(1, 31)), [None] * 10 + list(range(20, 40))))
        row = self.row()
        self.assertEqual((row.verdict, row.horizon), ("sooner", 60))
        self.assertAlmostEqual(row.got_days, 15.5)
        self.assertAlmostEqual(row.out_days, (600 + sum(range(20, 40))) / 30, 1)
        self.assertAlmostEqual(row.saved_days, row.out_days - row.got_days, 1)
        self.assertTrue(0 < row.saved_low < row.saved_days < row.saved_high)
        self.assertIn("customers pay 24.2 days sooner (95 % interval", row.statement)
        self.assertIn("30 customers got it, 30 were left out", row.statement)
        self.assertIn(
            "100 % paid with the step and 37 % without: a difference", row.share_statement
        )

    def test_later(self):
        self.drawn(self.outcomes([None] * 10 + list(range(20, 40)), list(range(1, 31))))
        row = self.row()
        self.assertEqual(row.verdict, "later")
        self.assertIn("customers pay 24.2 days later (95 % interval", row.statement)
        self.assertLess(row.saved_high, 0)

    def test_no_difference(self):
        days = [*range(0, 40, 2), None, None]
        self.drawn(self.outcomes(days, days))
        row = self.row()
        self.assertEqual((row.verdict, round(row.saved_days, 6)), ("none", 0))
        self.assertIn("No difference can be seen", row.statement)
        self.assertIn("no difference can be seen", row.share_statement)

    def test_within_thirty_days_until_there_are_more(self):
        self.drawn(self.outcomes([5] * 25, [20] * 25), on=-40)
        row = self.row()
        self.assertEqual((row.verdict, row.horizon), ("sooner", 30))

    def test_a_row_for_each_share_and_company(self):
        """A share that was changed begins anew; another company's customers are not mixed in."""
        self.drawn([(False, 5)])
        self.drawn([(True, 5)], percent=30, name="Later")
        other = self.other_company()
        foreign = self.drawn([(True, None)], name="Foreign")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_experiment_unit SET company_id = %s WHERE id = %s",
            (other.id, foreign.id),
        )
        self.env.invalidate_all(flush=False)
        rows = self.row()
        self.assertEqual(len(rows), 3)
        counts = {
            (row.company_id, row.percent): (row.got_count, row.out_count, self.groups(row))
            for row in rows
        }
        paid, unpaid = {((60, 5),): 1}, {((60, None),): 1}
        self.assertEqual(
            counts,
            {
                (self.company, 20): (1, 0, (paid, {})),
                (self.company, 30): (0, 1, ({}, paid)),
                (other, 20): (0, 1, ({}, unpaid)),
            },
        )

    def test_running(self):
        self.drawn([(False, 5)])
        self.assertFalse(self.row().is_running)
        self.first.holdout_percent = 20
        self.assertTrue(self.row().is_running)
        self.first.active = False
        self.assertFalse(self.row().is_running)

    def test_notices_behind_it(self):
        units = self.drawn([(False, 5), (True, 5), (True, None)])
        row = self.row()
        for action, is_out in ((row.action_open_got(), False), (row.action_open_left_out(), True)):
            notices = self.notices.search(action["domain"])
            expected = units.filtered(lambda unit, out=is_out: unit.is_left_out == out)
            self.assertEqual(notices, expected.notice_id)

    def test_queries_do_not_grow(self):
        self.drawn([(False, 5), (True, 9)])

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            count = self.env.cr.sql_log_count
            self.rows.search([]).mapped("statement")
            return self.env.cr.sql_log_count - count

        few = read()
        for number, step in enumerate((self.second, self.third)):
            self.drawn([(False, 5), (True, 9)] * 10, step=step, name=f"More {number}")
        self.assertLessEqual(read(), few)

    def test_for_whom(self):
        """Managers, collectors of all customers and auditors; who sees some customers does not."""
        self.drawn([(False, 5)])
        for group, count in (
            ("manager", 1),
            ("collector_all", 1),
            ("inquiry", 1),
            ("collector", 0),
        ):
            user = new_test_user(
                self.env,
                f"experiment {group}",
                groups=f"ar_collect.group_{group}",
                company_id=self.company.id,
            )
            for model in ("ar.collect.experiment", "ar.collect.experiment.unit"):
                found = self.env[model].with_user(user).search([])
                self.assertEqual(len(found), count, (group, model))
                found.mapped("display_name")
            self.rows.with_user(user).search([]).mapped("statement")
        nobody = new_test_user(self.env, "nobody in collections", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.rows.with_user(nobody).search([])

    def test_of_the_companies_chosen(self):
        self.drawn([(False, 5)])
        other = self.other_company()
        manager = new_test_user(
            self.env,
            "manager of two",
            groups="ar_collect.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | other).ids)],
        )
        rows = self.rows.with_user(manager)
        self.assertEqual(len(rows.with_context(allowed_company_ids=self.company.ids).search([])), 1)
        self.assertFalse(rows.with_context(allowed_company_ids=other.ids).search([]))
        with self.assertRaises(AccessError):
            self.units.with_user(manager).create({"step_id": self.first.id})


class TestStrategyReport(ExperimentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["ar.collect.strategy.report"].sudo()  # sudo: see CollectCase

    def total(self, **values):
        """The row of all versions."""
        self.env.flush_all()
        self.report.invalidate_model()
        domain = [("is_total", "=", True)] + [(n, "=", value) for n, value in values.items()]
        return self.report.search(domain)

    def remind(self, day=-70):
        """Carry out what is due on a day; then it is today again."""
        with freeze_time(f"{self.day(day)} 12:00:00"):
            self.run_day()

    def test_paid_to_the_cent(self):
        partner = self.debtor(
            "Firm",
            100.10,
            33.33,
            due=-75,
        )
        first, second = self.env["account.move"].search(
            [("partner_id", "=", partner.id)], order="id"
        )
        self.remind()
        self.payment(partner, 50.05, first, on=-60)
        self.payment(partner, 33.33, second, on=-35)
        row = self.total()
        self.assertAlmostEqual(row.amount, 133.43)
        self.assertAlmostEqual(row.amount_30, 133.43)
        self.assertAlmostEqual(row.paid_30, 50.05)
        self.assertAlmostEqual(row.paid_60, 83.38)
        self.assertAlmostEqual(row.rate_60, 83.38 / 133.43)
        self.assertEqual((row.customer_count, row.notice_count), (1, 1))

    def test_credited_is_not_paid(self):
        partner = self.debtor("Firm", 100, due=-75)
        move = self.env["account.move"].search([("partner_id", "=", partner.id)])
        self.remind()
        note = self.credit_note(partner, 30, due=-65)
        self.items(note, move).reconcile()
        self.payment(partner, 50, move, on=-60)
        row = self.total()
        self.assertAlmostEqual(row.paid_30, 50)
        self.assertAlmostEqual(row.credited_30, 30)

    def test_paid_before_is_not_asked_for(self):
        partner = self.debtor("Firm", 100, due=-75)
        move = self.env["account.move"].search([("partner_id", "=", partner.id)])
        self.payment(partner, 40, move, on=-72)
        # matched on that day
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s", (self.day(-72),)
        )
        self.remind()
        row = self.total()
        self.assertAlmostEqual(row.amount, 60)
        self.assertAlmostEqual(row.paid_60, 0)
        self.payment(partner, 60, move, on=-71)  # matched late
        self.assertAlmostEqual(self.total().paid_30, 60)

    def test_an_item_counts_once(self):
        """With its first notice, and the strategy of that."""
        partner = self.debtor("Firm", 100, due=-75)
        self.remind()
        self.remind(-60)
        self.assertEqual(len(self.of(partner)), 2)
        row = self.total()
        self.assertAlmostEqual(row.amount, 100)
        self.assertEqual(row.date_first, self.day(-70))

    def test_young_ones_are_not_in_the_share(self):
        self.debtor("Old", 100, due=-75)
        self.remind()
        self.debtor("New", 900, due=-20)
        self.remind(-14)
        row = self.total()
        self.assertAlmostEqual(row.amount, 1000)
        self.assertAlmostEqual(row.amount_30, 100)
        self.assertEqual(row.rate_30, 0)

    def test_foreign_currency_paid_at_another_rate(self):
        euro = self.setup_other_currency("EUR", rates=[(self.day(-90), 0.5), (self.day(-65), 0.8)])
        partner = self.debtor("Firm", due=-75)
        move = self.invoice(partner, 50, -75, currency=euro)
        self.remind()
        self.payment(partner, 20, move, currency=euro, on=-60)
        self.assertAlmostEqual(self.total().paid_30, 40)
        self.payment(partner, 30, move, currency=euro, on=-60)
        row = self.total()
        self.assertAlmostEqual(row.amount, 100)
        self.assertAlmostEqual(row.paid_30, 100)
        self.assertAlmostEqual(row.credited_30, 0)

    def test_versions(self):
        self.debtor("Before", 100, due=-75)
        self.remind()
        version = self.strategy.version
        self.first.min_gap = 1
        self.debtor("After", 100, due=-65)
        self.remind(-60)
        self.assertEqual(self.total().customer_count, 2)
        rows = self.report.search([("is_total", "=", False)])
        found = {row.strategy_version: row.customer_count for row in rows}
        self.assertEqual(found, {version: 1, version + 1: 1})
        groups = rows._get_groups()
        self.assertEqual([sum(groups[row.id].values()) for row in rows], [1, 1])

    def test_days_to_pay(self):
        partners = [self.debtor(f"Firm {number}", due=-75) for number in range(24)]
        items = self.items(self.entry(dict.fromkeys(partners, 100), -75))
        items.no_followup = False  # entries are not followed up, unless one says so
        lines = {line.partner_id: line for line in items}
        self.remind()
        row = self.total()
        self.assertEqual((row.is_enough, row.days_to_pay), (True, 60))
        self.pay(partners[:12], lines, -60)
        row = self.total()
        self.assertAlmostEqual(row.days_to_pay, 35)
        self.assertIn("24 customers", row.statement)
        self.assertIn("not given strategies at random: no proof", row.statement)

    def test_too_few(self):
        self.debtor("Firm", 100, due=-75)
        self.remind()
        row = self.total()
        self.assertFalse(row.is_enough)
        self.assertIn("Too few to say: 1 customers", row.statement)

    def test_notices_behind_it(self):
        partner = self.debtor("Firm", 100, due=-75)
        self.remind()
        self.remind(-60)
        notices = self.notices.search(self.total().action_open_notices()["domain"])
        self.assertEqual(notices, self.of(partner)[0])

    def test_companies_are_not_mixed(self):
        self.debtor("Firm", 100, due=-75)
        other = self.other_company(email="them@example.com")
        # sudo: see CollectCase
        other.sudo().write({"collect_notice_active": True, "collect_notice_require_sent": False})
        self.invoice(self.debtor("There"), 900, -75, company=other)
        with freeze_time(f"{self.day(-70)} 12:00:00"):
            self.plan(other)
            self.run_day()
        amounts = {row.company_id: row.amount for row in self.total()}
        self.assertEqual(amounts, {self.company: 100, other: 900})
        for group, count in (("manager", 1), ("collector", 0)):
            user = new_test_user(
                self.env,
                f"strategies {group}",
                groups=f"ar_collect.group_{group}",
                company_id=self.company.id,
            )
            rows = self.report.with_user(user).search([("is_total", "=", True)])
            self.assertEqual(len(rows), count)
            rows.mapped("statement")
