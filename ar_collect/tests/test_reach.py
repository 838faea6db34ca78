# Part of ar_collect. License LGPL-3.
"""When a customer can be reached: hours, time zone, closed days, habits, and who may see them."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCase


@freeze_time("2026-03-16 12:00:00")
class TestReach(FollowUpCase):
    def reach(self, contact=None, account=None):
        account = account or self.own
        self.env.flush_all()
        self.env.invalidate_all()
        return account._get_reach(contact)[account.id]

    def text(self, contact=None, login="collector"):
        account = self.seen_by(login, self.own)
        return account._get_contact_reach_text(contact)[account.id]

    # --- time zone

    def test_zone_of_contact_before_customer(self):
        contact = self.contact(tz="Pacific/Auckland")
        self.own.partner_id.tz = "America/Los_Angeles"
        self.assertEqual(self.reach(contact).hours.zone.key, "Pacific/Auckland")
        self.assertEqual(self.reach().hours.zone.key, "America/Los_Angeles")
        self.assertIn("Ann", self.reach(contact).zone_source)

    def test_contact_of_another_customer_does_not_count(self):
        stranger = self.contact("Stranger", account=self.foreign, tz="Pacific/Auckland")
        self.window(2, 10, 12, partner=stranger)
        reach = self.reach(stranger)
        self.assertEqual(reach.hours.zone.key, "UTC")
        self.assertFalse(reach.typed)
        account = self.seen_by("collector", self.own).with_context(contact_id=stranger.id)
        self.assertNotIn("Stranger", account.contact_zone_source)

    def test_zone_of_a_country_with_one_time(self):
        self.own.partner_id.country_id = self.country("DE")
        self.assertEqual(self.reach().hours.zone.key, "Europe/Berlin")
        self.assertIn("Germany", self.reach().zone_source)
        self.own.partner_id.country_id = self.country("US")
        self.assertEqual(self.reach().hours.zone.key, "UTC")
        self.assertIn("our own", self.reach().zone_source)

    def test_zone_that_does_not_exist(self):
        contact = self.contact(country_id=self.country("FR").id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Olympus' WHERE id = %s", [contact.id]
        )
        reach = self.reach(contact)
        self.assertEqual(reach.hours.zone.key, "Europe/Paris")
        self.assertEqual(len(reach.problems), 1)
        self.assertIn("Ann", reach.problems[0])
        self.assertIn("Mars/Olympus", reach.problems[0])
        values = self.propose(self.no_answer, contact=contact)
        self.assert_time("Wed 18 08:00", values)
        self.assertIn("Mars/Olympus", values["warnings"][0])
        self.assertIn("Mars/Olympus", self.text(contact)["problem"])

    def test_zone_that_odoo_filled_in(self):
        """A new contact gets the time zone of who enters it."""
        self.env.user.tz = "America/Los_Angeles"
        contact = self.contact(tz="America/Los_Angeles", country_id=self.country("FR").id)
        self.assertEqual(self.reach(contact).hours.zone.key, "Europe/Paris")
        self.assertFalse(self.reach(contact).problems)
        contact.tz = "Asia/Tokyo"
        self.assertEqual(self.reach(contact).hours.zone.key, "Asia/Tokyo")
        self.assertIn("Asia/Tokyo", self.reach(contact).problems[0])

    # --- hours

    def test_hours_of_contact_before_account_before_customer(self):
        contact = self.contact()
        self.assertFalse(self.reach(contact).typed)
        for start, options in (
            (10, {"partner": self.own.partner_id}),
            (11, {}),
            (12, {"partner": contact}),
        ):
            self.window(2, start, 15, **options)
            reach = self.reach(contact)
            self.assertEqual([window.start for window in reach.hours.windows], [start])
            self.assertTrue(reach.typed)

    def test_office_hours_follow_the_country(self):
        self.own.partner_id.country_id = self.country("SA")
        self.assertEqual({window.weekday for window in self.reach().hours.windows}, {6, 0, 1, 2, 3})

    @mute_logger("odoo.sql_db")
    def test_impossible_windows(self):
        for values in (
            {"hour_from": 17, "hour_to": 9},
            {"hour_from": 9, "hour_to": 9},
            {"hour_from": -1},
            {"hour_to": 24.5},
            {"partner_id": self.own.partner_id.id},
            {"account_id": False},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.accounts.env["ar.collect.contact.window"].create(
                    {"account_id": self.own.id, **values}
                )

    @mute_logger("odoo.sql_db")
    def test_messages_of_impossible_windows(self):
        for values, text in (
            ({"hour_from": 17, "hour_to": 9}, "ends after it starts"),
            ({"hour_to": 25}, "between 0:00 and 24:00"),
            ({"partner_id": self.own.partner_id.id}, "either"),
        ):
            result = self.accounts.env["ar.collect.contact.window"].load(
                ["account_id/.id", "dayofweek", "hour_from", "hour_to", "partner_id/.id"],
                [
                    [
                        str(self.own.id),
                        "0",
                        str(values.get("hour_from", 9)),
                        str(values.get("hour_to", 17)),
                        str(values.get("partner_id", "")),
                    ]
                ],
            )
            self.assertIn(text, result["messages"][0]["message"])

    def test_programme_needs_a_start(self):
        with self.assertRaises(ValidationError):
            self.own.programme_unit = "week"

    # --- habits

    def test_learned_from_the_log(self):
        self.log_calls(1, 10, answered=7, missed=2)
        self.log_calls(0, 15, answered=0, missed=6)
        self.assertIn("7 of 9", self.text()["best_time"])
        self.assertIn("Tuesday", self.text()["best_time"])

    def test_learned_on_their_clock(self):
        self.own.partner_id.tz = "Pacific/Auckland"
        self.log_calls(0, 21, answered=4, missed=0)
        self.log_calls(3, 3, answered=0, missed=4)
        best = self.reach().best_time
        self.assertEqual((best.weekday, best.start), (1, 10))

    def test_learned_only_from_calls_of_ours(self):
        logs = self.log_calls(1, 10, answered=5, missed=0)
        self.log_calls(0, 15, answered=0, missed=5)
        self.assertTrue(self.reach().best_time)
        for values in ({"channel": "email"}, {"channel": "call", "direction": "in"}):
            logs.write(values)
            self.assertFalse(self.reach().best_time)

    def test_typed_beats_learned(self):
        self.log_calls(1, 10, answered=7, missed=2)
        self.log_calls(0, 15, answered=0, missed=6)
        self.window(3, 14, 16)
        reach = self.reach()
        self.assertEqual([(w.weekday, w.best) for w in reach.hours.windows], [(3, False)])
        self.assertFalse(self.text()["best_time"])
        self.window(3, 11, 12, best=True)
        self.assertIn("typed", self.text()["best_time"])

    def test_payment_run_from_payments(self):
        for weeks in range(1, 6):  # Mondays, for today is one
            self.payment(self.own.partner_id, 10, on=-7 * weeks)
        self.payment(self.own.partner_id, 10, on=-4)
        self.payment(self.own.partner_id, 10, on=-4)
        self.credit_note(self.own.partner_id, 10, due=-5)
        run = self.reach().payment_run
        self.assertEqual((run.weekday, run.hits, run.count), (0, 5, 6))
        self.assertIn("5 of 6", self.text()["payment_run"])
        other = self.other_company()
        self.assertFalse(
            self.accounts.create(
                {
                    "partner_id": self.own.partner_id.id,
                    "company_id": other.id,
                    "currency_id": other.currency_id.id,
                }
            )
            ._get_reach()
            .popitem()[1]
            .payment_run
        )

    def test_payment_set_back_to_draft_is_none(self):
        payments = [self.payment(self.own.partner_id, 10, on=-7 * weeks) for weeks in range(1, 5)]
        self.assertTrue(self.reach().payment_run)
        payments[0].action_draft()
        self.assertFalse(self.reach().payment_run)

    # --- in words

    def test_text(self):
        self.own.partner_id.write({"tz": "Pacific/Auckland", "country_id": self.country("NZ").id})
        text = self.text()
        self.assertIn("01:00", text["local_time"])
        self.assertFalse(text["is_open"])
        self.assertIn("09:00", text["opening"])
        self.assertIn("NZ", text["holidays"])
        account = self.seen_by("inquiry", self.own)
        self.assertEqual(account.contact_local_time, text["local_time"])
        self.assertFalse(account.contact_problem)

    def test_text_of_who_is_never_open(self):
        self.accounts.env["ar.collect.closed.period"].create(
            {
                "account_id": self.own.id,
                "name": "Closed for good",
                "date_from": "2026-01-01",
                "date_to": "2036-01-01",
            }
        )
        self.assertIn("Never open", self.text()["opening"])

    def test_text_of_a_holiday(self):
        self.own.partner_id.country_id = self.country("IE")
        with freeze_time("2026-03-17 12:00:00"):
            self.assertIn("Patrick", self.text()["opening"])

    # --- what is kept

    def test_hours_keep_a_row(self):
        for make in (
            lambda account: self.window(0, 9, 12, account=account),
            lambda account: account.write(
                {"programme_unit": "week", "programme_start": self.today}
            ),
            lambda account: self.accounts.env["ar.collect.closed.period"].create(
                {
                    "account_id": account.id,
                    "name": "Stocktaking",
                    "date_from": self.today,
                    "date_to": self.today,
                }
            ),
        ):
            account = self.debtor("Passing", 10)
            make(account)
            hollow = self.accounts.search(
                [*self.accounts._get_hollow_domain(), ("id", "=", account.id)]
            )
            account.message_ids.unlink()
            self.env.cr.execute(
                "UPDATE ar_collect_account SET item_count = 0 WHERE id = %s", [account.id]
            )
            self.env.invalidate_all()
            hollow = self.accounts.search(
                [*self.accounts._get_hollow_domain(), ("id", "=", account.id)]
            )
            self.assertFalse(hollow)

    def merge(self, source, target):
        wizard = self.accounts.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)
        self.catch_up()

    def test_merge_of_customers(self):
        source, target = self.own, self.free
        window = self.window(2, 10, 12, best=True)
        theirs = self.window(3, 10, 12, partner=source.partner_id)
        contact = self.contact(account=source)
        contacts = self.window(4, 10, 12, partner=contact)
        source.write(
            {
                "programme_unit": "week",
                "programme_weekday": "1",
                "programme_hour": 10,
                "programme_start": self.today,
            }
        )
        self.merge(source.partner_id, target.partner_id)
        self.assertFalse(source.exists())
        self.assertEqual(target.window_ids, window)
        self.assertEqual(target.sudo().partner_id.collect_window_ids, theirs)
        self.assertEqual(contact.sudo().collect_window_ids, contacts)
        self.assertEqual((target.programme_unit, target.programme_hour), ("week", 10))

    def test_merge_keeps_what_the_target_has(self):
        source, target = self.own, self.free
        self.window(2, 10, 12)
        kept = self.window(3, 10, 12, account=target)
        source.write({"programme_unit": "week", "programme_start": self.today})
        target.write({"programme_unit": "month_day", "programme_start": self.today})
        self.merge(source.partner_id, target.partner_id)
        self.assertEqual(target.window_ids, kept)
        self.assertEqual(target.programme_unit, "month_day")

    # --- roles

    def test_who_sees_and_changes_hours(self):
        windows = {
            "own": self.window(0, 9, 12),
            "free": self.window(1, 9, 12, account=self.free),
            "foreign": self.window(2, 9, 12, account=self.foreign),
            "person": self.window(3, 9, 12, partner=self.own.partner_id),
        }
        every = set(windows)
        for login, seen, changed in (
            ("inquiry", every, set()),
            ("collector", every - {"foreign"}, every - {"foreign"}),
            ("collector_all", every, every),
            ("manager", every, every),
        ):
            for name, window in windows.items():
                window = self.seen_by(login, window)
                with self.subTest(login=login, window=name):
                    self.assertEqual(window.has_access("read"), name in seen)
                    self.assertEqual(window.has_access("write"), name in changed)
                    self.assertEqual(window.has_access("unlink"), name in changed)

    def test_outsiders_see_no_hours(self):
        window = self.window(0, 9, 12)
        partner = self.own.partner_id
        self.window(3, 9, 12, partner=partner)
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"outsider_{group}", groups=group)
            self.assertFalse(window.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                partner.with_user(user).read(["collect_window_ids"])
        user = new_test_user(self.env, "plain", groups="base.group_user")
        self.assertTrue(partner.with_user(user).read(["name", "tz"]))

    def test_hours_of_another_company(self):
        other = self.other_company()
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="ar_collect.group_manager",
            company_id=other.id,
            company_ids=[other.id],
        )
        window = self.window(0, 9, 12)
        period = self.accounts.env["ar.collect.closed.period"].create(
            {
                "account_id": self.own.id,
                "name": "Stocktaking",
                "date_from": self.today,
                "date_to": self.today,
            }
        )
        self.assertFalse(window.with_user(user).has_access("read"))
        self.assertFalse(period.with_user(user).has_access("read"))
        self.assertTrue(self.window(0, 9, 12, partner=self.own.partner_id).with_user(user).hour_to)
