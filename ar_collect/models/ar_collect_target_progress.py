# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.pace import LEAST_PEOPLE, get_pace, get_progress, get_status
from .collect_metrics import METRICS
from .metric_query import MetricQuery
from .working_days import DAY, WorkingDays

STATUSES = [
    ("planned", "Not Begun"),
    ("behind", "Behind"),
    ("on_track", "On Track"),
    ("ahead", "Ahead"),
    ("reached", "Reached"),
    ("missed", "Missed"),
    ("none", "Nothing to Measure"),
]


class ArCollectTarget(models.Model):
    _inherit = "ar.collect.target"

    actual = fields.Float(
        compute="_compute_progress",
        digits=(16, 2),
        help="What was reached so far; the rows behind it open from the form and the bar.",
    )
    progress = fields.Float(
        string="Progress (%)", compute="_compute_progress", help="Reached / target."
    )
    pace = fields.Float(
        string="Expected by Today",
        compute="_compute_progress",
        digits=(16, 2),
        help="The target by the share of its working days that have ended: today counts when it is"
        " over. Of a rate, the target itself.",
    )
    days_total = fields.Float(
        string="Working Days",
        compute="_compute_progress",
        digits=(4, 1),
        help="Of the collector in that period, without public holidays and time off; of a team,"
        " those of the company.",
    )
    days_left = fields.Float(
        compute="_compute_progress",
        digits=(4, 1),
        help="Working days, today included.",
    )
    status = fields.Selection(
        STATUSES,
        compute="_compute_progress",
        help="Ahead or behind: more than 5 % above or below what is expected by today.",
    )
    bar = fields.Json(string="Progress", compute="_compute_progress")
    days = fields.Json(string="Days of the Period", compute="_compute_days")

    # === COMPUTE METHODS === #

    @api.depends("company_id", "user_id", "team_id", "metric", "date_from", "date_to", "value")
    @api.depends_context("uid", "lang")
    def _compute_progress(self):
        """All figures of any number of targets, from one query of the activity report."""
        dated = self.filtered(lambda target: target.date_from and target.date_to and target.metric)
        found = MetricQuery(self.env).for_targets(dated._origin)
        companies = dated.company_id.sudo()  # sudo: their time zones
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        working = dated._get_working_days()
        for target in self:
            if target not in dated or not target.company_id:
                target._set_progress({}, 0.0, 0.0, "before")
                continue
            target._set_progress(
                found.get(target._origin.id, {}),
                *target._count_days(working, today[target.company_id.id]),
                target._get_phase(today[target.company_id.id]),
            )

    def _set_progress(self, sums, worked, total, phase):
        """Fill in the figures.

        :param dict sums: by column of the activity report
        :param float worked: working days that have ended
        :param float total: working days
        :param str phase: before, running or over
        """
        metric = METRICS.get(self.metric)
        actual = metric.get(sums) if metric and not self._is_hidden() else None
        expected = self.value
        if metric and metric.accumulates:
            expected = {"before": 0.0, "over": self.value}.get(phase)
            if expected is None:
                expected = get_pace(self.value, worked, total)
        self.actual = actual or 0.0
        self.progress = get_progress(actual, self.value)
        self.pace = expected
        self.days_total, self.days_left = total, total - worked
        self.status = get_status(actual, self.value, expected, phase)
        self.bar = self._get_bar(actual, expected, metric)

    def _get_bar(self, actual, expected, metric):
        """What the progress bar shows.

        :rtype: dict
        """
        return {
            "actual": actual,
            "pace": expected,
            "value": self.value,
            "unit": metric.unit if metric else False,
            "currency_id": self.currency_id.id,
            "status": self.status,
            "accumulates": bool(metric and metric.accumulates),
        }

    @api.depends("company_id", "user_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_days(self):
        dated = self.filtered(lambda target: target.date_from and target.date_to)
        working = dated._get_working_days()
        companies = dated.company_id.sudo()  # sudo: their time zones
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        (self - dated).days = False
        for target in dated:
            span = (target.company_id, target.user_id, target.date_from, target.date_to)
            target.days = [
                {
                    "date": fields.Date.to_string(day.day),
                    "kind": day.kind,
                    "share": day.share,
                    "name": day.name,
                    "is_over": day.day < today[target.company_id.id],
                    "is_today": day.day == today[target.company_id.id],
                }
                for day in working.get_days(*span)
            ]

    # === ACTION METHODS === #

    def action_open_rows(self):
        """Open the rows of the activity report that the actual value is made of.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        whose = (
            ("user_id", "=", self.user_id.id) if self.user_id else ("team_id", "=", self.team_id.id)
        )
        labels = dict(self._fields["metric"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(metric)s, %(first)s to %(last)s",
                metric=labels[self.metric],
                first=format_date(self.env, self.date_from),
                last=format_date(self.env, self.date_to),
            ),
            "res_model": "ar.collect.activity.report",
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
            "domain": [
                ("company_id", "=", self.company_id.id),
                whose,
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                *METRICS[self.metric].get_domain(),
            ],
        }

    # === BUSINESS METHODS === #

    def _is_hidden(self):
        """Whether the figure of a team would tell a member what a colleague has done.

        :rtype: bool
        """
        return (
            bool(self.team_id)
            and not self.env.user._sees_all_figures()
            and len(self.team_id.sudo().member_ids) < LEAST_PEOPLE  # sudo: to count them
        )

    def _get_working_days(self):
        """The working days of whom these targets are of, in all their periods.

        :rtype: WorkingDays|None
        """
        if not self:
            return None
        return WorkingDays(
            self.company_id,
            self.user_id,
            min(self.mapped("date_from")),
            max(self.mapped("date_to")),
        )

    def _count_days(self, working, today):
        """Working days of the period that have ended, and all of them.

        :param WorkingDays working:
        :param date today: in the company
        :return tuple: two floats
        """
        whose = self.company_id, self.user_id
        ended = min(today - DAY, self.date_to)
        return (
            working.count(*whose, self.date_from, ended),
            working.count(*whose, self.date_from, self.date_to),
        )

    def _get_phase(self, today):
        """Where the period stands: before, running or over."""
        if today < self.date_from:
            return "before"
        return "over" if today > self.date_to else "running"
