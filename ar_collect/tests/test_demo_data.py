# Part of ar_collect. License LGPL-3.
"""The demo company keeps its promises.

The tables and the plan are checked whole. The ledger is checked on the demo company of the database
where there is one; elsewhere on a sample with every special case, because building all of it takes
longer than the rest of the tests together.
"""

from collections import Counter
from datetime import date, timedelta

from odoo import fields
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import SQL

from ..demo import plan as demo_plan
from ..demo.builder import build
from ..demo.plan import make_plan
from ..demo.tables import COMPANIES, NAMESPACE, PAYERS, PEOPLE, TERMS, load_customers

#: Customers with all specials between them, in both companies and three currencies.
SAMPLE = frozenset(
    (
        "bellweather",
        "brightwater",
        "castellan",
        "cobalt",
        "fairholm",
        "foxglove",
        "harlow",
        "ironbark",
        "juniper",
        "kestrel",
        "larchmoor",
        "lavandier",
        "mossgate",
        "peppertree",
        "quillon",
        "rookery",
        "thornbury",
        "vantage",
    )
)
#: Number ranges that countries reserve for fiction, by what comes after the country's code.
FICTIONAL = (
    "+1 ... 555-01",
    "+44 20 7946 0",
    "+44 113 496 0",
    "+44 131 496 0",
    "+44 161 496 0",
    "+49 30 23125 ",
    "+49 40 66969 ",
    "+49 69 90009 ",
    "+49 89 99998 ",
    "+49 221 4710 ",
    "+33 1 99 00 ",
    "+33 4 65 71 ",
    "+46 31 390 06 ",
    "+353 20 91",
    "+61 2 5550 ",
)


def figures(company_key, today):
    """Open amounts of a plan by age, and the customers past due.

    :return: (amount by bucket, set of customer keys)
    """
    plan = make_plan(company_key, today)
    paid = Counter()
    for payment in plan.payments:
        for item in payment.items:
            paid[item] += 0 if payment.bounced else payment.share
    credited = {credit.invoice for credit in plan.credits if credit.share == 1}
    buckets, overdue = Counter(), set()
    for invoice in plan.invoices:
        for part, (percent, _days) in enumerate(TERMS[invoice.terms].parts):
            amount = invoice.net * percent / 100 * max(0, 1 - paid[invoice.key, part])
            if invoice.draft or invoice.key in credited or amount < 0.01:
                continue
            age = (today - invoice.due_dates[part]).days
            buckets["not_due" if age <= 0 else min((age - 1) // 30, 3)] += amount
            if age > 0:
                overdue.add(invoice.customer)
    return buckets, overdue


def is_fictional(number):
    """Whether a number lies in a range for fiction; the area code of +1 is free."""
    if number.startswith("+1 "):
        number = f"+1 ... {number[7:]}"
    return number.startswith(FICTIONAL)


@tagged("post_install", "-at_install")
class TestDemoPlan(BaseCase):
    def test_tables(self):
        customers = load_customers()
        by_company = Counter(key for line in customers for key in line.companies())
        self.assertEqual(by_company, {"main": 45, "second": 16})
        self.assertEqual({line.payer for line in customers}, set(PAYERS))
        self.assertEqual(set(demo_plan.PAY_RULES), set(PAYERS))
        self.assertEqual(len({line.key for line in customers}), len(customers))
        self.assertEqual(len({line.name for line in customers}), len(customers))
        self.assertLessEqual({line.terms for line in customers}, set(TERMS))
        logins = {person.login for person in PEOPLE} | {""}
        self.assertLessEqual({line.collector for line in customers}, logins)
        share = sum(1 for line in customers if line.collector) / len(customers)
        self.assertTrue(0.6 < share < 0.8, share)

    def test_phones_are_fictional(self):
        for line in [*load_customers(), *COMPANIES.values()]:
            if line.phone:
                self.assertTrue(is_fictional(line.phone), f"{line.name}: {line.phone}")

    def test_sample_has_every_special(self):
        customers = load_customers()
        specials = {special for line in customers for special in line.specials}
        sample = {s for line in customers if line.key in SAMPLE for s in line.specials}
        self.assertEqual(specials - sample, {"fresh", "limit"})

    def test_same_day_same_plan(self):
        day = date(2026, 3, 17)
        self.assertEqual(make_plan("main", day), make_plan("main", day))
        self.assertNotEqual(make_plan("main", day), make_plan("main", day + timedelta(days=1)))

    def test_nothing_in_the_future(self):
        day = date(2026, 3, 1)  # a Sunday
        for key in COMPANIES:
            for documents in make_plan(key, day):
                self.assertLessEqual(max((item.date for item in documents), default=day), day)

    def test_instalments_add_up(self):
        for term in TERMS.values():
            self.assertAlmostEqual(sum(percent for percent, _days in term.parts), 100)

    def test_any_day_looks_like_a_company(self):
        """The shape of the open items does not depend on the day the demo is made."""
        for days in range(0, 366, 13):
            today = date(2026, 1, 1) + timedelta(days=days)
            with self.subTest(today=today):
                buckets, overdue = figures("main", today)
                late = sum(amount for bucket, amount in buckets.items() if bucket != "not_due")
                self.assertTrue(0.25 < late / buckets.total() < 0.35, late / buckets.total())
                self.assertTrue(28 <= len(overdue) <= 35, len(overdue))
                for bucket in ("not_due", 0, 1, 2, 3):
                    self.assertGreater(buckets[bucket] / buckets.total(), 0.02)


@tagged("post_install", "-at_install")
class TestDemoLedger(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = bool(cls.env.ref(f"{NAMESPACE}.company_main", raise_if_not_found=False))
        if not cls.whole:
            cls.mails = cls.env["mail.mail"].search_count([])
            build(cls.env(su=True), SAMPLE)
        cls.main = cls.demo("company_main")
        cls.second = cls.demo("company_second")
        cls.companies = cls.main | cls.second

    @classmethod
    def demo(cls, key):
        return cls.env.ref(f"{NAMESPACE}.{key}")

    def moves(self, key, *domain):
        partner = self.demo(f"partner_{key}")
        return self.env["account.move"].search(
            [("commercial_partner_id", "=", partner.id), ("state", "=", "posted"), *domain]
        )

    def open_lines(self, key, *domain):
        return self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.demo(f"partner_{key}").id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                *domain,
            ],
            order="date_maturity, id",
        )

    def account(self, key, company=None):
        return self.env["ar.collect.account"].search(
            [
                ("partner_id", "=", self.demo(f"partner_{key}").id),
                ("company_id", "=", (company or self.main).id),
            ]
        )

    def test_built_once(self):
        self.assertFalse(self.env["ar.collect.demo"]._build())

    def test_no_mail(self):
        if self.whole:
            self.skipTest("mails of a running demo company say nothing about its making")
        self.assertEqual(self.env["mail.mail"].search_count([]), self.mails)

    def test_companies(self):
        self.assertEqual(self.main.currency_id.name, "USD")
        self.assertEqual(self.second.currency_id.name, "EUR")
        self.assertEqual(self.second.partner_id.tz, "Europe/Berlin")
        self.assertEqual(self.second.account_fiscal_country_id.code, "DE")
        domain = [("company_id", "=", self.main.id), ("move_type", "=", "out_invoice")]
        currencies = self.env["account.move"].search(domain).currency_id
        self.assertLessEqual({"USD", "EUR", "GBP"}, set(currencies.mapped("name")))
        taxes = self.env["account.move.line"].search(
            [("company_id", "=", self.second.id), ("tax_line_id", "!=", False)]
        )
        self.assertEqual(bool(taxes), self.whole)  # nobody of the sample buys inside Germany

    def test_exchange_differences(self):
        partials = self.env["account.partial.reconcile"].search(
            [("company_id", "=", self.main.id), ("exchange_move_id", "!=", False)]
        )
        self.assertTrue(partials)

    def test_logins(self):
        for login in ("collections.manager", "collector", "collector2", "salesperson", "customer"):
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertEqual(len(user), 1, login)
            credential = {"type": "password", "login": login, "password": login}
            self.assertEqual(
                user.with_user(user)._check_credentials(credential, {"interactive": True})["uid"],
                user.id,
            )
        manager = self.demo("user_collections_manager")
        self.assertLessEqual(self.companies, manager.company_ids)
        self.assertTrue(manager.has_group("ar_collect.group_manager"))
        self.assertTrue(self.demo("user_collector").has_group("ar_collect.group_collector"))
        for login in ("collector", "collector2"):
            user = self.demo(f"user_{login}")
            self.assertFalse(user.has_group("account.group_account_invoice"))

    def test_portal_customer(self):
        user = self.demo("user_customer")
        self.assertTrue(user._is_portal())
        self.assertEqual(user.partner_id.parent_id, self.demo("partner_brightwater"))
        self.assertGreaterEqual(self.account("brightwater").overdue_count, 2)

    def test_ledger_equals_accounts(self):
        """Every collection account of the two companies, to the cent."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, line.company_id, SUM(line.amount_residual)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.company_id IN %s
              GROUP BY partner.commercial_partner_id, line.company_id
                """,
                tuple(self.companies.ids),
            )
        )
        ledger = {(partner, company): balance for partner, company, balance in rows}
        accounts = self.env["ar.collect.account"].search([("company_id", "in", self.companies.ids)])
        self.assertLessEqual(
            set(ledger), {(account.partner_id.id, account.company_id.id) for account in accounts}
        )
        for account in accounts:
            balance = ledger.get((account.partner_id.id, account.company_id.id), 0)
            self.assertEqual(
                account.currency_id.compare_amounts(account.amount_balance, balance), 0
            )
        self.assertGreater(sum(accounts.mapped("amount_balance")), 10_000)

    def test_partial_payment(self):
        item = self.open_lines("brightwater")[0]
        self.assertEqual(item.move_id.payment_state, "partial")
        self.assertAlmostEqual(item.amount_residual, 0.6 * item.balance, places=1)

    def test_instalments_half_paid(self):
        moves = self.moves("vantage", ("payment_state", "=", "partial"))
        halves = moves.line_ids.filtered(
            lambda line: line.matched_credit_ids and not line.reconciled
        )
        self.assertEqual(len(halves), 1)
        self.assertAlmostEqual(halves.amount_residual, halves.balance / 2, places=1)
        self.assertTrue(any(len(self._instalments(move)) == 2 for move in moves))

    def _instalments(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def test_credit_larger_than_debt(self):
        account = self.account("juniper")
        self.assertLess(account.amount_balance, 0)
        self.assertGreater(account.amount_not_due, 0)
        self.assertFalse(account.amount_chasable)

    def test_reversed_invoice(self):
        moves = self.moves("fairholm", ("payment_state", "=", "reversed"))
        credit_notes = self.moves("fairholm", ("move_type", "=", "out_refund"))
        self.assertEqual(moves, credit_notes.reversed_entry_id)
        self.assertEqual(len(moves), 1)

    def test_credit_note_on_one_invoice(self):
        credit_note = self.moves("foxglove", ("move_type", "=", "out_refund"))
        self.assertAlmostEqual(
            credit_note.amount_total, credit_note.reversed_entry_id.amount_total / 4, places=0
        )
        self.assertFalse(credit_note.amount_residual)

    def test_money_nobody_matched(self):
        on_account = self.open_lines("mossgate", ("amount_residual", "<", 0))
        self.assertEqual(on_account.mapped("amount_residual"), [-600.0])
        self.assertEqual(len(on_account.move_id.origin_payment_id), 1)
        overpaid = self.open_lines("larchmoor", ("amount_residual", "<", 0))
        self.assertEqual(len(overpaid), 1)
        self.assertTrue(overpaid.matched_debit_ids)

    def test_bounced_payment(self):
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.demo("partner_cobalt").id), ("state", "=", "canceled")]
        )
        self.assertEqual(len(payments), 1)
        self.assertIn(payments.amount, self.open_lines("cobalt").mapped("amount_residual"))

    def test_opening_balance_is_excluded(self):
        item = self.open_lines("ironbark", ("move_id.move_type", "=", "entry"))
        self.assertEqual(item.journal_id.type, "general")
        self.assertTrue(item.no_followup)
        account = self.account("ironbark")
        self.assertLess(account.amount_chasable, account.amount_overdue)

    def test_odd_invoices(self):
        self.assertTrue(self.moves("bellweather", ("amount_total", "=", 0)))
        draft = self.env["account.move"].search(
            [("partner_id", "=", self.demo("partner_thornbury").id), ("state", "=", "draft")]
        )
        self.assertEqual(len(draft), 1)
        archived = self.demo("partner_quillon")
        self.assertFalse(archived.active)
        self.assertEqual(len(self.open_lines("quillon")), 1)

    def test_due_today_is_not_overdue(self):
        if self.whole:
            self.skipTest("the demo company was made on another day")
        today = fields.Date.context_today(self.env.user.with_context(tz="America/New_York"))
        self.assertIn(today, self.open_lines("peppertree").mapped("date_maturity"))
        self.assertFalse(self.account("peppertree").amount_overdue)

    def test_invoices_to_addresses_of_a_group(self):
        partners = self.moves("harlow", ("move_type", "=", "out_invoice")).partner_id
        children = self.demo("partner_harlow").child_ids
        self.assertEqual(len(partners & children), 3)
        self.assertFalse(
            self.env["ar.collect.account"].search([("partner_id", "in", children.ids)])
        )

    def test_in_both_companies(self):
        for company in self.companies:
            self.assertTrue(self.account("castellan", company).paid_count)

    def test_company_values(self):
        partner = self.demo("partner_quillon").with_company(self.main)
        self.assertEqual(partner.trust, "bad")
        partner = self.demo("partner_harlow").with_company(self.main)
        self.assertEqual(partner.credit_limit, 400_000)
        self.assertEqual(partner.with_company(self.second).trust, "normal")

    def test_worklist(self):
        collector = self.demo("user_collector")
        accounts = self.env["ar.collect.account"].search(
            [("user_id", "=", collector.id), ("next_action_date", "!=", False)]
        )
        self.assertGreaterEqual(len(accounts), 4)
        self.assertTrue(all(account.next_action for account in accounts))
        self.assertTrue(accounts.activity_ids.filtered(lambda plan: plan.user_id == collector))
        days = set(accounts.mapped("next_action_date"))
        self.assertLess(min(days), max(days))
        messages = self.account("kestrel").message_ids
        self.assertIn(collector.partner_id, messages.author_id)

    def test_performance(self):
        pages = self.env["ar.collect.coaching"].with_user(self.demo("user_collector"))
        page = pages.with_company(self.demo("company_main")).get_page(months=3)
        self.assertEqual(page["team"], "Collections")
        self.assertTrue(page["targets"] and page["notes"] and page["gaps"])
        attempts = next(row for row in page["metrics"] if row["code"] == "attempts")
        self.assertTrue(attempts["values"][1] and attempts["targets"][-1])
        self.assertIsNotNone(attempts["medians"][1])

    def test_colleagues(self):
        """One waits for an answer, one has it; credit was decided, and is to be decided."""
        company = self.demo("company_main")
        states = self.env["ar.collect.escalation"].search([]).mapped("state")
        self.assertEqual(sorted(states), ["answered", "open"])
        reviews = self.env["ar.collect.credit.review"].search([])
        self.assertEqual(set(reviews.mapped("state")), {"draft", "decided"})
        self.assertTrue(all(review.account_id.company_id == company for review in reviews))
        self.assertTrue(reviews.account_id.filtered("risk_class"))
        hint = self.env["ar.collect.contact.hint"].search([])
        self.assertEqual((hint.kind, hint.state), ("left", "open"))

    def test_promises(self):
        """Some were kept and some not, as the ledger says, and some are for the days to come."""
        promises = self.env["ar.collect.promise"].search([("company_id", "in", self.companies.ids)])
        states = set(promises.mapped("state"))
        self.assertGreaterEqual(
            states, {"open", "kept", "broken"} if self.whole else {"open", "kept"}
        )
        self.assertFalse(promises._judge())
        if self.whole:
            plans = self.env["ar.collect.payment.plan"].search([])
            self.assertIn("active", plans.mapped("state"))

    def test_size(self):
        customers, chased, documents = (45, 25, 1000) if self.whole else (12, 5, 100)
        accounts = self.env["ar.collect.account"].search([("company_id", "=", self.main.id)])
        self.assertGreaterEqual(len(accounts), customers)
        to_chase = accounts.filtered(lambda account: account.amount_chasable > 0)
        self.assertGreaterEqual(len(to_chase), chased)
        self.assertGreater(len(accounts), len(to_chase))
        moves = self.env["account.move"].search_count(
            [("company_id", "in", self.companies.ids), ("move_type", "!=", "entry")]
        )
        payments = self.env["account.payment"].search_count(
            [("company_id", "in", self.companies.ids)]
        )
        self.assertTrue(documents <= moves + payments <= 1300, moves + payments)
