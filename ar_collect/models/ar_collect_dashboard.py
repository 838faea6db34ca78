# Part of ar_collect. License LGPL-3.
"""Pages of figures that people look at rather than read: cards, bars, charts and short lists."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .kpi_scope import month_before

#: By page, the group it is for; a page of one's own customers is for every user.
PAGES = {
    "team": "ar_collect.group_inquiry",
    "manager": "ar_collect.group_inquiry",
    "sales": "base.group_user",
}


def _workday_before(day):
    """The last day before one that is not on a weekend."""
    return day - timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


#: By period, its first and last day from today's date.
PERIODS = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (_workday_before(day), _workday_before(day)),
    "week": lambda day: (day - timedelta(days=day.weekday()), day),
    "last_week": lambda day: (
        day - timedelta(days=day.weekday() + 7),
        day - timedelta(days=day.weekday() + 1),
    ),
    "month": lambda day: (day.replace(day=1), day),
    "last_month": lambda day: (
        fields.Date.subtract(day.replace(day=1), months=1),
        day.replace(day=1) - timedelta(days=1),
    ),
    "quarter": lambda day: (fields.Date.start_of(day, "quarter"), day),
    "year": lambda day: (fields.Date.start_of(day, "year"), day),
}
#: By period, the day that is compared with a day of it.
DAYS_BEFORE = {
    "today": _workday_before,
    "yesterday": _workday_before,
    "week": lambda day: day - timedelta(days=7),
    "last_week": lambda day: day - timedelta(days=7),
    "month": lambda day: month_before(day, 1),
    "last_month": lambda day: month_before(day, 1),
    "quarter": lambda day: month_before(day, 3),
    "year": lambda day: month_before(day, 12),
}
#: The period a page begins with.
FIRST_PERIODS = {"team": "today", "manager": "month", "sales": "month"}
#: Rows of a list on a page; the rest is behind its title.
LISTED = 8
#: The part of a page that is there at once; it names the others.
FIRST_PART = "first"


@dataclass(frozen=True)
class Request:
    """What a page is asked for.

    :param str page: of :data:`PAGES`
    :param str period: of :data:`PERIODS`
    :param date first: first day
    :param date last: last day
    :param recordset team: `ar.collect.team`, or none for everybody
    :param list companies: ids
    :param bool with_led: whether a page of one's own customers is about those of one's people too
    """

    page: str
    period: str
    first: date
    last: date
    team: object
    companies: list
    with_led: bool = False

    @property
    def days(self):
        """First and last day."""
        return self.first, self.last

    @property
    def days_before(self):
        """The same days of the period before: of a month until today, the month before until then."""
        return tuple(map(DAYS_BEFORE[self.period], self.days))

    @property
    def days_a_year_ago(self):
        return tuple(month_before(day, 12) for day in self.days)

    def of_days(self, name="date"):
        """Domain of what happened in the period."""
        return Domain(name, ">=", self.first) & Domain(name, "<=", self.last)

    def of_people(self, name="user_id"):
        """Domain of what the people of the team did, or of their customers."""
        here = Domain("company_id", "in", self.companies)
        return here & Domain(name, "in", self.team._get_people().ids) if self.team else here


class ArCollectDashboard(models.AbstractModel):
    """Answers the dashboards; keeps nothing.

    What is shown is what the user sees in the lists behind it: record rules decide.
    """

    _name = "ar.collect.dashboard"
    _description = "Collections Dashboard"

    # === ACTION METHODS === #

    @api.model
    def get_page(self, page, filters=None, part=None):
        """All blocks of a page, or a part of them.

        :param str page: team, manager or sales
        :param dict|None filters: `period` (see :data:`PERIODS`), `team_id`, and `with_led` (see
            :class:`Request`)
        :param str|None part: "first": what is quick, with the places of the rest, which has
            `pending`, and `parts` to ask for it; one of these: its blocks alone; None: everything
        :return: `filters` as they were understood, the choices for them (`leads`: whether there is
            anybody for `with_led`), `currency_id`, and the blocks: `cards`, `bars`, `charts` and
            `tables`
        :rtype: dict
        :raise AccessError: not for this user
        """
        request = self._get_request(page, filters)
        parts = {
            "team": self._get_team_parts,
            "manager": self._get_manager_parts,
            "sales": self._get_sales_parts,
        }[page]()
        if part is None:
            blocks = self._join_parts([work(request) for work in parts.values()])
        elif part == FIRST_PART:
            blocks = parts[part](request)
        else:
            return self._get_part(parts, part)(request)
        return {
            "filters": {
                "period": request.period,
                "team_id": request.team.id,
                "with_led": request.with_led,
            },
            "periods": self._get_period_names(page),
            "teams": self._get_teams(page),
            "leads": page == "sales"
            and bool(self.env.user._get_collect_led_by_company(self.env.companies)),
            "currency_id": self.env.company.currency_id.id,
            "companies": self.env.companies.mapped("name"),
            "first": request.first,
            "last": request.last,
            "cards": [],
            "bars": None,
            "charts": [],
            "tables": [],
            "parts": [name for name in parts if name != FIRST_PART] if part else [],
            **blocks,
        }

    @api.model
    def _join_parts(self, parts):
        """The blocks of all parts, in the places that the first one keeps for them."""
        first, *others = parts
        for other in others:
            for kind, blocks in other.items():
                found = {block["code"]: block for block in blocks}
                first[kind] = [found.get(block["code"], block) for block in first[kind]]
        return first

    @api.model
    def action_open(self, page, code, filters=None, key=None):
        """Open the records behind a figure.

        :param str page: see :meth:`get_page`
        :param str code: of the block
        :param filters: see :meth:`get_page`
        :param key: of a bar, a part of a chart or the like; None: all of the block
        :return: window action
        :rtype: dict
        """
        request = self._get_request(page, filters)
        opener = getattr(self, f"_open_{page}_{self._as_text(code)}", None)
        if not opener:
            raise self._get_nothing()
        return opener(request, key)

    # === BUSINESS METHODS === #

    @api.model
    def _get_request(self, page, filters):
        """What is asked for; what nobody knows any more is left out.

        :rtype: Request
        """
        if page not in PAGES:
            raise UserError(self.env._("There is no such page."))
        if not self.env.user.has_group(PAGES[page]):
            raise AccessError(self.env._("This page is for people who work in collections."))
        filters = filters or {}
        period = filters.get("period")
        period = period if period in PERIODS else FIRST_PERIODS[page]
        team = self.env["ar.collect.team"]
        if isinstance(filters.get("team_id"), int) and self._get_teams(page):
            team = team.search([("id", "=", filters["team_id"])])
        first, last = PERIODS[period](self.env.company._get_collect_today())
        with_led = filters.get("with_led") is True
        return Request(page, period, first, last, team, self.env.companies.ids, with_led)

    @api.model
    def _get_period_names(self, page):
        names = {
            "today": self.env._("Today"),
            "yesterday": self.env._("Last Working Day"),
            "week": self.env._("This Week"),
            "last_week": self.env._("Last Week"),
            "month": self.env._("This Month"),
            "last_month": self.env._("Last Month"),
            "quarter": self.env._("This Quarter"),
            "year": self.env._("This Year"),
        }
        if page == "sales":
            return []
        return [{"code": code, "name": name} for code, name in names.items()]

    @api.model
    def _get_teams(self, page):
        """The teams to choose from; none for who sees only what is one's own."""
        if page == "sales" or not self.env["ar.collect.kpi"]._sees_colleagues():
            return []
        teams = self.env["ar.collect.team"].search([])  # pylint: disable=no-search-all
        return [{"id": team.id, "name": team.name} for team in teams]

    # --- what browsers send back

    @api.model
    def _get_nothing(self):
        return UserError(self.env._("There is nothing behind this figure."))

    @api.model
    def _get_part(self, parts, name):
        if self._as_text(name) not in parts:
            raise UserError(self.env._("There is no such part of the page."))
        return parts[name]

    @api.model
    def _as_text(self, value):
        if not isinstance(value, str) or not value.isidentifier():
            raise self._get_nothing()
        return value

    @api.model
    def _as_id(self, value):
        """An id, False for nobody."""
        if value is None or value is False:
            return False
        if not isinstance(value, int):
            raise self._get_nothing()
        return value

    @api.model
    def _as_day(self, value):
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self._get_nothing() from None

    @api.model
    def _as_pair(self, value):
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise self._get_nothing()
        return value

    # --- figures

    @api.model
    def _sum_money(self, rows):
        """Add up amounts of companies, in the currency of the company one is in.

        :param rows: (company, amount in its currency)
        :rtype: float
        """
        own = self.env.company
        today = own._get_collect_today()
        total = sum(
            company.currency_id._convert(amount or 0, own.currency_id, company, today)
            for company, amount in rows
        )
        return own.currency_id.round(total)

    @api.model
    def _group_money(self, rows):
        """The same by a key.

        :param rows: (key, company, amount)
        :return: amount by key
        :rtype: dict
        """
        groups = {}
        for key, company, amount in rows:
            groups.setdefault(key, []).append((company, amount))
        return {key: self._sum_money(group) for key, group in groups.items()}

    @api.model
    def _card(self, code, name, value, help_text, unit="number", **more):
        """A figure with its name.

        :param unit: number, money, percent, days or hours
        :param more: `detail` (a text below), `tone` (a Bootstrap colour), `trend` (former values),
            `change` (since the period before) and `up_is_good`
        :rtype: dict
        """
        return {
            "code": code,
            "name": name,
            "value": value,
            "help": help_text,
            "unit": unit,
            "detail": "",
            "tone": "",
            "trend": None,
            "change": None,
            "up_is_good": None,
            **more,
        }

    @api.model
    def _pending(self, code, name=""):
        """The place of a block that is still being worked out."""
        return {"code": code, "name": name, "pending": True}

    @api.model
    def _list(self, code, name, help_text, columns, rows, count, empty):
        """A short list.

        :param columns: (name, unit) of each; a text where the unit is empty
        :param rows: dicts of `model`, `id` and `cells`
        :param count: how many there are
        :param empty: what is said when there is none
        :rtype: dict
        """
        return {
            "code": code,
            "name": name,
            "help": help_text,
            "columns": [{"name": column, "unit": unit} for column, unit in columns],
            "rows": rows,
            "count": count,
            "empty": empty,
        }

    @api.model
    def _row(self, record, currency, *cells):
        """A line of a short list, which opens a record.

        :param currency: of the amounts in it
        :param cells: one for each column; what is not known is empty
        :rtype: dict
        """
        return {
            "model": record._name,
            "id": record.id,
            "currency_id": currency.id,
            "cells": ["" if cell is None or cell is False else cell for cell in cells],
        }

    @api.model
    def _list_action(self, model, name, domain, views="list,form", **context):
        """Window action of some records."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, view) for view in views.split(",")],
            "domain": list(Domain(domain)),
            "context": {"create": False, **context},
        }
