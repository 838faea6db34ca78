# Part of ar_collect. License LGPL-3.
"""Which step each customer reaches today, from the ledger, in one statement for any number of them.

Of every open item it is known how many days it is late and, from the notices, which step it has
reached on each channel (e-mail, call ...). Whatever step lies between the two is due. What was late
before a company began gently counts as late from then on. Of the steps
that a customer's items ask for on a channel, the highest one is taken, so that what was missed is
caught up with one notice. Items that nobody may be asked for do not count, and say why.
"""

from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate

import psycopg2

from odoo import fields
from odoo.tools import SQL

from ..tools.notice_calendar import PUT_OFF
from .account_condition import get_condition_query
from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger

#: Days after which an online payment that is still pending keeps nobody from being reminded.
PENDING_DAYS = 14
#: Days during which an incoming payment without invoice counts, while nobody matches it.
UNMATCHED_DAYS = 60


class NoticeQuery:
    """The statements of the planning.

    :param Environment env: superuser
    :param RefreshScope scope: customers and companies; its `today` decides
    """

    #: days after today of which the items are looked at as well
    horizon = 0

    def __init__(self, env, scope):
        self.env = env
        self.scope = scope
        self.accounts = env["ar.collect.account"]
        strategies = env["ar.collect.strategy"].with_context(lang=None)
        self.by_company = {
            company.id: strategies._get_usable(company) for company in scope.companies
        }
        self.strategies = strategies.browse().union(*self.by_company.values())
        self.steps = self.strategies.step_ids
        #: strategies and steps with a condition that cannot be used
        self.broken = set()

    def is_empty(self):
        """Whether there is nothing to plan: no company or no step."""
        return not (self.scope.companies and self.steps)

    @contextmanager
    def tuned(self):
        """Keep the database from looping over what it believes to be a few rows.

        What the parts come to is not known before they are worked out; of all customers it is much.
        """
        if self.scope.partner_ids is not None:
            yield
            return
        setting = SQL("SELECT SET_CONFIG('enable_nestloop', %s, TRUE)", "off")
        self.env.execute_query(setting)
        yield
        self.env.execute_query(SQL("SELECT SET_CONFIG('enable_nestloop', %s, TRUE)", "on"))

    def run(self, work):
        """Run a statement; conditions that the database refuses are noted, and left out then.

        :param work: callable that makes the statement anew and executes it
        :return: what it returns
        """
        try:
            with self.env.cr.savepoint(flush=False), self.tuned():
                return work()
        except (psycopg2.DataError, psycopg2.ProgrammingError):
            self.put_broken_aside()
            with self.tuned():
                return work()

    def fetch(self, statement):
        """The rows of one of the statements, see :meth:`run`.

        :param callable statement: that makes it
        :return: list of dicts
        """
        return self.run(lambda: self.env.execute_query_dict(statement()))

    # --- the statements

    def get_decisions(self):
        """SELECT of one row per customer and channel with a step to decide on.

        Columns: account_id, channel, step_id, reason (NULL: the step is due), amount (company
        currency), item_count, days_late, days (of the step).
        """
        return SQL(
            """
            WITH %(items)s, %(reached)s,
            checked AS (
                SELECT reached.account_id, track.id AS track_id, track.channel,
                       step.id AS step_id, step.days,
                       reached.days_late, reached.item_count, owed.net AS amount,
                       %(reason)s AS reason
                  FROM reached
                  JOIN track ON track.id = reached.track_id
                  JOIN step ON step.id = track.steps[reached.number]
                  JOIN account ON account.id = reached.account_id
                  LEFT JOIN credit ON credit.account_id = reached.account_id
                 CROSS JOIN LATERAL (
                       SELECT COALESCE(credit.amount, 0) + CASE step.level
                              WHEN 'invoice' THEN reached.amount
                              ELSE GREATEST(reached.amount, reached.overdue) END AS net
                       ) AS owed
            )
            SELECT DISTINCT ON (account_id, track_id)
                   account_id, channel, step_id, reason, amount, item_count, days_late, days
              FROM checked
             ORDER BY account_id, track_id,
                      (reason IS NOT NULL AND reason NOT IN %(put_off)s),
                      days DESC
            """,
            items=self._get_items(),
            reached=self._get_reached(),
            reason=self._get_reason(),
            put_off=PUT_OFF,
        )

    def get_items(self):
        """SELECT of the open items of the customers in scope, and their credits.

        Columns: account_id, line_id, name, currency_id, residual_currency (of the document),
        residual, claim (what may be asked for), both in company currency, days_late, due_date,
        reason (NULL: it may be asked for).
        """
        return SQL(
            """
            WITH %(items)s,
            shown AS (
                SELECT account_id, line_id, residual, claim, days_late, due_date, reason FROM item
                 UNION ALL
                SELECT account.id, receivable.id, receivable.residual, receivable.residual,
                       receivable.days_late, receivable.due_date, NULL
                  FROM receivable
                  JOIN account ON account.partner_id = receivable.partner_id
                              AND account.company_id = receivable.company_id
                 WHERE receivable.residual < 0 AND NOT receivable.idle
            )
            SELECT shown.account_id, shown.line_id, line.move_name AS name, line.currency_id,
                   line.amount_residual_currency AS residual_currency,
                   shown.residual, shown.claim, shown.days_late, shown.due_date, shown.reason
              FROM shown
              JOIN account_move_line line ON line.id = shown.line_id
             ORDER BY shown.account_id, shown.due_date, shown.line_id
            """,
            items=self._get_items(),
        )

    def get_credits(self):
        """SELECT of what came in from the customers in scope, and is not matched.

        Columns: account_id, amount (0 or less, company currency).
        """
        return SQL("WITH %s SELECT account_id, amount FROM credit", self._get_items())

    # --- its parts

    def _get_items(self):
        """CTEs up to `item`, one row per open debit, and `credit`, one per customer."""
        return SQL(
            """
            company (id, currency_id) AS (VALUES %(companies)s),
            account AS MATERIALIZED (%(account)s),
            receivable AS MATERIALIZED (%(receivable)s),
            promise AS MATERIALIZED (%(promise)s),
            said AS MATERIALIZED (%(said)s),
            claim AS MATERIALIZED (
                SELECT said.line_id, %(disputed)s AS disputed, %(promised)s AS promised
                  FROM said
                  JOIN account_move_line line ON line.id = said.line_id
                 WHERE line.amount_residual_currency > 0 AND line.amount_residual > 0
            ),
            pending_move AS MATERIALIZED (%(pending)s),
            named AS MATERIALIZED (%(named)s),
            free AS MATERIALIZED (%(free)s),
            item AS MATERIALIZED (
                SELECT named.account_id, named.strategy_id, named.gentle,
                       named.line_id, named.residual,
                       named.claim - COALESCE(free.amount, 0) AS claim,
                       named.days_late, named.due_date,
                       CASE WHEN named.claim > 0 AND named.claim = free.amount THEN 'promised'
                            ELSE named.reason END AS reason
                  FROM named
                  LEFT JOIN free ON free.line_id = named.line_id
            ),
            credit AS MATERIALIZED (%(credit)s)
            """,
            companies=self.scope.company_values(),
            account=self._get_account(),
            receivable=self._get_receivable(),
            promise=self.accounts._get_promise_query(self.scope),
            said=self.accounts._get_said_query(self.scope),
            disputed=self.accounts._get_share_in_company(self.scope, SQL("said.disputed")),
            promised=self.accounts._get_share_in_company(self.scope, SQL("said.promised")),
            pending=self._get_pending(),
            named=self._get_named(),
            free=self._get_free(),
            credit=self._get_credit(),
        )

    def _get_account(self):
        """The customers with a strategy; of given ones all, as their rows may be out of date."""
        return SQL(
            """
            SELECT * FROM (
                SELECT account.id, account.partner_id, account.company_id, account.hold,
                       account.notice_pause_date,
                       GREATEST(account.last_contact_date, account.last_notice_date) AS touched,
                       %(gentle)s AS gentle,
                       %(strategy)s AS strategy_id
                  FROM ar_collect_account account
                 WHERE account.company_id = ANY(%(companies)s::int4[]) AND %(partners)s
            ) AS account
             WHERE strategy_id IS NOT NULL
            """,
            strategy=self.accounts._by_company(
                self.scope,
                SQL("account.company_id"),
                self._get_choice,
            ),
            gentle=self.accounts._by_company(
                self.scope, SQL("account.company_id"), self._get_gentle
            ),
            companies=self.scope.companies.ids,
            partners=SQL("account.open_count > 0")
            if self.scope.partner_ids is None
            else self.scope.restrict(SQL("account.partner_id")),
        )

    def _get_gentle(self, company):
        """SQL of the days for which a company has begun gently, NULL when it has not."""
        begun = company.collect_notice_gentle_date
        days = (self.scope.today[company.id] - begun).days if begun else None
        return SQL("%s::int4", days)

    def _get_choice(self, company):
        """SQL of the strategy's id of an `account` of a company."""
        strategies = self.by_company[company.id]
        cases = [
            SQL("WHEN account.id IN %s THEN %s", query.subselect(), strategy.id)
            for strategy in strategies
            if self._get_definition(strategy).domain
            and (query := self._get_query(strategy, strategy, company)) is not None
        ]
        return SQL(
            "CASE WHEN account.strategy_id = ANY(%s::int4[]) THEN account.strategy_id"
            " %s ELSE %s::int4 END",
            strategies.ids,
            SQL(" ").join(cases),
            strategies._get_default(company).id or None,
        )

    def _get_definition(self, strategy):
        """What a strategy says; another one may stand in for it, to try it out."""
        return strategy

    def _get_query(self, record, strategy, company):
        """The query of the accounts in a condition; None when it cannot be used, which is noted.

        :param recordset record: strategy or step
        """
        if record in self.broken:
            return None
        try:
            return self._get_condition(record, company)
        except Exception as error:  # noqa: BLE001 - a broken condition must not stop the others
            self._put_aside(record, strategy, error)
            return None

    def _get_condition(self, record, company):
        """The query of the accounts of a company in the condition of a strategy or step."""
        domain = [("company_id", "=", company.id)]
        record = record.with_company(company)
        return get_condition_query(record, domain, self.scope.today[company.id])

    def _get_receivable(self):
        """The open items that a step may be about, and the credits."""
        ahead = max(0, -min(self.steps.mapped("days"), default=0)) + self.horizon
        return SQL(
            """
            SELECT line.id, partner.commercial_partner_id AS partner_id, line.company_id,
                   line.move_id, line.amount_residual AS residual,
                   COALESCE(line.date_maturity, line.date) AS due_date,
                   %(today)s - COALESCE(line.date_maturity, line.date) AS days_late,
                   line.no_followup IS TRUE AS no_followup,
                   line.account_id = ANY(%(non_trade)s::int4[])
                   OR EXISTS (SELECT FROM account_move move
                               WHERE move.id = line.move_id AND %(not_chased)s) AS idle
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s::int4[])
               AND line.company_id = ANY(%(companies)s::int4[])
               AND line.amount_residual != 0
               AND (line.amount_residual < 0
                    OR COALESCE(line.date_maturity, line.date) <= %(today)s + %(ahead)s)
               AND %(in_ledger)s
               AND %(partners)s
            """,
            today=self.scope.today_of(SQL("line.company_id")),
            non_trade=self.scope.non_trade_ids,
            not_chased=SQL_NOT_CHASED,
            accounts=self.scope.account_ids,
            companies=self.scope.companies.ids,
            ahead=ahead,
            in_ledger=in_ledger("line"),
            partners=self.scope.restrict_line(),
        )

    def _get_pending(self):
        """The invoices of which an online payment is on its way."""
        return SQL(
            """
            SELECT DISTINCT rel.invoice_id AS id
              FROM payment_transaction paying
              JOIN account_invoice_transaction_rel rel ON rel.transaction_id = paying.id
             WHERE (paying.state IN ('pending', 'authorized')
                    OR paying.state = 'done' AND paying.is_post_processed IS NOT TRUE)
               AND paying.last_state_change >= %s
            """,
            fields.Datetime.now() - timedelta(days=PENDING_DAYS),
        )

    def _get_named(self):
        """The debits with what may be asked for of each before promises that name no items."""
        require = [c.id for c in self.scope.companies if c.collect_notice_require_sent]
        return SQL(
            """
            SELECT account.id AS account_id, account.strategy_id, account.gentle,
                   receivable.id AS line_id,
                   receivable.residual, receivable.days_late, receivable.due_date,
                   reason.code AS reason,
                   CASE WHEN reason.code IS NOT NULL THEN 0
                        ELSE receivable.residual - COALESCE(claim.disputed, 0)
                             - COALESCE(claim.promised, 0) END AS claim
              FROM receivable
              JOIN account ON account.partner_id = receivable.partner_id
                          AND account.company_id = receivable.company_id
              LEFT JOIN claim ON claim.line_id = receivable.id
              LEFT JOIN pending_move ON pending_move.id = receivable.move_id
             CROSS JOIN LATERAL (
                   SELECT CASE
                          WHEN receivable.idle THEN 'blocked'
                          WHEN receivable.no_followup THEN 'excluded'
                          WHEN pending_move.id IS NOT NULL THEN 'pending'
                          WHEN claim.disputed >= receivable.residual THEN 'disputed'
                          WHEN claim.disputed + claim.promised >= receivable.residual
                          THEN CASE WHEN claim.promised > 0 THEN 'promised' ELSE 'disputed' END
                          WHEN receivable.company_id = ANY(%(require)s::int4[]) AND EXISTS (
                               SELECT FROM account_move move
                                WHERE move.id = receivable.move_id
                                  AND move.move_type = 'out_invoice'
                                  AND move.is_move_sent IS NOT TRUE)
                          THEN 'not_sent' END AS code
                   ) AS reason
             WHERE receivable.residual > 0
            """,
            require=require,
        )

    def _get_free(self):
        """What promises that name no items take of each overdue item, the oldest due first."""
        return SQL(
            """
            SELECT line_id,
                   LEAST(claim, GREATEST(0, promised - before)) AS amount
              FROM (SELECT named.line_id, named.claim, given.amount AS promised,
                           SUM(named.claim) OVER (
                               PARTITION BY named.account_id ORDER BY due_date, line_id
                           ) - named.claim AS before
                      FROM (SELECT account.id AS account_id, SUM(promise.free) AS amount
                              FROM promise
                              JOIN account ON account.partner_id = promise.partner_id
                                          AND account.company_id = promise.company_id
                             WHERE promise.free > 0
                             GROUP BY account.id) AS given
                      JOIN named ON named.account_id = given.account_id
                     WHERE named.days_late > 0 AND named.claim > 0) AS ordered
             WHERE promised > before
            """
        )

    def _get_credit(self):
        """What has come in already and is not matched: credits, and bank lines without invoice."""
        return SQL(
            """
            SELECT account_id, SUM(amount) AS amount
              FROM (SELECT account.id AS account_id, receivable.residual AS amount
                      FROM receivable
                      JOIN account ON account.partner_id = receivable.partner_id
                                  AND account.company_id = receivable.company_id
                     WHERE receivable.residual < 0 AND NOT receivable.idle
                     UNION ALL
                    SELECT account_id, amount FROM (%s) AS received) AS part
             GROUP BY account_id
            """,
            self._get_received(),
        )

    def _get_received(self):
        """What came in at the bank and is not matched, but for payments that are known already.

        Of as many bank lines as payments of the same amount, dated not before them, none counts; of
        more of them those that are left. `number - known` is what is left up to a line.
        """
        return SQL(
            """
            WITH bank AS MATERIALIZED (%s),
            known AS MATERIALIZED (
                SELECT partner.commercial_partner_id AS partner_id, payment.company_id,
                       payment.currency_id, payment.amount, payment.date
                  FROM account_payment payment
                  JOIN res_partner partner ON partner.id = payment.partner_id
                 WHERE payment.is_matched IS NOT TRUE
                   AND payment.payment_type = 'inbound'
                   AND payment.state IN ('in_process', 'paid')
                   AND partner.commercial_partner_id IN (SELECT partner_id FROM bank)
            ),
            numbered AS (
                SELECT bank.account_id, bank.currency_id, bank.amount, bank.balance,
                       ROW_NUMBER() OVER (
                           PARTITION BY bank.account_id, bank.currency_id, bank.amount
                           ORDER BY bank.date, bank.id) AS number,
                       COUNT(known.date) AS known
                  FROM bank
                  LEFT JOIN known ON known.partner_id = bank.partner_id
                                 AND known.company_id = bank.company_id
                                 AND known.currency_id = bank.currency_id
                                 AND known.amount = bank.amount
                                 AND known.date <= bank.date
                 GROUP BY bank.id, bank.account_id, bank.currency_id, bank.amount, bank.balance,
                          bank.date
            )
            SELECT account_id,
                   -SUM(balance) * GREATEST(0, MAX(number - known)) / COUNT(*) AS amount
              FROM numbered
             GROUP BY account_id, currency_id, amount
            """,
            self._get_bank_lines(),
        )

    def _get_bank_lines(self):
        """SELECT of the lines of the bank that nobody has matched, in the customer's currency."""
        return SQL(
            """
            SELECT statement.id, account.id AS account_id, account.partner_id, account.company_id,
                   move.date, line.balance,
                   COALESCE(statement.foreign_currency_id, statement.currency_id) AS currency_id,
                   CASE WHEN statement.foreign_currency_id IS NULL THEN statement.amount
                        ELSE statement.amount_currency END AS amount
              FROM account_bank_statement_line statement
              JOIN account_move move ON move.id = statement.move_id
              JOIN account_journal journal ON journal.id = move.journal_id
              JOIN account_move_line line
                ON line.move_id = move.id AND line.account_id = journal.default_account_id
              JOIN res_partner partner ON partner.id = statement.partner_id
              JOIN account ON account.partner_id = partner.commercial_partner_id
                          AND account.company_id = statement.company_id
             WHERE statement.is_reconciled IS NOT TRUE
               AND statement.amount > 0
               AND move.state = 'posted'
               AND move.date >= %s
            """,
            fields.Date.today() - timedelta(days=UNMATCHED_DAYS),
        )

    def _get_reached(self):
        """CTEs up to `reached`: by customer and track, the steps that may be due for some items.

        A step that asks for no amount and has no condition is due, or put off: below the highest
        one of that kind none is looked at.
        """
        return SQL(
            """
            track (id, strategy_id, channel, first, days, steps, plain) AS (VALUES %(tracks)s),
            step (id, days, level, min_amount, min_gap, include_hold) AS (VALUES %(steps)s),
            done AS MATERIALIZED (%(done)s),
            grouped AS (
                SELECT item.account_id, track.id AS track_id, span.low, span.high,
                       item.claim > 0 AS open, MIN(item.reason) AS reason,
                       SUM(item.claim) AS amount, COUNT(*) AS item_count,
                       MAX(item.days_late) AS days_late
                  FROM item
                  JOIN track ON track.strategy_id = item.strategy_id
                  LEFT JOIN done ON done.line_id = item.line_id AND done.channel = track.channel
                 CROSS JOIN LATERAL (
                       SELECT WIDTH_BUCKET(
                                  LEAST(item.days_late, item.gentle + track.first), track.days
                              ) AS high,
                              CASE WHEN done.days IS NULL THEN 0
                                   ELSE WIDTH_BUCKET(done.days, track.days) END AS low
                       ) AS span
                 WHERE span.high > span.low
                 GROUP BY item.account_id, track.id, span.low, span.high, item.claim > 0
            ),
            %(bounded)s,
            reached AS (
                SELECT bounded.account_id, bounded.track_id, number,
                       BOOL_OR(bounded.open) AS open,
                       MIN(bounded.reason) AS reason,
                       SUM(bounded.amount) AS amount,
                       SUM(bounded.item_count) FILTER (WHERE bounded.open) AS item_count,
                       MAX(bounded.days_late) AS days_late,
                       COALESCE(MIN(owing.overdue), 0) AS overdue
                  FROM bounded
                 CROSS JOIN LATERAL GENERATE_SERIES(
                       GREATEST(bounded.low + 1, bounded.lowest), bounded.high) AS number
                  LEFT JOIN owing ON owing.account_id = bounded.account_id
                 GROUP BY bounded.account_id, bounded.track_id, number
            )
            """,
            tracks=SQL(", ").join(self._get_tracks()),
            steps=SQL(", ").join(self._get_steps()),
            done=self._get_done(),
            bounded=self._get_bounded(),
        )

    def _get_bounded(self):
        """CTEs `owing`, what is overdue by customer, and `bounded`, the lowest step to look at."""
        return SQL(
            """
            owing AS (
                SELECT account_id, SUM(claim) AS overdue
                  FROM item
                 WHERE days_late > 0
                 GROUP BY account_id
            ),
            bounded AS (
                SELECT grouped.*,
                       MAX(CASE WHEN grouped.open AND track.plain[grouped.high] > grouped.low
                                THEN track.plain[grouped.high] ELSE 1 END)
                           OVER (PARTITION BY grouped.account_id, grouped.track_id) AS lowest
                  FROM grouped
                  JOIN track ON track.id = grouped.track_id
            )
            """
        )

    def _get_done(self):
        """The highest step that each item has reached on each channel."""
        mine = SQL("TRUE")
        if self.scope.partner_ids is not None:
            # ARRAY: the items in scope are looked up first
            mine = SQL("line_id = ANY(ARRAY(SELECT line_id FROM item))")
        return SQL(
            """
            SELECT line_id, channel, MAX(days) AS days
              FROM ar_collect_notice_item
             WHERE days IS NOT NULL AND %s
             GROUP BY line_id, channel
            """,
            mine,
        )

    def _get_tracks(self):
        """SQL rows: by strategy and channel the days of the steps in order, and the steps.

        Also, for each of them, the number of the highest one up to it that every customer meets.
        """
        number = 0
        for strategy in self.strategies:
            for channel, steps in strategy.step_ids.grouped("channel").items():
                ordered = steps.sorted("days")
                plain = [n if step._is_plain() else 0 for n, step in enumerate(ordered, 1)]
                number += 1
                yield SQL(
                    "(%s, %s, %s, %s, %s::int4[], %s::int4[], %s::int4[])",
                    number,
                    strategy.id,
                    channel,
                    strategy._get_first_days(),
                    ordered.mapped("days"),
                    ordered.ids,
                    list(accumulate(plain, max)),
                )

    def _get_steps(self):
        """SQL rows with what a step asks for."""
        for step in self.steps:
            yield SQL(
                "(%s, %s, %s, %s, %s, %s)",
                step.id,
                step.days,
                step.level,
                step.min_amount,
                step.min_gap,
                step.strategy_id.include_hold,
            )

    def _get_reason(self):
        """SQL of why a step is not due; NULL when it is."""
        today = self.scope.today_of(SQL("account.company_id"))
        return SQL(
            """
            CASE WHEN NOT reached.open THEN COALESCE(reached.reason, 'promised')
                 WHEN account.hold AND NOT step.include_hold THEN 'hold'
                 WHEN account.notice_pause_date > %(today)s THEN 'paused'
                 WHEN owed.net <= 0 THEN 'credits'
                 %(conditions)s
                 WHEN owed.net < step.min_amount THEN 'minimum'
                 WHEN %(today)s - account.touched < step.min_gap THEN 'recent' END
            """,
            today=today,
            conditions=SQL(" ").join(self._get_conditions()),
        )

    def _get_conditions(self):
        """SQL cases of the steps whose condition a customer does not meet."""
        for step in self.steps.filtered("domain"):
            if held := self._get_held(step):
                yield SQL("WHEN step.id = %s AND NOT (%s) THEN 'condition'", step.id, held)

    def _get_held(self, step):
        """SQL of whether the condition of a step holds; in no company when it is broken."""
        parts = []
        for company in self.scope.companies:
            for strategy in self.by_company[company.id]:
                if self._get_definition(strategy) == step.strategy_id:
                    query = self._get_query(step, strategy, company)
                    # its truth would be that of its result, which it would have to read
                    usable = query is not None
                    held = SQL("account.id IN %s", query.subselect()) if usable else SQL("FALSE")
                    parts.append(held)
        return SQL(" OR ").join(parts) if parts else None

    # --- what is broken

    def put_broken_aside(self):
        """Note on the strategies which of their conditions the database refuses, and drop those."""
        for company in self.scope.companies:
            for strategy in self.by_company[company.id]:
                for record in (strategy, *strategy.step_ids):
                    self._try(record, strategy, company)

    def _put_aside(self, record, strategy, error):
        """Leave a condition out from now on, and say so on its strategy."""
        strategy._put_aside(record, error)
        self.broken.add(record)

    def _try(self, record, strategy, company):
        """Leave out the condition of a strategy or step that the database does not take."""
        if not record.domain or record in self.broken:
            return
        try:
            query = self._get_condition(record, company)
            with self.env.cr.savepoint(flush=False):
                self.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) AS held", query.select()))
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the others go on
            self._put_aside(record, strategy, error)
