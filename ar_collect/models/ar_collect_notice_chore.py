# Part of ar_collect. License LGPL-3.
"""After a day was planned: tasks to do away with what keeps reminders from going out."""

from odoo import api, models


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    @api.model
    def _process_plan(self, companies, partners=None):
        """Override of `ar_collect`: whom no reminder reaches for our own fault makes a task."""
        count = super()._process_plan(companies, partners)
        if partners is None:
            accounts = self.env["ar.collect.account"].sudo()  # sudo: the system's own tasks
            for company in companies:
                accounts._update_chores(company)
        return count
