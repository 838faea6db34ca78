# Part of ar_collect. License LGPL-3.
"""What the tests in a browser share."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .company_stock import CompanyStockCase


@tagged("post_install", "-at_install")
class CollectTourCase(CompanyStockCase, HttpCase):
    """A collector with an own customer, one of nobody, and one of somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # other customers of a database in use are not what is looked at
        cls.company = cls.company_data["company"]
        cls.user = new_test_user(
            cls.env,
            login="collect_tour",
            name="Carl Collector",
            groups="ar_collect.group_collector",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        for name, amount, user in (
            ("Own Customer", 1200, cls.user),
            ("Free Customer", 800, cls.env["res.users"]),
            ("Foreign Customer", 500, cls.env.user),
        ):
            cls.make_debtor(name, amount).user_id = user

    @classmethod
    def make_debtor(cls, name, amount):
        """The account of a new customer whose invoice is 41 days late."""
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        due = fields.Date.today() - timedelta(days=41)
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        invoice.action_post()
        # sudo: the accountant who books has no part in collections
        accounts = cls.env["ar.collect.account"].sudo()
        accounts._refresh(partner, cls.company)
        return accounts.search([("partner_id", "=", partner.id)])
