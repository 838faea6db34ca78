# Part of ar_collect. License LGPL-3.
"""The customer's account on the portal: what is open, and what can be done about it."""

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.ar_collect_account_portal import PAGE_SIZE
from . import visitor as visitors
from .visitor import PRIVATE


class ReceivablesController(CustomerPortal):
    # === HOME === #

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` for the card of the account."""
        values = super()._prepare_home_portal_values(counters)
        if "collect_overdue_count" in counters:
            accounts = request.env["ar.collect.account"]
            values["collect_overdue_count"] = accounts._count_portal_overdue(request.env.user)
        return values

    # === ACCOUNT === #

    @http.route("/my/receivables", **PRIVATE, methods=["GET"])
    def my_receivables(self, **options):
        """What the customer owes; with several companies, the user's own first."""
        visitor = visitors.enter()
        if visitor is None:
            return request.render("ar_collect.portal_nothing", {"page_name": "collect_receivables"})
        return show_account(visitor, options)

    @http.route("/my/receivables/<int:account_id>", **PRIVATE, methods=["GET"])
    def my_receivable(self, account_id, **options):
        """What the customer owes one company."""
        return show_account(visitors.enter(account_id), options)


def show_account(visitor, options):
    """The page of an account.

    :param Visitor visitor:
    :param dict options: of the address: ``currency``, ``sortby``, ``filterby``, ``search``,
        ``page``, ``done``
    :rtype: Response
    """
    account = visitor.account
    visitor.note("visit")
    statement = account._get_statement_data()[account.id]
    values = account._get_statement_values(statement, visitor.contact)
    values |= _choose_block(statement, options)
    _mark_paying(account, values["block"])
    values |= _choose_items(visitor, values["block"], options)
    if visitor.known:
        values |= account._get_portal_recent()
    if not visitor.link:
        values["accounts"] = request.env["ar.collect.account"]._get_portal_accounts(
            request.env.user
        )
    values["acts"] = account._get_portal_acts(visitor.known)
    values["notice"] = account._get_portal_notices().get(options.get("done"))
    return visitors.show(visitor, "ar_collect.portal_account", values)


def _choose_block(statement, options):
    """The currency that is shown; by default the first one.

    :return: ``block``: None when nothing is open
    :rtype: dict
    """
    blocks = statement["blocks"]
    named = (block for block in blocks if block["currency"].name == options.get("currency"))
    return {"block": next(named, blocks[0] if blocks else None)}


def _mark_paying(account, block):
    """Have items marked of which an online payment is on its way, as those that core marks.

    :param dict|None block: of the statement, changed in place
    """
    paying = set(account._get_portal_paying().ids) if block else set()
    for item in block["items"] if paying else ():
        item["in_payment"] = item["in_payment"] or item["line_id"] in paying


def _choose_items(visitor, block, options):
    """The items of a page, in the order that was asked for.

    :param dict|None block: of the statement
    :return: ``items``, ``pager``, ``sortby``, ``filterby``, ``search`` and what can be chosen
    :rtype: dict
    """
    account = visitor.account
    sortings, filters = account._get_portal_sortings(), account._get_portal_filters()
    sortby = options.get("sortby") if options.get("sortby") in sortings else "due"
    filterby = options.get("filterby") if options.get("filterby") in filters else "all"
    search = (options.get("search") or "").strip()[:100]
    items = block["items"] if block else []
    found = account._find_portal_items(filter(filters[filterby][1], items), search)
    found = sorted(found, key=sortings[sortby][1])
    chosen = {"sortby": sortby, "filterby": filterby, "search": search}
    chosen["currency"] = block["currency"].name if block else ""
    pages = pager(
        url=visitor.base,
        url_args=chosen,
        total=len(found),
        page=visitors.as_int(options.get("page"), least=1) or 1,
        step=PAGE_SIZE,
        scope=5,
    )
    first = pages["offset"]
    return {
        **chosen,
        "sortings": sortings,
        "filters": filters,
        "items": found[first : first + PAGE_SIZE],
        "item_count": len(found),
        "pager": pages,
    }
