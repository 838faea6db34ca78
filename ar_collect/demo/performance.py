# Part of ar_collect. License LGPL-3.
"""How the collectors of the demo company did: a team, its targets, a talk."""

from datetime import datetime, time, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from odoo import Command

from .plan import SEED, weekday_after, weekday_before
from .tables import COMPANIES

#: Who is in the team; the manager leads it, and helps with customers that are nobody's.
MEMBERS = ("collections.manager", "collector", "collector2")
#: Days back of that help; every so many days.
HELP_DAYS, HELP_EVERY = 150, 3
#: What it ended in: outcome and minutes.
HELP = (("talked", 9), ("no_answer", 1), ("call_back", 4), ("left_message", 2))
#: Monthly targets: metric, and value by login.
TARGETS = {
    "attempts": {"collector": 40, "collector2": 25},
    "right_party_rate": {"collector": 35, "collector2": 40},
    "promised": {"collector": 60_000, "collector2": 50_000},
    "cash": {"collector": 80_000, "collector2": 90_000},
}


class Performance:
    """Works on the accounts and people of the demo; ``fill`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env
        self.company = data.companies["main"]
        self.today = data.today_by_company["main"]
        self.random = Random(f"{SEED}/performance")

    def fill(self):
        """Form the team, log how its leader helps, set targets, and write down one talk."""
        self._form_team()
        self._help()
        self._set_targets()
        self._coach()

    def _form_team(self):
        members = [self.data.users[login].id for login in MEMBERS]
        self.env["ar.collect.team"].create(
            {
                "name": "Collections",
                "user_id": self.data.users["collections.manager"].id,
                "member_ids": [Command.set(members)],
            }
        )

    def _help(self):
        """Calls of the manager: with three people at work, a median tells nothing of one."""
        accounts = self.env["ar.collect.account"].search(
            [
                ("company_id", "=", self.company.id),
                ("user_id", "=", False),
                ("open_count", ">", 0),
            ],
            order="amount_balance DESC, id",
        )
        values = []
        for days in range(HELP_DAYS, 0, -HELP_EVERY):
            for account in accounts[:2]:
                code, minutes = self.random.choice(HELP)
                values.append(
                    {
                        "account_id": account.id,
                        "user_id": self.data.users["collections.manager"].id,
                        "outcome_id": self.env.ref(f"ar_collect.outcome_{code}").id,
                        "date": self._get_moment(weekday_before(self.today - timedelta(days))),
                        "duration": minutes * self.random.uniform(0.5, 2) / 60,
                    }
                )
        self.env["ar.collect.activity"].create(values)

    def _get_moment(self, day):
        """A time in the office hours of a day, in UTC."""
        zone = ZoneInfo(COMPANIES["main"].tz)
        start = time(self.random.randint(9, 16), self.random.randrange(0, 60, 5))
        return datetime.combine(day, start, zone).astimezone(timezone.utc).replace(tzinfo=None)

    def _set_targets(self):
        month = self.today.replace(day=1)
        self.env["ar.collect.target"].create(
            [
                {
                    "company_id": self.company.id,
                    "user_id": self.data.users[login].id,
                    "metric": metric,
                    "period": "month",
                    "date_from": first,
                    "value": value,
                }
                for metric, values in TARGETS.items()
                for login, value in values.items()
                for first in (month, (month - timedelta(1)).replace(day=1))
            ]
        )

    def _coach(self):
        self.env["ar.collect.coaching.note"].create(
            {
                "company_id": self.company.id,
                "user_id": self.data.users["collector"].id,
                "coach_id": self.data.users["collections.manager"].id,
                "date": self.today - timedelta(8),
                "note": "Many calls, few of which reach somebody who decides: most of them are"
                " made before ten, when accounts payable is not in yet.",
                "agreed": "Ruben calls between ten and noon for two weeks and asks for the name of"
                " whoever approves. Helena listens to five calls.",
                "date_follow_up": weekday_after(self.today + timedelta(6)),
            }
        )
