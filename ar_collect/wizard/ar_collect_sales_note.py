# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCollectSalesNote(models.TransientModel):
    """Lets whoever sells to a customer read and write the notes of collections."""

    _name = "ar.collect.sales.note"
    _description = "Note for Collections"

    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, readonly=True, ondelete="cascade"
    )
    status = fields.Selection(related="partner_id.collect_status", related_sudo=False)
    currency_id = fields.Many2one(
        related="partner_id.collect_status_currency_id", related_sudo=False
    )
    overdue = fields.Monetary(related="partner_id.collect_status_overdue", related_sudo=False)
    text = fields.Char(related="partner_id.collect_status_text", related_sudo=False)
    notes = fields.Html(compute="_compute_notes", sanitize=False)
    note = fields.Text(
        string="Your Note", help="The collector reads it; it is not sent to the customer."
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_notes(self):
        for wizard in self:
            wizard.notes = (
                wizard.partner_id and wizard.partner_id._check_collect_sales()._get_sales_notes()
            )

    # === ACTION METHODS === #

    def action_write(self):
        """Leave the note on the customer's collection account.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        account = self.partner_id._check_collect_sales()
        text = (self.note or "").strip()
        if not text:
            raise UserError(self.env._("Write a few words first."))
        account.with_env(self.env)._write_sales_note(text)
        return {"type": "ir.actions.act_window_close"}
