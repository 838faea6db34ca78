# Part of ar_collect. License LGPL-3.
"""What orders say of invoices, in words."""

from odoo import api, models
from odoo.tools import float_round, format_date, formatLang

from ..tools.order_share import overlap
from ..tools.root_cause import DELIVERY, NUMBER, QUANTITY, TWICE, Statement


class ArCollectOrderEvidence(models.AbstractModel):
    _inherit = "ar.collect.order.evidence"

    # === BUSINESS METHODS === #

    @api.model
    def _add_statements(self, facts, reason):
        """Say in words what the facts mean.

        :param list facts: of :class:`OrderFact`, changed in place
        :param str|None reason: code of the customer's reason
        """
        said = set()
        for fact in facts:
            for statement in self._get_statements(fact, reason):
                # what is wrong with the whole invoice is said once
                about = statement and (fact.line.move_id, statement.text)
                if statement and not (statement.cause == NUMBER and about in said):
                    fact.statements.append(statement)
                said.add(about)

    @api.model
    def _get_statements(self, fact, reason):
        """What the order says of one line; extend it for other things that are known.

        :return: list of :class:`Statement` or None
        """
        return [
            self._state_order(fact),
            self._state_price(fact),
            self._state_quantity(fact),
            self._state_delivery(fact),
            self._state_number(fact, reason),
            self._state_twins(fact),
        ]

    # --- one topic each

    @api.model
    def _state_order(self, fact):
        """What is odd about the order as such."""
        if fact.is_down_payment:
            taken_off = fact.line.quantity < 0
            return Statement(
                "order",
                self.env._("Down payment, taken off here")
                if taken_off
                else self.env._("Down payment"),
            )
        if not fact.order_lines:
            return Statement("order", self.env._("No order is behind this line."), True)
        if cancelled := fact.orders.filtered(lambda order: order.state == "cancel"):
            text = self.env._("%s is cancelled.", ", ".join(cancelled.mapped("name")))
            return Statement("order", text, True)
        if not fact.comparable:
            text = self.env._(
                "Ordered in %(ordered)s, invoiced in %(invoiced)s: that cannot be compared.",
                ordered=", ".join(fact.order_lines.product_uom_id.mapped("name")),
                invoiced=fact.line.product_uom_id.name or self.env._("no unit"),
            )
            return Statement("order", text, True)
        return None

    @api.model
    def _state_price(self, fact):
        """Quoted and invoiced price: as far as the line comes to another amount."""
        if fact.price is None or fact.is_down_payment:
            return None
        line, currency = fact.line, fact.line.currency_id
        least, most = (currency.round(net * line.quantity) for net in fact.net)
        invoiced = currency.round(fact.net_invoiced * line.quantity)
        said = {
            "quoted": self._format_price(fact, fact.price, fact.discount),
            "invoiced": self._format_price(fact, line.price_unit, line.discount),
        }
        if currency.compare_amounts(invoiced, most) > 0:
            more = currency.round(invoiced - most)
            text = self.env._(
                "Quoted %(quoted)s, invoiced %(invoiced)s: %(more)s too much.",
                **said,
                more=currency.format(more),
            )
            return Statement("price", text, True, self._get_price_cause(fact), more)
        if currency.compare_amounts(invoiced, least) < 0:
            text = self.env._(
                "Quoted %(quoted)s, invoiced %(invoiced)s: %(less)s less.",
                **said,
                less=currency.format(least - invoiced),
            )
            return Statement("price", text, True)
        return Statement("price", self.env._("Invoiced as quoted: %(invoiced)s.", **said))

    @api.model
    def _get_price_cause(self, fact):
        """Whether the discount alone was forgotten, or the price is another one."""
        less_discount = fact.line.discount < fact.discount
        same_price = not self._is_other_amount(fact, fact.price, fact.line.price_unit)
        return "discount_forgotten" if less_discount and same_price else "price_entered"

    @api.model
    def _is_other_amount(self, fact, one, other):
        currency = fact.line.currency_id
        quantity = fact.line.quantity
        return currency.compare_amounts(one * quantity, other * quantity) != 0

    @api.model
    def _state_quantity(self, fact):
        """More invoiced than ordered, or as much as was ordered."""
        if not fact.has_goods:
            return None
        said = {
            "ordered": self._format_quantity(fact, fact.ordered),
            "invoiced": self._format_quantity(fact, fact.invoiced),
            "more": self._format_quantity(fact, fact.too_many),
        }
        if not self._is_something(fact, fact.too_many):
            text = self.env._("Ordered %(ordered)s, invoiced %(invoiced)s in all.", **said)
            return Statement("quantity", text)
        text = self.env._(
            "Ordered %(ordered)s, invoiced %(invoiced)s in all: %(more)s too many.", **said
        )
        return Statement("quantity", text, True, QUANTITY, fact.too_many * fact.net_invoiced)

    @api.model
    def _state_delivery(self, fact):
        """How much of what is on this line was delivered, where somebody records it."""
        if not fact.has_goods or fact.delivered is None:
            return None
        here = overlap(fact.before, fact.quantity, fact.delivered)
        missing = fact.quantity - here
        said = {
            "quantity": self._format_quantity(fact, fact.quantity),
            "delivered": self._format_quantity(fact, here),
        }
        if not self._is_something(fact, missing):
            return Statement("delivery", self.env._("Delivered: all %(quantity)s.", **said))
        if self._is_something(fact, here):
            text = self.env._("Of %(quantity)s on this invoice, %(delivered)s delivered.", **said)
        else:
            text = self.env._("Of %(quantity)s on this invoice, nothing was delivered.", **said)
        cause = DELIVERY
        if missing <= max(fact.too_many, fact.returned):
            cause = QUANTITY  # never ordered, or sent back and not credited
        return Statement("delivery", text, True, cause, missing * fact.net_invoiced)

    @api.model
    def _state_number(self, fact, reason):
        """Whether the invoice bears the customer's number of the order."""
        if not fact.orders:
            return None
        numbers = [number for number in fact.orders.mapped("client_order_ref") if number]
        printed = self._squeeze(fact.line.move_id.ref)
        absent = [number for number in numbers if self._squeeze(number) not in printed]
        if absent:
            text = self.env._(
                "The order bears the customer's number %s, the invoice does not.",
                ", ".join(absent),
            )
            return Statement("number", text, True, NUMBER)
        if numbers:
            text = self.env._("The invoice bears the customer's number %s.", ", ".join(numbers))
            return Statement("number", text)
        if reason == "missing_order_number":
            text = self.env._("No number of the customer's was entered on the order.")
            return Statement("number", text, True, NUMBER)
        return None

    @api.model
    def _state_twins(self, fact):
        """The same goods on another invoice."""
        if not fact.twins:
            return None
        text = self.env._("The same goods are on %s.", self._name_twins(fact.twins))
        return Statement("twice", text, True, TWICE, fact.line.price_subtotal)

    # --- words and figures

    @api.model
    def _name_twins(self, twins):
        """Invoices with the orders behind them.

        :rtype: str
        """
        names = []
        for move in twins.move_id[:3]:
            lines = twins.filtered(lambda line, move=move: line.move_id == move)
            orders = ", ".join(lines.sale_line_ids.order_id.mapped("name"))
            names.append(f"{move.name} ({orders})" if orders else move.name)
        return ", ".join(names)

    @api.model
    def _squeeze(self, number):
        """A number without what people write differently."""
        return "".join(sign for sign in (number or "").lower() if sign.isalnum())

    @api.model
    def _is_something(self, fact, quantity):
        """Whether a quantity is more than what rounding leaves."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return float_round(quantity, precision_digits=digits) > 0

    @api.model
    def _format_quantity(self, fact, quantity):
        """A quantity with its unit, without decimals that say nothing.

        :rtype: str
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = float_round(quantity, precision_digits=digits)
        text = formatLang(self.env, quantity, digits=0 if quantity == int(quantity) else digits)
        return f"{text} {fact.line.product_uom_id.name or ''}".strip()

    @api.model
    def _format_price(self, fact, price, discount):
        """A price with its discount; with more decimals than money where the price has some.

        :rtype: str
        """
        currency = fact.line.currency_id
        text = currency.format(price)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        if float_round(price, precision_digits=digits) != currency.round(price):
            parts = [formatLang(self.env, price, digits=digits), currency.symbol]
            text = "\xa0".join(reversed(parts) if currency.position == "before" else parts)
        if not discount:
            return text
        percent = formatLang(self.env, discount, digits=0 if discount == int(discount) else 2)
        return self.env._("%(price)s less %(percent)s %%", price=text, percent=percent)

    @api.model
    def _format_day(self, day):
        return format_date(self.env, day) if day else ""
