# Part of ar_collect. License LGPL-3.
"""Two who ask somebody about a customer at once: crons, tabs, or one of each. It is asked once."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .committed_common import CommittedCase


@tagged("post_install", "-at_install")
class TestEscalationConcurrency(CommittedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction() as env:
            company = env["res.company"].browse(cls.ledger.company_id)
            cls.user_id = new_test_user(
                env,
                "concurrent_sales",
                groups="base.group_user",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            ).id
            cls.rule_id = (
                env["ar.collect.escalation.rule"]
                .create(
                    {
                        "name": "Too much",
                        "question": "Please call them.",
                        "company_id": company.id,
                        "min_amount": 100,
                    }
                )
                .id
            )
        cls.addClassCleanup(cls.remove_people)

    @classmethod
    def remove_people(cls):
        with cls.transaction() as env:
            env["ar.collect.escalation.rule"].browse(cls.rule_id).unlink()
            user = env["res.users"].browse(cls.user_id)
            partner = user.partner_id
            user.unlink()
            partner.unlink()

    def setUp(self):
        super().setUp()
        [(partner_id, _moves)] = self.customers(1, 300)
        with self.transaction() as env:
            account = env["ar.collect.account"].search([("partner_id", "=", partner_id)])
            account.partner_id.user_id = self.user_id
            self.account_id = account.id
        self.addCleanup(self.forget)

    def forget(self):
        """Remove what was asked, and what was said about it; of former customers as well."""
        in_company = [("company_id", "=", self.ledger.company_id)]
        with self.transaction() as env:
            escalations = env["ar.collect.escalation"].search(in_company)
            messages, accounts = escalations.message_ids, escalations.account_id
            env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
            (escalations.activity_ids | accounts.activity_ids).unlink()
            escalations.unlink()
            messages.exists().unlink()
            env["ar.collect.account"].browse(self.account_id).partner_id.user_id = False
            env["ar.collect.refresh.status"].search(in_company).escalated_to = False

    def company(self, env):
        return env["res.company"].browse(self.ledger.company_id)

    def run_rules(self, env):
        """What the scheduled action does, once more when another has been at it."""
        escalations = env["ar.collect.escalation"]
        return env["ar.collect.account"]._retry(escalations._process_company, self.company(env))

    def ask(self, env):
        """The button of somebody on the page."""
        values = {"recipient": "user", "reason": "Help", "question": "?", "deadline_days": 2}
        account = env["ar.collect.account"].browse(self.account_id)
        return account._ask_for_help(env["res.users"].browse(self.user_id), values)

    def ask_again(self, env):
        """See :meth:`ask`, as the server does it: from the start when another was first."""
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.random.uniform", lambda _low, _high: 0.01),
        ):
            return retrying(lambda: self.ask(env), env)

    def asked(self):
        """Rule or person of what is asked, as committed."""
        with self.transaction() as env:
            escalations = env["ar.collect.escalation"].search(
                [("account_id", "=", self.account_id)]
            )
            return ["rule" if one.rule_id else "person" for one in escalations]

    def test_two_crons_one_after_the_other(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.run_rules(first)
        first.cr.commit()
        with mute_logger("odoo.sql_db"):
            self.run_rules(second)
        second.cr.commit()
        self.assertEqual(self.asked(), ["rule"])

    def test_two_crons_at_once(self):
        def work():
            with self.transaction() as env, mute_logger("odoo.sql_db"):
                self.run_rules(env)

        self.run_together(work, work)
        self.assertEqual(self.asked(), ["rule"])

    def test_two_tabs(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.ask(first)
        first.cr.commit()
        with self.assertRaisesRegex(UserError, "asked about this customer already"):
            self.ask_again(second)
        second.cr.rollback()
        self.assertEqual(self.asked(), ["person"])

    def test_person_after_a_rule(self):
        """No index could tell: a rule and a person may ask two people, but not the same one."""
        first, second = self.open_transaction(), self.open_transaction()
        self.run_rules(first)
        first.cr.commit()
        with self.assertRaisesRegex(UserError, "asked about this customer already"):
            self.ask_again(second)
        second.cr.rollback()
        self.assertEqual(self.asked(), ["rule"])

    def test_rule_after_a_person(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.ask(first)
        first.cr.commit()
        with mute_logger("odoo.sql_db"):
            self.run_rules(second)
        second.cr.commit()
        self.assertEqual(self.asked(), ["person"])
