# Part of ar_collect. License LGPL-3.
"""What a notice would say, and what it has brought, seen before and after it goes out."""

from odoo import api, fields, models
from odoo.tools import SQL

#: Days after a notice within which what is paid of its items is counted for it.
PAID_DAYS = 30


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    preview = fields.Html(
        compute="_compute_preview",
        sanitize=False,
        help="As it would be sent now.",
    )
    why = fields.Char(compute="_compute_why", help="Why this step, and why now.")
    paid_after = fields.Monetary(
        compute="_compute_paid_after",
        help="What was received on its items within 30 days, in company currency.",
    )

    # === COMPUTE METHODS === #

    @api.depends("subject", "personal_text", "step_id")
    def _compute_preview(self):
        for notice in self:
            notice.preview = notice._get_preview() if notice.id else False

    @api.depends("step_id", "days_late", "item_count")
    @api.depends_context("lang")
    def _compute_why(self):
        former = self._get_former()
        for notice in self:
            notice.why = notice._get_why(former.get(notice.id))

    @api.depends("item_ids", "queued_at")
    def _compute_paid_after(self):
        paid = self._get_paid_after()
        for notice in self:
            notice.paid_after = paid.get(notice.id, 0)

    # === BUSINESS METHODS === #

    def _get_preview(self):
        """This notice as it would be sent now.

        :rtype: Markup
        """
        self.ensure_one()
        if not self.step_id.template_id:
            return self._get_task_note()
        return self._get_letter(self._get_content())["body"]

    def _get_letter(self, content):
        """What this notice says, and to whom, as it would be sent.

        :param NoticeContents content: see :meth:`_get_content`
        :return: dict: recipients, copies (`res.partner`), lang, subject, body, sms
        :rtype: dict
        """
        notice = self.sudo()  # sudo: what the customer reads, whoever looks at it
        recipients, copies = notice._get_recipients()[notice.id]
        # the link is made when it goes out
        lang, subject, body, sms = notice._render(content, recipients, link="#")
        return {
            "recipients": recipients,
            "copies": copies,
            "lang": lang,
            "subject": subject,
            "body": body,
            "sms": sms,
        }

    def _get_content(self, day=None):
        """What this notice would name on a day.

        :param date|None day: None: today
        :rtype: NoticeContents
        """
        self.ensure_one()
        notice = self.sudo()  # sudo: what the customer reads, whoever looks at it
        query = notice._get_query()
        if day:
            query.scope.today = dict.fromkeys(query.scope.today, day)
        return notice._get_contents(notice._read_items(query))[notice.id]

    def _get_why(self, former, content=None):
        """Why this step comes, in words.

        :param recordset|None former: the notice before it
        :param NoticeContents|None content: what it names, where that is known
        """
        parts = [self._say_how_late(), self._say_when()]
        if former:
            ago = (fields.Datetime.now() - former.queued_at).days
            parts.append(
                self.env._("“%(step)s” %(days)s days ago", step=former.step_id.name, days=ago)
            )
        return " · ".join(parts)

    def _say_how_late(self):
        """How many items, and how late the oldest one is."""
        count, days = self.item_count, self.days_late
        items = self.env._("1 item") if count == 1 else self.env._("%s items", count)
        if days < 0:
            return self.env._("%(items)s due in %(days)s days", items=items, days=-days)
        if not days:
            return self.env._("%s due today", items)
        return self.env._("%(items)s, %(days)s days past due", items=items, days=days)

    def _say_when(self):
        """When the strategy has this step."""
        strategy, days = self.strategy_id.name, self.step_id.days
        if days < 0:
            return self.env._(
                "“%(strategy)s” has this step %(days)s days before the due date",
                strategy=strategy,
                days=-days,
            )
        return self.env._(
            "“%(strategy)s” has this step %(days)s days after the due date",
            strategy=strategy,
            days=days,
        )

    def _get_former(self):
        """The last thing that went out to the customers before these notices, by notice id."""
        out = self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("queued_at", "!=", False),
            ],
            order="queued_at DESC",
        )
        by_account = out.grouped("account_id")
        return {
            notice.id: next(
                (
                    other
                    for other in by_account.get(notice.account_id, ())
                    if other != notice
                    and (not notice.queued_at or other.queued_at < notice.queued_at)
                ),
                None,
            )
            for notice in self
        }

    def _get_paid_after(self):
        """What was received on the items of these notices within the days after, by notice id."""
        if not self.ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT notice.id, SUM(part.amount)
                      FROM ar_collect_notice notice
                      JOIN ar_collect_notice_item item ON item.notice_id = notice.id
                      JOIN account_partial_reconcile part ON part.debit_move_id = item.line_id
                      JOIN account_move_line credit ON credit.id = part.credit_move_id
                      JOIN account_journal journal ON journal.id = credit.journal_id
                     WHERE notice.id = ANY(%s)
                       AND credit.parent_state = 'posted'
                       AND journal.type IN ('bank', 'cash', 'credit')
                       AND credit.date BETWEEN notice.queued_at::date
                                           AND notice.queued_at::date + %s
                     GROUP BY notice.id
                    """,
                    self.ids,
                    PAID_DAYS,
                )
            )
        )
