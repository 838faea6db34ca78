# Part of ar_collect. License LGPL-3.
"""Orders of customers on credit hold: what is held, what passes, and no way around."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .hold_common import HoldCase


class TestHoldOrder(HoldCase):
    # --- what holds

    def test_off_by_default(self):
        """Installing holds nobody."""
        fresh = self.other_company("Fresh")
        self.assertFalse(fresh.collect_hold_active)
        self.company.collect_hold_active = False
        self.assertEqual(self.level(self.quote()), "none")
        self.assert_passes(self.quote())

    def test_levels_by_days(self):
        order = self.quote()
        self.assertEqual(self.level(order), "approve")
        self.assert_held(order, "Request a release")
        self.make_late(self.old, 60)
        self.assertEqual(self.level(order), "block")
        self.assert_held(order, "only a manager")
        self.make_late(self.old, 29)
        self.assertEqual(self.level(order), "warn")
        self.assert_passes(order)

    def test_levels_by_amount(self):
        self.company.write({"collect_hold_approve_days": 0, "collect_hold_approve_amount": 1500})
        self.assertEqual(self.level(self.quote()), "warn")
        self.company.collect_hold_approve_amount = 1499.99
        self.assertEqual(self.level(self.quote()), "approve")

    def test_pennies_hold_nobody(self):
        self.company.collect_hold_tolerance = 1200
        order = self.quote()
        self.assertEqual(self.level(order), "warn")  # 1,500 altogether, 1,200 for 30 days
        self.company.collect_hold_tolerance = 1199.99
        self.assertEqual(self.level(order), "approve")
        self.company.collect_hold_tolerance = 1500
        self.assertEqual(self.level(order), "none")

    def test_disputed_is_not_overdue(self):
        self.dispute({self.old: None})
        self.assertEqual(self.level(self.quote()), "warn")

    def test_promised_is_not_overdue(self):
        """And is again when the promise and the days of grace are over."""
        self.promise([self.old])
        order = self.quote()
        self.assertEqual(self.level(order), "warn")
        self.company.collect_hold_promised = False
        self.assertEqual(self.level(order), "approve")
        self.company.collect_hold_promised = True
        self.company.collect_promise_grace_days = 2
        for day, level in ((6, "warn"), (7, "approve")):
            with self.on(day):
                self.assertEqual(self.level(order), level)

    def test_promised_without_items(self):
        self.promise(amount=1495)
        self.assertEqual(self.level(self.quote()), "none")

    def test_unapplied_credits_cover(self):
        self.payment(self.partner, 1195)
        self.assertEqual(self.level(self.quote()), "warn")

    def test_by_hand(self):
        """A manager's hold counts where there are no rules, too."""
        good = self.customer("Good")
        self.invoice(good, 50, due=20)
        self.catch_up()
        self.company.collect_hold_active = False
        self.account(good).hold = True
        order = self.quote(partner=good)
        self.assertEqual(self.level(order), "approve")
        self.assert_held(order)
        self.company.collect_hold_by_hand = "block"
        self.assertEqual(self.level(order), "block")
        self.account(good).hold = False
        self.assert_passes(order)

    def test_delivered_to_or_invoiced_to(self):
        """Neither a good customer in between nor another address is a way around."""
        good = self.customer("Good")
        contact = self.customer("Clerk", is_company=False, parent_id=self.partner.id)
        self.assert_held(self.quote(partner=contact))
        self.assert_held(self.quote(partner_invoice_id=good.id))
        self.assert_held(self.quote(partner=good, partner_invoice_id=self.partner.id))

    # --- the credit limit

    def limited(self, limit=1000, **values):
        """A customer who owes 400, not due, and may owe so much."""
        partner = self.customer("Limited", **{"user_id": self.seller.id, **values})
        partner.with_company(self.company).sudo().credit_limit = limit  # sudo: see CollectCase
        self.invoice(partner, 400, due=20)
        return partner

    def test_limit(self):
        partner = self.limited()
        self.assertEqual(self.level(self.quote(400, partner)), "none")
        self.assertEqual(self.level(self.quote(400.01, partner)), "warn")
        order = self.quote(600.01, partner)
        self.assert_held(order, "1,000.01.*of a credit limit of.*1,000.00")
        self.assert_passes(self.quote(600, partner))

    def test_confirmed_orders_use_the_limit(self):
        partner = self.limited()
        first = self.quote(600, partner)
        self.assert_passes(first)
        second = self.quote(0.01, partner)
        self.assert_held(second)
        self.company.collect_hold_orders = False
        self.assertEqual(self.level(second), "none")
        self.company.collect_hold_orders = True
        first._action_cancel()
        self.assert_passes(second)

    def test_invoiced_counts_once(self):
        """Billed, credited and down paid: the exposure stays what was ordered."""
        partner = self.limited()
        order = self.quote(500, partner)
        self.assert_passes(order)
        self.assertEqual(self.exposure(partner), 900)
        move = self.invoice_order(order, post=False)
        self.assertEqual(self.exposure(partner), 900, "a draft is no way around")
        move.invoice_date = self.today
        move.action_post()
        self.assertEqual(self.exposure(partner), 900)

    def exposure(self, partner):
        """What the customer owes or has ordered."""
        standings = self.env["ar.collect.hold"]._get_standings(partner, self.company)
        return round(standings[partner.id, self.company.id].exposure, 2)

    def test_partly_invoiced_counts_once(self):
        partner = self.limited()
        order = self.quote(100, partner)
        order.order_line.product_uom_qty = 5
        self.assert_passes(order)
        self.invoice_order(order, quantity=2)
        self.assertEqual(self.exposure(partner), 900)

    def test_limit_in_the_currency_of_the_company(self):
        """1,300 euros are 650 dollars at two euros a dollar."""
        partner = self.limited()
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        order = self.quote(1300, partner)
        order.currency_id = euro
        self.assert_held(order, "1,050.00")
        order.order_line.price_unit = 1200
        self.assert_passes(order)
        self.assertEqual(self.exposure(partner), 1000)

    def test_held_in_one_company_alone(self):
        """The same customer, late here, buys from another company of ours."""
        other = self.other_company("Elsewhere")
        other.write({"collect_hold_active": True})
        seller = self.new_seller("seller_o", company=other)
        order = self.quote(company=other, user_id=seller.id)
        self.assert_passes(order, seller)
        self.assert_held(self.quote())

    def test_group_of_companies(self):
        top = self.customer("Top")
        top.with_company(self.company).sudo().credit_limit = 700  # sudo: see CollectCase
        daughter = self.limited(limit=0, parent_id=top.id)
        self.invoice(self.customer("Sister", parent_id=top.id), 200, due=10)
        order = self.quote(101, daughter)
        self.assertEqual(self.level(order), "none")
        self.company.collect_hold_group = True
        self.assert_held(order, "limit of the group")
        # other customers' figures are in no sentence
        self.assertNotIn("701", self.by(self.seller, order).collect_hold_text)
        order.order_line.price_unit = 100
        self.assertEqual(self.level(order), "warn")

    def test_group_used_in_turn(self):
        """Two sisters in one list: each is within the limit of the group, both are not."""
        self.company.collect_hold_group = True
        top = self.customer("Top")
        top.with_company(self.company).sudo().credit_limit = 1000  # sudo: see CollectCase
        sisters = [self.customer(name, parent_id=top.id) for name in ("First", "Second")]
        first, second = orders = [self.quote(600, sister) for sister in sisters]
        with self.assertRaisesRegex(UserError, "limit of the group") as raised:
            self.by(self.seller, first | second).action_confirm()
        self.assertNotIn(first.name, str(raised.exception))
        orders[1].order_line.price_unit = 400
        self.by(self.seller, first | second).action_confirm()

    def test_limit_of_a_percentage(self):
        """To the cent: 110 percent of 33.30 are 36.63."""
        self.company.collect_hold_approve_use = 110
        partner = self.limited(33.3)
        self.payment(partner, 400)
        order = self.quote(36.63, partner)
        self.assertEqual(self.level(order), "warn")
        order.order_line.price_unit = 36.64
        self.assertEqual(self.level(order), "approve")

    def test_invoiced_is_not_owed_twice(self):
        """Where orders do not count, a confirmed one adds what is not invoiced of it."""
        self.company.collect_hold_orders = False
        partner = self.limited()
        order = self.quote(500, partner)
        self.assert_passes(order)
        self.invoice_order(order)
        line = self.by(self.seller, order.order_line)
        line.price_unit = 600
        with self.assertRaisesRegex(UserError, "1,000.01"):
            line.price_unit = 600.01

    def test_begun_anew_counts_once(self):
        """What is down paid of an order is owed by invoice, also once it is a quotation again."""
        partner = self.limited()
        order = self.quote(600, partner)
        self.assert_passes(order)
        wizard = self.env["sale.advance.payment.inv"].sudo()  # sudo: see OrderCase
        wizard.create(
            {
                "advance_payment_method": "percentage",
                "amount": 50,
                "sale_order_ids": [Command.set(order.ids)],
            }
        ).create_invoices()
        order.invoice_ids.action_post()
        self.assertEqual(self.exposure(partner), 1000)
        order._action_cancel()
        order.action_draft()
        self.assertEqual(self.exposure(partner), 700)
        self.assert_passes(order)
        self.assertEqual(self.exposure(partner), 1000)

    # --- what passes

    def test_nothing_to_pay(self):
        self.assert_passes(self.quote(0))

    def test_paid_in_full(self):
        for state in ("done", "authorized"):
            order = self.quote()
            self.set_state(self.pay_online(order), state)
            self.assertEqual(self.level(order), "none")
            self.assert_passes(order)

    def set_state(self, tx, state):
        """The state of a payment, whatever its provider can do."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = %s WHERE id = %s", [state, tx.id]
        )
        self.env.invalidate_all()

    def test_not_quite_paid(self):
        order = self.quote()
        self.pay_online(order, 999.99)
        self.assert_held(order)
        self.pay_online(order, 0.01, state="pending")
        self.assert_held(order)

    def test_paid_and_given_back(self):
        order = self.quote()
        tx = self.pay_online(order)
        self.pay_online(
            order, -400, operation="refund", source_transaction_id=tx.id, sale_order_ids=False
        )
        self.assert_held(order)

    def test_paid_as_far_as_asked(self):
        """By the company: a salesperson who asks for less sells the rest on credit."""
        order = self.quote(require_payment=True, prepayment_percent=0.3)
        self.pay_online(order, 300)
        self.assert_held(order)
        self.company.prepayment_percent = 0.3
        self.assert_passes(order)

    def test_one_payment_for_two_orders(self):
        first, second = self.quote(), self.quote()
        tx = self.pay_online(first)
        tx.sale_order_ids |= second
        self.assert_held(first)
        tx.amount = 2000
        self.assert_passes(first)

    def test_portal_payment_while_on_hold(self):
        """A payment in full confirms the order, as it does without us."""
        order = self.quote(require_payment=True, prepayment_percent=1)
        self.pay_online(order)._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")

    def test_part_payment_leaves_no_error(self):
        """The payment is processed; the order waits, and the salesperson is told."""
        order = self.quote(require_payment=False)
        tx = self.pay_online(order, 100)
        self.assertFalse(tx._check_amount_and_confirm_order())
        self.assertEqual(order.state, "draft")
        request = self.releases.search([("order_id", "=", order.id)])
        self.assertEqual(request.requested_by_id, self.seller)
        self.assertIn(self.seller.partner_id, order.message_ids.notified_partner_ids)

    def test_accepted_online(self):
        """The signature is kept, the customer gets no error, the order waits."""
        order = self.quote(require_signature=True, require_payment=False)
        portal = new_test_user(self.env, login="portal_h", groups="base.group_portal")
        order.with_user(portal).sudo()._validate_order()  # sudo: as the portal does
        self.assertEqual(order.state, "draft")
        request = self.releases.search([("order_id", "=", order.id)])
        self.assertEqual(request.state, "requested")
        order.with_user(portal).sudo()._validate_order()  # sudo: as the portal does
        self.assertEqual(self.releases.search_count([("order_id", "=", order.id)]), 1)

    def test_accepted_online_and_good(self):
        order = self.quote(partner=self.customer("Good"))
        order._validate_order()
        self.assertEqual(order.state, "sale")

    def test_invoices_of_what_was_delivered(self):
        order = self.quote(partner=self.customer("Good"))
        self.assert_passes(order)
        order.partner_id.with_company(self.company).sudo().credit_limit = 1  # sudo: CollectCase
        self.assertEqual(self.invoice_order(order).state, "posted")

    # --- no way around

    def test_written_by_rpc(self):
        """By the state alone, made as confirmed, or as a copy that is."""
        order = self.by(self.seller, self.quote())
        values = {"partner_id": self.partner.id, "state": "sale"}
        line = Command.create(self.line(product_uom_qty=1, price_unit=1))
        for confirm in (
            lambda: order.write({"state": "sale"}),
            lambda: order.create({**values, "order_line": [line]}),
            lambda: order.copy({"state": "sale"}),
        ):
            with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
                confirm()
        self.assertEqual(order.copy().state, "draft")

    def test_changed_while_confirmed_by_rpc(self):
        """What is written together is decided on together: what it costs, and who pays."""
        order = self.by(self.seller, self.quote(100, self.limited()))
        line = Command.update(order.order_line.id, {"price_unit": 700})
        for changes in ({"order_line": [line]}, {"partner_id": self.partner.id}):
            with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
                order.write({"state": "sale", **changes})
        self.assertEqual((order.state, order.amount_total), ("draft", 100))

    def test_context_is_not_believed(self):
        order = self.by(self.seller, self.quote())
        with self.assertRaises(UserError):
            order.with_context(ar_collect_hold_as_a_whole=True).action_confirm()

    def confirmed_and_held(self):
        """A confirmed order of 100 of a customer who has been stopped since, and a quotation."""
        order = self.quote(100, self.customer("Held Later"))
        self.assert_passes(order)
        self.invoice(order.partner_id, 50, due=-50)
        self.catch_up()
        self.account(order.partner_id).hold = True
        return order, self.quote(10, self.customer("Good"))

    def test_lines_of_another_order(self):
        """What is done to a confirmed order by way of a quotation is looked at, too."""
        held, draft = self.confirmed_and_held()
        line = held.order_line
        for change in (
            [Command.update(line.id, {"product_uom_qty": 100})],
            [
                Command.update(
                    draft.order_line.id,
                    {"linked_line_ids": [Command.update(line.id, {"price_unit": 900})]},
                )
            ],
        ):
            with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
                self.by(self.seller, draft).write({"order_line": change})
        self.assertEqual(held.amount_total, 100)

    def test_line_by_default(self):
        """The order of a new line may come from the context."""
        held, _draft = self.confirmed_and_held()
        lines = self.by(self.seller, held.order_line).with_context(default_order_id=held.id)
        values = {"product_id": self.desk.id, "product_uom_qty": 100}
        with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
            lines.create(values)
        self.assertEqual(held.amount_total, 100)

    def test_what_is_worked_out_is_not_written(self):
        """An amount, or that it is invoiced: what the decision is worked out from."""
        order = self.by(self.seller, self.quote())
        order.write({"amount_total": 0, "invoice_status": "invoiced", "currency_rate": 1e9})
        self.assertEqual((order.amount_total, order.currency_rate), (1000, 1))
        self.assert_held(order)
        confirmed, _draft = self.confirmed_and_held()
        seen = self.by(self.seller, confirmed)
        seen.write({"amount_total": 1e9})
        seen.order_line.write({"qty_invoiced": 1, "invoice_status": "invoiced"})
        self.assertEqual((seen.amount_total, seen.invoice_status), (100, "to invoice"))
        with self.assertRaisesRegex(UserError, "credit hold"), self.env.cr.savepoint():
            seen.order_line.price_unit = 900

    def test_what_is_paid_is_not_borrowed(self):
        """Invoices, payments and releases of others say nothing of an order."""
        paid = self.quote(1000, self.customer("Other"))
        self.assert_passes(paid)
        move = self.invoice_order(paid)
        links = {"invoice_lines": [Command.link(move.invoice_line_ids.id)]}
        partner = self.limited(1000)
        order = self.quote(601, partner)
        self.by(self.seller, order.order_line).write(links)
        self.by(self.seller, order).order_line = [
            Command.create({**self.line(product_uom_qty=1, price_unit=1), **links})
        ]
        self.assertFalse(order.order_line.invoice_lines)
        self.assert_held(order)
        payment = self.pay_online(paid)
        payment.sale_order_ids = False
        groups = "sales_team.group_sale_salesman,account.group_account_invoice"
        clerk = self.new_seller("clerk_h", f"{groups},ar_collect.group_inquiry")
        order.user_id = clerk
        release = self.release(self.quote(1, partner), account=order._get_hold_account())
        self.by(clerk, order).write(
            {
                "transaction_ids": [Command.link(payment.id)],
                "collect_release_id": release.id,
            }
        )
        self.assertFalse(order.transaction_ids)
        self.assertFalse(order.collect_release_id)
        self.assert_held(order, user=clerk)

    def test_cancelled_and_changed_at_once(self):
        held, _draft = self.confirmed_and_held()
        line = Command.update(held.order_line.id, {"name": "Other desk", "price_unit": 900})
        self.by(self.seller, held).write({"state": "cancel", "order_line": [line]})
        self.assertEqual(held.state, "cancel")

    def test_ordered_online_to_pay_on_delivery(self):
        """Odoo confirms it by itself: an error would leave the transaction undone."""
        order = self.quote()
        order.with_context(send_email=True).action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.releases.search([("order_id", "=", order.id)]).state, "requested")
        with self.assertRaises(UserError):
            self.by(self.seller, order).with_context(send_email=True).action_confirm()

    def test_figures_of_own_customers_alone(self):
        """Whoever makes a quotation for a colleague's customer learns that it is held, not more."""
        order = self.quote()
        for seller, shown in ((self.seller, True), (self.env["res.users"], False)):
            self.partner.user_id = seller
            with self.subTest(own=shown):
                seen = self.by(self.seller, order)
                self.assertEqual(seen.collect_hold_level, "approve")
                self.assertEqual("1,500" in seen.collect_hold_text, shown)
                self.assertIn("overdue", seen.collect_hold_text)
                with self.assertRaisesRegex(UserError, "credit hold") as caught:
                    seen.action_confirm()
                self.assertEqual("1,500" in str(caught.exception), shown)
        request = self.by(self.seller, order)._request_release("They pay on Friday")
        self.assertIn("1,500", request.hold_text, "managers decide on figures")

    def test_confirmed_orders_do_not_grow(self):
        """By a line, a price, a quantity, a discount, or another customer."""
        good = self.customer("Good")
        order = self.quote(partner=good)
        self.assert_passes(order)
        self.invoice(good, 500, due=-40)
        order = self.by(self.seller, order)
        line = order.order_line
        more = Command.create(self.line(price_unit=1, product_uom_qty=1))
        changes = [
            lambda: order.write({"order_line": [more]}),
            lambda: order.write({"order_line": [Command.update(line.id, {"price_unit": 1001})]}),
            lambda: line.write({"product_uom_qty": 20}),
            lambda: line.create({**self.line(product_uom_qty=1), "order_id": order.id}),
            lambda: order.write({"partner_id": self.partner.id}),
            lambda: order.write({"partner_invoice_id": self.partner.id}),
        ]
        for number, change in enumerate(changes):
            with (
                self.subTest(number),
                self.assertRaisesRegex(UserError, "credit hold"),
                self.env.cr.savepoint(),
            ):
                change()
        self.assertEqual(order.amount_total, 1000)
        line.price_unit = 900  # less is welcome
        order.client_order_ref = "PO 1"
        order.write(  # one line more, another less: the same altogether
            {"order_line": [Command.update(line.id, {"price_unit": 899}), more]}
        )
        self.assertEqual(order.amount_total, 900)

    def test_orders_move_no_lines(self):
        good = self.customer("Good")
        confirmed, draft = self.quote(partner=good), self.quote(partner=good)
        self.assert_passes(confirmed)
        self.invoice(good, 500, due=-40)
        line = self.by(self.seller, draft.order_line)
        with self.assertRaises(UserError):
            line.order_id = confirmed.id

    def test_who_may_not_write_learns_nothing(self):
        stranger = self.new_seller("stranger_h")
        order = self.by(stranger, self.quote())
        with self.assertRaises(AccessError):
            order.action_confirm()
        with self.assertRaises(AccessError):
            order.write({"state": "sale"})
        with self.assertRaises(AccessError):
            order.read(["collect_hold_text"])

    def test_customers_learn_nothing(self):
        """Neither by the error nor by reading their order."""
        portal = new_test_user(self.env, login="portal_l", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        order = self.quote()
        order.message_subscribe(portal.partner_id.ids)
        seen = self.by(portal, order)
        self.assertTrue(seen.has_access("read"))
        for name in ("collect_hold_level", "collect_hold_text", "collect_release_ids"):
            with self.assertRaises(AccessError):
                seen.read([name])
        with self.assertRaisesRegex(UserError, "Thank you for your order") as raised:
            seen.sudo().action_confirm()  # sudo: as the shop does
        self.assertNotRegex(str(raised.exception), "hold|1,200|overdue")

    # --- many at once

    def test_held_ones_are_named_together(self):
        good = self.quote(partner=self.customer("Good"))
        held = self.quote() | self.quote()
        orders = self.by(self.seller, held | good)
        with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
            orders.action_confirm()
        for order in held:
            self.assertIn(order.name, str(raised.exception))
        self.assertNotIn(good.name, str(raised.exception))
        self.assertEqual(good.state, "draft")

    def test_orders_of_one_customer_use_the_limit_in_turn(self):
        partner = self.limited()
        first, second = self.quote(500, partner), self.quote(500, partner)
        with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
            self.by(self.seller, first | second).action_confirm()
        self.assertIn(second.name, str(raised.exception))
        self.assertNotIn(first.name, str(raised.exception))

    def test_as_many_queries_for_many(self):
        """Some released, some paid, some within their limit: the check, its notes and the view."""
        counts = []
        for number in (4, 4, 40):
            orders = self.mixed(number)
            before = self.env.cr.sql_log_count
            orders._check_credit_hold()
            self.env.flush_all()
            orders.sudo().mapped("collect_hold_level")  # sudo: see CollectCase
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(orders.sudo().collect_release_id), number // 4)  # sudo: s. above
        self.assertEqual(*counts[1:])
        self.assertLess(counts[1], 70)

    def test_hardly_any_query_without_rules(self):
        """Where nobody is held by rule, a line that is changed costs one look at the holds."""
        self.company.collect_hold_active = False
        order = self.quote(partner=self.customer("Good"))
        self.assert_passes(order)
        seen = self.by(self.seller, order)
        [(customers, currency, _amount)] = seen._get_credit_marks().values()
        marks = {seen: (customers, currency, 0)}
        seen._check_growth(marks)  # what is read of the order and the company is known by now
        before = self.env.cr.sql_log_count
        seen._check_growth(marks)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    def mixed(self, number):
        """Quotations of as many customers, each as the salesperson sees them for the first time."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {index}"} for index in range(number)]
        )
        partners.with_company(self.company).sudo().credit_limit = 5000  # sudo: see CollectCase
        orders = self.orders.concat(*(self.quote(10, partner) for partner in partners))
        for order in orders[::4]:
            account = order._get_hold_account()
            account.hold = True
            self.release(order, account=account)
        for order in orders[1::4]:
            self.pay_online(order)
        return self.by(self.seller, orders)
