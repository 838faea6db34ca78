# Part of ar_collect. License LGPL-3.
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # === BUSINESS METHODS === #

    def _message_post_after_hook(self, message, msg_values):
        """Override of `account` to log what customers write about their invoices."""
        result = super()._message_post_after_hook(message, msg_values)
        author = message.author_id.commercial_partner_id
        for move in self:
            # an answer may come from an address that nobody knows
            is_theirs = author and author == move.commercial_partner_id
            if is_theirs or message.message_type == "email":
                move._log_collect_message(message)
        return result

    def _log_collect_message(self, message):
        """Log a customer's message on this document in the log of its collection account."""
        items = self.sudo().line_ids  # sudo: the customer who writes reads no journal items
        items = items.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        accounts = self.env["ar.collect.account"].sudo()  # sudo: logged whoever wrote
        account = accounts.search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        if account and items:
            account._log_message(message, items.ids)
