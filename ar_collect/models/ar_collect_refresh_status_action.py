# Part of ar_collect. License LGPL-3.
from odoo import models
from odoo.exceptions import AccessError


class ArCollectRefreshStatus(models.Model):
    _inherit = "ar.collect.refresh.status"

    def action_refresh(self):
        """Refresh all customers of these companies now.

        :raise AccessError: for others than collections managers
        """
        self.check_access("read")
        if not self.env.user.has_group("ar_collect.group_manager"):
            raise AccessError(self.env._("Only a collections manager refreshes all customers."))
        self.env["ar.collect.account"]._refresh(companies=self.company_id)
