# Part of ar_collect. License LGPL-3.
"""The examples in the docstrings of ``ar_collect_sale/tools``, run."""

import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.ar_collect_sale.tools import order_share, root_cause


@tagged("post_install", "-at_install")
class TestOrderTools(BaseCase):
    def test_examples(self):
        for module in (order_share, root_cause):
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertEqual(result.failed, 0)
                self.assertGreater(result.attempted, 0)

    def test_causes_exist(self):
        """Every cause that is proposed, and every reason, is one of `ar_collect`'s."""
        causes = {
            code for groups in root_cause.CAUSES.values() for group in groups for code in group
        }
        causes |= {code for group in root_cause.ANY_CAUSE for code in group}
        known = causes | {root_cause.UNFOUNDED} | set(root_cause.CAUSES) | root_cause.SILENT
        self.assertLessEqual(known, KNOWN)


#: Codes in the data of `ar_collect`, reasons and causes.
KNOWN = {
    *("price", "quantity", "quality", "not_delivered", "late_delivery", "missing_order_number"),
    *("duplicate", "already_paid", "wrong_address", "tax", "contract", "other"),
    *("price_entered", "discount_forgotten", "quantity_invoiced", "delivered_late", "defect"),
    *("order_number", "invoiced_twice", "unfounded"),
}
