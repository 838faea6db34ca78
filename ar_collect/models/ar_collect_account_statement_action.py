# Part of ar_collect. License LGPL-3.
"""The button for statements."""

from odoo import models


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === ACTION METHODS === #

    def action_statement(self):
        """Ask what the statements of these customers should hold.

        :return: window action
        :rtype: dict
        """
        self.check_access("read")
        if len(self) == 1:
            name = self.env._("Statement: %s", self.partner_id.display_name)
        else:
            name = self.env._("Statements")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.collect.statement.ask",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_ids": self.ids},
        }
