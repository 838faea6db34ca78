# Part of ar_collect. License LGPL-3.
"""Who collects from whom: bulk assignment, taking over, handing over."""

from psycopg2.errors import NotNullViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .worklist_common import WorklistCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestAssign(WorklistCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.colleague = cls.users["collector"], cls.users["colleague"]

    def wizard(self, **values):
        wizards = self.seen_by("manager", self.env["ar.collect.assign"])
        values.setdefault("only_unassigned", False)
        return wizards.create({"company_id": self.company.id, **values})

    def found(self, **values):
        """Names of the customers that a rule describes, among those of this test."""
        wizard = self.wizard(**values)
        found = wizard.env["ar.collect.account"].search(wizard._get_domain())
        return set(found.partner_id.mapped("name"))

    def test_rule_without_conditions_takes_the_unassigned(self):
        self.assertEqual(self.found(only_unassigned=True), {"Free Customer"})

    def test_rule_by_country(self):
        self.own.partner_id.country_id = self.env.ref("base.be")
        self.assertEqual(
            self.found(country_ids=[Command.link(self.env.ref("base.be").id)]), {"Own Customer"}
        )

    def test_rule_by_salesperson(self):
        self.free.partner_id.user_id = self.collector
        self.assertEqual(
            self.found(salesperson_ids=[Command.link(self.collector.id)]), {"Free Customer"}
        )

    def test_rule_by_name(self):
        for name in ("eclair", "Élan", "Fz", "G"):
            self.debtor(name, 10)
        self.assertEqual(self.found(name_from="e", name_to="E"), {"eclair", "Élan"})
        self.assertEqual(
            self.found(name_to="f"), {"eclair", "Élan", "Fz", "Free Customer", "Foreign Customer"}
        )
        self.assertEqual(
            self.found(name_from="Fr", name_to="Own"), {"Free Customer", "Fz", "G", "Own Customer"}
        )

    def test_rule_by_amount(self):
        self.assertEqual(self.found(amount_from=800, amount_to=1199.99), {"Free Customer"})

    def test_preview(self):
        wizard = self.wizard(amount_from=501)
        self.assertEqual(wizard.account_count, 2)
        self.assertEqual(wizard.preview, "2 customers, $\xa02,000.00 to chase")

    def test_assign_to_one(self):
        wizard = self.wizard(only_unassigned=True, user_ids=[Command.link(self.colleague.id)])
        wizard.action_assign()
        self.assertEqual(self.free.user_id, self.colleague)
        self.assertEqual(self.own.user_id, self.collector)
        self.assertEqual(self.free.acting_user_id, self.colleague)

    def test_assign_evenly(self):
        accounts = self.own | self.free | self.foreign
        for number in range(3):
            accounts |= self.debtor(f"More {number}", 100 * number + 50)
        users = self.collector | self.colleague
        self.wizard(
            scope="selected",
            account_ids=[Command.set(accounts.ids)],
            user_ids=[Command.set(users.ids)],
        ).action_assign()
        shares = accounts.grouped("user_id")
        self.assertEqual([len(shares[user]) for user in users], [3, 3])
        # the largest first, back and forth: 1200 and 250 and 150 against 800 and 500 and 50
        sums = [sum(shares[user].mapped("amount_chasable")) for user in users]
        self.assertEqual(sums, [1600, 1350])

    def test_remove_the_collector(self):
        self.wizard(
            scope="selected", account_ids=[Command.set(self.own.ids)], clear=True
        ).action_assign()
        self.assertFalse(self.own.user_id)

    def test_chatter_names_the_former_collector(self):
        self.wizard(
            scope="selected",
            account_ids=[Command.set(self.own.ids)],
            user_ids=[Command.link(self.colleague.id)],
        ).action_assign()
        message = self.own.message_ids[:1]
        self.assertIn("Collector → Colleague", message.body)
        self.assertEqual(message.author_id, self.users["manager"].partner_id)
        self.assertIn(self.colleague.partner_id, self.own.message_partner_ids)

    def test_never_of_another_company(self):
        other = self.other_company()
        partner = self.customer("Elsewhere")
        self.invoice(partner, 5000, company=other)
        self.catch_up()
        elsewhere = self.account(partner, other)
        self.assertNotIn("Elsewhere", self.found())
        wizard = self.wizard(
            scope="selected",
            account_ids=[Command.set(self.free.ids)],
            user_ids=[Command.link(self.colleague.id)],
        )
        # sudo: record rules aside, the wizard itself keeps to the companies worked in
        wizard = wizard.sudo()
        wizard.account_ids = elsewhere | self.free
        wizard.action_assign()
        self.assertEqual(self.free.user_id, self.colleague)
        self.assertFalse(elsewhere.user_id)

    def test_nothing_to_assign_says_so(self):
        with self.assertRaisesRegex(UserError, "No customer matches"):
            self.wizard(
                amount_from=10**9, user_ids=[Command.link(self.colleague.id)]
            ).action_assign()
        with self.assertRaisesRegex(UserError, "at least one collector"):
            self.wizard().action_assign()

    def test_form(self):
        wizards = self.seen_by("manager", self.env["ar.collect.assign"])
        with Form(wizards.with_context(default_account_ids=self.own.ids)) as form:
            self.assertEqual(form.scope, "selected")
            form.user_ids.add(self.colleague)
            self.assertIn("1 customer, ", form.preview)
        form.record.action_assign()
        self.assertEqual(self.own.user_id, self.colleague)

    def test_only_managers(self):
        for login in ("inquiry", "collector", "collector_all"):
            with self.subTest(role=login), self.assertRaises(AccessError):
                self.seen_by(login, self.env["ar.collect.assign"]).create({})

    def test_cost_does_not_grow(self):
        small = self.own
        large = self.own | self.free | self.foreign
        for number in range(5):
            large |= self.debtor(f"More {number}", 100)
        counts = []
        for accounts in (small, small, large):
            accounts.user_id = False
            wizard = self.wizard(
                scope="selected",
                account_ids=[Command.set(accounts.ids)],
                user_ids=[Command.link(self.colleague.id)],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_assign()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 2)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestHandOver(WorklistCase):
    def wizard(self, login="collector", accounts=None, **values):
        wizards = self.seen_by(login, self.env["ar.collect.hand.over"])
        if accounts is not None:
            wizards = wizards.with_context(default_account_ids=accounts.ids)
        return wizards.create(
            {"user_id": self.users["colleague"].id, "reason": "Speaks their language", **values}
        )

    def test_take_over_an_unassigned_customer(self):
        self.seen_by("collector", self.free).action_assign_to_me()
        self.assertEqual(self.free.user_id, self.users["collector"])

    def test_do_not_take_over_of_others(self):
        with self.assertRaisesRegex(UserError, "already is with Colleague"):
            self.seen_by("collector_all", self.foreign).action_assign_to_me()
        with self.assertRaises(AccessError):
            self.seen_by("collector_all", self.foreign).user_id = self.users["collector_all"]

    def test_do_not_give_away_what_is_nobodys(self):
        with self.assertRaises(AccessError):
            self.seen_by("collector", self.free).user_id = self.users["colleague"]

    def test_hand_over_one_with_the_reason(self):
        self.wizard(accounts=self.own).action_hand_over()
        self.assertEqual(self.own.user_id, self.users["colleague"])
        message = self.own.message_ids[:1]
        self.assertIn("Speaks their language", message.body)
        self.assertEqual(message.author_id, self.users["collector"].partner_id)

    def test_hand_over_all(self):
        more = self.debtor("More", 10, user_id=self.users["collector"].id)
        wizard = self.wizard()
        self.assertEqual(set(wizard.account_ids.ids), set((self.own | more).ids))
        wizard.action_hand_over()
        self.assertEqual((self.own | more).user_id, self.users["colleague"])

    def test_hand_over_only_own(self):
        wizard = self.wizard("collector_all", accounts=self.own)
        with self.assertRaises(AccessError):
            wizard.action_hand_over()
        self.assertEqual(self.own.user_id, self.users["collector"])

    def test_markup_in_a_reason_is_text(self):
        self.wizard(accounts=self.own, reason="<b>bold</b>").action_hand_over()
        self.assertIn("&lt;b&gt;", str(self.own.message_ids[:1].body))

    @mute_logger("odoo.sql_db")
    def test_reason_is_needed(self):
        with self.assertRaises(NotNullViolation), self.env.cr.savepoint():
            self.wizard(accounts=self.own, reason=False)
