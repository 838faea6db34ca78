# Part of ar_collect. License LGPL-3.
"""Cash by what brought it in: each amount once, and together what the ledger has received."""

from collections import Counter
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from . import cash_oracle
from .contact_log_common import ContactLogCase
from .test_promise_property import PromiseMonkey
from .test_property import STEPS, LedgerProperty, tracing

CHECK_EVERY = 10


class CashMonkey(PromiseMonkey):
    """Also calls, writes and sends notices, or logs what came in."""

    WEIGHTS = {**PromiseMonkey.WEIGHTS, "invoice": 40, "contact": 20, "notice": 20, "pay": 30}

    def __init__(self, *args):
        super().__init__(*args)
        self.users = [self.case.env.ref("base.user_admin"), self.case.env.ref("base.user_root")]
        # sudo: see LedgerMonkey
        self.contacts = self.env["ar.collect.activity"].sudo()
        self.notices = self.env["ar.collect.notice"].sudo()  # sudo: see LedgerMonkey
        self.steps = self.env["ar.collect.strategy.step"].sudo().search([])  # sudo: see above

    def some_account(self):
        """Of a customer, with items of theirs."""
        account = self.pick(self.case.accounts.search([], order="id"))
        lines = self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", account.partner_id.id if account else 0),
                ("company_id", "=", account.company_id.id if account else 0),
                ("account_type", "=", "asset_receivable"),
                ("balance", ">", 0),
                ("parent_state", "=", "posted"),
            ],
            order="id",
        )
        return account, lines

    def moment(self):
        """Some time in the last days, also around midnight."""
        hours = self.rng.choice([0, 0.2, 11.9, 12, 12.1]) + 24 * self.rng.randint(0, 20)
        return fields.Datetime.now() - timedelta(hours=hours)

    def do_contact(self):
        account, lines = self.some_account()
        if not account:
            return None
        code = self.rng.choice(["sent", "no_answer", "received", "automatic", "left_message"])
        named = [self.pick(lines).id] if lines and self.rng.random() < 0.4 else []
        contact = self.contacts.create(
            {
                "account_id": account.id,
                "user_id": self.rng.choice([*self.users, self.users[0].browse()]).id,
                "outcome_id": self.env.ref(f"ar_collect.outcome_{code}").id,
                "channel": self.rng.choice(["call", "email"]),
                "direction": self.rng.choice(["out", "in"]),
                "date": self.moment(),
                "line_ids": [Command.set(named)],
            }
        )
        return f"{contact.date} {code} {account.partner_id.name} {named}"

    def do_notice(self):
        account, lines = self.some_account()
        if not lines:
            return None
        line = self.pick(lines)
        notice = self.notices.create(
            {
                "account_id": account.id,
                "company_id": account.company_id.id,
                "step_id": self.pick(self.steps).id,
                "cycle": len(self.trace) + 1000,
                "channel": self.rng.choice(["email", "email", "letter", "call"]),
                "state": self.rng.choice(["sent", "sent", "bounced"]),
                "date_planned": self.case.today,
                "sent_at": self.moment(),
                "item_ids": [
                    Command.create(
                        {
                            "company_id": account.company_id.id,
                            "line_id": line.id,
                            "currency_id": line.currency_id.id,
                            "days": 3,
                        }
                    )
                ],
            }
        )
        return f"{notice.sent_at} {notice.channel} {notice.state} {line.move_name}"


class TestCashProperty(LedgerProperty):
    def assert_cash(self):
        """Every part is where a slow computation puts it, and all come to the cash received."""
        env = self.env["ar.collect.cash.report"].sudo().env  # sudo: see CollectCase
        env.flush_all()
        env.invalidate_all()
        rows = env["ar.collect.cash.report"].search([])
        found = Counter()
        for row in rows:
            cause = row.promise_id or row.activity_id or row.notice_id
            found[row.match_id.id, row.source, cause.id or None] += row.amount
            self.assertEqual(row.amount, round(row.amount, 2))
        expected = cash_oracle.attribute(env)
        self.assertEqual(found.keys(), expected.keys())
        for key, amount in expected.items():
            self.assertAlmostEqual(found[key], amount, 2, key)
        if rows:
            self.assert_days(env["ar.collect.cash.report"], rows)
        return rows

    def assert_days(self, report, rows):
        """Asked for some days only, the same is read of them as if all were asked for."""
        names = ["date", "source", "amount", "promise_id", "activity_id", "notice_id"]
        whole = {row["id"]: row for row in rows.read(names)}
        days = sorted(set(rows.mapped("date")))
        for first, last in ((days[len(days) // 2], days[-1]), (days[0], days[len(days) // 2])):
            report.invalidate_model()
            domain = [("date", ">=", first), ("date", "<=", last)]
            found = report.search_fetch(domain, names).read(names)
            expected = [row for row in whole.values() if first <= row["date"] <= last]
            self.assertCountEqual(found, expected)

    def test_any_sequence(self):
        sources = Counter()
        zones = ("Pacific/Auckland", "America/Los_Angeles", "UTC")
        for place, zone in zip(self.places, zones, strict=True):
            place.partner_id.tz = zone
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                monkey = CashMonkey(self, self.places, self.currencies, seed)
                with tracing(monkey):
                    for number in range(1, STEPS + 1):
                        monkey.step()
                        if number % CHECK_EVERY == 0:
                            self.catch_up()
                            rows = self.assert_cash()
                sources.update(rows.mapped("source"))
        if STEPS >= 100:
            self.assertFalse({"promise", "contact", "notice", "unprompted"} - sources.keys())


@freeze_time("2026-03-16 12:00:00")
class TestCashReport(ContactLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["ar.collect.cash.report"].sudo()  # sudo: see CollectCase

    def cash(self, user=None):
        """What the report says of the customer: list of (source, credited to, amount)."""
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.report.with_user(user) if user else self.report
        rows = report.search([("account_id", "=", self.row.id)], order="id DESC")
        return [(row.source, row.user_id, row.amount) for row in rows]

    def items_of(self, payment):
        """The receivable item of a payment, matched or not."""
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def promise(self, **values):
        # sudo: see CollectCase
        return (
            self.env["ar.collect.promise"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "date_promised": self.day(4),
                    "user_id": self.collector.id,
                    **values,
                }
            )
        )

    def test_unprompted(self):
        self.payment(self.partner, 100, self.overdue)
        self.assertEqual(self.cash(), [("unprompted", self.collector.browse(), 100)])

    def test_non_trade_is_left_out(self):
        """As in the key figures: cash on deposits and staff loans is not collected."""
        self.payment(self.partner, 100, self.overdue)
        self.assertEqual(len(self.cash()), 1)
        self.item.account_id.non_trade = True
        self.assertFalse(self.cash())

    def test_contact_within_days(self):
        contact = self.log("no_answer")
        contact.write({"date": "2026-03-15 10:00:00"})
        self.payment(self.partner, 10, self.overdue)
        self.assertEqual(self.cash()[0][0], "unprompted", "nobody was reached")
        contact.outcome_id = self.outcome("received")
        self.assertEqual(self.cash(), [("contact", self.collector, 10)])
        contact.date = "2026-03-02 23:59:00"
        self.assertEqual(self.cash(), [("contact", self.collector, 10)], "14 days before")
        contact.date = "2026-03-01 23:59:00"
        self.assertEqual(self.cash()[0][0], "unprompted", "15 days before")
        self.company.sudo().collect_attribution_days = 15  # sudo: see CollectCase
        self.assertEqual(self.cash()[0][0], "contact")

    def test_last_contact_before(self):
        """Whoever logged first or last: the last one until the day of the payment."""
        colleague = self.role("collector_all", "log_colleague")
        later = self.log("received", user=colleague)
        later.date = "2026-03-15 10:00:00"
        self.log("received").date = "2026-03-10 10:00:00"
        afterwards = self.log("received")
        afterwards.date = "2026-03-16 00:00:00"
        self.payment(self.partner, 10, self.overdue, on=-1)
        self.assertEqual(self.cash(), [("contact", colleague, 10)])
        afterwards.date = "2026-03-15 23:59:59"
        self.assertEqual(self.cash(), [("contact", self.collector, 10)], "on the same day")

    def test_notice_that_named_it(self):
        """An item that was only passed over was not asked for."""
        notice = (
            self.env["ar.collect.notice"]
            .sudo()
            .create(  # sudo: see CollectCase
                {
                    "account_id": self.row.id,
                    "company_id": self.company.id,
                    # sudo: see CollectCase
                    "step_id": self.env["ar.collect.strategy.step"].sudo().search([], limit=1).id,
                    "channel": "email",
                    "state": "sent",
                    "date_planned": self.today,
                    "sent_at": "2026-03-14 10:00:00",
                    "mark_ids": [
                        Command.create(
                            {
                                "company_id": self.company.id,
                                "line_id": self.item.id,
                                "currency_id": self.company.currency_id.id,
                                "days": 3,
                                "is_passed_over": True,
                            }
                        )
                    ],
                }
            )
        )
        self.payment(self.partner, 10, self.overdue)
        self.assertEqual(self.cash()[0][0], "unprompted")
        notice.mark_ids.is_passed_over = False
        self.assertEqual(self.cash()[0][0], "notice")

    def test_contact_about_another_item(self):
        other = self.invoice(self.partner, 50)
        self.log("received", line_ids=self.items(other).ids)
        self.payment(self.partner, 100, self.overdue)
        self.assertEqual(self.cash()[0][0], "unprompted")
        self.payment(self.partner, 50, other)
        self.assertEqual(self.cash()[0], ("contact", self.collector, 50))

    def test_promise_takes_no_more_than_promised(self):
        line = self.item
        self.promise(item_ids=[Command.create({"line_id": line.id, "amount": 40})])
        self.payment(self.partner, 100, self.overdue)
        found = sorted(self.cash(), key=lambda row: row[2])
        self.assertEqual(
            found,
            [("promise", self.collector, 40), ("unprompted", self.collector.browse(), 60)],
        )

    def test_late_money_is_not_promised(self):
        self.promise(item_ids=[Command.create({"line_id": self.item.id})])
        with freeze_time("2026-03-30 12:00:00"):
            self.payment(self.partner, 100, self.overdue, on=14)
            self.assertEqual(self.cash()[0][0], "unprompted")

    def test_two_promises_of_anything(self):
        """The second takes what the first has left."""
        first, second = self.promise(amount=30), self.promise(amount=50)
        self.payment(self.partner, 60, self.overdue)
        self.payment(self.partner, 40, self.overdue)
        self.env.flush_all()
        rows = self.report.search([("account_id", "=", self.row.id)])
        found = sorted(rows.mapped(lambda row: (row.promise_id.id, row.amount)))
        self.assertEqual(found, [(False, 20), (first.id, 30), (second.id, 20), (second.id, 30)])

    def test_one_day_of_a_promise_of_anything(self):
        """What a promise of an item has taken on another day is not there to be taken again."""
        other = self.invoice(self.partner, 100)
        self.promise(item_ids=[Command.create({"line_id": self.item.id})])
        free = self.promise(amount=60)
        self.payment(self.partner, 100, self.overdue)
        self.payment(self.partner, 60, other, on=1)
        self.env.flush_all()
        row = self.report.search([("account_id", "=", self.row.id), ("date", "=", self.day(1))])
        self.assertEqual((row.promise_id, row.amount), (free, 60))

    def test_withdrawn(self):
        """What was withdrawn covers nothing."""
        self.promise(item_ids=[Command.create({"line_id": self.item.id})]).action_cancel()
        self.payment(self.partner, 100, self.overdue)
        self.assertEqual(self.cash()[0][0], "unprompted")

    def test_part_of_foreign_money(self):
        """A part of a match is rounded as money, and the rest of it as well."""
        franc = self.setup_other_currency("CHF", rates=[("1900-01-01", 1.7)])
        invoice = self.invoice(self.partner, 100, currency=franc)
        line = self.items(invoice)
        self.promise(
            currency_id=franc.id, item_ids=[Command.create({"line_id": line.id, "amount": 33.33})]
        )
        payment = self.payment(self.partner, 100, invoice, currency=franc)
        amounts = [amount for _source, _user, amount in self.cash()]
        self.assertEqual(amounts, [round(amount, 2) for amount in amounts])
        self.assertAlmostEqual(sum(amounts), -self.items_of(payment).balance)

    def plan(self, **values):
        """A payment plan of the overdue invoice, agreed: four weekly instalments from Friday."""
        # sudo: see CollectCase
        plan = (
            self.env["ar.collect.payment.plan"]
            .sudo()
            .create(
                {
                    "account_id": self.row.id,
                    "user_id": self.collector.id,
                    "date_first": self.day(4),
                    "instalment_count": 4,
                    "interval": "week",
                    "missed_limit": 1,
                    "item_ids": [Command.create({"line_id": self.item.id})],
                    **values,
                }
            )
        )
        plan.action_agree()
        return plan

    def test_plan(self):
        self.plan()
        self.payment(self.partner, 25, self.overdue)
        self.assertEqual(self.cash(), [("promise", self.collector, 25)])

    def test_plan_that_was_cancelled(self):
        """What came until then was agreed, what comes afterwards is not."""
        plan = self.plan()
        self.payment(self.partner, 25, self.overdue)
        self.catch_up()
        plan.action_cancel()
        self.payment(self.partner, 30, self.overdue)
        found = sorted(self.cash(), key=lambda row: row[2])
        self.assertEqual([row[0] for row in found], ["promise", "unprompted"])

    def test_plan_that_was_broken(self):
        plan = self.plan()
        with freeze_time("2026-03-26 12:00:00"):
            self.env["ar.collect.promise"].sudo()._judge()  # sudo: see CollectCase
            self.assertEqual(plan.state, "broken")
            self.payment(self.partner, 30, self.overdue, on=10)
            self.assertEqual(self.cash()[0][0], "unprompted")

    def test_plan_that_was_renegotiated(self):
        """The new plan has what comes from then on, the old one what came before."""
        old = self.plan()
        self.payment(self.partner, 25, self.overdue)
        self.catch_up()
        new = old.browse(old.action_renegotiate()["res_id"])
        new.action_agree()
        self.payment(self.partner, 20, self.overdue)
        self.env.flush_all()
        rows = self.report.search([("account_id", "=", self.row.id)])
        plans = {row.amount: row.promise_id.plan_id for row in rows}
        self.assertEqual(plans, {25: old, 20: new})

    def test_taken_back(self):
        payment = self.payment(self.partner, 100, self.overdue)
        self.assertEqual(len(self.cash()), 1)
        payment.action_draft()
        self.assertEqual(self.cash(), [])

    def test_credit_note_is_no_cash(self):
        note = self.credit_note(self.partner, 100)
        self.items(note, self.overdue).reconcile()
        self.assertEqual(self.cash(), [])

    def test_items_behind(self):
        payment = self.payment(self.partner, 100, self.overdue)
        self.env.flush_all()
        action = self.report.search([("account_id", "=", self.row.id)]).action_open_items()
        lines = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(lines.move_id, self.overdue | payment.move_id)

    def test_cause_behind(self):
        contact = self.log("received")
        self.payment(self.partner, 100, self.overdue)
        self.env.flush_all()
        row = self.report.search([("account_id", "=", self.row.id)])
        action = row.action_open_cause()
        self.assertEqual((action["res_model"], action["res_id"]), (contact._name, contact.id))
        self.assertEqual((row.touch_count, row.touched_by), (1, self.collector.name))

    def test_one_row_of_a_promise_of_anything(self):
        """Read by its number, it is what it is among all."""
        self.promise(amount=60, date_promised=self.day(5))
        for number, amount in ((0, 40), (1, 40)):
            self.payment(self.partner, amount, self.overdue, on=number)
        self.env.flush_all()
        rows = self.report.search([("account_id", "=", self.row.id)])
        names = ["date", "amount", "source", "touch_count"]
        read = {row["id"]: row for row in rows.read(names)}
        self.assertEqual(len(read), 3)
        for row in rows:
            row.invalidate_recordset()
            self.assertEqual(row.read(names)[0], read[row.id])

    def test_roles(self):
        """Who did not bring it in does not see who did."""
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        colleague = self.role("collector", "log_colleague")
        everybody = self.role("collector_all")
        stranger = new_test_user(
            self.env,
            "log_stranger",
            groups="ar_collect.group_manager",
            company_id=self.other_company().id,
        )
        self.assertEqual(len(self.cash(self.collector)), 1)
        self.assertEqual(len(self.cash(self.role("manager"))), 1)
        self.assertEqual(len(self.cash(self.role("inquiry"))), 1)
        for user in (colleague, everybody, stranger):
            self.assertEqual(self.cash(user), [], user.login)

    def test_days_not_negative(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.company.sudo().collect_attribution_days = -1  # sudo: see CollectCase
            self.env.flush_all()
