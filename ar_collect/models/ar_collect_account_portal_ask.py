# Part of ar_collect. License LGPL-3.
"""What a customer asks for on the portal: documents, or an answer."""

from odoo import models

from ..tools.portal_text import as_html


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_acts(self, known):
        """Override of `ar_collect`: a customer may ask."""
        return [*super()._get_portal_acts(known), ("ask", self.env._("Ask"))]

    def _get_portal_notices(self):
        """Override of `ar_collect`."""
        return {
            **super()._get_portal_notices(),
            "ask": ("success", self.env._("Thank you. We have your message and will answer soon.")),
        }

    def _get_portal_wishes(self):
        """What a customer may ask for.

        :return: label by code
        :rtype: dict
        """
        return {
            "invoices": self.env._("Copies of these invoices"),
            "delivery": self.env._("Proof of delivery"),
            "statement": self.env._("A statement of the account"),
            "question": self.env._("Something else"),
        }

    def _receive_portal_question(self, contact, wishes, text, line_ids):
        """Let the collector know what a contact asks for; asking twice at once is asking once.

        :param recordset contact: `res.partner`
        :param list wishes: codes, see :meth:`_get_portal_wishes`
        :param str text: what the contact typed, plain
        :param list line_ids: ids of the journal items it is about
        """
        self.ensure_one()
        here = self._for_colleagues()
        labels = {**here._get_portal_wishes(), "plan": here.env._("Paying in instalments")}
        title = here.env._("Asks for: %s", ", ".join(labels[wish] for wish in wishes))
        body = as_html("\n".join(filter(None, (title, text))))
        if here._is_portal_echo(contact, body):
            return
        documents = set(wishes) - {"question", "plan"}
        here._receive_portal_act(contact, "documents" if documents else "received", body, line_ids)
        here._plan_portal_task(title)
