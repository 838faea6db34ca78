# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models


class ArCollectRefreshStatus(models.Model):
    _inherit = "ar.collect.refresh.status"

    forecast_to = fields.Date(
        string="Forecast Of",
        readonly=True,
        help="The day of the cash forecast, in the company's time zone.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _note_full_refresh(self, scope):
        """Override of `ar_collect`: a new day has a new forecast."""
        result = super()._note_full_refresh(scope)
        if self.env["ar.collect.forecast.item"]._get_due_statuses():
            # sudo: scheduled actions are the system's
            cron = self.env.ref("ar_collect.ir_cron_forecast", raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()  # sudo: see above
        return result
