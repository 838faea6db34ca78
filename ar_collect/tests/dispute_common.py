# Part of ar_collect. License LGPL-3.
"""What the tests of disputes share: credit notes, payments, and who resolves."""

from contextlib import contextmanager

from odoo.tests import freeze_time, new_test_user

from . import dispute_oracle
from .claims_common import ClaimsCase

AMOUNTS = ("credited", "paid", "written_off", "remaining", "open")


class DisputeCase(ClaimsCase):
    """The own customer owes 1,200 (`old`) and 300 (`new`), both late; see `ClaimsCase`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env.ref("ar_collect.dispute_root_cause_price_entered")
        cls.quality = cls.env.ref("ar_collect.dispute_reason_quality")
        cls.resolver = cls.new_resolver("resolver_d")

    @classmethod
    def new_resolver(cls, login, **values):
        """A user who may resolve disputes and nothing else."""
        return new_test_user(
            cls.env,
            login=login,
            name=login.title(),
            email=f"{login}@example.com",
            groups="ar_collect.group_resolver",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
            **values,
        )

    @contextmanager
    def on(self, number):
        """The clock stands at noon of a day, after the night's refresh."""
        with freeze_time(f"{self.day(number)} 12:00:00"):
            for company in self.accounts._get_companies_of_new_day():
                self.accounts._process_company(company)
            yield

    def assert_amounts(self, dispute, *, chasable=None, **expected):
        """What has become of a dispute, by the engine and by the oracle.

        :param expected: some of credited, paid, written_off, remaining
        """
        self.catch_up()
        for name, amount in expected.items():
            self.assertEqual(dispute[f"amount_{name}"], amount, name)
        found = dispute_oracle.become(self.env)
        for item in self.env["ar.collect.dispute.item"].sudo().search([]):  # sudo: all of them
            if item.dispute_id.state != "cancelled":
                here = {name: round(item[f"amount_{name}"] * 100) for name in AMOUNTS}
                self.assertEqual(here, found[item.id])
        total = dispute.amount_credited + dispute.amount_paid + dispute.amount_written_off
        self.assertAlmostEqual(total + dispute.amount_remaining, dispute.amount)
        if chasable is not None:
            self.assertEqual(self.own.amount_chasable, chasable)
        self.assert_rebuild()

    def assert_rebuild(self):
        """A rebuild from zero gives the same row."""
        before = self.own.read(["amount_disputed", "amount_chasable", "amount_balance"])
        self.accounts._refresh()
        after = self.own.read(["amount_disputed", "amount_chasable", "amount_balance"])
        self.assertEqual(before, after)

    def pay(self, amount, *lines):
        """A payment matched with items, in their order."""
        payment = self.payment(self.partner, amount)
        (self.items(payment.move_id) + self.env["account.move.line"].concat(*lines)).reconcile()
        return payment

    def credit(self, dispute):
        """The posted credit notes of a dispute that was accepted."""
        notes = dispute._make_credit_notes()
        notes.action_post()
        self.catch_up()
        return notes
