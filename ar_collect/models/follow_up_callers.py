# Part of ar_collect. License LGPL-3.
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta, timezone

from odoo.fields import Domain

from ..tools.schedule import OFFICE_HOURS, QUARTER, Hours, Window, from_wall
from ..tools.time_zones import get_zone

#: Longer than anything is planned ahead.
EVER = timedelta(days=3650)


class FollowUpCallers:
    """When collectors can call: working hours, holidays, time off, and what is planned already.

    Everything is fetched in a constant number of queries.

    :param recordset users: `res.users`
    :param recordset companies: `res.company` they call for
    :param datetime now: aware
    """

    def __init__(self, users, companies, now):
        self.env = companies.sudo().env  # sudo: colleagues' absences count, whoever plans
        self.now = now
        self.stand_ins = self._get_stand_ins()
        users = users.with_env(self.env) | self.stand_ins.collect_substitute_id
        self.company_leaves, self.user_leaves = self._get_leaves(users, companies)
        self.planned = self._get_planned(users)
        self._hours = {}

    # --- fetching

    def _get_stand_ins(self):
        """Users who are or will be away and have a substitute.

        :rtype: recordset of `res.users`
        """
        ended = (self.now - timedelta(days=1)).date()
        return self.env["res.users"].search(
            Domain("collect_substitute_id", "!=", False)
            & Domain("collect_away_from", "!=", False)
            & (Domain("collect_away_to", "=", False) | Domain("collect_away_to", ">=", ended))
        )

    def _get_leaves(self, users, companies):
        """Holidays and time off.

        :return tuple: two dicts of lists of `resource.calendar.leaves`, by company id and user id
        """
        start = self.now.replace(tzinfo=None)
        general = Domain("resource_id", "=", False) & Domain("company_id", "in", companies.ids)
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("time_type", "=", "leave")
            & Domain("date_to", ">=", start)
            & (general | Domain("resource_id.user_id", "in", users.ids))
        )
        by_company, by_user = defaultdict(list), defaultdict(list)
        for leave in leaves:
            if leave.resource_id:
                by_user[leave.resource_id.user_id.id].append(leave)
            else:
                by_company[leave.company_id.id].append(leave)
        return by_company, by_user

    def _get_planned(self, users):
        """The times of follow-ups planned already.

        :return dict: list of (account id, aware datetime) by user id
        """
        activities = self.env["mail.activity"].search_fetch(
            [
                ("user_id", "in", users.ids),
                ("res_model", "=", "ar.collect.account"),
                ("collect_datetime", ">=", self.now.replace(tzinfo=None)),
            ],
            ["collect_datetime", "res_id", "user_id"],
        )
        planned = defaultdict(list)
        for activity in activities:
            moment = activity.collect_datetime.replace(tzinfo=timezone.utc)
            planned[activity.user_id.id].append((activity.res_id, moment))
        return planned

    # --- answers

    def get_zone(self, user, company):
        """The time zone of a collector; that of the company for a name nobody knows.

        :rtype: ZoneInfo
        """
        try:
            return get_zone(user.sudo().tz)  # sudo: see above
        except ValueError:
            return self.env["ar.collect.refresh.status"]._get_time_zone(company.sudo())  # sudo: ~

    def get_acting(self, user, day):
        """Who works for a collector on a day: the substitute of who is away.

        :param recordset user: `res.users`
        :param date day:
        :rtype: recordset of `res.users`
        """
        direct = {
            away.id: away.collect_substitute_id.id
            for away in self.stand_ins
            if away.collect_away_from <= day
            and (not away.collect_away_to or day <= away.collect_away_to)
        }
        return user.browse(user._follow_substitutes(user.id, direct))

    def get_hours(self, user, company):
        """When a collector works.

        :param recordset user: `res.users`
        :param recordset company: `res.company` that is called for
        :rtype: Hours
        """
        key = user.id, company.id
        if key not in self._hours:
            user, company = user.with_env(self.env), company.with_env(self.env)
            self._hours[key] = self._make_hours(user, company)
        return self._hours[key]

    def _make_hours(self, user, company):
        """See :meth:`get_hours`."""
        zone = self.get_zone(user, company)
        resources = user.resource_ids.filtered(
            lambda found: found.company_id in (company, company.browse())
        )
        calendar = resources[:1].calendar_id or company.resource_calendar_id
        return Hours(
            self._get_windows(calendar),
            zone,
            # also of who has entered own holidays: a works outing says nothing of Christmas
            company._get_collect_closed_days(),
            (
                *self._get_spans(
                    leave
                    for leave in self.company_leaves[company.id]
                    if leave.calendar_id in (calendar, calendar.browse())
                ),
                *self._get_spans(self.user_leaves[user.id]),
                *self._get_days_away(user, zone),
            ),
        )

    def get_working_days(self, hours):
        """The same with any hour of the days worked on: for customers on the other side of the globe.

        :param Hours hours:
        :rtype: Hours
        """
        days = {window.weekday for window in hours.windows}
        return replace(hours, windows=tuple(Window(day, 0, 24) for day in sorted(days)))

    def get_taken(self, user, account):
        """The quarters of hours a collector has planned for other customers.

        :return tuple: pairs of aware datetimes
        """
        return tuple(
            (moment, moment + QUARTER)
            for account_id, moment in self.planned[user.id]
            if account_id != account.id
        )

    def _get_windows(self, calendar):
        """The working hours of a calendar; office hours where it has none of its own."""
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        windows = {Window(int(line.dayofweek), line.hour_from, line.hour_to) for line in lines}
        windows = sorted(windows, key=lambda window: (window.weekday, window.start))
        return OFFICE_HOURS if calendar.flexible_hours or not windows else tuple(windows)

    def _get_spans(self, leaves):
        return (
            (
                leave.date_from.replace(tzinfo=timezone.utc),
                leave.date_to.replace(tzinfo=timezone.utc),
            )
            for leave in leaves
        )

    def _get_days_away(self, user, zone):
        """The days away of who has no substitute."""
        if not user.collect_away_from or user.collect_substitute_id:
            return ()
        start = from_wall(user.collect_away_from, 0, zone)
        if not user.collect_away_to:
            return ((start, max(start, self.now) + EVER),)
        return ((start, from_wall(user.collect_away_to, 24, zone)),)
