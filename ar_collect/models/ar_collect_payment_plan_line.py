# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import format_date


class ArCollectPaymentPlanLine(models.Model):
    """An instalment: a proposal first, a promise when the plan is agreed."""

    _name = "ar.collect.payment.plan.line"
    _description = "Instalment"
    _inherit = ["ar.collect.payment.plan.part"]
    _order = "date, id"

    date = fields.Date(required=True, help="The last day to pay it.")
    amount = fields.Monetary(required=True)
    promise_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(related="promise_id.state")
    amount_kept = fields.Monetary(related="promise_id.amount_kept")
    date_kept = fields.Date(related="promise_id.date_kept")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "Each instalment must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("date", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            amount = line.currency_id.format(line.amount)
            line.display_name = f"{format_date(line.env, line.date)}: {amount}"

    # === BUSINESS METHODS === #

    @api.model
    def _check_change(self, plans, vals_list):
        """Override of `ar_collect`: their amounts are above zero; nobody chooses their promises."""
        for vals in vals_list:
            plans._check_is_amount(vals.get("amount"))
            if not self.env.su:
                vals.pop("promise_id", None)
        return super()._check_change(plans, vals_list)
