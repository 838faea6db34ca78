# Part of ar_collect. License LGPL-3.
"""What the ledger says of customers' credit: how late they pay now and before, what is sold or lost."""

from datetime import timedelta

from odoo.tools import SQL

from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger

#: Days that count as now, as the time before, and as a year.
NOW, BEFORE, YEAR = 90, 365, 365
#: Sales of fewer days are taken as those of so many: a first order is no daily business.
FEW = 30


class CreditQuery:
    """SQL over the trade receivables of customers, a row for each customer and company.

    Days run to today in the company's time zone; money that is dated later does not count yet.

    :param RefreshScope scope: whose, of which companies
    """

    def __init__(self, scope):
        self.scope = scope
        self.env = scope.companies.env

    def get_behaviour(self):
        """SELECT of how late customers pay.

        Columns: partner_id, company_id; `late_now` and `late_before` (mean days past due, early
        ones negative) with their `_count`; `days_to_pay` (from invoice to money, weighted by
        amount). Items count on the day the last money came for them. What is past due and still
        open counts as now with its days so far, a year at most, unless it is disputed or nobody is
        asked for it: who stops paying gets worse at once, and stays so.
        """
        return SQL(
            """
            WITH %(settled)s,
            event AS (
                SELECT partner_id, company_id, settlement.paid_date AS day, today, balance,
                       settlement.paid_date - due_date AS late,
                       settlement.paid_date - date AS taken
                  FROM settlement
                  JOIN paid_item ON paid_item.id = settlement.line_id
                 WHERE settlement.is_posted AND settlement.paid_date <= today
                 UNION ALL
                SELECT partner_id, company_id, today, today, NULL,
                       LEAST(today - due_date, %(longest)s), NULL
                  FROM (%(unpaid)s) AS unpaid
            )
            SELECT partner_id, company_id,
                   AVG(late) FILTER (WHERE %(is_now)s)::float8 AS late_now,
                   COUNT(*) FILTER (WHERE %(is_now)s) AS late_now_count,
                   AVG(late) FILTER (WHERE %(is_before)s)::float8 AS late_before,
                   COUNT(*) FILTER (WHERE %(is_before)s) AS late_before_count,
                   (SUM(balance * taken) FILTER (WHERE %(is_year)s)
                    / SUM(balance) FILTER (WHERE %(is_year)s))::float8 AS days_to_pay
              FROM event
             GROUP BY partner_id, company_id
            """,
            settled=self._get_settled(
                min(self.scope.today.values()) - timedelta(days=NOW + BEFORE)
            ),
            unpaid=self._get_unpaid_items(),
            longest=YEAR,
            is_now=SQL("day > today - %s", NOW),
            is_before=SQL("day <= today - %s AND day > today - %s", NOW, NOW + BEFORE),
            is_year=SQL("taken IS NOT NULL AND day > today - %s", YEAR),
        )

    def get_paid_ids(self, first, last):
        """SELECT of the ids of the items for which the last money came in some days.

        :param date first: of these days
        :param date last: of these days
        """
        return SQL(
            """
            WITH %(settled)s
            SELECT line_id FROM settlement
             WHERE is_posted AND paid_date BETWEEN %(first)s AND %(last)s
            """,
            settled=self._get_settled(first),
            first=first,
            last=last,
        )

    def get_sales(self):
        """SELECT of what was invoiced in the last year.

        Columns: `amount`, with tax, less credit notes; `days` of the year since the first invoice
        ever, as far as there are: who is a customer since spring has no sales of a year.
        """
        return SQL(
            """
            SELECT partner_id, company_id,
                   SUM(balance) FILTER (WHERE date > today - %(year)s) AS amount,
                   LEAST(%(year)s, GREATEST(%(few)s,
                         MAX(today - date + 1) FILTER (WHERE balance > 0))) AS days
              FROM (%(items)s) AS item
             GROUP BY partner_id, company_id
            """,
            year=YEAR,
            few=FEW,
            items=self._get_items(
                SQL(
                    "line.journal_id IN (SELECT id FROM account_journal WHERE type = 'sale')"
                    " AND line.date <= %s",
                    self._today,
                )
            ),
        )

    def get_written_off_ids(self, first, last):
        """SELECT of the ids of the items of which something was written off in some days.

        :param date first: of these days
        :param date last: of these days
        """
        return SQL(
            "SELECT DISTINCT id FROM (%s) AS write_off WHERE day BETWEEN %s AND %s",
            self._get_write_offs(),
            first,
            last,
        )

    def get_figures(self, account_ids):
        """SELECT of behaviour, sales, write-offs and promises of the last year, by account.

        :param list account_ids: of `ar.collect.account`
        """
        return SQL(
            """
            SELECT account.id, behaviour.late_now, behaviour.late_before, behaviour.days_to_pay,
                   COALESCE(behaviour.late_now_count, 0) AS late_now_count,
                   COALESCE(behaviour.late_before_count, 0) AS late_before_count,
                   COALESCE(sold.amount, 0)::float8 AS sales,
                   COALESCE(sold.days, %(year)s) AS sales_days,
                   COALESCE(lost.amount, 0)::float8 AS written_off,
                   COALESCE(promised.judged, 0) AS promise_count,
                   COALESCE(promised.broken, 0) AS promise_broken_count,
                   COALESCE(promised.share, 0)::float8 AS promise_kept_share
              FROM ar_collect_account account
              LEFT JOIN (%(behaviour)s) AS behaviour USING (partner_id, company_id)
              LEFT JOIN (%(sales)s) AS sold USING (partner_id, company_id)
              LEFT JOIN (SELECT partner_id, company_id, SUM(amount) AS amount
                           FROM (%(write_offs)s) AS write_off
                          WHERE day <= today AND day > today - %(year)s
                          GROUP BY partner_id, company_id) AS lost USING (partner_id, company_id)
              LEFT JOIN (%(promises)s) AS promised ON promised.account_id = account.id
             WHERE account.id = ANY(%(ids)s::int4[])
            """,
            behaviour=self.get_behaviour(),
            sales=self.get_sales(),
            write_offs=self._get_write_offs(),
            year=YEAR,
            promises=self._get_promises(account_ids),
            ids=account_ids,
        )

    # --- parts

    @property
    def _today(self):
        return self.scope.today_of(SQL("line.company_id"))

    def _get_items(self, condition):
        """SELECT of items of trade receivables, open or settled.

        :param SQL condition: on `line`
        """
        scope = self.scope
        trade = [id_ for id_ in scope.account_ids if id_ not in scope.non_trade_ids]
        return SQL(
            """
            SELECT line.id, partner.commercial_partner_id AS partner_id, line.company_id,
                   line.date, COALESCE(line.date_maturity, line.date) AS due_date, line.balance,
                   %(today)s AS today
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s::int4[])
               AND line.company_id = ANY(%(companies)s::int4[])
               AND %(in_ledger)s
               AND %(partners)s
               AND %(condition)s
            """,
            today=self._today,
            accounts=trade,
            companies=scope.companies.ids,
            in_ledger=in_ledger("line"),
            partners=scope.restrict_line(),
            condition=condition,
        )

    def _get_settled(self, since):
        """The CTEs `paid_item` and `settlement`: debits of which nothing is left, and when.

        As far as something came for them on a day or later; defined as by the refresh.

        :param date since: that day
        """
        accounts = self.env["ar.collect.account"]
        return SQL(
            "paid_item AS MATERIALIZED (%s), settlement AS MATERIALIZED (%s)",
            self._get_paid_items(since),
            accounts._get_settlement_query(self.scope, selected=True),
        )

    def _get_paid_items(self, since):
        """SELECT of debits of which nothing is left; see :meth:`_get_settled`."""
        return self._get_items(
            SQL(
                """
                line.amount_residual = 0 AND line.balance > 0 AND line.no_followup IS NOT TRUE
                AND NOT %(is_cash)s
                AND EXISTS (SELECT FROM account_partial_reconcile recent
                             WHERE recent.debit_move_id = line.id AND recent.max_date >= %(since)s)
                """,
                is_cash=self.scope.is_cash("line"),
                since=since,
            )
        )

    def _get_unpaid_items(self):
        """SELECT of open debits that are past due, and that the customer is asked to pay."""
        return self._get_items(
            SQL(
                """
                line.amount_residual > 0 AND line.no_followup IS NOT TRUE AND NOT %(is_cash)s
                AND COALESCE(line.date_maturity, line.date) < %(today)s
                AND NOT EXISTS (SELECT FROM account_move move
                                 WHERE move.id = line.move_id AND %(not_chased)s)
                AND NOT EXISTS (SELECT FROM ar_collect_dispute_item contested
                                 WHERE contested.line_id = line.id AND contested.state = 'open')
                """,
                is_cash=self.scope.is_cash("line"),
                today=self._today,
                not_chased=SQL_NOT_CHASED,
            )
        )

    def _get_write_offs(self):
        """SELECT of what was matched with neither money nor documents, as in the key figures.

        Columns: id of the item, partner_id, company_id, amount, day, today. Exchange differences
        are not written off.
        """
        return SQL(
            """
            SELECT item.id, item.partner_id, item.company_id, match.amount,
                   match.max_date AS day, item.today
              FROM (%(items)s) AS item
              JOIN account_partial_reconcile match ON match.debit_move_id = item.id
              JOIN account_move_line counterpart
                     ON counterpart.id = match.credit_move_id AND %(in_ledger)s
             WHERE counterpart.journal_id = ANY(%(other)s::int4[])
            """,
            items=self._get_items(SQL("line.balance > 0 AND NOT %s", self.scope.is_cash("line"))),
            in_ledger=in_ledger("counterpart"),
            other=self.env["account.journal"]._get_collect_kinds()["other"],
        )

    def _get_promises(self, account_ids):
        """SELECT of the promises that the ledger has judged in the last year, by account."""
        promises, promise = self.env["ar.collect.promise"], SQL("promise")
        return SQL(
            """
            SELECT promise.account_id, COUNT(*) AS judged, SUM(%(share)s) AS share,
                   COUNT(*) FILTER (WHERE promise.state = 'broken') AS broken
              FROM ar_collect_promise promise
             WHERE promise.account_id = ANY(%(ids)s::int4[])
               AND %(is_judged)s
               AND %(day)s <= %(today)s AND %(day)s > %(today)s - %(year)s
             GROUP BY promise.account_id
            """,
            share=promises._get_kept_share(promise),
            ids=account_ids,
            is_judged=promises._get_judged_condition(promise),
            day=promises._get_judged_day(self.scope, promise),
            today=self.scope.today_of(SQL("promise.company_id")),
            year=YEAR,
        )
