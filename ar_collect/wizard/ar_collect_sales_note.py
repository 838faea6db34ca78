# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.res_partner_sales import STATUSES


class ArCollectSalesNote(models.TransientModel):
    """Lets whoever sells to a customer read and write the notes of collections."""

    _name = "ar.collect.sales.note"
    _description = "Note for Collections"

    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    status = fields.Selection(STATUSES, compute="_compute_status")
    currency_id = fields.Many2one(comodel_name="res.currency", compute="_compute_status")
    overdue = fields.Monetary(compute="_compute_status")
    text = fields.Char(compute="_compute_status")
    notes = fields.Html(compute="_compute_notes", sanitize=False)
    note = fields.Text(
        string="Your Note", help="The collector reads it; it is not sent to the customer."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "partner_id")
    def _compute_status(self):
        for wizard in self:
            customer = wizard._get_customer()
            wizard.status = customer.collect_status
            wizard.currency_id = customer.collect_status_currency_id
            wizard.overdue = customer.collect_status_overdue
            wizard.text = customer.collect_status_text

    @api.depends("company_id", "partner_id")
    def _compute_notes(self):
        for wizard in self:
            customer = wizard._get_customer()
            wizard.notes = customer and customer._check_collect_sales()._get_sales_notes()

    # === ACTION METHODS === #

    def action_write(self):
        """Leave the note on the customer's collection account.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        account = self._get_customer()._check_collect_sales()
        text = (self.note or "").strip()
        if not text:
            raise UserError(self.env._("Write a few words first."))
        account.with_env(self.env)._write_sales_note(text)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_customer(self):
        """The customer, in the company that the notes are about.

        :rtype: recordset of `res.partner`
        """
        return self.partner_id.with_company(self.company_id)
