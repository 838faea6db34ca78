# Part of ar_collect. License LGPL-3.
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ArCollectHandOver(models.TransientModel):
    """A collector passes own customers to a colleague, and says why."""

    _name = "ar.collect.hand.over"
    _description = "Hand Over to a Colleague"

    account_ids = fields.Many2many(comodel_name="ar.collect.account", string="Customers")
    company_ids = fields.Many2many(comodel_name="res.company", compute="_compute_company_ids")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        required=True,
        domain="[('share', '=', False), ('id', '!=', uid), ('company_ids', 'in', company_ids)]",
    )
    reason = fields.Char(required=True, help="Noted in the chatter of each customer.")

    # === COMPUTE METHODS === #

    @api.depends("account_ids")
    def _compute_company_ids(self):
        for wizard in self:
            wizard.company_ids = wizard.account_ids.company_id

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `base`: opened without a selection, it is about all own customers."""
        values = super().default_get(fields)
        ids = self.env.context.get("default_account_ids") or self._get_own().ids
        values["account_ids"] = [Command.set(ids)]
        return values

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Hand the customers over and go back to the worklist: they are no longer one's own."""
        self.ensure_one()
        if not self.account_ids:
            raise UserError(self.env._("No customer is selected."))
        self.account_ids._assign_batch(self.user_id, reason=self.reason)
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_account_action_worklist"),
            "target": "main",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_own(self):
        return self.env["ar.collect.account"].search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "in", self.env.companies.ids),
                ("state", "!=", "settled"),
            ]
        )
