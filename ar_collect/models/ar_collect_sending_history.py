# Part of ar_collect. License LGPL-3.
"""What was sent before sendings were written down, as far as the chatter still shows it."""

from odoo import api, models
from odoo.tools import SQL


class ArCollectSending(models.Model):
    _inherit = "ar.collect.sending"

    # === BUSINESS METHODS === #

    @api.model
    def _take_over_history(self):
        """Write down what went out before this was counted; does nothing once anything is.

        A mail from an invoice's chatter counts when a colleague wrote it to somebody outside and
        attached a PDF; a letter of the app for letters, a notice with the invoices attached, and a
        logged letter count as they do now. What became of them is read from their notifications.
        """
        if self.sudo().search([], limit=1):  # sudo: at the installation
            return
        self._record(
            SQL(
                "%s UNION ALL %s UNION ALL %s",
                self._get_former_mails(),
                self._get_former_notices(),
                self._get_former_letters(),
            )
        )

    @api.model
    def _get_former_mails(self):
        """Query of mails and letters in the chatter of invoices, for :meth:`_record`."""
        return SQL(
            """
            SELECT message.res_id,
                   CASE message.message_type WHEN 'snailmail' THEN 'letter' ELSE 'email' END,
                   NULL, 'invoice', author.id, message.date, message.id, NULL::int4, NULL::int4
              FROM mail_message message
              JOIN account_move sent ON sent.id = message.res_id
              LEFT JOIN LATERAL (
                   SELECT id FROM res_users
                    WHERE partner_id = message.author_id AND NOT share
                    ORDER BY id LIMIT 1) AS author ON TRUE
             WHERE message.model = 'account.move' AND %(leaves)s
               AND (message.message_type = 'snailmail'
                    OR message.message_type = 'comment' AND author.id IS NOT NULL
                       AND EXISTS (SELECT FROM message_attachment_rel rel
                                     JOIN ir_attachment file ON file.id = rel.attachment_id
                                    WHERE rel.message_id = message.id
                                      AND file.mimetype = 'application/pdf'))
            """,
            leaves=self._get_leaving(SQL("sent.commercial_partner_id")),
        )

    @api.model
    def _get_former_notices(self):
        """Query of notices that went out with the invoices attached, for :meth:`_record`."""
        return SQL(
            """
            SELECT DISTINCT line.move_id, 'email', NULL, 'notice', notice.approver_id,
                   COALESCE(notice.sent_at, notice.queued_at), notice.message_id, notice.id,
                   NULL::int4
              FROM ar_collect_notice notice
              JOIN ar_collect_strategy_step step ON step.id = notice.step_id
              JOIN ar_collect_notice_item item
                ON item.notice_id = notice.id AND NOT COALESCE(item.is_passed_over, FALSE)
              JOIN account_move_line line ON line.id = item.line_id
             WHERE notice.channel = 'email' AND step.attachments = 'invoices'
               AND notice.state IN ('queued', 'sent', 'failed', 'bounced')
               AND EXISTS (SELECT FROM message_attachment_rel rel
                            WHERE rel.message_id = notice.message_id)
            """
        )

    @api.model
    def _get_former_letters(self):
        """Query of letters that were logged by hand, for :meth:`_record`."""
        return SQL(
            """
            SELECT DISTINCT line.move_id, 'letter', NULL, 'logged', activity.user_id,
                   activity.date, NULL::int4, NULL::int4, activity.id
              FROM ar_collect_activity activity
              JOIN ar_collect_activity_line_rel rel ON rel.ar_collect_activity_id = activity.id
              JOIN account_move_line line ON line.id = rel.account_move_line_id
             WHERE activity.channel = 'letter' AND activity.direction = 'out'
            """
        )
