# Part of ar_collect. License LGPL-3.
"""The task to find whom to turn to: when it appears, when it goes, and at what price."""

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .committed_common import CommittedLedger
from .contact_common import ContactCase


class TestContactTasks(ContactCase, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soon = cls.debtor("Soon", 100, due=14, user_id=cls.users["collector"].id)
        cls.type = cls.env.ref("ar_collect.mail_activity_type_find_contact")
        cls.process()  # what the other customers of these tests are short of

    @classmethod
    def process(cls):
        cls.env.flush_all()
        handled = cls.accounts._process_contact_tasks()
        cls.env.invalidate_all()
        return handled

    def tasks(self, account=None):
        """The open tasks of a customer."""
        account = account or self.soon
        # sudo: the test sees all
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "ar.collect.account"),
                    ("res_id", "=", account.id),
                    ("activity_type_id", "=", self.type.id),
                ]
            )
        )

    def test_due_within_the_days_or_overdue(self):
        later = self.debtor("Later", 100, due=15)
        late = self.debtor("Late", 100, due=-1)
        settled = self.debtor("Settled", 100, due=-1)
        self.payment(settled.partner_id, 100, settled.open_item_ids.move_id)
        self.catch_up()
        self.process()
        self.assertEqual(len(self.tasks(self.soon)), 1)
        self.assertEqual(len(self.tasks(late)), 1)
        self.assertFalse(self.tasks(later) + self.tasks(settled))
        self.company.sudo().collect_contact_days = 15  # sudo: a setting
        self.process()
        self.assertTrue(self.tasks(later))

    def test_for_the_collector_without_an_email(self):
        task = self.tasks()
        self.assertEqual(task.user_id, self.users["collector"])
        self.assertEqual(task.date_deadline, self.today)
        self.assertTrue(task.automated)
        self.debtor("Mailed", 100, user_id=self.users["collector"].id)
        with self.mock_mail_gateway():
            self.assertTrue(self.process())
        self.assertFalse(self._new_mails)

    def test_is_no_step_with_the_customer(self):
        self.assertTrue(self.tasks())
        self.assertFalse(self.soon.next_action or self.soon.next_action_date)
        collector = self.users["collector"].id
        self.soon.activity_schedule(
            "mail.mail_activity_data_call", self.day(3), "Call them", user_id=collector
        )
        self.assertEqual(self.soon.next_action, "Call them")
        self.assertEqual(self.soon.next_action_date, self.day(3))

    def test_not_twice(self):
        self.assertFalse(self.process())
        self.assertEqual(len(self.tasks()), 1)
        with freeze_time("2026-04-30 12:00:00"):  # still open, for longer than a done one rests
            self.process()
            self.assertEqual(len(self.tasks()), 1)

    def test_nobody_is_asked_to_pay_excluded_items(self):
        account = self.debtor("Excluded", 100)
        account.open_item_ids.move_id.no_followup = True
        coming = self.debtor("Excluded later", 100, due=3)
        coming.open_item_ids.move_id.no_followup = True
        blocked = self.debtor("Blocked", 100, due=3)
        blocked.open_item_ids.move_id.payment_state = "blocked"
        self.catch_up()
        self.process()
        self.assertFalse(self.tasks(account) + self.tasks(coming) + self.tasks(blocked))

    def assert_known(self, known, account=None):
        """Whether it counts as known whom to turn to."""
        self.process()
        self.assertEqual(bool(self.tasks(account)), not known)

    def test_role_with_a_way_to_reach(self):
        contact = self.contact("Ann", "accounts_payable", account=self.soon)
        self.assert_known(False)
        contact.email = "ann@soon.example"
        self.assert_known(True)
        self.assertFalse(self.soon.contact_task_date)
        contact.message_bounce = 1
        self.assert_known(False)
        contact.phone = "+1 555 030 0001"
        self.assert_known(True)
        for _number in range(3):
            self.call(contact, account=self.soon)
        self.assert_known(False)
        contact.collect_phone_date = "2026-03-16 13:00:00"
        self.assert_known(True)
        self.call(contact, "wrong_number", account=self.soon, hours=2)
        self.assert_known(False)

    def test_another_role_is_not_enough(self):
        self.contact("Ann", "disputes", account=self.soon, email="ann@soon.example")
        self.assert_known(False)

    def test_invoice_address(self):
        self.contact("", type="invoice", account=self.soon, email="ap@soon.example")
        self.assert_known(True)

    def test_own_address_until_roles_are_in_use(self):
        self.soon.partner_id.email = "info@soon.example"
        self.assert_known(True)
        contact = self.contact("Ann", "accounts_payable", account=self.soon, email="a@soon.example")
        self.assert_known(True)
        contact.collect_left_date = self.today
        self.assert_known(False)

    def test_blacklisted_address(self):
        self.soon.partner_id.email = "info@soon.example"
        self.env["mail.blacklist"].sudo()._add("info@soon.example")  # sudo: an administrator's work
        self.assert_known(False)

    def test_archived_contact(self):
        contact = self.contact("Ann", "accounts_payable", account=self.soon, email="a@soon.example")
        self.assert_known(True)
        contact.active = False
        self.assert_known(False)

    def test_closes_when_nothing_is_due_any_more(self):
        self.payment(self.soon.partner_id, 100, self.soon.open_item_ids.move_id)
        self.catch_up()
        self.assert_known(True)

    def test_at_once_when_a_collector_changes_contacts(self):
        account = self.collector(self.soon)
        values = {"name": "Ann", "email": "ann@soon.example"}
        values["collect_role_ids"] = self.role("accounts_payable").ids
        contact = account._save_contact(values)
        self.assertFalse(self.tasks())
        contact.action_collect_left()
        self.assertTrue(self.tasks())

    def test_done_without_a_contact_comes_back_later(self):
        self.tasks().action_feedback()
        self.process()
        self.assertFalse(self.tasks())
        with freeze_time("2026-03-29 12:00:00"):
            self.process()
            self.assertFalse(self.tasks())
        with freeze_time("2026-03-30 12:00:00"):
            self.process()
            self.assertEqual(len(self.tasks()), 1)

    def test_a_new_hole_is_told_at_once(self):
        self.tasks().action_feedback()
        contact = self.contact("Ann", "accounts_payable", account=self.soon, email="a@soon.example")
        self.process()
        contact.collect_left_date = self.today
        self.assert_known(False)

    def test_switched_off(self):
        self.company.sudo().collect_contact_tasks = False  # sudo: a setting
        account = self.debtor("Off", 100)
        self.process()
        self.assertFalse(self.tasks(account))

    def test_each_company_its_own(self):
        second = self.other_company()
        second.sudo().collect_contact_days = 0  # sudo: a setting
        partner = self.soon.partner_id
        self.invoice(partner, 100, due=5, company=second)
        self.catch_up()
        other = self.account(partner, second)
        self.process()
        self.assertFalse(self.tasks(other))
        second.sudo().collect_contact_days = 5  # sudo: a setting
        self.process()
        self.assertEqual(len(self.tasks(other)), 1)
        self.assertEqual(len(self.tasks(self.soon)), 1)

    def test_batches(self):
        for number in range(3):
            self.debtor(f"Batch {number}", 100)
        self.env.flush_all()
        self.assertEqual(self.accounts._process_contact_tasks(limit=2), 2)
        self.assertEqual(self.accounts._process_contact_tasks(limit=2), 1)
        self.assertEqual(self.accounts._process_contact_tasks(limit=2), 0)

    def test_the_cron_goes_on_until_all_is_done(self):
        accounts = [self.debtor(f"Cron {number}", 100) for number in range(3)]
        cron = self.env.ref("ar_collect.ir_cron_check_contacts").sudo()  # sudo: the scheduler
        path = "odoo.addons.ar_collect.models.ar_collect_account_contact_task"
        process = type(self.accounts)._process_contact_tasks
        with (
            patch(f"{path}.BATCH", 2),
            patch.object(
                type(self.accounts), "_process_contact_tasks", lambda self: process(self, limit=2)
            ),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertTrue(all(self.tasks(account) for account in accounts))

    def test_queries_do_not_grow_with_the_customers(self):
        def count(number):
            for index in range(number):
                self.debtor(f"Count {number} {index}", 100, user_id=self.users["collector"].id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(self.accounts._process_contact_tasks(), number)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(2)  # what is read once per process
        self.assertEqual(count(3), count(30))


@tagged("post_install", "-at_install")
class TestContactTaskWorkers(TransactionCase):
    """Two workers at once, for which these tests commit, in a company of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction() as env:
            cls.ledger = CommittedLedger(env)
        cls.addClassCleanup(cls.remove_ledger)
        with cls.transaction() as env:
            for number in range(2):
                cls.ledger.invoice(env, cls.ledger.customer(env, f"Customer {number}"), 100)
        with cls.transaction() as env:
            env["ar.collect.account"]._cron_refresh_dirty()

    @classmethod
    def remove_ledger(cls):
        with cls.transaction() as env:
            cls.accounts_of(env).activity_ids.unlink()
            cls.ledger.remove(env)

    @classmethod
    @contextmanager
    def transaction(cls):
        """The environment of a transaction of its own, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @classmethod
    def accounts_of(cls, env):
        """The customers of the company of these tests."""
        return env["ar.collect.account"].search([("company_id", "=", cls.ledger.company_id)])

    def open_transaction(self):
        """An environment whose snapshot is taken now."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute("SELECT 1")
        return api.Environment(cr, SUPERUSER_ID, {})

    def lock_missing(self, env):
        """Take the customers whose task would be opened; their ids."""
        accounts = self.accounts_of(env)
        calendar = accounts._get_contact_calendar(accounts.company_id)
        condition = SQL("account.id = ANY(%s)", accounts.ids)
        query = accounts._get_contact_task_query(calendar, condition, 100, missing=True)
        return [row[0] for row in env.execute_query(query)]

    def test_each_task_is_made_once(self):
        first, second = self.open_transaction(), self.open_transaction()
        self.assertEqual(len(self.lock_missing(first)), 2)
        self.assertEqual(self.lock_missing(second), [], "held by the first worker")
        self.accounts_of(first)._update_contact_tasks()
        first.cr.commit()  # pylint: disable=invalid-commit  # a transaction of its own is the test
        # the second's snapshot is older than the tasks: it must start over, not make them again
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            self.accounts_of(second)._update_contact_tasks()
        second.cr.rollback()
        self.accounts_of(second)._update_contact_tasks()
        second.cr.commit()  # pylint: disable=invalid-commit  # see above
        with self.transaction() as env:
            self.assertEqual(len(self.accounts_of(env).activity_ids), 2)
