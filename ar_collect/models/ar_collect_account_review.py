# Part of ar_collect. License LGPL-3.
"""Credit reviews of a collection account, and the figures they are made from."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import credit_review
from .ar_collect_credit_review import RISK_CLASSES
from .credit_query import YEAR, CreditQuery
from .refresh_scope import RefreshScope

#: What a review says of the disputes of a year.
DISPUTE_FIGURES = (
    "dispute_count",
    "amount_disputed",
    "amount_disputed_ours",
    "amount_disputed_theirs",
)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    risk_class = fields.Selection(
        RISK_CLASSES, readonly=True, help="What the last credit review has decided."
    )
    review_ids = fields.One2many(
        comodel_name="ar.collect.credit.review", inverse_name="account_id", string="Credit Reviews"
    )

    # === ACTION METHODS === #

    def action_review(self):
        """Begin the credit review of customers, or go on with it.

        :return: window action of the drafts
        :rtype: dict
        """
        drafts = self.env["ar.collect.credit.review"]._make(self)
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = {**actions._for_xml_id("ar_collect.ar_collect_credit_review_action")}
        if len(drafts) == 1:
            return {**action, "res_id": drafts.id, "views": [(False, "form")], "context": {}}
        return {**action, "domain": [("id", "in", drafts.ids)], "context": {}}

    def action_open_reviews(self):
        """Open the reviews of this customer."""
        self.ensure_one()
        self.check_access("read")
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_credit_review_action"),
            "name": self.env._("Credit Reviews: %s", self.partner_id.display_name),
            "domain": [("account_id", "=", self.id)],
            "context": {"fill_temporal": False},  # months without a review are no zeros
            "views": [(False, "list"), (False, "graph"), (False, "form")],
        }

    def action_open_trend(self):
        """Open how late this customer paid, by the reviews that know it."""
        action = self.action_open_reviews()
        return {
            **action,
            "domain": [*action["domain"], ("late_now_count", ">", 0)],
            "views": [(False, "graph"), (False, "list"), (False, "form")],
        }

    # === BUSINESS METHODS === #

    def _get_review_values(self):
        """The figures of today, and what they propose; the rows are refreshed before.

        :return dict: values of an `ar.collect.credit.review` by account id
        """
        accounts = self.sudo()  # sudo: of accounts that the caller has checked
        accounts._refresh(accounts.partner_id, accounts.company_id)
        query = CreditQuery(RefreshScope(accounts.company_id, accounts.partner_id.ids))
        ledger = accounts._read_review_figures(query)
        disputes = accounts._read_review_disputes(query.scope.today)
        standings = accounts.env["ar.collect.hold"]._get_ledger_standings(
            accounts.partner_id, accounts.company_id
        )
        values = {}
        for account in accounts:
            figures = {
                **account._get_own_figures(),
                **ledger[account.id],
                **disputes[account.id],
                **account._get_standing_figures(
                    standings[account.partner_id.id, account.company_id.id]
                ),
                "date": query.scope.today[account.company_id.id],
            }
            values[account.id] = {**figures, **account._get_review_proposal(figures)}
        return values

    def _get_own_figures(self):
        """What stands on the row."""
        return {
            "amount_balance": self.amount_balance,
            "amount_overdue": self.amount_overdue,
            "late_probability": self.late_probability,
            "last_payment_date": self.last_payment_date,
            "last_payment_amount": self.last_payment_amount,
        }

    def _get_standing_figures(self, standing):
        """What of the limit is used, and what is overdue that the customer is to blame for.

        :param Standing standing: see ``ar.collect.hold``
        """
        overdue = max(0.0, standing.overdue)
        # credits are negative, and taken off what is overdue as well
        debts = self.amount_overdue + self.amount_not_due + self.amount_credit
        limit = standing.limit if self.company_id.account_use_credit_limit else 0.0
        return {
            "amount_exposure": standing.exposure,
            "amount_limit": limit,
            "uses_limit": bool(self.company_id.account_use_credit_limit),
            "limit_use": 100 * standing.exposure / limit if limit > 0 else 0.0,
            "oldest_days": standing.oldest,
            "overdue_share": credit_review.get_share(overdue, max(overdue, debts)),
        }

    def _read_review_figures(self, query):
        """How they pay, what is sold, what was promised.

        :param CreditQuery query: of these customers
        :return dict: values by account id
        """
        self.env.flush_all()
        figures = {}
        for row in self.env.execute_query_dict(query.get_figures(self.ids)):
            share, count = row.pop("promise_kept_share"), row["promise_count"]
            row["promise_kept_rate"] = share / count if count else 0.0
            row["amount_sales"] = row.pop("sales")
            row["amount_written_off"] = row.pop("written_off")
            figures[row.pop("id")] = row
        return figures

    @api.model
    def _get_dispute_days(self, today):
        """Disputes opened in the last year.

        :param dict today: by company id
        :rtype: Domain
        """
        return Domain.OR(
            Domain("company_id", "=", company_id)
            & Domain("date_opened", "<=", day)
            & Domain("date_opened", ">", fields.Date.subtract(day, days=YEAR))
            for company_id, day in today.items()
        )

    def _read_review_disputes(self, today):
        """What was contested in the last year, in company currency.

        :param dict today: by company id
        :return dict: values by account id
        """
        reports = self.env["ar.collect.dispute.report"]
        domain = Domain("account_id", "in", self.ids) & self._get_dispute_days(today)
        figures = {account_id: dict.fromkeys(DISPUTE_FIGURES, 0) for account_id in self.ids}
        for account, cause, is_ours, outcome, amount, count in reports._read_group(
            domain,
            ["account_id", "root_cause_id", "is_ours", "outcome"],
            ["amount:sum", "__count"],
        ):
            found = figures[account.id]
            found["dispute_count"] += count
            found["amount_disputed"] += amount
            if is_ours:
                found["amount_disputed_ours"] += amount
            elif cause and outcome:
                found["amount_disputed_theirs"] += amount
        return figures

    def _get_review_proposal(self, figures):
        """What is proposed, and what follows from the figures.

        :param dict figures: of a review
        :return dict: values of a review
        """
        known = self._get_known_figures(figures)
        company = self.company_id
        proposal = credit_review.propose(known, company.account_use_credit_limit)
        change = credit_review.get_change(known)
        limit = self.currency_id.round(proposal.limit)
        return {
            "dispute_share": credit_review.get_share(
                figures["amount_disputed"], figures["amount_sales"]
            ),
            "trend": credit_review.get_trend(
                change, company.collect_review_days or credit_review.TREND_DAYS
            ),
            "proposed_limit": limit,
            "proposed_class": proposal.risk_class,
            "reasons": [
                {"code": reason.code, "value": reason.value, "points": reason.points}
                for reason in proposal.reasons
            ],
            "decided_limit": limit,
            "decided_class": proposal.risk_class,
        }

    def _get_known_figures(self, figures):
        """The figures as the proposal takes them.

        :rtype: credit_review.Figures
        """
        return credit_review.Figures(
            overdue=figures["overdue_share"],
            oldest=figures["oldest_days"],
            limit=figures["amount_limit"],
            sales=figures["amount_sales"],
            sales_days=figures["sales_days"],
            written_off=figures["amount_written_off"],
            days_to_pay=figures["days_to_pay"],
            late_now=figures["late_now"],
            late_now_count=figures["late_now_count"],
            late_before=figures["late_before"],
            late_before_count=figures["late_before_count"],
            broken=figures["promise_broken_count"],
            disputed=figures["amount_disputed_theirs"],
        )

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was decided of a customer is kept."""
        return [*super()._get_hollow_domain(), ("review_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let reviews go over as well; of two drafts, one stays."""
        drafts = (self | target).review_ids.filtered(lambda review: review.state == "draft")
        if len(drafts) > 1:
            drafts.filtered(lambda review: review.account_id == self).unlink()
        self.review_ids.write({"account_id": target.id})
        if self.risk_class and not target.risk_class:
            target.risk_class = self.risk_class
        return super()._move_talk(target)
