# Part of ar_collect. License LGPL-3.
"""Disputes as the customer sees them."""

from datetime import timedelta

from odoo import models

#: In which the same message of the same person is one.
SAME_CLICK = timedelta(minutes=2)


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for dispute in self:
            dispute.access_url = f"/my/disputes/{dispute.id}"
        return result

    # === BUSINESS METHODS === #

    def _get_portal_stage(self):
        """How far it is, in the customer's words.

        :rtype: str
        """
        self.ensure_one()
        if self.state == "closed":
            return dict(self._fields["outcome"]._description_selection(self.env)).get(
                self.outcome, self.env._("Closed")
            )
        match self.stage_kind:
            case "waiting":
                return self.env._("We wait for your answer")
            case "decided":
                return self.env._("Decided: you get a credit note")
        return self.env._("We are looking into it")

    def _receive_portal_answer(self, contact, text, files=()):
        """Take in what a contact writes about this dispute; the same twice at once is once.

        :param recordset contact: `res.partner`
        :param str text: plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        """
        self.ensure_one()
        self.account_id._take_turns()
        if self.account_id._find_portal_twins(self, contact, text, files, SAME_CLICK):
            return
        language = self._get_note_language(self.account_id._for_colleagues())
        self.with_context(lang=language)._post_from_portal(contact, text, files)
