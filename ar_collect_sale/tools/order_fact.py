# Part of ar_collect. License LGPL-3.
"""What is known of one line of an invoice from the order behind it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class OrderFact:
    """All in the currency and the unit of the invoice line; None: not known.

    :param line: `account.move.line`, as superuser
    :param order_lines: `sale.order.line` behind it, as superuser; may be empty
    :param bool comparable: whether the units of order and invoice measure the same thing
    :param bool is_down_payment: paid before, or what was paid before taken off
    :param float|None price: quoted for a unit, before the discount
    :param float|None discount: quoted, in percent
    :param list net: least and most that the quoted price after discount comes to; they differ
        for an order in another currency, with the rates of the order and of the invoice
    :param float net_invoiced: price of a unit after discount on the invoice
    :param float ordered: in all
    :param float|None delivered: in all; None: nobody records it
    :param float invoiced: in all, without what was credited
    :param float quantity: on this line, without what was credited
    :param float before: invoiced earlier
    :param date|None promised: for when the goods were promised
    :param date|None completed: when all of this line was delivered
    :param list returns: (name of the document, date, quantity)
    :param list pickings: recordsets of delivery orders, as superuser
    :param twins: other lines of invoices with the same goods, `account.move.line`
    :param list statements: what that says, see :class:`Statement`
    """

    line: object
    order_lines: object
    comparable: bool = True
    is_down_payment: bool = False
    price: float | None = None
    discount: float | None = None
    net: list = field(default_factory=list)
    net_invoiced: float = 0.0
    ordered: float = 0.0
    delivered: float | None = None
    invoiced: float = 0.0
    quantity: float = 0.0
    before: float = 0.0
    promised: date | None = None
    completed: date | None = None
    returns: list = field(default_factory=list)
    pickings: list = field(default_factory=list)
    twins: object = None
    statements: list = field(default_factory=list)

    @property
    def orders(self):
        """The `sale.order` behind the line."""
        return self.order_lines.order_id

    @property
    def returned(self):
        """How much came back."""
        return sum(quantity for _name, _day, quantity in self.returns)

    @property
    def too_many(self):
        """How much of this line is more than what was ordered."""
        return max(self.before + self.quantity - max(self.ordered, self.before), 0)

    @property
    def has_goods(self):
        """Whether quantities mean something: no down payment, nothing taken off."""
        return bool(
            self.order_lines
            and self.comparable
            and not self.is_down_payment
            and self.line.quantity > 0
        )
