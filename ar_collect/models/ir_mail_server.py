# Part of ar_collect. License LGPL-3.
from odoo import models

from .inner_context import is_inner

#: Set while mails of notices are sent that have to be claimed before they leave.
CLAIMED = "collect_claim_mail"


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    # === BUSINESS METHODS === #

    def send_email(self, message, *args, **kwargs):
        """Override of `base` to write down that a notice leaves, before it does.

        The queue has marked the mail as failed already, to be marked as sent afterwards. Once that
        is committed, nobody sends it again, whatever ends this process: a reminder goes out once.
        """
        if is_inner(self.env, CLAIMED):
            self.env["ir.cron"]._commit_progress()
        return super().send_email(message, *args, **kwargs)
