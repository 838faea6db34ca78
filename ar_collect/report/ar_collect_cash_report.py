# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.ar_collect_activity import CHANNELS
from ..models.cash_query import PARTS, SOURCES, CashQuery
from .ar_collect_segment import get_segment_columns, get_segment_joins

#: Of each thing that money is attributed to, the field that names it.
CAUSES = {"promise": "promise_id", "contact": "activity_id", "notice": "notice_id"}


class ArCollectCashReport(models.Model):
    """Cash received on receivables, each amount attributed once: see ``CashQuery`` for the rules.

    A row for each match of an invoice with a payment; for several, where a promise covers a part.
    """

    _name = "ar.collect.cash.report"
    _description = "Cash by Cause"
    _inherit = ["ar.collect.segment", "ar.collect.wanted.days"]
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "move_id"
    _depends = {
        "account.move.line": [
            *("account_id", "company_id", "date", "journal_id", "parent_state", "partner_id"),
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "ar.collect.account": ["company_id", "partner_id", "priority_band", "user_id"],
        "ar.collect.activity": [
            *("account_id", "channel", "date", "direction", "is_contact", "line_ids", "user_id"),
        ],
        "ar.collect.notice": ["channel", "sent_at", "state"],
        "ar.collect.payment.plan": ["date_agreed", "ended_on"],
        "ar.collect.promise": ["amount_company", "channel", "date_promised", "end_reason", "state"],
        "ar.collect.promise.item": ["amount", "line_id"],
        "res.partner": ["commercial_partner_id", "country_id"],
    }

    date = fields.Date(readonly=True, help="Of the payment.")
    source = fields.Selection(
        SOURCES,
        string="Attributed To",
        readonly=True,
        help="The promise that covers it, else the last contact of a person, else the last automatic"
        " notice in the days before, else nothing. It does not prove what the customer paid for.",
    )
    amount = fields.Monetary(
        string="Cash",
        readonly=True,
        help="What payments have settled, in company currency. A discount, a write-off or a bank fee"
        " that is booked within a payment is part of it.",
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    account_id = fields.Many2one(
        comodel_name="ar.collect.account", string="Collection Account", readonly=True
    )
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    collector_id = fields.Many2one(
        comodel_name="res.users", readonly=True, help="The customer's collector as of now."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Credited To",
        readonly=True,
        help="Who took the promise, or was in contact; nobody for notices and what came unprompted.",
    )
    team_id = fields.Many2one(
        comodel_name="ar.collect.team",
        readonly=True,
        help="Of who is credited; of the customer's collector when nobody is.",
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    promise_id = fields.Many2one(comodel_name="ar.collect.promise", readonly=True)
    activity_id = fields.Many2one(
        comodel_name="ar.collect.activity", string="Contact", readonly=True
    )
    notice_id = fields.Many2one(comodel_name="ar.collect.notice", readonly=True)
    match_id = fields.Many2one(comodel_name="account.partial.reconcile", readonly=True)
    move_id = fields.Many2one(comodel_name="account.move", string="Invoice", readonly=True)
    line_id = fields.Many2one(
        comodel_name="account.move.line", string="Invoice Item", readonly=True
    )
    payment_line_id = fields.Many2one(
        comodel_name="account.move.line", string="Payment Item", readonly=True
    )
    touch_count = fields.Integer(
        string="Touches",
        readonly=True,
        help="Contacts and notices in the days before, whatever the cash is attributed to.",
    )
    touched_by = fields.Char(
        readonly=True,
        help="Everybody who was in touch in the days before, the last first. Several may be named"
        " for one amount, so this does not add up; and it does not prove a cause either.",
    )

    @property
    def _table_query(self):
        """The parts of :class:`CashQuery` with team and segment.

        :rtype: SQL
        """
        # sudo: which rows are seen is for the rules to say
        query = CashQuery(self.sudo().env, self._get_wanted_days())  # sudo: see above
        return SQL(
            """
            SELECT part.*, %(touches)s, member.team_id, %(segment)s
              FROM (%(parts)s) AS part
              %(settings)s
              LEFT JOIN ar_collect_account account ON account.id = part.account_id
              %(joins)s
            """,
            parts=query.select(),
            touches=query.get_touch_columns(),
            settings=query.join_settings(SQL("part.company_id")),
            segment=get_segment_columns(),
            joins=get_segment_joins(
                user=SQL("COALESCE(part.user_id, part.collector_id)"),
                customer=SQL("part.customer_id"),
                company=SQL("part.company_id"),
            ),
        )

    @api.model
    def _get_days_of(self, ids):
        """Override of `ar_collect`: of the payments in the matches that the rows are made of."""
        self.env["account.move.line"].flush_model(["date"])
        return self.env.execute_query(
            SQL(
                """
                SELECT MIN(credit.date), MAX(credit.date)
                  FROM account_partial_reconcile match
                  JOIN account_move_line credit ON credit.id = match.credit_move_id
                 WHERE match.id = ANY(%s)
                """,
                [id_ // PARTS for id_ in ids],
            )
        )[0]

    # === ACTION METHODS === #

    def action_open_items(self):
        """Open the journal items behind these amounts: of the invoices, and of the payments.

        :return: window action
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,graph,form",
            "domain": [("id", "in", (self.line_id | self.payment_line_id).ids)],
            "context": {"create": False},
        }

    def action_open_cause(self):
        """Open the promise, contact or notice that this amount is attributed to.

        :return: window action, the journal items of what came unprompted
        :rtype: dict
        """
        self.ensure_one()
        cause = self[CAUSES[self.source]] if self.source in CAUSES else None
        if not cause:
            return self.action_open_items()
        return {
            "type": "ir.actions.act_window",
            "res_model": cause._name,
            "res_id": cause.id,
            "views": [(False, "form")],
        }
