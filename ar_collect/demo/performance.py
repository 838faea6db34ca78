# Part of ar_collect. License LGPL-3.
"""How the collectors of the demo company did: a team, half a year of contacts, targets, a talk."""

from datetime import datetime, time, timedelta, timezone
from random import Random

from odoo import Command

from .plan import SEED, weekday_after

#: Contacts of a day, share that reaches somebody who decides, by login.
SKILLS = {
    "collections.manager": (4, 0.40),
    "collector": (9, 0.24),
    "collector2": (7, 0.42),
}
HISTORY_DAYS = 200
#: Who has most to chase is still to be called.
FIRST = 4
#: Outcome, channel, minutes: of those that reached nobody, and of those that did.
MISSES = (("no_answer", "call", 1), ("left_message", "call", 2), ("sent", "email", 0))
HITS = (("talked", "call", 9), ("call_back", "call", 4), ("documents", "call", 6))
NOTES = (
    "Asks for a copy of the delivery note before anything is paid.",
    "The invoice waits for approval by the site manager; back on Thursday.",
    "Pays with the next run and will send the remittance advice.",
)
#: Monthly targets: metric, and value by login.
TARGETS = {
    "attempts": {"collector": 200, "collector2": 150},
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
        """Form the team, log what it did, set its targets, and write down one talk."""
        self._form_team()
        self._log()
        self._set_targets()
        self._coach()

    def _form_team(self):
        members = [self.data.users[login].id for login in SKILLS]
        self.env["ar.collect.team"].create(
            {
                "name": "Collections",
                "user_id": self.data.users["collections.manager"].id,
                "member_ids": [Command.set(members)],
            }
        )

    def _log(self):
        """Contacts of every working day but today, spread over the customers of each."""
        outcomes = {
            code: self.env.ref(f"ar_collect.outcome_{code}").id
            for code, _channel, _minutes in MISSES + HITS
        }
        values = []
        for login, (count, share) in SKILLS.items():
            accounts = self._get_accounts(login)
            for days in range(HISTORY_DAYS, 0, -1):
                day = self.today - timedelta(days)
                if day.weekday() > 4 or not accounts:
                    continue
                for number in range(self.random.randint(count - 3, count + 3)):
                    reached = self.random.random() < share
                    code, channel, minutes = self.random.choice(HITS if reached else MISSES)
                    values.append(
                        {
                            "account_id": self.random.choice(accounts).id,
                            "user_id": self.data.users[login].id,
                            "outcome_id": outcomes[code],
                            "channel": channel,
                            "date": self._get_moment(day, number),
                            "duration": minutes * self.random.uniform(0.5, 2) / 60,
                            "note": reached and self.random.choice((*NOTES, False)),
                        }
                    )
        self.env["ar.collect.activity"].create(values)

    def _get_accounts(self, login):
        """The customers of a collector; the manager helps with everybody's."""
        domain = [("company_id", "=", self.company.id), ("open_count", ">", 0)]
        if login != "collections.manager":
            domain.append(("user_id", "=", self.data.users[login].id))
        accounts = self.env["ar.collect.account"].search(domain, order="amount_chasable DESC, id")
        return accounts[FIRST:]

    def _get_moment(self, day, number):
        """A time in the office hours of a day, in UTC."""
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(self.company)
        minutes = 9 * 60 + (number * 47 + self.random.randint(0, 40)) % (8 * 60)
        moment = datetime.combine(day, time.min, zone) + timedelta(minutes=minutes)
        return moment.astimezone(timezone.utc).replace(tzinfo=None)

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
