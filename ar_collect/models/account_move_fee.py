# Part of ar_collect. License LGPL-3.
"""Invoices that claim late fees: what becomes of them, becomes of the late fees."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # the others are told apart without looking at late fees; of a copy it holds as well
    collect_is_fee = fields.Boolean(
        string="Claims Late Fees", readonly=True, help="Bears no late fees itself."
    )
    collect_fee_ids = fields.One2many(
        comodel_name="ar.collect.fee",
        inverse_name="invoice_id",
        string="Late Fees Claimed",
        readonly=True,
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `account`: a cancelled invoice claims nothing, until it is a draft again."""
        result = super().write(vals)
        if "state" in vals:
            self.filtered("collect_is_fee")._collect_follow_fees()
        return result

    # === ACTION METHODS === #

    def action_collect_fees(self):
        """Open the late fees that this invoice claims."""
        self.ensure_one()
        return self.env["ar.collect.fee"]._get_action([("invoice_id", "=", self.id)])

    # === BUSINESS METHODS === #

    def _collect_follow_fees(self):
        """Let late fees be open again while their invoice is cancelled, else claimed."""
        # sudo: who cancels need not see the customer's late fees
        for move in self.sudo():  # sudo: see above
            fees = move.collect_fee_ids
            if move.state == "cancel":
                claimed = fees.filtered(lambda fee: fee.state == "invoiced")
                claimed.write({"state": "proposed", "decided_by_id": False, "decided_on": False})
            else:
                fees.filtered(lambda fee: fee.state != "invoiced").state = "invoiced"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # === CRUD METHODS === #

    def unlink(self):
        """Override of `account`: late fees whose line or draft is deleted are open again."""
        lines = self.filtered(lambda line: line.move_id.collect_is_fee)
        fees = self.env["ar.collect.fee"].sudo()  # sudo: who deletes need not see them
        if lines:
            fees = fees.search([("invoice_line_id", "in", lines.ids)])
        result = super().unlink()
        if fees:
            fees._release()
        return result
