# Part of ar_collect. License LGPL-3.
from odoo import api, models
from odoo.tools import SQL


class ArCollectForecastDirty(models.Model):
    """Customers whose account was refreshed since their forecast was."""

    _name = "ar.collect.forecast.dirty"
    _description = "Cash Forecast to Refresh"
    _inherit = "ar.collect.dirty"

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, pairs):
        """Note customers, and have their forecast made.

        :param list pairs: (partner id or None, company id or None); None stands for all
        """
        if not pairs:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO ar_collect_forecast_dirty (partner_ref, company_ref) %s",
                self._get_mark_query(pairs, ()),
            )
        )
        cron = self.env.ref("ar_collect.ir_cron_forecast_dirty", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()  # sudo: scheduled actions are the system's
