# Part of ar_collect. License LGPL-3.
"""Statements: what is in them, to the cent, and what never is."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .ledger_monkey import LedgerMonkey
from .statement_common import StatementCase
from .test_property import LedgerProperty, tracing

FAR = "2030-01-01"


class TestOpenItems(StatementCase):
    def test_what_is_open_oldest_first(self):
        block = self.block()
        names = [self.old.move_name, self.new.move_name]
        self.assertEqual(self.names(block["items"]), list(zip(names, [1200, 300], strict=True)))
        [old, new] = block["items"]
        self.assertEqual((old["days_late"], new["days_late"]), (41, 5))
        self.assertEqual((old["due_date"], old["kind"]), (self.day(-41), "invoice"))
        self.assertEqual(block["balance"], 1500)
        self.assertEqual(block["aging"]["31_60"], 1200)
        self.assertEqual(block["aging"]["1_30"], 300)
        self.assertEqual((block["overdue"], block["due"]), (1500, 1500))

    def test_due_today_is_not_late(self):
        move = self.invoice(self.partner, 70, due=0)
        [item] = [item for item in self.block()["items"] if item["name"] == move.name]
        self.assertEqual(item["days_late"], 0)
        self.assertEqual(self.block()["aging"]["not_due"], 70)

    def test_today_is_the_companys(self):
        self.company.partner_id.tz = "Pacific/Kiritimati"
        self.assertEqual(self.statement()["date"], self.day(1))
        self.assertEqual(self.block()["items"][0]["days_late"], 42)

    def test_partly_paid(self):
        self.payment(self.partner, 500, self.old.move_id)
        [old, _new] = self.block()["items"]
        self.assertEqual((old["amount"], old["open"]), (1200, 700))
        self.assertFalse(self.block()["credits"])

    def test_credits_are_apart(self):
        note = self.credit_note(self.partner, 50)
        payment = self.payment(self.partner, 20)
        block = self.block()
        self.assertEqual(
            sorted(self.names(block["credits"])),
            sorted([(note.name, -50), (payment.move_id.name, -20)]),
        )
        kinds = {item["name"]: item["kind"] for item in block["credits"]}
        self.assertEqual(kinds, {note.name: "credit_note", payment.move_id.name: "payment"})
        self.assertEqual((block["amount_credit"], block["balance"]), (-70, 1430))
        self.assertEqual(block["due"], 1430)

    def test_what_is_said(self):
        self.promise(self.new)
        self.dispute({self.old: 200})
        [old, new] = self.block()["items"]
        self.assertEqual((old["disputed"], old["promise_date"]), (200, None))
        self.assertEqual((new["promised"], new["promise_date"]), (300, self.day(4)))
        block = self.block()
        self.assertEqual((block["disputed"], block["promised"]), (200, 300))
        self.assertEqual(block["due"], 1300, "what is contested is not asked for")

    def test_contacts_items_once(self):
        child = self.env["res.partner"].create({"name": "Dock", "parent_id": self.partner.id})
        move = self.invoice(child, 40)
        self.items(move).partner_id = child  # core books on the customer; an import may not
        names = [item["name"] for item in self.block()["items"]]
        self.assertEqual(names.count(move.name), 1)
        self.assertEqual(self.block()["balance"], 1540)

    def test_drafts_and_cancelled_are_not_in_it(self):
        draft = self.invoice(self.partner, 11)
        draft.button_draft()
        self.assertEqual(self.block()["balance"], 1500)
        draft.button_cancel()
        self.assertEqual(self.block()["balance"], 1500)

    def test_each_company_its_own(self):
        second = self.other_company()
        branch = self.branch()
        there = self.invoice(self.partner, 77, company=second)
        below = self.invoice(self.partner, 88, company=branch)
        self.catch_up()
        elsewhere, beneath = self.account(self.partner, second), self.account(self.partner, branch)
        self.assertEqual(self.names(self.block(elsewhere)["items"]), [(there.name, 77)])
        self.assertEqual(self.names(self.block(beneath)["items"]), [(below.name, 88)])
        self.assertEqual(self.block()["balance"], 1500)
        together = (self.own | elsewhere | beneath)._get_statement_data()
        balances = [
            together[account.id]["blocks"][0]["balance"]
            for account in (self.own, elsewhere, beneath)
        ]
        self.assertEqual(balances, [1500, 77, 88])

    def test_currencies_apart_the_companys_first(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self.invoice(self.partner, 100, currency=euro)
        blocks = self.statement()["blocks"]
        self.assertEqual(
            [(block["currency"], block["balance"]) for block in blocks],
            [(self.company.currency_id, 1500), (euro, 100)],
        )

    def test_nothing_is_open(self):
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        self.assertEqual(self.statement()["blocks"], [])

    def test_many_customers_at_once(self):
        found = (self.own | self.free | self.foreign)._get_statement_data()
        balances = {
            account: found[account.id]["blocks"][0]["balance"]
            for account in (self.own, self.free, self.foreign)
        }
        self.assertEqual(balances, {self.own: 1500, self.free: 800, self.foreign: 500})
        self.assertEqual(self.own.browse()._get_statement_data(), {})

    def test_by_role(self):
        outsiders = self.outsiders()
        for login, account, allowed in (
            ("inquiry", self.own, True),
            ("collector", self.own, True),
            ("collector", self.foreign, False),
            ("collector", self.own | self.foreign, False),
            ("manager", self.own | self.foreign, True),
        ):
            with self.subTest(login, account=account):
                seen = self.seen_by(login, account)
                if allowed:
                    # rights in accounting are not needed
                    self.assertEqual(len(seen._get_statement_data()), len(account))
                else:
                    with self.assertRaises(AccessError):
                        seen._get_statement_data()
        for user in outsiders:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.own.sudo(False).with_user(user)._get_statement_data()


class TestActivity(StatementCase):
    def test_opening_rows_closing(self):
        self.payment(self.partner, 500, self.old.move_id, on=-3)
        self.credit_note(self.partner, 30, due=-2, on=-2)
        block = self.block(date_from=self.day(-10), date_to=self.day(-3))
        self.assertEqual(block["opening"], 1200)
        self.assertEqual(
            [(row["kind"], row["amount"], row["balance"]) for row in block["rows"]],
            [("invoice", 300, 1500), ("payment", -500, 1000)],
        )
        self.assertEqual((block["charged"], block["settled"]), (300, -500))
        self.assertEqual((block["closing"], block["balance"]), (1000, 1000))
        self.assertEqual(self.block(date_from=self.day(-2))["closing"], 970)

    def test_what_was_open_that_day(self):
        self.payment(self.partner, 1200, self.old.move_id, on=-1)
        self.assertEqual(self.block()["balance"], 300)
        block = self.block(date_to=self.day(-2))
        self.assertEqual(block["balance"], 1500)
        self.assertEqual(block["items"][0]["days_late"], 39)

    def test_a_settled_customer(self):
        self.payment(self.partner, 1500, self.old.move_id, self.new.move_id)
        block = self.block(date_from=self.day(-10))
        self.assertEqual((block["opening"], block["closing"]), (1200, 0))
        self.assertFalse(block["items"])

    def test_paid_in_another_currency(self):
        """Either currency is settled, though nothing of it was paid in its own."""
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 0.5), (str(self.day(-3)), 0.4)]
        )
        move = self.invoice(self.free.partner_id, 100, due=-5, on=-5, currency=euro)
        payment = self.payment(self.free.partner_id, 250, move, on=-2)
        self.assertTrue(
            self.env["account.partial.reconcile"]
            .search([("debit_move_id", "in", move.line_ids.ids)])
            .exchange_move_id,
            "there is an exchange difference",
        )
        block = self.block(self.free, euro, date_from=self.day(-20))
        self.assertEqual(
            [(row["kind"], row["amount"], row["other"]) for row in block["rows"]],
            [("invoice", 100, None), ("match", -100, payment.move_id.name)],
        )
        self.assertEqual((block["opening"], block["closing"]), (0, 0))
        dollars = self.block(self.free, date_from=self.day(-20))
        self.assertEqual(
            sorted((row["kind"], row["amount"]) for row in dollars["rows"]),
            [("match", 250), ("payment", -250)],
        )
        self.assertEqual((dollars["opening"], dollars["closing"]), (800, 800))
        # the same, seen from later
        self.assertNotIn(
            euro,
            [b["currency"] for b in self.statement(self.free, date_from=self.day(-1))["blocks"]],
        )
        self.assert_closing_is_open(self.free, None, FAR)

    def test_no_exchange_difference(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 0.5), (str(self.day(-3)), 0.4)]
        )
        move = self.invoice(self.free.partner_id, 100, due=-5, on=-5, currency=euro)
        self.payment(self.free.partner_id, 100, move, on=-2, currency=euro)
        block = self.block(self.free, euro, date_from=self.day(-20))
        self.assertEqual([row["amount"] for row in block["rows"]], [100, -100])

    def test_paid_by_another_customer(self):
        payment = self.payment(self.free.partner_id, 300, self.new.move_id)
        block = self.block(date_from=self.day(-10))
        self.assertEqual(block["closing"], 1200)
        [row] = [row for row in block["rows"] if row["kind"] == "match"]
        self.assertEqual((row["amount"], row["other"]), (-300, None), "nobody is named")
        other = self.block(self.free, date_from=self.day(-10))
        self.assertEqual(other["closing"], 800)
        names = [row["name"] for row in other["rows"]]
        self.assertEqual(names, [payment.move_id.name] * 2)

    def test_first_day_before_the_ledger(self):
        block = self.block(date_from=self.day(-3000), date_to=self.day(0))
        self.assertEqual((block["opening"], block["closing"]), (0, 1500))


class TestStatementQueries(StatementCase):
    FEW, MANY = 3, 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        partners = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(cls.MANY)]
        )
        for number, partner in enumerate(partners):
            move = cls.invoice(partner, 100, due=-10 - number, on=-70)
            cls.invoice(partner, 50, currency=euro)
            cls.payment(partner, 60, move)
        cls.catch_up()
        found = cls.accounts.search([("partner_id", "in", partners.ids)])
        for account in found:
            [line, *_others] = cls.items(
                cls.env["account.move"].search(
                    [("partner_id", "=", account.partner_id.id), ("currency_id", "=", euro.id)]
                )
            )
            cls.promises.create(
                {
                    "account_id": account.id,
                    "date_promised": cls.day(4),
                    "item_ids": [Command.create({"line_id": line.id})],
                }
            )
        cls.found = found

    def count(self, number, **dates):
        """How many queries so many statements take, with nothing in memory but the registry."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        data = self.found[:number].browse(self.found[:number].ids)._get_statement_data(**dates)
        self.assertEqual(len(data), number)
        self.assertTrue(all(len(statement["blocks"]) == 2 for statement in data.values()))
        return self.env.cr.sql_log_count - before

    def test_open(self):
        few, many = self.count(self.FEW), self.count(self.MANY)
        self.assertEqual(few, many)
        self.assertLess(few, 25)

    def test_activity(self):
        dates = {"date_from": self.day(-30), "date_to": self.day(0)}
        few, many = self.count(self.FEW, **dates), self.count(self.MANY, **dates)
        self.assertEqual(few, many)
        self.assertLess(few, 30)


class TestStatementProperty(StatementCase, LedgerProperty):
    STEPS, EVERY = 60, 12

    def test_any_ledger(self):
        for seed in (7, 8):
            with self.seeded(), self.subTest(seed):
                monkey = LedgerMonkey(self, self.places, self.currencies, seed)
                with tracing(monkey):
                    self.play(monkey)

    def play(self, monkey):
        for number in range(1, self.STEPS + 1):
            monkey.step()
            if number % self.EVERY == 0:
                self.catch_up()
                accounts = self.accounts.search([])
                self.assert_open_is_ledger(accounts)
                self.assert_closing_is_open(accounts, None, FAR)
                for _time in range(3):
                    first = monkey.rng.randint(-160, 40)
                    last = first + monkey.rng.randint(0, 90)
                    self.assert_closing_is_open(accounts, self.day(first), self.day(last))


@freeze_time("2026-03-16 12:00:00")
class TestStatementAccess(StatementCase):
    def test_the_statement_is_whole_whoever_asks(self):
        """A user of one company sees a customer of it: all of its items, and no other company's."""
        second = self.other_company()
        self.invoice(self.partner, 77, company=second)
        self.catch_up()
        seen = self.seen_by("collector", self.own)
        self.assertEqual(seen._get_statement_data()[seen.id]["blocks"][0]["balance"], 1500)
