# Part of ar_collect. License LGPL-3.
"""What the tests of promises and disputes share: a customer with two late invoices."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .worklist_common import WorklistCase

#: By login: what is allowed with claims of the own customer, and of the foreign one.
ROLES = {
    "inquiry": ({"read"}, {"read"}),
    "collector": ({"read", "write"}, set()),
    "colleague": (set(), {"read", "write"}),
    "collector_all": ({"read", "write"}, {"read", "write"}),
    "manager": ({"read", "write"}, {"read", "write"}),
}


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

    # --- who may do what

    def assert_roles(self, *records, foreign=False, operations=("read", "write", "unlink")):
        """Each role may do with these records what it should.

        :param records: of the own customer, or of the `foreign` one
        """
        for login, allowed in ROLES.items():
            for record in records:
                seen = self.seen_by(login, record)
                for operation in operations:
                    with self.subTest(operation, login=login, record=record):
                        self.assertEqual(seen.has_access(operation), operation in allowed[foreign])

    def takers(self):
        """Who takes a claim of which customer, and whether that is allowed.

        :return: list of login, account and bool
        """
        return [
            ("inquiry", self.own, False),
            ("collector", self.own, True),
            ("collector", self.free, True),
            ("collector", self.foreign, False),
            ("collector_all", self.foreign, True),
            ("manager", self.own, True),
        ]

    def assert_hidden(self, user, *records):
        """An outsider reads none of these records."""
        for record in records:
            seen = record.sudo(False).with_user(user)
            self.assertFalse(seen.has_access("read"), user.login)

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

    # --- customers that are merged

    def assert_merged(self, claim):
        """The own customer is merged into another one, and the claim goes over.

        :return: the account of that one
        """
        target = self.customer("Target")
        self.invoice(target, 50)
        self.catch_up()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: administrators
        wizard.create({})._merge([target.id, self.partner.id], target)
        self.catch_up()
        account = self.account(target)
        self.assertEqual((claim.account_id, claim.customer_id), (account, target))
        return account
