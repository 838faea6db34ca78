# Part of ar_collect. License LGPL-3.
"""Payment plans on the portal: proposed within limits, once; signed only as they were offered."""

import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .portal_common import EVIL, PortalCase
from .test_payment_plan import SIGNATURE


class PlanFormCase(PortalCase):
    def setUp(self):
        super().setUp()
        self.plans = self.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase
        self.spread = {"count": "3", "interval": "month", "first": str(self.day(7))}
        self.log_in()

    def send(self, *lines, base=None, **values):
        url = f"{base or self.base}/plan"
        data = {"line": [line.id for line in lines], **self.spread, **values}
        return self.post(url, data, page=f"{url}?{self.chosen(*lines)}")

    def found(self, account=None):
        return self.plans.search([("account_id", "=", (account or self.own).id)])

    def offered(self, account=None, line=None, **values):
        """A plan that a colleague offers."""
        plan = self.plans.create(
            {
                "account_id": (account or self.own).id,
                "date_first": self.day(4),
                "item_ids": [Command.create({"line_id": (line or self.old).id})],
                **values,
            }
        )
        plan.action_offer()
        return plan

    def sign(self, plan, seen=None, name="Ann Miller", signature=None):
        """Send the form of the signature; the plan's id may be any number."""
        number = plan if isinstance(plan, int) else plan.id
        seen = seen or plan._get_portal_digest()
        params = {"name": name, "signature": SIGNATURE.decode() if signature is None else signature}
        self.env.flush_all()
        self.env.invalidate_all()
        response = self.url_open(
            f"/my/payment-plans/{number}/sign/{seen}",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.json()


class TestPortalPropose(PlanFormCase):
    def test_shown_first(self):
        query = f"{self.chosen(self.old, self.new)}&show=1&count=3&interval=month&first=2026-03-23"
        page = self.text(self.get(f"{self.base}/plan?{query}"))
        for part in ("03/23/2026 $ 500.00", "04/23/2026 $ 500.00", "05/23/2026 $ 500.00"):
            self.assertIn(part, page)
        self.assertFalse(self.found())

    def test_proposed(self):
        response = self.send(self.old, self.new)
        self.assertIn("We look at your proposal", self.text(response))
        plan = self.found()
        self.assertEqual(
            (plan.state, plan.amount, plan.partner_id, plan.user_id, plan.from_customer),
            ("draft", 1500, self.ann, self.collector, True),
        )
        self.assertEqual(plan.instalment_ids.mapped("amount"), [500, 500, 500])
        log = self.own.log_ids
        self.assertEqual((plan.activity_id, log.direction, log.channel), (log, "in", "portal"))
        self.assertIn(plan.name, self.own.next_action)
        self.assertEqual(self.own.next_action_date, self.day(0))
        self.assertFalse(self.own.amount_promised, "a proposal has no effect")

    def test_not_what_is_disputed(self):
        self.dispute({self.old: 200})
        self.send(self.old, self.new)
        self.assertEqual(self.shares(self.found()), {self.old: 1000, self.new: 300})

    def test_second_click_and_second_thoughts(self):
        self.send(self.old)
        self.send(self.old)
        first = self.found()
        self.assertEqual((len(first), len(self.own.log_ids)), (1, 1))
        self.send(self.old, count="4")
        self.assertEqual(sorted(self.found().mapped("state")), ["cancelled", "draft"])
        self.assertEqual(first.state, "cancelled")

    def test_limits(self):
        self.company.write({"collect_portal_plan_count": 4, "collect_portal_plan_days": 60})
        for values in (
            {"count": "5"},
            {"count": "1"},
            {"count": "-2"},
            {"count": "x"},
            {"count": "3", "interval": "month", "first": str(self.day(5))},
            {"interval": "dates"},
            {"interval": ""},
            {"first": str(self.day(-1))},
            {"first": "9999-12-31"},
            {"first": ""},
        ):
            with self.subTest(**values):
                self.assertEqual(self.send(self.old, **values).status_code, 422)
        self.assertFalse(self.found())
        self.send(self.old, count="2")
        self.assertEqual(len(self.found()), 1)

    def test_too_little_for_so_many(self):
        tiny = self.items(self.invoice(self.partner, 0.02))
        self.assertIn("too little", self.text(self.send(tiny)))

    def test_off_is_asked_in_words(self):
        for values in ({"collect_portal_plan_count": 0}, {"collect_portal_plan_amount": 5000}):
            with self.subTest(**values):
                self.company.write(
                    {"collect_portal_plan_count": 6, "collect_portal_plan_amount": 0, **values}
                )
                self.assertEqual(self.send(self.old).status_code, 422)
                text = f"Half now {EVIL} {list(values)}"
                self.assertIn("look at your proposal", self.text(self.send(self.old, text=text)))
                self.assertIn(text, self.own.log_ids[0].note)
        self.assertFalse(self.found())

    def test_in_a_plan_already(self):
        self.offered().action_agree()
        page = self.get(f"{self.base}/plan?{self.chosen(self.old)}")
        self.assertIn("done=gone", page.url)
        self.send(self.old, self.new)
        self.assertEqual(self.found()[0].item_ids.line_id, self.new)

    def test_items_and_accounts_of_others(self):
        self.send(self.of_others)
        self.assertFalse(self.found() | self.found(self.free))
        self.assertEqual(self.get(f"/my/receivables/{self.free.id}/plan").status_code, 404)


class TestPortalSign(PlanFormCase):
    def test_signed(self):
        plan = self.offered()
        page = self.get(plan.access_url)
        self.assertIn("Do you agree?", self.text(page))
        self.assertIn(f"/sign/{plan._get_portal_digest()}", page.text)
        answer = self.sign(plan)["result"]
        self.assertEqual(answer["redirect_url"], f"{plan.access_url}?done=signed")
        self.assertEqual(
            (plan.state, plan.signed_by, plan.partner_id), ("active", "Ann Miller", self.ann)
        )
        self.assertTrue(plan.signature)
        self.assertEqual(set(plan.promise_ids.mapped("channel")), {"portal"})
        self.assertEqual(self.own.log_ids[0].outcome_id.code, "promised")
        self.assertNotIn("Do you agree?", self.text(self.get(plan.access_url)))

    def test_the_contact_is_told(self):
        plan = self.offered(partner_id=self.ann.id)
        message = plan.message_ids.filtered(lambda message: message.partner_ids)
        self.assertEqual(message.partner_ids, self.ann)

    def test_second_click(self):
        plan = self.offered()
        seen = plan._get_portal_digest()
        self.sign(plan)
        self.assertIn("error", self.sign(plan, seen=seen)["result"])
        self.assertEqual(len(plan.promise_ids), 3)
        self.assertEqual(len(self.own.log_ids), 1)

    def test_only_what_was_offered(self):
        self.send(self.old)
        plan = self.found()
        self.assertNotIn("Do you agree?", self.text(self.get(plan.access_url)))
        self.assertIn("cannot be signed", self.sign(plan)["result"]["error"])
        self.assertEqual(plan.state, "draft")
        draft = self.offered(line=self.new)
        draft.offered_on = False
        self.assertEqual(self.get(draft.access_url).status_code, 404, "of colleagues alone")
        self.assertIn("error", self.sign(draft))
        self.assertEqual(draft.state, "draft")

    def test_only_as_it_was_seen(self):
        plan = self.offered()
        seen = plan._get_portal_digest()
        plan.missed_limit = 3
        self.assertIn("has been changed", self.sign(plan, seen=seen)["result"]["error"])
        self.assertEqual(plan.state, "draft")
        self.sign(plan)
        self.assertEqual(plan.state, "active")

    def test_without_a_signature(self):
        plan = self.offered()
        evil = "PHN2Zz48c2NyaXB0Lz48L3N2Zz4="
        for values in ({"name": " "}, {"signature": ""}, {"signature": "???"}, {"signature": evil}):
            with self.subTest(**values):
                self.assertIn(
                    "sign with your name", self.sign(plan, **values)["result"]["error"].lower()
                )
        for name, signature in ((None, SIGNATURE.decode()), (["x"], ["y"]), ("x", 5)):
            self.assertIn("error", self.sign(plan, name=name, signature=signature)["result"])
        self.assertEqual(plan.state, "draft")
        self.assertFalse(self.own.log_ids, "what is refused leaves nothing")

    def test_of_others(self):
        plan = self.offered(self.free, self.of_others)
        self.assertIn("error", self.sign(plan))
        self.assertEqual(plan.state, "draft")
        for number in (plan.id, 0, 2**31, 10**20):
            for suffix in ("", "/pdf"):
                url = f"/my/payment-plans/{number}{suffix}"
                self.assertEqual(self.get(url).status_code, 404, url)
        mine = self.offered()
        new_test_user(self.env, "portal_b", "base.group_portal", company_id=self.company.id)
        self.log_in("portal_b")
        self.assertEqual(self.get(mine.access_url).status_code, 404)
        self.assertIn("error", self.sign(mine))
        self.assertEqual(mine.state, "draft")

    def test_list(self):
        mine, other = self.offered(), self.offered(self.free, self.of_others)
        hidden = self.offered(line=self.new)
        hidden.offered_on = False
        page = self.text(self.get(f"{self.base}/plans"))
        self.assertIn(mine.name, page)
        self.assertIn("To be signed by you", page)
        self.assertNotIn(hidden.name, page)
        self.assertNotIn(other.name, page)

    def test_file(self):
        plan = self.offered()
        response = self.get(f"{plan.access_url}/pdf")
        self.assertEqual(response.status_code, 200)
        self.assertIn(plan.name, response.text)  # in tests the report is not printed
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_offered_by_the_button_alone(self):
        plan = self.offered()
        mine = plan.sudo(False).with_user(self.collector)
        for name in ("offered_on", "from_customer"):
            with self.assertRaises(AccessError):
                mine[name] = False
