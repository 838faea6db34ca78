# Part of ar_collect. License LGPL-3.
"""The figures above the worklist."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from .worklist_common import WorklistCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestDashboard(WorklistCase):
    def dashboard(self, login="manager", companies=None):
        companies = companies or self.company
        accounts = self.seen_by(login, self.accounts)
        return accounts.with_context(allowed_company_ids=companies.ids).retrieve_dashboard()

    def amounts(self, figures, name):
        return {row["currency_id"]: row["amount"] for row in figures["amounts"][name]}

    def fake(self, account, **values):
        """Write ledger columns that only later work fills."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE ar_collect_account SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    account.id,
                )
            )
        self.env.invalidate_all()

    def test_today_of_the_company(self):
        """What is done today is done on the company's day, wherever the user is."""
        self.company.partner_id.tz = "Pacific/Auckland"  # Tuesday already
        self.assertEqual(self.dashboard()["all"]["done"], 0)
        self.fake(self.own, last_contact_date=self.day(1))
        self.assertEqual(self.dashboard()["all"]["done"], 1)

    def test_amounts_of_all_and_mine(self):
        data = self.dashboard("collector")
        usd = self.company.currency_id.id
        # a collector sees own and unassigned customers
        self.assertEqual(self.amounts(data["all"], "amount_overdue"), {usd: 2000})
        self.assertEqual(self.amounts(data["mine"], "amount_overdue"), {usd: 1200})
        self.assertEqual(self.amounts(self.dashboard()["all"], "amount_chasable"), {usd: 2500})

    def test_without_customers_there_is_a_zero(self):
        data = self.dashboard("manager")
        usd = self.company.currency_id.id
        self.assertEqual(self.amounts(data["mine"], "amount_overdue"), {usd: 0})

    def test_today_counts_whose_turn_it_is(self):
        self.own.next_action_date = self.day(0)
        self.free.next_action_date = self.day(1)
        figures = self.dashboard()["all"]
        self.assertEqual((figures["done"], figures["to_do"]), (0, 2))
        self.fake(self.own, last_contact_date=self.day(0))
        self.fake(self.foreign, last_contact_date=self.day(-1))
        figures = self.dashboard()["all"]
        self.assertEqual((figures["done"], figures["to_do"]), (1, 1))

    def test_today_filter_lists_what_is_counted(self):
        self.own.next_action_date = self.day(0)
        self.free.next_action_date = self.day(1)
        self.fake(self.foreign, last_contact_date=self.day(0))
        self.assertEqual(self.search_by_filter("today"), self.own)
        self.assertEqual(self.dashboard()["all"]["to_do"], 1)

    def search_by_filter(self, name):
        """What a filter of the search view lists."""
        accounts = self.seen_by("manager", self.accounts)
        arch = etree.fromstring(accounts.get_view(None, "search")["arch"])
        [node] = arch.xpath(f"//filter[@name='{name}']")
        return accounts.search(safe_eval(node.get("domain"), {"uid": accounts.env.uid}))

    def test_every_filter_works(self):
        for name in (
            "mine", "unassigned", "substitute", "to_chase", "today", "overdue", "promised",
            "disputed", "hold", "bucket_1_30", "bucket_31_60", "bucket_61_90", "bucket_91_plus",
        ):  # fmt: skip
            with self.subTest(filter=name):
                self.search_by_filter(name)
        self.assertEqual(self.search_by_filter("unassigned") & self.own, self.accounts)
        self.assertEqual(self.search_by_filter("bucket_31_60") & self.own, self.own)

    def test_counters_of_promises_and_disputes(self):
        self.fake(self.own, amount_promised=100)
        self.fake(self.free, amount_promised=50, amount_disputed=20)
        figures = self.dashboard()["all"]
        self.assertEqual((figures["promised"], figures["disputed"]), (2, 1))
        usd = self.company.currency_id.id
        self.assertEqual(self.amounts(figures, "amount_promised"), {usd: 150})

    def test_currencies_are_not_added(self):
        other = self.other_company(currency="EUR")
        self.users["manager"].company_ids = [Command.link(other.id)]
        self.invoice(self.customer(), 300, company=other)
        self.catch_up()
        data = self.dashboard(companies=self.company | other)
        usd, euro = self.company.currency_id.id, other.currency_id.id
        self.assertEqual(self.amounts(data["all"], "amount_overdue"), {usd: 2500, euro: 300})
        # the company worked in comes first, and alone when it is alone
        self.assertEqual(data["all"]["amounts"]["amount_overdue"][0]["currency_id"], usd)
        data = self.dashboard(companies=other)
        self.assertEqual(self.amounts(data["all"], "amount_overdue"), {euro: 300})
        # record rules aside, too
        accounts = self.accounts.with_context(allowed_company_ids=other.ids)
        data = accounts.retrieve_dashboard()
        self.assertEqual(self.amounts(data["all"], "amount_overdue"), {euro: 300})

    def test_problems_are_for_managers(self):
        status = self.env["ar.collect.refresh.status"].sudo()._for_companies(self.company)
        status.problem = "The time zone is unknown."
        rule = self.env["ar.collect.priority.rule"].sudo().search([], limit=1)
        rule.problem = "The condition is broken."
        problems = self.dashboard()["problems"]
        self.assertEqual(
            [(row["model"], row["id"], row["text"]) for row in problems],
            [
                (status._name, status.id, "The time zone is unknown."),
                (rule._name, rule.id, "The condition is broken."),
            ],
        )
        self.assertFalse(self.dashboard("collector_all")["problems"])

    def test_problems_of_other_companies_stay_there(self):
        other = self.other_company()
        self.env["ar.collect.refresh.status"].sudo()._for_companies(other).problem = "Elsewhere"
        self.assertFalse(self.dashboard()["problems"])

    def test_access_is_checked(self):
        user = new_test_user(self.env, login="nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.accounts.sudo(False).with_user(user).retrieve_dashboard()

    def test_cost_does_not_grow(self):
        counts = []
        self.dashboard()
        for _again in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.dashboard()
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(5):
                self.debtor(f"More {number}", 100, user_id=self.users["colleague"].id)
        self.assertEqual(counts[0], counts[1])

    def test_empty_worklist_says_what_comes(self):
        accounts = self.seen_by("manager", self.accounts)
        self.assertEqual(accounts.get_empty_list_help("<p>Nothing</p>"), "<p>Nothing</p>")
        self.own.next_action_date = self.day(1)
        self.assert_coming("Due tomorrow: 1 planned action.")
        self.fake(self.free, next_promise_date=self.day(1))
        self.assert_coming("Due tomorrow: 1 promise, 1 planned action.")
        self.fake(self.foreign, next_promise_date=self.day(1))
        self.foreign.next_action_date = self.day(1)
        self.assert_coming("Due tomorrow: 2 promises, 2 planned actions.")

    def assert_coming(self, sentence):
        """An empty worklist says this below its own words."""
        accounts = self.seen_by("manager", self.accounts)
        self.assertEqual(
            accounts.get_empty_list_help("<p>Nothing</p>"), f"<p>Nothing</p><p>{sentence}</p>"
        )
