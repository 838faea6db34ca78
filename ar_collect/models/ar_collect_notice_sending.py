# Part of ar_collect. License LGPL-3.
"""Notices that the invoices go with, and what notices say of how often these were sent."""

from odoo import api, fields, models
from odoo.tools import SQL

from .ar_collect_notice import PENDING
from .ar_collect_notice_text import get_written


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: what becomes of a notice is told of the invoices with it."""
        result = super().write(vals)
        if {"state", "clicked_at", "failure"} & vals.keys() and self:
            self._follow_sendings()
        return result

    # === BUSINESS METHODS === #

    # --- what went with them

    def _record_sendings(self):
        """Write down the invoices that go with these notices."""
        now = fields.Datetime.now()
        rows = [
            SQL(
                "(%s, %s, NULL, 'notice', %s::int4, %s::timestamp, %s::int4, %s, NULL::int4)",
                move.id,
                notice.channel,
                notice.approver_id.id or None,
                now,
                notice.message_id.id or None,
                notice.id,
            )
            for notice in self
            for move in notice._get_enclosed_documents()
        ]
        if rows:
            sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
            sendings._record(SQL("VALUES %s", SQL(", ").join(rows)))

    def _follow_sendings(self):
        """What has left, failed or come back is told of the invoices with it.

        What was taken out of the queue again was never sent.
        """
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
        mine = sendings.search([("notice_id", "in", self.ids)])
        if not mine:
            return
        idle = self.filtered(lambda notice: notice.state in (*PENDING, "cancelled"))
        mine.filtered(
            lambda sending: sending.state == "waiting" and sending.notice_id in idle
        ).unlink()
        sendings._follow(SQL("sending.notice_id = ANY(%s)", self.ids))

    # --- what they say of it

    def _get_contents(self, items):
        """Override of `ar_collect` to look up how often what they name was sent."""
        contents = super()._get_contents(items)
        lines = self.env["account.move.line"].browse(
            {row["line_id"] for content in contents.values() for row in content.items}
        )
        lines.fetch(["move_id"])
        told = lines.move_id._get_collect_sendings()
        for content in contents.values():
            ids = (lines.browse(row["line_id"]).move_id.id for row in content.items)
            content.sent = [told[move_id] for move_id in ids if move_id in told]
        return contents

    def _get_placeholders(self, content, blocks, recipients):
        """Override of `ar_collect` to say how often the invoice was sent that was sent most."""
        words = super()._get_placeholders(content, blocks, recipients)
        words["sent"] = self._get_sent_words(content)
        return words

    def _get_why(self, former, content=None):
        """Override of `ar_collect` to say how often the invoice was sent that was sent most."""
        why = super()._get_why(former, content)
        if not content or not content.sent:
            return why
        moves = self.env["account.move"].sudo()  # sudo: of what the notice names
        most = max(content.sent, key=lambda facts: facts["count"])
        said = moves._get_collect_sent_sentence(most)
        return f"{why} · {moves.browse(most['move_id']).name}: {said}"

    def _get_sent_words(self, content):
        """How often the customer has got one of the invoices: a sentence, to be told to them.

        :param NoticeContents content:
        :return: empty when none of them was sent
        :rtype: str
        """
        told = [facts for facts in content.sent if facts["count"] > facts["bounced"]]
        if not told:
            return ""
        most = max(told, key=lambda facts: (facts["count"] - facts["bounced"], facts["got_date"]))
        moves = self.env["account.move"].sudo()  # sudo: of what the notice names
        name = moves.browse(most["move_id"]).name
        day = get_written(self.env).date(self._get_company_day(most["got_date"]))
        count = most["count"] - most["bounced"]
        if count == 1:
            return self.env._("We sent you %(name)s on %(day)s.", name=name, day=day)
        return self.env._(
            "We sent you %(name)s %(count)s times, last on %(day)s.",
            name=name,
            count=count,
            day=day,
        )

    def _get_company_day(self, moment):
        """The day of a moment in the company's time zone.

        :param datetime moment: UTC
        :rtype: date
        """
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(self.company_id)
        return fields.Datetime.context_timestamp(self.with_context(tz=zone.key), moment).date()


class ArCollectNoticeItem(models.Model):
    _inherit = "ar.collect.notice.item"

    sent_text = fields.Char(
        string="Sent",
        compute="_compute_sent_text",
        help="How often the invoice was sent by now, and what came of it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_id")
    @api.depends_context("lang", "tz")
    def _compute_sent_text(self):
        # sudo: of the invoice that the notice names
        moves = self.sudo().line_id.move_id  # sudo: see above
        told = moves._get_collect_sendings()
        for item in self:
            facts = told.get(item.sudo().line_id.move_id.id, {})  # sudo: see above
            item.sent_text = moves._get_collect_sent_sentence(facts)
