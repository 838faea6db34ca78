# Part of ar_collect. License LGPL-3.
"""What is broken is named and left out; everything else is refreshed, and nothing is lost."""

import logging

from odoo.exceptions import ValidationError
from odoo.tools import SQL, mute_logger

from .common import CollectCase

RULE_LOGGER = "odoo.addons.ar_collect.models.ar_collect_priority_rule"
STATUS_LOGGER = "odoo.addons.ar_collect.models.ar_collect_refresh_status"


class TestBadInput(CollectCase):
    def setUp(self):
        super().setUp()
        self.partner = self.customer()
        self.invoice(self.partner, 1000, due=-60)
        # sudo: what a manager of collections does
        self.rules = self.env["ar.collect.priority.rule"].sudo()
        self.statuses = self.env["ar.collect.refresh.status"].sudo()  # sudo: see above

    # --- priority rules

    def test_broken_condition_is_refused_when_typed(self):
        for domain in (
            "[(",
            "no python",
            "[('no_such_field', '=', 1)]",
            "[('open_count', '=', 'many')]",
            "[('oldest_due_date', '<', 'soon')]",
            "[('partner_id.no_such_field', '=', 1)]",
            "1 / 0",
            "__import__('os')",
        ):
            with (
                self.subTest(domain),
                mute_logger("odoo.sql_db", "odoo.tools.safe_eval"),
                self.assertRaises(ValidationError) as error,
                self.env.cr.savepoint(),
            ):
                self.rules.create({"name": "Unlucky rule", "domain": domain, "points": 5})
            self.assertIn("Unlucky rule", str(error.exception))

    def assert_left_out(self, domain):
        """With one broken rule in the table, the other rules and all rows are as they should be."""
        good = self.rules.create({"name": "Good rule", "points": 3, "sequence": 1})
        last = self.rules.create({"name": "Last rule", "points": 2, "sequence": 99})
        bad = self.rules.create({"name": "Unlucky rule", "points": 50, "sequence": 5})
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE ar_collect_priority_rule SET domain = %s WHERE id = %s", domain, bad.id)
        )
        self.env.invalidate_all()
        with (
            self.assertLogs(RULE_LOGGER, "WARNING") as logs,
            mute_logger("odoo.sql_db", "odoo.tools.safe_eval"),
        ):
            self.catch_up()
        self.assertIn("Unlucky rule", logs.output[0])
        labels = {reason["label"] for reason in self.account(self.partner).priority_reasons}
        self.assertLessEqual({"Good rule", "Last rule"}, labels)
        self.assertNotIn("Unlucky rule", labels)
        self.assertEqual(self.account(self.partner).amount_chasable, 1000)
        self.assertIn("Unlucky rule", bad.problem)
        self.assertFalse((good + last).filtered("problem"))
        self.assertFalse(self.pending())
        bad.domain = "[]"
        self.assertFalse(bad.problem)
        self.catch_up()
        labels = {reason["label"] for reason in self.account(self.partner).priority_reasons}
        self.assertIn("Unlucky rule", labels)
        self.assert_sound()

    def test_rule_with_a_syntax_error(self):
        self.assert_left_out("[('open_count', '=',")

    def test_rule_with_an_unknown_field(self):
        self.assert_left_out("[('no_such_field', '=', 1)]")

    def test_rule_that_is_no_domain(self):
        self.assert_left_out("{'open_count': 1}")

    def test_rule_with_a_value_of_another_type(self):
        self.assert_left_out("[('oldest_due_date', '<', 'soon')]")

    def test_rule_that_only_the_database_refuses(self):
        self.assert_left_out("[('open_count', '<', 10**30), ('id', '=', 'abc')]")

    def test_rule_that_calls_something(self):
        self.assert_left_out("[('open_count', '=', 1 / 0)]")

    # --- companies

    def problem(self, company):
        """What the status of a company says after a full refresh."""
        # as a number: Odoo has given the name to another level
        with self.assertLogs(STATUS_LOGGER, logging.INFO) as logs:
            self.accounts._refresh()
        self.assertTrue(any(company.name in line for line in logs.output))
        problem = self.statuses._for_companies(company).problem
        self.assertIn(company.name, problem)
        return problem

    def test_unknown_time_zone(self):
        second = self.other_company("Martian Ltd")
        self.invoice(self.partner, 7, due=0, company=second)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET tz = 'Mars/Olympus_Mons' WHERE id = %s",
                second.partner_id.id,
            )
        )
        self.env.invalidate_all()
        self.assertIn("Mars/Olympus_Mons", self.problem(second))
        self.assertEqual(self.account(self.partner, second).amount_not_due, 7)
        self.assertEqual(self.account(self.partner).amount_chasable, 1000)
        self.assertFalse(self.statuses._for_companies(self.company).problem)
        second.partner_id.tz = "Europe/Paris"
        self.accounts._refresh()
        self.assertFalse(self.statuses._for_companies(second).problem)

    def test_time_zone_names_that_are_paths(self):
        for name in ("../../etc/passwd", "/etc/passwd", "Europe", "", "a\nb"):
            with self.subTest(name):
                self.env.flush_all()
                self.env.cr.execute(
                    SQL(
                        "UPDATE res_partner SET tz = %s WHERE id = %s",
                        name,
                        self.company.partner_id.id,
                    )
                )
                self.env.invalidate_all()
                self.accounts._refresh()
                self.assertEqual(self.account(self.partner).amount_chasable, 1000)

    def test_company_without_a_receivable_account(self):
        second = self.other_company("Cash Only Ltd")
        accounts = self.env["account.account"].with_company(second)
        receivables = accounts.search(
            [("company_ids", "=", second.id), ("account_type", "=", "asset_receivable")]
        )
        self.assertTrue(receivables)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE account_account SET account_type = 'asset_current' WHERE id = ANY(%s)",
                receivables.ids,
            )
        )
        self.env.invalidate_all()
        self.assertIn("receivable", self.problem(second))
        self.assertEqual(self.account(self.partner).amount_chasable, 1000)
        self.env.cr.execute(
            SQL(
                "UPDATE account_account SET account_type = 'asset_receivable' WHERE id = ANY(%s)",
                receivables.ids,
            )
        )
        self.env.invalidate_all()
        self.accounts._refresh()
        self.assertFalse(self.statuses._for_companies(second).problem)

    def test_no_receivable_account_at_all(self):
        self.catch_up()
        self.env.cr.execute(
            "UPDATE account_account SET account_type = 'asset_current'"
            " WHERE account_type = 'asset_receivable'"
        )
        self.env.invalidate_all()
        self.assertIn("receivable", self.problem(self.company))
        self.assertFalse(self.account(self.partner))

    def test_company_without_chart_of_accounts(self):
        bare = self.env["res.company"].create({"name": "Just Founded Ltd"})
        self.assertIn("chart", self.problem(bare))
        self.assertEqual(self.account(self.partner).amount_chasable, 1000)
        self.assertNotIn(bare, self.accounts._get_companies_of_new_day())

    def test_row_of_a_customer_who_is_gone(self):
        partner = self.customer("Gone tomorrow")
        move = self.invoice(partner, 5)
        self.catch_up()
        self.account(partner).note = "<p>Kept</p>"
        move.button_draft()
        move.unlink()
        self.catch_up()
        self.assertTrue(self.account(partner))
        partner.unlink()
        self.catch_up()
        self.accounts._refresh()
        self.assert_row(self.partner, amount_chasable=1000)
