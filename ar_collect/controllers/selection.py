# Part of ar_collect. License LGPL-3.
"""The items a customer has chosen on the page of the account."""

from dataclasses import dataclass

from odoo.http import request
from odoo.models import BaseModel

from .visitor import as_int

#: Items that may be named in one call: more than anybody chooses by hand.
MOST_ITEMS = 5000


@dataclass(frozen=True)
class Selection:
    """Open items of one account in one currency, as the ledger has them now."""

    #: as `ar.collect.account._prepare_statement_item` has them, due first first
    items: list
    #: what is open in this currency, as `ar.collect.account._get_statement_data` has it
    block: dict
    #: `res.currency`
    currency: BaseModel

    @property
    def line_ids(self):
        """Ids of the journal items.

        :rtype: list
        """
        return [item["line_id"] for item in self.items]

    @property
    def total(self):
        """What they come to, in their currency.

        :rtype: float
        """
        return self.currency.round(sum(item["open"] for item in self.items))


def read_selection(visitor, params):
    """What the visitor has chosen, looked up among what is open on the account.

    Whatever else is sent, an item of somebody else or one that has been paid, is as if it had not
    been sent. With none given it is about all that is due and not disputed.

    :param Visitor visitor:
    :param dict params: of the call; ``line`` is read from the request, where it stands repeatedly
    :return: without items when what was chosen is not open any more; None when nothing is open
    :rtype: Selection | None
    """
    statement = visitor.account._get_statement_data()[visitor.account.id]
    blocks = [block for block in statement["blocks"] if block["items"]]
    if not blocks:
        return None
    wanted = _get_wanted()
    block = _choose_block(blocks, wanted, params.get("currency"))
    if wanted is not None:
        items = [item for item in block["items"] if item["line_id"] in wanted]
    else:
        items = [item for item in block["items"] if item["days_late"] and not item["disputed"]]
        items = items or [item for item in block["items"] if not item["disputed"]]
    return Selection(items, block, block["currency"])


def _get_wanted():
    """The numbers that were sent as ids of items; None when nothing was sent."""
    sent = request.httprequest.values.getlist("line")[:MOST_ITEMS]
    return {number for number in map(as_int, sent) if number} if sent else None


def _choose_block(blocks, wanted, name):
    """The currency it is about: that of what was chosen, else the one that was named."""
    for block in blocks:
        if any(item["line_id"] in (wanted or ()) for item in block["items"]):
            return block
    return next((block for block in blocks if block["currency"].name == name), blocks[0])
