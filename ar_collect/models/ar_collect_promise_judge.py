# Part of ar_collect. License LGPL-3.
"""Were promises kept? The ledger says: money that was received, not who says what."""

from collections import defaultdict
from fractions import Fraction

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..tools.sharing import Payment, Pledge, share_out

#: What the judge decides.
VERDICT = ("state", "amount_kept", "date_kept", "end_reason", "replaced_by_id")
#: The items of a promise, and how much of each was paid in time.
ITEMS = ("item_ids", "item_kept")
#: SQL condition: did money (`credit`) come after the promise of an item (`item`) was given?
SQL_SINCE = SQL("(credit.date, credit.id) > (item.promised_on, item.ledger_mark)")
#: SQL condition: did it come in time, and before the next promise of the same?
SQL_IN_TIME = SQL(
    """
    credit.date <= item.deadline
    AND (item.next_id IS NULL OR (credit.date, credit.id) <= (item.next_day, item.next_mark))
    """
)
#: SQL of the state of a promise of items, from its items added up (`judged`).
SQL_VERDICT = SQL(
    """
    CASE WHEN judged.due <= 0 THEN 'cancelled'
         WHEN judged.kept >= judged.due THEN 'kept'
         WHEN judged.next_day <= promise.deadline THEN 'replaced'
         WHEN promise.today <= promise.deadline OR judged.is_being_paid THEN 'open'
         WHEN judged.kept > 0 THEN 'partial'
         ELSE 'broken' END
    """
)


def exact(amount):
    """An amount as the database has it, without the error of a binary number."""
    return Fraction(str(amount))


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === BUSINESS METHODS === #

    def _judge(self):
        """Bring the state of promises in line with the ledger as it is now.

        Money counts: posted credits of bank, cash and card journals on receivable accounts that
        came after the promise was given, up to its date and the days of grace. A promise of items
        counts what is reconciled with them, in their currency; one of no items counts what the
        customer paid, as far as no other promise does, oldest promise first. It is kept as soon as
        all of it has come. What was credited, written off, or paid with earlier money need not be
        paid any more: when nothing is left to pay and nothing came, the promise ends.

        :param self: some promises: all of their customers are judged, because they share payments;
            empty: every promise
        :return: the promises of which the state has changed, as superuser
        :rtype: recordset of `ar.collect.promise`
        """
        accounts = self.env["ar.collect.account"].sudo()  # sudo: the ledger decides for everybody
        promises = self.sudo()  # sudo: see above
        self.env.flush_all()
        scope = accounts._get_refresh_scope(
            promises.customer_id if promises else None,
            promises.company_id if promises else None,
        )
        changed = promises._judge_scope(scope)
        changed._refresh_customers(*changed._get_refresh_arguments())
        return changed

    @api.model
    def _judge_scope(self, scope):
        """See :meth:`_judge`; the rows of the customers are left to the caller.

        :param RefreshScope scope: which customers of which companies
        :return: the promises of which the state has changed, as superuser
        """
        if not self.env["ar.collect.account"]._has_claims(scope):
            return self.browse()
        # the messages are nobody's in particular
        promises = self.with_user(SUPERUSER_ID).with_context(active_test=False, lang=None)
        plans = promises._get_plan_verdicts(scope)
        verdicts = [
            *promises._get_item_verdicts(scope),
            *promises._get_instalment_verdicts(plans),
            *promises._get_free_verdicts(scope, plans),
        ]
        changed_plans = promises._write_plan_verdicts(plans)
        changed_plans._tell_verdict()
        if not verdicts:
            return changed_plans.promise_ids
        former = promises._write_verdicts(verdicts)
        changed = promises.browse(
            verdict["id"] for verdict in verdicts if verdict["state"] != former[verdict["id"]]
        )
        changed._update_levels()
        changed._tell_verdict(former)
        return changed | changed_plans.promise_ids

    @api.model
    def _write_verdicts(self, verdicts):
        """Write what was decided, all at once.

        :param list verdicts: dicts of `id` and :data:`VERDICT`, of promises of items :data:`ITEMS`
        :return dict: the former state by id
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH verdict AS (
                    SELECT * FROM UNNEST(%(id)s::int4[], %(state)s::text[],
                                         %(amount_kept)s::numeric[], %(date_kept)s::date[],
                                         %(end_reason)s::text[], %(replaced_by_id)s::int4[])
                             AS verdict (id, state, amount_kept, date_kept, end_reason, replaced_by)
                ), item AS (
                    UPDATE ar_collect_promise_item item
                       SET state = verdict.state, amount_kept = part.kept
                      FROM verdict,
                           UNNEST(%(item_ids)s::int4[], %(item_kept)s::numeric[]) AS part (id, kept)
                     WHERE verdict.id = item.promise_id AND part.id = item.id
                       AND (item.state, item.amount_kept)
                           IS DISTINCT FROM (verdict.state, part.kept)
                ), former AS (
                    SELECT promise.id, promise.state
                      FROM ar_collect_promise promise JOIN verdict USING (id)
                )
                UPDATE ar_collect_promise promise
                   SET state = verdict.state,
                       amount_kept = verdict.amount_kept,
                       date_kept = verdict.date_kept,
                       end_reason = verdict.end_reason,
                       replaced_by_id = verdict.replaced_by,
                       write_date = %(now)s
                  FROM verdict
                  JOIN former USING (id)
                 WHERE promise.id = verdict.id
                RETURNING promise.id, former.state
                """,
                **{name: [verdict[name] for verdict in verdicts] for name in ("id", *VERDICT)},
                **{
                    name: [value for verdict in verdicts for value in verdict.get(name, ())]
                    for name in ITEMS
                },
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model(flush=False)
        self.env["ar.collect.promise.item"].invalidate_model(["state", "amount_kept"], flush=False)
        return dict(rows)

    # --- promises of items

    @api.model
    def _get_item_verdicts(self, scope):
        """Judge the promises of items; those of which nothing has changed are left out.

        :return: list of dicts with `id`, :data:`VERDICT` and :data:`ITEMS`
        """
        return self.env.execute_query_dict(
            SQL(
                """
                WITH promise AS (%(promises)s),
                item AS (%(items)s),
                money AS (%(money)s),
                paid AS (
                    SELECT item.*, LEAST(item.amount, COALESCE(money.in_time, 0)) AS kept,
                           money.due, money.last_day
                      FROM item
                      LEFT JOIN money ON money.id = item.id
                ),
                judged AS (
                    SELECT promise_id AS id,
                           SUM(kept) AS kept,
                           SUM(LEAST(amount, residual + COALESCE(due, 0))) AS due,
                           MAX(last_day) AS last_day,
                           BOOL_OR(is_being_paid) AS is_being_paid,
                           MIN(next_id) AS next_id,
                           MIN(next_day) AS next_day,
                           ARRAY_AGG(id) AS item_ids,
                           ARRAY_AGG(kept) AS item_kept,
                           BOOL_OR(kept != former_kept) AS has_moved
                      FROM paid
                     GROUP BY promise_id
                )
                SELECT fresh.*
                  FROM (SELECT judged.id,
                               %(verdict)s AS state,
                               judged.kept AS amount_kept,
                               judged.last_day AS date_kept,
                               CASE WHEN judged.due <= 0 THEN 'settled' END AS end_reason,
                               CASE WHEN %(verdict)s = 'replaced' THEN judged.next_id END
                                    AS replaced_by_id,
                               judged.item_ids, judged.item_kept, judged.has_moved
                          FROM judged JOIN promise USING (id)) AS fresh
                  JOIN promise USING (id)
                 WHERE (fresh.state, fresh.amount_kept, fresh.date_kept)
                       IS DISTINCT FROM (promise.state, promise.amount_kept, promise.date_kept)
                    OR fresh.has_moved
                 ORDER BY fresh.id
                """,
                promises=self._get_judged_query(scope, SQL("EXISTS")),
                items=self._get_judged_item_query(),
                money=self._get_money_query(scope),
                verdict=SQL_VERDICT,
            )
        )

    @api.model
    def _get_judged_query(self, scope, has_items):
        """The promises that are judged: all but those that somebody has ended.

        :param SQL has_items: EXISTS or NOT EXISTS, of items
        """
        company = SQL("promise.company_id")
        return SQL(
            """
            SELECT promise.*,
                   promise.date_promised + %(grace)s AS deadline,
                   %(today)s AS today
              FROM ar_collect_promise promise
             WHERE (promise.end_reason IS NULL OR promise.end_reason = 'settled')
               AND promise.plan_id IS NULL
               AND promise.company_id = ANY(%(companies)s::int4[])
               AND %(customers)s
               AND %(has_items)s (SELECT FROM ar_collect_promise_item item
                                   WHERE item.promise_id = promise.id)
            """,
            grace=self._get_grace(scope, company),
            today=scope.today_of(company),
            companies=scope.companies.ids,
            customers=self._get_customer_condition(scope, self, "promise"),
            has_items=has_items,
        )

    @api.model
    def _get_grace(self, scope, company):
        """SQL of the days of grace after the date of a promise.

        :param SQL company: column with the company's id
        """
        return self.env["ar.collect.account"]._by_company(
            scope, company, lambda company: SQL("%s", company.collect_promise_grace_days)
        )

    # --- what verdicts are counted by

    @api.model
    def _get_judged_condition(self, promise):
        """SQL condition: has the ledger decided? Replaced and ended ones are not judged.

        :param SQL promise: alias
        """
        return SQL("%s.state IN ('kept', 'partial', 'broken')", promise)

    @api.model
    def _get_judged_day(self, scope, promise):
        """SQL of the day of a verdict: when it was kept, else the day after the days of grace.

        :param scope: with the `companies`
        :param SQL promise: alias
        """
        return SQL(
            "CASE %(promise)s.state WHEN 'kept'"
            " THEN COALESCE(%(promise)s.date_kept, %(promise)s.date_promised)"
            " ELSE %(promise)s.date_promised + %(grace)s + 1 END",
            promise=promise,
            grace=self._get_grace(scope, SQL("%s.company_id", promise)),
        )

    @api.model
    def _get_kept_share(self, promise):
        """SQL of how much of a promise was kept, 0 to 1.

        :param SQL promise: alias
        """
        return SQL(
            "CASE %(promise)s.state WHEN 'kept' THEN 1 WHEN 'partial'"
            " THEN LEAST(1, COALESCE(%(promise)s.amount_kept, 0) / %(promise)s.amount) ELSE 0 END",
            promise=promise,
        )

    @api.model
    def _get_customer_condition(self, scope, claims, alias):
        """SQL condition: is it a claim of the customers in scope?

        By its account, or by who an item of it belongs to by now.

        :param recordset claims: of the model that has `item_ids`
        :param str alias: of its table
        """
        if scope.partner_ids is None:
            return SQL("TRUE")
        items = claims._fields["item_ids"]
        return SQL(
            """
            (%(customer)s = ANY(%(customers)s::int4[]) OR %(id)s = ANY(ARRAY(
                SELECT %(item_of)s
                  FROM %(items)s item
                  JOIN account_move_line line ON line.id = item.line_id
                 WHERE line.partner_id = ANY(%(customers)s::int4[])
            )))
            """,
            customer=SQL.identifier(alias, "customer_id"),
            customers=scope.contact_ids,
            id=SQL.identifier(alias, "id"),
            item_of=SQL.identifier("item", items.inverse_name),
            items=SQL.identifier(self.env[items.comodel_name]._table),
        )

    @api.model
    def _get_judged_item_query(self):
        """The items of these promises: what is left of each, and the next promise of the same.

        The journal item may be gone or not be posted for the time being: nothing is owed then.
        """
        return SQL(
            """
            SELECT item.id, item.promise_id, item.line_id, item.amount,
                   COALESCE(item.amount_kept, 0) AS former_kept,
                   promise.promised_on, promise.ledger_mark, promise.deadline,
                   CASE WHEN line.parent_state = 'posted'
                        THEN GREATEST(line.amount_residual_currency, 0) ELSE 0 END AS residual,
                   COALESCE(move.payment_state = 'in_payment'
                            AND line.amount_residual_currency > 0, FALSE) AS is_being_paid,
                   next.id AS next_id, next.promised_on AS next_day, next.ledger_mark AS next_mark
              FROM promise
              JOIN ar_collect_promise_item item ON item.promise_id = promise.id
              LEFT JOIN account_move_line line ON line.id = item.line_id
              LEFT JOIN account_move move ON move.id = line.move_id
              LEFT JOIN LATERAL (%s) AS next ON TRUE
            """,
            self._get_next_query(SQL("item.line_id"), SQL("item.promise_id")),
        )

    @api.model
    def _get_money_query(self, scope):
        """By promised item, what was settled with money since, in the item's currency.

        `in_time` counts for the promise, which ends where the next one of the item begins; `due`
        had to be paid in money: all money, and payments that were set back to draft.
        """
        return SQL(
            """
            SELECT id,
                   SUM(amount) FILTER (WHERE is_money AND in_time) AS in_time,
                   SUM(amount) FILTER (WHERE is_money OR NOT is_posted) AS due,
                   MAX(day) FILTER (WHERE is_money AND in_time) AS last_day
              FROM (SELECT item.id, match.debit_amount_currency AS amount, credit.date AS day,
                           credit.parent_state = 'posted' AS is_posted,
                           credit.parent_state = 'posted' AND %(is_cash)s AND %(since)s AS is_money,
                           %(in_time)s AS in_time
                      FROM item
                      JOIN account_partial_reconcile match ON match.debit_move_id = item.line_id
                      JOIN account_move_line credit ON credit.id = match.credit_move_id) AS settled
             GROUP BY id
            """,
            is_cash=scope.is_cash("credit"),
            since=SQL_SINCE,
            in_time=SQL_IN_TIME,
        )

    # --- promises of whatever is owed

    @api.model
    def _get_free_verdicts(self, scope, plans):
        """Judge the promises without items; those of which nothing has changed are left out.

        :param list plans: see :meth:`_get_plan_verdicts`; what counts for them is gone
        :return: list of dicts with `id` and :data:`VERDICT`
        """
        promises = self.env.execute_query_dict(self._get_free_query(scope))
        if not promises:
            return []
        payments = self._get_payments(scope, promises, plans)
        customers = defaultdict(list)
        for promise in promises:
            customers[promise["owner_id"], promise["company_id"]].append(promise)
        verdicts = []
        for key, group in customers.items():
            pledges = [self._to_pledge(promise) for promise in group]
            worth = self._get_worth({promise["currency_id"] for promise in group}, key[1])
            share_out([worth(payment) for payment in payments[key]], pledges)
            for promise, pledge in zip(group, pledges, strict=True):
                verdict = self._get_free_verdict(promise, pledge)
                if any(promise[name] != verdict[name] for name in VERDICT[:3]):
                    verdicts.append(verdict)
        return verdicts

    @api.model
    def _get_free_query(self, scope):
        """The promises without items, with what is left of the debt there was when they were given.

        `owner_id` is the customer the account's partner belongs to by now.
        """
        return SQL(
            """
            WITH promise AS (%(promises)s)
            SELECT promise.*, customer.commercial_partner_id AS owner_id, debt.amount AS debt
              FROM promise
              JOIN res_partner customer ON customer.id = promise.customer_id
              JOIN res_company company ON company.id = promise.company_id
             CROSS JOIN LATERAL (
                   SELECT SUM(CASE WHEN promise.currency_id = company.currency_id
                                   THEN line.amount_residual
                                   WHEN promise.currency_id = line.currency_id
                                   THEN line.amount_residual_currency END) AS amount
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE partner.commercial_partner_id = customer.commercial_partner_id
                      AND line.company_id = promise.company_id
                      AND line.account_id = ANY(%(accounts)s::int4[])
                      AND line.parent_state = 'posted'
                      AND line.amount_residual > 0
                      AND line.id <= promise.ledger_mark) AS debt
             ORDER BY promise.id
            """,
            promises=self._get_judged_query(scope, SQL("NOT EXISTS")),
            accounts=scope.account_ids,
        )

    @api.model
    def _get_payments(self, scope, promises, plans):
        """Money of the customers who promised without naming items.

        What is left of a payment: money that was given back and what counts for a promise of items
        or a payment plan is taken off.

        :param list promises: dicts of :meth:`_get_free_query`
        :param list plans: see :meth:`_get_plan_verdicts`
        :return: list of dicts by (customer id, company id)
        """
        payments = defaultdict(list)
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH promise AS (%(promises)s),
                item AS (%(items)s),
                credit AS (
                    SELECT line.id, line.date, line.company_id, line.currency_id,
                           partner.commercial_partner_id AS owner_id,
                           -line.balance AS amount_company, -line.amount_currency AS amount
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE line.partner_id = ANY(ARRAY(
                           SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(owners)s)
                           ))
                       AND line.company_id = ANY(%(companies)s)
                       AND line.account_id = ANY(%(accounts)s)
                       AND line.parent_state = 'posted'
                       AND line.balance < 0
                       AND line.date >= %(first)s
                       AND %(is_cash)s
                )
                SELECT credit.*, COALESCE(counted.amount, 0) + COALESCE(returned.amount, 0) AS taken
                  FROM credit
                  LEFT JOIN (%(counted)s) AS counted USING (id)
                  LEFT JOIN (%(returned)s) AS returned USING (id)
                """,
                promises=self._get_judged_query(scope, SQL("EXISTS")),
                items=self._get_judged_item_query(),
                owners=list({promise["owner_id"] for promise in promises}),
                companies=list({promise["company_id"] for promise in promises}),
                accounts=scope.account_ids,
                first=min(promise["promised_on"] for promise in promises),
                is_cash=scope.is_cash("line"),
                counted=self._get_counted_query(),
                returned=self._get_returned_query(scope),
            )
        )
        planned = defaultdict(Fraction)
        for plan in plans:
            for number, amount in plan.counted.items():
                planned[number] += amount
        for row in rows:
            row["taken"] = exact(row["taken"]) + planned[row["id"]]
            payments[row["owner_id"], row["company_id"]].append(row)
        return payments

    @api.model
    def _get_counted_query(self):
        """By payment, what of it counts for promises of items, in company currency.

        Of an item only as much as was promised, the first money first.
        """
        return SQL(
            """
            SELECT credit_id AS id,
                   SUM(company_amount * GREATEST(0, LEAST(amount, promised - before)) / amount)
                       AS amount
              FROM (SELECT credit.id AS credit_id, match.amount AS company_amount,
                           match.debit_amount_currency AS amount, item.amount AS promised,
                           SUM(match.debit_amount_currency) OVER (
                               PARTITION BY item.id ORDER BY credit.date, credit.id, match.id
                           ) - match.debit_amount_currency AS before
                      FROM item
                      JOIN account_partial_reconcile match ON match.debit_move_id = item.line_id
                      JOIN credit ON credit.id = match.credit_move_id
                     WHERE %(since)s AND %(in_time)s
                       AND match.debit_amount_currency > 0) AS part
             GROUP BY credit_id
            """,
            since=SQL_SINCE,
            in_time=SQL_IN_TIME,
        )

    @api.model
    def _get_returned_query(self, scope):
        """By payment, what of it the customer got back, in company currency."""
        return SQL(
            """
            SELECT credit.id, SUM(match.amount) AS amount
              FROM credit
              JOIN account_partial_reconcile match ON match.credit_move_id = credit.id
              JOIN account_move_line line ON line.id = match.debit_move_id
             WHERE line.parent_state = 'posted' AND %s
             GROUP BY credit.id
            """,
            scope.is_cash("line"),
        )

    @api.model
    def _to_pledge(self, promise):
        return Pledge(
            number=promise["id"],
            amount=exact(promise["amount"]),
            currency=promise["currency_id"],
            promised_on=promise["promised_on"],
            mark=promise["ledger_mark"],
            deadline=promise["deadline"],
        )

    @api.model
    def _get_worth(self, currency_ids, company_id):
        """What payments to a company are worth in some currencies.

        In its own currency and in the company's as booked, in others at the rate of its day.

        :param set currency_ids: of the promises
        :param int company_id:
        :return: function of a dict of :meth:`_get_payments` that gives a :class:`Payment`
        """
        company = self.env["res.company"].browse(company_id)
        currencies = self.env["res.currency"].browse(currency_ids)

        def convert(payment, currency):
            if currency.id == payment["currency_id"]:
                return exact(payment["amount"])
            if currency == company.currency_id:
                return exact(payment["amount_company"])
            amount = company.currency_id._convert(
                payment["amount_company"], currency, company, payment["date"]
            )
            return exact(amount)

        def to_payment(payment):
            whole = exact(payment["amount_company"])
            return Payment(
                day=payment["date"],
                number=payment["id"],
                worth={currency.id: convert(payment, currency) for currency in currencies},
                left=max(Fraction(0), 1 - payment["taken"] / whole),
            )

        return to_payment

    @api.model
    def _get_free_verdict(self, promise, pledge):
        """What is decided of a promise without items.

        :param dict promise: see :meth:`_get_free_query`
        :param Pledge pledge: what was counted for it
        :return dict: `id` and :data:`VERDICT`
        """
        currency = self.env["res.currency"].browse(promise["currency_id"])
        kept = currency.round(float(pledge.kept))
        due = min(pledge.amount, pledge.kept + pledge.late + exact(promise["debt"] or 0))
        if due <= 0:
            state = "cancelled"
        elif currency.compare_amounts(kept, float(due)) >= 0:
            state = "kept"
        elif promise["today"] <= promise["deadline"]:
            state = "open"
        else:
            state = "partial" if kept else "broken"
        return {
            "id": promise["id"],
            "state": state,
            "amount_kept": kept,
            "date_kept": pledge.kept_on,
            "end_reason": "settled" if state == "cancelled" else None,
            "replaced_by_id": None,
        }
