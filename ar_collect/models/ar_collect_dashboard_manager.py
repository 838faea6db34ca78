# Part of ar_collect. License LGPL-3.
"""*Manager*: key figures with their trend, aging history, forecast, targets, customers, causes."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .ar_collect_dashboard import FIRST_PART, LISTED

#: Months of the trend.
MONTHS = 24
#: Key figures that get a card; all are in the list below.
CARDS = (
    *("dso", "dso_countback", "bpdso", "add", "cei", "current_share", "at_risk_share"),
    *("promise_kept_rate", "dispute_rate", "overdue", "sales", "cash"),
)
#: Base figures of the aging, as they are stacked.
AGING = ("current", "amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus")
#: Kinds of the forecast that are shown: what is disputed or not asked for is not expected.
EXPECTED = ("promise", "on_way", "expected", "late")
#: Weeks of the forecast.
WEEKS = 8


class ArCollectDashboard(models.AbstractModel):
    _inherit = "ar.collect.dashboard"

    # === BUSINESS METHODS === #

    @api.model
    def _get_manager_parts(self):
        """See :meth:`get_page`: two years of the ledger take a while where it is large."""
        return {
            FIRST_PART: self._get_manager_first,
            "figures": self._get_manager_kpis,
            "cash": self._get_manager_months,
        }

    @api.model
    def _get_manager_first(self, request):
        """What is quick, with the places of what comes later."""
        return {
            "cards": [self._pending(code) for code in CARDS],
            "bars": self._get_manager_targets(request),
            "charts": [
                self._pending("aging", self.env._("Aging at the End of Each Month")),
                self._pending("cash_months", self.env._("Cash by Cause")),
                self._get_manager_forecast(request),
            ],
            "tables": [
                self._get_manager_customers(request),
                self._get_manager_causes(request),
                self._pending("figures", self.env._("All Key Figures")),
            ],
        }

    @api.model
    def _get_manager_kpis(self, request):
        """What the key figures say, in one pass: of the months, and of the period beside others."""
        periods = [request.days, request.days_before, request.days_a_year_ago]
        months, figures = self.env["ar.collect.kpi"]._get_trend_beside(
            periods, MONTHS, segment=self._get_kpi_segment(request)
        )
        return {
            "cards": self._get_manager_cards(figures, months),
            "charts": [self._get_manager_aging(months)],
            "tables": [self._get_manager_figures(figures)],
        }

    @api.model
    def _get_manager_months(self, request):
        return {"charts": [self._get_manager_cash(request)]}

    @api.model
    def _get_kpi_segment(self, request):
        """Whose customers the key figures are about.

        :rtype: dict|None
        """
        return {"team": request.team.id} if request.team else None

    # --- key figures

    @api.model
    def _get_manager_cards(self, figures, months):
        definitions = {one["code"]: one for one in self.env["ar.collect.kpi"].get_definitions()}
        return [
            self._get_kpi_card(definitions[code], figures, months)
            for code in CARDS
            if code in definitions
        ]

    @api.model
    def _get_kpi_card(self, definition, figures, months):
        """A key figure of the period, with its months and the change since the period before."""
        code = definition["code"]
        trend = [_get_kpi(month, code) for month in months]
        value, before, _a_year_ago = (_get_kpi(period, code) for period in figures)
        return self._card(
            code,
            definition["name"],
            value,
            definition["help"],
            definition["unit"],
            trend=trend,
            change=value - before if None not in (value, before) else None,
            up_is_good=definition["up_is_good"],
        )

    @api.model
    def _get_manager_figures(self, figures):
        """All key figures of the period, beside the same days of the one before and a year ago."""
        rows = [
            {
                "key": one["code"],
                "help": one["help"],
                "unit": one["unit"],
                "cells": [one["name"], *(_get_kpi(period, one["code"]) for period in figures)],
            }
            for one in self.env["ar.collect.kpi"].get_definitions()
        ]
        return self._list(
            "figures",
            self.env._("All Key Figures"),
            self.env._(
                "Of the period, of the same days of the period before, and of a year before. Each"
                " figure says below the mouse how it is worked out."
            ),
            [
                (self.env._("Figure"), ""),
                (self.env._("Period"), "own"),
                (self.env._("Period Before"), "own"),
                (self.env._("Year Before"), "own"),
            ],
            rows,
            len(rows),
            "",
        )

    @api.model
    def action_open(self, page, code, filters=None, key=None):
        """Override of `ar_collect`: what is behind a key figure is known there."""
        if page == "manager" and (code in CARDS or code == "figures"):
            request = self._get_request(page, filters)
            return self._open_kpi(request, key if code == "figures" else code)
        return super().action_open(page, code, filters, key)

    @api.model
    def _open_kpi(self, request, code):
        return self.env["ar.collect.kpi"].get_drill_down(
            self._as_text(code),
            {
                "date_from": request.first,
                "date_to": request.last,
                "segment": self._get_kpi_segment(request),
            },
        )

    # --- charts

    @api.model
    def _get_manager_aging(self, months):
        names = {
            "current": self.env._("Not Due"),
            "amount_1_30": self.env._("1-30 Days"),
            "amount_31_60": self.env._("31-60 Days"),
            "amount_61_90": self.env._("61-90 Days"),
            "amount_91_plus": self.env._("91+ Days"),
        }
        return {
            "code": "aging",
            "name": self.env._("Aging at the End of Each Month"),
            "help": self.env._("Open invoices by days past due, as of the last day of the month."),
            "unit": "money",
            "labels": [fields.Date.to_string(month["date_to"]) for month in months],
            "keys": [fields.Date.to_string(month["date_to"]) for month in months],
            "is_month": True,
            "datasets": [
                {
                    "key": name,
                    "label": names[name],
                    "data": [month["base"][name] for month in months],
                }
                for name in AGING
            ],
            "empty": self.env._("Nothing was open in these months."),
        }

    @api.model
    def _open_manager_aging(self, request, key):
        day = self._as_day(self._as_pair(key)[0]) if key else request.last
        filters = {"date_to": day, "segment": self._get_kpi_segment(request)}
        return self.env["ar.collect.kpi"].get_drill_down("receivables", filters)

    @api.model
    def _get_manager_cash(self, request):
        """Cash of the last twelve months by what it is attributed to."""
        report = self.env["ar.collect.cash.report"]
        rows = report._read_group(
            self._get_year(request), ["date:month", "source", "company_id"], ["amount:sum"]
        )
        labels = dict(report._fields["source"]._description_selection(self.env))
        sums = self._group_money(
            (((day, fields.Date.to_string(day)), (source, labels[source])), *rest)
            for day, source, *rest in rows
        )
        stacked = self._stack(sums, order=list(labels))
        return {
            **stacked,
            "keys": stacked["labels"],
            "is_month": True,
            "code": "cash_months",
            "name": self.env._("Cash by Cause"),
            "help": self.env._(
                "Cash received by month: what a promise covers, else what came within days after a"
                " contact, else after a notice, else unprompted. It does not prove a cause."
            ),
            "unit": "money",
            "empty": self.env._("No money came in this year."),
        }

    @api.model
    def _get_year(self, request):
        first = fields.Date.subtract(request.last.replace(day=1), months=11)
        return (
            request.of_people("collector_id")
            & Domain("date", ">=", first)
            & Domain("date", "<=", request.last)
        )

    @api.model
    def _open_manager_cash_months(self, request, key):
        domain = self._get_year(request)
        if key:
            month, source = self._as_pair(key)
            first = self._as_day(month)
            last = fields.Date.end_of(first, "month")
            domain &= Domain("date", ">=", first) & Domain("date", "<=", last)
            domain &= Domain("source", "=", self._as_text(source))
        return self._list_action(
            "ar.collect.cash.report", self.env._("Cash by Cause"), domain, "list,pivot,graph"
        )

    @api.model
    def _get_manager_forecast(self, request):
        """What is expected in the next weeks: promises, then what customers usually do."""
        items = self.env["ar.collect.forecast.item"]
        rows = items._read_group(
            self._get_expected(request), ["week:day", "kind", "company_id"], ["amount:sum"]
        )
        labels = dict(items._fields["kind"]._description_selection(self.env))
        sums = self._group_money(
            (((week, fields.Date.to_string(week)), (kind, labels[kind])), *rest)
            for week, kind, *rest in rows
        )
        stacked = self._stack(sums, order=list(EXPECTED))
        return {
            **stacked,
            "keys": stacked["labels"],
            "is_week": True,
            "code": "forecast",
            "name": self.env._("Cash Expected by Week"),
            "help": self.env._(
                "Promises first, then invoices on the day on which the customer usually pays;"
                " disputes are left out. As of now, whatever period is chosen."
            ),
            "unit": "money",
            "empty": self.env._("Nothing is expected in the next weeks."),
        }

    @api.model
    def _get_expected(self, request):
        today = self.env.company._get_collect_today()
        return (
            request.of_people("account_id.user_id")
            & Domain("kind", "in", EXPECTED)
            & Domain("week", "<", today + timedelta(weeks=WEEKS))
        )

    @api.model
    def _open_manager_forecast(self, request, key):
        domain = self._get_expected(request)
        if key:
            week, kind = self._as_pair(key)
            domain &= Domain("week", "=", self._as_day(week))
            domain &= Domain("kind", "=", self._as_text(kind))
        return self._list_action("ar.collect.forecast.item", self.env._("Cash Expected"), domain)

    # --- targets

    @api.model
    def _get_manager_targets(self, request):
        """The targets that run on the last day, as their bars show them."""
        targets = self.env["ar.collect.target"].search(
            self._get_targets(request), order="team_id, user_id, metric, id", limit=3 * LISTED
        )
        labels = dict(targets._fields["metric"]._description_selection(self.env))
        return {
            "code": "targets",
            "name": self.env._("Targets"),
            "help": self.env._(
                "What was reached, beside what is expected by today: the target by the working days"
                " that have ended."
            ),
            "rows": [
                {
                    "key": target.id,
                    "name": f"{target.user_id.name or target.team_id.name}: {labels[target.metric]}",
                    "figures": target.bar,
                }
                for target in targets
            ],
            "empty": self.env._("No target runs in this period."),
        }

    @api.model
    def _get_targets(self, request):
        domain = (
            Domain("company_id", "in", request.companies)
            & Domain("date_from", "<=", request.last)
            & Domain("date_to", ">=", request.last)
        )
        if request.team:
            people = Domain("user_id", "in", request.team._get_people().ids)
            domain &= people | Domain("team_id", "=", request.team.id)
        return domain

    @api.model
    def _open_manager_targets(self, request, key):
        domain = self._get_targets(request)
        if key:
            return (
                self.env["ar.collect.target"]
                .search(domain & Domain("id", "=", self._as_id(key)))
                .action_open_rows()
            )
        return self._list_action("ar.collect.target", self.env._("Targets"), domain)

    # --- lists

    @api.model
    def _get_manager_customers(self, request):
        domain = self._get_debtors(request)
        accounts = self.env["ar.collect.account"]
        rows = accounts.search(domain, order="amount_overdue DESC, id", limit=LISTED)
        return self._list(
            "customers",
            self.env._("Most Overdue"),
            self.env._("The customers with most past due, as of now."),
            [
                (self.env._("Customer"), ""),
                (self.env._("Collector"), ""),
                (self.env._("Oldest Due"), "date"),
                (self.env._("Overdue"), "money"),
            ],
            [
                self._row(
                    account,
                    account.currency_id,
                    account.partner_id.display_name,
                    account.user_id.name,
                    account.oldest_due_date,
                    account.amount_overdue,
                )
                for account in rows
            ],
            accounts.search_count(domain),
            self.env._("Nobody is late."),
        )

    @api.model
    def _get_debtors(self, request):
        return request.of_people("user_id") & Domain("amount_overdue", ">", 0)

    @api.model
    def _open_manager_customers(self, request, key):
        domain = self._get_debtors(request)
        return self._list_action("ar.collect.account", self.env._("Most Overdue"), domain)

    @api.model
    def _get_manager_causes(self, request):
        """What customers contested in the last twelve months, by its cause in our house."""
        rows = self.env["ar.collect.dispute.report"]._read_group(
            self._get_contested(request),
            ["root_cause_id", "reason_id", "company_id"],
            ["amount:sum", "__count"],
        )
        unknown = self.env._("cause unknown")
        sums = self._group_money(
            ((cause, reason), company, amount) for cause, reason, company, amount, _count in rows
        )
        counts = {}
        for cause, reason, _company, _amount, count in rows:
            counts[cause, reason] = counts.get((cause, reason), 0) + count
        order = sorted(sums, key=lambda pair: -sums[pair])
        return self._list(
            "causes",
            self.env._("Why Customers Complain"),
            self.env._("Contested in the last twelve months, by reason and root cause."),
            [
                (self.env._("Reason"), ""),
                (self.env._("Root Cause"), ""),
                (self.env._("Disputes"), "number"),
                (self.env._("Contested"), "money"),
            ],
            [
                {
                    "key": [cause.id, reason.id],
                    "cells": [
                        reason.name or "",
                        cause.name or unknown,
                        counts[cause, reason],
                        sums[cause, reason],
                    ],
                }
                for cause, reason in order[:LISTED]
            ],
            len(sums),
            self.env._("Nobody contested anything."),
        )

    @api.model
    def _get_contested(self, request):
        first = fields.Date.subtract(request.last, years=1)
        return request.of_people("account_id.user_id") & Domain("date_opened", ">", first)

    @api.model
    def _open_manager_causes(self, request, key):
        domain = self._get_contested(request)
        if key:
            cause_id, reason_id = map(self._as_id, self._as_pair(key))
            domain &= Domain("root_cause_id", "=", cause_id) & Domain("reason_id", "=", reason_id)
        return self._list_action(
            "ar.collect.dispute.report", self.env._("Disputes"), domain, "list,pivot,graph"
        )


def _get_kpi(period, code):
    """A key figure of a period, or one of the base figures that are shown as well."""
    if code in period["kpi"]:
        return period["kpi"][code]
    return period["base"].get(code)
