# Part of ar_collect. License LGPL-3.
"""Promises that customers make by themselves: within limits, once, of their own items."""

from odoo import Command

from .portal_common import PortalCase


class TestPortalPromise(PortalCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def send(self, *lines, base=None, **values):
        url = f"{base or self.base}/promise"
        data = {"day": str(self.day(7)), "line": [line.id for line in lines], **values}
        return self.post(url, data, page=f"{url}?{self.chosen(*lines)}")

    def found(self):
        return self.promises.search([("account_id", "=", self.own.id)])

    def test_promise(self):
        response = self.send(self.new)
        self.assertIn("it is noted", self.text(response))
        promise = self.found()
        self.assertEqual(
            (promise.amount, promise.date_promised, promise.channel, promise.partner_id),
            (300, self.day(7), "portal", self.ann),
        )
        self.assertEqual(promise.item_ids.line_id, self.new)
        log = promise.activity_id
        self.assertEqual(
            (log.channel, log.direction, log.outcome_id.code), ("portal", "in", "promised")
        )
        self.assertEqual(log.line_ids, self.new)
        self.assertEqual(self.own.amount_promised, 300)

    def test_collector_is_told(self):
        self.send(self.new)
        message = self.found().activity_id.message_id
        self.assertEqual(message.author_id, self.ann)
        self.assertIn(self.collector.partner_id, message.notified_partner_ids)

    def test_second_click(self):
        self.send(self.new)
        self.send(self.new)
        self.assertEqual(len(self.found()), 1)
        self.assertEqual(len(self.own.log_ids), 1)

    def test_by_link(self):
        self.logout()
        self.send(self.new, base=f"/collections/statement/{self.give()}")
        promise = self.found()
        self.assertEqual((promise.amount, promise.partner_id), (300, self.ann))
        self.assertEqual(promise.activity_id.message_id.author_id, self.ann)

    def test_nothing_chosen_is_what_is_due(self):
        self.invoice(self.partner, 77, due=20)
        self.send()
        self.assertEqual(self.found().item_ids.line_id, self.old | self.new)

    def test_a_part(self):
        self.send(self.old, self.new, amount="1300.50")
        self.assertEqual(self.shares(self.found()), {self.old: 1200, self.new: 100.5})

    def test_items_of_others(self):
        self.send(self.of_others)
        self.assertFalse(self.found())
        self.assertFalse(self.promises.search([("item_ids.line_id", "=", self.of_others.id)]))

    def test_what_is_wrong_is_said(self):
        for values, text in (
            ({"day": ""}, "choose the day"),
            ({"day": str(self.day(-1))}, "has passed"),
            ({"day": "31.12.2026"}, "choose the day"),
            ({"day": "9999-12-31"}, "too far away"),
            ({"amount": "0"}, "above zero"),
            ({"amount": "301"}, "above zero"),
            ({"amount": "-5"}, "above zero"),
            ({"amount": "NaN"}, "above zero"),
        ):
            with self.subTest(str(values)):
                response = self.send(self.new, **values)
                self.assertEqual(response.status_code, 422)
                self.assertIn(text, self.text(response))
        self.assertFalse(self.found())

    def test_beyond_the_limits_the_collector_is_asked(self):
        self.company.collect_portal_promise_days = 10
        for days, values in ((11, {}), (7, {"collect_portal_promise_amount": 299})):
            with self.subTest(str(days)):
                self.company.write(values)
                response = self.send(self.new, day=str(self.day(days)))
                self.assertIn("passed it on", self.text(response))
        self.assertFalse(self.found())
        self.assertEqual(len(self.own.log_ids), 2)
        tasks = self.own.activity_ids.filtered(lambda one: one.user_id == self.collector)
        self.assertEqual(set(tasks.mapped("date_deadline")), {self.today})

    def test_so_often(self):
        self.company.collect_portal_promise_times = 2
        for days in (5, 6):
            self.send(self.new, day=str(self.day(days)))
        self.assertEqual(len(self.found()), 2)
        response = self.send(self.new, day=str(self.day(8)))
        self.assertIn("passed it on", self.text(response))
        self.assertEqual(len(self.found()), 2)

    def test_each_item_so_often(self):
        self.company.collect_portal_promise_times = 2
        self.send(self.old)
        self.send(self.new)
        self.assertIn("it is noted", self.text(self.send(self.old, self.new)))
        self.assertEqual(len(self.found()), 3)

    def test_the_amount_is_not_split_up(self):
        self.company.collect_portal_promise_amount = 1300
        self.send(self.old)
        self.assertIn("passed it on", self.text(self.send(self.new)))
        self.assertEqual(self.found().item_ids.line_id, self.old)

    def test_asked_when_nobody_collects(self):
        self.own.user_id = False
        self.company.collect_portal_promise_days = 2
        self.send(self.new)
        tasks = self.own.activity_ids
        self.assertEqual(len(tasks), 1)
        self.assertTrue(tasks.user_id.has_group("ar_collect.group_manager"))

    def test_what_a_browser_says_of_the_outcome(self):
        # a browser may put texts into the context, ours are of another kind
        here = self.own.with_context(collect_portal_outcome="paid")
        outcome = here._get_message_outcome("in", self.ann)
        self.assertEqual(outcome.code, "received")

    def test_switched_off(self):
        self.company.collect_portal_promise_days = 0
        self.assertNotIn(f'{self.base}/promise"', self.get(self.base).text)
        self.send(self.new)
        self.assertFalse(self.found())

    def test_not_what_is_disputed_or_in_a_plan(self):
        self.dispute({self.old: 200})
        plan = self.env["ar.collect.payment.plan"].sudo()
        plan = plan.create(
            {"account_id": self.own.id, "item_ids": [Command.create({"line_id": self.new.id})]}
        )
        plan.action_agree()
        self.send(self.old, self.new)
        promise = self.found().filtered(lambda one: not one.plan_id)
        self.assertEqual(self.shares(promise), {self.old: 1000})

    def test_without_the_token_against_forgery(self):
        data = {"day": str(self.day(7)), "line": self.new.id}
        with self.assertLogs("odoo.http", "WARNING"):
            response = self.url_open(f"{self.base}/promise", data=data)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.found())
