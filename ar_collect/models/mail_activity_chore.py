# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    collect_move_ids = fields.Many2many(
        comodel_name="account.move",
        relation="ar_collect_activity_move_rel",
        column1="activity_id",
        column2="move_id",
        string="Invoices to Send",
        readonly=True,
        help="Reminders leave them out as long as they were never sent.",
    )
    collect_is_needless = fields.Boolean(
        readonly=True, help="Done by itself: it may come again at any time."
    )

    # === ACTION METHODS === #

    def action_collect_send(self):
        """Open the window to send the invoices that this task is about."""
        return self._get_collect_accounts().action_send_invoices()

    # === BUSINESS METHODS === #

    def _end_collect_chores(self):
        """Close tasks that there is no need for any more."""
        if self:
            text = self.env._("Done by itself: reminders are not held up by it any more.")
            self.write({"active": False, "collect_is_needless": True, "feedback": text})
