# Part of ar_collect. License LGPL-3.
"""What the tests of reaching customers and of follow-ups share."""

from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .worklist_common import WorklistCase


def utc(text):
    """A moment as Odoo stores it: without a time zone."""
    return fields.Datetime.to_datetime(f"{text}:00")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class FollowUpCase(WorklistCase):
    """It is Monday noon. Nobody has a country; the collectors work from 8 to 17, in UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.users["collector"]
        cls.colleague = cls.users["colleague"]
        for user in cls.users.values():
            user.sudo().tz = "UTC"  # sudo: settings of the test
        cls.company.sudo().country_id = False  # sudo: settings of the test
        cls.company.sudo().resource_calendar_id = cls.accounts.env["resource.calendar"].create(
            {
                "name": "From eight to five",
                "company_id": cls.company.id,
                "tz": "UTC",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": str(day), "dayofweek": str(day), "hour_from": 8, "hour_to": 17}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.own.partner_id.write({"country_id": False, "tz": False})
        cls.no_answer = cls.accounts.env.ref("ar_collect.outcome_no_answer")
        cls.no_answer.delay_days = 2
        cls.talked = cls.accounts.env.ref("ar_collect.outcome_talked")

    @classmethod
    def contact(cls, name="Ann", account=None, **values):
        """A contact person of a customer."""
        parent = (account or cls.own).partner_id
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": parent.id, "tz": False, **values}
        )

    @classmethod
    def country(cls, code):
        return cls.env["res.country"].search([("code", "=", code)])

    @classmethod
    def window(cls, weekday, start, end, best=False, account=None, partner=None):
        """A contact window of an account, by default the collector's own, or of a contact."""
        owner = {"partner_id": partner.id} if partner else {"account_id": (account or cls.own).id}
        return cls.accounts.env["ar.collect.contact.window"].create(
            {
                **owner,
                "dayofweek": str(weekday),
                "hour_from": start,
                "hour_to": end,
                "is_best": best,
            }
        )

    @classmethod
    def log_calls(cls, weekday, hour, answered, missed, account=None):
        """Calls in the last weeks, in UTC; the answered ones first."""
        monday = datetime.combine(cls.today, time.min)
        logs = [
            {
                "account_id": (account or cls.own).id,
                "outcome_id": (cls.talked if number < answered else cls.no_answer).id,
                "date": monday + timedelta(days=weekday, hours=hour, weeks=-number - 1),
                "user_id": cls.collector.id,
            }
            for number in range(answered + missed)
        ]
        return cls.accounts.env["ar.collect.activity"].create(logs)

    def propose(self, outcome=None, account=None, **options):
        """A proposal as the collector gets it."""
        account = self.seen_by("collector", account or self.own)
        return account._propose_follow_up(outcome=outcome, **options)

    def assert_time(self, expected, values):
        """The proposed time, in UTC."""
        self.assertEqual(values["collect_datetime"].strftime("%a %d %H:%M"), expected)
