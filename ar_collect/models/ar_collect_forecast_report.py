# Part of ar_collect. License LGPL-3.
from odoo import fields, models
from odoo.tools import SQL


class ArCollectForecastReport(models.Model):
    """What was forecast beside what came: two rows of each kept forecast, to be drawn together."""

    _name = "ar.collect.forecast.report"
    _description = "Forecast and Received"
    _auto = False
    _order = "week DESC, weeks_ahead, series, id"
    _rec_name = "week"
    _depends = {
        "ar.collect.forecast": [
            *("amount_forecast", "amount_received", "company_id", "is_past", "week"),
            "weeks_ahead",
        ],
    }

    forecast_id = fields.Many2one(
        comodel_name="ar.collect.forecast", string="Kept Forecast", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    week = fields.Date(readonly=True, help="The Monday of the week it is about.")
    weeks_ahead = fields.Integer(readonly=True, aggregator=None)
    series = fields.Selection(
        [("1_forecast", "Forecast"), ("2_received", "Received")], string="Figure", readonly=True
    )
    amount = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """Forecast and received, each in a row of its own; of weeks that are over.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT forecast.id * 2 + series.number AS id, forecast.id AS forecast_id,
                   forecast.company_id, forecast.week, forecast.weeks_ahead,
                   series.code AS series, series.amount
              FROM ar_collect_forecast forecast
             CROSS JOIN LATERAL (VALUES
                   (0, '1_forecast', forecast.amount_forecast),
                   (1, '2_received', forecast.amount_received)
                   ) AS series (number, code, amount)
             WHERE forecast.is_past
            """
        )

    # === ACTION METHODS === #

    def action_open(self):
        """Open what the kept forecast opens.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.forecast_id.action_open()
