# Part of ar_collect. License LGPL-3.
"""How the cash forecast is made of the open items: promises first, each cent once.

Of every open item, in company currency:

- what is disputed stands apart, on the day by which such a dispute is usually closed;
- then what is promised of it, on the promised day: by promises of items and by instalments of
  payment plans, as far as they are not paid yet, earliest first; then by promises without items,
  which take what is left of the customer's items, due first first;
- the rest is expected on its due date plus the customer's usual delay. Where that day has passed, it
  is late, and expected as many days from today as that day is past: what is a little late comes
  soon, what is very late nobody can count on soon;
- what nobody asks for stands apart, but for payments that the bank has yet to confirm, which come
  this week;
- unapplied credits and payments of the customer are taken off what is expected first, then off what
  is promised. What is left of them has no day: no money comes of it.

So the rows of a customer add up to its balance.
"""

from odoo import api, models
from odoo.tools import SQL

from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger

#: Days until a dispute is closed, for a company that has closed none in the last year.
DISPUTE_DAYS = 30
#: What credits are taken off.
NETTED = ("expected", "late", "promise")


class ArCollectForecastItem(models.Model):
    _inherit = "ar.collect.forecast.item"

    # === BUSINESS METHODS === #

    @api.model
    def _get_query(self, scope):
        """SELECT of the rows as they should be now, columns as in ``COLUMNS``.

        :param RefreshScope scope: whose rows; their accounts are fresh
        :rtype: SQL
        """
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s),
            pledge AS MATERIALIZED (%(pledges)s),
            claim AS MATERIALIZED (%(claims)s),
            gift AS MATERIALIZED (%(gifts)s),
            piece AS MATERIALIZED (%(pieces)s)
            SELECT account_id, company_id, line_id, promise_id, kind,
                   %(week)s AS week,
                   day AS date_expected, due_date AS date_due,
                   amount - taken AS amount, taken AS amount_credit
              FROM (%(netted)s) AS netted
             WHERE amount != taken
             UNION ALL
            SELECT account_id, company_id, line_id, NULL, kind, NULL, NULL, due_date,
                   taken - amount, 0
              FROM (%(credits)s) AS credit
             WHERE amount != taken
            """,
            items=self._get_item_query(scope),
            pledges=self._get_pledge_query(scope),
            claims=self._get_claim_query(scope),
            gifts=self._get_gift_query(),
            pieces=self._get_piece_query(),
            week=self._get_week(
                SQL(
                    "CASE kind WHEN 'late' THEN today + (today - day) ELSE GREATEST(day, today) END"
                )
            ),
            netted=self._get_netted_query(),
            credits=self._get_credit_query(),
        )

    @api.model
    def _get_week(self, day):
        """SQL of the Monday of the week that a day is in.

        :param SQL day: expression
        """
        return SQL("DATE_TRUNC('week', (%s)::timestamp)::date", day)

    # --- what there is to share out

    @api.model
    def _get_item_query(self, scope):
        """Every open item with its account, the usual day of payment, and the kind of what claims
        leave of it.

        Claims and credits do not count on `idle` items: see `ar.collect.account._get_item_query`.
        """
        return SQL(
            """
            SELECT open.line_id, open.company_id, open.account_id, open.amount, open.due_date,
                   open.no_followup, open.idle, open.today, open.usual_day,
                   CASE WHEN on_way THEN 'on_way'
                        WHEN idle THEN 'excluded'
                        WHEN amount < 0 THEN 'credit'
                        WHEN no_followup THEN 'excluded'
                        WHEN usual_day < today THEN 'late'
                        ELSE 'expected' END AS kind
              FROM (SELECT line.id AS line_id, line.company_id, account.id AS account_id,
                           line.amount_residual AS amount,
                           COALESCE(line.date_maturity, line.date) AS due_date,
                           COALESCE(line.date_maturity, line.date)
                               + COALESCE(CEIL(account.expected_delay_days)::int4, 0) AS usual_day,
                           %(today)s AS today,
                           line.no_followup IS TRUE AS no_followup,
                           line.account_id = ANY(%(non_trade)s::int4[])
                               OR move.id IS NOT NULL AS idle,
                           -- without a rest in its currency it is an exchange difference
                           line.account_id != ALL(%(non_trade)s::int4[])
                               AND line.amount_residual > 0
                               AND COALESCE(move.payment_state IN ('in_payment', 'paid')
                                            AND move.amount_residual != 0, FALSE) AS on_way
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                      JOIN ar_collect_account account
                        ON account.partner_id = partner.commercial_partner_id
                       AND account.company_id = line.company_id
                      LEFT JOIN account_move move ON move.id = line.move_id AND %(not_chased)s
                     WHERE line.account_id = ANY(%(accounts)s::int4[])
                       AND line.company_id = ANY(%(companies)s::int4[])
                       AND %(in_ledger)s
                       AND line.amount_residual != 0
                       AND %(partners)s) AS open
            """,
            today=scope.today_of(SQL("line.company_id")),
            non_trade=scope.non_trade_ids,
            not_chased=SQL_NOT_CHASED,
            accounts=scope.account_ids,
            companies=scope.companies.ids,
            in_ledger=in_ledger("line"),
            partners=scope.restrict_line(),
        )

    @api.model
    def _get_pledge_query(self, scope):
        """The open promises, with what has not been paid of them; they were just judged.

        Those of a payment plan make up one group, which has the items of the plan. A promise
        without items is worth what it was on the day it was given, and takes from the items of one
        account.
        """
        return SQL(
            """
            SELECT promise.id AS promise_id, account.id AS account_id,
                   COALESCE(-promise.plan_id, promise.id) AS group_id,
                   promise.date_promised AS day,
                   promise.amount - COALESCE(promise.amount_kept, 0) AS amount,
                   %(rest)s AS amount_company,
                   promise.plan_id IS NULL
                       AND NOT EXISTS (SELECT FROM ar_collect_promise_item item
                                        WHERE item.promise_id = promise.id) AS is_free
              FROM ar_collect_promise promise
              JOIN res_partner partner ON partner.id = promise.customer_id
              LEFT JOIN ar_collect_account account
                     ON account.partner_id = partner.commercial_partner_id
                    AND account.company_id = promise.company_id
             WHERE promise.company_id = ANY(%(companies)s::int4[])
               AND promise.state = 'open'
               AND %(concerned)s
               AND promise.amount > COALESCE(promise.amount_kept, 0)
            """,
            rest=self.env["ar.collect.account"]._get_promise_rest(scope),
            companies=scope.companies.ids,
            concerned=self._get_concerned_condition(scope),
        )

    @api.model
    def _get_concerned_condition(self, scope):
        """SQL condition: is it a `promise` of the customers in scope, or of a plan of theirs?"""
        promises, plans = self.env["ar.collect.promise"], self.env["ar.collect.payment.plan"]
        return SQL(
            """
            (%s OR promise.plan_id IN (SELECT plan.id FROM ar_collect_payment_plan plan WHERE %s))
            """,
            promises._get_customer_condition(scope, promises, "promise"),
            promises._get_customer_condition(scope, plans, "plan"),
        )

    @api.model
    def _get_pledged_query(self):
        """The items in promises and in plans in force, with what has not been paid of each."""
        return SQL(
            """
            SELECT said.group_id, 0 AS rank, item.due_date, item.line_id,
                   LEAST(said.amount, line.amount_residual_currency) AS amount
              FROM (SELECT promise_id AS group_id, line_id,
                           amount - COALESCE(amount_kept, 0) AS amount
                      FROM ar_collect_promise_item
                     WHERE state = 'open'
                     UNION ALL
                    SELECT -plan_id, line_id, amount - COALESCE(amount_paid, 0)
                      FROM ar_collect_payment_plan_item
                     WHERE state IN ('active', 'paused')) AS said
              JOIN item ON item.line_id = said.line_id
              JOIN account_move_line line ON line.id = said.line_id
             WHERE line.amount_residual_currency > 0 AND said.amount > 0
            """
        )

    @api.model
    def _get_disputed_query(self, scope):
        """By item: what is disputed, and when that is likely to end."""
        return SQL(
            """
            SELECT said.line_id, SUM(said.amount_open) AS amount,
                   MAX(dispute.date_opened + COALESCE(usual.days, %(days)s)) AS day
              FROM ar_collect_dispute_item said
              JOIN ar_collect_dispute dispute ON dispute.id = said.dispute_id
              LEFT JOIN (
                   SELECT company_id, CEIL(AVG(date_closed - date_opened))::int4 AS days
                     FROM ar_collect_dispute
                    WHERE state = 'closed' AND date_closed > %(today)s - 365
                    GROUP BY company_id) AS usual
                     ON usual.company_id = dispute.company_id
             WHERE said.state = 'open' AND dispute.company_id = ANY(%(companies)s::int4[])
             GROUP BY said.line_id
            """,
            days=DISPUTE_DAYS,
            today=scope.today_of(SQL("company_id")),
            companies=scope.companies.ids,
        )

    # --- how it is shared out

    @api.model
    def _get_share_query(self, demand, supply, key):
        """Hand supplies to demands, in order: laid end to end, they meet where they overlap.

        :param SQL demand: SELECT of key, promise_id, day, amount
        :param SQL supply: SELECT of key, line_id, rank, due_date, amount
        :param SQL key: column that tells which supplies are for which demands
        :return: SELECT of line_id, promise_id, day, amount
        :rtype: SQL
        """
        return SQL(
            """
            SELECT supply.line_id, demand.promise_id, demand.day,
                   LEAST(demand.upto, supply.upto)
                       - GREATEST(demand.upto - demand.amount, supply.upto - supply.amount)
                       AS amount
              FROM (SELECT demand.*, SUM(amount) OVER (
                               PARTITION BY %(key)s ORDER BY day, promise_id) AS upto
                      FROM (%(demand)s) AS demand) AS demand
              JOIN (SELECT supply.*, SUM(amount) OVER (
                               PARTITION BY %(key)s ORDER BY rank, due_date, line_id) AS upto
                      FROM (%(supply)s) AS supply) AS supply
             USING (%(key)s)
             WHERE demand.upto - demand.amount < supply.upto
               AND supply.upto - supply.amount < demand.upto
            """,
            demand=demand,
            supply=supply,
            key=key,
        )

    @api.model
    def _get_claim_query(self, scope):
        """What is disputed and what is promised of items, in company currency as it is booked.

        Claims are stacked on the item, disputes first; what does not fit does not count. The stack
        is converted at each of its steps, so that no cent is lost between them.
        """
        accounts = self.env["ar.collect.account"]
        return SQL(
            """
            SELECT stack.line_id, stack.promise_id, stack.kind, stack.day,
                   %(upper)s - %(lower)s AS amount
              FROM (SELECT said.*, SUM(amount) OVER (
                               PARTITION BY line_id ORDER BY rank, day, promise_id) AS upto
                      FROM (SELECT line_id, NULL::int4 AS promise_id, 'disputed' AS kind,
                                   0 AS rank, day, amount
                              FROM (%(disputed)s) AS disputed
                             UNION ALL
                            SELECT line_id, promise_id, 'promise', 1, day, amount
                              FROM (%(promised)s) AS promised) AS said) AS stack
              JOIN item ON item.line_id = stack.line_id
              JOIN account_move_line line ON line.id = stack.line_id
             WHERE item.amount > 0 AND NOT item.idle AND line.amount_residual_currency > 0
            """,
            upper=accounts._get_share_in_company(scope, SQL("stack.upto")),
            lower=accounts._get_share_in_company(scope, SQL("(stack.upto - stack.amount)")),
            disputed=self._get_disputed_query(scope),
            promised=self._get_share_query(
                SQL("SELECT * FROM pledge WHERE NOT is_free"),
                self._get_pledged_query(),
                SQL("group_id"),
            ),
        )

    @api.model
    def _get_gift_query(self):
        """What promises without items take of what is left of the customer's items."""
        return self._get_share_query(
            SQL(
                """
                SELECT account_id, promise_id, day, amount_company AS amount
                  FROM pledge WHERE is_free
                """
            ),
            SQL(
                """
                SELECT item.account_id, item.line_id, item.no_followup::int4 AS rank,
                       item.due_date, item.amount - COALESCE(taken.amount, 0) AS amount
                  FROM item
                  LEFT JOIN (SELECT line_id, SUM(amount) AS amount FROM claim GROUP BY line_id)
                         AS taken USING (line_id)
                 WHERE item.account_id IN (SELECT account_id FROM pledge WHERE is_free)
                   AND item.amount > COALESCE(taken.amount, 0)
                   AND NOT item.idle
                """
            ),
            SQL("account_id"),
        )

    @api.model
    def _get_piece_query(self):
        """The items cut into what is disputed, promised, and left; credits aside."""
        return SQL(
            """
            SELECT item.line_id, item.account_id, claim.promise_id, claim.kind,
                   CASE claim.kind WHEN 'promise' THEN claim.day
                                   ELSE GREATEST(claim.day, item.usual_day) END AS day,
                   claim.amount
              FROM claim JOIN item ON item.line_id = claim.line_id
             WHERE claim.amount != 0
             UNION ALL
            SELECT item.line_id, item.account_id, gift.promise_id, 'promise', gift.day, gift.amount
              FROM gift JOIN item ON item.line_id = gift.line_id
             UNION ALL
            SELECT item.line_id, item.account_id, NULL, item.kind,
                   CASE item.kind WHEN 'on_way' THEN LEAST(item.usual_day, item.today)
                                  ELSE item.usual_day END,
                   item.amount - COALESCE(taken.amount, 0)
              FROM item
              LEFT JOIN (SELECT line_id, SUM(amount) AS amount
                           FROM (SELECT line_id, amount FROM claim
                                  UNION ALL
                                 SELECT line_id, amount FROM gift) AS part
                          GROUP BY line_id) AS taken ON taken.line_id = item.line_id
             WHERE item.kind != 'credit' AND item.amount != COALESCE(taken.amount, 0)
            """
        )

    @api.model
    def _get_netted_query(self):
        """The pieces, each with what credits take off it.

        Credits are taken off what has been expected longest first, promises last.
        """
        return SQL(
            """
            SELECT queue.*, CASE WHEN kind IN %(netted)s
                                 THEN LEAST(amount, GREATEST(0, credit - upto + amount))
                                 ELSE 0 END AS taken
              FROM (SELECT piece.*, item.company_id, item.due_date, item.today,
                           COALESCE(credit.amount, 0) AS credit,
                           SUM(piece.amount) FILTER (WHERE piece.kind IN %(netted)s) OVER (
                               PARTITION BY piece.account_id
                               ORDER BY piece.kind = 'promise', piece.day, item.due_date,
                                        piece.line_id, piece.promise_id) AS upto
                      FROM piece
                      JOIN item ON item.line_id = piece.line_id
                      LEFT JOIN (SELECT account_id, -SUM(amount) AS amount
                                   FROM item WHERE kind = 'credit'
                                  GROUP BY account_id) AS credit
                             ON credit.account_id = piece.account_id) AS queue
            """,
            netted=NETTED,
        )

    @api.model
    def _get_credit_query(self):
        """The credits (as amounts above zero), due first first, with what pieces take of each."""
        return SQL(
            """
            SELECT item.account_id, item.company_id, item.line_id, item.kind, item.due_date,
                   -item.amount AS amount,
                   LEAST(-item.amount, GREATEST(0, COALESCE(inflow.amount, 0) - item.amount
                       + SUM(item.amount) OVER (
                           PARTITION BY item.account_id ORDER BY item.due_date, item.line_id
                       ))) AS taken
              FROM item
              LEFT JOIN (SELECT account_id, SUM(amount) AS amount
                           FROM piece WHERE kind IN %s
                          GROUP BY account_id) AS inflow ON inflow.account_id = item.account_id
             WHERE item.kind = 'credit'
            """,
            NETTED,
        )
