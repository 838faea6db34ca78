# Part of ar_collect. License LGPL-3.
"""Payment plans of a collection account."""

from odoo import api, fields, models
from odoo.fields import Domain

from .ar_collect_claim import LATER
from .inner_context import INNER


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    payment_plan_ids = fields.One2many(
        comodel_name="ar.collect.payment.plan", inverse_name="account_id", string="Payment Plans"
    )
    payment_plan_count = fields.Integer(
        string="Payment Plans Made", compute="_compute_payment_plan_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("payment_plan_ids")
    def _compute_payment_plan_count(self):
        plans = self.env["ar.collect.payment.plan"]
        counts = dict(
            plans._read_group([("account_id", "in", self.ids)], ["account_id"], ["__count"])
        )
        for account in self:
            account.payment_plan_count = counts.get(account, 0)

    # === ACTION METHODS === #

    def action_payment_plan(self, line_ids=None):
        """Open the proposal of a payment plan.

        :param list|None line_ids: ids of the `account.move.line` in it; empty: what is overdue
        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Plan"),
            "res_model": "ar.collect.payment.plan",
            "views": [(False, "form")],
            "context": {
                "default_account_id": self.id,
                "default_line_ids": line_ids or self._get_overdue_lines().ids,
            },
        }

    def action_open_payment_plans(self):
        """Open the payment plans of the customer."""
        action = self._get_claims_action("ar_collect.ar_collect_payment_plan_action")
        return {**action, "context": {"default_account_id": self.id}}

    # === BUSINESS METHODS === #

    def _get_overdue_lines(self):
        """The items a payment plan is about if nobody chooses: overdue, and in no other plan.

        :rtype: recordset of `account.move.line`
        """
        self.ensure_one()
        lines = self.env["account.move.line"]
        domain = lines._get_collect_open_domain(self.partner_id, self.company_id)
        domain &= Domain("amount_residual", ">", 0)
        today = self.company_id._get_collect_today()
        return lines.search(domain).filtered(
            lambda line: line.collect_due_date < today and not line.collect_plan_id
        )

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was agreed is kept."""
        return [*super()._get_hollow_domain(), ("payment_plan_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let payment plans go over as well."""
        # sudo: a merge moves what was agreed, too; the rows are refreshed when it is done
        plans = self.sudo().with_context(**{LATER: INNER}).payment_plan_ids  # sudo: see above
        plans.write({"account_id": target.id})
        return super()._move_talk(target)
