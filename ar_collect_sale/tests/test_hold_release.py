# Part of ar_collect. License LGPL-3.
"""Releases from the credit hold: asked for, decided on, used, and over by themselves."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user

from .hold_common import HoldCase


class TestHoldRelease(HoldCase):
    def ask(self, order, user=None):
        """Ask for a release as the salesperson does.

        :return: the request, as superuser
        """
        order = self.by(user or self.seller, order)
        action = order.action_request_release()
        wizard = Form(order.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = "First order of the season"
        wizard.save().action_request()
        return self.releases.search([("order_id", "=", order.id)], limit=1)

    def decide(self, request, **values):
        """Decide on a request as the manager does.

        :return: the dialog, filled in
        """
        request = self.by(self.manager, request)
        action = request.action_decide()
        wizard = Form(request.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = "They will pay on Friday"
        for name, value in values.items():
            wizard[name] = value
        return wizard.save()

    def notes(self, record):
        """All that the chatter says."""
        return "".join(record.sudo().message_ids.mapped("body"))  # sudo: see CollectCase

    def told(self, user, text):
        """Whether somebody got a notification that says so."""
        messages = self.env["mail.message"].sudo()  # sudo: see CollectCase
        return messages.search_count(
            [("notified_partner_ids", "in", user.partner_id.ids), ("body", "ilike", text)]
        )

    # --- asked, decided, used

    def test_round_trip(self):
        order = self.quote(800)
        request = self.ask(order)
        self.assertEqual(request.amount_requested, 800)
        self.assertIn("overdue", request.hold_text)
        self.assertTrue(self.by(self.seller, order).collect_is_requested)
        mine = self.by(self.seller, self.orders)
        self.assertEqual(mine.search([("collect_is_requested", "=", True)]), order)
        self.assertNotIn(order, mine.search([("collect_is_requested", "=", False)]))
        self.assertEqual(self.level(order), "approve")
        tasks = request.activity_ids
        self.assertIn(self.manager, tasks.user_id)
        self.decide(request).action_release()
        self.assertEqual(request.state, "released")
        self.assertEqual(request.date_until, self.day(7))
        self.assertEqual(request.decided_by_id, self.manager)
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.level(order), "released")
        self.assert_passes(order)
        self.assertEqual(order.collect_release_id, request)
        for record in (order, self.own):
            self.assertIn("First order of the season", self.notes(record))
            self.assertIn("They will pay on Friday", self.notes(record))
        self.assertIn("confirmed with a release by Manager", self.notes(order))
        self.assertTrue(self.told(self.seller, "They will pay on Friday"))
        self.assert_held(self.quote())  # of this order alone

    def test_refused(self):
        order = self.quote()
        request = self.ask(order)
        self.decide(request).action_refuse()
        self.assertEqual(request.state, "refused")
        self.assertIn("Release refused", self.notes(self.own))
        self.assert_held(order)
        self.ask(order)  # with better reasons

    def test_asked_once(self):
        order = self.quote()
        self.ask(order)
        with self.assertRaisesRegex(UserError, "asked already"):
            self.ask(order)

    def test_nothing_to_ask(self):
        with self.assertRaisesRegex(UserError, "needs no release"):
            self.ask(self.quote(partner=self.customer("Good")))
        self.make_late(self.old, 70)
        with self.assertRaisesRegex(UserError, "only a manager"):
            self.ask(self.quote())

    def test_decided_once(self):
        """A second tab, a second manager."""
        request = self.ask(self.quote())
        first, second = self.decide(request), self.decide(request)
        first.action_refuse()
        with self.assertRaisesRegex(UserError, "decided by now"):
            second.action_release()
        self.assertEqual(request.state, "refused")

    def test_withdrawn(self):
        request = self.ask(self.quote())
        with self.assertRaises(AccessError):
            self.by(self.users["inquiry"], request).action_withdraw()
        self.by(self.manager, request).action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertFalse(request.activity_ids)

    def test_withdrawn_on_the_order(self):
        """By who sells, on the order; and asked once more."""
        order = self.quote()
        request = self.ask(order)
        other = self.by(self.new_seller("seller_other"), order)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            other.action_withdraw_request()
        self.by(self.seller, order).action_withdraw_request()
        self.assertEqual(request.state, "withdrawn")
        self.assertFalse(request.activity_ids)
        self.assertIn("Request withdrawn", self.notes(order))
        self.by(self.seller, order).action_withdraw_request()
        self.assertEqual(self.ask(order).state, "requested")

    def test_request_of_what_is_settled(self):
        """Nobody need decide any more about what is paid, cancelled or deleted."""
        paid, cancelled, deleted = orders = [self.quote() for _number in range(3)]
        requests = [self.ask(order) for order in orders]
        self.pay_online(paid)
        self.assert_passes(paid)
        self.by(self.seller, cancelled)._action_cancel()
        for request in requests[:2]:
            self.assertEqual(request.state, "withdrawn")
            self.assertFalse(request.activity_ids)
        self.assertIn("Request withdrawn", self.notes(paid))
        tasks = requests[2].activity_ids
        self.assertTrue(tasks)
        deleted.unlink()
        self.env.invalidate_all()
        self.assertFalse(tasks.exists(), "of a request that nobody can open")

    def test_up_to_an_amount(self):
        """A larger order needs another release, before it is confirmed and after."""
        order = self.quote(800)
        self.decide(self.ask(order)).action_release()
        order.order_line.price_unit = 800.01
        self.assert_held(order)
        order.order_line.price_unit = 800
        self.assert_passes(order)
        with self.assertRaises(UserError):
            self.by(self.seller, order.order_line).price_unit = 801
        self.by(self.seller, order.order_line).price_unit = 700
        self.by(self.seller, order.order_line).price_unit = 800

    def test_amount_of_what_was_cancelled(self):
        """What a cancelled order leaves goes to the next one, and to no third."""
        self.release(amount=1000)
        first, second = self.quote(1000), self.quote(1000)
        self.assert_passes(first)
        first._action_cancel()
        first.action_draft()
        self.assert_passes(second)
        self.assert_held(first)

    def test_of_the_customer_up_to_an_amount(self):
        release = self.release(amount=1000)
        first, second = self.quote(700), self.quote(400)
        self.assert_passes(first)
        self.assertEqual(release.used_order_ids, first)
        self.assert_held(second)
        second.order_line.price_unit = 300
        self.assert_passes(second)
        first._action_cancel()
        self.assert_passes(self.quote(700))

    def test_stopped_customers_can_be_released(self):
        """By a manager alone; that stops the hold by hand as well."""
        self.make_late(self.old, 70)
        self.own.hold = True
        order = self.quote()
        self.assertEqual(self.level(order), "block")
        self.release()
        self.assert_passes(order)

    def test_copies_are_not_released(self):
        order = self.quote()
        self.release(order)
        self.assert_held(order.copy())
        self.assert_passes(order)
        self.assertFalse(order.copy().collect_release_id)

    def test_somebody_else_is_to_pay(self):
        """A release of an order is none for another late customer."""
        order = self.quote()
        self.release(order)
        late = self.customer("Late")
        self.invoice(late, 500, due=-40)
        order.partner_id = late
        self.assert_held(order)

    # --- over by itself

    def test_over_in_time(self):
        order = self.quote()
        release = self.release(order, days=2)
        with freeze_time("2026-03-18 23:59:00"):
            self.assertEqual(self.level(order), "released")
            self.releases._process_ended()
            self.assertEqual(release.state, "released")
        with freeze_time("2026-03-19 00:01:00"):
            self.assertEqual(self.level(order), "approve")
            self.assertEqual(release.state_shown, "ended")
            self.assert_held(order)
            self.releases._process_ended()
            self.assertEqual(release.state, "ended")
        self.assertIn("The time is over", self.notes(self.own))
        self.assertIn("The time is over", self.notes(order))

    def test_in_the_time_zone_of_the_company(self):
        order = self.quote()
        self.release(order, days=2)
        self.company.partner_id.tz = "Pacific/Auckland"  # 13 hours ahead
        with freeze_time("2026-03-18 10:59:00"):
            self.assertEqual(self.level(order), "released")
        with freeze_time("2026-03-18 11:01:00"):
            self.assertEqual(self.level(order), "approve")

    def test_because_promised(self):
        """As long as the promise holds, and no longer."""
        self.company.collect_hold_promised = False
        promise = self.promise([self.old])
        order = self.quote()
        request = self.ask(order)
        wizard = self.decide(request, by_promise=True, promise_id=promise)
        self.assertEqual(wizard.date_until, self.day(4))
        wizard.action_release()
        self.assertEqual(self.level(order), "released")
        promise.action_cancel()
        self.assertEqual(self.level(order), "approve")
        self.releases._process_ended()
        self.assertEqual(request.state, "ended")
        self.assertIn("promise does not hold", self.notes(self.own))

    def test_broken_promise_puts_it_back(self):
        self.company.write({"collect_hold_promised": False, "collect_promise_grace_days": 0})
        promise = self.promise([self.old])
        order = self.quote()
        self.release(order, days=4, promise=promise)
        with self.on(5):
            self.assertEqual(promise.state, "broken")
            self.assertEqual(self.level(order), "approve")

    def test_deleted_promise_puts_it_back(self):
        promise = self.promise([self.old])
        release = self.release(days=4, promise=promise)
        promise.unlink()
        self.assertFalse(release._filtered_valid())

    def test_terms(self):
        promise = self.promise([self.old])
        promise_of_other = self.promise(account_id=self.foreign.id, amount=10)
        for days, given, message in (
            (-1, None, "last day"),
            (40, promise, "cannot last longer"),
            (2, promise_of_other, "promise of this customer"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.release(days=days, promise=given)

    def test_ended_by_hand(self):
        order = self.quote()
        release = self.release(order)
        self.by(self.manager, release).action_end()
        self.assert_held(order)

    # --- the account

    def test_level_of_accounts(self):
        good = self.customer("Good")
        self.invoice(good, 10, due=3)
        self.catch_up()
        self.release(account=self.foreign)
        accounts = self.by(self.manager, self.accounts)
        found = {
            level: accounts.search([("hold_level", "=", level)])
            for level in ("none", "warn", "approve", "block", "released")
        }
        self.assertIn(self.account(good), found["none"])
        self.assertIn(self.own, found["approve"])
        self.assertIn(self.foreign, found["released"])
        every = accounts.search([])
        self.assertEqual(sum(map(len, found.values())), len(every))
        for level, some in found.items():
            self.assertEqual(set(some.mapped("hold_level")) - {level}, set())
        on_hold = accounts.search([("hold_level", "in", ("approve", "block"))])
        self.assertEqual(on_hold, found["approve"] | found["block"])
        self.assertEqual(accounts.search([("hold_level", "!=", "none")]), every - found["none"])

    def test_survives_rebuild_and_merge(self):
        release = self.release()
        self.env.cr.execute("UPDATE ar_collect_account SET item_count = 0")
        self.accounts._refresh(self.partner)
        target = self.customer("Target")
        self.invoice(target, 50, due=-40)
        self.catch_up()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: see CollectCase
        wizard._merge([self.partner.id, target.id], target)
        self.catch_up()
        self.assertEqual(release.account_id, self.account(target))
        self.assertEqual(release.customer_id, target)

    def test_account_of_releases_alone_is_kept(self):
        """Somebody who never bought, with a request, is no hollow row."""
        new = self.customer("New")
        new.with_company(self.company).sudo().credit_limit = 10  # sudo: see CollectCase
        request = self.ask(self.quote(50, new))
        self.accounts._refresh(new)
        self.assertEqual(request.exists().customer_id, new)

    # --- who may

    def test_roles(self):
        release = self.release()
        for login, user in self.users.items():
            seen = self.by(user, release)
            self.assertEqual(seen.has_access("read"), login != "colleague", login)
            self.assertFalse(seen.has_access("unlink"), login)
            self.assertFalse(seen.has_access("create"), login)
            with self.assertRaises(AccessError):
                seen.write({"amount": 0})
            with self.assertRaises(AccessError):
                seen.create({"account_id": self.own.id, "state": "released"})
            if login != "manager":
                for method in ("action_end", "action_decide"):
                    with self.assertRaises(AccessError):
                        getattr(seen, method)()

    def test_outsiders(self):
        """Salespeople, plain users, customers, managers of another company."""
        release = self.release()
        seller_all = self.new_seller("all_h", "sales_team.group_sale_salesman_all_leads")
        for user in (self.seller, seller_all, *self.outsiders()):
            seen = self.by(user, release)
            self.assertFalse(seen.has_access("read"), user.login)
            for method in ("action_end", "action_withdraw", "action_decide"):
                with self.assertRaises(AccessError):
                    getattr(seen, method)()

    def test_only_managers_decide(self):
        """Not by the dialog either, and of customers they see."""
        request = self.ask(self.quote())
        boss = self.env["ar.collect.hold.decide"]
        for user in (self.seller, self.users["collector_all"]):
            wizards = self.by(user, boss)
            with self.assertRaises(AccessError):
                wizards.create(
                    {"release_id": request.id, "account_id": self.own.id, "reason": "Mine"}
                ).action_release()
        stranger = self.outsiders()[-1]
        with self.assertRaises(AccessError):
            self.by(stranger, boss).create(
                {"release_id": request.id, "account_id": self.own.id, "reason": "Theirs"}
            ).action_release()
        self.assertEqual(request.state, "requested")

    def test_others_cannot_ask(self):
        stranger = self.new_seller("stranger_r")
        order = self.quote()
        with self.assertRaises(AccessError):
            self.by(stranger, order).action_request_release()
        wizards = self.by(stranger, self.env["ar.collect.hold.ask"])
        with self.assertRaises(AccessError):
            wizards.create({"order_id": order.id, "reason": "Please"}).action_request()
        with self.assertRaises(AccessError):
            wizards.create({"order_id": order.id, "reason": "Please"}).read(["hold_text"])

    def test_hold_is_set_by_managers(self):
        with self.assertRaises(AccessError):
            self.by(self.users["collector_all"], self.own).hold = True
        own = self.by(self.manager, self.own)
        own = own.with_context(tracking_disable=False, mail_notrack=False)
        own.hold = True  # without the dialog, e.g. by an import
        self.env.flush_all()
        self.env.cr.precommit.run()  # where changes are noted
        self.env.invalidate_all()
        changes = own.sudo().message_ids.tracking_value_ids.field_id  # sudo: see CollectCase
        self.assertIn("hold", changes.mapped("name"))

    def test_who_is_asked(self):
        chosen = new_test_user(
            self.env,
            login="chosen_h",
            groups="ar_collect.group_manager",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        self.company.collect_hold_user_id = chosen
        self.assertEqual(self.ask(self.quote()).activity_ids.user_id, chosen)
        chosen.active = False
        self.assertIn(self.manager, self.ask(self.quote()).activity_ids.user_id)
