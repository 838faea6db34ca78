# Part of ar_collect. License LGPL-3.
"""What the tests of notices share: a strategy of few steps, customers, and a planning run by hand."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time

from .common import CollectCase


@freeze_time("2026-03-16 12:00:00")
class NoticeCase(CollectCase):
    """One strategy for all: e-mails 3, 10 and 20 days after the due date, a call after 10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notices = cls.env["ar.collect.notice"].sudo()  # sudo: see CollectCase
        # sudo: see CollectCase
        cls.company.sudo().write(
            {
                "collect_notice_active": True,
                "collect_notice_require_sent": False,
                "email": "us@example.com",
            }
        )
        strategies = cls.env["ar.collect.strategy"].sudo()  # sudo: see CollectCase
        strategies.search([]).active = False
        cls.text = cls.env["ar.collect.notice.template"].sudo()  # sudo: see CollectCase
        cls.text = cls.text.create(
            {
                "name": "Text",
                "subject": "{company}: {count} open, {amount}",
                "body": "<p>Dear {contact}, {amount} is open.</p>",
                "sms": "{amount} open",
            }
        )
        cls.strategy = strategies.create(
            {
                "name": "Plain",
                "is_default": True,
                "step_ids": [
                    cls.step("First", 3),
                    cls.step("Second", 10),
                    cls.step("Third", 20),
                    cls.step("Call", 10, channel="call", template_id=False, min_amount=1000),
                ],
            }
        )
        cls.first, cls.second, cls.third = cls.strategy.step_ids.filtered(
            lambda step: step.channel == "email"
        ).sorted("days")
        cls.call = cls.strategy.step_ids - cls.first - cls.second - cls.third

    @classmethod
    def step(cls, name, days, **values):
        """The command that adds a step."""
        return Command.create(
            {"name": name, "days": days, "template_id": cls.text.id, "min_gap": 0, **values}
        )

    @classmethod
    def debtor(cls, name="Debtor", *amounts, due=-5, **values):
        """A customer who can be written to, with invoices of these amounts.

        :rtype: res.partner
        """
        address = f"{name.lower().replace(' ', '.')}@example.com"
        partner = cls.customer(name, email=address, **values)
        for amount in amounts:
            cls.invoice(partner, amount, due)
        return partner

    @classmethod
    def plan(cls, company=None):
        """Plan today's notices.

        :return int: how many were planned
        """
        cls.catch_up()
        return cls.notices._process_plan(company or cls.company)

    def in_one_go(self):
        """Fail when what is carried out meanwhile does not go through at the first attempt."""
        execute, attempts = type(self.notices)._execute, []

        def count(notices):
            attempts.append(notices.ids)
            return execute(notices)

        @contextmanager
        def counted():
            with patch.object(type(self.notices), "_execute", count):
                yield
            self.assertEqual(len(attempts), 1, "one batch, and not one by one")

        return counted()

    @classmethod
    def run_day(cls):
        """Plan and carry out what is due today."""
        cls.plan()
        while cls.notices._process_notices():
            pass
        failed = cls.notices.search([("state", "=", "failed")])
        if failed:
            raise AssertionError(failed.mapped("failure"))

    @classmethod
    def of(cls, partner, **values):
        """The notices of a customer with these values, oldest first."""
        domain = [("customer_id", "=", partner.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return cls.notices.search(domain, order="id")

    @classmethod
    def explain(cls, partner, channel="email"):
        """Why the customer gets nothing today on a channel; None when something is due."""
        rows = cls.account(partner)._explain_notices()
        return {row["channel"]: row["reason"] for row in rows}.get(channel, "nothing")
