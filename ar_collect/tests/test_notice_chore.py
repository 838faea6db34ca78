# Part of ar_collect. License LGPL-3.
"""What keeps reminders from going out makes a task: invoices never sent, credits never matched."""

from unittest.mock import patch

from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .notice_common import NoticeCase


class ChoreCase(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().collect_notice_require_sent = True  # sudo: a setting
        cls.send = cls.env.ref("ar_collect.mail_activity_type_send_invoices")
        cls.match = cls.env.ref("ar_collect.mail_activity_type_match_credits")
        cls.collector = new_test_user(
            cls.env,
            "collector of chores",
            groups="ar_collect.group_collector_all,account.group_account_invoice",
            company_id=cls.company.id,
        )

    def tasks(self, partner, kind=None, company=None):
        """The open tasks of a customer."""
        # sudo: the test sees all
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        return activities.search(
            [
                ("res_model", "=", "ar.collect.account"),
                ("res_id", "in", self.account(partner, company).ids),
                ("activity_type_id", "in", (kind or self.send | self.match).ids),
            ]
        )

    @classmethod
    def moves(cls, partner):
        """The invoices of a customer, oldest first."""
        return cls.env["account.move"].search([("partner_id", "=", partner.id)], order="id")

    @classmethod
    def collected(cls, partner):
        """Give the customer a collector."""
        cls.catch_up()
        cls.account(partner).user_id = cls.collector
        return partner


class TestSendFirst(ChoreCase, MailCommon):
    def test_one_task_for_all_of_them(self):
        partner = self.collected(self.debtor("Firm", 100, 50))
        self.invoice(partner, 30, -4).is_move_sent = True
        self.plan()
        task = self.tasks(partner)
        unsent = self.moves(partner)[:2]
        self.assertEqual(task.activity_type_id, self.send)
        self.assertEqual(task.collect_move_ids, unsent)
        names = ", ".join(unsent.mapped("name"))
        self.assertEqual(task.summary, f"Send the invoices first: {names}")
        self.assertEqual((task.user_id, task.date_deadline), (self.collector, self.today))
        self.assertTrue(task.automated)
        self.assertEqual(len(self.of(partner)), 1, "reminded of what was sent")
        self.plan()
        self.assertEqual(self.tasks(partner), task)

    def test_without_an_email(self):
        self.collected(self.debtor("Firm", 100))
        with self.mock_mail_gateway():
            self.plan()
        self.assertFalse(self._new_mails)

    def test_many_are_counted(self):
        partner = self.debtor("Firm", *range(10, 18))
        self.plan()
        self.assertIn("and 3 more", self.tasks(partner).summary)

    def test_not_before_a_step_is_reached(self):
        """The first step comes three days after the due date."""
        early, reached = self.debtor("Early", 100, due=-2), self.debtor("Reached", 100, due=-3)
        self.plan()
        self.assertFalse(self.tasks(early))
        self.assertTrue(self.tasks(reached))

    def test_not_for_what_nobody_is_asked_for(self):
        excluded, blocked = self.debtor("Excluded", 100), self.debtor("Blocked", 100)
        self.items(self.moves(excluded)).no_followup = True
        self.moves(blocked).payment_state = "blocked"
        settled = self.debtor("Settled", 100)
        self.payment(settled, 100, self.moves(settled))
        entry = self.debtor("Entry")
        self.opening(entry, 100)
        self.plan()
        for partner in (excluded, blocked, settled, entry):
            self.assertFalse(self.tasks(partner), partner.name)

    def test_switched_off(self):
        partner = self.debtor("Firm", 100)
        self.plan()
        self.company.sudo().collect_notice_require_sent = False  # sudo: a setting
        self.plan()
        self.assertFalse(self.tasks(partner))

    def test_sent(self):
        """With the last one sent it is done at once."""
        partner = self.debtor("Firm", 100, 50)
        self.plan()
        task = self.tasks(partner)
        first, second = self.moves(partner)
        first.is_move_sent = True
        self.assertTrue(task.active)
        second.is_move_sent = True
        self.assertFalse(task.active)
        self.assertIn("Done by itself", task.feedback)
        self.plan()
        self.assertFalse(self.tasks(partner))

    def test_sent_by_letter(self):
        """What somebody has posted and logged was sent, whatever Odoo's own wizard knows."""
        partner = self.debtor("Firm", 100)
        self.plan()
        task = self.tasks(partner)
        self.assertTrue(task.active)
        # sudo: see CollectCase
        self.env["ar.collect.activity"].sudo().create(
            {
                "account_id": self.account(partner).id,
                "outcome_id": self.env.ref("ar_collect.outcome_sent").id,
                "channel": "letter",
                "user_id": self.collector.id,
                "line_ids": self.items(self.moves(partner)).ids,
            }
        )
        self.assertTrue(self.moves(partner).is_move_sent)
        self.assertFalse(task.active)
        self.plan()
        self.assertEqual(len(self.of(partner)), 1, "reminded of it")

    def test_paid(self):
        """With the next day it is done, and may come again for others."""
        partner = self.debtor("Firm", 100)
        self.plan()
        task = self.tasks(partner)
        self.payment(partner, 100, self.moves(partner))
        self.plan()
        self.assertFalse(task.active)
        self.invoice(partner, 70, -5)
        self.plan()
        self.assertEqual(len(self.tasks(partner)), 1)

    def test_not_again_for_a_while(self):
        """Done by somebody, though nothing was sent."""
        partner = self.debtor("Firm", 100)
        self.plan()
        self.tasks(partner).action_feedback("They know")
        self.plan()
        self.assertFalse(self.tasks(partner))
        with freeze_time("2026-03-29 12:00:00"):
            self.plan()
            self.assertFalse(self.tasks(partner))
        with freeze_time("2026-03-30 12:00:00"):
            self.plan()
            self.assertTrue(self.tasks(partner))

    def test_whose_it_is(self):
        """The collector's, else the salesperson's, else who tasks of managers go to."""
        seller = new_test_user(
            self.env, "seller", groups="base.group_user", company_id=self.company.id
        )
        chief = new_test_user(
            self.env, "chief", groups="ar_collect.group_manager", company_id=self.company.id
        )
        collected = self.collected(self.debtor("Collected", 100))
        sold, nobodys = self.debtor("Sold", 100), self.debtor("Nobody", 100)
        (self.moves(collected) + self.moves(sold)).invoice_user_id = seller
        self.moves(nobodys).invoice_user_id = False
        self.company.sudo().collect_promise_escalation_user_id = chief  # sudo: a setting
        self.plan()
        found = [self.tasks(partner).user_id for partner in (collected, sold, nobodys)]
        self.assertEqual(found, [self.collector, seller, chief])

    def test_is_no_step_with_the_customer(self):
        partner = self.collected(self.debtor("Firm", 100))
        self.plan()
        self.assertTrue(self.tasks(partner))
        account = self.account(partner)
        self.assertFalse(account.next_action or account.next_action_date)

    def test_send_button(self):
        """Opens core's window with what is not sent yet."""
        partner = self.collected(self.debtor("Firm", 100, 50))
        self.plan()
        account = self.account(partner).with_user(self.collector)
        moves = self.moves(partner)
        self.assertEqual(account.unsent_count, 2)
        action = account.action_send_invoices()
        self.assertEqual(action["res_model"], "account.move.send.batch.wizard")
        self.assertEqual(action["context"]["active_ids"], moves.ids)
        self.assertEqual(
            self.tasks(partner).with_user(self.collector).action_collect_send(), action
        )
        moves[0].is_move_sent = True
        account.invalidate_recordset()
        self.assertEqual(account.action_send_invoices()["context"]["active_ids"], moves[1].ids)

    def test_a_broken_condition_stops_nothing(self):
        """What the database refuses is left out, as it is in the planning."""
        partner = self.debtor("Firm", 100)
        other = self.strategy.copy({"name": "Other", "sequence": 1, "is_default": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_strategy SET domain = %s WHERE id = %s",
            ("[('open_count', '=', 'many')]", other.id),
        )
        self.env.invalidate_all(flush=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.ar_collect.models.ar_collect_strategy", "WARNING"),
        ):
            self.plan()
        self.assertIn("many", other.problem)
        self.assertTrue(self.tasks(partner))

    def test_companies_are_not_mixed(self):
        other = self.other_company(email="them@example.com")
        other.sudo().collect_notice_active = True  # sudo: a setting
        partner = self.debtor("Both", 100)
        theirs = self.invoice(partner, 900, -5, company=other)
        self.plan()
        self.assertFalse(self.tasks(partner, company=other))
        self.plan(other)
        self.assertEqual(self.tasks(partner, company=other).collect_move_ids, theirs)
        self.assertEqual(self.tasks(partner).collect_move_ids, self.moves(partner) - theirs)

    def test_most_of_a_day(self):
        """Where nothing was ever sent, the largest come first."""
        small, large = self.debtor("Small", 100), self.debtor("Large", 900)
        with patch("odoo.addons.ar_collect.models.ar_collect_account_chore.MOST", 1):
            self.plan()
            self.assertTrue(self.tasks(large))
            self.assertFalse(self.tasks(small))
            self.plan()
            self.assertTrue(self.tasks(small))


class TestMatchFirst(ChoreCase):
    def setUp(self):
        super().setUp()
        self.company.sudo().collect_notice_require_sent = False  # sudo: a setting

    def test_covered(self):
        partner = self.collected(self.debtor("Firm", 100))
        self.credit_note(partner, 120)
        self.credit_note(partner, 30)
        self.plan()
        self.assertEqual(self.explain(partner), "credits")
        task = self.tasks(partner)
        self.assertEqual(task.activity_type_id, self.match)
        self.assertEqual(task.summary, "Match $\xa0150.00 of credits and payments first")
        self.assertEqual(task.user_id, self.collector)
        self.assertFalse(task.collect_move_ids)
        self.plan()
        self.assertEqual(self.tasks(partner), task)
        self.assertTrue(self.account(partner).has_credit_task)

    def test_not_covered(self):
        partner = self.debtor("Firm", 100)
        self.credit_note(partner, 40)
        self.plan()
        self.assertFalse(self.tasks(partner))
        self.assertEqual(len(self.of(partner)), 1)

    def test_line_of_the_bank(self):
        partner = self.debtor("Firm", 100)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "partner_id": partner.id,
                "payment_ref": "paid",
                "amount": 100,
                "date": self.today,
            }
        )
        self.plan()
        self.assertIn("100.00", self.tasks(partner).summary)

    def test_matched(self):
        partner = self.debtor("Firm", 100)
        note = self.credit_note(partner, 120)
        self.plan()
        task = self.tasks(partner)
        self.items(note, self.moves(partner) - note).reconcile()
        self.plan()
        self.assertFalse(task.active)

    def test_for_somebody_who_may(self):
        clerk = new_test_user(
            self.env, "clerk", groups="ar_collect.group_collector", company_id=self.company.id
        )
        partner = self.collected(self.debtor("Firm", 100))
        self.account(partner).user_id = clerk
        self.credit_note(partner, 120)
        chief = new_test_user(
            self.env,
            "chief",
            groups="ar_collect.group_manager,account.group_account_invoice",
            company_id=self.company.id,
        )
        self.company.sudo().collect_promise_escalation_user_id = chief  # sudo: a setting
        self.plan()
        self.assertEqual(self.tasks(partner).user_id, chief)

    def test_items_behind_it(self):
        partner = self.collected(self.debtor("Firm", 100))
        self.credit_note(partner, 120)
        self.plan()
        account = self.account(partner).with_user(self.collector)
        lines = self.env["account.move.line"].search(account.action_match_credits()["domain"])
        self.assertEqual(sorted(lines.mapped("amount_residual")), [-120, 100])


class TestChoreQueries(ChoreCase):
    def test_queries_do_not_grow_with_the_customers(self):
        def count(number):
            for index in range(number):
                self.collected(self.debtor(f"Unsent {number} {index}", 100))
                credited = self.debtor(f"Credited {number} {index}", 100)
                self.moves(credited).is_move_sent = True
                self.credit_note(self.collected(credited), 120)
            self.catch_up()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.accounts._update_chores(self.company)
            self.env.flush_all()
            queries = self.cr.sql_log_count - before
            kinds = (self.send + self.match).ids
            # sudo: the test sees all
            activities = self.env["mail.activity"].sudo()  # sudo: see above
            tasks = activities.search([("activity_type_id", "in", kinds)])
            made = len(tasks)
            tasks.unlink()
            return queries, made

        count(2)  # what is read once per process
        few, tasks = count(3)
        self.assertEqual(tasks, 2 * (2 + 3))
        many, _tasks = count(30)
        self.assertLessEqual(many, few)
