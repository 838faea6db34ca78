# Part of ar_collect. License LGPL-3.
from odoo import fields, models

KINDS = [
    ("promise", "Promised"),
    ("on_way", "Payment on Its Way"),
    ("expected", "Expected"),
    ("late", "Later Than Usual"),
    ("disputed", "Disputed"),
    ("excluded", "Not Asked For"),
    ("credit", "Credit Left Over"),
]
#: What a forecast counts on; the other kinds stand apart.
INFLOW = ("promise", "on_way", "expected", "late")


class ArCollectForecastItem(models.Model):
    """What is expected of an open receivable item, and when.

    Rows are a cache of the ledger and of what customers said, like the collection accounts: written
    only by `_refresh`, after the account of the customer. Those of a customer add up to its balance.
    """

    _name = "ar.collect.forecast.item"
    _description = "Cash Forecast"
    _log_access = False
    _order = "week, date_expected, id"
    _rec_name = "line_id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    promise_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    week = fields.Date(
        string="Expected in Week",
        readonly=True,
        help="The Monday of the week in which it is expected: this week at the earliest. What is"
        " later than usual is expected as many days from today as its usual day is past.",
    )
    date_expected = fields.Date(
        string="Promised or Usual Day",
        readonly=True,
        help="The promised day, or the due date and the days this customer usually takes longer."
        " Disputed items: when disputes are usually closed.",
    )
    date_due = fields.Date(string="Due", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="In company currency, less the credits of the customer that were taken off.",
    )
    amount_credit = fields.Monetary(
        string="Credits Taken Off",
        readonly=True,
        help="Unapplied credits and payments of the customer, taken off what is expected first.",
    )

    # --- known from the account and the item
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    partner_id = fields.Many2one(related="account_id.partner_id")
    user_id = fields.Many2one(related="account_id.user_id")
    acting_user_id = fields.Many2one(related="account_id.acting_user_id")
    move_id = fields.Many2one(related="line_id.move_id", string="Document")

    # one row for each part of an item
    _part_unique = models.UniqueIndex("(line_id, kind, COALESCE(promise_id, 0))")
    # what is read first: the coming weeks of a company
    _week_idx = models.Index("(company_id, week, kind)")

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the invoice or payment behind a row.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.line_id.action_open_business_doc()

    def action_open_account(self):
        """Open the customer.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.account_id.get_formview_action()

    def action_open_promise(self):
        """Open the promise that a row is about; called where there is one.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.promise_id.get_formview_action()
