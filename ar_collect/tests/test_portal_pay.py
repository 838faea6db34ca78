# Part of ar_collect. License LGPL-3.
"""Paying on the portal: our amount, one payment over what was chosen, and only once."""

import re

from odoo import Command
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from .portal_common import PortalCase


class PayCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: see CollectCase
        cls.transactions = cls.env["payment.transaction"].sudo()  # sudo: see above
        providers = cls.env["payment.provider"].sudo()  # sudo: see above
        cls.provider = providers.search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)]
        ) or providers.create({"name": "Demo", "code": "demo", "company_id": cls.company.id})
        cls.method = cls.env.ref("payment_demo.payment_method_demo").sudo()  # sudo: see above
        cls.method.active = True
        cls.provider.write(
            {
                "state": "test",
                "is_published": True,
                "allow_tokenization": True,
                "payment_method_ids": [Command.set(cls.method.ids)],
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        settings = cls.env["ir.config_parameter"].sudo()  # sudo: see above
        settings.set_param("account_payment.enable_portal_payment", "True")

    def form(self, *lines, base=None, **query):
        """What the payment form of a page holds; without one, nothing.

        :rtype: dict
        """
        query = "".join(f"&{name}={value}" for name, value in query.items())
        page = self.get(f"{base or self.base}/pay?{self.chosen(*lines)}{query}").text
        found = re.search(r'<form [^>]*id="o_payment_form".*?>', page, re.DOTALL)
        return dict(re.findall(r'data-([\w-]+)="([^"]*)"', found[0])) if found else {}

    def begin(self, form, **values):
        """What the payment form sends when somebody clicks."""
        return self.send(form, **values)["result"]

    def send(self, form, **values):
        """The answer to it, which may be that it does not work."""
        self.env.flush_all()
        response = self.url_open(
            form["transaction-route"], json={"params": self.get_params(form, **values)}
        )
        self.env.invalidate_all()
        return response.json()

    def get_params(self, form, **values):
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 0.01,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "https://evil.example/",
            "is_validation": False,
            "access_token": form["access-token"],
            "csrf_token": "x",
            **values,
        }

    def finish(self, reference, state="done"):
        """What the provider tells us, and what happens then."""
        self.transactions.search([("reference", "=", reference)])._process(
            "demo", {"reference": reference, "simulated_state": state, "payment_details": "1"}
        )
        found = self.transactions.search([("reference", "=", reference)])
        found._post_process()
        self.env.flush_all()
        self.env.invalidate_all()
        return found

    def pay(self, *lines, state="done", **values):
        """Choose, click, and have the provider answer."""
        return self.finish(self.begin(self.form(*lines, **values))["reference"], state)

    def assert_refused(self, text, form, **values):
        with mute_logger("odoo.http"):
            answer = self.send(form, **values)
        self.assertIn(text, answer["error"]["data"]["message"])


class TestPortalPay(PayCase):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_what_was_chosen(self):
        third = self.items(self.invoice(self.partner, 50, due=-1))
        transaction = self.pay(self.old, third)
        self.assertEqual(transaction.amount, 1250)
        self.assertEqual(transaction.payment_id.amount, 1250)
        self.assertTrue(self.old.reconciled and third.reconciled)
        self.assertEqual(self.new.amount_residual, 300)
        [log] = self.own.log_ids
        self.assertEqual((log.outcome_id.code, log.partner_id), ("paid", self.ann))
        self.assertIn("$ 1,250.00", log.note.replace("\N{NO-BREAK SPACE}", " "))

    def test_worklist_follows(self):
        self.pay(self.old, self.new)
        self.catch_up()
        self.assertEqual(self.own.amount_balance, 0)

    def test_a_later_instalment_alone(self):
        invoice = self.invoice(self.partner, 900, terms=[(50, -20), (50, 10)])
        first, second = self.items(invoice).sorted("date_maturity")
        self.pay(second)
        self.assertTrue(second.reconciled)
        self.assertEqual(first.amount_residual, 450)
        self.assertEqual(invoice.amount_residual, 450)

    def test_credits_count(self):
        credit = self.items(self.credit_note(self.partner, 100))
        transaction = self.pay(self.new)
        self.assertEqual(transaction.amount, 200)
        self.assertTrue(self.new.reconciled and credit.reconciled)

    def test_credits_are_left(self):
        credit = self.items(self.credit_note(self.partner, 100))
        self.assertEqual(self.pay(self.new, credits="0").amount, 300)
        self.assertFalse(credit.reconciled)
        self.company.collect_portal_use_credits = False
        self.assertEqual(self.form(self.old)["amount"], "1200.0")

    def test_credits_cover_it(self):
        credit = self.items(self.credit_note(self.partner, 500))
        url = f"{self.base}/pay?{self.chosen(self.new)}"
        page = self.get(url).text
        self.assertNotIn("o_payment_form", page)
        offer = re.search(r'name="offer"[^>]*value="([^"]+)"', page)[1]
        self.assertIn(
            "credits were used", self.text(self.post(f"{self.base}/pay", {"offer": offer}))
        )
        self.assertTrue(self.new.reconciled)
        self.assertEqual(credit.amount_residual, -200)
        # once more: it is not open any more
        self.assertIn("choose again", self.text(self.post(f"{self.base}/pay", {"offer": offer})))
        self.assertEqual(credit.amount_residual, -200)

    def test_money_is_not_left_out_by_the_form_for_credits(self):
        offer = self.form(self.new)["access-token"]
        self.post(f"{self.base}/pay", {"offer": offer}, page=self.base)
        self.assertFalse(self.new.reconciled)

    def test_amount_of_the_browser_is_ignored(self):
        form = self.form(self.new)
        reference = self.begin(form, amount=1)["reference"]
        self.assertEqual(self.finish(reference).amount, 300)

    def test_landing_of_the_browser_is_ignored(self):
        reference = self.begin(self.form(self.new))["reference"]
        found = self.transactions.search([("reference", "=", reference)])
        self.assertEqual(found.landing_route, f"{self.base}/paid")

    def test_a_part(self):
        self.assertEqual(self.form(self.old, amount="700")["amount"], "1200.0")
        self.company.collect_portal_partial = True
        self.assertEqual(self.form(self.old, amount="5000")["amount"], "1200.0")
        self.assertEqual(self.form(self.old, amount="-5")["amount"], "1200.0")
        transaction = self.pay(self.old, self.new, amount="1250")
        self.assertEqual(transaction.amount, 1250)
        self.assertTrue(self.old.reconciled)
        self.assertEqual(self.new.amount_residual, 250)

    def test_second_click(self):
        form = self.form(self.new)
        first, second = self.begin(form), self.begin(form)
        self.assertEqual(first["reference"], second["reference"])
        self.finish(first["reference"])
        self.finish(first["reference"])  # the provider says so twice
        self.assertEqual(len(self.payments()), 1)

    def payments(self):
        return self.env["account.payment"].search([("partner_id", "=", self.partner.id)])

    def test_second_tab(self):
        first, second = self.form(self.new), self.form(self.new, self.old)
        reference = self.begin(first)["reference"]
        found = self.transactions.search([("reference", "=", reference)])
        found._process("demo", {"reference": reference, "simulated_state": "done"})
        self.assert_refused("on its way already", second)
        found._post_process()
        self.assert_refused("has changed", second)
        self.assertEqual(len(self.payments()), 1)

    def test_pending_for_days(self):
        self.pay(self.new, state="pending")
        self.assertFalse(self.payments())
        page = self.get(f"{self.base}/pay?{self.chosen(self.new)}")
        self.assertIn("on its way already", self.text(page))
        self.assertNotIn("o_payment_form", page.text)
        self.assertTrue(self.form(self.old))
        reference = self.transactions.search([("collect_account_id", "=", self.own.id)]).reference
        self.finish(reference)  # it comes late
        self.assertTrue(self.new.reconciled)

    def test_paid_otherwise_while_it_was_pending(self):
        transaction = self.pay(self.new, state="pending")
        self.payment(self.partner, 300, self.new.move_id)
        self.finish(transaction.reference)
        left = transaction.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertEqual(left.amount_residual, -300)
        self.assertIn("not matched", self.own.log_ids[0].note)

    def test_fails(self):
        for state in ("error", "cancel"):
            with self.subTest(state):
                self.pay(self.new, state=state)
                self.assertFalse(self.payments())
                text = self.text(self.get(f"{self.base}/paid"))
                self.assertIn("Nothing has been charged", text)
        self.assertEqual(self.pay(self.new).state, "done")
        self.assertIn("has arrived", self.text(self.get(f"{self.base}/paid")))

    def test_withdrawn_while_it_was_pending(self):
        credit = self.items(self.credit_note(self.partner, 100))
        transaction = self.pay(self.new, state="pending")
        self.new.move_id.button_draft()
        self.new.move_id.button_cancel()
        self.finish(transaction.reference)
        self.assertEqual(transaction.payment_id.amount, 200)
        self.assertFalse(credit.reconciled)

    def test_another_receivable_account(self):
        other = self.receivable.copy({"code": "121999"})
        self.partner.property_account_receivable_id = other
        apart = self.items(self.invoice(self.partner, 50, due=-1))
        credit = self.items(self.credit_note(self.partner, 30))
        self.assertEqual((apart.account_id, credit.account_id), (other, other))
        # the credit is no use for what stands elsewhere, and each payment is on one account
        self.assertEqual(self.form(self.new)["amount"], "300.0")
        page = self.get(f"{self.base}/pay?{self.chosen(self.new, apart)}")
        self.assertIn(
            f"by themselves, they are booked on another account: {apart.move_name}", self.text(page)
        )
        self.assertEqual(self.pay(apart).amount, 20)
        self.assertTrue(apart.reconciled and credit.reconciled)
        self.assertFalse(self.new.reconciled)

    def test_begun_in_another_window(self):
        self.begin(self.form(self.new))
        text = self.text(self.get(f"{self.base}/pay?{self.chosen(self.new)}"))
        self.assertIn("was begun a short while ago", text)
        self.assertIn("have not heard yet", self.text(self.get(f"{self.base}/paid")))

    def test_somebody_elses_payment_is_not_told(self):
        self.begin(self.form(self.new))
        self.authenticate("ann", "ann")
        self.assertNotIn("have not heard", self.text(self.get(f"{self.base}/paid")))

    def test_refunded(self):
        transaction = self.pay(self.new)
        refund = transaction._create_child_transaction(300, is_refund=True)
        self.finish(refund.reference)
        self.assertEqual(refund.payment_id.payment_type, "outbound")
        self.assertTrue(self.new.reconciled)

    def test_offers_of_others(self):
        form = self.form(self.new)
        theirs = hash_sign(
            self.env, "ar_collect.portal_payment", [self.free.id, 1, False, 1, 0.01, []]
        )
        for text in ("", "x", "AAAA", None, 7, form["access-token"][:-3] + "AAA", theirs):
            with self.subTest(str(text)[:20]):
                self.assert_refused("too old", form, access_token=text)
        link = self.form(self.new, base=f"/collections/statement/{self.give()}")
        self.assert_refused("too old", form, access_token=link["access-token"])
        self.assertFalse(self.transactions.search([("collect_account_id", "!=", False)]))

    def test_ways_of_others(self):
        form = self.form(self.new)
        other = self.provider.copy({"company_id": self.other_company().id, "state": "test"})
        for values in (
            {"provider_id": other.id},
            {"provider_id": 999999},
            {"provider_id": "1; DROP"},
            {"provider_id": None},
            {"payment_method_id": self.env.ref("payment.payment_method_card").id},
            {"flow": "offline"},
            {"flow": "token", "token_id": 999999},
        ):
            with self.subTest(str(values)):
                self.assert_refused("in that way", form, **values)

    def test_items_of_others_cannot_be_chosen(self):
        self.assertEqual(self.form(self.of_others), {})
        self.assertEqual(self.form(self.new, self.of_others)["amount"], "300.0")

    def test_without_online_payment(self):
        settings = self.env["ir.config_parameter"].sudo()  # sudo: see CollectCase
        form = self.form(self.new)
        settings.set_param("account_payment.enable_portal_payment", "False")
        self.assertEqual(self.form(self.new), {})
        self.assert_refused("cannot be paid online", form)
        self.env["res.partner.bank"].create(
            {"acc_number": "BANK 4711", "partner_id": self.company.partner_id.id}
        )
        text = self.text(self.get(f"{self.base}/pay?{self.chosen(self.new)}"))
        self.assertIn("BANK 4711", text)
        self.assertIn(self.new.move_id.payment_reference, text)


class TestPayByLink(PayCase):
    def setUp(self):
        super().setUp()
        self.link_base = f"/collections/statement/{self.give()}"

    def test_pay(self):
        transaction = self.pay(self.new, base=self.link_base)
        self.assertEqual((transaction.amount, transaction.partner_id), (300, self.ann))
        self.assertTrue(self.new.reconciled)
        self.assertIn("has arrived", self.text(self.get(f"{self.link_base}/paid")))

    def test_saved_cards_are_for_who_is_logged_in(self):
        token = self.env["payment.token"].sudo()  # sudo: see CollectCase
        token = token.create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "4711",
                "partner_id": self.ann.id,
                "provider_ref": "x",
                "demo_simulated_state": "done",
            }
        )
        self.assertNotIn("4711", self.get(f"{self.link_base}/pay").text)
        form = self.form(self.new, base=self.link_base)
        self.assert_refused("in that way", form, flow="token", token_id=token.id)
        self.log_in()
        self.assertIn("4711", self.get(f"{self.base}/pay").text)
        values = self.begin(self.form(self.new), flow="token", token_id=token.id)
        self.assertTrue(self.finish(values["reference"]).payment_id)

    def test_nothing_is_saved(self):
        values = self.begin(self.form(self.new, base=self.link_base), tokenization_requested=True)
        found = self.transactions.search([("reference", "=", values["reference"])])
        self.assertFalse(found.tokenize)
