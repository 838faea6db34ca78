# Part of ar_collect. License LGPL-3.
from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_collect_today(self):
        """Today's date where the company is.

        :rtype: datetime.date
        """
        self.ensure_one()
        return self.env["ar.collect.refresh.status"]._get_today(self)[self.id]
