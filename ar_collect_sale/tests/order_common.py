# Part of ar_collect. License LGPL-3.
"""What the tests of orders share: an order, its invoices, and a dispute on them."""

from odoo import Command

from odoo.addons.ar_collect.tests.dispute_common import DisputeCase


def plain(text):
    """Text without the spaces that keep an amount on one line."""
    return text.replace("\xa0", " ")


class OrderCase(DisputeCase):
    """Services, so that what was delivered is entered by hand; no taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: the accountant who books here has no part in sales
        cls.orders = cls.env["sale.order"].sudo()
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.desk = cls.new_product("Desk")
        # sudo: see CollectCase
        reasons = cls.env["ar.collect.dispute.reason"].sudo().search([])
        cls.reasons = {reason.code: reason for reason in reasons}

    @classmethod
    def new_product(cls, name, **values):
        """A service that is invoiced as it is ordered."""
        return (
            cls.env["product.product"]
            .sudo()
            .create(  # sudo: see above
                {
                    "name": name,
                    "type": "service",
                    "invoice_policy": "order",
                    "list_price": 100,
                    "taxes_id": [Command.clear()],
                    "uom_id": cls.unit.id,
                    **values,
                }
            )
        )

    @classmethod
    def order(cls, *lines, **values):
        """A confirmed order of the own customer.

        :param lines: values of its lines; ten desks at 100.00 unless they say otherwise
        """
        order = cls.orders.create(
            {
                "partner_id": cls.partner.id,
                "company_id": cls.company.id,
                "order_line": [Command.create(cls.line(**line)) for line in lines or ({},)],
                **values,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def line(cls, **values):
        """Values of an order line."""
        return {
            "product_id": cls.desk.id,
            "product_uom_qty": 10,
            "price_unit": 100,
            "discount": 0,
            **values,
        }

    @classmethod
    def invoice_order(cls, *orders, post=True, ref=None, **changes):
        """The next invoice of orders.

        :param changes: of its first line
        """
        move = cls.orders.concat(*orders)._create_invoices(final=True)
        if changes:
            line = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")[0]
            move.write({"invoice_line_ids": [Command.update(line.id, changes)]})
        if ref is not None:
            move.ref = ref
        if post:
            move.invoice_date = move.invoice_date or cls.today
            move.action_post()
            cls.catch_up()
        return move

    def contest(self, *moves, reason="price", lines=None, **values):
        """A dispute on invoices.

        :param str reason: code of the customer's reason
        :param recordset|None lines: of the invoice that are contested
        """
        dispute = self.dispute(
            {item: None for move in moves for item in self.items(move)},
            reason_id=self.reasons[reason].id,
            **values,
        )
        if lines:
            dispute.item_ids.invoice_line_ids = lines
        return dispute

    def texts(self, dispute, *topics):
        """What the orders say, line by line.

        :param topics: these alone
        :return: list of lists
        """
        return [
            [plain(one.text) for one in fact.statements if not topics or one.topic in topics]
            for fact in dispute._get_order_facts()
        ]

    def proposed(self, dispute):
        """Code of the proposed cause, and its evidence."""
        dispute.invalidate_recordset()
        return dispute.proposed_cause_id.code or "", plain(dispute.proposed_evidence or "")

    def assert_proposed(self, dispute, code, *said):
        """This cause is proposed, and the evidence says so."""
        cause, evidence = self.proposed(dispute)
        self.assertEqual(cause, code, evidence)
        for text in said:
            self.assertIn(text, evidence)
