# Part of ar_collect. License LGPL-3.
"""Notices of a collection account: the last one, and until when none go out."""

from datetime import timedelta

from odoo import api, fields, models

from .ar_collect_notice import PENDING
from .inner_context import is_inner
from .mail_thread import AUTOMATIC
from .notice_query import NoticeQuery

#: Days in which a mail of the customer counts as an answer to the last notice.
ANSWER_DAYS = 30


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    notice_ids = fields.One2many(comodel_name="ar.collect.notice", inverse_name="account_id")
    notice_count = fields.Integer(string="Notices", compute="_compute_notice_count")
    notice_explanation = fields.Text(
        string="Reminders Today",
        compute="_compute_notice_explanation",
        help="Which step of the strategy is due today on each channel, or why none goes out.",
    )
    last_notice_date = fields.Date(
        string="Last Notice", readonly=True, help="The day on which something last went out."
    )
    notice_pause_date = fields.Date(
        string="No Notices Before",
        tracking=True,
        help="Nothing goes out by itself before this day, and the collector decides.",
    )

    # === COMPUTE METHODS === #

    def _compute_notice_count(self):
        counts = dict(
            self.env["ar.collect.notice"]._read_group(
                [("account_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.notice_count = counts.get(account, 0)

    @api.depends("strategy_id", "hold", "notice_pause_date", "partner_id")
    @api.depends_context("lang")
    def _compute_notice_explanation(self):
        rows = self._origin._explain_notices() if self._origin else []
        for account in self:
            mine = [row for row in rows if row["account_id"] == account.id]
            due = max((row["days"] for row in mine if not row["reason"]), default=None)
            texts = [account._describe_decision(row, due) for row in mine]
            account.notice_explanation = "\n".join(texts) or self.env._("No step is due today.")

    # === ACTION METHODS === #

    def action_open_notices(self):
        """Open what was sent to this customer, and what is planned."""
        self.ensure_one()
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_notice_action"),
            "domain": [("account_id", "=", self.id)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _explain_notices(self):
        """What these customers get today on each channel, and if nothing, why.

        :return: list of dicts: account_id, channel, step_id, reason (None: the step is due, unless
            a later one is on another channel), amount (company currency), item_count, days_late,
            days (of the step)
        :rtype: list
        """
        notices = self.env["ar.collect.notice"].sudo()  # sudo: read from the ledger for who asks
        notices.env.flush_all()
        query = NoticeQuery(notices.env, notices._get_scope(self.company_id, self.partner_id))
        if query.is_empty():
            return []
        return [row for row in query.fetch(query.get_decisions) if row["account_id"] in self.ids]

    def _describe_decision(self, decision, highest):
        """A row of :meth:`_explain_notices` in words.

        :param dict decision:
        :param int|None highest: days of the highest step that is due, on whichever channel
        :rtype: str
        """
        step = self.env["ar.collect.strategy.step"].browse(decision["step_id"])
        channel = dict(step._fields["channel"]._description_selection(self.env))[step.channel]
        if not decision["reason"] and step.days < highest:
            return self.env._(
                "%(channel)s: not “%(step)s”: a later step comes instead",
                channel=channel,
                step=step.name,
            )
        if not decision["reason"]:
            return self.env._("%(channel)s: “%(step)s” is due", channel=channel, step=step.name)
        reasons = self.env["ar.collect.notice"]._fields["cancel_reason"]
        reason = dict(reasons._description_selection(self.env))[decision["reason"]]
        return self.env._(
            "%(channel)s: not “%(step)s”: %(reason)s",
            channel=channel,
            step=step.name,
            reason=reason.lower(),
        )

    # --- what comes back

    def _log_message(self, message, line_ids=None):
        """Override of `ar_collect` to note that a notice was answered."""
        activities = super()._log_message(message, line_ids)
        if activities.direction == "in" and not is_inner(self.env, AUTOMATIC):
            # sudo: noted by the system, whoever has written
            self.sudo()._get_last_notice()._note_answer()  # sudo: see above
        return activities

    def _get_last_notice(self):
        """The last notice that went out, as long as a mail may be the answer to it.

        :rtype: recordset of `ar.collect.notice`
        """
        since = fields.Datetime.now() - timedelta(days=ANSWER_DAYS)
        return self.env["ar.collect.notice"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("queued", "sent")),
                ("channel", "in", ("email", "sms", "letter")),
                ("queued_at", ">=", since),
            ],
            order="queued_at DESC",
            limit=1,
        )

    def _message_receive_bounce(self, email, partner):
        """Override of `mail` to note that a notice came back."""
        result = super()._message_receive_bounce(email, partner)
        for account in self.sudo():  # sudo: the mail gateway tells
            account.notice_ids._note_bounce(email)
        return result

    # --- keeping

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was sent is kept."""
        return [*super()._get_hollow_domain(), ("notice_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let notices go over as well, in cycles of their own."""
        notices = self.notice_ids
        notices.filtered(lambda notice: notice.state in PENDING)._cancel("changed")
        last = max(target.notice_ids.mapped("cycle"), default=0)
        for notice in notices:
            notice.cycle += last
        notices.write({"account_id": target.id})
        dates = [day for day in (self.last_notice_date, target.last_notice_date) if day]
        target.last_notice_date = max(dates, default=False)
        return super()._move_talk(target)
