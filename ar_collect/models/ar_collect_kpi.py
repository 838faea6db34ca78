# Part of ar_collect. License LGPL-3.
"""Key figures of receivables for any period and as of any date, from the ledger."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.kpi import AMOUNT_FLOWS, COUNT_FLOWS, ROLLING_MONTHS, work_out
from .kpi_claim_query import KpiClaimQuery
from .kpi_query import BALANCES, KpiQuery
from .kpi_scope import GROUPS, HISTORY, TAG, KpiScope, month_before

#: Months of a trend at most.
MOST_MONTHS = 60
#: Base figures that are no amounts of money, or not of one currency.
COUNTED = {*COUNT_FLOWS, "days"}


class ArCollectKpi(models.AbstractModel):
    """Answers for dashboards and reports; keeps nothing.

    Trade receivables of posted entries. Amounts are in the currency of the company one is in, those
    of companies with another one converted at the rate of the last day asked for.
    """

    _name = "ar.collect.kpi"
    _description = "Key Figures of Receivables"

    # === BUSINESS METHODS === #

    @api.model
    def get_trend(
        self,
        date_to=None,
        months=24,
        company_ids=None,
        user_id=None,
        segment=None,
        group_by=None,
    ):
        """The base figures and key figures of each of the last months, in one pass.

        :param date|str|None date_to: last day; the month it is in counts until then; None: today
        :param int months: how many, with that one
        :param list|None company_ids: None: the companies that are switched on
        :param int|None user_id: collector whose customers are meant; False: those without any;
            None: all customers
        :param dict|None segment: value by `company`, `collector`, `country`, `industry`, `trust`,
            `team` (the collector's) or `tag` of the customers meant
        :param str|None group_by: one of those but `tag`
        :return: one dict for each group (without `group_by` a single one) with `key`, `name`,
            `currency_id` and `periods`, see :meth:`_get_period`, the first month first
        :rtype: list
        """
        company_ids = self._check_request(company_ids, user_id, segment, group_by)
        last = self._get_last_day(date_to, company_ids)
        periods = self._get_months(last, months)
        return self._get_series(company_ids, periods, user_id, segment, group_by)

    @api.model
    def get_figures(
        self, date_from, date_to=None, company_ids=None, user_id=None, segment=None, group_by=None
    ):
        """The base figures and key figures of one period.

        :param date|str date_from: first day
        :param date|str|None date_to: last day; None: today
        :param company_ids: see :meth:`get_trend`, as for the others
        :return: see :meth:`get_trend`, with one period each
        :rtype: list
        """
        company_ids = self._check_request(company_ids, user_id, segment, group_by)
        periods = [(fields.Date.to_date(date_from), self._get_last_day(date_to, company_ids))]
        return self._get_series(company_ids, periods, user_id, segment, group_by)

    @api.model
    def _get_trend_beside(self, periods, months=24, segment=None):
        """The months until the end of the first of several periods, and these, in one pass.

        :param list periods: (first day, last day) of each; they may overlap
        :param int months: see :meth:`get_trend`
        :param dict|None segment: see :meth:`get_trend`
        :return: of the months, and of the periods, see :meth:`_get_period`
        :rtype: tuple
        """
        company_ids = self._check_request(None, None, segment, None)
        asked = [*self._get_months(periods[0][1], months), *periods]
        [series] = self._get_series(company_ids, asked, None, segment, None)
        return series["periods"][:months], series["periods"][months:]

    # --- who may ask what

    @api.model
    def _check_request(self, company_ids, user_id, segment, group_by):
        """Refuse what is not for everybody, and what nobody knows.

        A collector sees their own figures and those of all, never a colleague's.

        :return: ids of `res.company`
        :rtype: list
        :raise AccessError: a company that is not switched on, a colleague's figures, no collections
        :raise UserError: an unknown group or segment
        """
        user = self.env.user
        if not (self.env.su or user.has_group("ar_collect.group_inquiry")):
            raise AccessError(self.env._("Key figures are for people who work in collections."))
        company_ids = list(company_ids or self.env.companies.ids)
        if not set(company_ids) <= set(self.env.companies.ids):
            raise AccessError(self.env._("Switch the company on to see its figures."))
        segment = segment or {}
        if not {*segment, group_by or "company"} <= {*GROUPS, TAG} or group_by == TAG:
            raise UserError(self.env._("Customers are not told apart by that."))
        asked = {key for key in (user_id, segment.get("collector")) if key is not None}
        if self._sees_colleagues():
            return company_ids
        if asked - {user.id, False} or "team" in segment or group_by in ("collector", "team"):
            raise AccessError(self.env._("A colleague's figures are between them and the manager."))
        return company_ids

    @api.model
    def _sees_colleagues(self):
        """Managers do, and who reads all of collections without being a collector."""
        return self.env.su or self.env.user._sees_all_figures()

    @api.model
    def _get_last_day(self, day, company_ids):
        """The last day asked for; today where the first of the companies is."""
        company = self.env["res.company"].browse(company_ids[:1]) or self.env.company
        return fields.Date.to_date(day) or company._get_collect_today()

    @api.model
    def _get_months(self, last, months):
        """First and last day of so many months; the last one ends on the day given.

        :rtype: list[tuple]
        :raise UserError: too many, or none
        """
        if not 1 <= months <= MOST_MONTHS:
            raise UserError(self.env._("A trend has 1 to %s months.", MOST_MONTHS))
        first = last.replace(day=1)
        firsts = [fields.Date.subtract(first, months=n) for n in reversed(range(months))]
        ends = [day - timedelta(days=1) for day in firsts[1:]]
        return list(zip(firsts, [*ends, last], strict=True))

    # --- figures

    @api.model
    def _get_series(self, company_ids, periods, user_id, segment, group_by):
        """The figures of periods, by group, in one pass; see :meth:`get_trend`.

        :param list periods: (first day, last day) of each
        :raise UserError: one ends before it begins
        """
        if not all(first and first <= last for first, last in periods):
            raise UserError(self.env._("The last day lies before the first one."))
        spans = [(first - timedelta(days=1), last) for first, last in periods]
        ends = sorted({day for span in spans for day in span})
        self.env.flush_all()
        scope = KpiScope(self.env, company_ids, ends, user_id, segment, group_by)
        # in sums over all: nobody sees single records
        with self._hashed():
            balances, flows = self._read(scope)
        groups = sorted({key for key, _end in balances} | set(flows), key=str)
        if group_by is None:
            groups = [None]
        names = self._get_group_names(group_by, groups)
        return [
            {
                "key": group,
                "name": names.get(group),
                "currency_id": self.env.company.currency_id.id,
                "periods": [
                    self._get_period(scope, group, balances, flows.get(group, {}), after, until)
                    for after, until in spans
                ],
            }
            for group in groups
        ]

    @contextmanager
    def _hashed(self):
        """Let the database join whole sets: it would expect few rows of these, and loop."""
        setting = SQL("SELECT CURRENT_SETTING('enable_nestloop')")
        [[before]] = self.env.execute_query(setting)
        self.env.execute_query(SQL("SELECT SET_CONFIG('enable_nestloop', 'off', TRUE)"))
        yield
        self.env.execute_query(SQL("SELECT SET_CONFIG('enable_nestloop', %s, TRUE)", before))

    @api.model
    def _read(self, scope):
        """Base figures of the ledger and of claims, added up over companies.

        :return: by (group, end), and by group and slot
        :rtype: tuple
        """
        self.env["ar.collect.account"]._tune_for_all()
        ledger = KpiQuery(scope)
        claims = KpiClaimQuery(scope, ledger)
        rates = self._get_rates(scope)
        balances, flows = {}, {}
        for (company_id, key, end), figures in ledger.get_balances().items():
            group = self._get_group(scope, company_id, key)
            self._add(balances.setdefault((group, end), {}), figures, rates[company_id])
        for (company_id, key, end), amount in claims.get_disputed().items():
            group = self._get_group(scope, company_id, key)
            self._add(
                balances.setdefault((group, end), {}), {"disputed": amount}, rates[company_id]
            )
        for source in (ledger.get_flows(), claims.get_flows()):
            for (company_id, key), slots in source.items():
                group = flows.setdefault(self._get_group(scope, company_id, key), {})
                for slot, figures in slots.items():
                    self._add(group.setdefault(slot, {}), figures, rates[company_id])
        return balances, flows

    @staticmethod
    def _add(total, figures, rate):
        for name, value in figures.items():
            if value:
                total[name] = total.get(name, 0) + (value if name in COUNTED else value * rate)

    @api.model
    def _get_rates(self, scope):
        """What one unit of each company's currency is worth, by company id."""
        own, here, last = self.env.company.currency_id, self.env.company, scope.ends[-1]
        rate = self.env["res.currency"]._get_conversion_rate
        return {
            company.id: rate(company.currency_id, own, here, last)
            if company.currency_id != own
            else 1
            for company in scope.companies
        }

    @staticmethod
    def _get_group(scope, company_id, key):
        """What a row is shown under; ids come as text."""
        if scope.group_by is None:
            return None
        if scope.group_by == "company":
            return company_id
        if scope.group_by == "trust":
            return key
        return int(key) if key else False

    @api.model
    def _get_group_names(self, group_by, groups):
        """What groups are called.

        :rtype: dict
        """
        if group_by is None:
            return {}
        if group_by == "trust":
            return dict(self.env["res.partner"]._fields["trust"]._description_selection(self.env))
        models_ = {
            "company": "res.company",
            "collector": "res.users",
            "team": "ar.collect.team",
            "country": "res.country",
            "industry": "res.partner.industry",
        }
        # sudo: names only
        records = self.env[models_[group_by]].sudo().browse(filter(None, groups))  # sudo: see above
        return {record.id: record.display_name for record in records}

    @api.model
    def _get_period(self, scope, group, balances, flows, after, until):
        """One period of one group.

        :return: `date_from`, `date_to`, `base` (base figures) and `kpi` (None where there is
            nothing to divide by), both by code
        :rtype: dict
        """
        base = self._get_balance(balances.get((group, until), {}))
        begin = self._get_balance(balances.get((group, after), {}))
        base |= {
            "begin_receivables": begin["receivables"],
            "begin_overdue": begin["overdue"],
            "days": (until - after).days,
        }
        for name in (*AMOUNT_FLOWS, *COUNT_FLOWS):
            base[name] = self._sum(scope, flows, name, after, until)
        days = [month_before(until, n) for n in range(HISTORY + 1)]
        months = [
            (self._sum(scope, flows, "sales", start, end), (end - start).days)
            for end, start in pairwise(days)
        ]
        base["rolling_sales"] = self._round(
            sum(sales for sales, _days in months[:ROLLING_MONTHS]), "sales"
        )
        return {
            "date_from": after + timedelta(days=1),
            "date_to": until,
            "base": base,
            "kpi": work_out({**base, "sales_months": months}),
        }

    @api.model
    def _get_balance(self, figures):
        """What was open on a day, with the sums that follow."""
        base = {name: self._round(figures.get(name, 0), name) for name in (*BALANCES, "disputed")}
        late = ("amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus")
        base["overdue"] = self._round(sum(base[name] for name in late), "overdue")
        base["open"] = self._round(base["overdue"] + base["current"], "open")
        return base

    @api.model
    def _sum(self, scope, flows, name, after, until):
        """What happened after a day, until another one."""
        slots = scope.slots(after, until)
        return self._round(sum(flows.get(slot, {}).get(name, 0) for slot in slots), name)

    @api.model
    def _round(self, value, name):
        """An amount as money; counts and shares of promises as they are."""
        return value if name in COUNTED else self.env.company.currency_id.round(value)
