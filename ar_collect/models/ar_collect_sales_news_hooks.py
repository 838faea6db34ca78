# Part of ar_collect. License LGPL-3.
"""Where news for salespeople come from: what customers say, and what is decided about them."""

from odoo import Command, models

from .ar_collect_account_hold import ON_HOLD

#: Kind of news by what is told of a claim in its customer's log, see ``_note_on_account``.
OF_PROMISES = {
    "created": "promise_made",
    "kept": "promise_kept",
    "partial": "promise_partial",
    "broken": "promise_broken",
    "cancelled": "promise_withdrawn",
}
OF_PLANS = {"agreed": "plan_agreed", "broken": "plan_broken"}
OF_DISPUTES = {
    "created": "dispute_opened",
    "objected": "dispute_opened",
    "unsettled": "dispute_opened",
    "closed": "dispute_closed",
    "settled": "dispute_closed",
    "cancelled": "dispute_closed",
}


class ArCollectClaim(models.AbstractModel):
    _inherit = "ar.collect.claim"

    #: kind of news by event
    _news_kinds = {}

    def _note_on_account(self, event):
        """Override of `ar_collect`: some of it is news for salespeople as well."""
        result = super()._note_on_account(event)
        if kind := self._news_kinds.get(event):
            self.env["ar.collect.sales.news"]._note(
                [claim._get_news_values(kind) for claim in self.sudo()]  # sudo: amounts, no more
            )
        return result

    def _get_news_values(self, kind):
        """Values of the news about this.

        :param str kind: of `ar.collect.sales.news`
        :rtype: dict
        """
        self.ensure_one()
        return {
            "account_id": self.account_id.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "amount": self._get_news_amount(),
            "res_model": self._name,
            "res_id": self.id,
        }

    def _get_news_amount(self):
        """The amount in the currency of the company.

        :rtype: float
        """
        company = self.company_id
        return self.currency_id._convert(
            self.amount, company.currency_id, company, company._get_collect_today()
        )


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    _news_kinds = OF_PROMISES

    def _get_news_values(self, kind):
        """Override of `ar_collect`: the day it is promised for."""
        return {**super()._get_news_values(kind), "date": self.date_promised}

    def _get_news_amount(self):
        """Override of `ar_collect`: as it was worth when it was promised."""
        return self.amount_company


class ArCollectPaymentPlan(models.Model):
    _inherit = "ar.collect.payment.plan"

    _news_kinds = OF_PLANS


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    _news_kinds = OF_DISPUTES


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    def _create_asked(self, company, today, values):
        """Override of `ar_collect`: who looks after the customer hears that somebody was asked."""
        escalations = super()._create_asked(company, today, values)
        escalations.filtered(lambda escalation: escalation.state == "open")._note_news()
        return escalations

    def _resume(self, company, today):
        """Override of `ar_collect`: what began paused is news now, what went on before is not."""
        result = super()._resume(company, today)
        if not self:
            return result
        news = self.env["ar.collect.sales.news"].sudo()  # sudo: noted by the system
        known = news.search(
            [("kind", "=", "escalated"), ("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        (self - self.browse(known.mapped("res_id")))._note_news()
        return result

    def _note_news(self):
        """Somebody is asked for help with these customers."""
        self.env["ar.collect.sales.news"]._note(
            [
                {
                    "account_id": escalation.account_id.id,
                    "company_id": escalation.company_id.id,
                    "kind": "escalated",
                    "amount": escalation.amount,
                    "res_model": escalation._name,
                    "res_id": escalation.id,
                    # asked by a mail of its own
                    "told_ids": [Command.set(escalation.user_id.ids)],
                }
                for escalation in self
            ]
        )


class ArCollectHoldRelease(models.Model):
    _inherit = "ar.collect.hold.release"

    def _release(self, reason, until, promise=None, amount=0):
        """Override of `ar_collect`: a release is news for who looks after the customer."""
        result = super()._release(reason, until, promise, amount)
        release = self.sudo()  # sudo: decided by who may
        self.env["ar.collect.sales.news"]._note(
            [
                {
                    "account_id": release.account_id.id,
                    "company_id": release.company_id.id,
                    "kind": "released",
                    "date": until,
                    "res_model": release._name,
                    "res_id": release.id,
                    # told by a message of its own
                    "told_ids": [Command.set(release.requested_by_id.ids)],
                }
            ]
        )
        return result

    def _set_over(self, text):
        """Override of `ar_collect`: whoever heard that orders pass hears that they do not again."""
        result = super()._set_over(text)
        accounts = self.sudo().account_id  # sudo: ended by who may, or by the system
        of_customers = self.sudo().filtered_domain(accounts._get_release_domain())  # sudo: s. above
        self.env["ar.collect.sales.news"]._note(
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "kind": "hold" if account.hold else "rule_hold",
                    "amount": account.amount_overdue,
                }
                for account in of_customers.account_id
                if account.hold_level in ON_HOLD
            ]
        )
        return result
