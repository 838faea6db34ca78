# Part of ar_collect. License LGPL-3.
"""Companies laid in before the tests: loading a chart of accounts takes longer than most tests."""

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

#: Module of the external ids that `make test` gives them; see `tools/suite.py`.
STOCK = "__ar_collect_stock__"


class CompanyStockCase(AccountTestInvoicingCommon):
    """Core's companies and users of accounting; companies come from the stock while it lasts."""

    @classmethod
    def _create_company(cls, **create_values):
        """Override of `account`: without a stock, or for another chart of accounts, a new one."""
        usual = not (cls.country_code or cls.chart_template or "country_id" in create_values)
        company = cls._take_company() if usual else None
        if not company:
            return super()._create_company(**create_values)
        company.write({"active": True, **create_values})
        cls.env.user.company_ids = [Command.link(company.id)]
        return company.with_env(cls.env)

    @classmethod
    def _take_company(cls):
        # sudo: nobody may see what is still in stock; it goes back with the class's transaction
        data = cls.env["ir.model.data"].sudo()
        ids = data.search([("module", "=", STOCK)], order="id").mapped("res_id")
        companies = data.env["res.company"].browse(ids)
        return companies.filtered(lambda company: not company.active)[:1]
