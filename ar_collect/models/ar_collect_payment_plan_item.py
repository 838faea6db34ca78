# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCollectPaymentPlanItem(models.Model):
    """How much of a journal item is paid in the instalments of a plan."""

    _name = "ar.collect.payment.plan.item"
    _description = "Item of a Payment Plan"
    _inherit = ["ar.collect.payment.plan.part", "ar.collect.claim.item"]

    state = fields.Selection(related="plan_id.state", store=True)
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="Money received for it since the plan was agreed, in time or not, until it ended.",
    )

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

    # === BUSINESS METHODS === #

    def _get_rest(self):
        """Override of `ar_collect`: what was paid since is not waited for any more."""
        return self.amount - self.amount_paid

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
