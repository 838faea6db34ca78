# Part of ar_collect. License LGPL-3.
"""The records behind each key figure."""

from datetime import datetime, time, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .account_journal import CASH_JOURNAL_TYPES
from .kpi_scope import TAG

#: What opens the figures: the method, by code.
SOURCES = {
    **dict.fromkeys(
        ("dso", "dso_rolling", "dso_countback", "turnover", "cei", "add", "receivables"), "aged"
    ),
    **dict.fromkeys(("bpdso", "current_share"), "current"),
    **dict.fromkeys(("overdue",), "overdue"),
    "at_risk_share": "at_risk",
    **dict.fromkeys(("days_late", "days_late_paid", "touches"), "paid"),
    "sales": "sales",
    "cash": "cash",
    "bad_debt_ratio": "written_off",
    **dict.fromkeys(("promise_kept_rate", "promise_kept_amount_rate"), "judged"),
    "collection_progress": "promised",
    "dispute_rate": "disputed",
    "dispute_cycle_days": "closed",
    **dict.fromkeys(("right_party_rate", "promise_rate"), "calls"),
}
#: Field of a collection account, or of its customer, by what figures are grouped by.
FIELDS = {
    "company": "company_id",
    "collector": "user_id",
    "country": "partner_id.country_id",
    "industry": "partner_id.industry_id",
    "trust": "partner_id.trust",
    TAG: "partner_id.category_id",
}


class ArCollectKpi(models.AbstractModel):
    _inherit = "ar.collect.kpi"

    # === ACTION METHODS === #

    @api.model
    def get_drill_down(self, code, filters=None):
        """The records that a key figure was worked out of.

        :param str code: of :meth:`get_definitions`
        :param dict filters: `date_from`, `date_to`, `company_ids`, `user_id`, `segment` as for
            :meth:`get_figures`
        :return: window action
        :rtype: dict
        """
        if code not in SOURCES:
            raise UserError(self.env._("There is no key figure “%s”.", code))
        filters = filters or {}
        user_id, segment = filters.get("user_id"), filters.get("segment")
        company_ids = self._check_request(filters.get("company_ids"), user_id, segment, None)
        until = self._get_last_day(filters.get("date_to"), company_ids)
        after = fields.Date.to_date(filters.get("date_from")) or until.replace(day=1)
        accounts = self._get_account_domain(company_ids, user_id, segment)
        action = getattr(self, f"_drill_{SOURCES[code]}")(accounts, after, until)
        names = {definition["code"]: definition["name"] for definition in self.get_definitions()}
        return {
            "type": "ir.actions.act_window",
            "name": names[code],
            "views": [(False, "list"), (False, "form")],
            **action,
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_account_domain(self, company_ids, user_id, segment):
        """Which collection accounts are meant.

        :rtype: Domain
        """
        domain = Domain("company_id", "in", company_ids)
        if user_id is not None:
            domain &= Domain("user_id", "=", user_id)
        for key, value in (segment or {}).items():
            if key == "team":
                people = self.env["ar.collect.team"].browse(value)._get_people()
                domain &= Domain("user_id", "in", people.ids)
            else:
                domain &= Domain(FIELDS[key], "=", value)
        return domain

    # --- what is open

    def _drill_aged(self, accounts, after, until, domain=None):
        """What was open on the last day: all of trade, or of it what else is asked for."""
        rows = Domain("account_id", "any", accounts) & Domain("is_trade", "=", True)
        return {
            **self.env["ar.collect.aged.report"]._get_action(until),
            "domain": list(rows & (domain or Domain.TRUE)),
        }

    def _drill_current(self, accounts, after, until):
        return self._drill_aged(accounts, after, until, Domain("bucket_0", "!=", 0))

    def _drill_overdue(self, accounts, after, until):
        return self._drill_aged(accounts, after, until, Domain("days_late", ">", 0))

    def _drill_at_risk(self, accounts, after, until):
        return self._drill_aged(accounts, after, until, Domain("days_late", ">", 90))

    # --- journal items

    def _drill_sales(self, accounts, after, until):
        days = Domain("date", ">=", after) & Domain("date", "<=", until)
        return self._get_items(accounts, days & Domain("journal_id.type", "=", "sale"))

    def _drill_cash(self, accounts, after, until):
        days = Domain("date", ">=", after) & Domain("date", "<=", until)
        money = Domain("journal_id.type", "in", CASH_JOURNAL_TYPES)
        then = Domain("max_date", ">=", after) & Domain("max_date", "<=", until)
        then &= Domain("credit_move_id.journal_id.type", "in", CASH_JOURNAL_TYPES)
        given_back = Domain("balance", ">", 0) & Domain("matched_credit_ids", "any", then)
        received = Domain("balance", "<", 0) & days
        return self._get_items(accounts, money & (received | given_back))

    def _drill_paid(self, accounts, after, until):
        money = Domain("credit_move_id.journal_id.type", "in", CASH_JOURNAL_TYPES)
        return self._get_matched(accounts, after, until, money)

    def _drill_written_off(self, accounts, after, until):
        journals = self.env["account.journal"]._get_collect_kinds()
        other = Domain("credit_move_id.journal_id", "in", journals["other"])
        return self._get_matched(accounts, after, until, other)

    def _get_matched(self, accounts, after, until, match):
        """Items that were matched with something in the period."""
        days = Domain("max_date", ">=", after) & Domain("max_date", "<=", until)
        return self._get_items(accounts, Domain("matched_credit_ids", "any", days & match))

    def _get_items(self, accounts, domain):
        """Journal items of the trade receivables of these customers."""
        trade = Domain("account_id.account_type", "=", "asset_receivable")
        trade &= Domain("account_id.non_trade", "=", False) & Domain("parent_state", "=", "posted")
        # the accounts of a customer in another company are another collector's
        of_companies = Domain.OR(
            Domain("company_id", "=", company_id)
            & Domain(
                "partner_id.commercial_partner_id.collect_account_ids",
                "any",
                accounts & Domain("company_id", "=", company_id),
            )
            for company_id in self.env.companies.ids
        )
        view = self.env.ref("ar_collect.account_move_line_view_list_collect")
        return {
            "res_model": "account.move.line",
            "views": [(view.id, "list"), (False, "form")],
            "domain": list(domain & trade & of_companies),
            "context": {"create": False, "edit": False, "delete": False},
        }

    # --- promises, disputes, calls

    def _drill_judged(self, accounts, after, until):
        def between(name, days=0):
            first, last = (fields.Date.subtract(day, days=days) for day in (after, until))
            return Domain(name, ">=", first) & Domain(name, "<=", last)

        kept = between("date_kept") | Domain("date_kept", "=", False) & between("date_promised")
        # the others are judged on the day after the days of grace
        late = Domain.OR(
            Domain("company_id", "in", companies.ids) & between("date_promised", grace + 1)
            for grace, companies in self.env.companies.grouped("collect_promise_grace_days").items()
        )
        judged = Domain("state", "=", "kept") & kept
        judged |= Domain("state", "in", ("partial", "broken")) & late
        return self._get_records("ar.collect.promise", accounts, judged)

    def _drill_promised(self, accounts, after, until):
        days = Domain("promised_on", ">=", after) & Domain("promised_on", "<=", until)
        return self._get_records("ar.collect.promise", accounts, days)

    def _drill_disputed(self, accounts, after, until):
        still = Domain("date_closed", "=", False) | Domain("date_closed", ">", until)
        domain = Domain("date_opened", "<=", until) & Domain("state", "!=", "cancelled") & still
        return self._get_records("ar.collect.dispute", accounts, domain)

    def _drill_closed(self, accounts, after, until):
        days = Domain("date_closed", ">=", after) & Domain("date_closed", "<=", until)
        closed = Domain("state", "=", "closed")
        return self._get_records("ar.collect.dispute", accounts, days & closed)

    def _drill_calls(self, accounts, after, until):
        days = Domain.OR(
            Domain("company_id", "in", companies.ids)
            & Domain("date", ">=", self._get_midnight(after, zone))
            & Domain("date", "<", self._get_midnight(fields.Date.add(until, days=1), zone))
            for zone, companies in self.env.companies.grouped(
                self.env["ar.collect.refresh.status"]._get_time_zone
            ).items()
        )
        calls = Domain("channel", "=", "call") & Domain("direction", "=", "out")
        return self._get_records("ar.collect.activity", accounts, days & calls)

    @api.model
    def _get_midnight(self, day, zone):
        """The moment, in UTC, at which a day begins in a time zone.

        :rtype: datetime
        """
        return datetime.combine(day, time.min, zone).astimezone(timezone.utc).replace(tzinfo=None)

    def _get_records(self, model, accounts, domain):
        """Promises, disputes or contacts of these customers."""
        return {
            "res_model": model,
            "domain": list(Domain("account_id", "any", accounts) & domain),
        }
