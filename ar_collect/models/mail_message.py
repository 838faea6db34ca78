# Part of ar_collect. License LGPL-3.
import re

from odoo import models
from odoo.tools import html2plaintext

#: Where the history begins that mail programs put below an answer.
QUOTE = re.compile(r"^\s*(>|-{2,}\s*original|on .{5,200} wrote:\s*$|_{10,})", re.IGNORECASE)


class MailMessage(models.Model):
    _inherit = "mail.message"

    # === BUSINESS METHODS === #

    def _get_collect_text(self):
        """What a message says, as plain text without the history quoted below it.

        :rtype: str
        """
        self.ensure_one()
        lines = html2plaintext(self.body or "").splitlines()
        for number, line in enumerate(lines):
            if QUOTE.match(line):
                lines = lines[:number]
                break
        return "\n".join(lines).strip()
