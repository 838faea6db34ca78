# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCollectPaymentPlanItem(models.Model):
    """How much of a journal item is paid in the instalments of a plan."""

    _name = "ar.collect.payment.plan.item"
    _description = "Item of a Payment Plan"
    _inherit = ["ar.collect.claim.item"]

    plan_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    state = fields.Selection(related="plan_id.state", store=True)

    _running_unique = models.UniqueIndex(
        "(line_id) WHERE state IN ('active', 'paused')",
        "One of these items is in another payment plan already.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("line_id")
    def _check_free(self):
        """Refuse what is in another plan already, unless this one takes its place."""
        running = self.plan_id._get_running_on(self.line_id.ids)
        for item in self:
            for plan in running - item.plan_id - item.plan_id.replaces_id:
                if item.line_id in plan.item_ids.line_id:
                    item._refuse_taken(plan)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect`: items are added to proposals only."""
        plans = self.env["ar.collect.payment.plan"]
        self._check_proposal(plans.browse(vals.get("plan_id") for vals in vals_list))
        items = super().create(vals_list)
        items.plan_id._check_whole()
        return items

    def write(self, vals):
        """Override of `ar_collect`: the items of proposals change only."""
        self._check_proposal(self.plan_id)
        result = super().write(vals)
        self.plan_id._check_whole()
        return result

    def unlink(self):
        """Override of `ar_collect`: items are taken out of proposals only."""
        plans = self.plan_id
        self._check_proposal(plans)
        result = super().unlink()
        plans._check_whole()
        return result

    # === BUSINESS METHODS === #

    def _check_proposal(self, plans):
        if not self.env.su:
            plans._check_proposed()

    def _get_claim(self):
        """Override of `ar_collect`."""
        return self.plan_id

    def _refuse_taken(self, plan):
        """Say in which plan an item is already.

        :raise ValidationError:
        """
        raise ValidationError(
            self.env._(
                "%(item)s is in payment plan %(plan)s: renegotiate that plan.",
                item=self.name,
                plan=plan.name,
            )
        )
