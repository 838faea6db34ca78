# Part of ar_collect. License LGPL-3.
"""A credit review in words: why this class, why this limit."""

from odoo import api, models
from odoo.tools import formatLang

from ..tools.credit_review import FACTORS


class ArCollectCreditReview(models.Model):
    _inherit = "ar.collect.credit.review"

    # === COMPUTE METHODS === #

    @api.depends("reasons", "proposed_class", "amount_sales", "amount_written_off", "sales_days")
    @api.depends_context("lang")
    def _compute_texts(self):
        for review in self:
            risks = [reason for reason in review.reasons or [] if reason["points"]]
            others = [reason for reason in review.reasons or [] if not reason["points"]]
            lines = [f"+{risk['points']}  {review._get_risk_text(risk)}" for risk in risks]
            review.risk_text = "\n".join(lines) or self.env._("Nothing speaks against them.")
            review.limit_text = "\n".join(review._get_limit_text(other) for other in others)

    # === BUSINESS METHODS === #

    def _get_risk_text(self, reason):
        """What speaks against the customer.

        :param dict reason: code, value, points; see ``tools/credit_review.py``
        :rtype: str
        """
        number = formatLang(self.env, reason["value"], digits=0)
        percent = formatLang(self.env, 100 * reason["value"], digits=0)
        match reason["code"]:
            case "late":
                return self.env._("Pays %s days late on average", number)
            case "worse":
                return self.env._("That is %s days later than the year before", number)
            case "overdue":
                return self.env._("%s%% of what is open is past due, without disputes", percent)
            case "oldest":
                return self.env._("Something is overdue for %s days", number)
            case "broken":
                return self.env._("Promises broken in 12 months: %s", number)
            case "disputed":
                return self.env._("%s%% of the sales contested, found not to be our fault", percent)
            case "written_off":
                return self.env._("%s%% of the sales written off", percent)
            case "few":
                return self.env._("Too little is known: items paid or past due so far: %s", number)
        return reason["code"]

    def _get_limit_text(self, reason):
        """How the limit comes about.

        :param dict reason: see :meth:`_get_risk_text`
        :rtype: str
        """
        number = self._format_number(reason["value"])
        texts = {
            "usual": "",
            "assumed": self.env._("Nothing was paid yet, so %s days are assumed.", number),
            "shortest": self.env._("They pay sooner, but %s days count at least.", number),
            "longest": self.env._("They pay later, but %s days count at most.", number),
            "step": self.env._("At most %s times the present limit in one review.", number),
            "kept": self.env._(
                "Nothing sold in 12 months that was not written off: the limit stays as it is."
            ),
        }
        text = texts.get(reason["code"], reason["code"])
        if reason["code"] in ("step", "kept"):
            return text
        lost = self.amount_written_off and self.env._(
            "What was written off is taken off the sales."
        )
        return "\n".join(line for line in (self._get_formula_text(number), lost, text) if line)

    def _get_formula_text(self, days):
        """The limit as one may work it out again.

        :param str days: to pay
        :rtype: str
        """
        return self.env._(
            "%(sales)s of sales in %(span)s days, times %(days)s / %(span)s days until paid, times"
            " %(factor)s for class %(risk_class)s.",
            sales=self.currency_id.format(self.amount_sales - self.amount_written_off),
            span=self.sales_days,
            days=days,
            factor=self._format_number(FACTORS[self.proposed_class]),
            risk_class=self.proposed_class,
        )

    def _format_number(self, value):
        """A number with a digit where there is something to show."""
        return formatLang(self.env, value, digits=0 if round(float(value), 1).is_integer() else 1)
