# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ArCollectDisputeItem(models.Model):
    """How much of a journal item is contested."""

    _name = "ar.collect.dispute.item"
    _description = "Contested Item"
    _inherit = ["ar.collect.claim.item"]

    dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="dispute_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    state = fields.Selection(related="dispute_id.state", store=True)
    date_chase = fields.Date(
        related="dispute_id.date_chase",
        store=True,
        help="Of a complaint without ground: from when on it is chased again.",
    )
    invoice_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ar_collect_dispute_item_invoice_line_rel",
        string="Invoice Lines",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
        help="What of the invoice is contested; empty: the invoice as such.",
    )
    move_id = fields.Many2one(related="line_id.move_id")
    ledger_mark = fields.Integer(
        readonly=True,
        copy=False,
        help="Id of the newest reconciliation when it was contested: later ones change what is"
        " left of it.",
    )
    amount_accepted = fields.Monetary(
        string="Accepted", readonly=True, copy=False, help="Of a dispute accepted in part."
    )
    amount_credited = fields.Monetary(string="Credited", readonly=True, copy=False)
    amount_paid = fields.Monetary(string="Paid", readonly=True, copy=False)
    amount_written_off = fields.Monetary(string="Written Off", readonly=True, copy=False)
    amount_remaining = fields.Monetary(
        string="Remaining",
        compute="_compute_amounts_open",
        store=True,
        precompute=True,
        copy=False,
        help="What is still open of what was contested.",
    )
    amount_open = fields.Monetary(
        string="Not Chased",
        compute="_compute_amounts_open",
        store=True,
        precompute=True,
        copy=False,
        help="What stays out of dunning while the dispute is open.",
    )

    _open_idx = models.Index("(line_id) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("amount")
    def _compute_amounts_open(self):
        """All of it at first; from then on the ledger decides, see `_judge_scope`."""
        for item in self:
            item.amount_remaining = item.amount_open = item.amount

    # === CONSTRAINT METHODS === #

    @api.constrains("invoice_line_ids", "line_id")
    def _check_invoice_lines(self):
        for item in self:
            if item.invoice_line_ids.move_id - item.line_id.move_id:
                raise ValidationError(
                    item.env._("The contested lines must be of %s.", item.line_id.move_name)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to know what was reconciled before."""
        [(mark,)] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM account_partial_reconcile")
        )
        return super().create([{**vals, "ledger_mark": mark} for vals in vals_list])

    # === BUSINESS METHODS === #

    def _get_claim(self):
        """Override of `ar_collect`."""
        return self.dispute_id

    def _get_amount_left(self):
        """Override of `ar_collect`: several disputes on an item share what is left of it."""
        others = self.sudo().search(  # sudo: whoever entered the other disputes
            [("line_id", "=", self.line_id.id), ("state", "=", "open"), ("id", "!=", self.id)]
        )
        return max(super()._get_amount_left() - sum(others.mapped("amount_open")), 0)
