# Part of ar_collect. License LGPL-3.
"""Planning notices: once a day per company, set-based, from the ledger as it is."""

from odoo import api, fields, models
from odoo.tools import SQL

from .ar_collect_notice import PENDING
from .notice_query import NoticeQuery
from .refresh_scope import RefreshScope


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === CRON METHODS === #

    @api.model
    def _cron_plan(self):
        """Plan the notices of the companies in which a new day has begun. It commits."""
        statuses = self.env["ar.collect.refresh.status"]
        companies = self._get_companies_to_plan()
        accounts = self.env["ar.collect.account"]
        accounts._work_through(companies, self._process_plan, statuses._note_failure)

    # === BUSINESS METHODS === #

    @api.model
    def _get_companies_to_plan(self):
        """The companies that send, and have planned nothing yet today.

        :rtype: recordset of `res.company`
        """
        companies = self.env["res.company"].search([("collect_notice_active", "=", True)])
        statuses = self.env["ar.collect.refresh.status"]._for_companies(companies)
        today = statuses._get_today(companies)
        return statuses.filtered(
            lambda status: status.notice_planned_to != today[status.company_id.id]
        ).company_id

    @api.model
    def _process_plan(self, companies, partners=None):
        """Plan what the strategies ask for today; never commits.

        Planned again, the same day or by another worker, nothing is added.

        :param recordset companies: `res.company`
        :param recordset|None partners: `res.partner`, customers; None: all
        :return int: how many notices were planned
        """
        self = self.sudo()  # sudo: planned from the ledger, whoever asks for it
        self.env.flush_all()
        count = 0
        for company in companies:
            scope = self._get_scope(company, partners)
            self._withdraw_settled(scope)
            count += self._plan_company(NoticeQuery(self.env, scope))
            if partners is None:
                status = self.env["ar.collect.refresh.status"]._for_companies(company)
                status.notice_planned_to = scope.today[company.id]
        self.invalidate_model(flush=False)
        if count:
            self._trigger_sending()
        return count

    @api.model
    def _withdraw_settled(self, scope):
        """Take back what still waits for somebody although the customer owes nothing any more."""
        domain = [
            ("state", "in", PENDING),
            ("company_id", "in", scope.companies.ids),
            ("account_id.open_count", "=", 0),
        ]
        if scope.partner_ids is not None:
            domain.append(("customer_id", "in", scope.partner_ids))
        self.search(domain)._cancel("paid")
        self.flush_model()  # the planning reads them, and then forgets what it knew

    @api.model
    def _get_scope(self, companies, partners=None):
        """What a planning is about.

        :rtype: RefreshScope
        """
        accounts = self.env["ar.collect.account"]
        partner_ids = None if partners is None else accounts._get_commercial_ids(partners.ids)
        scope = RefreshScope(companies, partner_ids)
        if partner_ids is None:
            accounts._tune_for_all()
        return scope

    def _get_query(self):
        """The statements about the customers of these notices, from the ledger as it is now.

        :rtype: NoticeQuery
        """
        self.env.flush_all()
        return NoticeQuery(self.env, self._get_scope(self.company_id, self.customer_id))

    @api.model
    def _plan_company(self, query):
        """See :meth:`_process_plan`."""
        if query.is_empty():
            return 0

        def insert():
            self.env.cr.execute(self._get_plan_query(query))
            return self.env.cr.rowcount

        return query.run(insert)

    @api.model
    def _get_plan_query(self, query):
        """INSERT of the notices that are due, but for customers with one planned on the channel.

        Of several steps that a customer has missed only the highest comes, on whichever channels.
        A cycle ends when none of the items noticed in it is open any more; a step that was sent
        already in it comes for other items, and so begins the next. One that
        failed before it was written down is not planned again: it waits for a person.
        """
        return SQL(
            """
            WITH decided AS MATERIALIZED (
                SELECT due.*, MAX(due.days) OVER (PARTITION BY due.account_id) AS highest
                  FROM (%(decisions)s) AS due
                 WHERE due.reason IS NULL
            ),
            wanted AS MATERIALIZED (
                SELECT decided.*
                  FROM decided
                  LEFT JOIN (SELECT pending.account_id, pending.channel, planned.days
                               FROM ar_collect_notice pending
                               JOIN ar_collect_strategy_step planned
                                 ON planned.id = pending.step_id
                              WHERE pending.state IN ('planned', 'to_approve')) AS pending
                         ON pending.account_id = decided.account_id
                        AND (pending.channel = decided.channel OR pending.days > decided.days)
                 WHERE decided.days = decided.highest AND pending.account_id IS NULL
            ),
            %(cycles)s
            INSERT INTO ar_collect_notice (
                   account_id, customer_id, company_id, user_id, strategy_id, strategy_version,
                   step_id, cycle, channel, tone, state, date_planned, amount, item_count,
                   days_late, failure_count, create_uid, write_uid, create_date, write_date)
            SELECT wanted.account_id, account.partner_id, account.company_id, account.user_id,
                   strategy.id, strategy.version, step.id, numbered.cycle,
                   step.channel, step.tone,
                   CASE WHEN step.automatic THEN 'planned' ELSE 'to_approve' END,
                   %(today)s, wanted.amount, wanted.item_count, wanted.days_late, 0,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM wanted
              JOIN numbered ON numbered.account_id = wanted.account_id
                           AND numbered.step_id = wanted.step_id
              JOIN ar_collect_account account ON account.id = wanted.account_id
              JOIN ar_collect_strategy_step step ON step.id = wanted.step_id
              JOIN ar_collect_strategy strategy ON strategy.id = step.strategy_id
             ORDER BY account.priority DESC, account.id
            ON CONFLICT DO NOTHING
            """,
            decisions=query.get_decisions(),
            cycles=self._get_cycles(),
            today=query.scope.today_of(SQL("account.company_id")),
            uid=self.env.uid,
            now=fields.Datetime.now(),
        )

    @api.model
    def _get_cycles(self):
        """CTEs up to `numbered`: the cycle in which each step of `wanted` comes to its account.

        Worked out for all before anything is inserted: row by row it would be read over and over.
        """
        return SQL(
            """
            latest AS MATERIALIZED (
                SELECT former.account_id, MAX(former.cycle) AS cycle
                  FROM ar_collect_notice former
                 WHERE former.account_id IN (SELECT account_id FROM wanted)
                   AND (former.state != 'cancelled'
                        OR EXISTS (SELECT FROM ar_collect_notice_item item
                                    WHERE item.notice_id = former.id))
                 GROUP BY former.account_id
            ),
            named_item AS MATERIALIZED (
                SELECT noticed.account_id, noticed.step_id, noticed.state,
                       COALESCE(line.amount_residual, 0) != 0 AS open
                  FROM latest
                  JOIN ar_collect_notice noticed ON noticed.account_id = latest.account_id
                                                AND noticed.cycle = latest.cycle
                  JOIN ar_collect_notice_item item ON item.notice_id = noticed.id
                  LEFT JOIN account_move_line line ON line.id = item.line_id
            ),
            ended AS MATERIALIZED (
                SELECT account_id
                  FROM named_item
                 GROUP BY account_id
                HAVING NOT BOOL_OR(open)
            ),
            used AS MATERIALIZED (
                SELECT DISTINCT account_id, step_id FROM named_item WHERE state != 'cancelled'
            ),
            numbered AS MATERIALIZED (
                SELECT wanted.account_id, wanted.step_id,
                       COALESCE(latest.cycle, 1)
                       + (ended.account_id IS NOT NULL OR used.step_id IS NOT NULL)::int4 AS cycle
                  FROM wanted
                  LEFT JOIN latest ON latest.account_id = wanted.account_id
                  LEFT JOIN ended ON ended.account_id = wanted.account_id
                  LEFT JOIN used ON used.account_id = wanted.account_id
                                AND used.step_id = wanted.step_id
            )
            """
        )
