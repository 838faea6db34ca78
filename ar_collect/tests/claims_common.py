# Part of ar_collect. License LGPL-3.
"""What the tests of promises and disputes share: a customer with two late invoices."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .worklist_common import WorklistCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class ClaimsCase(WorklistCase):
    """The own customer of the collector owes 1,200 (`old`) and 300 (`new`), both late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promises = cls.env["ar.collect.promise"].sudo()  # sudo: see CollectCase
        cls.disputes = cls.env["ar.collect.dispute"].sudo()  # sudo: see CollectCase
        cls.price = cls.env.ref("ar_collect.dispute_reason_price")
        cls.partner = cls.own.partner_id
        cls.old = cls.items(cls.env["account.move"].search([("partner_id", "=", cls.partner.id)]))
        cls.new = cls.items(cls.invoice(cls.partner, 300, due=-5))
        cls.catch_up()

    def promise(self, lines=None, **values):
        """A promise of the own customer, for Friday."""
        return self.promises.create(
            {
                "account_id": self.own.id,
                "date_promised": self.day(4),
                "item_ids": [Command.create({"line_id": line.id}) for line in lines or []],
                **values,
            }
        )

    def dispute(self, amounts, **values):
        """A dispute of the own customer about the price.

        :param dict amounts: by journal item; None: what is left
        """
        return self.disputes.create(
            {
                "account_id": self.own.id,
                "reason_id": self.price.id,
                "item_ids": [
                    Command.create({"line_id": line.id} | ({"amount": amount} if amount else {}))
                    for line, amount in amounts.items()
                ],
                **values,
            }
        )

    def shares(self, claim):
        """The amount of each journal item."""
        return {item.line_id: item.amount for item in claim.item_ids}

    @contextmanager
    def refused(self, message):
        """What is done here is refused with this message (a pattern), and undone."""
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            yield

    def outsiders(self):
        """Users who have no part in the company's collections.

        :rtype: list
        """
        second = self.other_company(name="Of Outsiders")
        return [
            new_test_user(self.env, login="plain_f", groups="base.group_user"),
            new_test_user(self.env, login="portal_f", groups="base.group_portal"),
            new_test_user(
                self.env,
                login="outsider_f",
                groups="ar_collect.group_manager",
                company_id=second.id,
                company_ids=[second.id],
            ),
        ]
