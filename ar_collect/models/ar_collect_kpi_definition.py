# Part of ar_collect. License LGPL-3.
"""What each key figure is called, how it is worked out, and whether more of it is better."""

from odoo import api, models

#: Unit and whether up is good (None: neither), by code, in the order they are shown in.
UNITS = {
    "dso": ("days", False),
    "dso_rolling": ("days", False),
    "dso_countback": ("days", False),
    "bpdso": ("days", None),
    "add": ("days", False),
    "days_late": ("days", False),
    "days_late_paid": ("days", False),
    "cei": ("percent", True),
    "current_share": ("percent", True),
    "at_risk_share": ("percent", False),
    "bad_debt_ratio": ("percent", False),
    "turnover": ("number", True),
    "promise_kept_rate": ("percent", True),
    "promise_kept_amount_rate": ("percent", True),
    "collection_progress": ("percent", True),
    "dispute_rate": ("percent", False),
    "dispute_cycle_days": ("days", False),
    "touches": ("number", False),
    "right_party_rate": ("percent", True),
    "promise_rate": ("percent", True),
    "receivables": ("money", None),
    "overdue": ("money", False),
    "sales": ("money", True),
    "cash": ("money", True),
}


class ArCollectKpi(models.AbstractModel):
    _inherit = "ar.collect.kpi"

    # === BUSINESS METHODS === #

    @api.model
    def get_definitions(self):
        """All key figures, and the base figures worth showing.

        :return: dicts with `code`, `name`, `help` (with the formula), `unit` (days, percent, money,
            number) and `up_is_good` (None: neither)
        :rtype: list
        """
        texts = {**self._get_day_texts(), **self._get_share_texts(), **self._get_work_texts()}
        return [
            {
                "code": code,
                "name": texts[code][0],
                "help": texts[code][1],
                "unit": unit,
                "up_is_good": up_is_good,
            }
            for code, (unit, up_is_good) in UNITS.items()
        ]

    @api.model
    def _get_day_texts(self):
        """(name, help) of what is measured in days and money."""
        return {
            "dso": (
                self.env._("DSO"),
                self.env._(
                    "Days sales outstanding: receivables at the end / sales of the period x its"
                    " days. Sales are invoices less credit notes, tax included. Seasons show in"
                    " it."
                ),
            ),
            "dso_rolling": (
                self.env._("DSO, Rolling"),
                self.env._("Receivables at the end / sales of the last three months x 90 days."),
            ),
            "dso_countback": (
                self.env._("DSO, Countback"),
                self.env._(
                    "How many days back the sales reach that are still open: each month's sales are"
                    " taken off the receivables, the last month first, until nothing is left. It"
                    " stops at a month without sales, and after 24."
                ),
            ),
            "bpdso": (
                self.env._("Best Possible DSO"),
                self.env._(
                    "Receivables not past due at the end / sales of the period x its days: the DSO"
                    " if everybody paid in time."
                ),
            ),
            "add": (
                self.env._("Average Days Delinquent"),
                self.env._("DSO - best possible DSO: what late payers add."),
            ),
            "days_late": (
                self.env._("Days Late"),
                self.env._(
                    "Days between due date and payment, weighted with the amounts: money matched in"
                    " the period, and what is past due at its end as if it were paid then."
                ),
            ),
            "days_late_paid": (
                self.env._("Days Late When Paid"),
                self.env._(
                    "Days between due date and payment of the money matched in the period, weighted"
                    " with the amounts; paid early counts below zero."
                ),
            ),
            "receivables": (
                self.env._("Receivables"),
                self.env._("Open at the end, less payments and credits not yet matched."),
            ),
            "overdue": (
                self.env._("Past Due"),
                self.env._("Open at the end, with a due date before it."),
            ),
            "sales": (
                self.env._("Sales"),
                self.env._("Customer invoices less credit notes of the period, tax included."),
            ),
            "cash": (
                self.env._("Money Received"),
                self.env._(
                    "What customers paid in the period, matched or not, less what was matched with"
                    " money that went back to them; cash by cause counts what is matched with"
                    " invoices."
                ),
            ),
        }

    @api.model
    def _get_share_texts(self):
        """(name, help) of shares of receivables and of sales."""
        return {
            "cei": (
                self.env._("Collection Effectiveness"),
                self.env._(
                    "(Receivables at the beginning + sales - receivables at the end) / (receivables"
                    " at the beginning + sales - those not past due at the end), in percent. Sales"
                    " are those of a month on average. 100: all that was due was collected; more:"
                    " payments not yet matched exceed what is past due."
                ),
            ),
            "current_share": (
                self.env._("Share Not Past Due"),
                self.env._("Of what is open at the end, before credits: the share not past due."),
            ),
            "at_risk_share": (
                self.env._("Share at Risk"),
                self.env._(
                    "Of what is open at the end, before credits: the share more than 90 days past"
                    " due."
                ),
            ),
            "bad_debt_ratio": (
                self.env._("Bad Debt"),
                self.env._(
                    "Written off in the period / sales. Written off is what was matched with"
                    " entries of other journals than those of sales, money and exchange"
                    " differences."
                ),
            ),
            "turnover": (
                self.env._("Turnover"),
                self.env._(
                    "How many times a year receivables turn into money: sales / average of"
                    " receivables at the beginning and end, x 365 / days of the period."
                ),
            ),
            "dispute_rate": (
                self.env._("Disputed Share"),
                self.env._(
                    "Contested in disputes that were open at the end, as far as it was unpaid, / what"
                    " is open before credits."
                ),
            ),
        }

    @api.model
    def _get_work_texts(self):
        """(name, help) of what people do about receivables."""
        return {
            "promise_kept_rate": (
                self.env._("Promises Kept"),
                self.env._(
                    "Promises judged in the period, when they were kept or their grace was over:"
                    " kept / all of them. One kept in part counts by the share paid in time."
                ),
            ),
            "promise_kept_amount_rate": (
                self.env._("Promised Money Kept"),
                self.env._(
                    "Promises judged in the period, when they were kept or their grace was over:"
                    " paid in time / promised, in company currency."
                ),
            ),
            "collection_progress": (
                self.env._("Collection Progress"),
                self.env._(
                    "Promised in the period / past due at its beginning: how much of what was to be"
                    " collected was asked for with success. One that was replaced counts as well."
                ),
            ),
            "dispute_cycle_days": (
                self.env._("Dispute Cycle Time"),
                self.env._("Days from opened to closed of the disputes closed in the period."),
            ),
            "touches": (
                self.env._("Touches per Paid Item"),
                self.env._(
                    "Outgoing contacts that name an item, and notices sent with it, until it was"
                    " paid / items paid in the period."
                ),
            ),
            "right_party_rate": (
                self.env._("Right Party Reached"),
                self.env._("Outgoing calls that reached who decides / all outgoing calls."),
            ),
            "promise_rate": (
                self.env._("Calls with Promise"),
                self.env._("Calls in which a promise was given / calls that reached who decides."),
            ),
        }
