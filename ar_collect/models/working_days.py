# Part of ar_collect. License LGPL-3.
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from odoo.fields import Domain

from ..tools.public_holidays import weekend
from ..tools.time_zones import get_zone

DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDay:
    """A day as somebody works on it.

    :param date day:
    :param str kind: work, off (no working hours), holiday or leave
    :param float share: of the day's hours that are worked, 0 to 1
    :param str name: of the holiday or leave
    """

    day: date
    kind: str
    share: float
    name: str = ""


class WorkingDays:
    """On which days people work: working hours, public holidays, closed days and time off.

    A person's hours are those of their resource in the company, else the company's; where there are
    none, or flexible ones, all days but the country's weekend. A day of which a part is off counts
    by the hours that are left. Everything is fetched in a constant number of queries.

    :param recordset companies: `res.company`
    :param recordset users: `res.users`
    :param date first: of the days that may be asked for
    :param date last:
    """

    def __init__(self, companies, users, first, last):
        self.env = companies.sudo().env  # sudo: hours and absences count, whoever reads a figure
        self.companies = companies.with_env(self.env)
        self.users = users.with_env(self.env)
        self.first, self.last = first, last
        self.company_leaves, self.user_leaves = self._get_leaves()
        self.lines = self._get_lines()
        self._known = {}

    # --- fetching

    def _get_lines(self):
        """The working hours of all calendars that count.

        :return dict: list of `resource.calendar.attendance` by calendar id
        """
        calendars = self.companies.resource_calendar_id | self.users.resource_ids.calendar_id
        lines = self.env["resource.calendar.attendance"].search_fetch(
            [
                ("calendar_id", "in", calendars.ids),
                ("display_type", "=", False),
                ("day_period", "!=", "lunch"),
            ]
        )
        return lines.grouped(lambda line: line.calendar_id.id)

    def _get_leaves(self):
        """Closed days of companies, and time off of people.

        :return tuple: two dicts of lists of `resource.calendar.leaves`, by company id and user id
        """
        general = Domain("resource_id", "=", False) & Domain("company_id", "in", self.companies.ids)
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            Domain("time_type", "=", "leave")
            # a day more on both sides: they are stored in UTC
            & Domain("date_to", ">=", datetime.combine(self.first - DAY, time.min))
            & Domain("date_from", "<=", datetime.combine(self.last + 2 * DAY, time.min))
            & (general | Domain("resource_id.user_id", "in", self.users.ids))
        )
        by_company, by_user = defaultdict(list), defaultdict(list)
        for leave in leaves:
            if leave.resource_id:
                by_user[leave.resource_id.user_id.id].append(leave)
            else:
                by_company[leave.company_id.id].append(leave)
        return by_company, by_user

    # --- answers

    def get_days(self, company, user, first, last):
        """The days of a time, each as it is worked on.

        :param recordset company: `res.company`
        :param recordset user: `res.users`; none: as the company works
        :rtype: list[WorkingDay]
        """
        key = company.id, user.id
        if key not in self._known:
            company, user = company.with_env(self.env), user.with_env(self.env)
            self._known[key] = {day.day: day for day in self._make_days(company, user)}
        known = self._known[key]
        return [known[first + DAY * number] for number in range((last - first).days + 1)]

    def count(self, company, user, first, last):
        """How many days are worked in a time that may be empty.

        :rtype: float
        """
        return sum(day.share for day in self.get_days(company, user, first, last))

    def _make_days(self, company, user):
        """All days that may be asked for, see :meth:`get_days`."""
        resources = user.resource_ids.filtered(
            lambda found: found.company_id in (company, company.browse())
        )
        calendar = resources[:1].calendar_id or company.resource_calendar_id
        closed = company._get_collect_closed_days(self.env.lang)
        leaves = [
            leave
            for leave in self.company_leaves[company.id]
            if leave.calendar_id in (calendar, calendar.browse())
        ]
        spans = self._get_spans(calendar, leaves, "holiday")
        spans += self._get_spans(calendar, self.user_leaves[user.id], "leave")
        spans += self._get_span_away(user)
        for number in range((self.last - self.first).days + 1):
            day = self.first + DAY * number
            hours = self._get_hours(calendar, company, day)
            if not hours:
                yield WorkingDay(day, "off", 0.0)
            elif name := closed.get_name(day):
                yield WorkingDay(day, "holiday", 0.0, name)
            else:
                yield self._make_day(day, hours, spans)

    def _make_day(self, day, hours, spans):
        """A day with working hours, less what is off of it."""
        midnight = datetime.combine(day, time.min)
        total = off = 0.0
        reason = ("work", "")
        for start, end in hours:
            begin, stop = (midnight + timedelta(hours=hour) for hour in (start, end))
            total += end - start
            reached = begin
            for first, last, kind, name in sorted(spans, key=lambda span: span[:2]):
                lost = (min(last, stop) - max(first, reached)).total_seconds() / 3600
                if lost > 0:
                    off += lost
                    reached = min(last, stop)
                    reason = (kind, name)
        share = round(max(total - off, 0) / total, 2)
        return WorkingDay(day, reason[0] if share < 1 else "work", share, reason[1])

    def _get_hours(self, calendar, company, day):
        """The working hours of a day as pairs of hours."""
        lines = self.lines.get(calendar.id, ())
        if calendar.flexible_hours or not lines:
            is_off = day.weekday() in weekend(company.country_id.code)
            return [] if is_off else [(9, 17)]
        week = str(self.env["resource.calendar.attendance"].get_week_type(day))
        return sorted(
            (line.hour_from, line.hour_to)
            for line in lines
            if int(line.dayofweek) == day.weekday()
            and line.hour_to > line.hour_from
            and (not calendar.two_weeks_calendar or line.week_type == week)
        )

    def _get_spans(self, calendar, leaves, kind):
        """Times off on the clock of the calendar: (start, end, kind, name)."""
        zone = get_zone(calendar.tz or "UTC")
        return [
            (
                *(
                    moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
                    for moment in (leave.date_from, leave.date_to)
                ),
                kind,
                leave.name or "",
            )
            for leave in leaves
        ]

    def _get_span_away(self, user):
        """The days for which a person named a substitute, or just said to be away."""
        if not user.collect_away_from:
            return []
        last = min(user.collect_away_to or self.last, self.last) + DAY
        start, end = (datetime.combine(day, time.min) for day in (user.collect_away_from, last))
        return [(start, end, "leave", self.env._("Away"))]
