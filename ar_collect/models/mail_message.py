# Part of ar_collect. License LGPL-3.
from odoo import models

from ..tools.mail_text import own_words


class MailMessage(models.Model):
    _inherit = "mail.message"

    # === BUSINESS METHODS === #

    def _get_collect_text(self):
        """What a message says, as plain text without the history quoted below it.

        :rtype: str
        """
        self.ensure_one()
        return own_words(self.body).strip()
