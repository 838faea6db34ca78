# Part of ar_collect. License LGPL-3.
"""The rank of the collection accounts: an expected gain, the age of the debt, and the rules."""

import logging

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.ar_collect.tools import scoring

_logger = logging.getLogger(__name__)

#: Columns written by the ranking, in the order of ``_get_rank_query``.
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
    def _rank(self, scope, measure):
        """Bring the rank of the rows in scope up to date, of all rows where the measure changed.

        :param RefreshScope scope: whose ledger columns are fresh
        :param bool measure: see :meth:`_refresh_scope`
        """
        for status in self.env["ar.collect.refresh.status"]._for_companies(scope.companies):
            today = scope.today[status.company_id.id]
            partner_ids = scope.partner_ids
            if (measure or status._is_small()) and status._measure(today):
                partner_ids = None
            self._rank_company(status, today, partner_ids)
        if scope.partner_ids is None:
            self.env["ar.collect.refresh.status"]._note_full_refresh(scope)

    @api.model
    def _rank_company(self, status, today, partner_ids):
        """Rank the rows of one company; a rule that the database refuses is put aside.

        :param recordset status: `ar.collect.refresh.status` of the company
        :param date today: in the company's time zone
        :param list|None partner_ids: customers; None for all
        """
        domain = [("company_id", "=", status.company_id.id)]
        if partner_ids is not None:
            domain.append(("partner_id", "in", partner_ids))
        rules = self.env["ar.collect.priority.rule"]._get_usable(status.company_id, domain, today)
        try:
            with self.env.cr.savepoint(flush=False):
                self._execute_rank(status, today, domain, rules)
        except (psycopg2.DataError, psycopg2.ProgrammingError):
            rules = [rule for rule in rules if rule[0]._is_executable(rule[1])]
            self._execute_rank(status, today, domain, rules)

    @api.model
    def _execute_rank(self, status, today, domain, rules):
        columns = [SQL.identifier(name) for name in RANK_COLUMNS]
        self.env.execute_query(
            SQL(
                """
                UPDATE ar_collect_account AS account
                   SET (%(columns)s) = ROW(%(ranked)s)
                  FROM (%(rank)s) AS ranked
                 WHERE ranked.id = account.id
                   AND (%(current)s) IS DISTINCT FROM (%(ranked)s)
                RETURNING account.id
                """,
                columns=SQL(", ").join(columns),
                current=SQL(", ").join(SQL("account.%s", column) for column in columns),
                ranked=SQL(", ").join(SQL("ranked.%s", column) for column in columns),
                rank=self._get_rank_query(status, today, domain, rules),
            )
        )

    @api.model
    def _get_rank_query(self, status, today, domain, rules):
        """SELECT of the ranks: late probability to gain, gain to points, points to priority."""
        return SQL(
            """
            SELECT id, late_probability, expected_delay_days, expected_payment_date,
                   acting_user_id, priority,
                   CASE WHEN priority >= %(high)s THEN '3_high'
                        WHEN priority >= %(medium)s THEN '2_medium'
                        WHEN priority > 0 THEN '1_low'
                        ELSE '0_none' END AS priority_band,
                   reasons || CASE WHEN priority = total THEN '[]'::jsonb
                                   ELSE %(limit)s END AS priority_reasons
              FROM (SELECT pointed.*, LEAST(GREATEST(total, 0), 100) AS priority
                      FROM (SELECT scored.*, %(total)s AS total, %(reasons)s AS reasons
                              FROM (%(scored)s) AS scored) AS pointed) AS limited
            """,
            high=BAND_HIGH,
            medium=BAND_MEDIUM,
            limit=self._get_reason("limit", self.env._("Limit"), SQL("priority - total")),
            total=self._get_total(rules),
            reasons=self._get_reasons(rules),
            scored=self._get_scored_query(status, today, domain, rules),
        )

    @api.model
    def _get_total(self, rules):
        terms = [SQL("gain_points"), SQL("age_points")]
        terms += [
            SQL("CASE WHEN %s THEN %s ELSE 0 END", self._get_flag(rule), rule.points)
            for rule, _query in rules
        ]
        return SQL("(%s)", SQL(" + ").join(terms))

    @api.model
    def _get_reasons(self, rules):
        reasons = [
            (SQL("gain_points != 0"), "gain", self.env._("Expected gain"), SQL("gain_points")),
            (SQL("age_points != 0"), "age", self.env._("Days late"), SQL("age_points")),
        ]
        reasons += [
            (self._get_flag(rule), rule._get_code(), rule.name, SQL("%s", rule.points))
            for rule, _query in rules
        ]
        return SQL(" || ").join(
            SQL("CASE WHEN %s THEN %s ELSE '[]'::jsonb END", when, self._get_reason(*reason))
            for when, *reason in reasons
        )

    @api.model
    def _get_reason(self, code, label, points):
        """SQL of a JSON list with one reason."""
        return SQL(
            "jsonb_build_array(jsonb_build_object("
            "'code', %s::text, 'label', %s::text, 'points', %s::int4))",
            code,
            label,
            points,
        )

    @api.model
    def _get_flag(self, rule):
        return SQL.identifier(f"rule_{rule.id}")

    @api.model
    def _get_scored_query(self, status, today, domain, rules):
        """SELECT of the rows with the points of the built-in part and what rules hold.

        The formulas are those of ``tools/scoring.py``.
        """
        flags = [
            SQL(", account.state = 'to_chase' AND account.id IN %s AS %s", query.subselect(), flag)
            for rule, query in rules
            for flag in [self._get_flag(rule)]
        ]
        return SQL(
            """
            SELECT account.id, account.late_probability, account.expected_delay_days,
                   account.expected_payment_date, account.acting_user_id,
                   CASE WHEN account.gain > 0 AND %(mean)s > 0 AND %(top)s > 0
                        THEN ROUND(%(gain_points)s * LEAST(1, LN(1 + account.gain / %(mean)s)
                                                              / LN(1 + %(top)s / %(mean)s)))
                        ELSE 0 END::int4 AS gain_points,
                   CASE WHEN account.gain > 0
                        THEN ROUND(%(age_points)s * LEAST(GREATEST(
                                 %(today)s::date - account.chase_due_date, 0), %(age_full)s)
                             / %(age_full)s::float8)
                        ELSE 0 END::int4 AS age_points
                   %(flags)s
              FROM (%(gain)s) AS account
            """,
            today=today,
            mean=SQL("%s::float8", status.gain_mean),
            top=SQL("%s::float8", status.gain_top),
            gain_points=scoring.GAIN_POINTS,
            age_points=scoring.AGE_POINTS,
            age_full=scoring.AGE_FULL_DAYS,
            flags=SQL("").join(flags),
            gain=self._get_gain_query(status, today, domain),
        )

    @api.model
    def _get_gain_query(self, status, today, domain):
        """SELECT of the rows with their late probability, expected payment and expected gain.

        Expected gain = amount to chase x probability that it is still unpaid in 14 days.
        """
        query = self._search(domain, bypass_access=True)
        return SQL(
            """
            SELECT behaviour.*,
                   amount_chasable::float8 * CASE
                       WHEN expected_payment_date - %(today)s::date BETWEEN 0 AND %(horizon)s
                       THEN late_probability / 2
                       ELSE (1 + late_probability) / 2 END AS gain
              FROM (SELECT ledger.id, state, amount_chasable, chase_due_date,
                           late_probability, expected_delay_days,
                           oldest_due_date + CEIL(expected_delay_days)::int4
                               AS expected_payment_date,
                           %(acting)s AS acting_user_id
                      FROM (SELECT id, state, amount_chasable, chase_due_date, oldest_due_date,
                                   user_id,
                                   (late_count + %(prior)s * %(share)s)
                                       / (paid_count + %(prior)s) AS late_probability,
                                   CASE WHEN paid_count > 0 THEN own_delay_days
                                        ELSE %(delay)s END AS expected_delay_days
                              FROM ar_collect_account
                             WHERE id IN %(ids)s) AS ledger) AS behaviour
            """,
            today=today,
            horizon=scoring.HORIZON_DAYS,
            prior=scoring.PRIOR_WEIGHT,
            share=SQL("%s::float8", status.late_share),
            delay=SQL("%s::float8", status.mean_delay_days),
            acting=self._get_acting_case(today),
            ids=query.subselect(),
        )

    @api.model
    def _get_acting_case(self, today):
        """SQL of who works on the row today: the substitute of a collector who is away."""
        acting = self.env["res.users"]._get_collect_acting_users(today)
        if not acting:
            return SQL("user_id")
        return SQL(
            "CASE user_id %s ELSE user_id END",
            SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in sorted(acting.items())),
        )
