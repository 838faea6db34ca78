# Part of ar_collect. License LGPL-3.
"""After any sequence of what people do to a ledger, the rows are what the ledger says.

``AR_COLLECT_SEEDS=20 AR_COLLECT_STEPS=400`` looks longer than a test run should; a failure names
its seed, and ``AR_COLLECT_SEEDS=@7`` runs that one alone.
"""

import os
from contextlib import contextmanager
from datetime import timedelta

from odoo.tests import freeze_time

from .common import CollectCase
from .ledger_monkey import LedgerMonkey

FIRST_SEED = 2026
SEEDS = os.environ.get("AR_COLLECT_SEEDS", "3")
STEPS = int(os.environ.get("AR_COLLECT_STEPS", "100"))
CHECK_EVERY, REBUILD_EVERY = 4, 20


class LedgerProperty(CollectCase):
    """Three companies, in which a monkey works and days pass."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        second = cls.other_company(currency="EUR")
        branch = cls.branch()
        euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.9), ("2026-02-01", 0.8)])
        franc = cls.setup_other_currency("CHF", rates=[("1900-01-01", 1.7), ("2026-03-01", 1.6)])
        dollar = cls.company.currency_id
        cls.places = [cls.company, branch, second]
        cls.currencies = {place: [place.currency_id, dollar, euro, franc] for place in cls.places}

    def advance(self, days):
        """Let days pass: the marks are worked off, then the night's refresh runs."""
        self.catch_up()
        self.today += timedelta(days=days)
        type(self).today = self.today
        self.clock.stop()
        self.clock = freeze_time(f"{self.today} 12:00:00")
        self.clock.start()
        for company in self.accounts._get_companies_of_new_day():
            self.accounts._process_company(company)

    @staticmethod
    def seeds():
        """The seeds to play: some, or the one that was asked for."""
        if SEEDS.startswith("@"):
            return [int(SEEDS[1:])]
        return range(FIRST_SEED, FIRST_SEED + int(SEEDS))

    @contextmanager
    def seeded(self):
        """What one seed does begins on the first day, and is undone afterwards."""
        first_day = self.today
        savepoint = self.env.cr.savepoint()
        self.clock = freeze_time(f"{first_day} 12:00:00")
        self.clock.start()
        try:
            yield
        finally:
            self.clock.stop()
            self.today = type(self).today = first_day
            savepoint.close(rollback=True)


@contextmanager
def tracing(monkey):
    """A failure tells the seed and all that was done.

    :param LedgerMonkey monkey: who does it
    """
    try:
        yield
    except Exception as error:
        trace = "\n".join(monkey.trace)
        raise AssertionError(f"AR_COLLECT_SEEDS=@{monkey.seed}: {error}\n{trace}") from error
    refused = sum(": refused" in line for line in monkey.trace)
    if refused >= STEPS / 4:
        raise AssertionError(f"{refused} refused: too much to test anything")


class TestProperty(LedgerProperty):
    def play(self, seed):
        """Do the steps of one seed, and check on the way."""
        monkey = LedgerMonkey(self, self.places, self.currencies, seed)
        with tracing(monkey):
            for number in range(1, STEPS + 1):
                monkey.step()
                if number % CHECK_EVERY == 0:
                    self.catch_up()
                    self.assert_invariant()
                    self.assert_ledger()
                    self.assert_promises()
                if number % REBUILD_EVERY == 0:
                    self.assert_rebuild()

    def test_any_sequence(self):
        for seed in self.seeds():
            with self.subTest(seed=seed), self.seeded():
                self.play(seed)
