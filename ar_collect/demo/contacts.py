# Part of ar_collect. License LGPL-3.
"""Whom the collectors of the demo company have called and written to in the last months."""

import random
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .plan import weekday_before
from .tables import COMPANIES

#: Days back; before that nothing was logged.
SINCE = 150
#: The last days, in which nobody was called about what is still to be chased.
QUIET_DAYS = 9
#: Share of the payments before which somebody was called, by collector: one is busier.
CALLED = {"collector": 0.55, "collector2": 0.3}
#: What a talk before a payment ended in, and attempts on the way there: (channel, outcome, hours).
TALKS = (
    ("call", "promised", 0.15),
    ("call", "promised", 0.1),
    ("call", "call_back", 0.05),
    ("email", "sent", 0),
)
ATTEMPTS = (
    ("call", "no_answer", 0.02),
    ("call", "no_answer", 0.02),
    ("call", "left_message", 0.03),
    ("email", "sent", 0),
    ("call", "talked", 0.06),
)
#: When they call; the telephone is answered rather in the morning.
HOURS = (9, 9, 10, 10, 10, 11, 11, 13, 14, 14, 15, 16)


class Contacts:
    """Logs calls and e-mails of the last months; ``log`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env
        self.rng = random.Random(19)

    def log(self):
        """Log what went before the payments, and attempts that led to nothing, by collector."""
        values = []
        for key in self.data.companies:
            today = self.data.today_by_company[key]
            for login in ("collector", "collector2"):
                for account, paid_on in self._get_payments(key, login, today):
                    values += self._before(account, paid_on, login, key)
        self.env["ar.collect.activity"].create(sorted(values, key=lambda vals: vals["date"]))

    def _get_payments(self, company_key, login, today):
        """The customers of a collector with the days on which they paid, oldest first."""
        company, user = self.data.companies[company_key], self.data.users[login]
        return self.env["ar.collect.cash.report"]._read_group(
            [
                ("company_id", "=", company.id),
                ("collector_id", "=", user.id),
                ("date", ">=", today - timedelta(SINCE)),
                ("date", "<=", today - timedelta(QUIET_DAYS)),
            ],
            ["account_id", "date:day"],
            order="date:day, account_id",
        )

    def _before(self, account, paid_on, login, company_key):
        """Contacts in the days before a payment, or none."""
        if self.rng.random() > CALLED[login]:
            return []
        day = paid_on - timedelta(self.rng.randint(1, 9))
        rows = [(day, self.rng.choice(TALKS))]
        rows.extend(
            (day - timedelta(2 * number + 1), self.rng.choice(ATTEMPTS))
            for number in range(self.rng.randint(0, 3))
        )
        user = self.data.users[login]
        return [self._values(account, user, day, how, company_key) for day, how in rows]

    def _values(self, account, user, day, how, company_key):
        channel, code, hours = how
        start = time(self.rng.choice(HOURS), self.rng.randrange(0, 60, 5))
        moment = datetime.combine(
            weekday_before(day), start, ZoneInfo(COMPANIES[company_key].tz)
        ).astimezone(timezone.utc)
        return {
            "account_id": account.id,
            "user_id": user.id,
            "channel": channel,
            "outcome_id": self.env.ref(f"ar_collect.outcome_{code}").id,
            "duration": hours * self.rng.uniform(0.5, 2),
            "date": moment.replace(tzinfo=None),
        }
