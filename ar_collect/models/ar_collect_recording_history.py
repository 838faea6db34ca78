# Part of ar_collect. License LGPL-3.
"""What follows from a transcript: a line in the customer's history, and suggestions."""

from markupsafe import Markup

from odoo import models

#: Characters of a transcript that the chatter shows.
SHOWN = 280


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    def _after_transcription(self):
        """Override of `ar_collect` to tell the history, and to look for promises and the like."""
        result = super()._after_transcription()
        self._suggest()
        body = self.with_context(lang=self.user_id.lang)._get_history_body()
        self.account_id._message_log(body=body, author_id=self.user_id.partner_id.id)
        return result

    def _suggest(self):
        """Hook for what is read out of a transcript."""

    def _get_history_body(self):
        """The beginning of the transcript; everything said is escaped.

        :rtype: Markup
        """
        minutes, seconds = divmod(round(self.duration), 60)
        title = self.env._("Recording, %s", f"{minutes}:{seconds:02d}")
        text = " ".join((self.transcript or "").split())
        text = text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} …"
        return Markup('<b>%s</b><br/><span class="fst-italic">%s</span>') % (title, text)
