# Part of ar_collect. License LGPL-3.
"""What a customer says on the portal is somebody's work today."""

from odoo import api, models

from ..tools.mail_text import own_words
from .ar_collect_account_contact_log import NOTE_LENGTH


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_owner(self):
        """Who answers the customer: the collector of today, or any manager of the company.

        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        # sudo: who is a manager is no secret
        managers = self.env.ref("ar_collect.group_manager").sudo().all_user_ids  # sudo: see above
        root = self.env.ref("base.user_root")
        users = (self.acting_user_id, self.user_id, *(managers - root).sorted("id"))
        fit = (user for user in users if user.active and self.company_id in user.company_ids)
        return next(fit, self.env["res.users"])

    def _for_colleagues(self):
        """This account to note something for colleagues, in their language.

        :return: the same record
        """
        language = self._get_portal_owner().lang or self.company_id.partner_id.lang
        return self.with_context(lang=language or self.env.lang)

    def _plan_portal_task(self, summary):
        """Let somebody look at what the customer said, today: the worklist shows it.

        :param str summary: what is to be done, for colleagues
        """
        self.ensure_one()
        user = self._get_portal_owner()
        if not user:
            return
        kind = self.env.ref("ar_collect.mail_activity_type_portal")
        today = self.company_id._get_collect_today()
        waiting = self.activity_ids.filtered(
            lambda task: task.activity_type_id == kind and task.user_id == user
        )
        if waiting:  # one task, however often somebody writes
            waiting[0].write({"date_deadline": min(today, waiting[0].date_deadline)})
            return
        # told of the message already
        here = self.with_context(mail_activity_quick_update=True)
        here.activity_schedule(
            "ar_collect.mail_activity_type_portal",
            automated=True,
            date_deadline=today,
            summary=summary,
            user_id=user.id,
        )

    @api.model
    def _keep_portal_files(self, files):
        """Keep what a contact sent; it belongs to the record where it is posted then.

        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :rtype: recordset of `ir.attachment`
        """
        # as files that a composer has taken in: of others `mail` takes none from customers
        where = {"res_model": "mail.compose.message", "res_id": 0, "public": False}
        return self.env["ir.attachment"].create([{**file, **where} for file in files])

    def _is_portal_echo(self, contact, body):
        """Whether a contact has written the same a moment ago; who writes meanwhile waits.

        :param recordset contact: `res.partner`
        :param Markup body: as it is posted
        :rtype: bool
        """
        self._take_turns()
        return self._was_just_said(contact, own_words(body).strip()[:NOTE_LENGTH])
