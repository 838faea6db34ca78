# Part of ar_collect. License LGPL-3.
"""What the tests of the screens share: a user of every role, and customers with something to show."""

from odoo.tests import freeze_time, new_test_user, tagged

from .common import CollectCase

ROLES = {
    "inquiry": "ar_collect.group_inquiry",
    "collector": "ar_collect.group_collector",
    "colleague": "ar_collect.group_collector",
    "collector_all": "ar_collect.group_collector_all",
    "manager": "ar_collect.group_manager",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class WorklistCase(CollectCase):
    """Roles have no rights in accounting: collections alone must do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            login: new_test_user(
                cls.env,
                login=f"collect_{login}",
                name=login.title(),
                groups=group,
                company_id=cls.company.id,
                company_ids=[cls.company.id],
            )
            for login, group in ROLES.items()
        }
        cls.own = cls.debtor("Own Customer", 1200, user_id=cls.users["collector"].id)
        cls.free = cls.debtor("Free Customer", 800)
        cls.foreign = cls.debtor("Foreign Customer", 500, user_id=cls.users["colleague"].id)

    @classmethod
    def debtor(cls, name, amount, due=-41, **settings):
        """The account of a new customer with one open invoice.

        :rtype: ar.collect.account
        """
        partner = cls.customer(name)
        cls.invoice(partner, amount, due)
        cls.catch_up()
        account = cls.account(partner)
        account.write(settings)
        return account

    def seen_by(self, login, record):
        """The record as that role sees it, with an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.sudo(False).with_user(self.users[login]).with_company(self.company)
