# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.pace import get_period
from .collect_metrics import METRICS

PERIODS = [("week", "Week"), ("month", "Month"), ("quarter", "Quarter")]
UNITS = [
    ("number", "Number"),
    ("hours", "Hours"),
    ("money", "Company Currency"),
    ("percent", "Percent"),
]


class ArCollectTarget(models.Model):
    """What a collector or a team should reach in a week, month or quarter; see its progress there.

    Percentages are kept as 60 for 60 %, money in company currency.
    """

    _name = "ar.collect.target"
    _description = "Collection Target"
    _order = "date_from DESC, user_id, team_id, metric, id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Only what was done for customers of this company counts.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="cascade",
        help="Either a collector or a team.",
    )
    team_id = fields.Many2one(
        comodel_name="ar.collect.team",
        index="btree_not_null",
        domain="[('company_id', 'in', (company_id, False))]",
        ondelete="cascade",
        help="Either a team or a collector; of a team, what its members did together.",
    )
    metric = fields.Selection(
        [(code, metric.label) for code, metric in METRICS.items()],
        required=True,
        default="attempts",
    )
    metric_help = fields.Char(string="Formula", compute="_compute_metric")
    unit = fields.Selection(UNITS, compute="_compute_metric")
    period = fields.Selection(PERIODS, required=True, default="month")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._get_first_day(self.env.company, "month"),
        help="Any day of the period; the first one is kept. Weeks begin on Monday.",
    )
    date_to = fields.Date(
        string="To", compute="_compute_date_to", store=True, precompute=True, index=True
    )
    value = fields.Float(
        string="Target", digits=(16, 2), help="Percentages as 60 for 60 %, money as an amount."
    )

    _one_of_a_kind = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), COALESCE(team_id, 0), metric, period, date_from)",
        "There is such a target already for that period: change it instead.",
    )
    _whose = models.Constraint(
        "CHECK ((user_id IS NULL) != (team_id IS NULL))",
        "A target is either a collector's or a team's.",
    )
    _value_positive = models.Constraint(
        "CHECK (value > 0)", "A target is more than nothing; delete those that no longer count."
    )
    _share_possible = models.Constraint(
        "CHECK (value <= 100 OR metric NOT IN ('right_party_rate', 'kept_rate'))",
        "No more than 100 % can be reached.",
    )

    # === COMPUTE METHODS === #

    @api.depends("metric")
    def _compute_metric(self):
        for target in self:
            metric = METRICS.get(target.metric)
            target.metric_help = target.env._(metric.help) if metric else False
            target.unit = metric.unit if metric else False

    @api.depends("period", "date_from")
    def _compute_date_to(self):
        for target in self:
            known = target.period and target.date_from
            target.date_to = known and get_period(target.period, target.date_from)[1]

    @api.depends("user_id", "team_id", "metric", "date_from")
    def _compute_display_name(self):
        labels = dict(self._fields["metric"]._description_selection(self.env))
        for target in self:
            who = target.user_id.name or target.team_id.name
            parts = (who, labels.get(target.metric), target.date_from)
            target.display_name = ", ".join(str(part) for part in parts if part)

    @api.onchange("period", "date_from")
    def _onchange_period(self):
        if self.period and self.date_from:
            self.date_from = get_period(self.period, self.date_from)[0]

    # === CONSTRAINT METHODS === #

    @api.constrains("company_id", "team_id", "user_id")
    def _check_works_there(self):
        for target in self:
            elsewhere = target.team_id.company_id not in (
                target.company_id,
                target.env["res.company"],
            )
            if elsewhere or (
                target.user_id and target.company_id not in target.user_id.company_ids
            ):
                raise ValidationError(
                    target.env._(
                        "%(who)s does not work for %(company)s.",
                        who=target.user_id.name or target.team_id.name,
                        company=target.company_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a target begins on the first day of its period."""
        targets = super().create(vals_list)
        targets._align()
        return targets

    def write(self, vals):
        """Override of `base`: see :meth:`create`."""
        result = super().write(vals)
        if not {"period", "date_from"}.isdisjoint(vals):
            self._align()
        return result

    def _align(self):
        """Begin each on the first day of its period."""
        for target in self:
            first = get_period(target.period, target.date_from)[0]
            if target.date_from != first:
                target.date_from = first

    # === BUSINESS METHODS === #

    @api.model
    def _get_first_day(self, company, period):
        """The first day of the present period of a company."""
        return get_period(period, company._get_collect_today())[0]
