# Part of ar_collect. License LGPL-3.
"""What the tests of escalations share: people of every kind, rules, and customers who do not pay."""

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .worklist_common import WorklistCase


@freeze_time("2026-03-16 12:00:00")
class EscalationCase(WorklistCase):
    """Sam sells to the customers; the manager decides. Only the rules of the test are on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: see CollectCase
        cls.escalations = cls.env["ar.collect.escalation"].sudo()  # sudo: ~
        cls.rules = cls.env["ar.collect.escalation.rule"].sudo()  # sudo: ~
        cls.rules.search([]).active = False
        cls.manager = cls.users["manager"]
        # sudo: ~
        cls.company.sudo().collect_promise_escalation_user_id = cls.manager
        cls.sam = cls.salesperson("sam", name="Sam Sales")
        (cls.own | cls.free | cls.foreign).partner_id.user_id = cls.sam
        cls.partner = cls.own.partner_id

    @classmethod
    def salesperson(cls, login, **values):
        """Somebody who has no role of collections."""
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@us.example",
            **values,
        )

    @classmethod
    def rule(cls, **values):
        """A rule that asks the salesperson about those who owe 1,000, unless it says otherwise."""
        if not {*values} & {"min_attempts", "min_broken", "min_days_late", "dispute_late"} and (
            "silence_days" not in values and "domain" not in values
        ):
            values.setdefault("min_amount", 1000)
        return cls.rules.create(
            {"name": "Too much", "question": "Please call them.", "company_id": cls.company.id}
            | values
        )

    @classmethod
    def run_day(cls, company=None):
        """What the scheduled action does for a company.

        :return: the new escalations
        """
        cls.catch_up()
        return cls.escalations._process_company(company or cls.company)

    @classmethod
    def run_at(cls, number):
        """See :meth:`run_day`, on another day; customers are aged to it first."""
        with freeze_time(f"{cls.day(number)} 12:00:00"):
            cls.accounts._refresh(companies=cls.company)
            return cls.run_day()

    def of(self, account, **values):
        """The escalations of a customer, oldest first."""
        domain = [("account_id", "=", account.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.escalations.search(domain, order="id")

    def asked_about(self, rule):
        """The customers that a rule asks about."""
        return self.escalations.search([("rule_id", "=", rule.id)]).account_id

    def attempt(self, account, code="no_answer", number=-1, **values):
        """An attempt to reach the customer that was logged on some day."""
        # sudo: see CollectCase
        return (
            self.env["ar.collect.activity"]
            .sudo()
            .create(
                {
                    "account_id": account.id,
                    "outcome_id": self.env.ref(f"ar_collect.outcome_{code}").id,
                    "user_id": self.users["collector"].id,
                    "date": f"{self.day(number)} 10:00:00",
                    **values,
                }
            )
        )

    def promise(self, account, number=4, on=0, **values):
        """A promise to pay all that is to be chased, for some day, given on some day."""
        with freeze_time(f"{self.day(on)} 12:00:00"):
            # sudo: see CollectCase
            promises = self.env["ar.collect.promise"].sudo()
            return promises.create(
                {
                    "account_id": account.id,
                    "amount": account.amount_chasable,
                    "date_promised": self.day(number),
                    **values,
                }
            )

    def tasks(self, record):
        """What is planned on a record."""
        # sudo: see CollectCase
        return (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", record._name), ("res_id", "in", record.ids)])
        )

    def talk(self, account):
        """All that the customer's log says, as text."""
        return "\n".join(str(body) for body in account.message_ids.mapped("body"))
