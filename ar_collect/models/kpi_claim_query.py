# Part of ar_collect. License LGPL-3.
"""What was promised, disputed and done about receivables, by slot: a grouped statement each."""

from collections import defaultdict

from odoo.tools import SQL

from .account_move_line import in_ledger

#: Columns of each statement after company, group and slot.
PROMISES = ("promises_judged", "promises_kept", "promised_judged", "promised_kept")
PROMISED = ("promises_made", "promised")
OPENED = ("disputes_opened",)
CLOSED = ("disputes_closed", "dispute_days")
ATTEMPTS = ("calls", "right_party_calls", "promise_calls")
TOUCHES = ("paid_items", "touches")


class KpiClaimQuery:
    """Reads figures that the ledger does not hold.

    They belong to the collector who has the customer, whoever took the promise or made the call.

    :param KpiScope scope: whose, and when
    :param KpiQuery ledger: the same of the ledger
    """

    def __init__(self, scope, ledger):
        self.scope = scope
        self.ledger = ledger
        self.env = scope.env

    def get_flows(self):
        """What happened in each slot.

        :return dict: figures by (company id, group), by slot
        """
        flows = defaultdict(lambda: defaultdict(dict))
        for names, query in (
            (PROMISES, self._judged()),
            (PROMISED, self._promised()),
            (OPENED, self._opened()),
            (CLOSED, self._closed()),
            (ATTEMPTS, self._attempts()),
            (TOUCHES, self._touches()),
        ):
            for company_id, key, slot, *values in self.env.execute_query(query):
                flows[company_id, key][slot] |= dict(zip(names, values, strict=True))
        return flows

    def get_disputed(self):
        """What was disputed of what was open, as of each end.

        :return dict: amount by (company id, group, end)
        """
        return {
            (company_id, key, self.scope.ends[number]): amount
            for company_id, key, number, amount in self.env.execute_query(self._disputed())
        }

    # --- promises

    def _judged(self):
        """SELECT of the promises that the ledger has judged, by the day of that.

        Kept in part counts by its share. Replaced and cancelled ones are not judged.
        """
        promises, claim = self.env["ar.collect.promise"], SQL("claim")
        return self._by_slot(
            "ar_collect_promise",
            promises._get_judged_day(self.scope, claim),
            SQL(
                "COUNT(*), SUM(share), SUM(claim.amount_company), SUM(claim.amount_company * share)"
            ),
            promises._get_judged_condition(claim),
            SQL("CROSS JOIN LATERAL (SELECT %s AS share) AS part", promises._get_kept_share(claim)),
        )

    def _promised(self):
        return self._by_slot(
            "ar_collect_promise",
            SQL("claim.promised_on"),
            SQL("COUNT(*), SUM(claim.amount_company)"),
            SQL("TRUE"),
        )

    # --- disputes

    def _opened(self):
        return self._by_slot(
            "ar_collect_dispute",
            SQL("claim.date_opened"),
            SQL("COUNT(*)"),
            SQL("claim.state != 'cancelled'"),
        )

    def _closed(self):
        return self._by_slot(
            "ar_collect_dispute",
            SQL("claim.date_closed"),
            SQL("COUNT(*), SUM(claim.date_closed - claim.date_opened)"),
            SQL("claim.state = 'closed'"),
        )

    def _by_slot(self, table, day, figures, condition, join=None):
        """SELECT of figures of records of collection accounts, by the slot of a day of theirs.

        :param str table: joined as `claim`
        """
        return SQL(
            """
            SELECT account.company_id, %(key)s, %(slot)s AS slot, %(figures)s
              FROM %(accounts)s
              JOIN %(table)s claim ON claim.account_id = account.id
              %(join)s
             WHERE %(condition)s AND %(day)s BETWEEN %(first)s AND %(last)s
             GROUP BY 1, 2, 3
            """,
            key=self.scope.key(),
            slot=self.scope.slot_of(day),
            figures=figures,
            accounts=self.scope.accounts(),
            table=SQL.identifier(table),
            join=join or SQL(""),
            condition=condition,
            day=day,
            first=self.scope.days[0],
            last=self.scope.days[-1],
        )

    def _disputed(self):
        """SELECT of what disputes open on each end were about, no more than was open of the item.

        In company currency, as the item was booked.
        """
        return SQL(
            """
            SELECT company_id, key, number, SUM(LEAST(contested, residual))
              FROM (SELECT account.company_id, %(key)s AS key, moment.number, line.id,
                           SUM(item.amount * line.balance / line.amount_currency) AS contested
                      FROM %(accounts)s
                      JOIN ar_collect_dispute claim ON claim.account_id = account.id
                       AND claim.state != 'cancelled'
                      JOIN ar_collect_dispute_item item ON item.dispute_id = claim.id
                       AND item.state != 'cancelled'
                      JOIN account_move_line line ON line.id = item.line_id
                       AND line.amount_currency != 0 AND %(in_ledger)s
                      JOIN (VALUES %(moments)s) AS moment (number, day)
                        ON claim.date_opened <= moment.day AND line.date <= moment.day
                       AND (claim.date_closed IS NULL OR claim.date_closed > moment.day)
                     GROUP BY 1, 2, 3, 4) AS disputed
              JOIN (VALUES %(moments)s) AS moment (number, day) USING (number)
             CROSS JOIN LATERAL (
                   SELECT GREATEST(0, line.balance - COALESCE(SUM(match.amount), 0)) AS residual
                     FROM account_move_line line
                     LEFT JOIN account_partial_reconcile match
                            ON match.debit_move_id = line.id AND match.max_date <= moment.day
                    WHERE line.id = disputed.id
                    GROUP BY line.id) AS open
             GROUP BY company_id, key, number
            """,
            key=self.scope.key(),
            accounts=self.scope.accounts(),
            in_ledger=in_ledger("line"),
            moments=SQL(", ").join(
                SQL("(%s, %s::date)", number, day) for number, day in enumerate(self.scope.ends)
            ),
        )

    # --- work

    def _attempts(self):
        """SELECT of outgoing calls, by the day of the company; of those, who was reached and what
        came of it."""
        return SQL(
            """
            SELECT account.company_id, %(key)s, %(slot)s AS slot, COUNT(*),
                   COUNT(*) FILTER (WHERE activity.is_right_party),
                   COUNT(*) FILTER (WHERE activity.is_right_party AND EXISTS (
                       SELECT FROM ar_collect_promise promise
                        WHERE promise.activity_id = activity.id))
              FROM %(accounts)s
              JOIN ar_collect_activity activity ON activity.account_id = account.id
              JOIN (%(zones)s) AS zone (company_id, name) ON zone.company_id = account.company_id
             WHERE activity.channel = 'call' AND activity.direction = 'out'
               AND %(day)s BETWEEN %(first)s AND %(last)s
             GROUP BY 1, 2, 3
            """,
            key=self.scope.key(),
            slot=self.scope.slot_of(self._local(SQL("activity.date"))),
            accounts=self.scope.accounts(),
            zones=self._zones(),
            day=self._local(SQL("activity.date")),
            first=self.scope.days[0],
            last=self.scope.days[-1],
        )

    def _touches(self):
        """SELECT of what customers were sent and told about items before the last money came.

        An item is paid when nothing is left of it and money came for it; its touches are outgoing
        contacts that name it, and notices sent with it.
        """
        return SQL(
            """
            WITH %(members)s paid AS (
                SELECT item.id, item.company_id, item.key, MAX(match.max_date) AS day
                  FROM (%(items)s) AS item
                  JOIN account_partial_reconcile match ON match.debit_move_id = item.id
                  JOIN (%(money)s) AS money ON money.id = match.credit_move_id
                 GROUP BY item.id, item.company_id, item.key
            ), touch (id, day) AS (
                SELECT rel.account_move_line_id, %(talked)s
                  FROM ar_collect_activity_line_rel rel
                  JOIN ar_collect_activity activity ON activity.id = rel.ar_collect_activity_id
                  JOIN (%(zones)s) AS zone (company_id, name)
                    ON zone.company_id = activity.company_id
                 WHERE activity.direction = 'out'
                 UNION ALL
                SELECT item.line_id, %(sent)s
                  FROM ar_collect_notice_item item
                  JOIN ar_collect_notice notice ON notice.id = item.notice_id
                  JOIN (%(zones)s) AS zone (company_id, name) ON zone.company_id = notice.company_id
                 WHERE notice.sent_at IS NOT NULL AND item.is_passed_over IS NOT TRUE
            ), touched AS (
                SELECT touch.id, COUNT(*) AS touches
                  FROM touch JOIN paid ON paid.id = touch.id AND touch.day <= paid.day
                 GROUP BY touch.id
            )
            SELECT paid.company_id, paid.key, %(slot)s AS slot, COUNT(*),
                   COALESCE(SUM(touched.touches), 0)
              FROM paid
              LEFT JOIN touched ON touched.id = paid.id
             WHERE paid.day > %(first)s
             GROUP BY 1, 2, 3
            """,
            members=self.ledger.members(),
            items=self.ledger.settled_items(),
            money=self.ledger.money(),
            talked=self._local(SQL("activity.date")),
            sent=self._local(SQL("notice.sent_at")),
            zones=self._zones(),
            slot=self.scope.slot_of(SQL("paid.day")),
            first=self.scope.ends[0],
        )

    def _zones(self):
        """SELECT of the companies' time zones."""
        status = self.env["ar.collect.refresh.status"]
        return SQL("VALUES %s", status._get_zone_rows(self.scope.companies))

    @staticmethod
    def _local(column):
        """SQL of the date of a moment, kept in UTC, in the time zone in `zone`."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE zone.name)::date", column)
