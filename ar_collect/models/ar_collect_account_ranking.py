# Part of ar_collect. License LGPL-3.
"""The rank of the collection accounts: an expected gain, the age of the debt, and the rules."""

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ..tools import scoring

#: Columns written by the ranking, in the order of the CTE `ranked`.
RANK_COLUMNS = (
    "late_probability",
    "expected_delay_days",
    "expected_payment_date",
    "acting_user_id",
    "priority",
    "priority_band",
    "priority_reasons",
)
#: A priority from which its band counts as high, as medium.
BAND_HIGH, BAND_MEDIUM = 70, 40


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    @api.model
    def _rank(self, scope, measure, measure_large):
        """Bring the rank of the rows in scope up to date, of all rows where the measure changed.

        :param RefreshScope scope: whose ledger columns are fresh
        :param bool measure: whether the figures that companies are measured by may have changed
        :param bool measure_large: whether to measure companies of very many customers as well
        """
        for status in self.env["ar.collect.refresh.status"]._for_companies(scope.companies):
            partner_ids = scope.get_known_ids(status.company_id)
            wanted = partner_ids is None or (measure and (measure_large or status._is_small()))
            if wanted and status._measure(scope):
                partner_ids = None
            self._rank_company(status, scope, partner_ids)
        if scope.partner_ids is None:
            self.env["ar.collect.refresh.status"]._note_full_refresh(scope)

    @api.model
    def _rank_company(self, status, scope, partner_ids):
        """Rank the rows of one company; a rule that the database refuses is put aside.

        :param recordset status: `ar.collect.refresh.status` of the company
        :param RefreshScope scope: for the company's date and the collectors who are away
        :param list|None partner_ids: customers; None for all
        """
        domain = [("company_id", "=", status.company_id.id)]
        if partner_ids is not None:
            domain.append(("partner_id", "in", partner_ids))
        rules = self.env["ar.collect.priority.rule"]._get_usable(
            status.company_id, domain, scope.today[status.company_id.id]
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self._execute_rank(status, scope, domain, rules)
        except (psycopg2.DataError, psycopg2.ProgrammingError):
            rules = [(rule, query) for rule, query in rules if rule._is_executable(query)]
            self._execute_rank(status, scope, domain, rules)

    @api.model
    def _execute_rank(self, status, scope, domain, rules):
        columns = [SQL.identifier(name) for name in RANK_COLUMNS]
        self.env.cr.execute(
            SQL(
                """
                WITH %(parts)s
                UPDATE ar_collect_account AS account
                   SET (%(columns)s) = ROW(%(ranked)s)
                  FROM ranked
                 WHERE ranked.id = account.id
                   AND (%(current)s) IS DISTINCT FROM (%(ranked)s)
                """,
                parts=self._get_rank_parts(status, scope, domain, rules),
                columns=SQL(", ").join(columns),
                current=SQL(", ").join(SQL("account.%s", column) for column in columns),
                ranked=SQL(", ").join(SQL("ranked.%s", column) for column in columns),
            )
        )

    @api.model
    def _get_rank_parts(self, status, scope, domain, rules):
        """CTEs up to `ranked`, one row per account: gain, the reasons it gives, their sum."""
        return SQL(
            """
            gain AS MATERIALIZED (%(gain)s),
            reason (id, sequence, code, label, points) AS (%(reasons)s),
            total AS (
                SELECT id, SUM(points)::int4 AS points,
                       JSONB_AGG(JSONB_BUILD_OBJECT(
                           'code', code, 'label', label, 'points', points
                       ) ORDER BY sequence) AS reasons
                  FROM reason
                 GROUP BY id
            ),
            ranked AS MATERIALIZED (
                SELECT gain.id, late_probability, expected_delay_days, expected_payment_date,
                       acting_user_id, bounded.priority,
                       CASE WHEN bounded.priority >= %(high)s THEN '3_high'
                            WHEN bounded.priority >= %(medium)s THEN '2_medium'
                            WHEN bounded.priority > 0 THEN '1_low'
                            ELSE '0_none' END AS priority_band,
                       COALESCE(total.reasons, '[]') || CASE
                           WHEN bounded.priority = COALESCE(total.points, 0) THEN '[]'
                           ELSE JSONB_BUILD_ARRAY(JSONB_BUILD_OBJECT(
                               'code', 'limit', 'label', %(limit)s::text,
                               'points', bounded.priority - total.points
                           )) END AS priority_reasons
                  FROM gain
                  LEFT JOIN total ON total.id = gain.id
                 CROSS JOIN LATERAL (
                       SELECT LEAST(GREATEST(COALESCE(total.points, 0), 0), 100) AS priority
                       ) AS bounded
            )
            """,
            gain=self._get_gain_query(status, scope, domain),
            reasons=self._get_reasons(status, scope, rules),
            high=BAND_HIGH,
            medium=BAND_MEDIUM,
            limit=self.env._("Limit"),
        )

    @api.model
    def _get_reasons(self, status, scope, rules):
        """SELECT of what gives points to the accounts to chase: the built-in part, the rules.

        The formulas are those of ``tools/scoring.py``.
        """
        built_in = SQL(
            """
            SELECT gain.id, reason.*
              FROM gain
             CROSS JOIN LATERAL (VALUES
                   (0, 'gain', %(gain_label)s::text, ROUND(%(gain_points)s * LEAST(1,
                       LN(1 + gain.amount / %(mean)s) / LN(1 + %(top)s / %(mean)s)))::int4),
                   (1, 'age', %(age_label)s::text, ROUND(%(age_points)s * LEAST(GREATEST(
                       %(today)s::date - gain.chase_due_date, 0), %(age_full)s)
                       / %(age_full)s::float8)::int4)
                   ) AS reason (sequence, code, label, points)
             WHERE gain.amount > 0 AND reason.points > 0
            """,
            gain_label=self.env._("Expected gain"),
            gain_points=scoring.GAIN_POINTS,
            mean=SQL("%s::float8", status.gain_mean or 1),
            top=SQL("%s::float8", status.gain_top or 1),
            age_label=self.env._("Days late"),
            age_points=scoring.AGE_POINTS,
            age_full=scoring.AGE_FULL_DAYS,
            today=scope.today[status.company_id.id],
        )
        by_rule = [
            query.select(
                SQL.identifier(query.table, "id"),
                SQL("%s", sequence),
                SQL("%s", rule._get_code()),
                SQL("%s", rule.name),
                SQL("%s", rule.points),
            )
            for sequence, (rule, query) in enumerate(rules, 2)
        ]
        return SQL(" UNION ALL ").join([built_in, *by_rule])

    @api.model
    def _get_gain_query(self, status, scope, domain):
        """SELECT of the accounts in a domain: behaviour, and the expected gain as `amount`.

        Expected gain = amount to chase x probability that it is still unpaid in 14 days.
        """
        return SQL(
            """
            SELECT behaviour.*,
                   amount_chasable::float8 * CASE
                       WHEN expected_payment_date - %(today)s::date BETWEEN 0 AND %(horizon)s
                       THEN late_probability / 2
                       ELSE (1 + late_probability) / 2 END AS amount
              FROM (SELECT ledger.id, amount_chasable, chase_due_date,
                           late_probability, expected_delay_days,
                           oldest_due_date + CEIL(expected_delay_days)::int4
                               AS expected_payment_date,
                           %(acting)s AS acting_user_id
                      FROM (SELECT id, amount_chasable, chase_due_date, oldest_due_date, user_id,
                                   (late_count + %(prior)s * %(share)s)
                                       / (paid_count + %(prior)s) AS late_probability,
                                   CASE WHEN paid_count > 0 THEN own_delay_days
                                        ELSE %(delay)s END AS expected_delay_days
                              FROM ar_collect_account
                             WHERE id IN %(ids)s) AS ledger) AS behaviour
            """,
            today=scope.today[status.company_id.id],
            horizon=scoring.HORIZON_DAYS,
            prior=scoring.PRIOR_WEIGHT,
            share=SQL("%s::float8", status.late_share),
            delay=SQL("%s::float8", status.mean_delay_days),
            acting=self._get_acting_case(scope.acting[status.company_id.id]),
            ids=self._search(domain, bypass_access=True).subselect(),
        )

    @api.model
    def _get_acting_case(self, acting):
        """SQL of who works on the row today: the substitute of a collector who is away.

        :param dict acting: id of the acting user by id of the user away
        """
        if not acting:
            return SQL("user_id")
        return SQL(
            "CASE user_id %s ELSE user_id END",
            SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in sorted(acting.items())),
        )
