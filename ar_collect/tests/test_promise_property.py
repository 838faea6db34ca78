# Part of ar_collect. License LGPL-3.
"""Promises after any sequence of payments, corrections and days: as a slow judge decides.

``AR_COLLECT_SEEDS=20 AR_COLLECT_STEPS=400`` looks longer, as in the property test of the ledger.
"""

from collections import Counter

from .ledger_monkey import LedgerMonkey
from .test_property import CHECK_EVERY, STEPS, LedgerProperty, tracing


class PromiseMonkey(LedgerMonkey):
    """Mostly takes promises, and pays and takes back what was paid."""

    WEIGHTS = {
        "invoice": 20,
        "pay": 8,
        "pay_promised": 16,
        "unapplied": 6,
        "credit_note": 3,
        "match": 8,
        "unmatch": 8,
        "reset_payment": 5,
        "post_payment": 6,
        "money_back": 2,
        "reset_invoice": 2,
        "post_again": 4,
        "merge": 1,
        "under_another": 1,
        "promise": 20,
        "promise_anything": 10,
        "end_promise": 2,
        "plan": 14,
        "pay_plan": 16,
        "pause": 3,
        "resume": 3,
        "renegotiate": 3,
        "cancel_plan": 1,
        "time": 10,
    }

    def __init__(self, *args):
        super().__init__(*args)
        self.plans = self.env["ar.collect.payment.plan"].sudo()  # sudo: see LedgerMonkey

    def do_time(self):
        days = self.rng.randint(1, 6)
        self.case.advance(days)
        return f"{days} days later: {self.case.today}"

    def do_pay_promised(self):
        """Pay a promise, all or a part of it."""
        promise = self.pick(self.promises.search([("state", "=", "open")], order="id"))
        line = (
            promise
            and promise.item_ids.line_id.filtered(
                lambda line: line.amount_residual_currency > 0 and line.parent_state == "posted"
            )[:1]
        )
        if not line:
            return None
        amount = line.currency_id.round(promise.amount * self.rng.choice([1, 1, 0.5]))
        payment = self.case.payment(
            line.partner_id, amount, company=line.company_id, currency=line.currency_id
        )
        self.payments += payment
        (self.case.items(payment.move_id) + line).reconcile()
        return f"{payment.name} {amount} for {line.move_name}"

    # --- payment plans

    def some_plan(self, *states):
        """A plan in one of these states, as far as the judge knows."""
        return self.pick(self.plans.search([("state", "in", states)], order="id"))

    def do_plan(self):
        account, lines = self.claimed_items()
        if not lines:
            return None
        plan = self.plans.create(
            {
                "account_id": account.id,
                "date_first": self.case.day(self.rng.randint(0, 5)),
                "instalment_count": self.rng.randint(1, 4),
                "interval": self.rng.choice(["week", "week", "fortnight", "month"]),
                "item_ids": self.some_items(lines),
                "missed_limit": self.rng.choice([1, 1, 2]),
            }
        )
        plan.action_agree()
        parts = ", ".join(plan.instalment_ids.mapped("display_name"))
        return f"{plan.name} {plan._get_item_names()}: {parts}; limit {plan.missed_limit}"

    def do_pay_plan(self):
        """Pay an instalment, all or a part of it, or all that is left, today or some days ago."""
        if not (plan := self.some_plan("active", "active", "paused", "broken")):
            return None
        line = plan.item_ids.line_id.filtered(
            lambda line: line.amount_residual_currency > 0 and line.parent_state == "posted"
        )[:1]
        if not line:
            return None
        part = self.rng.choice(
            [plan.instalment_ids[0].amount] * 4 + [plan.instalment_ids[0].amount / 2, 1e9]
        )
        payment = self.case.payment(
            line.partner_id,
            line.currency_id.round(min(part, line.amount_residual_currency)),
            on=self.rng.choice([0, 0, -2]),
            company=line.company_id,
            currency=line.currency_id,
        )
        self.payments += payment
        (self.case.items(payment.move_id) + line).reconcile()
        return f"{payment.name} {payment.amount} for {line.move_name} of {plan.name}"

    def do_pause(self):
        if plan := self.some_plan("active"):
            plan.action_pause()
            return plan.name
        return None

    def do_resume(self):
        if plan := self.some_plan("paused"):
            plan.action_resume()
            return plan.name
        return None

    def do_renegotiate(self):
        if plan := self.some_plan("active", "paused", "broken"):
            new = self.plans.browse(plan.action_renegotiate()["res_id"])
            new.action_agree()
            return f"{plan.name}, now {new.name}"
        return None

    def do_cancel_plan(self):
        if plan := self.some_plan("active", "paused", "broken"):
            plan.action_cancel()
            return plan.name
        return None


class TestPromiseProperty(LedgerProperty):
    def test_any_sequence(self):
        states, plans = Counter(), Counter()
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                monkey = PromiseMonkey(self, self.places, self.currencies, seed)
                with tracing(monkey):
                    for number in range(1, STEPS + 1):
                        monkey.step()
                        if number % CHECK_EVERY == 0:
                            self.catch_up()
                            self.assert_promises()
                            self.assert_ledger()
                states.update(monkey.promises.search([]).mapped("state"))
                plans.update(monkey.plans.search([]).mapped("state"))
        if STEPS >= 100:
            reached = {"open", "kept", "partial", "broken", "cancelled", "replaced"}
            self.assertFalse(reached - states.keys(), f"never seen; only {states}")
            reached = {"active", "paused", "done", "broken", "replaced"}
            self.assertFalse(reached - plans.keys(), f"never seen; only {plans}")
