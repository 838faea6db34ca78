# Part of ar_collect. License LGPL-3.
"""What the orders behind lines of invoices say: prices, quantities, dates. In as many queries as
there are kinds of documents, whatever the number of lines."""

from collections import defaultdict
from datetime import timezone

from odoo import api, models
from odoo.fields import Domain

from ..tools.order_fact import OrderFact
from ..tools.order_share import before, net_quantities

SOLD = ("out_invoice", "out_receipt")
#: Lines of other invoices in which the same goods are looked for.
MOST_TWINS = 500


class ArCollectOrderEvidence(models.AbstractModel):
    """Reads orders as superuser: whoever resolves a dispute sees what they say of its invoices,
    and needs no rights in sales. Only call it with lines that the user may read."""

    _name = "ar.collect.order.evidence"
    _description = "What Orders Say of Invoices"

    # === BUSINESS METHODS === #

    @api.model
    def _get_facts(self, lines):
        """What is known of lines of invoices.

        :param recordset lines: `account.move.line`, products
        :return: list of :class:`OrderFact`, without statements
        """
        lines = lines.sudo()  # sudo: see above; what the orders say of these lines alone
        together = lines.sale_line_ids
        facts = [self._get_fact(line, together) for line in lines]
        self._add_quantities(facts)
        self._add_deliveries(facts)
        self._add_twins(facts)
        return facts

    @api.model
    def _get_fact(self, line, together):
        """Order and prices of a line.

        :param recordset line: `account.move.line`
        :param recordset together: `sale.order.line` of all lines, to read them at once
        :rtype: OrderFact
        """
        order_lines = line.sale_line_ids.filtered(
            lambda order_line: (
                order_line.company_id == line.company_id and not order_line.display_type
            )
        )
        order_lines = order_lines.with_prefetch(together.ids)
        units = order_lines.product_uom_id
        fact = OrderFact(
            line,
            order_lines,
            comparable=all(unit._has_common_reference(line.product_uom_id) for unit in units)
            if line.product_uom_id
            else not units,
            is_down_payment=line.is_downpayment or any(order_lines.mapped("is_downpayment")),
            twins=line.browse(),
        )
        if order_lines and not fact.is_down_payment:
            fact.promised = self._get_promised(order_lines)
            if fact.comparable and line.quantity:
                self._add_price(fact)
        return fact

    # --- prices

    @api.model
    def _add_price(self, fact):
        """Quoted and invoiced price; not known for several order lines with several prices."""
        line = fact.line
        quoted = {self._get_quoted(line, order_line) for order_line in fact.order_lines}
        if len(quoted) > 1:
            return
        [(price, discount, *net)] = quoted
        fact.price, fact.discount, fact.net = price, discount, net
        if self._has_same_price_base(line, fact.order_lines[0]):
            fact.net_invoiced = line.price_unit * (1 - line.discount / 100)
        else:
            fact.net_invoiced = line.price_subtotal / line.quantity

    @api.model
    def _get_quoted(self, line, order_line):
        """Price, discount, and price after discount at least and at most.

        :return: tuple of four floats, in the currency and unit of the invoice line
        """
        price = order_line.product_uom_id._compute_price(order_line.price_unit, line.product_uom_id)
        net = price * (1 - order_line.discount / 100)
        if not self._has_same_price_base(line, order_line) and order_line.product_uom_qty:
            net = order_line.product_uom_id._compute_price(
                order_line.price_subtotal / order_line.product_uom_qty, line.product_uom_id
            )
        if order_line.currency_id == line.currency_id:
            return price, order_line.discount, net, net
        ordered_on = self._get_day(order_line.order_id.date_order, line.company_id)
        days = (line.move_id.invoice_date or line.date, ordered_on)
        rates = [self._get_rate(line, order_line, day) for day in days]
        return (
            price * rates[0],
            order_line.discount,
            min(net * rate for rate in rates),
            max(net * rate for rate in rates),
        )

    @api.model
    def _get_rate(self, line, order_line, day):
        return self.env["res.currency"]._get_conversion_rate(
            order_line.currency_id, line.currency_id, line.company_id, day
        )

    @api.model
    def _has_same_price_base(self, line, order_line):
        """Whether both prices are with, or without, the same taxes."""
        included = [taxes.filtered("price_include") for taxes in (line.tax_ids, order_line.tax_ids)]
        return included[0] == included[1]

    # --- promised for when

    @api.model
    def _get_promised(self, order_lines):
        """The day for which the goods were promised: on the order, else by their lead time.

        :rtype: date|None
        """
        moments = [
            order_line.order_id.commitment_date
            or (order_line.customer_lead > 0 and order_line._expected_date())
            for order_line in order_lines
        ]
        days = [self._get_day(moment, order_lines.company_id[:1]) for moment in moments if moment]
        return max(days, default=None)

    @api.model
    def _get_day(self, moment, company):
        """The date of a moment where the company is.

        :rtype: date
        """
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(company)
        return moment.replace(tzinfo=timezone.utc).astimezone(zone).date()

    # --- quantities

    @api.model
    def _add_quantities(self, facts):
        """What was ordered, delivered and invoiced, and which part of it is on which line."""
        for fact in facts:
            if fact.order_lines and fact.comparable and not fact.is_down_payment:
                fact.ordered = self._sum_quantity(fact, "product_uom_qty")
                if self._is_delivery_recorded(fact.order_lines):
                    fact.delivered = self._sum_quantity(fact, "qty_delivered")
                left = self._get_invoiced(fact)
                fact.invoiced = sum(left.values())
                fact.quantity = left.get(fact.line, fact.line.quantity)
                fact.before = before(fact.line, left)

    @api.model
    def _sum_quantity(self, fact, name):
        """A quantity of the order in the unit of the invoice line."""
        return sum(
            order_line.product_uom_id._compute_quantity(
                order_line[name], fact.line.product_uom_id, round=False
            )
            for order_line in fact.order_lines
        )

    @api.model
    def _is_delivery_recorded(self, order_lines):
        """Whether somebody writes down what is delivered: by hand often nobody does."""
        return all(
            order_line.qty_delivered_method != "manual" or order_line.qty_delivered
            for order_line in order_lines
        )

    @api.model
    def _get_invoiced(self, fact):
        """Quantity of each line that the order was invoiced with, without what was credited.

        :return: dict, by `account.move.line`, earliest first
        """
        unit = fact.line.product_uom_id
        posted = fact.order_lines.invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.display_type == "product"
        )
        posted = posted.sorted(lambda line: (line.move_id.invoice_date, line.move_id.id, line.id))
        invoiced, credited = {}, []
        for line in posted:
            quantity = line.product_uom_id._compute_quantity(line.quantity, unit, round=False)
            if line.move_id.move_type in SOLD and quantity > 0:
                invoiced[line] = quantity
            elif line.move_id.move_type == "out_refund" and quantity > 0:
                of = line.move_id.reversed_entry_id
                reversed_lines = [other for other in posted if of and other.move_id == of]
                if self._is_of_goods(line, reversed_lines):
                    credited.append((reversed_lines, quantity))
        return net_quantities(invoiced, credited)

    @api.model
    def _is_of_goods(self, credit, lines):
        """Whether a credit takes goods back: at their price. Else it corrects the price."""
        price = credit.price_subtotal / credit.quantity
        return not lines or any(
            line.quantity
            and credit.currency_id.compare_amounts(price, line.price_subtotal / line.quantity) == 0
            for line in lines
        )

    # --- deliveries

    @api.model
    def _add_deliveries(self, facts):
        """Days, documents and returns of what was delivered; known where there is a stock.

        :param list facts: changed in place
        """

    # --- the same goods on another invoice

    @api.model
    def _add_twins(self, facts):
        """Other lines with the same goods: of the same order when more was invoiced than ordered, of
        an order with the same number of the customer's, of any order for a line without one.
        """
        for fact in facts:
            if fact.has_goods and fact.too_many:
                fact.twins = fact.order_lines.invoice_lines.filtered(
                    lambda line, fact=fact: self._is_twin(fact.line, line)
                )
        facts = [fact for fact in facts if fact.line.product_id and not fact.twins]
        candidates = defaultdict(self.env["account.move.line"].sudo().browse)  # sudo: see above
        for line in self._find_twin_candidates(facts):
            candidates[line.product_id] |= line
        for fact in facts:
            fact.twins = candidates[fact.line.product_id].filtered(
                lambda line, fact=fact: (
                    self._is_twin(fact.line, line) and self._has_same_goods(fact, line)
                )
            )

    @api.model
    def _find_twin_candidates(self, facts):
        """Lines of the same customers' other invoices with these products.

        :rtype: recordset of `account.move.line`, as superuser
        """
        without = [fact for fact in facts if not fact.order_lines]
        numbers = {order.client_order_ref for fact in facts for order in fact.orders} - {False}
        lines = self.env["account.move.line"].sudo()  # sudo: see above
        if not without and not numbers:
            return lines
        of_order = Domain("sale_line_ids.order_id.client_order_ref", "in", list(numbers))
        if without:
            of_order |= Domain("sale_line_ids", "!=", False)
        here = lines.concat(*(fact.line for fact in facts))
        return lines.search(
            Domain("product_id", "in", here.product_id.ids)
            & Domain("partner_id", "in", here.partner_id.ids)
            & Domain("company_id", "in", here.company_id.ids)
            & Domain("parent_state", "=", "posted")
            & Domain("move_id.move_type", "in", SOLD)
            & of_order,
            order="date DESC, id DESC",
            limit=MOST_TWINS,
        )

    @api.model
    def _is_twin(self, line, other):
        """Whether another invoice has as much of the same, and was not taken back.

        :param recordset line: `account.move.line`
        :param recordset other: `account.move.line`
        """
        return (
            other.move_id != line.move_id
            and other.parent_state == "posted"
            and other.move_id.move_type in SOLD
            and other.move_id.payment_state != "reversed"
            and other.company_id == line.company_id
            and other.product_id == line.product_id
            and other.product_uom_id == line.product_uom_id
            and other.quantity == line.quantity
        )

    @api.model
    def _has_same_goods(self, fact, other):
        """Whether the orders say that the goods are the same, and not just as many again."""
        orders = other.sale_line_ids.order_id
        if not fact.orders:
            return (
                bool(orders)
                and fact.line.currency_id.compare_amounts(
                    fact.line.price_subtotal, other.price_subtotal
                )
                == 0
            )
        numbers = set(fact.orders.mapped("client_order_ref")) - {False}
        return not orders & fact.orders and bool(numbers & set(orders.mapped("client_order_ref")))
