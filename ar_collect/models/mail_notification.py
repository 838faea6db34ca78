# Part of ar_collect. License LGPL-3.
from odoo import models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `mail`: what becomes of a mail with an invoice is told of the invoice."""
        result = super().write(vals)
        if "notification_status" in vals and self:
            sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
            sendings._follow_messages(self.mail_message_id)
        return result
