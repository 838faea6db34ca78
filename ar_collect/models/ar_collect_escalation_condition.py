# Part of ar_collect. License LGPL-3.
"""For which customers an escalation rule holds: all conditions in one statement."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from .account_condition import get_condition_query
from .ar_collect_strategy_step import SENT_CHANNELS

_logger = logging.getLogger(__name__)

#: Whether a promise of the customer holds: on `account`. It does until it is judged, days of grace
#: included; while one does, nobody is asked.
PROMISE_HOLDS = SQL(
    """
    (account.amount_promised > 0
     OR EXISTS (SELECT FROM ar_collect_promise promise
                 WHERE promise.account_id = account.id AND promise.state = 'open'))
    """
)


class ArCollectEscalationRule(models.Model):
    _inherit = "ar.collect.escalation.rule"

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, company, today, account_ids=None):
        """For which customers of a company the rules that are switched on hold.

        A rule with a broken condition says so and is left out; the others go on.

        :param recordset company: `res.company`
        :param date today: of the company
        :param list|None account_ids: to look at; None: all. They are locked, without those another
            worker has
        :return: list of (account id, rule id, cycle), by the order of the rules, most overdue first
        """
        rules = self.with_context(active_test=True).search(
            [("company_id", "in", [False, *company.parent_ids.ids])]
        )
        rules = rules._get_usable(company, today)
        try:
            with self.env.cr.savepoint():
                return rules._execute(company, today, account_ids)
        except (psycopg2.DataError, psycopg2.ProgrammingError):
            rules = rules.filtered(lambda rule: rule._is_executable(company, today))
            return rules._execute(company, today, account_ids)

    def _get_matches(self):
        """The customers that the rule would ask about now, switched on or not.

        :return: ids of accounts of the companies worked in that the user sees
        :rtype: list
        """
        self.ensure_one()
        ids = []
        for company in self.env.companies:
            if self.company_id and self.company_id not in company.parent_ids:
                continue
            today = company._get_collect_today()
            rule = self.sudo()._get_usable(company, today, note=False)  # sudo: as the run finds
            if rule and rule._is_executable(company, today, note=False):
                ids += [row[0] for row in rule._execute(company, today, [])]
        return self.env["ar.collect.account"].search([("id", "in", ids)]).ids

    # --- rules that cannot be used

    def _get_usable(self, company, today, note=True):
        """Those whose condition can be read."""
        usable = self.browse()
        for rule in self:
            try:
                rule._get_domain_query(company, today)
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
                if note:
                    rule._put_aside(error)
            else:
                usable += rule
        return usable

    def _is_executable(self, company, today, note=True):
        """Whether the database takes the rule's condition; if not, the rule says why."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._execute(company, today, [])
        except psycopg2.Error as error:
            if note:
                self._put_aside(error)
            return False
        return True

    def _put_aside(self, error):
        """Note on the rule why it could not be used."""
        _logger.warning("Escalation rule %s (%s) is left out: %s", self.name, self.id, error)
        problem = self.env._(
            "The rule “%(rule)s” asks nobody: %(error)s Correct its condition.",
            rule=self.name,
            error=error,
        )
        if self.problem != problem:
            self.problem = problem

    # --- the statement

    def _execute(self, company, today, account_ids=None):
        """See :meth:`_find`; an empty list of accounts stands for all, without locks."""
        if not self:
            return []
        self.env.flush_all()
        lock = SQL("FOR NO KEY UPDATE OF account SKIP LOCKED") if account_ids else SQL()
        return self.env.execute_query(
            SQL(
                """
                SELECT account.id, found.rule_id, found.cycle
                  FROM ar_collect_account account
                  JOIN (%(found)s) AS found ON found.account_id = account.id
                 WHERE %(restriction)s
                 ORDER BY found.turn, account.amount_overdue DESC, account.id
                %(lock)s
                """,
                found=SQL(" UNION ALL ").join(
                    rule._get_query(turn, company, today) for turn, rule in enumerate(self)
                ),
                restriction=SQL("account.id = ANY(%s)", account_ids)
                if account_ids
                else SQL("TRUE"),
                lock=lock,
            )
        )

    def _get_query(self, turn, company, today):
        """SELECT of the accounts of a company for which the rule holds and may ask."""
        self.ensure_one()
        return SQL(
            """
            SELECT account.id AS account_id, %(rule)s::int4 AS rule_id, %(turn)s::int4 AS turn,
                   COALESCE(former.cycle, 0) + 1 AS cycle
              FROM ar_collect_account account
              LEFT JOIN LATERAL (
                   SELECT MAX(cycle) AS cycle
                     FROM ar_collect_escalation
                    WHERE account_id = account.id AND rule_id = %(rule)s
                   ) AS former ON TRUE
             WHERE account.company_id = %(company)s AND account.amount_overdue > 0
               AND NOT %(promise)s AND %(conditions)s AND NOT %(asked)s
            """,
            rule=self.id,
            turn=turn,
            company=company.id,
            promise=PROMISE_HOLDS,
            conditions=SQL(" AND ").join(self._get_conditions(company, today)),
            asked=self._get_asked_condition(today),
        )

    def _get_due_column(self):
        """The column of the account since when the debt is due that is asked about.

        Of a late dispute, or of what somebody asks by hand, all of it may be disputed.

        :rtype: str
        """
        is_chased = self and not self.dispute_late
        return "chase_due_date" if is_chased else "oldest_due_date"

    def _get_asked_condition(self, today):
        """Whether the rule asks already, or has asked about this debt too short a time ago.

        What was settled meanwhile counts no more; nor does what was about older debts alone.
        """
        due = SQL.identifier("account", self._get_due_column())
        again = SQL("COALESCE(%s > former.date_due, FALSE)", due)
        if self.repeat_days:
            again = SQL(
                "(%s OR former.date_closed <= %s)", again, today - timedelta(days=self.repeat_days)
            )
        return SQL(
            """
            EXISTS (SELECT FROM ar_collect_escalation former
                     WHERE former.account_id = account.id AND former.rule_id = %s
                       AND (former.state IN ('open', 'paused')
                            OR former.state != 'settled' AND NOT %s))
            """,
            self.id,
            again,
        )

    def _get_domain_query(self, company, today):
        """The query of the accounts in the typed condition."""
        tz = str(self.env["ar.collect.refresh.status"]._get_time_zone(company))
        rule = self.with_company(company).with_context(tz=tz, lang=None)
        return get_condition_query(rule, [("company_id", "=", company.id)], today)

    def _get_conditions(self, company, today):
        """SQL conditions on `account`, all of which must hold.

        Where all is disputed, or nothing is to be chased, only an overdue dispute is worth asking.
        """
        conditions = []
        if not self.dispute_late:
            conditions.append(SQL("account.amount_chasable > 0"))
        else:
            conditions.append(self._get_dispute_condition(today))
        if self.min_attempts:
            conditions.append(self._get_attempts_condition(company))
        if self.min_broken:
            conditions.append(self._get_broken_condition())
        if self.min_days_late:
            day = today - timedelta(days=self.min_days_late)
            conditions.append(SQL("account.chase_due_date <= %s", day))
        if self.min_amount:
            conditions.append(SQL("account.amount_overdue >= %s", self.min_amount))
        if self.silence_days:
            conditions.append(self._get_silence_condition(company, today))
        if (self.domain or "[]").strip() != "[]":
            query = self._get_domain_query(company, today)
            conditions.append(SQL("account.id IN %s", query.subselect()))
        return conditions

    def _get_attempts_condition(self, company):
        """Whether there were so many attempts without contact about what is asked about.

        The account counts all since somebody was reached, also about debts paid long ago.
        """
        return SQL(
            """
            (account.attempt_count >= %(number)s AND %(number)s <= (
                SELECT COUNT(*)
                  FROM ar_collect_activity log
                 WHERE log.account_id = account.id AND log.direction = 'out'
                   AND (log.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date >= %(due)s
                   AND NOT EXISTS (SELECT FROM ar_collect_activity reached
                                    WHERE reached.account_id = account.id
                                      AND reached.is_right_party
                                      AND reached.date >= log.date)))
            """,
            number=self.min_attempts,
            zone=self.env["ar.collect.refresh.status"]._get_time_zone(company).key,
            due=SQL.identifier("account", self._get_due_column()),
        )

    def _get_broken_condition(self):
        """Whether so many promises were not kept since what is asked about is due."""
        return SQL(
            """
            (account.broken_promise_count >= %(number)s AND %(number)s <= (
                SELECT COUNT(*)
                  FROM ar_collect_promise promise
                 WHERE promise.account_id = account.id AND promise.state = 'broken'
                   AND promise.date_promised >= %(due)s))
            """,
            number=self.min_broken,
            due=SQL.identifier("account", self._get_due_column()),
        )

    def _get_dispute_condition(self, today):
        return SQL(
            """
            EXISTS (SELECT FROM ar_collect_dispute dispute
                     WHERE dispute.account_id = account.id AND dispute.state = 'open'
                       AND dispute.date_deadline < %s AND dispute.waiting_since IS NULL)
            """,
            today,
        )

    def _get_silence_condition(self, company, today):
        """Whether a notice about what is still open has found no answer.

        An answer is whatever came from the customer since: a word, also on the phone, a promise, a
        dispute, money. Days are those of the company's time zone.
        """
        tones = [tone for tone, _name in self._fields["silence_tone"].selection]
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(company).key
        return SQL(
            """
            EXISTS (
                SELECT FROM ar_collect_notice notice
                 CROSS JOIN LATERAL (
                       SELECT (notice.sent_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
                       ) AS sent
                 WHERE notice.account_id = account.id AND notice.state = 'sent'
                   AND notice.tone = ANY(%(tones)s) AND notice.channel IN %(channels)s
                   AND notice.answered_at IS NULL
                   AND sent.day <= %(day)s
                   AND EXISTS (SELECT FROM ar_collect_notice_item item
                                 JOIN account_move_line line ON line.id = item.line_id
                                WHERE item.notice_id = notice.id AND line.amount_residual > 0)
                   AND COALESCE(account.last_payment_date < sent.day, TRUE)
                   AND NOT EXISTS (SELECT FROM ar_collect_activity log
                                    WHERE log.account_id = account.id
                                      AND log.date > notice.sent_at
                                      AND (log.is_right_party OR log.is_contact
                                           AND log.direction = 'in'))
                   AND NOT EXISTS (SELECT FROM ar_collect_promise promise
                                    WHERE promise.account_id = account.id
                                      AND promise.create_date > notice.sent_at)
                   AND NOT EXISTS (SELECT FROM ar_collect_dispute dispute
                                    WHERE dispute.account_id = account.id
                                      AND dispute.create_date > notice.sent_at))
            """,
            zone=zone,
            tones=tones[tones.index(self.silence_tone) :],
            channels=SENT_CHANNELS,
            day=today - timedelta(days=self.silence_days),
        )
