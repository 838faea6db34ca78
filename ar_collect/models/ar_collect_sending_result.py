# Part of ar_collect. License LGPL-3.
"""What became of what was sent: whether it left, came back, was opened, was answered."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .ar_collect_sending import SQL_COUNTED

_logger = logging.getLogger(__name__)

#: Hours after which something on its way is looked at again: the queue may have lost sight of it.
LOST_HOURS = 1
#: Of the notifications `told` of a mail or letter: somebody has got it, as far as is known.
SQL_HAS_LEFT = SQL("BOOL_OR(told.notification_status IN ('sent', 'pending'))")
#: When a customer last wrote, of the aliases that :data:`SQL_TALK_JOIN` adds; NULL: never.
SQL_LAST_WORD = SQL("GREATEST(named.date, general.date)")
SQL_TALK_JOIN = SQL(
    """
    LEFT JOIN named ON named.move_id = asked.move_id
    LEFT JOIN general ON general.customer_id = asked.customer_id
                     AND general.company_id = asked.company_id
    """
)


class ArCollectSending(models.Model):
    _inherit = "ar.collect.sending"

    # === BUSINESS METHODS === #

    @api.model
    def _follow(self, condition, left_at=None):
        """Bring results up to date from the mails, letters and notices themselves.

        A row whose mail and notifications are gone keeps what it has.

        :param SQL condition: on the alias `sending`
        :param datetime|None left_at: when mails and letters have left that had not before; None:
            that is not known, the day they were asked for stays
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH told AS (
                    SELECT sending.id, %(by_mail)s AS state,
                           %(failure)s AS failure,
                           CASE WHEN sending.state IN ('waiting', 'failed') AND %(has_left)s
                                THEN %(left_at)s::timestamp END AS date,
                           NULL::timestamp AS opened_at
                      FROM ar_collect_sending sending
                      JOIN mail_notification told ON told.mail_message_id = sending.message_id
                      LEFT JOIN res_partner partner ON partner.id = told.res_partner_id
                      LEFT JOIN mail_mail queued ON queued.id = told.mail_mail_id
                      LEFT JOIN (VALUES %(kinds)s) AS kind (code, label)
                             ON kind.code = told.failure_type
                     WHERE sending.notice_id IS NULL AND %(outside)s AND %(condition)s
                     GROUP BY sending.id
                     UNION ALL
                    SELECT sending.id, %(by_notice)s,
                           CASE WHEN notice.state IN ('failed', 'bounced') THEN notice.failure END,
                           notice.sent_at, notice.clicked_at
                      FROM ar_collect_sending sending
                      JOIN ar_collect_notice notice ON notice.id = sending.notice_id
                     WHERE notice.message_id IS NOT DISTINCT FROM sending.message_id
                       AND notice.state IN ('queued', 'sent', 'failed', 'bounced')
                       AND %(condition)s
                )
                UPDATE ar_collect_sending sending
                   SET state = told.state, date = COALESCE(told.date, sending.date),
                       failure = told.failure,
                       opened_at = COALESCE(sending.opened_at, told.opened_at),
                       write_date = %(now)s
                  FROM told
                 WHERE told.id = sending.id
                   AND (sending.state, sending.date, sending.failure, sending.opened_at)
                       IS DISTINCT FROM (told.state, COALESCE(told.date, sending.date),
                                         told.failure,
                                         COALESCE(sending.opened_at, told.opened_at))
                """,
                by_mail=self._get_state_by_mail(),
                failure=self._get_failure_by_mail(),
                has_left=SQL_HAS_LEFT,
                kinds=self._get_failure_kinds(),
                left_at=left_at,
                by_notice=self._get_state_by_notice(),
                outside=self._get_outside(),
                condition=condition,
                now=fields.Datetime.now(),
            )
        )
        self._forget_results()

    @api.model
    def _get_failure_kinds(self):
        """Rows of what each kind of failure is called, for mails of which no more is known."""
        field = self.env["mail.notification"]._fields["failure_type"]
        kinds = field._description_selection(self.env)
        return SQL(", ").join(SQL("(%s, %s)", code, label) for code, label in kinds)

    @api.model
    def _get_state_by_mail(self):
        """SQL of the result of a mail or letter: what is best among those who got it.

        One that somebody took out of the queue, or deleted there, was not sent.
        """
        return SQL(
            """
            CASE WHEN %s THEN 'sent'
                 WHEN BOOL_OR(told.notification_status IN ('ready', 'process')
                              AND queued.state IS DISTINCT FROM 'cancel'
                              AND (queued.id IS NOT NULL OR told.notification_type != 'email'))
                 THEN 'waiting'
                 WHEN BOOL_OR(told.notification_status = 'bounce') THEN 'bounced'
                 ELSE 'failed' END
            """,
            SQL_HAS_LEFT,
        )

    @api.model
    def _get_failure_by_mail(self):
        """SQL of what went wrong with a mail or letter; NULL: nothing.

        Where others have got it, who has not stands before it.
        """
        return SQL(
            """
            CASE WHEN %(has_left)s
                 THEN STRING_AGG(CONCAT_WS(': ', COALESCE(partner.complete_name,
                                                          told.mail_email_address),
                                           %(reason)s), CHR(10) ORDER BY told.id)
                      FILTER (WHERE %(lost)s)
                 ELSE MAX(%(reason)s) FILTER (WHERE %(lost)s) END
            """,
            has_left=SQL_HAS_LEFT,
            reason=SQL("COALESCE(NULLIF(told.failure_reason, ''), kind.label)"),
            # whose address had it already misses nothing
            lost=SQL(
                "told.notification_status IN ('bounce', 'exception', 'canceled')"
                " AND told.failure_type IS DISTINCT FROM 'mail_dup'"
            ),
        )

    @api.model
    def _get_state_by_notice(self):
        return SQL("CASE notice.state WHEN 'queued' THEN 'waiting' ELSE notice.state END")

    @api.model
    def _follow_messages(self, messages):
        """Bring the results of mails and letters up to date; never in the way of the mail queue.

        What fails here is caught up with by :meth:`_gc_lost`.

        :param recordset messages: `mail.message`
        """
        [(ours,)] = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM ar_collect_sending WHERE message_id = ANY(%s))",
                messages.ids,
            )
        )
        if not ours:
            return
        self._in_peace(
            lambda: self._follow(
                SQL("sending.message_id = ANY(%s) AND sending.notice_id IS NULL", messages.ids),
                left_at=fields.Datetime.now(),
            )
        )

    @api.model
    def _in_peace(self, task):
        """Do what is not worth that a mail is sent twice: another process may be at the same row.

        :param task: callable
        """
        self.env.flush_all()  # what others have to write is theirs to fail
        try:
            with self.env.cr.savepoint(flush=False):
                task()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("What became of a sent invoice is noted later: %s", error)

    @api.model
    def _note_opened(self, moves):
        """The customer has looked at documents: the last sending of each has led there.

        :param recordset moves: `account.move`
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collect_sending
                   SET opened_at = %(now)s, write_date = %(now)s
                 WHERE opened_at IS NULL AND id IN (
                       SELECT DISTINCT ON (sending.move_id) sending.id
                         FROM ar_collect_sending sending
                        WHERE sending.move_id = ANY(%(ids)s) AND %(counted)s
                          AND sending.date <= %(now)s
                        ORDER BY sending.move_id, sending.date DESC, sending.id DESC)
                """,
                ids=moves.ids,
                counted=SQL_COUNTED,
                now=fields.Datetime.now(),
            )
        )
        self._forget_results()

    @api.autovacuum
    def _gc_lost(self):
        """Look again at what is on its way for long: the queue may have ended in between."""
        since = fields.Datetime.now() - timedelta(hours=LOST_HOURS)
        self._follow(SQL("sending.state = 'waiting' AND sending.date < %s", since))

    @api.model
    def _forget_results(self):
        """Let go of what was read of the rows before a statement changed them."""
        self.invalidate_model(["state", "date", "failure", "opened_at"], flush=False)
        self.env["account.move"]._forget_collect_sendings()

    # --- what came back

    def _get_answers(self):
        """When the customers last wrote after each of these went out, see `answered_at`.

        :return: moments by id; those without an answer are left out
        :rtype: dict
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT sending.id, sending.move_id, sending.customer_id, sending.company_id,
                           sending.date
                      FROM ar_collect_sending sending
                     WHERE sending.id = ANY(%s)
                ), %s
                SELECT asked.id, %s
                  FROM asked %s
                 WHERE %s >= asked.date
                """,
                self.ids,
                self._get_talk(),
                SQL_LAST_WORD,
                SQL_TALK_JOIN,
                SQL_LAST_WORD,
            )
        )
        return dict(rows)

    @api.model
    def _get_talk(self):
        """CTEs of when customers last wrote: about each document, and in general.

        On a CTE `asked` with move_id, customer_id and company_id. No more than the log of the
        customers asked for is read, once for all of their documents.
        """
        return SQL(
            """
            word AS (
                SELECT customer.customer_id, customer.company_id, activity.id, activity.date,
                       EXISTS (SELECT FROM ar_collect_activity_line_rel rel
                                WHERE rel.ar_collect_activity_id = activity.id) AS is_named
                  FROM (SELECT DISTINCT customer_id, company_id FROM asked) AS customer
                  JOIN ar_collect_account account
                    ON account.partner_id = customer.customer_id
                   AND account.company_id = customer.company_id
                  JOIN ar_collect_activity activity ON activity.account_id = account.id
                 WHERE activity.direction = 'in' AND activity.is_contact
            ),
            general AS (
                SELECT customer_id, company_id, MAX(date) AS date
                  FROM word WHERE NOT is_named
                 GROUP BY customer_id, company_id
            ),
            named AS (
                SELECT line.move_id, MAX(word.date) AS date
                  FROM word
                  JOIN ar_collect_activity_line_rel rel ON rel.ar_collect_activity_id = word.id
                  JOIN account_move_line line ON line.id = rel.account_move_line_id
                 WHERE word.is_named
                 GROUP BY line.move_id
            )
            """
        )
