# Part of ar_collect. License LGPL-3.
import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .account_condition import get_condition_query

_logger = logging.getLogger(__name__)


class ArCollectPriorityRule(models.Model):
    """Points added to the priority of the customers to chase for whom a condition holds."""

    _name = "ar.collect.priority.rule"
    _description = "Priority Rule"
    _order = "sequence, id"

    name = fields.Char(
        string="Reason", required=True, translate=True, help="Shown to the collector as the reason."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    domain = fields.Char(
        string="Condition", required=True, default="[]", help="On the collection account."
    )
    points = fields.Integer(required=True, help="From -100 to 100; negative: less urgent.")
    problem = fields.Text(
        readonly=True, copy=False, help="Why the last refresh had to leave this rule out."
    )

    _points_range = models.Constraint(
        "CHECK (points BETWEEN -100 AND 100)", "The points of a rule lie between -100 and 100."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                query = rule._get_query([("id", "=", 0)], fields.Date.context_today(rule))
                with rule.env.cr.savepoint(flush=False):
                    rule.env.execute_query(query.select())
            except Exception as error:  # whatever is wrong, the person is told
                raise ValidationError(
                    rule.env._(
                        "The condition of the rule “%(rule)s” cannot be used: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._mark_companies()
        return rules

    def write(self, vals):
        if "problem" in vals:
            return super().write(vals)
        self._mark_companies()
        result = super().write({**vals, "problem": False})
        self._mark_companies()
        return result

    def unlink(self):
        self._mark_companies()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _mark_companies(self):
        """Let every customer the rules can touch be ranked anew."""
        self.env["ar.collect.dirty"]._mark((None, rule.company_id.id or None) for rule in self)

    def _get_code(self):
        """What the reason of this rule is known by in ``priority_reasons``."""
        self.ensure_one()
        return f"rule_{self.id}"

    def _get_query(self, domain, today):
        """The query of the collection accounts in a domain for which the rule holds.

        :param list domain: which accounts are looked at
        :param date today: in the company's time zone
        :rtype: Query
        :raise Exception: whatever a broken condition leads to
        """
        self.ensure_one()
        return get_condition_query(self, domain, today)

    @api.model
    def _get_usable(self, company, domain, today):
        """The rules of a company, each with the query of the accounts to chase for which it holds.

        A rule with a broken condition says so and is left out; the others go on.

        :return: list of (rule, Query)
        """
        usable = []
        to_chase = [("state", "=", "to_chase"), *domain]
        tz = str(self.env["ar.collect.refresh.status"]._get_time_zone(company))
        rules = self.with_company(company).with_context(tz=tz, lang=None, active_test=True)
        for rule in rules.search([("company_id", "in", [False, *company.parent_ids.ids])]):
            try:
                usable.append((rule, rule._get_query(to_chase, today)))
            except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others
                rule._put_aside(error)
        return usable

    def _is_executable(self, query):
        """Whether the database takes the rule's query; if not, the rule says why."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) AS held", query.select()))
        except psycopg2.Error as error:
            self._put_aside(error)
            return False
        return True

    def _put_aside(self, error):
        """Note on the rule why it could not be used."""
        _logger.warning("Priority rule %s (%s) is left out: %s", self.name, self.id, error)
        problem = self.env._(
            "The rule “%(rule)s” is left out of the ranking: %(error)s Correct its condition.",
            rule=self.name,
            error=error,
        )
        if self.problem != problem:
            self.problem = problem
