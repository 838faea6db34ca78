# Part of ar_collect. License LGPL-3.
"""The mails of notices in the queue: looked at once more before they leave, and followed after."""

from contextlib import contextmanager

from odoo import fields, models
from odoo.tools import SQL, split_every

from .inner_context import INNER
from .ir_mail_server import CLAIMED

#: Mails of notices that are looked at together before they leave: the ledger may change meanwhile.
BATCH = 20


class MailMail(models.Model):
    _inherit = "mail.mail"

    collect_notice_ids = fields.One2many(
        comodel_name="ar.collect.notice", inverse_name="mail_id", string="Collection Notices"
    )

    # === BUSINESS METHODS === #

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Override of `mail`: a notice leaves only if it still says what is true.

        It has waited in the queue, and its customer may have paid, promised or disputed meanwhile.
        """
        options = {
            "auto_commit": auto_commit,
            "raise_exception": raise_exception,
            "post_send_callback": post_send_callback,
        }
        ours = self._get_notices().mail_id.ids
        others = self.filtered(lambda mail: mail.id not in set(ours))
        if others or not ours:
            super(MailMail, others).send(**options)
        with self._hold_notices(auto_commit) as held:
            for ids in split_every(BATCH, ours if held else []):
                if ready := self.browse(ids)._get_true_notices(auto_commit):
                    super(MailMail, ready).send(**options)
        return True

    def _get_true_notices(self, auto_commit):
        """Those of these mails that still say what is true; the others are taken back.

        :param bool auto_commit: whether the mails are claimed one by one before they leave
        """
        if auto_commit:
            self.env["ir.cron"]._commit_progress()  # for a fresh look
        self._get_notices()._take_back_changed()
        ready = self.filtered(lambda mail: mail.state == "outgoing")
        return ready.with_context(**{CLAIMED: INNER}) if auto_commit else ready

    @contextmanager
    def _hold_notices(self, auto_commit):
        """Let no other process send notices meanwhile; they would meet at every mail.

        The lock belongs to a connection of its own, so that it outlives the commits here and ends
        with the process.

        :param bool auto_commit: without it nothing is committed, and there is nothing to meet at
        :return: whether this process may send; if not, another one does
        """
        if not auto_commit:
            yield True
            return
        with self.env.registry.cursor() as cr:
            cr.execute(SQL("SELECT PG_TRY_ADVISORY_XACT_LOCK(HASHTEXT(%s))", "ar_collect_notices"))
            yield cr.fetchone()[0]

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail` to let the notices know what became of their mails.

        They are sought first: mails that are done with may be gone afterwards.
        """
        mails = self._get_notices().mail_id
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        for mail in mails.exists():
            mail._get_notices()._note_outcome(mail, failure_type, failure_reason)
        return result

    def _get_notices(self):
        """The notices that these mails are.

        :rtype: recordset of `ar.collect.notice`
        """
        notices = self.env["ar.collect.notice"].sudo()  # sudo: the queue belongs to the system
        ours = self.filtered(lambda mail: mail.model == "ar.collect.account")
        return notices.search([("mail_id", "in", ours.ids)]) if ours else notices
