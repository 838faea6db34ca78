# Part of ar_collect. License LGPL-3.
"""Each figure of the dashboards beside what is worked out by hand, among what does not belong to it."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, new_test_user

from .contact_log_common import ContactLogCase


@freeze_time("2026-03-16 12:00:00")
class TestDashboardFigures(ContactLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.role("manager")
        cls.colleague = cls.role("collector", "log_colleague")
        cls.second = cls.customer("Silent")
        cls.silent = cls.invoice(cls.second, 700, due=-40)
        cls.third = cls.customer("Third")
        cls.invoice(cls.third, 50, due=-5)
        cls.catch_up()
        (cls.account(cls.second) | cls.account(cls.third)).user_id = cls.colleague

    def dashboards(self, user=None):
        """As somebody sees them who has switched on this company alone."""
        self.env.flush_all()
        dashboards = self.env["ar.collect.dashboard"].with_user(user or self.manager)
        return dashboards.with_context(allowed_company_ids=self.company.ids)

    def page(self, name, user=None, **filters):
        return self.dashboards(user).get_page(name, filters)

    def card(self, page, code):
        return next(card for card in page["cards"] if card["code"] == code)

    def block(self, page, code):
        return next(one for one in [*page["charts"], *page["tables"]] if one["code"] == code)

    def open(self, name, code, key=None, user=None, **filters):
        dashboards = self.dashboards(user)
        action = dashboards.action_open(name, code, filters, key)
        model = dashboards.env[action["res_model"]]
        return model.with_context(**action.get("context", {})).search(action["domain"])

    def promise(self, move, day, **values):
        # sudo: see CollectCase
        return (
            self.env["ar.collect.promise"]
            .sudo()
            .create(
                {
                    "account_id": self.account(move.partner_id).id,
                    "date_promised": self.day(day),
                    "item_ids": [Command.create({"line_id": self.items(move).id})],
                    **values,
                }
            )
        )

    # --- team

    def test_cash_of_the_day(self):
        """What was prompted, and what came today; not what came before."""
        with freeze_time("2026-03-12 12:00:00"):
            self.payment(self.third, 7, on=-4)
        self.log("received")
        self.payment(self.partner, 60, self.overdue)
        self.payment(self.second, 500, self.silent)
        self.payment(self.second, 30, self.silent, on=-3)
        card = self.card(self.page("team"), "cash")
        self.assertEqual(card["value"], 560)
        self.assertEqual(card["detail"], f"{self.company.currency_id.format(60)} prompted")
        self.assertEqual(sum(self.open("team", "cash").mapped("amount")), 560)

    def test_promises_of_the_day(self):
        """Due by today; broken are those of which nothing came, by the day that was seen."""
        with freeze_time("2026-03-10 12:00:00"):
            missed = self.promise(self.silent, -5)
            kept = self.promise(self.overdue, -5)
        self.payment(self.partner, 100, self.overdue, on=-4)
        other = self.invoice(self.partner, 40, due=-1)
        later = self.invoice(self.partner, 45, due=-1)
        today, in_time = self.promise(other, 0), self.promise(later, 5)
        self.catch_up()
        (missed | kept)._judge()
        self.assertEqual((missed.state, kept.state), ("broken", "kept"))
        page = self.page("team", period="month")
        self.assertEqual(self.card(page, "promises")["value"], 1)
        self.assertEqual(self.open("team", "promises"), today.with_env(self.env))
        self.assertEqual(in_time.state, "open")
        self.assertEqual(self.card(page, "broken")["value"], 1)
        self.assertEqual(self.open("team", "broken", period="month").ids, missed.ids)

    def test_planned(self):
        """What is planned until today, not what is planned for later."""
        for day in (-2, 0, 3):
            self.row.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.day(day),
                user_id=self.collector.id,
            )
        self.assertIn("2 planned", self.card(self.page("team"), "attempts")["detail"])

    def test_pace_of_a_collector(self):
        """On track from where one should be on; behind below that."""
        for number in range(3):
            self.invoice(self.customer(f"More {number}"), 100, due=-20)
        self.catch_up()
        rows = self.accounts.search([("partner_id.name", "=like", "More %")])
        rows.user_id = self.collector
        self.company.resource_calendar_id.tz = "UTC"
        statuses = []
        for account in (self.row, rows[0]):
            self.log("no_answer", account=account)
            bars = self.page("team")["bars"]["rows"]
            [bar] = [bar for bar in bars if bar["key"] == self.collector.id]
            self.assertEqual(bar["figures"]["pace"], 2)
            statuses.append(bar["figures"]["status"])
        self.assertEqual(statuses, ["behind", "on_track"])

    # --- manager

    def test_targets_that_run(self):
        """Those of the last day of the period, not those that have ended or not begun."""
        for number, value in ((-30, 5), (0, 6), (40, 7)):
            # sudo: see CollectCase
            self.env["ar.collect.target"].sudo().create(
                {
                    "company_id": self.company.id,
                    "user_id": self.collector.id,
                    "metric": "attempts",
                    "date_from": self.day(number),
                    "value": value,
                }
            )
        bars = self.page("manager")["bars"]["rows"]
        self.assertEqual([bar["figures"]["value"] for bar in bars], [6])

    def test_cash_of_a_year(self):
        """Each part opens its own rows; what came after the period is not in it."""
        self.log("received", date="2026-02-20 10:00:00")
        self.payment(self.partner, 60, self.overdue, on=-20)
        self.payment(self.second, 500, self.silent, on=-20)
        self.payment(self.second, 200, self.silent)
        page = self.page("manager", period="last_month")
        chart = self.block(page, "cash_months")
        parts = {part["key"]: part["data"][-1] for part in chart["datasets"]}
        self.assertEqual(sum(parts.values()), 560)
        self.assertEqual(len(parts), 2)
        for source, amount in parts.items():
            key = [chart["keys"][-1], source]
            rows = self.open("manager", "cash_months", key, period="last_month")
            self.assertEqual(sum(rows.mapped("amount")), amount)
        rows = self.open("manager", "cash_months", period="last_month")
        self.assertEqual(sum(rows.mapped("amount")), 560)

    def test_expected_in_the_next_weeks(self):
        soon, late = (self.invoice(self.partner, amount, due=-1) for amount in (40, 45))
        self.promise(soon, 20)
        self.promise(late, 80)
        self.catch_up()
        self.env["ar.collect.forecast.item"].sudo()._refresh()  # sudo: see CollectCase
        chart = self.block(self.page("manager"), "forecast")
        [promised] = [part for part in chart["datasets"] if part["key"] == "promise"]
        self.assertEqual(sum(promised["data"]), 40)

    def test_another_currency(self):
        """Half a dollar for a euro: two companies come to one sum in the currency one is in."""
        other = self.other_company("Europe", "EUR")
        self.env["res.currency.rate"].create(
            [
                {
                    "name": "2020-01-01",
                    "currency_id": other.currency_id.id,
                    "company_id": company.id,
                    "rate": rate,
                }
                for company, rate in ((self.company, 2.0), (other, 1.0))
            ]
        )
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": self.company.currency_id.id,
                "company_id": other.id,
                "rate": 0.5,
            }
        )
        partner = self.customer("Elsewhere")
        self.payment(partner, 100, self.invoice(partner, 100, company=other), company=other)
        self.catch_up()
        self.manager.company_ids += other
        both = self.dashboards().with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(self.card(both.get_page("team", {}), "cash")["value"], 50)

    # --- salespeople

    def test_troubles(self):
        """Each card counts and opens the customers it speaks of, here and nowhere else."""
        seller = new_test_user(
            self.env, "log_seller", groups="base.group_user", company_id=self.company.id
        )
        (self.partner | self.second | self.third).user_id = seller
        other = self.other_company("Elsewhere")
        self.invoice(self.third, 900, due=-9, company=other)
        self.catch_up()
        seller.company_ids += other
        # sudo: see CollectCase; columns that the refresh keeps
        self.row.sudo().broken_promise_count = 2  # sudo: see above
        self.account(self.second).amount_disputed = 10
        self.account(self.third).hold = True
        page = self.page("sales", seller)
        for code, value, who in (
            ("late", 3, self.partner | self.second | self.third),
            ("overdue", 850, self.partner | self.second | self.third),
            ("broken", 2, self.partner),
            ("disputed", 1, self.second),
            ("hold", 1, self.third),
        ):
            with self.subTest(code):
                self.assertEqual(self.card(page, code)["value"], value)
                self.assertEqual(self.open("sales", code, user=seller), who)
        rows = {row["id"]: row["cells"][2] for row in page["tables"][0]["rows"]}
        self.assertIn("promise broken", rows[self.partner.id])
        self.assertIn("in dispute", rows[self.second.id])
        self.assertIn("on credit hold", rows[self.third.id])


@freeze_time("2026-03-16 12:00:00")
class TestReportsByThemselves(ContactLogCase):
    """What scheduled reports and digests leave out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.role("manager")
        cls.manager.email = "manager@us.example"
        # sudo: see CollectCase
        cls.schedules = cls.env["ar.collect.report.schedule"].sudo().with_company(cls.company)
        cls.schedules.search([]).active = False

    def schedule(self, kind, users):
        return self.schedules.create(
            {
                "kind": kind,
                "user_ids": [Command.set(users.ids)],
                "company_ids": [Command.set(self.company.ids)],
                "next_date": self.today,
            }
        )

    def test_what_was_begun_is_taken_back(self):
        """Who cannot be served gets no half of it, and the others get theirs, once."""
        second = self.role("manager", "log_second")
        second.email = "second@us.example"
        schedule = self.schedule("manager", self.manager | second)
        mails = self.env["mail.mail"].sudo()  # sudo: to count them
        before = mails.search([])
        queue = type(schedule)._queue

        def fail_second(report, user, content):
            mail = queue(report, user, content)
            if user == second:
                raise ValueError("no disk")
            return mail

        self.patch(type(schedule), "_queue", fail_second)
        queued = schedule._process_due()
        self.assertEqual(queued.recipient_ids, self.manager.partner_id)
        self.assertEqual(mails.search([]) - before, queued)
        self.assertIn("no disk", schedule.problem)
        self.assertFalse(schedule._process_due(), "it was sent today")

    def test_aged_as_of_yesterday(self):
        """The last day that is complete: what was booked today is not in it."""
        self.invoice(self.partner, 333, due=10, on=0)
        mail = self.schedule("aged", self.manager)._send()
        self.assertIn(str(self.today - timedelta(days=1)), mail.attachment_ids.name)

    def test_salespeople_who_left(self):
        """Their customers are told to nobody: nobody is there."""
        left, here = (
            new_test_user(
                self.env,
                login,
                groups="base.group_user",
                company_id=self.company.id,
                email=f"{login}@x.example",
            )
            for login in ("log_left", "log_here")
        )
        second = self.customer("Second", user_id=here.id)
        self.partner.user_id = left
        self.invoice(second, 100, due=-9)
        self.catch_up()
        left.active = False
        schedule = self.schedule("sales", self.manager.browse())
        self.assertEqual(schedule._get_recipients(), here)

    def test_digest_of_a_company(self):
        """Of the company of the digest alone."""
        other = self.other_company("Elsewhere")
        partner = self.customer("There")
        move = self.invoice(partner, 900, due=-9, company=other)
        self.payment(partner, 900, move, company=other, on=-1)
        self.payment(self.partner, 60, self.overdue, on=-1)
        self.manager.company_ids += other
        self.env.flush_all()
        digest = self.env["digest.digest"].create(
            {"name": "Ours", "company_id": self.company.id, "periodicity": "daily"}
        )
        digest = digest.with_user(self.manager).with_context(
            start_datetime=fields.Datetime.to_datetime("2026-03-15 00:00:00"),
            end_datetime=fields.Datetime.to_datetime("2026-03-16 00:00:00"),
            allowed_company_ids=[self.company.id, other.id],
        )
        self.assertEqual(digest.kpi_collect_cash_value, 60)
