# Part of ar_collect. License LGPL-3.
"""What a salesperson is told of a collection account."""

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date

from .res_partner_sales import CONDITIONS

#: Notes that are shown, the newest ones.
NOTES = 10


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_sales_status(self):
        """How it stands in one word.

        :return: see ``res.partner.collect_status``
        :rtype: str
        """
        self.ensure_one()
        if self._is_held():
            return "hold"
        return next(
            status for status, condition in CONDITIONS.items() if self.filtered_domain(condition)
        )

    def _get_sales_text(self):
        """How it stands, and what comes next, in one line.

        :rtype: str
        """
        self.ensure_one()
        texts = list(self.env["ar.collect.dashboard"]._get_troubles(self))
        if self.chase_days_late and self.amount_overdue:
            late = self.chase_days_late
            text = self.env._("1 day late") if late == 1 else self.env._("%s days late", late)
            texts.insert(0, text)
        if self.amount_promised and self.next_promise_date:
            day = format_date(self.env, self.next_promise_date)
            texts.append(self.env._("pays by %s", day))
        elif self.next_action_date and self.amount_overdue:
            day = format_date(self.env, self.next_action_date)
            action = self.next_action or self.env._("contact")
            texts.append(self.env._("next on %(day)s: %(action)s", action=action, day=day))
        return " · ".join(texts)

    def _get_sales_notes(self):
        """The last notes on the account that people have written, newest first.

        Letters to and from the customer are not among them.

        :rtype: Markup
        """
        self.ensure_one()
        note = self.env.ref("mail.mt_note")
        messages = self.env["mail.message"].sudo()  # sudo: of an account that was checked before
        notes = messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "comment"),
                ("subtype_id", "=", note.id),
            ],
            limit=NOTES,
        )
        return Markup("").join(
            Markup('<p class="mb-0"><b>%s</b> <span class="text-muted">%s</span></p>%s')
            % (message.author_id.name or "", format_date(self.env, message.date), message.body)
            for message in notes
        )

    def _write_sales_note(self, text):
        """Note something in the name of the user, for who works on the customer.

        :param str text: plain
        """
        self.ensure_one()
        body = Markup('<span style="white-space: pre-line">%s</span>') % text
        # sudo: whoever may read how it stands leaves notes, and sends nothing to the customer
        self.sudo().message_post(  # sudo: see above
            body=body,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
