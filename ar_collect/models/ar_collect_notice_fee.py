# Part of ar_collect. License LGPL-3.
"""Fee steps: late fees are proposed, somebody decides; and what notices say of late fees."""

from odoo import models
from odoo.tools import format_date


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _execute_fee(self, contents):
        """Propose late fees on what reaches the step; a person decides, nothing is booked."""
        line_ids = [
            row["line_id"]
            for notice in self
            for row in contents[notice.id].items
            if row["days_late"] >= notice.step_id.days
        ]
        fees, _left_out = self.env["ar.collect.fee"]._propose(self.account_id, self, line_ids)
        by_account = fees.grouped("account_id")
        to_decide = self.browse()
        for notice in self:
            found = by_account.get(notice.account_id, fees.browse())
            if not found:
                notice._cancel("no_fee", keep_marks=True)
            elif "proposed" in found.mapped("state"):
                to_decide += notice
            else:
                notice._note_mentioned(contents, found)
        to_decide._execute_task(contents, "mail.mail_activity_data_warning")

    def _note_mentioned(self, contents, fees):
        """Nobody has to decide: the next notices and the statement say so."""
        self._write_contents(contents)
        self.subject = self.env._("Late fees mentioned: %s", fees._format_total())
        self._done("sent")

    def _get_task_note(self):
        """Override of `ar_collect` to say which late fees there are to decide on."""
        note = super()._get_task_note()
        if self.channel != "fee":
            return note
        fees = self.account_id.fee_ids.filtered(lambda fee: fee.state == "proposed")
        return self.env._(
            "%(note)s Late fees proposed: %(total)s.", note=note, total=fees._format_total()
        )

    def _get_placeholders(self, content, blocks, recipients):
        """Override of `ar_collect` for the late fees that are mentioned.

        A template that does not name them gets a sentence of its own below the items.
        """
        words = super()._get_placeholders(content, blocks, recipients)
        fees = self.account_id._get_mentioned_fees().with_env(self.env)
        words["fees"] = fees._format_total()
        template = self.step_id.template_id
        named = any("{fees}" in (text or "") for text in (template.body, template.closing))
        words["fees_sentence"] = ""
        if fees and not named:
            words["fees_sentence"] = self.env._(
                "Late fees up to %(day)s, not in the amounts above: %(total)s.",
                day=format_date(self.env, max(fees.mapped("date_to"))),
                total=words["fees"],
            )
        return words
