# Part of ar_collect. License LGPL-3.
"""What the tests of targets and coaching share: a team of three, and their calls."""

from datetime import date, datetime, time, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CollectCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class PerformanceCase(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # without a country there are no public holidays but those that a test enters
        cls.company.partner_id.country_id = False
        cls.company.sudo().resource_calendar_id = cls.make_calendar()
        cls.second = cls.other_company()
        cls.ann, cls.bob, cls.eve = (cls.person(name) for name in ("ann", "bob", "eve"))
        cls.ann_all = cls.person("ann_all", "collector_all")
        cls.manager = cls.person("perf_manager", "manager")
        cls.inquiry = cls.person("perf_inquiry", "inquiry")
        # sudo: the accountant who books here has no part in collections
        cls.team = cls.env["ar.collect.team"].sudo().create({"name": "North"})
        cls.team.member_ids = cls.ann | cls.bob | cls.eve
        cls.targets = cls.env["ar.collect.target"].sudo()  # sudo: see above
        cls.report = cls.env["ar.collect.activity.report"].sudo()  # sudo: see above
        cls.partner = cls.customer("Azure Interior")
        cls.invoice(cls.partner, 100, due=-20)
        cls.catch_up()
        cls.row = cls.account(cls.partner)

    @classmethod
    def make_calendar(cls):
        """Monday to Friday, 8 to 12 and 13 to 17 o'clock in UTC."""
        lines = [
            Command.create(
                {
                    "name": f"{day} {start}",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": start + 4,
                    "day_period": "morning" if start < 12 else "afternoon",
                }
            )
            for day in range(5)
            for start in (8, 13)
        ]
        # sudo: see above
        calendars = cls.env["resource.calendar"].sudo()
        return calendars.create({"name": "Week", "tz": "UTC", "attendance_ids": lines})

    @classmethod
    def person(cls, login, role="collector", company=None):
        """A user of a role of collections; None: of no role."""
        company = company or cls.company
        group = f"ar_collect.group_{role}" if role else "base.group_user"
        return mail_new_test_user(
            cls.env,
            login=login,
            name=login,
            groups=group,
            company_id=company.id,
            company_ids=company.ids,
            notification_type="inbox",
            tz="UTC",
        )

    @classmethod
    def target(cls, user=None, **values):
        """A target of 100 attempts in March."""
        return cls.targets.create(
            {
                "company_id": cls.company.id,
                "user_id": user and user.id,
                "metric": "attempts",
                "period": "month",
                "date_from": cls.today,
                "value": 100,
                **values,
            }
        )

    @classmethod
    def log_calls(cls, user, count, *, days=(-3,), reached=0, account=None, **values):
        """So many calls of a person on each of these days, some of which reached the right one."""
        outcomes = [
            cls.env.ref(f"ar_collect.outcome_{code}").id for code in ("talked", "no_answer")
        ]
        return (
            cls.env["ar.collect.activity"]
            .sudo()  # sudo: see above
            .create(
                [
                    {
                        "account_id": (account or cls.row).id,
                        "user_id": user.id,
                        "outcome_id": outcomes[number >= reached],
                        "date": datetime.combine(cls.day(day), time(10)),
                        **values,
                    }
                    for day in days
                    for number in range(count)
                ]
            )
        )

    @classmethod
    def closed(cls, first, last, *, name="Closed", user=None, hours=(0, 24)):
        """Days on which the company is closed, or a person is off."""
        start, end = (
            datetime.combine(date.fromisoformat(day), time()) + timedelta(hours=hour)
            for day, hour in ((first, hours[0]), (last, hours[1]))
        )
        values = {"name": name, "date_from": start, "date_to": end, "company_id": cls.company.id}
        if user:
            # sudo: see above
            resources = cls.env["resource.resource"].sudo()
            values["resource_id"] = resources.create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "calendar_id": cls.company.resource_calendar_id.id,
                }
            ).id
        return cls.env["resource.calendar.leaves"].sudo().create(values)  # sudo: see above

    def count_queries(self, work):
        """How many queries some work takes with nothing in the cache, the second time."""
        for _time in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work()
        return self.env.cr.sql_log_count - before
