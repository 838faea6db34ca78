# Part of ar_collect. License LGPL-3.
"""Payment plans are judged by the ledger: money for their items, handed to the instalments."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..tools.plan_verdict import OWN, Instalment, Plan, PlanItem, Receipt
from .ar_collect_promise_judge import VERDICT, exact

#: New states of which both chatters are told, as events of the same name.
TOLD = ("broken", "done", "active", "replaced")


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === BUSINESS METHODS === #

    @api.model
    def _get_plan_verdicts(self, scope):
        """Judge the payment plans that were agreed.

        Money is what it is for promises of items, if it came after the agreement: what is matched
        with an item of the plan, up to its amount there. It is handed to the instalments in order,
        each until its date and the days of grace. What was credited or written off need not be
        paid, beginning with the last instalment. As many missed instalments as the plan allows
        break it, and the later ones end.

        :param RefreshScope scope: which customers of which companies
        :return: list of :class:`Plan` with its `row`, and the rows of its instalments
        """
        rows = self.env.execute_query_dict(self._get_plan_query(scope))
        if not rows:
            return []
        plans = {row["id"]: [] for row in rows}
        items, following = self._get_plan_items(scope, list(plans))
        for row in self._get_instalments(list(plans)):
            plans[row["plan_id"]].append(row)
        judged = []
        for row in rows:
            plan = self._to_plan(row, plans[row["id"]], items[row["id"]], following[row["id"]])
            plan.judge()
            plan.row, plan.promises = row, plans[row["id"]]
            judged.append(plan)
        return judged

    @api.model
    def _get_plan_query(self, scope):
        """The plans that were agreed, ended ones as well: money may be taken back.

        :param RefreshScope scope: see :meth:`_get_plan_verdicts`
        """
        company = SQL("plan.company_id")
        plans = self.env["ar.collect.payment.plan"]
        return SQL(
            """
            SELECT plan.id, plan.state, plan.date_agreed, plan.ledger_mark, plan.missed_limit,
                   plan.missed_count, plan.paused_on, plan.ended_on, plan.end_mark,
                   %(grace)s AS grace, %(today)s AS today
              FROM ar_collect_payment_plan plan
             WHERE plan.date_agreed IS NOT NULL
               AND plan.company_id = ANY(%(companies)s::int4[])
               AND %(customers)s
             ORDER BY plan.id
            """,
            grace=self._get_grace(scope, company),
            today=scope.today_of(company),
            companies=scope.companies.ids,
            customers=self._get_customer_condition(scope, plans, "plan"),
        )

    @api.model
    def _get_instalments(self, plan_ids):
        """The promises of plans, first instalment first.

        :return: list of dicts
        """
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT id, plan_id, amount, date_promised, state, amount_kept, date_kept, end_reason
                  FROM ar_collect_promise
                 WHERE plan_id = ANY(%s)
                 ORDER BY date_promised, id
                """,
                plan_ids,
            )
        )

    @api.model
    def _get_plan_items(self, scope, plan_ids):
        """What is in plans, and what came in for it.

        :param RefreshScope scope: knows what money is
        :param list plan_ids: of plans that were agreed
        :return tuple: lists of :class:`PlanItem` by plan id; by plan id whether a payment is on its
            way and the first (day, number) of another promise or plan of one of the items, or None
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT item.id, item.plan_id, item.amount,
                       COALESCE(item.amount_paid, 0) AS amount_paid,
                       CASE WHEN line.parent_state = 'posted'
                            THEN GREATEST(line.amount_residual_currency, 0) ELSE 0 END AS residual,
                       COALESCE(move.payment_state = 'in_payment'
                                AND line.amount_residual_currency > 0, FALSE) AS is_being_paid,
                       next.promised_on AS next_day, next.ledger_mark AS next_mark
                  FROM ar_collect_payment_plan_item item
                  LEFT JOIN account_move_line line ON line.id = item.line_id
                  LEFT JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN LATERAL (%(next)s) AS next ON TRUE
                 WHERE item.plan_id = ANY(%(ids)s)
                 ORDER BY item.id
                """,
                ids=plan_ids,
                next=self._get_next_query(
                    SQL("item.line_id"),
                    SQL(
                        "(SELECT MIN(mine.id) FROM ar_collect_promise mine"
                        " WHERE mine.plan_id = item.plan_id)"
                    ),
                ),
            )
        )
        found = {row["id"]: self._to_plan_item(row) for row in rows}
        for money in self.env.execute_query_dict(self._get_plan_money_query(scope, plan_ids)):
            self._add_money(found[money["id"]], money)
        items = {plan_id: [] for plan_id in plan_ids}
        following = dict.fromkeys(plan_ids, (False, None))
        for row in rows:
            items[row["plan_id"]].append(found[row["id"]])
            is_being_paid, ended = following[row["plan_id"]]
            if row["next_day"]:
                point = row["next_day"], row["next_mark"]
                ended = min(ended, point) if ended else point
            following[row["plan_id"]] = is_being_paid or row["is_being_paid"], ended
        return items, following

    @api.model
    def _get_plan_money_query(self, scope, plan_ids):
        """By item of a plan: the payments that are matched with it since, oldest first."""
        return SQL(
            """
            SELECT item.id, match.debit_amount_currency AS amount, match.amount AS booked,
                   credit.date AS day, credit.id AS number,
                   credit.parent_state = 'posted' AS is_posted
              FROM ar_collect_payment_plan_item item
              JOIN ar_collect_payment_plan plan ON plan.id = item.plan_id
              JOIN account_partial_reconcile match ON match.debit_move_id = item.line_id
              JOIN account_move_line credit ON credit.id = match.credit_move_id
             WHERE item.plan_id = ANY(%(ids)s)
               AND match.debit_amount_currency > 0
               AND (credit.parent_state != 'posted'
                    OR (%(is_cash)s
                        AND (credit.date, credit.id) > (plan.date_agreed, plan.ledger_mark)))
             ORDER BY credit.date, credit.id, match.id
            """,
            ids=plan_ids,
            is_cash=scope.is_cash("credit"),
        )

    @api.model
    def _to_plan_item(self, row):
        """An item of a plan as the judge sees it, with its `row`.

        :param dict row: see :meth:`_get_plan_items`
        :rtype: PlanItem
        """
        item = PlanItem(exact(row["amount"]), exact(row["residual"]))
        item.row = row
        return item

    @api.model
    def _add_money(self, item, row):
        """Add what is matched with an item of a plan.

        :param PlanItem item:
        :param dict row: of :meth:`_get_plan_money_query`
        """
        amount = exact(row["amount"])
        if not row["is_posted"]:
            item.suspended += amount
            return
        receipt = Receipt(row["day"], row["number"], {OWN: amount}, booked=exact(row["booked"]))
        item.receipts.append(receipt)

    @api.model
    def _to_plan(self, row, promises, items, following):
        """A plan as the judge sees it.

        :param dict row: of the plan
        :param list promises: rows of its instalments
        :param list items: of :class:`PlanItem`
        :param tuple following: see :meth:`_get_plan_items`
        :rtype: Plan
        """
        is_being_paid, ended = following
        if row["ended_on"]:
            by_hand = row["ended_on"], row["end_mark"]
            ended = min(ended, by_hand) if ended else by_hand
        grace = timedelta(days=row["grace"])
        return Plan(
            agreed=(row["date_agreed"], row["ledger_mark"]),
            today=row["today"],
            limit=row["missed_limit"],
            items=items,
            instalments=[
                Instalment(
                    promise["id"], exact(promise["amount"]), promise["date_promised"] + grace
                )
                for promise in promises
            ],
            paused_on=row["paused_on"],
            ended=ended,
            withdrawn=row["state"] == "cancelled",
            is_being_paid=is_being_paid,
        )

    # --- what was decided

    @api.model
    def _get_instalment_verdicts(self, plans):
        """What was decided of instalments; those of which nothing has changed are left out.

        :param list plans: of :class:`Plan`
        :return: list of dicts with `id` and the names in ``VERDICT``
        """
        verdicts = []
        for plan in plans:
            for promise, instalment in zip(plan.promises, plan.instalments, strict=True):
                verdict = {
                    "id": promise["id"],
                    "state": instalment.state,
                    "amount_kept": float(instalment.kept),
                    "date_kept": instalment.kept_on,
                    "end_reason": instalment.end_reason,
                    "replaced_by_id": None,
                }
                if any(promise[name] != verdict[name] for name in VERDICT[:4]):
                    verdicts.append(verdict)
        return verdicts

    @api.model
    def _write_verdicts(self, verdicts):
        """Override of `ar_collect`: plans are computed from their instalments."""
        former = super()._write_verdicts(verdicts)
        self.env["ar.collect.payment.plan"].invalidate_model(
            ["amount_kept", "progress", "date_next"], flush=False
        )
        return former

    @api.model
    def _write_plan_verdicts(self, plans):
        """Write what was decided of plans; one that somebody has ended keeps its state.

        :param list plans: of :class:`Plan`
        :return: the plans of which the state has changed, as superuser
        :rtype: recordset of `ar.collect.payment.plan`
        """
        found = {
            plan.row["id"]: (
                plan.row["state"] if plan.row["ended_on"] else plan.state,
                plan.missed,
            )
            for plan in plans
        }
        former = {plan.row["id"]: (plan.row["state"], plan.row["missed_count"]) for plan in plans}
        changed = [plan_id for plan_id in found if found[plan_id] != former[plan_id]]
        self._write_plan_items(plans)
        records = self.env["ar.collect.payment.plan"].with_user(SUPERUSER_ID)
        if not changed:
            return records
        self._update_plans([(plan_id, *found[plan_id]) for plan_id in changed])
        records.invalidate_model(flush=False)
        self.env["ar.collect.payment.plan.item"].invalidate_model(["state"], flush=False)
        return records.browse(
            plan_id for plan_id in changed if found[plan_id][0] != former[plan_id][0]
        )

    @api.model
    def _write_plan_items(self, plans):
        """Write what was paid of the items of plans, all at once.

        :param list plans: of :class:`Plan`
        """
        paid = {
            item.row["id"]: float(item.paid)
            for plan in plans
            for item in plan.items
            if float(item.paid) != item.row["amount_paid"]
        }
        if not paid:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_collect_payment_plan_item item
                   SET amount_paid = part.paid
                  FROM UNNEST(%s::int4[], %s::numeric[]) AS part (id, paid)
                 WHERE part.id = item.id
                RETURNING item.id
                """,
                list(paid),
                list(paid.values()),
            )
        )
        self.env["ar.collect.payment.plan.item"].invalidate_model(["amount_paid"], flush=False)

    @api.model
    def _update_plans(self, rows):
        """Write plans and the copies of their state.

        :param list rows: tuples of id, state and number of missed instalments
        """
        self.env.execute_query(
            SQL(
                """
                WITH verdict AS (
                    SELECT * FROM UNNEST(%s::int4[], %s::text[], %s::int4[])
                                  AS verdict (id, state, missed)
                ), item AS (
                    UPDATE ar_collect_payment_plan_item item
                       SET state = verdict.state
                      FROM verdict
                     WHERE verdict.id = item.plan_id AND item.state != verdict.state
                )
                UPDATE ar_collect_payment_plan plan
                   SET state = verdict.state, missed_count = verdict.missed, write_date = %s
                  FROM verdict
                 WHERE plan.id = verdict.id
                RETURNING plan.id
                """,
                *map(list, zip(*rows, strict=True)),
                self.env.cr.now(),
            )
        )

    # --- what counts, for others

    @api.model
    def _get_next_query(self, line, after):
        """The first later promise of a journal item, by itself or as the instalment of a plan.

        :param SQL line: id of the journal item
        :param SQL after: id of a promise
        """
        return SQL(
            """
            SELECT later.id, later.promised_on, later.ledger_mark
              FROM (SELECT other.promise_id
                      FROM ar_collect_promise_item other
                     WHERE other.line_id = %(line)s
                     UNION ALL
                    SELECT (SELECT MIN(first.id) FROM ar_collect_promise first
                             WHERE first.plan_id = other.plan_id)
                      FROM ar_collect_payment_plan_item other
                     WHERE other.line_id = %(line)s) AS claim
              JOIN ar_collect_promise later ON later.id = claim.promise_id
             WHERE later.id > %(after)s
               AND (later.plan_id IS NOT NULL OR later.end_reason IS DISTINCT FROM 'withdrawn')
             -- the sum: not in the order of all promises until one fits
             ORDER BY later.id + 0
             LIMIT 1
            """,
            line=line,
            after=after,
        )


class ArCollectPaymentPlan(models.Model):
    _inherit = "ar.collect.payment.plan"

    # === BUSINESS METHODS === #

    def _tell_verdict(self):
        """Note in both chatters what the judge has decided of these plans."""
        by_state = self.grouped("state")
        for state in TOLD:
            by_state.get(state, self.browse())._note_on_account(state)

    def _get_rest(self):
        """What is left to pay of a plan that was agreed.

        :return dict: amount by journal item of which something is left
        """
        self.ensure_one()
        self.env.flush_all()
        accounts = self.env["ar.collect.account"].sudo()  # sudo: the ledger decides for everybody
        scope = accounts._get_refresh_scope(self.customer_id, self.company_id)
        promises = self.env["ar.collect.promise"].sudo()  # sudo: see above
        items, _following = promises._get_plan_items(scope, self.ids)
        rest = zip(self.item_ids.sorted("id"), items[self.id], strict=True)
        return {item.line_id: float(found.left) for item, found in rest if found.left > 0}
