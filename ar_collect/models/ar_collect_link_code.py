# Part of ar_collect. License LGPL-3.
"""Codes that are mailed to the contact of a link: who types one reads that contact's mail.

A mail with a link is passed on within a company, and further. What is only to be read there may be
read by all of them; what is said in the contact's name is said by who can read the code.
"""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, consteq, hmac

#: Minutes for which a code is good, and how often one may be typed.
CODE_MINUTES, CODE_ATTEMPTS = 15, 5
#: Codes of one link within an hour, and within a day: each of them allows for some guesses.
CODES_AN_HOUR, CODES_A_DAY = 3, 8


class ArCollectLink(models.Model):
    _inherit = "ar.collect.link"

    code_hash = fields.Char(
        readonly=True, copy=False, groups="base.group_system", string="Digest of the Code"
    )
    code_expires = fields.Datetime(readonly=True, copy=False, groups="base.group_system")
    code_attempts = fields.Integer(readonly=True, copy=False, groups="base.group_system")
    code_times = fields.Json(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="When the codes of the last day were mailed.",
    )

    # === BUSINESS METHODS === #

    def _send_code(self):
        """Mail a new code to the contact; the one before is good no more.

        :return: None, or why none was sent: ``"address"`` or ``"often"``
        :rtype: str | None
        """
        self.ensure_one()
        if not self.partner_id.collect_can_mail:
            return "address"
        self._lock_code()
        times = self._get_code_times()
        if times is None:
            return "often"
        now = fields.Datetime.now()
        code = f"{secrets.randbelow(1_000_000):06}"
        self.write(
            {
                "code_hash": self._get_code_digest(code),
                "code_expires": now + timedelta(minutes=CODE_MINUTES),
                "code_attempts": 0,
                "code_times": [*times, fields.Datetime.to_string(now)],
            }
        )
        self._mail_code(code)
        return None

    def _check_code(self, code):
        """Whether a code is the one that was mailed; it is good once, and each try is counted.

        :param str code: as it was typed
        :rtype: bool
        """
        self.ensure_one()
        self._lock_code()
        if not self.code_hash or self.code_attempts >= CODE_ATTEMPTS:
            return False
        if fields.Datetime.now() >= self.code_expires:
            return False
        self.code_attempts += 1
        if not consteq(self.code_hash, self._get_code_digest(code)):
            return False
        self.code_hash = False
        return True

    def _lock_code(self):
        """Of those who type a code at once, let one go first; the others see what was counted."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE ar_collect_link SET code_attempts = code_attempts WHERE id = %s", self.id)
        )
        self.invalidate_recordset(flush=False)

    def _get_code_times(self):
        """When codes were mailed within the last day; None when it is enough for now.

        :rtype: list | None
        """
        now = fields.Datetime.now()
        hour, day = (fields.Datetime.to_string(now - timedelta(hours=count)) for count in (1, 24))
        times = [time for time in self.code_times or [] if time > day]
        recent = [time for time in times if time > hour]
        return None if len(times) >= CODES_A_DAY or len(recent) >= CODES_AN_HOUR else times

    def _get_code_digest(self, code):
        """What is stored of a code: of use to nobody who has not the secret of the database.

        :param str code:
        :rtype: str
        """
        # sudo: the secret of the database is the system's
        return hmac(self.env(su=True), "ar_collect.link.code", (self.id, code))  # sudo: see above

    def _mail_code(self, code):
        """Queue the mail with a code, and let the queue be worked off at once.

        :param str code:
        """
        template = self.env.ref("ar_collect.mail_template_link_code")
        # on no record, where others would read it, and not kept once it is sent
        mail_values = {
            "auto_delete": True,
            "email_to": self.partner_id.email_formatted,
            "model": False,
            "recipient_ids": [],
            "res_id": False,
        }
        template.with_context(collect_link_code=code).send_mail(self.id, email_values=mail_values)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _hide_address(self, address):
        """An address of which its owner alone knows which one it is.

        :param str address: normalized
        :rtype: str
        """
        local, _at, domain = (address or "").rpartition("@")
        return f"{local[:1]}…@{domain}" if domain else ""
