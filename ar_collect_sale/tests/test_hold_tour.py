# Part of ar_collect. License LGPL-3.
"""The credit hold in a browser: held, asked for, released, confirmed; and what a customer sees."""

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_collect.tests.tour_common import CollectTourCase

#: A drawing of one pixel, as a customer's signature.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestHoldTour(CollectTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collect_hold_active = True
        cls.seller = cls.new_user("tour_seller", "sales_team.group_sale_salesman")
        cls.new_user("tour_boss", "ar_collect.group_manager")
        # sudo: the accountant who books here has no part in sales or collections
        cls.account = cls.env["ar.collect.account"].sudo().search([("user_id", "=", cls.user.id)])
        cls.account.partner_id.user_id = cls.seller
        product = cls.env["product.product"].sudo().create({"name": "Desk", "type": "service"})
        cls.order = (
            cls.env["sale.order"]
            .sudo()  # sudo: see above
            .create(
                {
                    "partner_id": cls.account.partner_id.id,
                    "company_id": cls.company.id,
                    "user_id": cls.seller.id,
                    "require_signature": True,
                    "require_payment": False,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "price_unit": 800,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )

    @classmethod
    def new_user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            name=login.title(),
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_hold_to_confirmed(self):
        page = f"/odoo/sale.order/{self.order.id}"
        with mute_logger("odoo.http"):  # that it is refused is told there, too
            self.start_tour(page, "ar_collect_hold_ask", login="tour_seller")
        [request] = self.order.collect_release_ids
        self.assertEqual((request.state, request.amount_requested), ("requested", 800))
        self.start_tour("/odoo/collections-releases", "ar_collect_hold_decide", login="tour_boss")
        self.assertEqual(request.state, "released")
        self.start_tour(page, "ar_collect_hold_confirm", login="tour_seller")
        self.assertEqual((self.order.state, self.order.collect_release_id), ("sale", request))

    def accept(self):
        """Sign the order as somebody who has its link.

        :return: what the page is told
        """
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": self.order._portal_ensure_token(),
                "name": "Ann",
                "signature": SIGNATURE,
            },
        )

    def test_accepted_online(self):
        """The customer is thanked, and reads nothing of our reasons; the order waits."""
        self.authenticate(None, None)
        told = self.accept()
        self.assertIn("sign_ok", told["redirect_url"])
        page = self.url_open(told["redirect_url"]).text
        self.assertIn("Your order has been signed", page)
        for word in ("credit hold", "overdue", "release"):
            self.assertNotIn(word, page)
        self.assertEqual(self.order.signed_by, "Ann")
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.order.collect_release_ids.state, "requested")

    def test_accepted_online_by_the_good(self):
        self.company.collect_hold_active = False
        self.authenticate(None, None)
        self.accept()
        self.assertEqual(self.order.state, "sale")

    def test_paid_online(self):
        """The whole way through the payment: booked, processed, and the order confirmed."""
        provider = self.env["payment.provider"].sudo().create({"name": "Cards"})  # sudo: see above
        for amount, state in ((100, "draft"), (800, "sale")):
            # which journal a provider books into is not what is looked at
            payment = self.env["account.payment"].create(
                {
                    "amount": amount,
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "partner_id": self.order.partner_id.id,
                    "payment_type": "inbound",
                }
            )
            tx = provider.env["payment.transaction"].create(
                {
                    "amount": amount,
                    "currency_id": self.order.currency_id.id,
                    "partner_id": self.order.partner_id.id,
                    "payment_method_id": self.env.ref("payment.payment_method_card").sudo().id,
                    "provider_id": provider.id,
                    "reference": f"Tour {amount}",
                    "sale_order_ids": [Command.set(self.order.ids)],
                    "state": "done",
                    "payment_id": payment.id,
                    "last_state_change": fields.Datetime.now(),
                }
            )
            tx._post_process()
            self.assertTrue(tx.is_post_processed)
            self.assertEqual(self.order.state, state)
