# Part of ar_collect. License LGPL-3.
"""Which cash came because of what: the ledger's matches, each attributed exactly once."""

from odoo.tools import SQL

from .ar_collect_promise_judge import SQL_IN_TIME, SQL_SINCE
from .ar_collect_strategy_step import SENT_CHANNELS

#: What cash is attributed to, first match wins. There is no standard for this: see ``CashQuery``.
SOURCES = [
    ("promise", "Promise"),
    ("contact", "Contact"),
    ("notice", "Automatic Notice"),
    ("unprompted", "Unprompted"),
]
#: What a match is numbered by in the rows made of it; far more than promises can share one match.
PARTS = 1000


class CashQuery:
    """SQL of the cash that was matched with receivables, by what it is attributed to.

    Cash is money of a posted bank, cash or card journal that is matched with an item of trade
    receivables, in company currency, on the day of the payment. Money that was given back is none,
    and neither are credit notes, write-offs and exchange differences. What is booked within a
    payment counts with it: the ledger does not tell a discount from a bank's fee, which the
    customer has paid. Each amount belongs to

    1. the promise or payment plan that it was counted for: it came after that was given and in
       time, and no more of it than was promised; else
    2. the last contact of a person with the customer in the W days before, if it was about all
       that is owed, or about this item; else
    3. the last automatic notice of the W days before that named the item; else
    4. nothing: it came unprompted.

    So the four come to the cash received. None of them proves what the customer paid for.

    The database cannot know that money of other days is not needed for those that are asked for,
    because a promise takes the first money first. So the days are said beforehand: then only what
    shares a promise with the money of these days is read besides.

    :param Environment env: superuser's: what is seen of the rows is for the rules to say
    :param tuple days: first and last day of the payments that are wanted, None where there is none
    """

    def __init__(self, env, days=(None, None)):
        self.env = env
        self.days = days
        self.promises = env["ar.collect.promise"]
        self.scope = env["ar.collect.account"]._get_refresh_scope(None, None)

    def select(self):
        """SELECT of the parts of the matches, a row each; see ``ar.collect.cash.report``."""
        return SQL(
            """
            WITH RECURSIVE money AS MATERIALIZED (%(money)s),
            %(claims)s,
            cover AS (%(cover)s),
            part AS (%(parts)s)
            SELECT part.id, part.match_id, part.line_id, part.payment_line_id, part.move_id,
                   part.date, part.company_id, part.customer_id, part.amount, part.promise_id,
                   contact.id AS activity_id, notice.id AS notice_id,
                   CASE WHEN part.promise_id IS NOT NULL THEN 'promise'
                        WHEN contact.id IS NOT NULL THEN 'contact'
                        WHEN notice.id IS NOT NULL THEN 'notice'
                        ELSE 'unprompted' END AS source,
                   COALESCE(promise.channel, contact.channel, notice.channel) AS channel,
                   COALESCE(promise.user_id, contact.user_id) AS user_id,
                   account.id AS account_id, account.user_id AS collector_id
              FROM part
              %(settings)s
              LEFT JOIN ar_collect_account account
                     ON account.partner_id = part.customer_id
                    AND account.company_id = part.company_id
              LEFT JOIN ar_collect_promise promise ON promise.id = part.promise_id
              LEFT JOIN LATERAL (%(contact)s) AS contact ON part.promise_id IS NULL
              LEFT JOIN LATERAL (%(notice)s) AS notice
                     ON part.promise_id IS NULL AND contact.id IS NULL
            """,
            money=self._get_wanted(),
            claims=self._get_claims(),
            cover=self._get_cover(),
            parts=self._get_parts(),
            settings=self.join_settings(SQL("part.company_id")),
            contact=self._get_contact(),
            notice=self._get_notice(),
        )

    def join_settings(self, company):
        """JOIN of the `setting` of each company: days W, time zone.

        :param SQL company: column with the company's id
        :rtype: SQL
        """
        zone = self.env["ar.collect.refresh.status"]._get_time_zone
        rows = SQL(", ").join(
            SQL("(%s, %s, %s)", company.id, company.collect_attribution_days, zone(company).key)
            for company in self.scope.companies
        )
        return SQL(
            "JOIN (VALUES %s) AS setting (company_id, days, tz) ON setting.company_id = %s",
            rows,
            company,
        )

    def get_touch_columns(self):
        """How many were in touch in the days before, and who: columns beside those of `select`.

        They need the rows of that as `part`, their `account` and `setting`. They are apart because
        a list shows them of one page: there they are worked out for its rows alone.

        :rtype: SQL
        """
        return SQL(
            """
            (SELECT COUNT(*) FROM (%(touches)s) AS touch) AS touch_count,
            ARRAY_TO_STRING(ARRAY(SELECT name FROM (%(touches)s) AS touch
                                   GROUP BY name ORDER BY MAX(date) DESC), ', ') AS touched_by
            """,
            touches=self._get_touches(),
        )

    def _get_money(self, source, condition):
        """SELECT of the matches of receivable items with cash.

        :param SQL source: FROM, with `debit` and `partner`
        :param SQL condition: on them, and on `credit`
        """
        return SQL(
            """
            SELECT match.id AS match_id, match.amount, debit.id AS line_id, debit.move_id,
                   debit.company_id, partner.commercial_partner_id AS customer_id,
                   credit.id AS payment_line_id, credit.date
              FROM %(source)s
              JOIN account_partial_reconcile match ON match.debit_move_id = debit.id
              JOIN account_move_line credit ON credit.id = match.credit_move_id
             WHERE debit.account_id = ANY(%(accounts)s::int4[])
               AND debit.parent_state = 'posted' AND credit.parent_state = 'posted'
               AND %(is_cash)s AND NOT %(is_returned)s
               AND %(condition)s
            """,
            source=source,
            accounts=self._get_account_ids(),
            is_cash=self.scope.is_cash("credit"),
            is_returned=self.scope.is_cash("debit"),
            condition=condition,
        )

    def _get_wanted(self):
        """SELECT of the matches of the days that are asked for."""
        return self._get_money(
            SQL(
                "account_move_line debit JOIN res_partner partner ON partner.id = debit.partner_id"
            ),
            is_between(SQL("credit.date"), *self.days),
        )

    def _get_account_ids(self):
        """Ids of the receivable accounts of trade; deposits and loans to staff are not collected."""
        return [id_ for id_ in self.scope.account_ids if id_ not in self.scope.non_trade_ids]

    def _get_parts(self):
        """SELECT of what is covered by each promise, and of the rest of each match."""
        return SQL(
            """
            SELECT money.match_id::int8 * %(parts)s + cover.number AS id, money.match_id,
                   money.line_id, money.payment_line_id, money.move_id, money.date,
                   money.company_id, money.customer_id, cover.promise_id, cover.amount
              FROM money
              JOIN cover USING (match_id)
             UNION ALL
            SELECT money.match_id::int8 * %(parts)s, money.match_id,
                   money.line_id, money.payment_line_id, money.move_id, money.date,
                   money.company_id, money.customer_id, NULL,
                   money.amount - COALESCE(covered.amount, 0)
              FROM money
              LEFT JOIN (SELECT match_id, SUM(amount) AS amount FROM cover GROUP BY match_id)
                     AS covered USING (match_id)
             WHERE money.amount != COALESCE(covered.amount, 0)
            """,
            parts=PARTS,
        )

    # --- promises

    def _get_claims(self):
        """The CTEs of what is promised, and what counts for promises and plans of items."""
        return SQL(
            """
            free AS MATERIALIZED (%(free)s),
            owed AS MATERIALIZED (%(owed)s),
            line AS (SELECT line_id AS id FROM money UNION SELECT line_id FROM owed),
            promise AS (%(promises)s),
            item AS (%(items)s),
            planned AS MATERIALIZED (
                SELECT part.*
                  FROM ar_collect_payment_plan_item part
                  JOIN line ON line.id = part.line_id
            ),
            claimed AS (
                SELECT match_id, promise_id,
                       CASE WHEN take = amount THEN booked
                            ELSE ROUND(booked * take / amount, digits) END AS amount
                  FROM (%(of_items)s UNION ALL %(of_plans)s) AS counted
                 WHERE take > 0
            ),
            stack AS (%(stack)s),
            turn AS (%(turns)s)
            """,
            free=self._get_free(),
            owed=self._get_owed(),
            promises=self._get_promises(
                SQL(
                    "promise.id IN (SELECT named.promise_id FROM ar_collect_promise_item named"
                    " JOIN line ON line.id = named.line_id)"
                )
            ),
            items=self.promises._get_judged_item_query(),
            of_items=self._get_of_items(),
            of_plans=self._get_of_plans(),
            stack=self._get_stack(),
            turns=self._get_turns(),
        )

    def _get_promises(self, condition):
        """SELECT of the promises that were not withdrawn; one that was replaced counts until then.

        :param SQL condition: on `promise`
        """
        return SQL(
            """
            SELECT promise.*, promise.date_promised + %(grace)s AS deadline
              FROM ar_collect_promise promise
             WHERE promise.plan_id IS NULL
               AND promise.end_reason IS DISTINCT FROM 'withdrawn'
               AND %(condition)s
            """,
            grace=self.promises._get_grace(self.scope, SQL("promise.company_id")),
            condition=condition,
        )

    def _get_take(self, item):
        """Columns: a match, and what of it counts for an item, of which the first money counts.

        :param SQL item: alias of the promised item
        """
        return SQL(
            """
            match.id AS match_id, match.amount AS booked, currency.decimal_places AS digits,
            match.debit_amount_currency AS amount,
            GREATEST(0, LEAST(match.debit_amount_currency, %(item)s.amount + match.debit_amount_currency
                - SUM(match.debit_amount_currency) OVER (
                    PARTITION BY %(item)s.id ORDER BY credit.date, credit.id, match.id))) AS take
            """,
            item=item,
        )

    def _get_matches(self, line):
        """JOINs of the matches of an item with cash.

        :param SQL line: column with the id of the journal item
        """
        return SQL(
            """
            JOIN account_partial_reconcile match
              ON match.debit_move_id = %(line)s AND match.debit_amount_currency > 0
            JOIN account_move_line credit
              ON credit.id = match.credit_move_id AND credit.parent_state = 'posted'
             AND %(is_cash)s
            JOIN res_company company ON company.id = credit.company_id
            JOIN res_currency currency ON currency.id = company.currency_id
            """,
            line=line,
            is_cash=self.scope.is_cash("credit"),
        )

    def _get_of_items(self):
        """SELECT of what counts for promises of items, as they are judged."""
        return SQL(
            "SELECT item.promise_id, %(take)s FROM item %(matches)s"
            " WHERE %(since)s AND %(in_time)s",
            take=self._get_take(SQL("item")),
            matches=self._get_matches(SQL("item.line_id")),
            since=SQL_SINCE,
            in_time=SQL_IN_TIME,
        )

    def _get_of_plans(self):
        """SELECT of what counts for payment plans: for the instalment that was due next.

        A plan counts until it ends, or until one of its items is promised anew.
        """
        return SQL(
            """
            SELECT instalment.id AS promise_id, %(take)s
              FROM planned part
              JOIN ar_collect_payment_plan plan ON plan.id = part.plan_id
              %(matches)s
              JOIN LATERAL (
                   SELECT promise.id
                     FROM ar_collect_promise promise
                    WHERE promise.plan_id = plan.id AND promise.state != 'cancelled'
                      AND promise.date_promised + %(grace)s >= credit.date
                    ORDER BY promise.date_promised, promise.id
                    LIMIT 1) AS instalment ON TRUE
              LEFT JOIN LATERAL (%(end)s) AS next ON TRUE
             WHERE (credit.date, credit.id) > (plan.date_agreed, plan.ledger_mark)
               AND (plan.ended_on IS NULL
                    OR (credit.date, credit.id) <= (plan.ended_on, plan.end_mark))
               AND (next.promised_on IS NULL
                    OR (credit.date, credit.id) <= (next.promised_on, next.ledger_mark))
            """,
            take=self._get_take(SQL("part")),
            matches=self._get_matches(SQL("part.line_id")),
            grace=self.promises._get_grace(self.scope, SQL("plan.company_id")),
            end=self._get_plan_end(),
        )

    def _get_plan_end(self):
        """SELECT of the first promise or plan after a `plan` on any of its items."""
        return SQL(
            """
            SELECT later.promised_on, later.ledger_mark
              FROM ar_collect_payment_plan_item mine
             CROSS JOIN LATERAL (%s) AS later
             WHERE mine.plan_id = plan.id
             ORDER BY later.promised_on, later.ledger_mark
             LIMIT 1
            """,
            self.promises._get_next_query(
                SQL("mine.line_id"),
                SQL(
                    "(SELECT MIN(own.id) FROM ar_collect_promise own"
                    " WHERE own.plan_id = mine.plan_id)"
                ),
            ),
        )

    def _get_free(self):
        """SELECT of the promises of whatever is owed: in each customer's order, oldest first.

        Of the customers of whom money came in time for any of them; then all of theirs, as each
        takes from what the next one gets.
        """
        return SQL(
            """
            WITH free AS MATERIALIZED (
                SELECT promise.id, promise.company_id, promise.promised_on, promise.ledger_mark,
                       promise.deadline, promise.amount_company AS amount,
                       customer.commercial_partner_id AS customer_id,
                       ROW_NUMBER() OVER (
                           PARTITION BY customer.commercial_partner_id, promise.company_id
                           ORDER BY promise.id) AS turn
                  FROM (%s) AS promise
                  JOIN res_partner customer ON customer.id = promise.customer_id
            )
            SELECT free.*
              FROM free
             WHERE (customer_id, company_id) IN (
                   SELECT money.customer_id, money.company_id
                     FROM money
                     JOIN free ON free.customer_id = money.customer_id
                              AND free.company_id = money.company_id
                    WHERE money.date BETWEEN free.promised_on AND free.deadline)
            """,
            self._get_promises(
                SQL(
                    "NOT EXISTS (SELECT FROM ar_collect_promise_item item"
                    " WHERE item.promise_id = promise.id)"
                )
            ),
        )

    def _get_owed(self):
        """SELECT of the matches that these promises share: of their customers, while they ran."""
        span = SQL(
            """
            (SELECT customer_id, company_id, MIN(promised_on) AS first, MAX(deadline) AS last
               FROM free
              GROUP BY customer_id, company_id) AS span
            """
        )
        return self._get_money(
            SQL(
                """
                %s
                JOIN res_partner partner ON partner.commercial_partner_id = span.customer_id
                JOIN account_move_line debit ON debit.partner_id = partner.id
                                            AND debit.company_id = span.company_id
                """,
                span,
            ),
            SQL("credit.date BETWEEN span.first AND span.last"),
        )

    def _get_stack(self):
        """SELECT by customer of the cash that promises of items have left, in order, as arrays.

        And of the promises that share it: joining them turn by turn would be a loop over all. For
        the same reason what is taken is a row that is added up, not a join: nobody can tell the
        database beforehand how many there are.
        """
        return SQL(
            """
            SELECT pledged.promise_ids, pledged.amounts, pledged.firsts, pledged.marks,
                   pledged.deadlines,
                   ARRAY_AGG(match_id ORDER BY date, payment_line_id, match_id) AS match_ids,
                   ARRAY_AGG(date ORDER BY date, payment_line_id, match_id) AS days,
                   ARRAY_AGG(payment_line_id ORDER BY date, payment_line_id, match_id) AS numbers,
                   ARRAY_AGG(amount ORDER BY date, payment_line_id, match_id) AS lefts
              FROM (SELECT match_id, MAX(customer_id) AS customer_id,
                           MAX(company_id) AS company_id, MAX(date) AS date,
                           MAX(payment_line_id) AS payment_line_id, SUM(amount) AS amount
                      FROM (SELECT match_id, customer_id, company_id, date, payment_line_id, amount
                              FROM owed
                             UNION ALL
                            SELECT match_id, NULL, NULL, NULL, NULL, -amount FROM claimed) AS entry
                     GROUP BY match_id
                    HAVING MAX(customer_id) IS NOT NULL) AS rest
              JOIN (SELECT customer_id, company_id,
                           ARRAY_AGG(id ORDER BY turn) AS promise_ids,
                           ARRAY_AGG(amount ORDER BY turn) AS amounts,
                           ARRAY_AGG(promised_on ORDER BY turn) AS firsts,
                           ARRAY_AGG(ledger_mark ORDER BY turn) AS marks,
                           ARRAY_AGG(deadline ORDER BY turn) AS deadlines
                      FROM free
                     GROUP BY customer_id, company_id) AS pledged USING (customer_id, company_id)
             GROUP BY customer_id, company_id, pledged.promise_ids, pledged.amounts,
                      pledged.firsts, pledged.marks, pledged.deadlines
            """
        )

    def _get_turns(self):
        """SELECT of the promises of whatever is owed, each customer's one after the other.

        Each takes (`takes`) what it can of the cash that those before it have left (`lefts`).
        """
        return SQL(
            """
            SELECT stack.*, 0 AS turn, NULL::numeric[] AS takes
              FROM stack
             UNION ALL
            SELECT promise_ids, amounts, firsts, marks, deadlines, match_ids, days, numbers,
                   served.lefts, turn.turn + 1, served.takes
              FROM turn
             CROSS JOIN LATERAL (
                   SELECT ARRAY_AGG(amount - take ORDER BY place) AS lefts,
                          ARRAY_AGG(take ORDER BY place) AS takes
                     FROM (SELECT place, amount,
                                  CASE WHEN counts THEN GREATEST(0, LEAST(amount,
                                       amounts[turn.turn + 1] + amount - SUM(amount) FILTER (WHERE counts)
                                                                  OVER (ORDER BY place)))
                                       ELSE 0 END AS take
                             FROM (SELECT cash.amount, cash.place,
                                          cash.day <= deadlines[turn.turn + 1]
                                          AND (cash.day, cash.number)
                                          > (firsts[turn.turn + 1], marks[turn.turn + 1]) AS counts
                                     FROM UNNEST(turn.lefts, turn.days, turn.numbers)
                                          WITH ORDINALITY AS cash (amount, day, number, place)
                                  ) AS cash) AS shared) AS served
             WHERE turn.turn < CARDINALITY(promise_ids)
            """
        )

    def _get_cover(self):
        """SELECT of what counts for which promise, numbered within each match."""
        return SQL(
            """
            SELECT match_id, promise_id, amount,
                   ROW_NUMBER() OVER (PARTITION BY match_id ORDER BY promise_id) AS number
              FROM (SELECT match_id, promise_id, amount FROM claimed
                     UNION ALL
                    SELECT taken.match_id, promise_ids[turn.turn], taken.amount
                      FROM turn
                     CROSS JOIN UNNEST(match_ids, takes) AS taken (match_id, amount)
                     WHERE taken.amount > 0) AS counted
            """
        )

    # --- contacts and notices

    def _get_contact(self):
        """SELECT of the last contact before the payment."""
        return SQL(
            """
            SELECT activity.id, activity.user_id, activity.channel
              FROM %s
             ORDER BY activity.date DESC, activity.id DESC
             LIMIT 1
            """,
            self._get_contacts(),
        )

    def _get_contacts(self):
        """FROM and WHERE of the contacts of people in the days before the payment, that day too.

        Nobody was reached by a call that nobody took; what was written counts. A contact that names
        no items is about all. That is one look at the items of each contact: of two, for those and
        for this item, the database made a list of all contacts' items anew for each payment when it
        had not seen the tables for a while.
        """
        return SQL(
            """
            ar_collect_activity activity
              JOIN ar_collect_outcome outcome ON outcome.id = activity.outcome_id
             WHERE activity.account_id = account.id
               AND activity.user_id IS NOT NULL
               AND (activity.is_contact OR activity.direction = 'out' AND outcome.code = 'sent')
               AND %(in_window)s
               AND (SELECT BOOL_OR(about.account_move_line_id = part.line_id)
                      FROM ar_collect_activity_line_rel about
                     WHERE about.ar_collect_activity_id = activity.id) IS NOT FALSE
            """,
            in_window=self._get_window(SQL("activity.date")),
        )

    def _get_notice(self):
        """SELECT of the last notice before the payment that named the item."""
        return SQL(
            """
            SELECT notice.id, notice.channel
              FROM %s
             ORDER BY notice.sent_at DESC, notice.id DESC
             LIMIT 1
            """,
            self._get_notices(),
        )

    def _get_notices(self):
        """FROM and WHERE of the notices that were sent in the days before, and named the item."""
        return SQL(
            """
            ar_collect_notice_item named
              JOIN ar_collect_notice notice ON notice.id = named.notice_id
             WHERE named.line_id = part.line_id
               AND named.days IS NOT NULL AND named.is_passed_over IS NOT TRUE
               AND notice.state = 'sent' AND notice.channel = ANY(%(channels)s)
               AND %(in_window)s
            """,
            channels=list(SENT_CHANNELS),
            in_window=self._get_window(SQL("notice.sent_at")),
        )

    def _get_touches(self):
        """SELECT of everybody, and every notice, in touch in the days before the payment."""
        return SQL(
            """
            SELECT contact_partner.name, activity.date
              FROM res_users contact_user
              JOIN res_partner contact_partner ON contact_partner.id = contact_user.partner_id
             CROSS JOIN %(contacts)s AND contact_user.id = activity.user_id
             UNION ALL
            SELECT %(automatic)s, notice.sent_at FROM %(notices)s
            """,
            contacts=self._get_contacts(),
            automatic=self.env._("Automatic notice"),
            notices=self._get_notices(),
        )

    def _get_window(self, moment):
        """SQL condition: was it on the day of the payment, or at most W days before?

        :param SQL moment: column with a time in UTC
        """
        return SQL(
            """
            %(moment)s >= (part.date - setting.days)::timestamp
                          AT TIME ZONE setting.tz AT TIME ZONE 'UTC'
            AND %(moment)s < (part.date + 1)::timestamp
                             AT TIME ZONE setting.tz AT TIME ZONE 'UTC'
            """,
            moment=moment,
        )


def is_between(column, first, last):
    """SQL condition.

    :param SQL column: with days or times
    :param first: the first one, None when there is none
    :param last: the last one, None when there is none
    """
    conditions = [SQL("TRUE")]
    if first:
        conditions.append(SQL("%s >= %s", column, first))
    if last:
        conditions.append(SQL("%s <= %s", column, last))
    return SQL(" AND ").join(conditions)
