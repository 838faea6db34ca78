# Part of ar_collect. License LGPL-3.
"""Who gets what in the days to come, and who nothing and why: worked out without writing."""

from collections import Counter, defaultdict
from datetime import timedelta
from heapq import heappush, heappushpop, merge
from itertools import groupby
from operator import itemgetter

from odoo import api, fields, models

from .ar_collect_notice import PENDING
from .notice_calendar_query import NoticeCalendarQuery
from .refresh_scope import RefreshScope

#: Days that the calendar shows, with today.
DAYS = 30
#: Rows of a day that are shown at once: those of the largest amounts.
LIMIT = 80


class NoticeCalendar:
    """Who gets what on each day, counted while the customers go by.

    :param int limit: rows kept of each day
    """

    def __init__(self, limit):
        self.limit = limit
        self.rows = defaultdict(list)
        self.counts = defaultdict(Counter)
        #: how many more, or fewer, customers are left out from a day on, by day and reason
        self.turns = defaultdict(Counter)
        #: why those are left out who are, on the last day that was added, by account id
        self.waiting = {}

    def add(self, account_id, day):
        """Count what one day brings one customer.

        :param int account_id:
        :param Day day: the days of a customer in their order
        """
        self._end(account_id, day.number)
        for made in day.due:
            self.add_row(day.number, account_id, made)
        if day.withheld and not day.due:
            reason = max(day.withheld, key=lambda made: made.step.days).reason
            self.turns[day.number][reason] += 1
            self.waiting[account_id] = reason

    def _end(self, account_id, number):
        """What was withheld from a customer is decided on again."""
        if reason := self.waiting.pop(account_id, None):
            self.turns[number][reason] -= 1

    def add_row(self, number, account_id, made, difference=None):
        """Keep one thing that a customer gets, as long as there is room for it.

        :param int number: of the day
        :param int account_id:
        :param Decision made:
        :param str|None difference: new, gone or other, when a changed strategy is tried out
        """
        self.counts[number][made.step.channel] += 1
        # no two are equal, so that decisions need not be compared
        rank = (bool(made.notice_id), abs(made.amount), -account_id, made.step.channel)
        keep = heappush if len(self.rows[number]) < self.limit else heappushpop
        keep(self.rows[number], (*rank, difference or "", made))

    def get_left_out(self, number):
        """How many customers get nothing on a day although a step asks for it, by reason.

        :rtype: Counter
        """
        total = Counter()
        for day in range(number + 1):
            total.update(self.turns[day])
        return +total


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === ACTION METHODS === #

    @api.model
    def action_open_left_out(self, options, number, reason):
        """Open the customers who get nothing on a day, for one reason.

        :param dict options: see :meth:`get_calendar`
        :param int number: of the day, from today
        :param str reason: of those of the notices
        :raise AccessError: for who may not read notices
        """
        self.browse().check_access("read")
        calendar = NoticeCalendar(0)
        for account_id, day in self._run_calendar(options):
            if day.number <= number:
                calendar.add(account_id, day)
        found = [account_id for account_id, why in calendar.waiting.items() if why == reason]
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_account_action_customers")
        label = dict(self._fields["cancel_reason"]._description_selection(self.env))[reason]
        return {
            **action,
            "name": self.env._("Left out: %s", label),
            "domain": [("id", "in", sorted(found))],
            "context": {"active_test": False},
        }

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_calendar(self, options):
        """Who gets what in the days to come, and how many get nothing and why.

        :param dict options: `mine`: only customers of one's own; `draft_id`: a changed strategy
            to try out, of which only what differs is told; `limit`: rows of a day; `days`: how
            many, by default all that the page shows
        :return: dict: today, is_active, draft, problems, days; of each day its date, counts by
            channel, rows and who is left out
        :rtype: dict
        :raise AccessError: for who may not read notices
        """
        self.browse().check_access("read")
        calendar = NoticeCalendar(options.get("limit") or LIMIT)
        problems = []
        if options.get("draft_id"):
            totals = self._compare(options, calendar, problems)
        else:
            totals = None
            for account_id, day in self._run_calendar(options, problems):
                calendar.add(account_id, day)
        companies = self.env.companies
        today = min(self.env["ar.collect.refresh.status"]._get_today(companies).values())
        return {
            "today": fields.Date.to_string(today),
            "is_active": all(companies.mapped("collect_notice_active")),
            "draft": totals,
            "problems": problems,
            "days": self._get_days(calendar, today, options.get("days") or DAYS),
        }

    def _get_days(self, calendar, today, count):
        """The days of a calendar as the page shows them."""
        describe = self._get_describer(calendar)
        labels = dict(self._fields["cancel_reason"]._description_selection(self.env))
        return [
            {
                "date": fields.Date.to_string(today + timedelta(days=number)),
                "count": sum(calendar.counts[number].values()),
                "channels": calendar.counts[number],
                "rows": [describe(*row) for row in sorted(calendar.rows[number], reverse=True)],
                "left_out": [
                    {"reason": reason, "label": labels[reason], "count": count}
                    for reason, count in calendar.get_left_out(number).most_common()
                ],
            }
            for number in range(count)
        ]

    def _get_describer(self, calendar):
        """A function that makes a dict of a kept row, with all names read at once."""
        kept = [row for rows in calendar.rows.values() for row in rows]
        accounts = self.env["ar.collect.account"].browse({-row[2] for row in kept})
        accounts.partner_id.fetch(["display_name"])
        notices = self.browse({row[0] and row[-1].notice_id for row in kept} - {False})
        states = {notice.id: notice.state for notice in notices}
        # sudo: the steps' names; a draft of another company is not tried out
        steps = self.env["ar.collect.strategy.step"].sudo()  # sudo: see above
        by_id = {account.id: account for account in accounts}

        def describe(_has_notice, _rank, negative, channel, difference, made):
            account, step = by_id[-negative], steps.browse(made.step.id)
            return {
                "key": f"{account.id}/{channel}/{difference}",
                "account_id": account.id,
                "customer": account.partner_id.display_name,
                "currency_id": account.currency_id.id,
                "channel": channel,
                "step_id": step.id,
                "step": step.name,
                "is_automatic": step.automatic,
                "amount": made.amount,
                "count": made.count,
                "late": made.late,
                "notice_id": made.notice_id,
                "state": states.get(made.notice_id, ""),
                "difference": difference,
            }

        return describe

    # --- going through the customers

    @api.model
    def _run_calendar(self, options, problems=None):
        """Go through the days of all customers whom the user may see.

        :return: generator of (account id, Day)
        """
        for company in self.env.companies:
            yield from self._run_company(company, options, problems)

    @api.model
    def _run_company(self, company, options, problems=None):
        """Go through the days of the customers of a company, in the order of their accounts.

        :return: generator of (account id, Day)
        """
        notices = self.sudo()  # sudo: read from the ledger, of the customers found for the user
        partner_ids = self._get_visible(company, options.get("mine"))
        if partner_ids == []:
            return
        scope = RefreshScope(company.sudo(), partner_ids)  # sudo: see above
        query = NoticeCalendarQuery(
            notices.env,
            scope,
            (options.get("days") or DAYS) - 1,
            self._get_draft(options.get("draft_id")),
        )
        yield from query.run(notices._get_planned(scope))
        if problems is not None:
            problems += query.problems

    @api.model
    def _get_visible(self, company, mine):
        """Ids of the customers of a company whom the user may see; None for all of them."""
        domain = [("company_id", "=", company.id), ("open_count", ">", 0)]
        if mine:
            domain += ["|", ("user_id", "=", self.env.uid), ("acting_user_id", "=", self.env.uid)]
        elif self.env.user._sees_all_customers():
            return None
        return self.env["ar.collect.account"].search(domain).partner_id.ids

    @api.model
    def _get_planned(self, scope):
        """What is planned already and has not gone out, see :class:`Customer`.

        :rtype: dict
        """
        domain = [("state", "in", PENDING), ("company_id", "in", scope.companies.ids)]
        if scope.partner_ids is not None:
            domain.append(("customer_id", "in", scope.partner_ids))
        found = defaultdict(list)
        for notice in self.search(domain):
            made = notice.step_id._for_calendar()
            day = (notice.date_planned - scope.today[notice.company_id.id]).days
            found[notice.account_id.id].append(
                (day, notice.id, made, notice.amount, notice.item_count)
            )
        return found

    # --- trying out a changed strategy

    @api.model
    def _get_draft(self, draft_id):
        """A changed strategy by the one that it stands in for."""
        if not draft_id:
            return None
        draft = self.env["ar.collect.strategy"].browse(draft_id)
        draft.check_access("read")
        draft = draft.sudo()  # sudo: as the planning reads it
        return {draft.origin_id: draft}

    @api.model
    def _compare(self, options, calendar, problems):
        """Keep what differs between the strategies as they are and with a changed one.

        :return: dict: id, name, before, after (numbers of notices), customers (who get another)
        :rtype: dict
        """
        draft = self.env["ar.collect.strategy"].browse(options["draft_id"])
        totals = {"id": draft.id, "name": draft.name, "before": 0, "after": 0, "customers": 0}
        for account_id, before, after in self._run_both(options, problems):
            totals["before"] += len(before)
            totals["after"] += len(after)
            differences = 0
            for key in before.keys() | after.keys():
                old, new = before.get(key), after.get(key)
                if difference := self._get_difference(old, new):
                    differences += 1
                    calendar.add_row(key[0], account_id, new or old, difference)
            totals["customers"] += bool(differences)
        return totals

    def _run_both(self, options, problems):
        """What each customer gets without and with a change, side by side: memory stays flat.

        :return: generator of (account id, before, after): decisions by number of the day and
            channel
        """
        plain = {**options, "draft_id": False}
        for company in self.env.companies:
            both = merge(
                ((account_id, 0, day) for account_id, day in self._run_company(company, plain)),
                (
                    (account_id, 1, day)
                    for account_id, day in self._run_company(company, options, problems)
                ),
                key=itemgetter(0),
            )
            # sorted by customer, one of whom is in memory: Odoo's own would take in all of them
            # pylint: disable-next=bad-builtin-groupby
            for account_id, days in groupby(both, key=itemgetter(0)):
                sides = ({}, {})
                for _account_id, side, day in days:
                    for made in day.due:
                        sides[side][day.number, made.step.channel] = made
                yield account_id, *sides

    def _get_difference(self, old, new):
        """What a change does to one thing that a customer gets; None: nothing."""
        if not old or not new:
            return "gone" if old else "new"
        steps = self.env["ar.collect.strategy.step"].sudo()  # sudo: as the planning reads them
        essences = [steps.browse(made.step.id)._get_essence() for made in (old, new)]
        return None if essences[0] == essences[1] else "other"
