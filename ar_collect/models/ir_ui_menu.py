# Part of ar_collect. License LGPL-3.
from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Override of `base`: who sees own customers only has no forecast of the whole company."""
        blacklist = super()._load_menus_blacklist()
        if not self.env.user._sees_all_customers():
            for name in ("forecast_report", "forecast_kept"):
                menu = self.env.ref(f"ar_collect.ar_collect_menu_{name}", raise_if_not_found=False)
                blacklist += menu.ids if menu else []
        return blacklist
