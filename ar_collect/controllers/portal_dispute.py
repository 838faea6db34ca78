# Part of ar_collect. License LGPL-3.
"""“Something is wrong”: the customer contests what was chosen."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.uploads import ACCEPTED
from . import visitor as visitors
from .forms import UPLOAD_BYTES, read_files, read_text, redirect
from .portal_code import get_most_bytes, need_known
from .selection import MOST_ITEMS, read_selection
from .visitor import PRIVATE, PUBLIC, as_int

FORM = {"methods": ["GET", "POST"], "max_content_length": UPLOAD_BYTES}
FORM_BY_LINK = {**FORM, "max_content_length": get_most_bytes}


class PortalDisputeController(http.Controller):
    @http.route("/my/receivables/<int:account_id>/dispute", **PRIVATE, **FORM)
    def my_dispute(self, account_id, **params):
        """The form of a dispute, for who is logged in."""
        return _dispute(visitors.enter(account_id), params)

    @http.route("/collections/statement/<string:token>/dispute", **PUBLIC, **FORM_BY_LINK)
    def dispute_by_link(self, token, **params):
        """The same for whoever has the link and a code."""
        visitor = visitors.enter_by_link(token)
        return need_known(visitor, "dispute", params) or _dispute(visitor, params)


def _dispute(visitor, params):
    selection = read_selection(visitor, params)
    if request.httprequest.method == "POST":
        if not visitor.may_act():
            return visitors.refuse(429)
        return _receive(visitor, selection, params)
    if not selection or not selection.items:
        return redirect(visitor.url(done="gone"))
    return _show(visitor, selection, {}, {})


def _receive(visitor, selection, params):
    """Open the dispute, or show the form again with what is wrong."""
    account, form = visitor.account, request.httprequest.form
    reason = _find_reason(account, form.get("reason"))
    text, (files, error) = read_text("text"), read_files()
    typed = None if error else _read_typed(form)
    # before what is left is looked at: a second click finds less of it
    if reason and typed:
        if account._find_portal_dispute(visitor.contact, reason, typed, text, files):
            return redirect(visitor.url(done="dispute"))
    if not selection or not selection.items:
        return redirect(visitor.url(done="gone"))
    amounts, errors = _read_amounts(account, selection, form)
    if not reason:
        errors["reason"] = account.env._("Please choose what is wrong.")
    if error:
        errors["files"] = error
    if not errors:
        try:
            with request.env.cr.savepoint():
                account._open_portal_dispute(visitor.contact, reason, amounts, text, files)
            return redirect(visitor.url(done="dispute"))
        except UserError as refusal:  # paid or contested by somebody else in the meantime
            errors["form"] = str(refusal)
    return _show(visitor, selection, form, errors)


def _find_reason(account, text):
    """The reason that was chosen; None for what is none."""
    number = as_int(text)
    reasons = account._get_portal_reasons()
    return next((reason for reason in reasons if reason.id == number), None)


def _read_typed(form):
    """The amounts as they were typed, whatever is left of the items.

    :return: by id of the journal item; None when one of them is no amount
    :rtype: dict | None
    """
    amounts = {}
    for number in filter(None, map(as_int, form.getlist("line")[:MOST_ITEMS])):
        text = form.get(f"amount_{number}", "").strip()
        if text and not visitors.AMOUNT.fullmatch(text):
            return None
        amounts[number] = float(text or 0)
    return {number: amount for number, amount in amounts.items() if amount}


def _get_left(item):
    """What of an item is not contested yet."""
    return max(item["open"] - item["disputed"], 0)


def _read_amounts(account, selection, form):
    """How much of each item is contested; an item whose amount was emptied is left out.

    :return: (amounts by id of the journal item, messages by field)
    :rtype: tuple
    """
    currency, amounts, errors = selection.currency, {}, {}
    for item in selection.items:
        field = f"amount_{item['line_id']}"
        text, left = form.get(field, "").strip(), currency.round(_get_left(item))
        if not text or not left:
            continue
        amount = visitors.as_amount(text, currency)
        if amount is None or currency.compare_amounts(amount, left) > 0:
            errors[field] = account.env._("An amount up to %s, please.", currency.format(left))
        elif amount:
            amounts[item["line_id"]] = amount
    if not amounts and not errors:
        errors["form"] = account.env._("Please give the amount that is not right.")
    return amounts, errors


def _show(visitor, selection, form, errors):
    """The form, with what was typed before."""
    currency = selection.currency
    left = {item["line_id"]: currency.round(_get_left(item)) for item in selection.items}
    digits = currency.decimal_places
    typed = {
        line_id: form.get(f"amount_{line_id}", f"{amount:.{digits}f}")
        for line_id, amount in left.items()
    }
    values = {
        "selection": selection,
        "items": [item for item in selection.items if left[item["line_id"]]],
        "left_out": [item for item in selection.items if not left[item["line_id"]]],
        "left": left,
        "typed": typed,
        "reasons": visitor.account._get_portal_reasons(),
        "reason_id": as_int(form.get("reason")),
        "text": read_text("text"),
        "accepted": ACCEPTED,
        "errors": errors,
    }
    return visitors.show(visitor, "ar_collect.portal_dispute", values, 422 if errors else 200)
