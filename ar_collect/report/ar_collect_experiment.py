# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..models.ar_collect_strategy_step import CHANNELS
from ..models.payment_days import LONGEST, get_histories, group_histories
from ..tools import experiment

VERDICTS = [
    ("early", "Too early to say"),
    ("few", "Too few to say"),
    ("none", "No difference seen"),
    ("sooner", "Pays sooner"),
    ("later", "Pays later"),
]
#: Days of which it is said how many customers have paid by then.
SHARE_DAYS = 30
#: The difference, in days, that is worth knowing.
WORTH = 3
#: What is not said as long as there are too few.
NOTHING = {
    "share_statement": False,
    "horizon": 0,
    "got_days": 0.0,
    "out_days": 0.0,
    "saved_days": 0.0,
    "saved_low": 0.0,
    "saved_high": 0.0,
}


class ArCollectExperiment(models.Model):
    """What a step brings: customers who were drawn to get it beside those left out at random.

    A row for each step, company and share of customers left out: were the share raised in a bad
    month, those left out would look worse than the others.
    """

    _name = "ar.collect.experiment"
    _description = "Experiment"
    _auto = False
    _order = "date_last DESC, id DESC"
    _rec_name = "step_id"
    _depends = {
        "ar.collect.experiment.unit": [
            *("account_id", "company_id", "date", "is_left_out", "percent", "step_id"),
        ],
        "ar.collect.strategy.step": ["active", "channel", "holdout_percent", "strategy_id"],
    }

    step_id = fields.Many2one(comodel_name="ar.collect.strategy.step", readonly=True)
    strategy_id = fields.Many2one(comodel_name="ar.collect.strategy", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    percent = fields.Integer(string="Left Out at Random (%)", readonly=True, aggregator=None)
    is_running = fields.Boolean(
        string="Running", readonly=True, help="The step still leaves as many customers out."
    )
    date_first = fields.Date(string="Since", readonly=True)
    date_last = fields.Date(string="Last Drawn", readonly=True)
    got_count = fields.Integer(
        string="Got It", readonly=True, help="Customers who were drawn to get the step."
    )
    out_count = fields.Integer(
        string="Left Out", readonly=True, help="Customers who were left out of the step."
    )
    verdict = fields.Selection(VERDICTS, string="Result", compute="_compute_result")
    statement = fields.Text(string="In Words", compute="_compute_result")
    share_statement = fields.Text(string="Shares Paid", compute="_compute_result")
    horizon = fields.Integer(
        string="Within Days",
        compute="_compute_result",
        help="Who has not paid by then counts with as many days.",
    )
    got_days = fields.Float(string="Days to Pay", compute="_compute_result", digits=(16, 1))
    out_days = fields.Float(
        string="Days to Pay, Left Out", compute="_compute_result", digits=(16, 1)
    )
    saved_days = fields.Float(
        string="Days Sooner",
        compute="_compute_result",
        digits=(16, 1),
        help="By how many days customers pay sooner with the step; below zero: later.",
    )
    saved_low = fields.Float(string="At Least", compute="_compute_result", digits=(16, 1))
    saved_high = fields.Float(string="At Most", compute="_compute_result", digits=(16, 1))

    @property
    def _table_query(self):
        """A row for each step, company and share left out.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT MIN(unit.id) AS id, unit.step_id, step.strategy_id, step.channel,
                   unit.company_id, unit.percent,
                   step.active AND step.holdout_percent = unit.percent AS is_running,
                   MIN(unit.date) AS date_first, MAX(unit.date) AS date_last,
                   COUNT(DISTINCT unit.account_id) FILTER (WHERE NOT unit.is_left_out)
                   AS got_count,
                   COUNT(DISTINCT unit.account_id) FILTER (WHERE unit.is_left_out) AS out_count
              FROM ar_collect_experiment_unit unit
              JOIN ar_collect_strategy_step step ON step.id = unit.step_id
             GROUP BY unit.step_id, step.id, unit.company_id, unit.percent
            """
        )

    # === COMPUTE METHODS === #

    @api.depends("step_id", "company_id", "percent")
    @api.depends_context("lang")
    def _compute_result(self):
        groups = self._get_groups()
        for row in self:
            got, out = (groups.get(row.id * 2 + number, {}) for number in (0, 1))
            row.update(row._get_result(got, out))

    # === ACTION METHODS === #

    def action_open_got(self):
        """Open the notices of the customers who were drawn to get the step."""
        return self._get_notice_action(False, self.env._("Got It"))

    def action_open_left_out(self):
        """Open the notices that customers did not get, because they were left out at random."""
        return self._get_notice_action(True, self.env._("Left Out at Random"))

    # === BUSINESS METHODS === #

    def _get_notice_action(self, is_left_out, name):
        units = self.env["ar.collect.experiment.unit"]._search(
            [
                ("step_id", "=", self.step_id.id),
                ("company_id", "=", self.company_id.id),
                ("percent", "=", self.percent),
                ("is_left_out", "=", is_left_out),
            ]
        )
        notice_ids = [row[0] for row in self.env.execute_query(units.select("notice_id"))]
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_notice_action")
        return {**action, "name": name, "domain": [("id", "in", notice_ids)], "context": {}}

    def _get_groups(self):
        """The histories of those who got the step, and of those left out, of all these rows.

        :return dict: by twice the row's id, and one more for those left out
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        units = SQL(
            """
            SELECT unit.id, row.id * 2 + unit.is_left_out::int4 AS group_id, unit.account_id,
                   unit.company_id, unit.date
              FROM ar_collect_experiment_unit unit
              JOIN (VALUES %s) AS row (id, step_id, company_id, percent)
                ON row.step_id = unit.step_id AND row.company_id = unit.company_id
               AND row.percent = unit.percent
            """,
            SQL(", ").join(
                SQL("(%s, %s, %s, %s)", row.id, row.step_id.id, row.company_id.id, row.percent)
                for row in self
            ),
        )
        items = SQL(
            "SELECT unit_id, line_id FROM ar_collect_experiment_unit_line_rel"
            " WHERE unit_id IN (SELECT id FROM unit)"
        )
        today = self.env["ar.collect.dispute.report"]._get_today_query()
        return group_histories(self.env.execute_query(get_histories(units, items, today)))

    def _get_result(self, got, out):
        """What the two groups say, and how sure it is.

        :param dict got: number of customers who got the step, by history
        :param dict out: likewise, of those left out
        :return dict: values
        """
        groups = got, out
        horizon = next(
            (
                days
                for days in (LONGEST, SHARE_DAYS)
                if all(experiment.is_enough(group, days) for group in groups)
            ),
            None,
        )
        if not horizon:
            return {**NOTHING, **self._get_too_few(got, out)}
        saved = experiment.get_days_saved(got, out, horizon)
        return {
            "verdict": {1: "sooner", 0: "none", -1: "later"}[saved.sign],
            "statement": self._get_saved_words(saved, got, out, horizon),
            "share_statement": self._get_share_words(got, out),
            "horizon": horizon,
            "got_days": experiment.get_days(got, horizon).mean,
            "out_days": experiment.get_days(out, horizon).mean,
            "saved_days": saved.value,
            "saved_low": saved.low,
            "saved_high": saved.high,
        }

    # --- in words

    def _get_too_few(self, got, out):
        """Why nothing is said yet."""
        counts = [experiment.count_customers(group) for group in (got, out)]
        if min(counts) < experiment.MIN_CUSTOMERS:
            words = self.env._(
                "Too few to say: %(got)s customers with the step and %(out)s without could be"
                " followed. With %(needed)s left out a difference of %(days)s days would show.",
                got=counts[0],
                out=counts[1],
                needed=self._get_needed(got, out, SHARE_DAYS),
                days=WORTH,
            )
            return {"verdict": "few", "statement": words}
        early = [experiment.get_share(group, SHARE_DAYS)[1] for group in (got, out)]
        words = self.env._(
            "Too early to say: %(days)s days ago and before, %(got)s customers had got the step and"
            " %(out)s been left out; it takes %(least)s of each.",
            days=SHARE_DAYS,
            got=early[0],
            out=early[1],
            least=experiment.MIN_CUSTOMERS,
        )
        return {"verdict": "early", "statement": words}

    def _get_needed(self, got, out, horizon):
        return experiment.get_needed(got, out, horizon, self.percent / 100, WORTH)

    def _get_saved_words(self, saved, got, out, horizon):
        """The difference in days to pay.

        :param Estimate saved: days
        """
        words = {
            "value": self._say(abs(saved.value)),
            "low": self._say(saved.low),
            "high": self._say(saved.high),
            "got": experiment.count_customers(got),
            "out": experiment.count_customers(out),
        }
        if saved.sign > 0:
            return self.env._(
                "With the step customers pay %(value)s days sooner (95 %% interval %(low)s to"
                " %(high)s; %(got)s customers got it, %(out)s were left out).",
                **words,
            )
        if saved.sign < 0:
            words |= {"low": self._say(-saved.high), "high": self._say(-saved.low)}
            return self.env._(
                "With the step customers pay %(value)s days later (95 %% interval %(low)s to"
                " %(high)s; %(got)s customers got it, %(out)s were left out).",
                **words,
            )
        words |= {
            "low": self._say(max(0, -saved.low)),
            "needed": self._get_needed(got, out, horizon),
            "days": WORTH,
        }
        return self.env._(
            "No difference can be seen: anything from %(low)s days later to %(high)s days sooner"
            " fits (95 %% interval; %(got)s customers got the step, %(out)s were left out). With"
            " %(needed)s left out a difference of %(days)s days would show.",
            **words,
        )

    def _get_share_words(self, got, out):
        """The difference in the share that has paid by a day."""
        gained = experiment.get_share_gained(got, out, SHARE_DAYS)
        words = {
            "days": SHARE_DAYS,
            "got": self._say_percent(experiment.get_share(got, SHARE_DAYS)[0]),
            "out": self._say_percent(experiment.get_share(out, SHARE_DAYS)[0]),
            "low": self._say_percent(gained.low),
            "high": self._say_percent(gained.high),
        }
        if gained.sign:
            return self.env._(
                "Within %(days)s days %(got)s %% paid with the step and %(out)s %% without: a"
                " difference of %(low)s to %(high)s points (95 %% interval).",
                **words,
            )
        return self.env._(
            "Within %(days)s days %(got)s %% paid with the step and %(out)s %% without: no"
            " difference can be seen (95 %% interval %(low)s to %(high)s points).",
            **words,
        )

    def _say(self, days):
        return formatLang(self.env, days, digits=1)

    def _say_percent(self, share):
        return formatLang(self.env, share * 100, digits=0)
