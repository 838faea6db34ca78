# Part of ar_collect. License LGPL-3.
"""Who sees and changes what, role by role."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import CollectCase

ROLES = ("inquiry", "collector", "collector_all", "manager")


class TestSecurity(CollectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.other_company()
        cls.users = {role: cls.make_user(role, f"ar_collect.group_{role}") for role in ROLES}
        cls.users["sales"] = cls.make_user("sales", "base.group_user")
        cls.users["portal"] = new_test_user(cls.env, login="portal_c", groups="base.group_portal")
        cls.users["outsider"] = cls.make_user("outsider", "ar_collect.group_manager", cls.second)
        cls.colleague = cls.make_user("colleague", "ar_collect.group_collector")
        cls.away = cls.make_user("away", "ar_collect.group_collector")
        cls.away.write(
            {"collect_away_from": cls.today, "collect_substitute_id": cls.users["collector"].id}
        )
        cls.rows = {
            "own": cls.row(cls.users["collector"]),
            "foreign": cls.row(cls.colleague),
            "free": cls.row(cls.env["res.users"]),
            "substituted": cls.row(cls.away),
            "elsewhere": cls.row(cls.env["res.users"], cls.second),
        }
        cls.catch_up()

    @classmethod
    def make_user(cls, login, group, company=None):
        company = company or cls.company
        return mail_new_test_user(
            cls.env,
            login=f"{login}_c",
            groups=group,
            company_id=company.id,
            company_ids=company.ids,
            notification_type="inbox",
        )

    @classmethod
    def row(cls, collector, company=None):
        """A row of the collector, of a customer with one overdue invoice."""
        partner = cls.customer(f"Of {collector.name or 'nobody'}")
        partner.user_id = cls.users["sales"]
        cls.invoice(partner, 100, due=-10, company=company or cls.company)
        cls.catch_up()
        account = cls.account(partner, company)
        account.user_id = collector
        return account

    def test_collectors_begin_with_the_worklist(self):
        worklist = self.env.ref("ar_collect.ar_collect_account_action_worklist")
        self.assertEqual(self.colleague.action_id.id, worklist.id)
        self.assertFalse(self.users["sales"].action_id)
        collectors = self.env.ref("ar_collect.group_collector")
        self.users["sales"].group_ids += collectors
        self.assertEqual(self.users["sales"].action_id.id, worklist.id)
        other = self.env.ref("ar_collect.ar_collect_account_action_customers")
        self.users["inquiry"].action_id = other.id
        self.users["inquiry"].group_ids += collectors
        self.assertEqual(self.users["inquiry"].action_id.id, other.id)
        self.colleague.action_id = False
        self.colleague.group_ids = [Command.set(self.colleague.group_ids.ids)]
        self.assertFalse(self.colleague.action_id)

    def seen(self, login):
        """Names of the rows that a user finds."""
        found = self.env["ar.collect.account"].with_user(self.users[login]).search([])
        return {name for name, account in self.rows.items() if account in found}

    def can(self, login, operation, records):
        return records.with_user(self.users[login]).has_access(operation)

    # --- rows

    def test_rows_seen(self):
        here = {"own", "foreign", "free", "substituted"}
        self.assertEqual(self.seen("inquiry"), here)
        self.assertEqual(self.seen("collector"), {"own", "free", "substituted"})
        self.assertEqual(self.seen("collector_all"), here)
        self.assertEqual(self.seen("manager"), here)
        self.assertEqual(self.seen("outsider"), {"elsewhere"})
        for login in ("sales", "portal"):
            with self.assertRaises(AccessError):
                self.seen(login)

    def test_rows_read_by_id(self):
        for login in ("inquiry", "collector", "manager"):
            account = self.rows["elsewhere"].with_user(self.users[login])
            with self.assertRaises(AccessError):
                account.read(["amount_balance"])
        foreign = self.rows["foreign"].with_user(self.users["collector"])
        with self.assertRaises(AccessError):
            foreign.read(["amount_balance"])

    def test_end_of_the_absence_ends_the_sight(self):
        self.away.collect_away_from = self.day(1)
        self.catch_up()
        self.assertEqual(self.seen("collector"), {"own", "free"})

    def test_rows_written(self):
        for login, writable in (
            ("inquiry", set()),
            ("collector", {"own", "free", "substituted"}),
            ("collector_all", {"own", "foreign", "free", "substituted"}),
            ("manager", {"own", "foreign", "free", "substituted"}),
            ("sales", set()),
            ("portal", set()),
            ("outsider", {"elsewhere"}),
        ):
            found = {name for name, row in self.rows.items() if self.can(login, "write", row)}
            self.assertEqual(found, writable, login)
            for name in writable:
                self.rows[name].with_user(self.users[login]).next_action = f"By {login}"
                self.assertEqual(self.rows[name].next_action, f"By {login}")

    def test_nobody_makes_or_deletes_rows(self):
        for login in self.users:
            accounts = self.env["ar.collect.account"]
            self.assertFalse(self.can(login, "create", accounts), login)
            self.assertFalse(self.can(login, "unlink", self.rows["own"]), login)

    def test_nobody_writes_the_cache(self):
        for values in (
            {"amount_balance": 0},
            {"state": "settled"},
            {"priority": 100},
            {"partner_id": self.partner_a.id},
            {"last_contact_date": self.today},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.rows["own"].with_user(self.users["manager"]).write(values)

    def test_hold_and_strategy_are_the_managers(self):
        # sudo: a manager's work
        strategy = self.env["ar.collect.strategy"].sudo().create({"name": "Firm"})
        for values in ({"hold": True}, {"strategy_id": strategy.id}):
            for login in ("inquiry", "collector", "collector_all"):
                with self.subTest(login, **values), self.assertRaises(AccessError):
                    self.rows["own"].with_user(self.users[login]).write(values)
            self.rows["own"].with_user(self.users["manager"]).write(values)
        self.assertTrue(self.rows["own"].hold)
        self.assertEqual(self.rows["own"].strategy_id, strategy)

    def test_branch_and_its_company_are_apart(self):
        branch = self.branch()
        in_branch = self.row(self.env["res.users"], branch)
        clerk = self.make_user("branch", "ar_collect.group_manager", branch)
        found = self.env["ar.collect.account"].with_user(clerk).search([])
        self.assertEqual(found, in_branch)
        found = self.env["ar.collect.account"].with_user(self.users["manager"]).search([])
        self.assertNotIn(in_branch, found)

    # --- talk

    def test_inquiry_writes_notes_and_sends_nothing(self):
        account = self.rows["own"].with_user(self.users["inquiry"])
        message = account.message_post(body="Moved to Lyon", subtype_xmlid="mail.mt_note")
        self.assertIn(message, self.rows["own"].message_ids)
        for values in (
            {"subtype_xmlid": "mail.mt_comment"},
            {"subtype_xmlid": "mail.mt_note", "partner_ids": self.partner_a.ids},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                account.message_post(body="Pay!", **values)

    def test_collector_writes_messages(self):
        account = self.rows["own"].with_user(self.users["collector"])
        self.assertTrue(account.message_post(body="Hello", subtype_xmlid="mail.mt_comment"))

    # --- the other models

    def test_models(self):
        """Letters: read, write, create, unlink."""
        for model, rights in (
            (
                "ar.collect.strategy",
                {"inquiry": "r", "collector": "r", "collector_all": "r", "manager": "rwcu"},
            ),
            (
                "ar.collect.priority.rule",
                {"inquiry": "r", "collector": "r", "collector_all": "r", "manager": "rwcu"},
            ),
            (
                "ar.collect.refresh.status",
                {"inquiry": "r", "collector": "r", "collector_all": "r", "manager": "r"},
            ),
            ("ar.collect.dirty", {}),
            ("ar.collect.assign", {"manager": "rwcu"}),
        ):
            for login in (*ROLES, "sales", "portal"):
                found = "".join(
                    operation[0]
                    for operation in ("read", "write", "create", "unlink")
                    if self.can(login, operation, self.env[model])
                )
                self.assertEqual(found, rights.get(login, ""), f"{model} {login}")

    def test_rules_and_strategies_of_another_company(self):
        # sudo: managers' work in two companies
        rules = self.env["ar.collect.priority.rule"].sudo()
        rule = rules.create({"name": "There", "points": 5, "company_id": self.second.id})
        strategies = self.env["ar.collect.strategy"].sudo()  # sudo: see above
        strategy = strategies.create({"name": "There", "company_id": self.second.id})
        for record in (rule, strategy):
            self.assertFalse(self.can("manager", "read", record))
            self.assertTrue(self.can("outsider", "write", record))

    def test_status_of_another_company(self):
        # sudo: made by the refresh
        statuses = self.env["ar.collect.refresh.status"].sudo().search([])
        self.assertIn(self.second, statuses.company_id)
        found = statuses.with_user(self.users["manager"]).search([])
        self.assertEqual(found.company_id, self.company)

    # --- the ledger

    def test_ledger_is_read_as_far_as_customers_go(self):
        partner = self.rows["own"].partner_id
        invoice = self.items(*self.env["account.move"].search([("partner_id", "=", partner.id)]))
        bill = self.invoice(partner, 70, move_type="in_invoice")
        salary = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (0, 0, {"account_id": self.company_data[key].id, "balance": balance})
                    for key, balance in (
                        ("default_account_expense", 9),
                        ("default_account_revenue", -9),
                    )
                ],
            }
        )
        for login in ROLES:
            with self.subTest(login):
                self.assertTrue(self.can(login, "read", invoice.move_id))
                self.assertTrue(self.can(login, "read", invoice))
                self.assertFalse(self.can(login, "write", invoice.move_id))
                self.assertFalse(self.can(login, "read", bill))
                self.assertFalse(self.can(login, "read", bill.line_ids))
                self.assertFalse(self.can(login, "read", salary))
        accountant = invoice.with_env(self.env)
        self.assertTrue((accountant.move_id + bill + salary).has_access("write"))

    def test_other_ledgers_tell_nothing(self):
        """Neither what was paid to suppliers, nor what is in the bank."""
        partner = self.rows["own"].partner_id
        invoice = self.env["account.move"].search([("partner_id", "=", partner.id)], limit=1)
        self.payment(partner, 10, invoice)
        bill = self.invoice(partner, 70, move_type="in_invoice")
        values = {"payment_type": "outbound", "partner_type": "supplier"}
        paid = self.payment(partner, 70, **values)
        payables = (bill | paid.move_id).line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        )
        payables.reconcile()
        theirs = payables.matched_debit_ids | payables.matched_credit_ids
        mine = invoice.line_ids.matched_credit_ids
        self.assertTrue(theirs and mine)
        journal = self.company_data["default_journal_bank"]
        for login in ROLES:
            with self.subTest(login):
                self.assertTrue(self.can(login, "read", mine))
                self.assertFalse(self.can(login, "read", theirs))
                seen = journal.with_user(self.users[login])
                self.assertEqual(seen.read(["name"])[0]["name"], journal.name)
                for name in ("current_statement_balance", "kanban_dashboard_graph"):
                    with self.assertRaises(AccessError):
                        seen.read([name])
        self.assertTrue(journal.with_env(self.env).kanban_dashboard_graph)
        self.assertTrue(theirs.with_env(self.env).has_access("read"))

    def test_whoever_books_marks(self):
        """Hooks work for users without any part in collections."""
        clerk = self.make_user("clerk", "account.group_account_invoice")
        partner = self.customer("Of the clerk")
        move = self.invoice(partner, 100).with_user(clerk)
        self.catch_up()
        move.button_draft()
        self.assertIn((partner.id, self.company.id), self.pending())
        move.action_post()
        self.catch_up()
        contact = self.env["res.partner"].create({"name": "New owner", "is_company": True})
        planner = self.make_user("planner", "base.group_user,base.group_partner_manager")
        partner.with_user(planner).write({"parent_id": contact.id, "is_company": False})
        self.assert_row(contact, amount_balance=100)

    def test_refresh_by_any_role(self):
        """The rows are the same whoever asks for them."""
        partner = self.rows["own"].partner_id
        before = self.cached()
        for login in ROLES:
            self.env["ar.collect.account"].with_user(self.users[login])._refresh(partner)
            self.assertEqual(self.cached(), before)
