# Part of ar_collect. License LGPL-3.
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # open invoices that were never sent: few, or the setting is switched off
    _ar_collect_unsent_idx = models.Index(
        "(company_id) WHERE state = 'posted' AND move_type = 'out_invoice'"
        " AND is_move_sent IS NOT TRUE AND payment_state IN ('not_paid', 'partial')"
    )

    def write(self, vals):
        """Override of `account`: invoices that were sent need no task to send them."""
        result = super().write(vals)
        if vals.get("is_move_sent"):
            self._end_collect_send_tasks()
        return result

    def _end_collect_send_tasks(self):
        """Close the tasks of which these were the last invoices to be sent."""
        activities = self.env["mail.activity"].sudo()  # sudo: the system's own tasks
        tasks = activities.search([("collect_move_ids", "in", self.ids)])
        tasks.filtered(
            lambda task: all(task.collect_move_ids.mapped("is_move_sent"))
        )._end_collect_chores()
