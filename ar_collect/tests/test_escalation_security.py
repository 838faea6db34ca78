# Part of ar_collect. License LGPL-3.
"""Escalations, role by role, and how many queries they take."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import SQL

from .escalation_common import EscalationCase

#: Whose escalations each role sees.
SEEN = {
    "inquiry": {"own", "free", "foreign"},
    "collector": {"own", "free"},
    "colleague": {"free", "foreign"},
    "collector_all": {"own", "free", "foreign"},
    "manager": {"own", "free", "foreign"},
    "sam": {"own", "free"},
    "tina": {"foreign"},
    "plain": set(),
}


class TestEscalationSecurity(EscalationCase):
    """Sam sells to `own` and `free`, Tina to `foreign`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tina = cls.salesperson("tina")
        cls.foreign.partner_id.user_id = cls.tina
        cls.users |= {"sam": cls.sam, "tina": cls.tina, "plain": cls.salesperson("plain")}
        cls.one_rule = cls.rule(min_amount=1)
        cls.run_day()
        cls.asked = {
            name: cls.escalations.search([("account_id", "=", getattr(cls, name).id)])
            for name in ("own", "free", "foreign")
        }

    def as_user(self, login):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["ar.collect.escalation"].with_user(self.users[login])

    def test_seen(self):
        for login, names in SEEN.items():
            escalations = self.as_user(login)
            expected = {self.asked[name].id for name in names}
            with self.subTest(login):
                self.assertEqual(set(escalations.search([]).ids), expected)
                for name, escalation in self.asked.items():
                    seen = escalations.browse(escalation.id)
                    self.assertEqual(seen.has_access("read"), name in names)

    def test_outsiders(self):
        second = self.other_company()
        outsider = new_test_user(
            self.env,
            "escalation_out",
            groups="ar_collect.group_manager",
            company_id=second.id,
            company_ids=[Command.set(second.ids)],
        )
        found = self.env["ar.collect.escalation"].with_user(outsider).search([])
        self.assertFalse(found & self.asked["own"] + self.asked["free"] + self.asked["foreign"])
        self.assertFalse(
            self.env["ar.collect.escalation.rule"].with_user(outsider).search([]) & self.one_rule
        )
        portal = new_test_user(self.env, "escalation_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["ar.collect.escalation"].with_user(portal).search([])

    def test_nobody_writes(self):
        for login in SEEN:
            with self.subTest(login):
                escalation = self.as_user(login).browse(self.asked["own"].id)
                for values in ({"state": "answered"}, {"user_id": self.users[login].id}):
                    with self.assertRaises(AccessError):
                        escalation.write(values)
                with self.assertRaises(AccessError):
                    escalation.unlink()
                with self.assertRaises(AccessError):
                    escalation.create({"account_id": self.own.id, "user_id": self.sam.id})
                with self.assertRaises(AccessError):
                    escalation.message_post(body="Pay!", partner_ids=self.partner.ids)

    def test_who_answers(self):
        for login, allowed in (
            ("plain", False),
            ("tina", False),
            ("inquiry", False),
            ("colleague", False),
            ("collector", True),
            ("manager", True),
            ("sam", True),
        ):
            with self.subTest(login):
                escalation = self.as_user(login).browse(self.asked["own"].id)
                wizard = self.env["ar.collect.escalation.answer"].with_user(self.users[login])
                if allowed:
                    self.assertTrue(escalation.action_answer())
                    wizard = wizard.create({"escalation_id": escalation.id, "outcome": "talked"})
                    wizard.action_answer()
                    self.assertEqual(self.asked["own"].answered_by_id, self.users[login])
                else:
                    with self.assertRaises(AccessError):
                        escalation.action_answer()
                    with self.assertRaises(AccessError):
                        wizard.create(
                            {"escalation_id": escalation.id, "outcome": "talked"}
                        ).action_answer()

    def test_dialog_tells_nothing(self):
        """Neither what somebody else is asked, nor what was answered, nor whom it is about."""
        secret = self.asked["foreign"]
        self.as_user("tina").browse(secret.id)._answer("talked", "Secret words")
        wizard = self.env["ar.collect.escalation.answer"].with_user(self.users["sam"])
        for values in ({}, {"outcome": "talked"}):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                wizard.create({"escalation_id": secret.id, **values})
            with self.assertRaises(AccessError):
                spec = {name: {} for name in ("outcome", "answer")}
                spec["escalation_id"] = {"fields": {"display_name": {}}}
                wizard.onchange({"escalation_id": secret.id, **values}, [], spec)

    def test_who_takes_back(self):
        for login in ("sam", "tina", "inquiry", "colleague"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(login).browse(self.asked["own"].id).action_withdraw()
        self.as_user("collector").browse(self.asked["own"].id).action_withdraw()

    def test_who_asks(self):
        values = {"account_id": self.own.id, "question": "?"}
        for login in ("sam", "plain", "inquiry", "colleague"):
            account = self.own.sudo(False).with_user(self.users[login])
            ask = self.env["ar.collect.escalation.ask"].with_user(self.users[login])
            with self.subTest(login):
                with self.assertRaises(AccessError):
                    account.action_escalate()
                with self.assertRaises(AccessError):
                    ask.create(
                        {**values, "recipient": "user", "user_id": self.tina.id}
                    ).action_ask()

    def test_account_stays_closed(self):
        """Whoever is asked reads the story, and nothing else of collections."""
        self.sam.group_ids += self.env.ref("base.group_allow_export")
        account = self.own.sudo(False).with_user(self.sam)
        self.assertFalse(account.has_access("read"))
        escalations = self.as_user("sam")
        for domain in (
            [("account_id.amount_balance", ">", 0)],
            [("account_id.note", "ilike", "x")],
            [("rule_id.min_amount", ">", 0)],
        ):
            with self.subTest(domain), self.assertRaises(AccessError):
                escalations.search(domain)
        with self.assertRaises(AccessError):
            escalations.search([]).export_data(["account_id/amount_balance"])
        with self.assertRaises(AccessError):
            escalations.search([]).export_data(["rule_id/min_amount"])
        groups = escalations.formatted_read_group([], ["customer_id"], ["amount:sum"])
        names = {group["customer_id"][1] for group in groups}
        self.assertEqual(names, {"Own Customer", "Free Customer"})
        with self.assertRaises(AccessError):
            escalations.formatted_read_group([], ["account_id.user_id"], ["amount:sum"])
        foreign = escalations.browse(self.asked["foreign"].id)
        with self.assertRaises(AccessError):
            foreign.read(["display_name"])
        self.assertFalse(escalations.name_search("Foreign"))

    def test_task_of_a_salesperson(self):
        """Opens what one may read, and is done by oneself."""
        task = self.tasks(self.asked["own"]).with_user(self.sam)
        action = task.action_open_document()
        self.assertEqual(action["res_model"], "ar.collect.escalation")
        form = self.as_user("sam").browse(action["res_id"])
        view = form.get_view(view_type="form")
        readable = form.fields_get()
        names = [name for name in view["models"]["ar.collect.escalation"] if name in readable]
        names = [name for name in names if name != "rule_id"]
        values = form.read(names)[0]
        self.assertIn("1,200.00", values["story"])
        self.assertTrue(values["can_answer"])

    def test_rules(self):
        for login, allowed in (
            ("plain", ""),
            ("sam", ""),
            ("inquiry", "r"),
            ("collector", "r"),
            ("collector_all", "r"),
            ("manager", "rwcu"),
        ):
            rule = self.one_rule.sudo(False).with_user(self.users[login])
            found = "".join(
                letter
                for letter, name in zip("rwcu", ("read", "write", "create", "unlink"), strict=True)
                if rule.has_access(name)
            )
            self.assertEqual(found, allowed, login)

    def test_rule_counts_what_one_sees(self):
        """A rule's count of customers is about those that the user sees."""
        rule = self.rule(min_amount=2, recipient="manager")
        for login, count in (("collector", 2), ("manager", 3), ("inquiry", 3)):
            seen = rule.sudo(False).with_user(self.users[login])
            self.assertEqual(seen.match_count, count, login)


class TestEscalationQueries(EscalationCase):
    """As many queries for ten times as many customers."""

    FEW, MANY = 3, 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.groups = [
            [cls.debtor(f"{name} {number}", 2000 + number) for number in range(count)]
            for name, count in (("Warm", cls.FEW), ("Few", cls.FEW), ("Many", cls.MANY))
        ]
        for number, account in enumerate(account for group in cls.groups for account in group):
            account.partner_id.user_id = cls.sam
            account.user_id = cls.users["collector"]
            if number % 2:
                cls.env["ar.collect.activity"].sudo().create(  # sudo: see CollectCase
                    {
                        "account_id": account.id,
                        "outcome_id": cls.env.ref("ar_collect.outcome_no_answer").id,
                        "user_id": cls.users["collector"].id,
                        "note": "Only the mailbox",
                    }
                )
        cls.catch_up()

    def count(self, work):
        """How many queries some work takes, with nothing pending and nothing read yet."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def per_group(self, work):
        """See :meth:`count`, for the few and the many; the first group warms up.

        :param work: called with the accounts of a group
        """
        return [self.count(lambda group=group: work(group)) for group in self.groups][1:]

    def ask(self, group):
        """Let a rule ask about a group."""
        accounts = self.accounts.browse([account.id for account in group])
        self.rules.search([]).active = False
        rule = self.rule(domain=f"[('id', 'in', {accounts.ids})]")
        # sudo: see CollectCase
        self.env["ar.collect.refresh.status"].sudo().search([]).escalated_to = False
        self.env.flush_all()
        self.escalations._process_company(self.company)
        self.assertEqual(len(self.asked_about(rule)), len(group))

    def test_ask(self):
        few, many = self.per_group(self.ask)
        self.assertEqual(few, many)

    def follow(self, before):
        """How many queries the run takes after something happened to all of a group."""
        for group in [*self.groups, [self.own]]:  # one stays open all the time
            self.ask(group)

        def work(group):
            before(group)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.escalations._process_company(self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)

        counts = []
        for group in self.groups:
            self.env.invalidate_all()
            work(group)
        return counts[1:]

    def write_past(self, group, account=None, escalation=None):
        """Write into the rows and escalations of a group past all that follows from it."""
        for table, key, values in (
            ("ar_collect_account", "id", account),
            ("ar_collect_escalation", "account_id", escalation),
        ):
            for column, value in (values or {}).items():
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE %s = ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        value,
                        SQL.identifier(key),
                        [row.id for row in group],
                    )
                )

    def test_settle(self):
        few, many = self.follow(lambda group: self.write_past(group, {"amount_overdue": 0}))
        self.assertEqual(few, many)

    def test_pause(self):
        few, many = self.follow(lambda group: self.write_past(group, {"amount_promised": 1}))
        self.assertEqual(few, many)

    def test_resume(self):
        few, many = self.follow(
            lambda group: self.write_past(group, escalation={"state": "paused"})
        )
        self.assertEqual(few, many)

    def test_deadline(self):
        few, many = self.follow(
            lambda group: self.write_past(group, escalation={"date_deadline": self.day(-3)})
        )
        self.assertEqual(few, many)
