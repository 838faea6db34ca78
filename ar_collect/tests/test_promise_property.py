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
        "time": 8,
    }

    def do_time(self):
        days = self.rng.randint(1, 6)
        self.case.advance(days)
        return f"{days} days later: {self.case.today}"

    def do_pay_promised(self):
        """Pay a promise, all or a part of it."""
        promise = self.pick(self.promises.search([("state", "=", "open")], order="id"))
        line = promise and promise.item_ids.line_id.filtered(
            lambda line: line.amount_residual_currency > 0 and line.parent_state == "posted"
        )[:1]
        if not line:
            return None
        amount = line.currency_id.round(promise.amount * self.rng.choice([1, 1, 0.5]))
        payment = self.case.payment(
            line.partner_id, amount, company=line.company_id, currency=line.currency_id
        )
        self.payments += payment
        (self.case.items(payment.move_id) + line).reconcile()
        return f"{payment.name} {amount} for {line.move_name}"


class TestPromiseProperty(LedgerProperty):
    def test_any_sequence(self):
        states = Counter()
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
        if STEPS >= 100:
            reached = {"open", "kept", "partial", "broken", "cancelled", "replaced"}
            self.assertFalse(reached - states.keys(), f"never seen; only {states}")
