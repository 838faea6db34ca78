# Part of ar_collect. License LGPL-3.
"""Which step is planned for whom, and why not."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_collect.models.notice_query import NoticeQuery

from .notice_common import NoticeCase


class TestNoticePlan(NoticeCase):
    def test_due_step(self):
        """The highest step that the oldest item has reached, once, with what is owed."""
        early, late = self.debtor("Early", 100, due=-2), self.debtor("Late", 100, due=-12)
        self.assertEqual(self.plan(), 1)
        self.assertFalse(self.of(early))
        notice = self.of(late)
        self.assertEqual(
            (notice.step_id, notice.state, notice.amount, notice.days_late, notice.cycle),
            (self.second, "planned", 100, 12, 1),
        )
        self.assertEqual(self.plan(), 0, "planned again on the same day")

    def test_due_today_is_not_late(self):
        """A step on the due date itself comes on that day, not before."""
        self.first.days = 0
        today, tomorrow = self.debtor("Today", 100, due=0), self.debtor("Tomorrow", 100, due=1)
        self.plan()
        self.assertEqual(self.of(today).step_id, self.first)
        self.assertFalse(self.of(tomorrow))

    def test_before_due(self):
        """A step before the due date names what is due soon."""
        self.first.write({"days": -5, "level": "invoice"})
        soon, later = self.debtor("Soon", 100, due=4), self.debtor("Later", 100, due=6)
        self.run_day()
        self.assertEqual(self.of(soon).item_ids.mapped("days_late"), [-4])
        self.assertFalse(self.of(later))

    def test_channels(self):
        """E-mail and call come side by side, the call only from its amount on."""
        small, large = self.debtor("Small", 999, due=-10), self.debtor("Large", 1000, due=-10)
        self.plan()
        self.assertEqual(self.of(small).mapped("channel"), ["email"])
        self.assertEqual(set(self.of(large).mapped("channel")), {"email", "call"})

    def test_only_the_highest(self):
        """Of what was missed only the highest step comes; lower ones are passed over for good."""
        partner = self.debtor("Large", 2000, due=-25)
        self.run_day()
        self.assertEqual(self.of(partner).step_id, self.third)
        self.assertEqual(len(self.of(partner).item_ids), 1)
        with freeze_time("2026-03-17 12:00:00"):
            self.run_day()
        self.assertEqual(self.of(partner).step_id, self.third, "no call after the last reminder")
        self.invoice(partner, 5000, -10)
        with freeze_time("2026-03-18 12:00:00"):
            self.run_day()
        self.assertEqual(
            set(self.of(partner)[1:].mapped("channel")),
            {"email", "call"},
            "another item asks again",
        )

    def test_explained(self):
        """What is due, and what a later step on another channel replaces."""
        partner = self.debtor("Large", 2000, due=-25)
        self.catch_up()
        self.assertEqual(
            self.account(partner).notice_explanation.splitlines(),
            [
                "E-mail: “Third” is due",
                "Call: not “Call”: a later step comes instead",
            ],
        )

    def test_begin_gently(self):
        """What is late already when sending begins gets the first step, then one after the other."""
        self.company.sudo().collect_notice_gentle_date = self.day(0)  # sudo: see CollectCase
        old, new = self.debtor("Old", 2000, due=-60), self.debtor("New", 100, due=1)
        self.run_day()
        self.assertEqual(self.of(old).step_id, self.first, "no call and no last reminder at once")
        for days, count in ((6, 1), (7, 3)):
            with freeze_time(f"2026-03-{16 + days} 12:00:00"):
                self.run_day()
                self.assertEqual(len(self.of(old)), count)
        self.assertEqual(self.of(old)[1:].step_id, self.second + self.call)
        self.assertEqual(self.of(new).step_id, self.first, "what falls due later comes as usual")
        self.assertEqual(self.of(new).days_late, 6, "on Monday")

    def test_reasons(self):
        """Who gets nothing, and why."""
        cases = {
            "disputed": self.debtor("Disputed", 100),
            "promised": self.debtor("Promised", 100),
            "blocked": self.debtor("Blocked", 100),
            "excluded": self.debtor("Excluded", 100),
            "credits": self.debtor("Credits", 100),
            "hold": self.debtor("Hold", 100),
            "paused": self.debtor("Paused", 100),
        }
        item = {name: self.items(*partner.invoice_ids) for name, partner in cases.items()}
        self.catch_up()
        account = {name: self.account(partner) for name, partner in cases.items()}
        self.env["ar.collect.dispute"].sudo().create(  # sudo: see CollectCase
            {
                "account_id": account["disputed"].id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": item["disputed"].id})],
            }
        )
        self.env["ar.collect.promise"].sudo().create(  # sudo: see CollectCase
            {
                "account_id": account["promised"].id,
                "date_promised": self.day(2),
                "item_ids": [Command.create({"line_id": item["promised"].id})],
            }
        )
        item["blocked"].move_id.payment_state = "blocked"
        item["excluded"].no_followup = True
        self.payment(cases["credits"], 100)
        account["hold"].hold = True
        account["paused"].notice_pause_date = self.day(1)
        self.assertEqual(self.plan(), 0)
        for reason, partner in cases.items():
            with self.subTest(reason=reason):
                self.assertEqual(self.explain(partner), reason)

    def test_never_sent(self):
        """Nobody is reminded of an invoice that was never sent, where the company wants that."""
        self.company.sudo().collect_notice_require_sent = True  # sudo: see CollectCase
        partner = self.debtor("Unaware", 100)
        self.assertEqual((self.plan(), self.explain(partner)), (0, "not_sent"))
        promised, entry = self.debtor("Promised", 100), self.debtor("Entry")
        self.promise(promised, self.items(*promised.invoice_ids))
        self.items(self.opening(entry, 100, -5)).no_followup = False
        self.assertEqual(self.plan(), 1, "an entry is not sent")
        self.assertTrue(self.of(entry))
        self.assertEqual(self.explain(promised), "promised", "the customer has it")
        partner.invoice_ids.is_move_sent = True
        self.assertEqual(self.plan(), 1)

    def promise(self, partner, items=(), day=3, **values):
        """A promise of these items, or of an amount."""
        self.catch_up()
        # sudo: see CollectCase
        return (
            self.env["ar.collect.promise"]
            .sudo()
            .create(
                {
                    "account_id": self.account(partner).id,
                    "date_promised": self.day(day),
                    "item_ids": [Command.create({"line_id": item.id, **values}) for item in items],
                    **({} if items else values),
                }
            )
        )

    def test_online_payment(self):
        """Who has paid online is not reminded while that is on its way, for two weeks at most."""
        cases = {
            "pending": ("pending", False, 0, "pending"),
            "authorized": ("authorized", False, 0, "pending"),
            "not booked yet": ("done", False, 0, "pending"),
            "booked": ("done", True, 0, None),
            "begun": ("draft", False, 0, None),
            "given up": ("cancel", False, 0, None),
            "just in time": ("pending", False, 13, "pending"),
            "stuck": ("pending", False, 15, None),
        }
        partners = {name: self.debtor(name.title(), 100) for name in cases}
        provider = self.env["payment.provider"].sudo()  # sudo: what a customer does
        provider = provider.create({"name": "Provider", "company_id": self.company.id})
        for name, (state, is_booked, age, _reason) in cases.items():
            paying = provider.env["payment.transaction"].create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                    "reference": name,
                    "amount": 100,
                    "currency_id": self.company.currency_id.id,
                    "partner_id": partners[name].id,
                    "invoice_ids": [Command.set(partners[name].invoice_ids.ids)],
                }
            )
            self.env.flush_all()
            self.env.cr.execute(  # the provider takes no authorizations
                "UPDATE payment_transaction SET state = %s, is_post_processed = %s,"
                " last_state_change = %s WHERE id = %s",
                [state, is_booked, self.today - timedelta(days=age), paying.id],
            )
        self.env.invalidate_all()
        self.plan()
        for name, (_state, _is_booked, _age, reason) in cases.items():
            with self.subTest(name=name):
                self.assertEqual(bool(self.of(partners[name])), not reason)
                self.assertEqual(self.explain(partners[name]), reason or None)

    def test_part_disputed(self):
        """Only what is not disputed is asked for; the rest of the invoice is chased."""
        partner = self.debtor("Part", 100)
        self.catch_up()
        dispute = self.env["ar.collect.dispute"].sudo()  # sudo: see CollectCase
        dispute.create(
            {
                "account_id": self.account(partner).id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [
                    Command.create({"line_id": self.items(*partner.invoice_ids).id, "amount": 30})
                ],
            }
        )
        self.run_day()
        notice = self.of(partner)
        self.assertEqual((notice.amount, notice.item_ids.amount_left_out), (70, 30))

    def test_promise_without_items(self):
        """It takes the oldest items first, and is not asked for again."""
        partner = self.debtor("Promised", due=-5)
        self.invoice(partner, 100, -8)
        self.invoice(partner, 50, -5)
        self.catch_up()
        # sudo: see CollectCase
        self.env["ar.collect.promise"].sudo().create(
            {"account_id": self.account(partner).id, "amount": 120, "date_promised": self.day(3)}
        )
        self.run_day()
        notice = self.of(partner)
        self.assertEqual(notice.amount, 30)
        self.assertEqual(notice.item_ids.mapped("amount"), [30])
        self.assertEqual(notice.item_ids.days_late, 5)

    def test_promise_of_what_is_not_due(self):
        """A promise that names no items is about what is overdue."""
        self.first.write({"days": -5, "level": "invoice"})
        partner = self.debtor("Promised", 50, due=2)
        self.invoice(partner, 100, -30)
        self.promise(partner, amount=150)
        self.run_day()
        self.assertEqual(self.of(partner).item_ids.mapped("amount"), [50])

    def test_part_promised(self):
        """What is promised of an item is not asked for, nor what is disputed of the same."""
        partner = self.debtor("Part", 100)
        item = self.items(*partner.invoice_ids)
        self.promise(partner, item, amount=30)
        self.plan()
        self.assertEqual(self.of(partner).amount, 70)

    def test_amount_of_a_step(self):
        """All that is overdue is asked for and counts for the minimum, what is due today not."""
        self.first.min_amount = 150
        partner = self.debtor("Regular", 100, due=-5)
        self.invoice(partner, 60, -1)
        self.invoice(partner, 1000, 0)
        soon = self.debtor("Soon", 200, due=3)
        self.plan()
        self.assertEqual((self.of(partner).step_id, self.of(partner).amount), (self.first, 160))
        self.first.days = -5
        self.plan()
        self.assertEqual(self.of(soon).amount, 200)

    def test_highest_of_choosy_steps(self):
        """Of steps with a minimum the highest comes that is met; one put off lets no lower one by."""
        (self.first | self.second).min_amount = 50
        late, called = self.debtor("Late", 100, due=-12), self.debtor("Called", 100, due=-12)
        small = self.debtor("Small", 100, due=-12)
        self.catch_up()
        self.account(called).last_notice_date = self.day(-2)
        self.second.min_gap = 5
        self.plan()
        self.assertEqual(self.of(late).step_id, self.second)
        self.assertEqual((self.of(called).ids, self.explain(called)), ([], "recent"))
        self.of(small).action_skip()
        self.second.write({"min_amount": 5000, "min_gap": 0})
        self.run_day()
        self.assertEqual(self.of(called).step_id, self.first)
        self.second.min_amount = 0
        self.plan()
        self.assertEqual(self.of(called).step_id, self.first | self.second, "it was not reached")

    def test_covered_step(self):
        """A step whose items are covered by credits lets no lower one by."""
        (self.first | self.second).write({"min_amount": 1, "level": "invoice"})
        partner = self.debtor("Covered", 100, due=-12)
        self.invoice(partner, 100, -5)
        self.credit_note(partner, 120)
        self.assertEqual((self.plan(), self.explain(partner)), (0, "credits"))

    def test_what_does_not_count(self):
        """Drafts, accounts that are no trade, and credits that are blocked are left alone."""
        partner = self.debtor("Late", 100)
        self.invoice(partner, 900).button_draft()
        self.credit_note(partner, 60).payment_state = "blocked"
        self.plan()
        notice = self.of(partner)
        self.assertEqual(notice.amount, 100)
        self.run_day()
        self.assertEqual((notice.amount, notice.item_count), (100, 1))
        self.assertNotIn("60.00", notice.body)
        with freeze_time("2026-03-23 12:00:00"):
            self.receivable.non_trade = True
            self.assertEqual((self.plan(), self.explain(partner)), (0, "blocked"))

    def test_gap_after_a_notice(self):
        """The last contact is the later one, ours or theirs."""
        self.second.min_gap = 5
        partners = [self.debtor(f"Firm {number}", 100, due=-12) for number in range(4)]
        self.catch_up()
        for number, (contact, notice) in enumerate(((-9, -2), (-2, -9), (-9, -9), (-9, -5))):
            self.account(partners[number]).write(
                {"last_contact_date": self.day(contact), "last_notice_date": self.day(notice)}
            )
        self.env.flush_all()
        self.notices._process_plan(self.company)
        self.assertEqual([len(self.of(partner)) for partner in partners], [0, 0, 1, 1])

    def test_the_most_important_first(self):
        """Where only some may leave within the hour, it is those that matter most."""
        partners = [self.debtor(f"Firm {amount}", amount) for amount in (10, 9000, 800)]
        self.catch_up()
        for number, partner in enumerate(partners):
            self.account(partner).priority = (1, 3, 2)[number]
        self.env.flush_all()
        self.notices._process_plan(self.company)
        self.assertEqual(
            self.notices.search([("channel", "=", "email")], order="id").mapped("amount"),
            [9000, 800, 10],
        )

    def test_settled_keeps_what_was_sent(self):
        """What waits is taken back, of the customers in question; what went out stays."""
        sent, waits, other = (self.debtor(name, 100) for name in ("Sent", "Waits", "Other"))
        self.plan()
        self.notices._process_notices(self.of(sent).ids)
        for partner in (sent, waits, other):
            self.payment(partner, 100, *partner.invoice_ids)
        self.catch_up()
        self.notices._process_plan(self.company, waits)
        self.assertEqual(
            [self.of(partner).state for partner in (sent, waits, other)],
            ["queued", "cancelled", "planned"],
        )
        self.plan()
        self.assertEqual(self.of(other).cancel_reason, "paid")
        self.assertEqual(self.of(sent).state, "queued")

    def test_nothing_below_what_waits(self):
        """While a higher step waits for approval, no lower one comes on another channel."""
        self.third.automatic = False
        partner = self.debtor("Large", 500, due=-25)
        self.plan()
        self.items(*partner.invoice_ids).no_followup = True
        self.invoice(partner, 2000, -12)
        self.assertEqual(self.plan(), 0)
        self.assertEqual(self.of(partner).step_id, self.third)
        self.third.automatic = True
        self.of(partner).action_approve()
        self.assertEqual(self.plan(), 0)

    def test_part_paid_goes_on(self):
        """A cycle goes on while one of its items is open."""
        partner = self.debtor("Part", 100, 50, due=-5)
        self.run_day()
        self.payment(partner, 100, partner.invoice_ids.sorted("amount_total")[1])
        with freeze_time("2026-03-23 12:00:00"):
            self.run_day()
        self.assertEqual(self.of(partner).step_id.ids, [self.first.id, self.second.id])
        self.assertEqual(self.of(partner).mapped("cycle"), [1, 1])

    def test_cycle_of_what_was_not_sent(self):
        """What was planned in vain began no cycle; a skipped step may come for others in its own."""
        partner = self.debtor("Regular", 100, due=-4)
        self.run_day()
        with freeze_time("2026-03-17 12:00:00"):
            invoice = self.invoice(partner, 60, due=-2)
            self.plan()
            self.payment(partner, 60, invoice)
            self.run_day()
        with freeze_time("2026-03-23 12:00:00"):
            self.plan()
        self.assertEqual(self.of(partner).mapped("cycle"), [1, 2, 1])
        other = self.debtor("Skipped", 100, due=-4)
        self.plan()
        self.of(other).action_skip()
        self.invoice(other, 60, due=-3)
        self.plan()
        self.assertEqual(self.of(other).mapped("cycle"), [1, 1])

    def test_skipped_cycle(self):
        """A step that was skipped began its cycle; what was planned in vain did not."""
        partner = self.debtor("Skipped", 100, due=-5)
        self.plan()
        self.of(partner).action_skip()
        self.payment(partner, 100, *partner.invoice_ids)
        for number in range(2):
            with freeze_time(f"2026-05-{number + 10} 12:00:00"):
                invoice = self.invoice(partner, 70, 50)
                self.plan()
                self.assertEqual(self.of(partner)[-1].cycle, 2)
                if not number:
                    self.payment(partner, 70, invoice)
                    self.plan()
        self.assertEqual(self.of(partner).mapped("state"), ["cancelled", "cancelled", "planned"])

    def test_credit_is_netted(self):
        """A credit smaller than the debt lowers what is asked for; an equal one leaves nothing."""
        less, equal = self.debtor("Less", 100), self.debtor("Equal", 100)
        self.credit_note(less, 40)
        self.credit_note(equal, 100)
        self.run_day()
        self.assertEqual(self.of(less).amount, 60)
        self.assertEqual((self.of(equal).ids, self.explain(equal)), ([], "credits"))

    def test_missed_days_are_caught_up_once(self):
        """After ten days without planning one notice comes, the highest."""
        partner = self.debtor("Late", 100, due=-3)
        self.run_day()
        with freeze_time("2026-04-07 12:00:00"):  # 25 days late
            self.run_day()
            self.run_day()
        self.assertEqual(self.of(partner).step_id.ids, [self.first.id, self.third.id])

    def test_next_debt_starts_at_step_one(self):
        """When all is settled the cycle ends."""
        partner = self.debtor("Payer", 100, due=-12)
        self.run_day()
        self.payment(partner, 100, *partner.invoice_ids)
        with freeze_time("2026-06-01 12:00:00"):
            self.invoice(partner, 50, due=70)  # 2026-05-25
            self.run_day()
        self.assertEqual(self.of(partner).step_id.ids, [self.second.id, self.first.id])
        self.assertEqual(self.of(partner).mapped("cycle"), [1, 2])

    def test_other_items_begin_a_cycle(self):
        """A step that a customer had comes again for other items, never for the same ones."""
        partner = self.debtor("Regular", 100, due=-4)
        self.run_day()
        with freeze_time("2026-03-18 12:00:00"):
            self.invoice(partner, 60, due=-1)
            self.run_day()
        notices = self.of(partner)
        self.assertEqual(notices.step_id.ids, [self.first.id])
        self.assertEqual(notices.mapped("cycle"), [1, 2])
        self.assertEqual(notices[1].amount, 160, "all that is overdue is listed")
        with freeze_time("2026-03-19 12:00:00"):
            self.run_day()
        self.assertEqual(len(self.of(partner)), 2)

    def test_gap(self):
        """Not so soon after any contact; it comes when the days have passed."""
        self.second.min_gap = 5
        partner = self.debtor("Called", 100, due=-12)
        self.catch_up()
        # sudo: see CollectCase
        self.env["ar.collect.activity"].sudo().create(
            {
                "account_id": self.account(partner).id,
                "channel": "call",
                "outcome_id": self.env.ref("ar_collect.outcome_no_answer").id,
            }
        )
        self.assertEqual((self.plan(), self.explain(partner)), (0, "recent"))
        with freeze_time("2026-03-21 12:00:00"):
            self.assertEqual(self.plan(), 1)

    def test_choice_of_strategy(self):
        """By hand, else by condition, else the default."""
        strategies = self.env["ar.collect.strategy"].sudo()  # sudo: see CollectCase
        by_condition = strategies.create(
            {
                "name": "Condition",
                "domain": "[('partner_id.name', '=', 'Chosen')]",
                "step_ids": [self.step("A", 1)],
            }
        )
        by_hand = strategies.create({"name": "By hand", "step_ids": [self.step("B", 1)]})
        chosen, other = self.debtor("Chosen", 100), self.debtor("Other", 100)
        hand = self.debtor("Hand", 100)
        self.catch_up()
        self.account(hand).strategy_id = by_hand
        self.plan()
        self.assertEqual(self.of(chosen).strategy_id, by_condition)
        self.assertEqual(self.of(other).strategy_id, self.strategy)
        self.assertEqual(self.of(hand).strategy_id, by_hand)

    def test_strategy_of_a_company(self):
        """A strategy that customers of another company have cannot become one company's own."""
        other = self.other_company()
        partner = self.debtor("Here", 100)
        self.catch_up()
        self.account(partner).strategy_id = self.strategy
        with self.assertRaisesRegex(ValidationError, "Here"):
            self.strategy.company_id = other
        self.strategy.company_id = self.company

    def test_changed_strategy(self):
        """Other steps do not repeat what a customer had: days count, not the steps."""
        partner = self.debtor("Moved", 100, due=-12)
        self.run_day()
        strategies = self.env["ar.collect.strategy"].sudo()  # sudo: see CollectCase
        self.account(partner).strategy_id = strategies.create(
            {"name": "Other", "step_ids": [self.step("A", 2), self.step("B", 11)]}
        )
        self.run_day()
        self.assertEqual(self.of(partner).mapped("step_id.name"), ["Second", "B"])

    def test_version(self):
        """Each change of the steps is a version, which the notice keeps; a used step is kept."""
        partner = self.debtor("Kept", 100, due=-4)
        version = self.strategy.version
        self.run_day()
        self.first.days = 5
        self.assertEqual(self.strategy.version, version + 1)
        self.assertEqual(self.of(partner).strategy_version, version)
        self.first.unlink()
        self.assertTrue(self.first.exists())
        self.assertFalse(self.first.active)

    def test_broken_condition(self):
        """It is named on the strategy, and the other steps go on."""
        partner = self.debtor("Late", 100, due=-12)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_collect_strategy_step SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", self.second.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.ar_collect.models.ar_collect_strategy", "WARNING"):
            self.assertEqual(self.plan(), 1)
        self.assertEqual(self.of(partner).step_id, self.first)
        self.assertIn("no_such_field", self.strategy.problem)

    def test_several_broken_conditions(self):
        """Each is named with its step, however often they are found."""
        self.debtor("Late", 100, due=-12)
        self.env.flush_all()
        for step, name in ((self.first, "no_such_field"), (self.second, "none_either")):
            self.env.cr.execute(
                "UPDATE ar_collect_strategy_step SET domain = %s WHERE id = %s",
                [f"[('{name}', '=', 1)]", step.id],
            )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.ar_collect.models.ar_collect_strategy", "WARNING"):
            self.plan()
            self.plan()
        told = self.strategy.problem.split("\n\n")
        self.assertEqual(len(told), 2)
        self.assertIn("“First” cannot be used: ", told[0])
        self.assertIn("no_such_field", told[0])
        self.assertIn("“Second” cannot be used: ", told[1])
        self.strategy.name = "Mended"
        self.assertFalse(self.strategy.problem)

    def test_conditions_are_part_of_the_statement(self):
        """Nothing is read before it: there may be very many customers in a condition."""
        other = self.strategy.copy({"name": "Other", "sequence": 1, "is_default": False})
        for record in (other, self.second):
            record.domain = "[('amount_overdue', '>', 10)]"
        self.env.flush_all()
        query = NoticeQuery(self.notices.env, self.notices._get_scope(self.company))
        query.get_decisions()
        with self.assertQueryCount(0):
            query.get_decisions()

    def test_broken_conditions_are_told_once(self):
        """Whichever of them stops the statement, and however often they are asked for."""
        partner = self.debtor("Late", 100, due=-12)
        other = self.strategy.copy({"name": "Other", "sequence": 1, "is_default": False})
        self.env.flush_all()
        for table, record, domain in (
            ("ar_collect_strategy", other, "[('no_such_field', '=', 1)]"),
            ("ar_collect_strategy_step", self.second, "[('partner_id.name', '=like', '%\\\\')]"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET domain = %s WHERE id = %s",
                    SQL.identifier(table),
                    domain,
                    record.id,
                )
            )
        self.env.invalidate_all(flush=False)
        told = []
        with (
            mute_logger("odoo.sql_db"),
            patch.object(
                type(self.strategy),
                "_put_aside",
                lambda strategy, _record, _error: told.append(strategy.name),
            ),
        ):
            self.assertEqual(self.plan(), 1)
            self.assertEqual(sorted(told), ["Other", "Plain"])
            told.clear()
            with self.in_one_go():
                self.notices._process_notices()
            self.assertEqual(sorted(told), ["Other", "Plain"])
            self.assertEqual(self.of(partner).state, "queued")
        logger = "odoo.addons.ar_collect.models.ar_collect_strategy"
        with self.assertLogs(logger, "WARNING") as logs:
            for _batch in range(2):
                self.of(partner)._get_query().get_items()
        self.assertEqual(len(logs.output), 1)

    def test_bad_input(self):
        """What cannot work is refused, naming what to mend."""
        with self.assertRaisesRegex(ValidationError, "Second"):
            self.second.domain = "[('no_such_field', '=', 1)]"
        with self.assertRaisesRegex(ValidationError, "{amout}"):
            self.text.subject = "{amout}"
        with self.assertRaisesRegex(ValidationError, "First"):
            self.first.template_id = False

    def test_companies(self):
        """A customer of two companies gets of each only what it is owed there."""
        other = self.other_company()
        # sudo: see CollectCase
        other.sudo().write({"collect_notice_active": True, "collect_notice_require_sent": False})
        partner = self.debtor("Both", 100, due=-12)
        self.invoice(partner, 70, -4, company=other)
        self.plan(self.company | other)
        here, there = self.of(partner).sorted("amount", reverse=True)
        self.assertEqual(
            [(n.company_id, n.amount, n.step_id) for n in (here, there)],
            [(self.company, 100, self.second), (other, 70, self.first)],
        )
        with self.in_one_go():
            self.notices._process_notices()
        for notice, amount in ((here, "100.00"), (there, "70.00")):
            self.assertEqual(notice.state, "queued")
            self.assertIn(amount, notice.body)
            self.assertEqual(notice.mail_id.record_company_id, notice.company_id)
            self.assertIn(notice.company_id.name, notice.body)
            self.assertNotIn((here + there - notice).company_id.name, notice.body)

    def test_children_and_currencies(self):
        """Items of contacts and in other currencies make one notice, in company currency once."""
        parent = self.debtor("Parent", 100, due=-4)
        child = self.env["res.partner"].create({"name": "Child", "parent_id": parent.id})
        self.invoice(child, 50, -4)
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        self.invoice(parent, 30, -4, currency=euro)
        self.run_day()
        notice = self.of(parent)
        self.assertEqual(notice.amount, 210)
        self.assertEqual(sorted(notice.item_ids.mapped("amount")), [30, 50, 100])

    def test_bank_line(self):
        """Money that came in without an invoice covers the debt until it is matched."""
        partner = self.debtor("Paid", 100)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
                "payment_ref": "Paid",
                "partner_id": partner.id,
                "amount": 100,
            }
        )
        self.assertEqual((self.plan(), self.explain(partner)), (0, "credits"))

    def bank_line(self, partner, amount, on=0, **values):
        """A line of the bank that nobody has matched."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.day(on),
                "payment_ref": "Paid",
                "partner_id": partner.id,
                "amount": amount,
                **values,
            }
        )

    def credits(self, partner):
        """What has come in from a customer, as the planning of all sees it."""
        query = NoticeQuery(self.notices.env, self.notices._get_scope(self.company))
        self.env.flush_all()
        return dict(self.env.execute_query(query.get_credits())).get(self.account(partner).id, 0)

    def test_payment_and_its_bank_line(self):
        """Money that is known as a payment counts once, whatever it was matched with."""
        for matched in (False, True):
            with self.subTest(matched=matched):
                partner = self.debtor(f"Payer {matched}", 100)
                self.payment(partner, 100, *(partner.invoice_ids if matched else ()), on=-2)
                self.invoice(partner, 150, -5)
                self.catch_up()
                known = 0 if matched else -100
                self.assertEqual(self.credits(partner), known)
                self.bank_line(partner, 100, -1)
                self.assertEqual(self.credits(partner), known, "the same money")
                self.bank_line(partner, 100, 0)
                self.assertEqual(self.credits(partner), known - 100, "paid once more")
                self.payment(partner, 100, on=0)
                self.assertEqual(self.credits(partner), -200 if not matched else -100, "known now")

    def test_payment_and_another_bank_line(self):
        """Another amount, an earlier day, another currency, another customer: both count."""
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        for name, values in (
            ("amount", {"amount": 99}),
            ("day", {"on": -3}),
            ("currency", {"foreign_currency_id": euro.id, "amount_currency": 100}),
        ):
            with self.subTest(name):
                partner = self.debtor(name, 500)
                self.payment(partner, 100, on=-2)
                other = self.debtor(f"Else {name}", 500)
                self.payment(other, values.get("amount", 100), on=-9)
                self.bank_line(other, 1)
                self.catch_up()
                line = self.bank_line(partner, **{"amount": 100, **values})
                self.assertEqual(self.credits(partner), -100 - line.amount)

    def test_bank_line_of_a_contact(self):
        """In another currency, and from somebody who works there."""
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        partner = self.debtor("Firm", 500)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        self.payment(contact, 100, on=-2, currency=euro)
        self.catch_up()
        before = self.credits(partner)
        self.assertEqual(before, -200)
        self.bank_line(partner, 201, foreign_currency_id=euro.id, amount_currency=100)
        self.assertEqual(self.credits(partner), before)

    def test_bank_lines_that_do_not_count(self):
        """Matched ones, money that went out, and what is a draft cover nothing."""
        names = ("Matched", "Out", "Draft")
        partners = {name: self.debtor(name, 100) for name in names}
        lines = {
            name: self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "date": self.today,
                    "payment_ref": name,
                    "partner_id": partner.id,
                    "amount": -100 if name == "Out" else 100,
                }
            )
            for name, partner in partners.items()
        }
        former = self.invoice(partners["Matched"], 100, -2)
        _liquidity, suspense, _other = lines["Matched"]._seek_for_lines()
        suspense.account_id = self.receivable
        self.items(former, lines["Matched"].move_id).reconcile()
        self.assertTrue(lines["Matched"].is_reconciled)
        lines["Draft"].move_id.button_draft()
        self.plan()
        for name, partner in partners.items():
            with self.subTest(name=name):
                self.assertEqual(self.of(partner).amount, 100)

    def test_switched_off(self):
        """A company that has not switched it on plans nothing by itself."""
        self.debtor("Late", 100)
        self.catch_up()
        self.assertIn(self.company, self.notices._get_companies_to_plan())
        self.company.sudo().collect_notice_active = False  # sudo: see CollectCase
        self.assertNotIn(self.company, self.notices._get_companies_to_plan())

    def test_once_a_day(self):
        """The cron plans a company once a day."""
        self.plan()
        self.assertNotIn(self.company, self.notices._get_companies_to_plan())
        with freeze_time("2026-03-17 12:00:00"):
            self.assertIn(self.company, self.notices._get_companies_to_plan())

    def test_not_by_hand(self):
        """Notices are neither made nor deleted by people."""
        self.debtor("Late", 100)
        self.run_day()
        notice = self.notices.search([], limit=1)
        with self.assertRaises(UserError):
            notice.unlink()
        with self.assertRaises(AccessError):
            self.notices.sudo(False).create({})

    def test_queries(self):
        """Planning takes the same number of queries for many customers as for few."""
        for number in range(3):
            self.debtor(f"Few {number}", 100, due=-12)
        self.count_plan()  # what is read once and kept
        for number in range(2):
            self.debtor(f"Two {number}", 100, due=-12)
        few = self.count_plan()
        for number in range(20):
            self.debtor(f"Many {number}", 100, due=-12)
        self.assertEqual(self.count_plan(), few)

    def count_plan(self):
        self.catch_up()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.notices._process_plan(self.company)
        return self.env.cr.sql_log_count - before

    def test_day_of_the_company(self):
        """Late by how many days is told by the clock of the company."""
        far = self.other_company("Far", tz="Pacific/Auckland")
        # sudo: see CollectCase
        far.sudo().write({"collect_notice_active": True, "collect_notice_require_sent": False})
        partner = self.debtor("Late")
        self.invoice(partner, 100, -3, company=far)
        self.invoice(partner, 100, -3)
        with freeze_time("2026-03-15 13:00:00"):  # the 16th there, the 15th here
            self.plan(self.company | far)
        self.assertEqual(self.of(partner).company_id, far)
        self.assertEqual(self.of(partner).date_planned, self.today - timedelta(0))
