# Part of ar_collect. License LGPL-3.
"""The refresh of the collection accounts: the ledger, in one pass of SQL, into their columns."""

from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger
from .ar_collect_dirty import BATCH
from .refresh_scope import RefreshScope

#: Columns written from the ledger, in the order of the final SELECT of ``_get_ledger_query``.
LEDGER_COLUMNS = (
    "currency_id",
    "amount_balance",
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_plus",
    "amount_credit",
    "amount_overdue",
    "amount_excluded",
    "amount_disputed",
    "amount_promised",
    "amount_chasable",
    "oldest_due_date",
    "chase_due_date",
    "open_count",
    "overdue_count",
    "item_count",
    "last_payment_date",
    "last_payment_amount",
    "paid_count",
    "late_count",
    "delay_days_total",
    "own_delay_days",
    "next_promise_date",
    "broken_promise_count",
    "state",
)
#: How often a cron tries when another worker refreshes the same customers.
ATTEMPTS = 5
#: What only a person sets: a row without ledger items is kept as long as one of these is.
SETTINGS = ("user_id", "strategy_id", "hold", "next_action", "next_action_date", "note")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === CRON METHODS === #

    @api.model
    def _cron_refresh_dirty(self):
        """Refresh the customers whose ledger has changed. Only called by ir.cron: it commits."""
        self.env["ar.collect.dirty"]._work_off(self._process_dirty)

    @api.model
    def _cron_refresh_all(self):
        """Refresh every customer of the companies where a new day has begun. It commits."""
        note_failure = self.env["ar.collect.refresh.status"]._note_failure
        companies = self._get_companies_of_new_day()
        self._work_through(companies, self._process_company, note_failure)

    @api.model
    def _work_through(self, companies, process, note_failure):
        """Process companies one by one; one that fails does not stop the others. It commits.

        :param recordset companies: `res.company`
        :param process: called with each
        :param note_failure: called with a company and its exception, what it did being undone
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            try:
                self._retry(process, company)
            except Exception as error:  # noqa: BLE001 - see above
                self.env.cr.rollback()
                note_failure(company, error)
            if not progress(1):
                break

    @api.model
    def _retry(self, process, *args):
        """Call what another worker may be doing at the same time; start over when it is."""
        for _attempt in range(ATTEMPTS - 1):
            try:
                return process(*args)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # the other has committed: look again with fresh eyes
                self.env.cr.rollback()
        return process(*args)

    # === BUSINESS METHODS === #

    @api.model
    def _process_dirty(self, limit=BATCH):
        """Refresh one batch of the customers marked as changed; never commits.

        :return int: how many marks were worked off
        """
        refresh = partial(self._refresh_scope, measure_large=True)
        pairs, taken = self.env["ar.collect.dirty"]._take_batch(refresh, limit)
        self._note_worked_off(pairs)
        return taken

    @api.model
    def _note_worked_off(self, pairs):
        """To be overridden by what follows the accounts whose marks were worked off.

        :param list pairs: (partner id or None, company id or None); None stands for all
        """

    @api.model
    def _process_company(self, company):
        """Refresh all customers of a company; never commits."""
        self._refresh(companies=company)

    @api.model
    def _get_companies_of_new_day(self):
        """The companies whose customers are not aged to their today.

        :return recordset: `res.company`
        """
        # pylint: disable=no-search-all
        companies = self.env["res.company"].search([])  # all are meant, and they are few
        statuses = self.env["ar.collect.refresh.status"].search([("aged_to", "!=", False)])
        today = statuses._get_today(companies)
        done = statuses.filtered(lambda status: status.aged_to == today.get(status.company_id.id))
        return companies - done.company_id

    @api.model
    def _refresh(self, partners=None, companies=None):
        """Bring collection accounts in line with the ledger as it is now.

        :param recordset partners: `res.partner`, any contact stands for its customer; None: all
        :param recordset companies: `res.company`; None: all
        """
        self._refresh_scope(partners, companies)

    @api.model
    def _refresh_scope(self, partners, companies, measure_large=False):
        """See :meth:`_refresh`.

        :param bool measure_large: whether the figures that a company of very many customers is
            measured by are computed anew as well, when only some customers are refreshed
        """
        self = self.sudo()  # sudo: a cache of the ledger, the same whoever asks for it
        self = self.with_context(active_test=False, lang=None)
        self.env.flush_all()
        scope = self._get_refresh_scope(partners, companies)
        if not scope.companies:
            return
        self._judge_claims(scope)
        if scope.partner_ids is None:
            self._tune_for_all()
        self.env.cr.execute(self._get_upsert_query(scope))
        changed = self.env.cr.rowcount  # no RETURNING: memory must not grow with the customers
        self.invalidate_model(flush=False)
        removed = self._remove_hollow(scope)
        self._narrow(scope)
        self._note_collection(scope)
        self._rank(scope, measure=bool(changed or removed), measure_large=measure_large)
        self.invalidate_model(flush=False)

    @api.model
    def _judge_claims(self, scope):
        """Let the ledger judge what customers said, before it is counted.

        An item may have gone to another customer since: who is concerned and not in scope is
        refreshed next.
        """
        for model in ("ar.collect.dispute", "ar.collect.promise"):
            changed = self.env[model]._judge_scope(scope)
            if changed and scope.partner_ids is not None:
                partners, companies = changed._get_refresh_arguments()
                others = partners.commercial_partner_id - partners.browse(scope.partner_ids)
                self.env["ar.collect.dirty"]._mark(
                    (partner.id, company.id) for partner in others for company in companies
                )

    @api.model
    def _tune_for_all(self):
        """Let the database sort in memory, and not compile what runs once, in this transaction."""
        self.env.execute_query(
            SQL(
                """
                SELECT SET_CONFIG('jit', 'off', TRUE), SET_CONFIG('work_mem', CASE
                       WHEN PG_SIZE_BYTES(CURRENT_SETTING('work_mem')) < PG_SIZE_BYTES('256MB')
                       THEN '256MB' ELSE CURRENT_SETTING('work_mem') END, TRUE)
                """
            )
        )

    @api.model
    def _get_refresh_scope(self, partners, companies):
        """What a refresh is about.

        :rtype: RefreshScope
        """
        domain = Domain.TRUE if companies is None else Domain("id", "in", companies.ids)
        return RefreshScope(
            self.env["res.company"].search(domain),
            None if partners is None else self._get_commercial_ids(partners.ids),
        )

    @api.model
    def _note_collection(self, scope):
        """To be overridden by what follows who is in collection.

        :param RefreshScope scope: whose figures are fresh
        """

    @api.model
    def _narrow(self, scope):
        """Leave out of each company the customers it does not know, and companies that know none."""
        if scope.partner_ids is not None:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT company_id, ARRAY_AGG(partner_id)
                      FROM ar_collect_account
                     WHERE partner_id = ANY(%s)
                     GROUP BY company_id
                    """,
                    scope.partner_ids,
                )
            )
            scope.known_ids = dict(rows)
            scope.companies &= scope.companies.browse(scope.known_ids)

    @api.model
    def _get_commercial_ids(self, partner_ids):
        """The ids of the customers that the given contacts belong to; rows of theirs included.

        A contact that was a customer before it moved under another one still has a row.
        """
        rows = self.env.execute_query(
            SQL("SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)", partner_ids)
        )
        return sorted({row[0] for row in rows if row[0]} | set(partner_ids))

    @api.model
    def _get_upsert_query(self, scope):
        """SQL that writes the ledger's figures of the rows in which one has changed.

        The others are left out before the insertion: a conflict would lock, and so write, each.
        """
        columns = [SQL.identifier(name) for name in LEDGER_COLUMNS]
        return SQL(
            """
            INSERT INTO ar_collect_account AS account (%(key)s, %(columns)s, %(rest)s)
            SELECT fresh.*
              FROM (%(ledger)s) AS fresh (%(key)s, %(columns)s, %(rest)s)
              LEFT JOIN ar_collect_account AS present
                     ON present.partner_id = fresh.partner_id
                    AND present.company_id = fresh.company_id
             WHERE (%(present)s) IS DISTINCT FROM (%(fresh)s)
            ON CONFLICT (partner_id, company_id) DO UPDATE
            SET (%(columns)s, write_date) = ROW(%(excluded)s, EXCLUDED.write_date)
            """,
            key=SQL("partner_id, company_id"),
            columns=SQL(", ").join(columns),
            rest=SQL("priority, priority_band, create_date, write_date"),
            present=SQL(", ").join(SQL("present.%s", column) for column in columns),
            fresh=SQL(", ").join(SQL("fresh.%s", column) for column in columns),
            excluded=SQL(", ").join(SQL("EXCLUDED.%s", column) for column in columns),
            ledger=self._get_ledger_query(scope),
        )

    @api.model
    def _get_ledger_query(self, scope):
        """SELECT with one row per customer and company, its columns as ``_get_upsert_query`` needs."""
        return SQL(
            """
            WITH company (id, currency_id) AS (VALUES %(companies)s),
            receivable AS %(at_once)s (%(receivable)s),
            ledger AS (%(ledger)s),
            payment AS (%(payment)s),
            paid_item AS (%(paid_item)s),
            settlement AS MATERIALIZED (%(settlement)s),
            paid_line AS (%(paid_line)s),
            behaviour AS (%(behaviour)s),
            claim AS (%(claim)s),
            customer AS (%(customer)s)
            SELECT %(columns)s
              FROM customer
              JOIN company ON company.id = customer.company_id
              LEFT JOIN ledger USING (partner_id, company_id)
              LEFT JOIN payment USING (partner_id, company_id)
              LEFT JOIN behaviour USING (partner_id, company_id)
              LEFT JOIN claim USING (partner_id, company_id)
             CROSS JOIN LATERAL (
                   SELECT GREATEST(0, COALESCE(ledger.amount_overdue, 0)
                                    + COALESCE(ledger.amount_credit, 0)
                                    - COALESCE(ledger.amount_excluded, 0)
                                    - COALESCE(claim.amount_disputed, 0)
                                    - COALESCE(claim.amount_promised, 0)) AS amount
                   ) AS chase
            """,
            companies=scope.company_values(),
            # read once for some customers; of all, each part reads the little it needs
            at_once=SQL("NOT MATERIALIZED" if scope.partner_ids is None else "MATERIALIZED"),
            receivable=self._get_item_query(scope),
            ledger=self._get_balance_query(),
            payment=self._get_payment_query(),
            paid_item=self._get_paid_item_query(),
            settlement=self._get_settlement_query(scope),
            paid_line=self._get_paid_line_query(),
            behaviour=self._get_behaviour_query(),
            claim=self._get_claim_query(scope),
            customer=self._get_customer_query(scope),
            columns=self._get_ledger_columns(),
        )

    @api.model
    def _get_ledger_columns(self):
        """Key, ``LEDGER_COLUMNS`` in their order, and what else a new row needs."""
        return SQL(
            """
                   customer.partner_id, customer.company_id, company.currency_id,
                   COALESCE(ledger.amount_balance, 0),
                   COALESCE(ledger.amount_not_due, 0),
                   COALESCE(ledger.amount_1_30, 0),
                   COALESCE(ledger.amount_31_60, 0),
                   COALESCE(ledger.amount_61_90, 0),
                   COALESCE(ledger.amount_91_plus, 0),
                   COALESCE(ledger.amount_credit, 0),
                   COALESCE(ledger.amount_overdue, 0),
                   COALESCE(ledger.amount_excluded, 0),
                   COALESCE(claim.amount_disputed, 0),
                   COALESCE(claim.amount_promised, 0),
                   chase.amount,
                   ledger.oldest_due_date,
                   ledger.chase_due_date,
                   COALESCE(ledger.open_count, 0),
                   COALESCE(ledger.overdue_count, 0),
                   COALESCE(ledger.item_count, 0),
                   payment.date,
                   COALESCE(payment.amount, 0),
                   COALESCE(behaviour.paid_count, 0),
                   COALESCE(behaviour.late_count, 0),
                   COALESCE(behaviour.delay_days_total, 0),
                   COALESCE(behaviour.own_delay_days, 0)::float8,
                   claim.next_promise_date,
                   COALESCE(claim.broken_promise_count, 0),
                   CASE WHEN chase.amount > 0 THEN 'to_chase'
                        WHEN ledger.amount_overdue > 0 THEN 'waiting'
                        WHEN ledger.open_count > 0 THEN 'not_due'
                        ELSE 'settled' END,
                   0, '0_none', %(now)s::timestamp, %(now)s::timestamp
            """,
            now=fields.Datetime.now(),
        )

    # --- parts of the ledger query

    @api.model
    def _get_item_query(self, scope):
        """SELECT of every posted receivable item, open or settled, with its customer.

        The residual of a line is in company currency whatever the document's, and 0 when settled.
        `idle` items stay in the balance but are not chased, or netted when they are credits. An
        item without due date (a manual entry) is due on its date.
        """
        return SQL(
            """
            SELECT line.id,
                   partner.commercial_partner_id AS partner_id,
                   line.company_id,
                   line.date,
                   line.balance,
                   line.amount_residual AS residual,
                   COALESCE(line.date_maturity, line.date) AS due_date,
                   %(today)s AS today,
                   line.no_followup IS TRUE AS no_followup,
                   %(is_cash)s AS is_cash,
                   line.amount_residual != 0 AND (
                       line.account_id = ANY(%(non_trade)s::int4[])
                       OR EXISTS (SELECT FROM account_move move
                                   WHERE move.id = line.move_id AND %(not_chased)s)) AS idle
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s::int4[])
               AND line.company_id = ANY(%(companies)s::int4[])
               AND %(in_ledger)s
               AND %(partners)s
            """,
            today=scope.today_of(SQL("line.company_id")),
            is_cash=scope.is_cash("line"),
            not_chased=SQL_NOT_CHASED,
            non_trade=scope.non_trade_ids,
            accounts=scope.account_ids,
            companies=scope.companies.ids,
            in_ledger=in_ledger("line"),
            partners=scope.restrict_line(),
        )

    @api.model
    def _get_bucket_query(self):
        """The items summed up by customer and kind: a few sums for each of very many items.

        Kinds: 0 settled, 1 not due, 2 to 5 past due by 1, 31, 61, 91 days or more, 6 credit.
        Due today is not late.
        """
        return SQL(
            """
            SELECT partner_id, company_id, kind, excluded,
                   SUM(residual) AS amount,
                   COUNT(*) AS item_count,
                   MIN(due_date) AS due_date
              FROM (SELECT partner_id, company_id, residual, due_date,
                           idle OR no_followup AND residual > 0 AS excluded,
                           CASE WHEN residual = 0 THEN 0
                                WHEN residual < 0 THEN 6
                                WHEN today - due_date <= 0 THEN 1
                                WHEN today - due_date <= 30 THEN 2
                                WHEN today - due_date <= 60 THEN 3
                                WHEN today - due_date <= 90 THEN 4
                                ELSE 5 END AS kind
                      FROM receivable) AS sorted
             GROUP BY partner_id, company_id, kind, excluded
            """
        )

    @api.model
    def _get_balance_query(self):
        """Balance, aging by days past due, counts, by customer."""
        return SQL(
            """
            SELECT partner_id, company_id,
                   SUM(amount) AS amount_balance,
                   SUM(amount) FILTER (WHERE kind = 1) AS amount_not_due,
                   SUM(amount) FILTER (WHERE kind = 2) AS amount_1_30,
                   SUM(amount) FILTER (WHERE kind = 3) AS amount_31_60,
                   SUM(amount) FILTER (WHERE kind = 4) AS amount_61_90,
                   SUM(amount) FILTER (WHERE kind = 5) AS amount_91_plus,
                   SUM(amount) FILTER (WHERE kind = 6) AS amount_credit,
                   SUM(amount) FILTER (WHERE kind BETWEEN 2 AND 5) AS amount_overdue,
                   SUM(amount) FILTER (WHERE excluded AND kind >= 2) AS amount_excluded,
                   MIN(due_date) FILTER (WHERE kind BETWEEN 1 AND 5) AS oldest_due_date,
                   MIN(due_date) FILTER (WHERE kind BETWEEN 1 AND 5 AND NOT excluded)
                       AS chase_due_date,
                   SUM(item_count) FILTER (WHERE kind > 0) AS open_count,
                   SUM(item_count) FILTER (WHERE kind BETWEEN 2 AND 5) AS overdue_count,
                   SUM(item_count) AS item_count
              FROM (%s) AS bucket
             GROUP BY partner_id, company_id
            """,
            self._get_bucket_query(),
        )

    @api.model
    def _get_payment_query(self):
        """What the customers paid on the last day on which they paid.

        Summed up by day and not joined with the last day: the planner would expect a single row
        of that, and loop over it.
        """
        return SQL(
            """
            SELECT DISTINCT ON (partner_id, company_id) *
              FROM (SELECT partner_id, company_id, date, -SUM(balance) AS amount
                      FROM receivable
                     WHERE balance < 0 AND is_cash
                     GROUP BY partner_id, company_id, date) AS paid
             ORDER BY partner_id, company_id, date DESC
            """
        )

    @api.model
    def _get_paid_item_query(self):
        """Debits of which nothing is left; not money given back."""
        return SQL(
            """
            SELECT id, partner_id, company_id, due_date
              FROM receivable
             WHERE residual = 0 AND balance > 0 AND NOT no_followup AND NOT is_cash
            """
        )

    @api.model
    def _get_settlement_query(self, scope, selected=False):
        """Of every matched debit: the day money last came in for it; is all of it by posted items?

        What a receivable is matched with is a credit of the same account: saying so saves reading
        the rest of the ledger. Summed up by itself and without HAVING, which would make the planner
        expect few rows and loop over the rest.

        :param bool selected: whether `paid_item` is a part of what the scope is about
        """
        return SQL(
            """
            SELECT match.debit_move_id AS line_id,
                   MAX(match.max_date) FILTER (WHERE %(is_cash)s) AS paid_date,
                   BOOL_AND(counterpart.id IS NOT NULL) AS is_posted
              FROM account_partial_reconcile match
              LEFT JOIN account_move_line counterpart
                     ON counterpart.id = match.credit_move_id AND %(in_ledger)s
                    AND counterpart.account_id = ANY(%(accounts)s::int4[])
                    AND counterpart.balance <= 0
             WHERE %(matches)s
             GROUP BY match.debit_move_id
            """,
            accounts=scope.account_ids,
            is_cash=scope.is_cash("counterpart"),
            in_ledger=in_ledger("counterpart"),
            matches=SQL("TRUE")
            if scope.partner_ids is None and not selected
            else SQL("match.debit_move_id = ANY(ARRAY(SELECT id FROM paid_item))"),
        )

    @api.model
    def _get_paid_line_query(self):
        """Items settled with posted money, each with the days between due date and last money.

        Left out: what a credit note or write-off settled alone, what hangs on a payment set back
        to draft, opening balances, money given back.
        """
        return SQL(
            """
            SELECT paid_item.partner_id, paid_item.company_id, settlement.paid_date,
                   settlement.paid_date - paid_item.due_date AS delay
              FROM settlement
              JOIN paid_item ON paid_item.id = settlement.line_id
             WHERE settlement.is_posted
               AND settlement.paid_date IS NOT NULL
            """
        )

    @api.model
    def _get_behaviour_query(self):
        """Paid items by customer; the mean delay is that of the last six.

        Items paid on one day are ordered by their delay, so that the figure does not depend on the
        order in which they were entered.
        """
        return SQL(
            """
            SELECT partner_id, company_id,
                   COUNT(*) AS paid_count,
                   COUNT(*) FILTER (WHERE delay > 0) AS late_count,
                   SUM(delay) AS delay_days_total,
                   AVG(delay) FILTER (WHERE recency <= 6) AS own_delay_days
              FROM (SELECT partner_id, company_id, delay,
                           ROW_NUMBER() OVER (
                               PARTITION BY partner_id, company_id
                               ORDER BY paid_date DESC, delay DESC
                           ) AS recency
                      FROM paid_line) AS ranked
             GROUP BY partner_id, company_id
            """
        )

    @api.model
    def _get_claim_query(self, scope):
        """What of the overdue items is disputed or promised, by customer.

        To be overridden by what takes amounts out of dunning; columns: partner_id, company_id,
        amount_disputed, amount_promised, next_promise_date, broken_promise_count.
        """
        return SQL(
            """
            SELECT NULL::int4 AS partner_id, NULL::int4 AS company_id,
                   NULL::numeric AS amount_disputed, NULL::numeric AS amount_promised,
                   NULL::date AS next_promise_date, NULL::int4 AS broken_promise_count
             WHERE FALSE
            """
        )

    @api.model
    def _get_customer_query(self, scope):
        """Every customer with a posted receivable item, and every row there is already."""
        return SQL(
            """
            SELECT partner_id, company_id FROM ledger
             UNION
            SELECT partner_id, company_id FROM ar_collect_account
             WHERE company_id = ANY(%s) AND %s
            """,
            scope.companies.ids,
            scope.restrict(SQL("partner_id")),
        )

    # --- rows that hold nothing

    @api.model
    def _get_hollow_domain(self):
        """Rows that are of no use without ledger items: nothing set, nothing said, nothing planned."""
        return [(name, "=", False) for name in SETTINGS] + [
            ("item_count", "=", 0),
            ("message_ids", "=", False),
            ("activity_ids", "=", False),
        ]

    @api.model
    def _remove_hollow(self, scope):
        """Remove the rows of customers who have no posted item left and of whom nothing is kept.

        :return bool: whether there were any
        """
        domain = [("company_id", "in", scope.companies.ids), *self._get_hollow_domain()]
        if scope.partner_ids is not None:
            # it takes longer to plan the whole question than to see that there are none
            empty = [("partner_id", "in", scope.partner_ids), ("item_count", "=", 0)]
            domain.append(("id", "in", self.search(empty).ids))
        hollow = self.search(domain)
        hollow.unlink()
        return bool(hollow)
