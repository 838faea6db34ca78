# Part of ar_collect. License LGPL-3.
"""The index on entries nobody is asked to pay serves the states the engine leaves out."""

import re

from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import index_definition

from odoo.addons.ar_collect.models.account_move import NOT_CHASED_STATES


@tagged("post_install", "-at_install")
class TestNotChasedIndex(TransactionCase):
    def test_states(self):
        definition, _comment = index_definition(
            self.env.cr, "account_move_ar_collect_not_chased_idx"
        )
        [listed] = re.findall(r"payment_state\)::text = ANY \(\(?(?:ARRAY)?(.*?)\]", definition)
        self.assertEqual(set(re.findall(r"'(\w+)'", listed)), set(NOT_CHASED_STATES))

    def test_states_are_those_of_accounting(self):
        states = dict(self.env["account.move"]._fields["payment_state"].selection)
        self.assertLessEqual(set(NOT_CHASED_STATES), states.keys())
