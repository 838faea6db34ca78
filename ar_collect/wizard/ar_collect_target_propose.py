# Part of ar_collect. License LGPL-3.
"""Targets proposed from the last three full months, seen and changed before they are kept."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.ar_collect_target import PERIODS
from ..models.collect_metrics import METRICS
from ..models.metric_query import MetricQuery
from ..models.working_days import WorkingDays
from ..tools.pace import get_months, get_period, propose

#: So many full months before the present one are looked at.
MONTHS = 3
#: What is proposed when nothing else is chosen.
USUAL = ("attempts", "right_party_rate", "kept_rate", "cash")


class ArCollectTargetPropose(models.TransientModel):
    _name = "ar.collect.target.propose"
    _description = "Propose Targets"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    period = fields.Selection(PERIODS, required=True, default="month")
    date_from = fields.Date(
        string="Any Day of It",
        required=True,
        default=lambda self: self.env.company._get_collect_today(),
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_target_propose_user_rel",
        string="Collectors",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    team_ids = fields.Many2many(
        comodel_name="ar.collect.team",
        relation="ar_collect_target_propose_team_rel",
        string="Teams",
        domain="[('company_id', 'in', (company_id, False))]",
        help="What their members do together.",
    )
    metric_ids = fields.One2many(
        comodel_name="ar.collect.target.propose.metric",
        inverse_name="wizard_id",
        string="Measured By",
        default=lambda self: [Command.create({"metric": code}) for code in USUAL],
    )
    line_ids = fields.One2many(
        comodel_name="ar.collect.target.propose.line",
        inverse_name="wizard_id",
        string="Proposed",
        compute="_compute_lines",
        store=True,
        readonly=False,
    )
    existing_count = fields.Integer(
        string="Replaced",
        compute="_compute_existing_count",
        help="So many of them have a target already, which gets the value given here.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "period", "date_from", "user_ids", "team_ids", "metric_ids.metric")
    def _compute_lines(self):
        for wizard in self:
            ready = wizard.date_from and wizard.company_id and wizard.period
            values = wizard._propose() if ready else []
            wizard.line_ids = [Command.clear(), *(Command.create(vals) for vals in values)]

    @api.depends("line_ids.user_id", "line_ids.team_id", "line_ids.metric")
    def _compute_existing_count(self):
        for wizard in self:
            existing = wizard._get_existing() if wizard.date_from else {}
            keys = {line._get_key() for line in wizard.line_ids}
            wizard.existing_count = len(keys & existing.keys())

    # === ACTION METHODS === #

    def action_save(self):
        """Keep the targets, and show them.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.value > 0)
        if not lines:
            raise UserError(self.env._("There is nothing to keep: no target is more than 0."))
        existing = self._get_existing()
        new = []
        targets = self.env["ar.collect.target"]
        for line in lines:
            if target := existing.get(line._get_key()):
                target.value = line.value
                targets |= target
            else:
                new.append(self._prepare_target(line))
        targets |= targets.create(new)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_target_action"
        )
        return {**action, "domain": [("id", "in", targets.ids)], "context": {}}

    # === BUSINESS METHODS === #

    def _prepare_target(self, line):
        return {
            "company_id": self.company_id.id,
            "user_id": line.user_id.id,
            "team_id": line.team_id.id,
            "metric": line.metric,
            "period": self.period,
            "date_from": get_period(self.period, self.date_from)[0],
            "value": line.value,
        }

    def _get_existing(self):
        """The targets there are already for the period.

        :return dict: `ar.collect.target` by user id, team id and metric
        """
        first, _last = get_period(self.period, self.date_from)
        lines = self.line_ids
        found = self.env["ar.collect.target"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("period", "=", self.period)
            & Domain("date_from", "=", first)
            & (
                Domain("user_id", "in", lines.user_id._origin.ids)
                | Domain("team_id", "in", lines.team_id._origin.ids)
            )
        )
        return {(target.user_id.id, target.team_id.id, target.metric): target for target in found}

    def _propose(self):
        """The median of the last full months, by the working days of the period.

        Of what accumulates, the median per working day times the working days; of a rate, the
        median itself. Where nothing is known, 0: it is not kept.

        :return: values of lines
        :rtype: list[dict]
        """
        months = get_months(self.company_id._get_collect_today(), MONTHS + 1)
        spans = [get_period("month", first) for first in months[:-1]]
        users, teams = self.user_ids._origin, self.team_ids._origin
        return [
            *self._propose_for("user_id", users, spans, lambda user: user),
            # a team works when the company does
            *self._propose_for("team_id", teams, spans, lambda _team: users.browse()),
        ]

    def _propose_for(self, name, owners, months, as_user):
        """See :meth:`_propose`.

        :param str name: of the owner's field
        :param recordset owners: users or teams
        :param list months: first and last day of each
        :param as_user: whose working days count, by owner
        :return: values of lines
        :rtype: list[dict]
        """
        if not owners:
            return []
        span = get_period(self.period, self.date_from)
        first, last = months[0][0], months[-1][1]
        done = MetricQuery(self.env).by_month(self.company_id, owners, first, last)
        users = self.env["res.users"].union(*map(as_user, owners))
        working = WorkingDays(self.company_id, users, min(first, span[0]), max(last, span[1]))
        lines = []
        for owner in owners:
            whose = self.company_id, as_user(owner)
            days = [working.count(*whose, *month) for month in months]
            total = working.count(*whose, *span)
            sums = [done[owner.id].get(month) for month, _last in months]
            lines += [
                {name: owner.id, **self._propose_line(code, sums, days, total)}
                for code in dict.fromkeys(self.metric_ids.mapped("metric"))
                if code
            ]
        return lines

    def _propose_line(self, code, sums, days, total):
        """See :meth:`_propose`.

        :param list sums: of the months; None where nothing was done
        :param list days: working days of the months
        :param float total: working days of the period
        :rtype: dict
        """
        metric = METRICS[code]
        reached = [metric.get(month) if month else None for month in sums]
        if metric.accumulates:
            value = propose(zip(reached, days, strict=True), total)
        else:
            value = propose(((rate, 1) for rate in reached), 1, round_to=0.1)
        names = ("month_1", "month_2", "month_3")
        months = {name: found or 0.0 for name, found in zip(names, reached, strict=True)}
        return {"metric": code, "value": value or 0.0, **months}


class ArCollectTargetProposeMetric(models.TransientModel):
    _name = "ar.collect.target.propose.metric"
    _description = "Metric to Propose Targets for"

    wizard_id = fields.Many2one(
        comodel_name="ar.collect.target.propose", required=True, ondelete="cascade"
    )
    metric = fields.Selection(
        selection=lambda self: (
            self.env["ar.collect.target"]._fields["metric"]._description_selection(self.env)
        ),
        required=True,
    )


class ArCollectTargetProposeLine(models.TransientModel):
    _name = "ar.collect.target.propose.line"
    _description = "Proposed Target"

    wizard_id = fields.Many2one(
        comodel_name="ar.collect.target.propose", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Collector")
    team_id = fields.Many2one(comodel_name="ar.collect.team")
    metric = fields.Selection(
        selection=lambda self: (
            self.env["ar.collect.target"]._fields["metric"]._description_selection(self.env)
        ),
        required=True,
    )
    month_1 = fields.Float(string="3 Months Ago", readonly=True)
    month_2 = fields.Float(string="2 Months Ago", readonly=True)
    month_3 = fields.Float(string="Last Month", readonly=True)
    value = fields.Float(string="Target", help="0: none is made.")

    # === BUSINESS METHODS === #

    def _get_key(self):
        """Whose target of what; see `_get_existing` of the wizard.

        :rtype: tuple
        """
        self.ensure_one()
        return self.user_id._origin.id, self.team_id._origin.id, self.metric
