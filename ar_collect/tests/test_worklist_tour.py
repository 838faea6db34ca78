# Part of ar_collect. License LGPL-3.
"""The worklist in a browser."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class TestWorklistTour(AccountTestInvoicingCommon, HttpCase):
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

    def test_worklist(self):
        """A collector without rights in accounting works through the screens."""
        self.start_tour("/odoo/collections", "ar_collect_worklist", login="collect_tour")
        account = self.env["ar.collect.account"].sudo().search([("user_id", "=", self.user.id)])
        self.assertEqual(account.next_action, "Call on Tuesday")

    def test_worklist_without_debtors(self):
        """An empty list says what to expect, and breaks nothing."""
        # sudo: see above
        self.env["account.move"].sudo().search(
            [("company_id", "=", self.company.id)]
        ).button_draft()
        self.env["ar.collect.account"].sudo()._refresh(companies=self.company)
        self.browser_js(
            "/odoo/collections",
            "console.log('test successful')",
            ready="document.querySelector('.o_view_nocontent')"
            "?.textContent.includes('Nothing to chase today.')",
            login="collect_tour",
        )


@tagged("post_install", "-at_install")
class TestWorklistUnits(HttpCase):
    def test_hoot(self):
        """The unit tests of the addon's own components."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={self.job('@ar_collect')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
        )

    @staticmethod
    def job(name):
        """The id the test runner gives a suite: a 32 bit string hash."""
        code = 0
        for char in name:
            code = ((code << 5) - code + ord(char)) & 0xFFFFFFFF
        return f"{code:08x}"
