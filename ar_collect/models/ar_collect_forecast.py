# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..tools.forecast_error import share


class ArCollectForecast(models.Model):
    """What was forecast at the beginning of a week for this and the coming weeks, and what came.

    Kept as it was: only what came in is counted anew, while entries of that week may still change.
    """

    _name = "ar.collect.forecast"
    _description = "Kept Cash Forecast"
    _order = "week DESC, weeks_ahead, company_id, id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    week = fields.Date(required=True, readonly=True, help="The Monday of the week it is about.")
    week_taken = fields.Date(
        string="Made In Week", required=True, readonly=True, help="The Monday of that week."
    )
    date_taken = fields.Date(
        string="Made On", required=True, readonly=True, help="In the company's time zone."
    )
    weeks_ahead = fields.Integer(
        required=True, readonly=True, aggregator=None, help="0: the week in which it was made."
    )

    # --- what was forecast
    amount_promise = fields.Monetary(string="Promised", readonly=True)
    amount_on_way = fields.Monetary(string="On Its Way", readonly=True)
    amount_expected = fields.Monetary(string="Expected", readonly=True)
    amount_late = fields.Monetary(string="Later Than Usual", readonly=True)
    amount_forecast = fields.Monetary(
        string="Forecast", compute="_compute_amount_forecast", store=True
    )
    amount_disputed = fields.Monetary(
        string="Disputed", readonly=True, help="Apart: not in the forecast."
    )

    # --- what came
    is_past = fields.Boolean(string="Week Is Over", readonly=True)
    amount_received = fields.Monetary(
        string="Received",
        readonly=True,
        help="Posted money of customers with a date in that week, less what they got back. Of the"
        " week in which the forecast was made: from the day on which it was made.",
    )
    date_counted = fields.Date(string="Counted On", readonly=True)

    # --- how far off
    amount_error = fields.Monetary(
        string="Difference",
        compute="_compute_error",
        store=True,
        help="Received less forecast, of weeks that are over.",
    )
    amount_off = fields.Monetary(
        string="Difference, Either Way",
        compute="_compute_error",
        store=True,
        help="The difference, always above zero.",
    )
    error_rate = fields.Float(
        string="Error (%)",
        compute="_compute_error",
        store=True,
        aggregator="avg",
        help="Difference / forecast. Of several: their total difference / their total forecast.",
    )
    abs_error_rate = fields.Float(
        string="Mean Error (%)",
        compute="_compute_error",
        store=True,
        aggregator="avg",
        help="MAPE: the mean of difference / forecast, either way. Without a forecast, left out.",
    )
    weighted_error_rate = fields.Float(
        string="Weighted Error (%)",
        compute="_compute_error",
        store=True,
        aggregator="avg",
        help="WAPE: the sum of the differences, either way / all that was received.",
    )

    _week_unique = models.Constraint(
        "UNIQUE (company_id, week_taken, week)", "A forecast is kept once a week."
    )
    _company_week_idx = models.Index("(company_id, week)")

    # === COMPUTE METHODS === #

    @api.depends("week", "weeks_ahead")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for forecast in self:
            forecast.display_name = forecast.env._(
                "Week of %(week)s, forecast %(count)s weeks ahead",
                week=format_date(forecast.env, forecast.week),
                count=forecast.weeks_ahead,
            )

    @api.depends("amount_promise", "amount_on_way", "amount_expected", "amount_late")
    def _compute_amount_forecast(self):
        for forecast in self:
            forecast.amount_forecast = (
                forecast.amount_promise
                + forecast.amount_on_way
                + forecast.amount_expected
                + forecast.amount_late
            )

    @api.depends("amount_forecast", "amount_received", "is_past")
    def _compute_error(self):
        for forecast in self:
            expected, received = forecast.amount_forecast, forecast.amount_received
            error = received - expected if forecast.is_past else 0
            forecast.amount_error = error
            forecast.amount_off = abs(error)
            forecast.error_rate = 100 * share(error, expected)
            forecast.abs_error_rate = 100 * share(abs(error), expected)
            forecast.weighted_error_rate = 100 * share(abs(error), received)

    # === CRUD METHODS === #

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Override of `base`: shares of several weeks are not the mean of their shares.

        Weeks that are not over tell nothing yet, and have no part in any.
        """
        match aggregate_spec:
            case "error_rate:avg":
                part, whole = "amount_error", "amount_forecast"
            case "weighted_error_rate:avg":
                part, whole = "amount_off", "amount_received"
            case "abs_error_rate:avg":
                part, whole = "abs_error_rate", None
            case _:
                return super()._read_group_select(aggregate_spec, query)
        part = self._field_to_sql(self._table, part, query)
        is_past = self._field_to_sql(self._table, "is_past", query)
        if not whole:
            amount = self._field_to_sql(self._table, "amount_forecast", query)
            return SQL("AVG(%s) FILTER (WHERE %s AND %s != 0)", part, is_past, amount)
        return SQL(
            "100 * SUM(%(part)s) FILTER (WHERE %(is_past)s)"
            " / NULLIF(SUM(%(whole)s) FILTER (WHERE %(is_past)s), 0)",
            part=part,
            whole=self._field_to_sql(self._table, whole, query),
            is_past=is_past,
        )

    # === ACTION METHODS === #

    def action_open(self):
        """Open what came in a week that is over, what is expected in another.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.action_open_received() if self.is_past else self.action_open_items()

    def action_open_received(self):
        """Open the payments that were counted.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        view = self.env.ref("ar_collect.account_move_line_view_list_received")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Received in the Week of %s", format_date(self.env, self.week)),
            "res_model": "account.move.line",
            "views": [(view.id, "list")],
            "domain": list(self._get_received_domain()),
        }

    def action_open_items(self):
        """Open what is expected in that week by now: the items of a kept forecast are not kept.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_forecast_item_action"),
            "name": self.env._(
                "Expected by Now in the Week of %s", format_date(self.env, self.week)
            ),
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": [("company_id", "=", self.company_id.id), ("week", "=", self.week)],
            "context": {"search_default_inflow": 1},
        }
