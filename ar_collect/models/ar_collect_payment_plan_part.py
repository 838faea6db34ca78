# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models


class ArCollectPaymentPlanPart(models.AbstractModel):
    """What a payment plan consists of: items and instalments, which change in proposals only."""

    _name = "ar.collect.payment.plan.part"
    _description = "Part of a Payment Plan"

    plan_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: parts are added to proposals only, which stay whole."""
        plans = self.env["ar.collect.payment.plan"]
        self._check_change(plans.browse(vals.get("plan_id") for vals in vals_list), vals_list)
        parts = super().create(vals_list)
        parts.plan_id._check_whole()
        return parts

    def write(self, vals):
        """Override of `base`: the parts of proposals change only, which stay whole."""
        self._check_change(self.plan_id, [vals])
        result = super().write(vals)
        self.plan_id._check_whole()
        return result

    def unlink(self):
        """Override of `base`: parts are taken out of proposals only, which stay whole."""
        plans = self.plan_id
        self._check_change(plans, [])
        result = super().unlink()
        plans._check_whole()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _check_change(self, plans, vals_list):
        """Refuse to change what was agreed.

        :param recordset plans: whose parts change
        :param list vals_list: new values, which may be changed in place
        :raise UserError: naming a plan
        """
        if not self.env.su:
            plans._check_proposed()
