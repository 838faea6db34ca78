# Part of ar_collect. License LGPL-3.
"""What the history of customers teaches: when they answer, and on which days they pay."""

from collections import defaultdict
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.tools import SQL

from .account_move_line import in_ledger

#: The last calls that count, and the days that calls and payments count for.
MAX_CALLS, CALL_DAYS, PAYMENT_DAYS = 100, 730, 365


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_call_history(self):
        """The last calls to these customers, and whether somebody answered.

        :return dict: list of (aware datetime, answered) by account id
        """
        self.env["ar.collect.activity"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, log.date, log.is_contact
                  FROM UNNEST(%(ids)s::int4[]) AS account (id)
                 CROSS JOIN LATERAL (
                       SELECT activity.date, activity.is_contact
                         FROM ar_collect_activity activity
                         JOIN ar_collect_outcome outcome ON outcome.id = activity.outcome_id
                        WHERE activity.account_id = account.id
                          AND activity.channel = 'call'
                          AND activity.direction = 'out'
                          AND activity.date > %(since)s
                          AND outcome.effect IS DISTINCT FROM 'wrong_number'
                        ORDER BY activity.date DESC, activity.id DESC
                        LIMIT %(limit)s
                       ) AS log
                """,
                ids=self.ids,
                since=fields.Datetime.now() - timedelta(days=CALL_DAYS),
                limit=MAX_CALLS,
            )
        )
        calls = defaultdict(list)
        for account_id, moment, answered in rows:
            calls[account_id].append((moment.replace(tzinfo=timezone.utc), bool(answered)))
        return calls

    def _get_payment_days(self):
        """The days of the last year on which money of these customers came in.

        :return dict: set of dates by (customer id, company id)
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.commercial_partner_id, line.company_id, line.date
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_account ON account_account.id = line.account_id
                  JOIN account_journal journal ON journal.id = line.journal_id
                 WHERE partner.commercial_partner_id = ANY(%(customers)s)
                   AND line.company_id = ANY(%(companies)s)
                   AND line.date > %(since)s
                   AND line.balance < 0
                   AND account_account.account_type = 'asset_receivable'
                   AND journal.type IN ('bank', 'cash', 'credit')
                   AND %(in_ledger)s
                """,
                customers=self.partner_id.ids,
                companies=self.company_id.ids,
                since=fields.Date.today() - timedelta(days=PAYMENT_DAYS),
                in_ledger=in_ledger("line"),
            )
        )
        days = defaultdict(set)
        for partner_id, company_id, day in rows:
            days[partner_id, company_id].add(day)
        return days
