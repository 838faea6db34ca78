# Part of ar_collect. License LGPL-3.
"""The dashboards: every figure opens its records, adds up, and is nobody else's business."""

from datetime import date
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from odoo.addons.ar_collect.models.ar_collect_dashboard import PERIODS

from .contact_log_common import ContactLogCase


@freeze_time("2026-03-16 12:00:00")
class TestDashboards(ContactLogCase):
    """Monday noon: half of the working day is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.role("manager")
        cls.colleague = cls.role("collector_all", "log_colleague")
        cls.second = cls.customer("Silent")
        cls.silent = cls.invoice(cls.second, 700, due=-40)
        cls.catch_up()
        cls.other_row = cls.account(cls.second)
        cls.other_row.user_id = cls.colleague

    def page(self, name, user=None, **filters):
        """A page as somebody sees it."""
        self.env.flush_all()
        dashboards = self.env["ar.collect.dashboard"].with_user(user or self.manager)
        return dashboards.get_page(name, filters)

    def card(self, page, code):
        return next(card for card in page["cards"] if card["code"] == code)

    def open(self, name, code, key=None, user=None, **filters):
        """The records behind a figure."""
        dashboards = self.env["ar.collect.dashboard"].with_user(user or self.manager)
        action = dashboards.action_open(name, code, filters, key)
        model = dashboards.env[action["res_model"]]
        return model.with_context(**action.get("context", {})).search(action["domain"])

    # --- team

    def test_worklist(self):
        self.log("no_answer")
        page = self.page("team")
        self.assertEqual(self.card(page, "worklist")["value"], 50)
        bars = {row["key"]: row["figures"] for row in page["bars"]["rows"]}
        mine, theirs = bars[self.collector.id], bars[self.colleague.id]
        self.assertEqual((mine["actual"], mine["value"], mine["status"]), (1, 1, "reached"))
        self.assertEqual((theirs["actual"], theirs["value"]), (0, 1))
        self.assertEqual(theirs["status"], "behind")
        self.assertEqual(self.open("team", "worklist"), self.row | self.other_row)
        self.assertEqual(self.open("team", "worklist", self.colleague.id), self.other_row)

    def test_pace(self):
        """By the working hours that are over; on a day off nothing is expected."""
        dashboards = self.env["ar.collect.dashboard"].with_user(self.manager)
        self.company.resource_calendar_id.tz = "UTC"
        self.assertAlmostEqual(dashboards._get_elapsed(), 0.5)
        with freeze_time("2026-03-15 12:00:00"):
            self.assertEqual(dashboards._get_elapsed(), 0)
        with freeze_time("2026-03-16 23:00:00"):
            self.assertEqual(dashboards._get_elapsed(), 1)

    def test_cash_adds_up(self):
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        self.payment(self.second, 500, self.silent)
        page = self.page("team")
        card = self.card(page, "cash")
        self.assertEqual(card["value"], 560)
        self.assertIn("60.00", card["detail"])
        [chart] = [chart for chart in page["charts"] if chart["code"] == "cash"]
        self.assertEqual(sum(sum(part["data"]) for part in chart["datasets"]), card["value"])
        rows = self.open("team", "cash")
        self.assertEqual(sum(rows.mapped("amount")), card["value"])
        contact = self.open("team", "cash", [self.collector.id, "contact"])
        self.assertEqual(contact.mapped("amount"), [60])

    def test_cash_of_another_currency(self):
        """Is converted: two companies come to one sum in the currency one is in."""
        other = self.other_company("Europe", "EUR")
        self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        partner = self.customer("Elsewhere")
        invoice = self.invoice(partner, 100, company=other)
        self.payment(partner, 100, invoice, company=other)
        self.payment(self.partner, 60, self.overdue)
        self.catch_up()
        self.manager.company_ids += other
        self.env.flush_all()
        dashboards = self.env["ar.collect.dashboard"].with_user(self.manager)
        dashboards = dashboards.with_context(allowed_company_ids=[self.company.id, other.id])
        total = self.card(dashboards.get_page("team", {}), "cash")["value"]
        rate = other.currency_id._convert(100, self.company.currency_id, other, self.today)
        self.assertAlmostEqual(total, 60 + rate)

    def test_promises(self):
        # sudo: see CollectCase
        self.env["ar.collect.promise"].sudo().create(
            {
                "account_id": self.row.id,
                "date_promised": self.today,
                "item_ids": [Command.create({"line_id": self.item.id})],
            }
        )
        page = self.page("team")
        self.assertEqual(self.card(page, "promises")["value"], 1)
        [table] = [table for table in page["tables"] if table["code"] == "promises"]
        self.assertEqual(table["rows"][0]["cells"][0], self.partner.name)
        self.assertEqual(len(self.open("team", "promises")), 1)

    def test_not_worked(self):
        self.other_row.sudo().priority_band = "3_high"  # sudo: see CollectCase
        page = self.page("team")
        self.assertEqual(self.card(page, "not_worked")["value"], 1)
        self.assertEqual(self.open("team", "not_worked"), self.other_row)
        self.log("no_answer", account=self.other_row, user=self.colleague)
        self.assertEqual(self.card(self.page("team"), "not_worked")["value"], 0)

    def test_team_filter(self):
        # sudo: see CollectCase
        team = (
            self.env["ar.collect.team"]
            .sudo()
            .create({"name": "North", "member_ids": [Command.set(self.colleague.ids)]})
        )
        self.payment(self.partner, 60, self.overdue)
        self.payment(self.second, 500, self.silent)
        page = self.page("team", team_id=team.id)
        self.assertEqual(page["filters"]["team_id"], team.id)
        self.assertEqual(self.card(page, "cash")["value"], 500)
        manager = self.page("manager", team_id=team.id)
        self.assertEqual(self.card(manager, "overdue")["value"], 200)
        self.assertEqual(
            sum(self.open("manager", "overdue", team_id=team.id).mapped("residual")), 200
        )
        mine = self.page("team", self.collector, team_id=team.id)
        self.assertFalse(mine["filters"]["team_id"], "a collector does not choose a team")

    # --- manager

    def test_manager_figures(self):
        page = self.page("manager")
        self.assertEqual(self.card(page, "overdue")["value"], 800)
        [aging] = [chart for chart in page["charts"] if chart["code"] == "aging"]
        last = {part["key"]: part["data"][-1] for part in aging["datasets"]}
        self.assertEqual((last["amount_1_30"], last["amount_31_60"]), (100, 700))
        [table] = [table for table in page["tables"] if table["code"] == "customers"]
        self.assertEqual([row["id"] for row in table["rows"]], (self.other_row | self.row).ids)

    def test_every_figure_opens(self):
        """Whatever can be clicked on leads somewhere that can be read."""
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        # sudo: see CollectCase
        self.env["ar.collect.dispute"].sudo().create(
            {
                "account_id": self.other_row.id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": self.items(self.silent).id})],
            }
        )
        self.env["ar.collect.forecast.item"].sudo()._refresh()  # sudo: see CollectCase
        for name in ("team", "manager", "sales"):
            page = self.page(name, period="month")
            blocks = [*page["cards"], *page["charts"], *page["tables"]]
            for block in blocks + ([page["bars"]] if page["bars"] else []):
                for key in self.get_keys(block):
                    with self.subTest(page=name, block=block["code"], key=key):
                        self.open(name, block["code"], key, period="month")

    def test_parts_come_to_the_whole(self):
        """The first part has a place for whatever comes later, and nothing is in two."""
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        self.env.flush_all()
        dashboards = self.env["ar.collect.dashboard"].with_user(self.manager)
        for name in ("team", "manager", "sales"):
            with self.subTest(page=name):
                whole = dashboards.get_page(name, {"period": "month"})
                first = dashboards.get_page(name, {"period": "month"}, "first")
                self.assertEqual(bool(first["parts"]), name == "manager")
                waiting = {
                    (kind, block["code"])
                    for kind in ("cards", "charts", "tables")
                    for block in first[kind]
                    if block.get("pending")
                }
                parts = {}
                for part in first["parts"]:
                    for kind, blocks in dashboards.get_page(
                        name, {"period": "month"}, part
                    ).items():
                        for block in blocks:
                            self.assertNotIn((kind, block["code"]), parts)
                            parts[kind, block["code"]] = block
                self.assertEqual(set(parts), waiting)
                for kind in ("cards", "charts", "tables"):
                    self.assertEqual(
                        [parts.get((kind, one["code"]), one) for one in first[kind]], whole[kind]
                    )
        for part in ("nothing", "__init__", 5, ["cash"]):
            with self.assertRaises(UserError):
                dashboards.get_page("manager", {}, part)

    def test_keys_that_nobody_sends(self):
        """What is no key of a part is refused in words, whatever it is."""
        keys = ("x", 1.5, [], {}, [1], [[1], [2]], ["x", {}], [1, 2, 3], ["2026-13-45", "promise"])
        charts = {
            "team": ("worklist", "cash", "outcomes"),
            "manager": ("aging", "cash_months", "forecast", "targets", "causes", "figures"),
        }
        for name, codes in charts.items():
            for code in codes:
                for key in keys:
                    # nothing chosen is the whole block, where there is one
                    if name == "manager" and not key and code != "figures":
                        continue
                    with self.subTest(page=name, block=code, key=key), self.assertRaises(UserError):
                        self.open(name, code, key)
        for code in ("__class__", "", None, ["cash"], "../cash"):
            with self.subTest(block=code), self.assertRaises(UserError):
                self.open("team", code)

    @staticmethod
    def get_keys(block):
        """What can be clicked on in a block."""
        keys = [None] if block["code"] != "figures" else []
        if "datasets" in block:
            bars = zip(block["keys"], block["datasets"][:1] * len(block["keys"]), strict=True)
            keys += [[key, part["key"]] for key, part in bars]
        keys += [row["key"] for row in block.get("rows", []) if "key" in row]
        return keys

    def test_nothing_yet(self):
        """A company without any document: no figure, and no error."""
        empty = self.other_company("Empty")
        user = new_test_user(
            self.env, "log_empty", groups="ar_collect.group_manager", company_id=empty.id
        )
        for name in ("team", "manager", "sales"):
            page = self.page(name, user)
            self.assertFalse(any(card["value"] for card in page["cards"]), page["cards"])

    # --- salesperson

    def test_sales(self):
        """Own customers, without any role of collections; nobody else's."""
        seller = new_test_user(
            self.env, "log_seller", groups="base.group_user", company_id=self.company.id
        )
        self.second.user_id = seller
        page = self.page("sales", seller)
        self.assertEqual(self.card(page, "late")["value"], 1)
        self.assertEqual(self.card(page, "overdue")["value"], 700)
        [table] = page["tables"]
        self.assertEqual([row["id"] for row in table["rows"]], self.second.ids)
        self.assertEqual(self.open("sales", "late", user=seller), self.second)
        self.assertFalse(self.page("sales", self.colleague)["tables"][0]["rows"])

    def test_sales_of_a_team(self):
        """Whoever leads the seller sees the seller's customers too if wished; nobody else does."""
        seller, boss = (
            new_test_user(self.env, login, groups="base.group_user", company_id=self.company.id)
            for login in ("log_seller", "log_boss")
        )
        self.second.user_id = seller
        partners = type(self.env["res.partner"])
        led = {boss: seller}
        with patch.object(
            partners,
            "_get_collect_led",
            lambda found: led.get(found.env.user, seller.browse()),
        ):
            self.assertTrue(self.page("sales", boss)["leads"])
            self.assertFalse(self.page("sales", seller)["leads"])
            self.assertFalse(self.page("sales", boss)["tables"][0]["rows"], "not unless wished")
            page = self.page("sales", boss, with_led=True)
            [row] = page["tables"][0]["rows"]
            self.assertEqual((row["id"], row["cells"][1]), (self.second.id, seller.name))
            self.assertEqual(self.card(page, "overdue")["value"], 700)
            found = self.open("sales", "late", user=boss, with_led=True)
            self.assertEqual(found, self.second)
            del led[boss]
            for other in (self.colleague, boss):
                page = self.page("sales", other, with_led=True)
                self.assertFalse(page["tables"][0]["rows"])
                self.assertFalse(any(card["value"] for card in page["cards"]))

    # --- who sees what

    def test_roles(self):
        nobody = new_test_user(
            self.env, "log_nobody", groups="base.group_user", company_id=self.company.id
        )
        for name in ("team", "manager"):
            with self.assertRaises(AccessError):
                self.page(name, nobody)
            with self.assertRaises(AccessError):
                self.open(name, "cash", user=nobody)

    def test_collector_sees_own(self):
        """What colleagues did, and what it brought in, is not on a collector's page."""
        self.log("received", account=self.other_row, user=self.colleague)
        self.payment(self.second, 500, self.silent)
        self.payment(self.partner, 60, self.overdue)
        page = self.page("team", self.collector)
        self.assertEqual(self.card(page, "attempts")["value"], 0)
        self.assertEqual(self.card(page, "cash")["value"], 60)
        self.assertEqual([row["key"] for row in page["bars"]["rows"]], [self.collector.id])
        everything = str(self.page("manager", self.collector)["bars"])
        self.assertNotIn(self.colleague.name, everything)

    def test_who_works_on_all_sees_own_progress(self):
        """How far colleagues are is theirs, also to who works on everybody's customers."""
        self.log("received", account=self.other_row, user=self.colleague)
        [bar] = self.page("team", self.colleague)["bars"]["rows"]
        self.assertEqual(bar["key"], self.colleague.id)
        self.assertEqual(self.card(self.page("team", self.colleague), "worklist")["value"], 100)
        bars = {row["key"] for row in self.page("team")["bars"]["rows"]}
        self.assertEqual(bars, {self.collector.id, self.colleague.id})

    def test_team_of_who_left(self):
        """What they did stays the team's: on cards, in charts and in lists."""
        # sudo: see CollectCase
        team = (
            self.env["ar.collect.team"]
            .sudo()
            .create({"name": "North", "member_ids": [Command.set(self.colleague.ids)]})
        )
        self.payment(self.second, 500, self.silent)
        self.colleague.sudo().active = False  # sudo: see CollectCase
        self.assertEqual(self.card(self.page("team", team_id=team.id), "cash")["value"], 500)
        manager = self.page("manager", team_id=team.id)
        self.assertEqual(self.card(manager, "overdue")["value"], 200)
        [table] = [table for table in manager["tables"] if table["code"] == "customers"]
        self.assertEqual([row["id"] for row in table["rows"]], self.other_row.ids)
        self.assertEqual(
            sum(self.open("manager", "overdue", team_id=team.id).mapped("residual")), 200
        )

    def test_what_a_period_is_compared_with(self):
        """The same days of the period before and of a year before; a whole month with a whole one."""
        days = {
            "today": ("2026-03-16", "2026-03-16", "2026-03-13", "2026-03-13", "2025-03-16"),
            "yesterday": ("2026-03-13", "2026-03-13", "2026-03-12", "2026-03-12", "2025-03-13"),
            "week": ("2026-03-16", "2026-03-16", "2026-03-09", "2026-03-09", "2025-03-16"),
            "last_week": ("2026-03-09", "2026-03-15", "2026-03-02", "2026-03-08", "2025-03-09"),
            "month": ("2026-03-01", "2026-03-16", "2026-02-01", "2026-02-16", "2025-03-01"),
            "last_month": ("2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31", "2025-02-01"),
            "quarter": ("2026-01-01", "2026-03-16", "2025-10-01", "2025-12-16", "2025-01-01"),
            "year": ("2026-01-01", "2026-03-16", "2025-01-01", "2025-03-16", "2025-01-01"),
        }
        self.assertEqual(set(days), set(PERIODS))
        dashboards = self.env["ar.collect.dashboard"].with_user(self.manager)
        for period, expected in days.items():
            with self.subTest(period=period):
                request = dashboards._get_request("manager", {"period": period})
                found = (*request.days, *request.days_before, request.days_a_year_ago[0])
                self.assertEqual(tuple(map(str, found)), expected)

    def test_figures_beside_those_before(self):
        """A pass for all of them says what a pass for each one says."""
        self.payment(self.partner, 60, self.overdue)
        kpis = self.env["ar.collect.kpi"].with_user(self.manager)
        dashboards = self.env["ar.collect.dashboard"].with_user(self.manager)
        for period in PERIODS:
            with self.subTest(period=period):
                page = self.page("manager", period=period)
                [table] = [table for table in page["tables"] if table["code"] == "figures"]
                self.assertEqual(
                    [column["name"] for column in table["columns"]],
                    ["Figure", "Period", "Period Before", "Year Before"],
                )
                request = dashboards._get_request("manager", {"period": period})
                for place, days in enumerate(
                    (request.days, request.days_before, request.days_a_year_ago), 1
                ):
                    [series] = kpis.get_figures(*days)
                    [found] = series["periods"]
                    figures = {**found["base"], **found["kpi"]}
                    for row in table["rows"]:
                        self.assertEqual(row["cells"][place], figures[row["key"]], row["key"])
                card = self.card(page, "current_share")
                [row] = [row for row in table["rows"] if row["key"] == "current_share"]
                now, before = row["cells"][1:3]
                self.assertEqual(card["change"], now - before if before is not None else None)
                [trend] = kpis.get_trend(request.last)
                self.assertEqual(
                    card["trend"], [month["kpi"]["current_share"] for month in trend["periods"]]
                )

    def test_another_company(self):
        stranger = new_test_user(
            self.env,
            "log_stranger",
            groups="ar_collect.group_manager",
            company_id=self.other_company().id,
        )
        self.payment(self.partner, 60, self.overdue)
        for name in ("team", "manager"):
            page = str(self.page(name, stranger))
            self.assertNotIn(self.partner.name, page)
            self.assertNotIn(self.collector.name, page)

    # --- what is asked for

    def test_unknown(self):
        with self.assertRaises(UserError):
            self.page("nothing")
        with self.assertRaises(UserError):
            self.open("team", "nothing")
        with self.assertRaises(UserError):
            self.open("team", "_open; drop")
        self.assertEqual(self.page("team", period="for ever")["filters"]["period"], "today")

    def test_periods(self):
        for day, code, first, last in (
            ("2026-03-31", "month", "2026-03-01", "2026-03-31"),
            ("2026-03-31", "last_month", "2026-02-01", "2026-02-28"),
            ("2028-03-01", "last_month", "2028-02-01", "2028-02-29"),
            ("2026-01-05", "last_month", "2025-12-01", "2025-12-31"),
            ("2026-05-17", "quarter", "2026-04-01", "2026-05-17"),
            ("2026-03-15", "week", "2026-03-09", "2026-03-15"),
            ("2026-01-01", "year", "2026-01-01", "2026-01-01"),
        ):
            bounds = PERIODS[code](date.fromisoformat(day))
            self.assertEqual(
                [fields.Date.to_string(bound) for bound in bounds], [first, last], (day, code)
            )

    def test_today_there(self):
        """It is tomorrow already in Auckland."""
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-16 12:00:00"):
            self.assertEqual(self.page("team")["first"], self.day(1))

    def test_query_count(self):
        """Ten times the customers and collectors take no more queries."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            counts = []
            for name in ("team", "manager", "sales"):
                self.page(name)
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.page(name)
                counts.append(self.env.cr.sql_log_count - before)
            return counts

        self.log("received")
        self.payment(self.partner, 5, self.overdue)
        self.catch_up()
        few = count()
        for number in range(10):
            partner = self.customer(f"More {number}")
            invoice = self.invoice(partner, 50 + number, due=-10 - number)
            self.catch_up()
            row = self.account(partner)
            row.user_id = self.role("collector", f"log_more_{number}")
            self.log("received", account=row, user=row.user_id)
            self.payment(partner, 5, invoice)
        self.catch_up()
        many = count()
        for name, before, after in zip(("team", "manager", "sales"), few, many, strict=True):
            self.assertLessEqual(after, before, name)
