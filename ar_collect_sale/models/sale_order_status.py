# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.ar_collect.models.res_partner_sales import STATUSES

#: What an order shows of its customer.
SHOWN = (
    "collect_status",
    "collect_status_currency_id",
    "collect_status_overdue",
    "collect_status_text",
)


class SaleOrder(models.Model):
    """How it stands with the customer in the company of the order, wherever the reader works."""

    _inherit = "sale.order"

    collect_status = fields.Selection(
        STATUSES,
        string="Collections",
        compute="_compute_collect_status",
        search="_search_collect_status",
        help="Of the customer in the company of the order; empty: not a customer of yours, or"
        " nothing was ever owed.",
    )
    collect_status_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_collect_status"
    )
    collect_status_overdue = fields.Monetary(
        string="Customer Overdue",
        compute="_compute_collect_status",
        currency_field="collect_status_currency_id",
        help="What is past due, credits not taken off; of customers of yours.",
    )
    collect_status_text = fields.Char(
        string="How It Stands", compute="_compute_collect_status", help="And what comes next."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "partner_id.commercial_partner_id.user_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_collect_status(self):
        for company, orders in self.grouped("company_id").items():
            partners = orders.partner_id.with_company(company)
            seen = dict(zip(partners.ids, partners, strict=True))
            for order in orders:
                partner = seen.get(order.partner_id.id, partners.browse())
                for name in SHOWN:
                    order[name] = partner[name]

    def _search_collect_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        partners = self.env["res.partner"].with_context(active_test=False)
        status = Domain("collect_status", "in", value)
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", partners.with_company(company)._search(status))
            for company in self.env.companies
        )

    # === ACTION METHODS === #

    def action_collect_notes(self):
        """Open what collections notes about the customer of the order.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collect_notes()
