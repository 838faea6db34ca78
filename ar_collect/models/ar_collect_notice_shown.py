# Part of ar_collect. License LGPL-3.
"""One thing that a customer gets, planned or only foreseen, as the page of the days shows it."""

from odoo import api, fields, models

from .ar_collect_notice import PENDING
from .ar_collect_notice_mail import LAYOUT


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_shown(self, row):
        """What a row of the calendar says, to whom and why.

        :param dict row: `notice_id`, or `account_id` and `step_id`; `date`
        :rtype: dict
        :raise AccessError: for a customer whom the user may not see
        """
        day = fields.Date.to_date(row["date"])
        if row.get("notice_id"):
            notice = self.browse(row["notice_id"])
            notice.check_access("read")
        else:
            notice = self._foresee(row["account_id"], row["step_id"], day)
        content = notice._get_content(day)
        if not notice.id:
            notice.days_late, notice.item_count = content.days_late, len(content.items)
        return {
            "name": notice.step_id.name,
            "channel": notice.channel,
            "why": notice._get_why(notice._get_former().get(notice.id), content),
            "can_decide": bool(notice.id)
            and notice.state in PENDING
            and notice.has_access("write"),
            "scheduled": notice.scheduled_date,
            **(notice._show_letter(content) if notice.step_id._is_sent() else notice._show_task()),
        }

    def _foresee(self, account_id, step_id, day):
        """A notice that is not planned yet, in memory alone.

        :param int account_id:
        :param int step_id:
        :param date day:
        :rtype: recordset
        """
        account = self.env["ar.collect.account"].browse(account_id)
        account.check_access("read")
        step = self.env["ar.collect.strategy.step"].browse(step_id)
        step.check_access("read")
        values = {
            "account_id": account.id,
            "company_id": account.company_id.id,
            "strategy_id": step.strategy_id.id,
            "step_id": step.id,
            "channel": step.channel,
            "tone": step.tone,
            "date_planned": day,
        }
        return self.sudo().new(values)  # sudo: only shown, of a customer whom the user may see

    def _show_letter(self, content):
        """What the customer reads.

        :param NoticeContents content:
        """
        letter = self._get_letter(content)
        sender = self._get_sender().sudo()  # sudo: the name that customers read
        by_code = dict(self.env["res.lang"].get_installed())
        enclosures = dict(self.step_id._fields["attachments"]._description_selection(self.env))
        is_text = self.channel == "sms"
        return {
            "to": [self._name_reader(partner) for partner in letter["recipients"]],
            "copies": [self._name_reader(partner) for partner in letter["copies"]],
            "sender": sender.name or self.company_id.name,
            "lang": by_code.get(letter["lang"], letter["lang"]),
            "subject": "" if is_text else letter["subject"],
            "body": "" if is_text else LAYOUT.format(**letter),
            "text": letter["sms"] if is_text else "",
            "enclosures": ""
            if self.step_id.attachments == "none" or is_text
            else enclosures[self.step_id.attachments],
        }

    def _name_reader(self, partner):
        """Name and where it goes to."""
        reach = partner.phone if self.channel == "sms" else partner.email
        return f"{partner.name} ({reach})" if reach and self.channel != "letter" else partner.name

    def _show_task(self):
        """What one of our people is asked to do."""
        return {
            "person": self._get_task_user().name,
            "text": self.step_id.summary or self.step_id.name,
            "note": self._get_task_note(),
        }
