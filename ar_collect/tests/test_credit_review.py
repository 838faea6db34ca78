# Part of ar_collect. License LGPL-3.
"""Credit reviews: their figures, what is proposed and decided, and by whom."""

import random

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from odoo.addons.ar_collect.models.credit_query import CreditQuery
from odoo.addons.ar_collect.models.refresh_scope import RefreshScope
from odoo.addons.ar_collect.tools.credit_review import round_down

from . import credit_oracle
from .credit_common import CreditReviewCase


class TestCreditReview(CreditReviewCase):
    # --- figures

    def assert_figures(self, review, **expected):
        found = {name: review[name] for name in expected}
        found = {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}
        self.assertEqual(found, expected)

    def test_by_hand(self):
        self.paid(self.partner, 100, -60, -30, -20)  # 10 days late now, paid after 40
        self.paid(self.partner, 300, -200, -170, -150)  # 20 before, after 50
        self.paid(self.partner, 100, -440, -410, -400)  # 10 before, more than a year ago
        self.paid(self.partner, 100, -700, -600, -456)  # long ago
        self.credit_note(self.partner, 50)
        self.partner.with_company(self.company).sudo().credit_limit = 2900  # sudo: accounting's
        review = self.review()
        self.assert_figures(
            review,
            date=self.today,
            amount_balance=1450,
            amount_overdue=1500,
            overdue_share=1,
            oldest_days=41,
            amount_exposure=1450,
            amount_limit=2900,
            limit_use=50,
            late_now=18.6667,  # 10, and 41 and 5 of what is open
            late_now_count=3,
            late_before=15,
            late_before_count=2,
            trend="unknown",
            days_to_pay=47.5,
            amount_sales=1850,
            last_payment_date=self.day(-20),
            last_payment_amount=100,
            proposed_class="C",  # 2 late, 3 overdue, 1 oldest
            proposed_limit=190,  # 1850 * 47.5 / 365 * 0.8
            decided_class="C",
            decided_limit=190,
        )
        self.assertIn("+3  100% of what is open is past due", review.risk_text)
        self.assertIn("1,850.00", review.limit_text)
        self.assertIn("1,450.00", review.warning)

    def test_trend(self):
        for number in range(3):
            self.paid(self.partner, 100, -250, -220, -220 + number)
            self.paid(self.partner, 100, -80, -50, -20 - number)
        review = self.review()
        self.assert_figures(review, trend="worse", late_before=1, late_now=26.6)
        self.assertIn("days later than the year before", review.risk_text)

    def test_trend_where_it_does_not_matter(self):
        """Without days in the settings, a day more is not worse yet."""
        self.company.collect_review_days = 0
        for number in range(3):
            self.paid(self.partner, 100, -250 - number, -220, -200)
            self.paid(self.partner, 100, -80 - number, -50, -35)
        self.assert_figures(self.review(), trend="same", late_before=20, late_now=18.2)

    def test_over_time_without_unknown_days(self):
        """Where nothing was paid, there is no point at zero; the list of all has them."""
        young = self.customer("Young")
        self.invoice(young, 100, due=5)
        self.catch_up()
        unknown = self.review(self.account(young), "manager")
        known = self.review()
        for review, points in ((unknown, self.reviews), (known, known)):
            account = self.seen_by("manager", review.account_id)
            trend, everything = account.action_open_trend(), account.action_open_reviews()
            self.assertEqual(self.reviews.search(trend["domain"]), points)
            self.assertEqual(self.reviews.search(everything["domain"]), review)

    def test_who_stops_paying_gets_worse(self):
        for day in (-200, -190, -180):
            self.paid(self.partner, 100, day - 30, day, day)
        self.invoice(self.partner, 70, due=-60)
        self.assert_figures(self.review(), trend="worse", late_now_count=3)

    def points(self):
        """Those of the own customer, as of now."""
        self.catch_up()
        values = self.own._get_review_values()[self.own.id]
        return sum(reason["points"] for reason in values["reasons"])

    def test_points_never_fall_while_nothing_happens(self):
        """Who stops paying does not look better because it is long ago."""
        for day in (-200, -190, -180):
            self.paid(self.partner, 100, day - 30, day, day)
        self.invoice(self.partner, 70, due=-1)
        last = self.points()
        for days in (30, 48, 50, 60, 84, 86, 89, 91, 120, 200):
            with freeze_time(f"{self.day(days)} 12:00:00"):
                points = self.points()
            self.assertGreaterEqual(points, last, f"after {days} days")
            last = points
        self.assertGreaterEqual(last, 10)

    def test_what_is_very_old_counts_as_a_year(self):
        self.invoice(self.partner, 10, due=-3000, on=-3030)
        self.assert_figures(self.review(), late_now=(365 + 41 + 5) / 3, late_now_count=3)

    def test_update_forgets_disputes_that_are_gone(self):
        dispute = self.dispute({self.old: 400})
        review = self.review()
        self.assertEqual(review.dispute_count, 1)
        dispute.date_opened = self.day(-365)
        self.seen_by("collector", review).action_update()
        self.assert_figures(
            review, dispute_count=0, amount_disputed=0, amount_disputed_ours=0, dispute_share=0
        )

    def test_disputed_is_not_held_against_them_as_overdue(self):
        self.dispute({self.old: None})
        review = self.review()
        self.assert_figures(review, amount_overdue=1500, overdue_share=0.2)
        self.assertIn("+1  20% of what is open is past due", review.risk_text)
        self.new.no_followup = True
        self.seen_by("collector", review).action_update()
        self.assertEqual(review.overdue_share, 0)

    def test_disputes_are_held_against_them_once_decided(self):
        causes = self.env["ar.collect.dispute.root.cause"].sudo()  # sudo: see CollectCase
        for is_ours, theirs in ((False, 400), (True, 0)):
            dispute = self.dispute({self.old: 400})
            dispute.root_cause_id = causes.search([("is_ours", "=", is_ours)], limit=1)
            review = self.review()
            self.assert_figures(review, amount_disputed=400, amount_disputed_theirs=0)
            self.assertNotIn("contested", review.risk_text)
            dispute._resolve("rejected")
            self.catch_up()
            self.seen_by("collector", review).action_update()
            self.assert_figures(review, amount_disputed=400, amount_disputed_theirs=theirs)
            self.assertEqual("27% of the sales contested" in review.risk_text, not is_ours)
            self.seen_by("collector", review).action_discard()
            dispute.date_opened = self.day(-365)

    def test_written_off(self):
        """Neither money, nor a credit note, nor an exchange difference; what came long ago is past."""
        long_ago = self.invoice(self.partner, 900, due=-420, on=-450)
        for move, on in ((self.old.move_id, 0), (long_ago, -366)):
            entry = self.opening(self.partner, -90, due=on)
            (self.items(move) + self.items(entry)).reconcile()
        credit = self.credit_note(self.partner, 30)
        (self.old + self.items(credit)).reconcile()
        self.payment(self.partner, 50, self.old.move_id)
        review = self.review()
        self.assert_figures(review, amount_written_off=90, amount_sales=1470, sales_days=365)
        self.assertIn("+3  6% of the sales written off", review.risk_text)
        self.assertIn("1,380.00 of sales", review.limit_text)
        for login in ("inquiry", "collector", "manager"):
            action = self.seen_by(login, review).action_open_written_off()
            found = self.seen_by(login, self.env[action["res_model"]]).search(action["domain"])
            self.assertEqual(found, self.old, login)

    def test_young_customer(self):
        """Sales are those of the days since the first invoice, not of a year."""
        for on, days in ((-99, 100), (-20, 30)):
            young = self.customer("Young")
            self.invoice(young, 1000, due=10, on=on)
            self.invoice(young, 1000, due=10, on=-1)
            self.catch_up()
            review = self.review(self.account(young), "manager")
            self.assert_figures(review, amount_sales=2000, sales_days=days, proposed_class="B")
            self.assertEqual(review.proposed_limit, round_down(2000 / days * 30 * 1.2))
            self.assertIn(f"{days} days", review.limit_text)

    def test_seldom_is_not_young(self):
        seldom = self.customer("Seldom")
        self.invoice(seldom, 1000, due=-600, on=-630)
        self.invoice(seldom, 1000, due=10, on=-1)
        self.catch_up()
        review = self.review(self.account(seldom), "manager")
        self.assert_figures(review, amount_sales=1000, sales_days=365)

    def test_no_limit_for_who_is_risky(self):
        """0 is no limit at all: also when it is proposed, it needs a reason."""
        risky = self.customer("Risky")
        self.invoice(risky, 1000, due=-380, on=-400)
        self.catch_up()
        review = self.review(self.account(risky), "manager")
        self.assert_figures(review, proposed_class="D", proposed_limit=0)
        self.assertIn("without end", review.warning)
        with self.assertRaisesRegex(UserError, "note why"), self.env.cr.savepoint():
            self.decide(review)
        self.decide(review, note="Pays in advance")
        self.company.account_use_credit_limit = False
        again = self.review(review.account_id, "manager")
        self.assertFalse(again.warning)
        self.decide(again)

    def test_claims(self):
        dispute = self.dispute({self.old: 400})
        self.dispute({self.new: 100})
        causes = self.env["ar.collect.dispute.root.cause"].sudo()  # sudo: see CollectCase
        dispute.root_cause_id = causes.search([("is_ours", "=", True)], limit=1)
        old = self.dispute({self.new: 10})
        old.date_opened = self.day(-365)
        extra = self.invoice(self.partner, 200, due=-45)
        with freeze_time("2026-02-04 12:00:00"):
            self.promise(amount=100, date_promised=self.day(-20))
            kept = self.promise(self.items(extra), date_promised=self.day(-20))
        self.payment(self.partner, 200, extra, on=-25)
        review = self.review()
        self.assertEqual(kept.state, "kept")
        self.assert_figures(
            review,
            dispute_count=2,
            amount_disputed=500,
            amount_disputed_ours=400,
            dispute_share=round(500 / 1700, 4),
            promise_count=2,
            promise_kept_rate=0.5,
            promise_broken_count=1,
        )
        self.assertIn("Promises broken in 12 months: 1", review.risk_text)
        self.assertNotIn("contested", review.risk_text, "nobody has decided them yet")

    def test_any_ledger(self):
        """The same as plain Python comes to, whatever was booked."""
        dice = random.Random(11)
        partners = [self.partner, self.free.partner_id, self.customer("Third")]
        contact = self.env["res.partner"].create({"name": "C", "parent_id": partners[2].id})
        second = self.other_company()
        self.invoice(partners[2], 5000, due=-20, company=second)
        moves = []
        for partner in [*partners, contact]:
            for _number in range(9):
                on = dice.randrange(-520, 0)
                kind = "out_refund" if dice.random() < 0.15 else "out_invoice"
                due = on + dice.choice((0, 14, 30))
                move = self.invoice(
                    partner, dice.randrange(10, 999), due=due, on=on, move_type=kind
                )
                moves.append(move)
                if kind == "out_invoice" and dice.random() < 0.7:
                    share = dice.choice((1, 1, 1, 0.5))
                    paid = min(dice.randrange(on, on + 90), 0)
                    self.payment(partner, move.amount_total * share, move, on=paid)
        for move in dice.sample(moves, 4):
            lines = move.line_ids
            lines.filtered(lambda line: line.account_type == "asset_receivable").no_followup = True
        self.opening(partners[0], 60, due=-12)
        for move in moves[:6]:
            item = self.items(move)
            if item.amount_residual > 9:
                (item + self.items(self.opening(partners[0], -9))).reconcile()
        self.dispute({self.old: 100})
        self.catch_up()
        accounts = self.accounts.search([("partner_id", "in", [p.id for p in partners])])
        self.assertEqual(len(accounts), 4)
        scope = RefreshScope(accounts.company_id, accounts.partner_id.ids)
        ledger = self.env.execute_query_dict(CreditQuery(scope).get_figures(accounts.ids))
        late = 0
        for row in ledger:
            account = accounts.browse(row["id"])
            expected = credit_oracle.figures(
                self.env, account.partner_id, account.company_id, self.today
            )
            late += expected["late_before_count"]
            for name, value in expected.items():
                with self.subTest(name, account=account.display_name):
                    self.assertAlmostEqual(row[name], value, 6)
        self.assertGreater(late, 5, "enough to tell")

    def test_as_many_queries_for_many(self):
        counts = []
        for number in (2, 2, 20):
            partners = self.env["res.partner"].create([{"name": "P"} for _index in range(number)])
            for partner in partners:
                self.paid(partner, 50, -50, -40, -30)
                self.invoice(partner, 50, due=-40)
            self.catch_up()
            accounts = self.accounts.search([("partner_id", "in", partners.ids)])
            accounts = self.seen_by("manager", accounts)
            before = self.env.cr.sql_log_count
            drafts = accounts.env["ar.collect.credit.review"]._make(accounts)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(drafts), number)
        self.assertEqual(*counts[1:])

    # --- what is behind them

    def test_figures_open_their_records(self):
        paid = self.paid(self.partner, 100, -60, -30, -20)
        before = self.paid(self.partner, 300, -200, -170, -150)
        dispute = self.dispute({self.old: 400})
        self.credit_note(self.partner, 50)
        review = self.review()
        for login in ("inquiry", "collector", "manager"):
            seen = self.seen_by(login, review)

            def found(action, seen=seen):
                return seen.env[action["res_model"]].search(action["domain"])

            sales = found(seen.action_open_sales())
            self.assertEqual(sum(sales.mapped("balance")), review.amount_sales)
            self.assertEqual(found(seen.action_open_paid_now()).move_id, paid)
            self.assertEqual(found(seen.action_open_paid_before()).move_id, before)
            self.assertEqual(found(seen.action_open_disputes()), dispute)
            balance = sum(found(seen.action_open_balance()).mapped("amount_residual"))
            self.assertEqual(balance, review.amount_balance)
            overdue = sum(found(seen.action_open_overdue()).mapped("amount_residual"))
            self.assertEqual(overdue, review.amount_overdue)
            self.assertFalse(found(seen.action_open_promises()))
            self.assertIn(review, found(seen.action_open_reviews()))

    # --- decided

    def test_decide(self):
        second = self.other_company()
        review = self.review()
        self.decide(review, decided_limit=700, decided_class="B", note="Their parent pays")
        self.assertEqual((review.state, self.own.risk_class), ("decided", "B"))
        self.assertEqual((self.limit(), self.limit(company=second)), (700, 0))
        self.assertEqual(review.decided_by_id, self.users["manager"])
        log = self.own.message_ids[:1]
        self.assertIn("Their parent pays", log.body)
        self.assertIn("700.00", log.body)
        self.assertEqual(log.author_id, self.users["manager"].partner_id)
        with self.assertRaisesRegex(UserError, "decided by now"):
            self.decide(review)

    def test_another_decision_needs_a_reason(self):
        for values in ({"decided_limit": 12345}, {"decided_class": "A"}):
            with self.assertRaisesRegex(UserError, "note why"), self.env.cr.savepoint():
                self.decide(self.review(), **values)
        with self.assertRaisesRegex(UserError, "Choose a risk class"), self.env.cr.savepoint():
            self.decide(self.review(), decided_class=False, note="?")
        self.assertFalse(self.own.risk_class)

    def test_without_limits(self):
        self.company.account_use_credit_limit = False
        self.partner.with_company(self.company).sudo().credit_limit = 50  # sudo: accounting's
        review = self.review()
        self.assert_figures(review, amount_limit=0, limit_use=0, uses_limit=False)
        self.assertFalse(review.limit_text)
        self.decide(review, decided_limit=99)
        self.assertEqual((self.limit(), self.own.risk_class), (50, review.proposed_class))

    def assert_stale(self, review, message):
        """The draft is not decided until its figures are updated."""
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            self.decide(review)
        self.catch_up()
        self.seen_by("collector", review).action_update()
        self.decide(review)

    def test_limits_switched_on_since(self):
        """A draft of before says nothing of the limit: 0 would be none at all."""
        self.company.account_use_credit_limit = False
        review = self.review()
        self.company.account_use_credit_limit = True
        self.assert_stale(review, "switched on or off")
        self.assertEqual((review.uses_limit, self.limit()), (True, review.proposed_limit))
        self.assertGreater(self.limit(), 0)

    def test_limits_switched_off_since(self):
        review = self.review()
        self.company.account_use_credit_limit = False
        self.assert_stale(review, "switched on or off")
        self.assertEqual((review.uses_limit, self.limit()), (False, 0))

    def test_old_figures_are_updated_first(self):
        review = self.review()
        with freeze_time("2026-03-24 12:00:00"):
            self.assert_stale(review, "update them")
        free = self.review(self.free)
        with freeze_time("2026-03-23 12:00:00"):
            self.decide(free)

    def test_limit_changed_since(self):
        review = self.review()
        self.partner.with_company(self.company).sudo().credit_limit = 60  # sudo: accounting's
        self.assert_stale(review, "limit was changed")
        self.assertEqual(review.former_limit, 60)

    def test_what_was_seen_is_decided(self):
        """A collector has changed the draft while the manager looks at it."""
        review = self.review()
        screen = {"seen_limit": review.decided_limit, "seen_class": review.decided_class}
        for values in ({"decided_limit": 99999}, {"decided_class": "A"}):
            with self.assertRaisesRegex(UserError, "changed .* meanwhile"), self.env.cr.savepoint():
                self.seen_by("collector", review).write(values)
                self.decide(review.with_context(**screen), note="So be it")
        self.decide(review.with_context(**screen))
        self.assertEqual(review.state, "decided")

    def test_undo_what_was_done(self):
        """Whether the limit was set counts, not what the settings are by now."""
        review = self.review()
        self.decide(review)
        self.assertTrue(review.limit_set)
        self.company.account_use_credit_limit = False
        self.seen_by("manager", review).action_undo()
        self.assertEqual((self.limit(), review.limit_set), (0, False))
        other = self.review(self.free)
        self.decide(other)
        self.assertFalse(other.limit_set)
        self.company.account_use_credit_limit = True
        self.free.partner_id.with_company(
            self.company
        ).sudo().credit_limit = 7  # sudo: accounting's
        self.seen_by("manager", other).action_undo()
        self.assertEqual(self.limit(self.free), 7)

    def test_undo(self):
        self.partner.with_company(self.company).sudo().credit_limit = 50  # sudo: accounting's
        review = self.review()
        self.decide(review, decided_limit=700, note="So")
        with self.assertRaises(AccessError):
            self.seen_by("collector_all", review).action_undo()
        self.seen_by("manager", review).action_undo()
        self.assertEqual((self.limit(), self.own.risk_class, review.state), (50, False, "draft"))
        self.assertEqual(review.decided_limit, 700)
        self.decide(review)
        self.partner.with_company(self.company).sudo().credit_limit = 60  # sudo: accounting's
        with self.assertRaisesRegex(UserError, "changed again"):
            self.seen_by("manager", review).action_undo()

    def test_undo_the_last_alone(self):
        first = self.review()
        self.decide(first)
        with freeze_time("2026-03-17 12:00:00"):
            second = self.review()
            with self.assertRaisesRegex(UserError, "discard that first"):
                self.seen_by("manager", first).action_undo()
            self.decide(second)
            with self.assertRaisesRegex(UserError, "changed again"):
                self.seen_by("manager", first).action_undo()
            self.seen_by("manager", second).action_undo()
        self.assertEqual(self.own.risk_class, first.decided_class)

    # --- drafts

    def test_one_draft(self):
        review = self.review()
        self.assertEqual(review, self.review(login="manager"))
        action = self.seen_by("collector", self.own).action_review()
        self.assertEqual(action["res_id"], review.id)

    def test_update_keeps_what_was_entered(self):
        review = self.review()
        self.seen_by("collector", review).decided_class = "A"
        self.paid(self.partner, 90000, -60, -30, -30)
        with freeze_time("2026-03-17 12:00:00"):
            self.catch_up()
            self.seen_by("collector", review).action_update()
        self.assertEqual(review.date, self.day(1))
        self.assertEqual(review.decided_class, "A")
        self.assertEqual(review.decided_limit, review.proposed_limit)
        self.assertEqual(review.amount_sales, 91500)

    def test_discard(self):
        review = self.review()
        self.decide(self.review(self.free))
        with self.assertRaises(UserError):
            self.seen_by("manager", self.free.review_ids).action_discard()
        self.seen_by("collector", review).action_discard()
        self.assertFalse(review.exists())

    def test_merged_customers(self):
        """Of two drafts one stays; what was decided goes over, and the class with it."""
        target = self.customer("Target")
        self.invoice(target, 50)
        self.catch_up()
        draft = self.review(self.account(target), "manager")
        decided = self.review()
        self.decide(decided)
        lost = self.review()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: administrators
        wizard.create({})._merge([target.id, self.partner.id], target)
        self.catch_up()
        account = self.account(target)
        self.assertEqual(account.review_ids, (draft | decided).with_env(account.env))
        self.assertFalse(lost.exists())
        self.assertEqual(account.risk_class, decided.decided_class)

    def test_reviews_keep_the_account(self):
        account = self.debtor("Soon Gone", 100)
        review = self.review(account, "manager")
        moves = self.env["account.move"].search([("partner_id", "=", account.partner_id.id)])
        moves.button_draft()
        self.catch_up()
        self.assertTrue(review.exists())

    # --- who may do what

    def test_who_begins(self):
        for login, account, allowed in self.takers():
            with self.subTest(login=login, account=account.display_name):
                if allowed:
                    self.assertTrue(self.review(account, login))
                else:
                    with self.assertRaises(AccessError):
                        self.review(account, login)

    def test_who_decides(self):
        review = self.review()
        for login in ("inquiry", "collector", "colleague", "collector_all"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                self.decide(review, login)
        self.decide(review)

    def test_roles(self):
        own, foreign = self.review(), self.review(self.foreign, "manager")
        self.assert_roles(own, operations=("read", "write"))
        self.assert_roles(foreign, foreign=True, operations=("read", "write"))
        for user in self.outsiders():
            self.assert_hidden(user, self.reviews.browse((own | foreign).ids))

    def test_figures_are_not_written_by_hand(self):
        review = self.review()
        for login in ("collector", "manager"):
            seen = self.seen_by(login, review)
            for values in ({"amount_sales": 1}, {"state": "decided"}, {"proposed_class": "A"}):
                with self.assertRaises(AccessError):
                    seen.write(values)
            with self.assertRaises(AccessError):
                seen.create({"account_id": self.own.id, "date": self.today})
            with self.assertRaises(AccessError):
                seen.unlink()
            with self.assertRaises(AccessError):
                self.seen_by(login, self.own).write({"risk_class": "A"})
        self.decide(review)
        with self.assertRaisesRegex(UserError, "Undo it"):
            self.seen_by("manager", review).write({"note": "Later"})

    def test_another_company(self):
        """A manager of two companies decides in that of the customer."""
        second = self.other_company()
        self.users["manager"].company_ids |= second
        self.invoice(self.partner, 4000, due=-20, company=second)
        self.catch_up()
        account = self.account(self.partner, second)
        seen = account.sudo(False).with_user(self.users["manager"])
        seen = seen.with_context(allowed_company_ids=(self.company | second).ids)
        second.account_use_credit_limit = True
        review = seen.env["ar.collect.credit.review"]._make(seen)
        self.assertEqual((review.amount_balance, review.amount_sales), (4000, 4000))
        review.write({"decided_limit": 80, "note": "Few"})
        review.action_decide()
        self.assertEqual((self.limit(), self.limit(company=second)), (0, 80))
        self.assertFalse(self.own.risk_class)
