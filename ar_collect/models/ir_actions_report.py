# Part of ar_collect. License LGPL-3.
from odoo import api, models

from .inner_context import is_inner

#: Key of the context while a document is printed that is complete as it is.
STILL = "ar_collect_print_still"
#: Core waits a second for scripts, see the system parameter `report.print_delay`.
DELAY = "--javascript-delay"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Override of `base`: a document of ours without scripts is not waited for."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if is_inner(self.env, STILL) and DELAY in command:
            command[command.index(DELAY) + 1] = "0"
            command.append("--disable-javascript")
        return command
