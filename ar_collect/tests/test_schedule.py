# Part of ar_collect. License LGPL-3.
"""Windows, clocks that change, holidays, programmes and habits, without a database."""

from datetime import date, datetime, timedelta, timezone
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from odoo.addons.ar_collect.tools import public_holidays
from odoo.addons.ar_collect.tools.best_time import learn_best_time, learn_payment_run
from odoo.addons.ar_collect.tools.programme import Programme
from odoo.addons.ar_collect.tools.public_holidays import ClosedDays
from odoo.addons.ar_collect.tools.schedule import (
    OFFICE_HOURS,
    Hours,
    Window,
    next_slot,
    opening,
    shift_working_days,
)
from odoo.addons.ar_collect.tools.time_zones import get_zone

AUCKLAND = ZoneInfo("Pacific/Auckland")
BERLIN = ZoneInfo("Europe/Berlin")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ALL_DAY = tuple(Window(weekday, 0, 24) for weekday in range(7))


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def assert_slot(self, expected, earliest, theirs, ours=None, **options):
        slot = next_slot(earliest, theirs, ours, **options)
        self.assertEqual(slot and slot.strftime("%Y-%m-%d %H:%M %z"), expected)

    # --- the clocks

    def test_same_clock_before_and_after_the_change(self):
        sundays = Hours((Window(6, 10, 12),), BERLIN)
        self.assert_slot("2026-03-22 10:00 +0100", utc(2026, 3, 21), sundays)
        self.assert_slot("2026-03-29 10:00 +0200", utc(2026, 3, 28), sundays)
        self.assert_slot("2026-10-25 10:00 +0100", utc(2026, 10, 24), sundays)

    def test_window_that_the_clocks_leap_over(self):
        nights = Hours((Window(6, 2, 3),), BERLIN)
        self.assert_slot("2026-04-05 02:00 +0200", utc(2026, 3, 28), nights)

    def test_window_that_begins_in_the_leap(self):
        nights = Hours((Window(6, 2.5, 4),), BERLIN)
        self.assert_slot("2026-03-29 03:00 +0200", utc(2026, 3, 28), nights)

    def test_window_that_the_clocks_show_twice(self):
        nights = Hours((Window(6, 2, 3),), BERLIN)
        self.assert_slot("2026-10-25 02:00 +0200", utc(2026, 10, 24), nights)
        self.assert_slot("2026-10-25 02:30 +0100", utc(2026, 10, 25, 1, 20), nights)

    def test_window_that_ends_when_the_clock_shows_it_the_second_time(self):
        nights = Hours((Window(6, 1, 2.5),), BERLIN)
        self.assert_slot("2026-10-25 02:15 +0100", utc(2026, 10, 25, 1, 10), nights)

    def test_southern_summer(self):
        mornings = Hours((Window(6, 9, 10),), AUCKLAND)
        self.assert_slot("2026-04-05 09:00 +1200", utc(2026, 4, 4), mornings)
        self.assert_slot("2026-09-27 09:00 +1300", utc(2026, 9, 26), mornings)

    def test_day_that_never_was(self):
        """Samoa went over the date line: there was no Friday, 30 December 2011."""
        apia = Hours((Window(4, 9, 17),), ZoneInfo("Pacific/Apia"))
        self.assert_slot("2012-01-06 09:00 +1400", utc(2011, 12, 29, 12), apia)

    def test_every_slot_lies_in_its_window(self):
        """Around both changes, from any quarter of an hour, on both hemispheres."""
        windows = (Window(0, 0.5, 3.25), Window(6, 1.25, 2.75, best=True), Window(5, 22, 24))
        for zone in (BERLIN, AUCKLAND, LOS_ANGELES):
            hours = Hours(windows, zone)
            for start in (utc(2026, 3, 7), utc(2026, 3, 28), utc(2026, 4, 4), utc(2026, 10, 31)):
                for number in range(200):
                    earliest = start + timedelta(minutes=15 * number + 7)
                    slot = next_slot(earliest, hours)
                    self.assertGreaterEqual(slot, earliest)
                    self.assertFalse(slot.minute % 15 or slot.second)
                    spans = hours.spans(slot.date())
                    self.assertTrue(any(begin <= slot < end for begin, end in spans))

    # --- the choice

    def test_rounded_to_quarters_that_fit(self):
        hours = Hours((Window(0, 9, 17),))
        self.assert_slot("2026-03-16 09:15 +0000", utc(2026, 3, 16, 9, 0, 1), hours)
        self.assert_slot("2026-03-16 16:45 +0000", utc(2026, 3, 16, 16, 45), hours)
        self.assert_slot("2026-03-23 09:00 +0000", utc(2026, 3, 16, 16, 46), hours)

    def test_closed_days_are_theirs(self):
        """Sunday evening in Los Angeles is Monday in Auckland."""
        hours = Hours(OFFICE_HOURS, AUCKLAND, {date(2026, 3, 16)})
        self.assert_slot("2026-03-17 09:00 +1300", utc(2026, 3, 15, 19), hours)
        self.assert_slot(
            "2026-03-16 09:00 +1300", utc(2026, 3, 15, 19), Hours(OFFICE_HOURS, AUCKLAND)
        )

    def test_best_time_is_waited_for_three_days(self):
        hours = Hours((*OFFICE_HOURS, Window(3, 14, 16, best=True)))
        self.assert_slot("2026-03-19 14:00 +0000", utc(2026, 3, 16), hours)
        self.assert_slot("2026-03-16 09:00 +0000", utc(2026, 3, 16), hours, patience=2)
        self.assert_slot("2026-03-20 09:00 +0000", utc(2026, 3, 20), hours)

    def test_hours_of_both(self):
        """Nine in Auckland is the early afternoon before in Los Angeles."""
        theirs = Hours(OFFICE_HOURS, AUCKLAND)
        ours = Hours(OFFICE_HOURS, LOS_ANGELES)
        self.assert_slot("2026-03-17 09:00 +1300", utc(2026, 3, 16, 16), theirs, ours)
        # Friday there is over when ours begins; Saturday there is our Friday
        self.assert_slot("2026-03-24 09:00 +1300", utc(2026, 3, 20, 23, 59), theirs, ours)

    def test_busy(self):
        ours = Hours(ALL_DAY, busy=((utc(2026, 3, 16, 8), utc(2026, 3, 16, 11)),))
        self.assert_slot("2026-03-16 11:00 +0000", utc(2026, 3, 16), Hours(), ours)

    def test_never_open(self):
        monday = utc(2026, 3, 16)
        for windows in ((), (Window(0, 17, 9),), (Window(0, 9, 9),), (Window(8, 9, 17),)):
            self.assert_slot(None, monday, Hours(windows))
            self.assertEqual(opening(monday, Hours(windows)), (False, None))
        always_closed = ClosedDays(periods=((date(2026, 1, 1), date(2030, 1, 1), "Rest"),))
        self.assert_slot(None, monday, Hours(OFFICE_HOURS, timezone.utc, always_closed))
        self.assertEqual(opening(monday, Hours(closed=always_closed)), (False, None))
        self.assert_slot(None, monday, Hours(), Hours((Window(0, 22, 23),)))

    def test_no_time_zone(self):
        with self.assertRaises(ValueError):
            next_slot(datetime(2026, 3, 16), Hours())  # noqa: DTZ001 - that is what is refused
        for name in ("Mars/Olympus", "", None, "../etc/passwd", "Europe"):
            with self.assertRaises(ValueError):
                get_zone(name)

    def test_opening(self):
        hours = Hours((Window(0, 9, 12), Window(0, 12, 17), Window(0, 17, 9)), BERLIN)
        is_open, until = opening(utc(2026, 3, 16, 8), hours)
        self.assertTrue(is_open)
        self.assertEqual(until, utc(2026, 3, 16, 16))
        is_open, until = opening(utc(2026, 3, 16, 16), hours)
        self.assertFalse(is_open)
        self.assertEqual(until, utc(2026, 3, 23, 8))

    def test_working_days(self):
        self.assertEqual(shift_working_days(date(2026, 3, 17), -2), date(2026, 3, 13))
        friday_and_saturday = {4, 5}
        self.assertEqual(
            shift_working_days(date(2026, 3, 17), -2, weekend=friday_and_saturday),
            date(2026, 3, 15),
        )
        with self.assertRaises(ValueError):
            shift_working_days(date(2026, 3, 17), 1, weekend=range(7))

    # --- programmes

    def test_every_second_tuesday(self):
        programme = Programme("week", date(2026, 3, 12), 10, interval=2, weekday=1)
        # Thursday the 12th stands for its week, whose Tuesday has passed
        slots = programme.get_slots(utc(2026, 3, 12), BERLIN)
        self.assertEqual(
            [str(slot) for slot in slots],
            ["2026-03-24 10:00:00+01:00", "2026-04-07 10:00:00+02:00", "2026-04-21 10:00:00+02:00"],
        )

    def test_programme_of_long_ago_and_of_next_year(self):
        for start in (date(1901, 1, 1), date(2026, 3, 10)):
            weeks = (date(2026, 3, 10) - start).days // 7
            programme = Programme("week", start, 9, interval=2, weekday=1)
            expected = date(2026, 3, 24) if weeks % 2 == 0 else date(2026, 3, 17)
            self.assertEqual(programme.get_days(date(2026, 3, 16), 1), [expected])
        programme = Programme("month_day", date(2027, 5, 20), 9, day=15)
        self.assertEqual(programme.get_days(date(2026, 3, 16), 1), [date(2027, 6, 15)])

    def test_every_third_month(self):
        programme = Programme("month_day", date(2026, 1, 31), 9, interval=3, day=31)
        self.assertEqual(
            programme.get_days(date(2026, 3, 16), 3),
            [date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31)],
        )

    def test_second_friday(self):
        programme = Programme("month_weekday", date(2026, 1, 1), 9, weekday=4, nth=2)
        self.assertEqual(
            programme.get_days(date(2026, 3, 13), 2), [date(2026, 3, 13), date(2026, 4, 10)]
        )

    # --- holidays

    def test_holidays_of_a_state(self):
        self.assertTrue(public_holidays.is_installed())
        corpus_christi = date(2026, 6, 4)
        self.assertIn(corpus_christi, ClosedDays("DE", "BY"))
        self.assertIn(corpus_christi, ClosedDays("DE", "DE-BY"))
        self.assertNotIn(corpus_christi, ClosedDays("DE", "BE"))
        self.assertNotIn(corpus_christi, ClosedDays("DE", "no such state"))
        self.assertEqual(ClosedDays("NZ").get_name(date(2026, 2, 6)), "Waitangi Day")

    def test_without_the_library(self):
        public_holidays.public_holidays.cache_clear()
        self.addCleanup(public_holidays.public_holidays.cache_clear)
        with patch.object(public_holidays, "library", None):
            self.assertFalse(public_holidays.is_installed())
            self.assertNotIn(date(2026, 12, 25), ClosedDays("US", "CA"))

    def test_weekend_of_a_country(self):
        self.assertEqual(public_holidays.weekend("SA"), {4, 5})

    # --- habits

    def calls(self, weekday, hour, answered, missed):
        """Calls on successive weeks, on that weekday (0 is Monday 5 January 2026)."""
        days = [datetime(2026, 1, 5 + weekday, hour) for _n in range(answered + missed)]  # noqa: DTZ001
        return [
            (day + timedelta(weeks=number), number < answered) for number, day in enumerate(days)
        ]

    def test_best_time_with_its_number(self):
        calls = self.calls(1, 10, 7, 2) + self.calls(0, 15, 1, 5) + self.calls(3, 9, 1, 4)
        best = learn_best_time(calls)
        self.assertEqual((best.weekday, best.start, best.end), (1, 10, 12))
        self.assertEqual((best.answered, best.count), (7, 9))

    def test_few_calls_prove_little(self):
        """Two of two are less than seven of nine, and nothing without anything to compare with."""
        calls = self.calls(1, 10, 7, 2) + self.calls(3, 15, 2, 0) + self.calls(0, 8, 0, 6)
        self.assertEqual(learn_best_time(calls).weekday, 1)
        self.assertIsNone(learn_best_time(self.calls(1, 10, 9, 0)))
        self.assertIsNone(learn_best_time([]))

    def test_payment_runs(self):
        first = date(2025, 9, 1)
        mondays = [first + timedelta(weeks=number) for number in range(10)]
        run = learn_payment_run([*mondays, date(2025, 9, 3), date(2025, 10, 9)])
        self.assertEqual((run.weekday, run.hits, run.count), (0, 10, 12))
        ends = [date(2025, 9, 30), date(2025, 10, 31), date(2025, 12, 1), date(2025, 12, 31)]
        run = learn_payment_run(ends)
        self.assertEqual((run.weekday, run.hits, run.count), (None, 4, 4))
        self.assertIn(run.day, (29, 30, 31))

    def test_no_payment_run(self):
        days = [date(2025, 9, 1) + timedelta(days=number * 11 + number % 3) for number in range(12)]
        self.assertIsNone(learn_payment_run(days))
        self.assertIsNone(learn_payment_run([date(2026, 1, 15)] * 9))
