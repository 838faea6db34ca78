# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import format_date


class ArCollectPaymentPlanLine(models.Model):
    """An instalment: a proposal first, a promise when the plan is agreed."""

    _name = "ar.collect.payment.plan.line"
    _description = "Instalment"
    _order = "date, id"

    plan_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: instalments are added to proposals only."""
        plans = self.env["ar.collect.payment.plan"]
        self._check_change(plans.browse(vals.get("plan_id") for vals in vals_list), vals_list)
        lines = super().create(vals_list)
        lines.plan_id._check_whole()
        return lines

    def write(self, vals):
        """Override of `base`: the instalments of proposals change only."""
        self._check_change(self.plan_id, [vals])
        result = super().write(vals)
        self.plan_id._check_whole()
        return result

    def unlink(self):
        """Override of `base`: instalments are taken out of proposals only."""
        plans = self.plan_id
        self._check_change(plans, [])
        result = super().unlink()
        plans._check_whole()
        return result

    # === BUSINESS METHODS === #

    def _check_change(self, plans, vals_list):
        """Refuse to change instalments that were agreed, and to choose their promises."""
        for vals in vals_list:
            plans._check_is_amount(vals.get("amount"))
            if not self.env.su:
                vals.pop("promise_id", None)
        if not self.env.su:
            plans._check_proposed()
