# Part of ar_collect. License LGPL-3.
from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: The records behind each figure.
ACTIONS = {
    "kpi_collect_cash": "ar_collect.ar_collect_cash_report_action",
    "kpi_collect_right_party": "ar_collect.ar_collect_activity_report_action",
    "kpi_collect_promised": "ar_collect.ar_collect_promise_action",
}


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_collect_cash = fields.Boolean(string="Cash Collected")
    kpi_collect_cash_value = fields.Monetary(compute="_compute_kpi_collect_cash_value")
    kpi_collect_right_party = fields.Boolean(string="Right-Party Contacts")
    kpi_collect_right_party_value = fields.Integer(compute="_compute_kpi_collect_right_party_value")
    kpi_collect_promised = fields.Boolean(string="Promised by Customers")
    kpi_collect_promised_value = fields.Monetary(compute="_compute_kpi_collect_promised_value")

    # === COMPUTE METHODS === #

    def _compute_kpi_collect_cash_value(self):
        self._compute_collect_kpi("kpi_collect_cash_value", "cash_amount")

    def _compute_kpi_collect_right_party_value(self):
        self._compute_collect_kpi("kpi_collect_right_party_value", "right_party_count")

    def _compute_kpi_collect_promised_value(self):
        self._compute_collect_kpi("kpi_collect_promised_value", "promise_amount")

    def _compute_kpis_actions(self, company, user):
        """Override of `digest` to open what is behind our figures."""
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("ar_collect.ar_collect_menu_root").id
        return actions | {name: f"{action}?menu_id={menu}" for name, action in ACTIONS.items()}

    # === BUSINESS METHODS === #

    def _compute_collect_kpi(self, name, measure):
        """Sum up a measure of the activity report in the period of the digest, by company.

        :raise AccessError: for recipients without a role of collections: they get no such figure
        """
        if not self.env.user.has_group("ar_collect.group_inquiry"):
            raise AccessError(self.env._("No figures of collections for who has no part in them."))
        start, end, companies = self._get_kpi_compute_parameters()
        # whole days, the last of them yesterday
        first, after = (fields.Datetime.to_datetime(moment).date() for moment in (start, end))
        domain = Domain("company_id", "in", companies.ids)
        domain &= Domain("date", ">=", first) & Domain("date", "<", after)
        sums = dict(
            self.env["ar.collect.activity.report"]._read_group(
                domain, ["company_id"], [f"{measure}:sum"]
            )
        )
        for digest in self:
            digest[name] = sums.get(digest.company_id or self.env.company, 0)
