# Part of ar_collect. License LGPL-3.
"""“I will pay on…”: the customer promises what was chosen."""

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from . import visitor as visitors
from .selection import read_selection
from .visitor import FORM, PRIVATE, PUBLIC


class PortalPromiseController(http.Controller):
    @http.route("/my/receivables/<int:account_id>/promise", **PRIVATE, **FORM)
    def my_promise(self, account_id, **form):
        """The form of a promise, for who is logged in."""
        return _promise(visitors.enter(account_id), form)

    @http.route("/collections/statement/<string:token>/promise", **PUBLIC, **FORM)
    def promise_by_link(self, token, **form):
        """The same for whoever has the link."""
        return _promise(visitors.enter_by_link(token), form)


def _promise(visitor, form):
    account = visitor.account
    selection = read_selection(visitor, form)
    shares = _get_shares(account, selection) if selection else {}
    if not shares or not account.company_id.collect_portal_promise_days:
        return request.redirect(visitor.url(done="gone"), local=True)
    errors = {}
    if request.httprequest.method == "POST":
        if not visitor.may_act():
            return visitors.refuse(429)
        day, amount, errors = _read_form(account, form, selection.currency, shares)
        if not errors:
            shares = _share_out(selection, shares, amount)
            try:
                with request.env.cr.savepoint():
                    done = account._promise_on_portal(
                        visitor.contact, selection.currency, shares, day
                    )
                return request.redirect(visitor.url(done=done), local=True)
            except UserError as error:  # something was said or booked meanwhile
                errors["form"] = str(error)
    values = {
        "selection": selection,
        "items": [item for item in selection.items if item["line_id"] in shares],
        "left_out": [item for item in selection.items if item["line_id"] not in shares],
        "total": selection.currency.round(sum(_get_shares(account, selection).values())),
        "today": account.company_id._get_collect_today(),
        "calendar": request.env["ar.collect.promise"]._get_bank_calendar(account.company_id),
        "last_day": account._get_portal_promise_last_day(),
        "form": form,
        "errors": errors,
    }
    status = 422 if errors else 200
    return visitors.show(visitor, "ar_collect.portal_promise", values, status)


def _get_shares(account, selection):
    """How much of each chosen item can be promised, by id; those with nothing left are not in it."""
    shares = {item["line_id"]: account._get_portal_promisable(item) for item in selection.items}
    return {line_id: amount for line_id, amount in shares.items() if amount > 0}


def _share_out(selection, shares, amount):
    """Spread a smaller amount over the items, due first served first."""
    found = {}
    for item in selection.items:
        share = selection.currency.round(min(shares.get(item["line_id"], 0), amount))
        if share > 0:
            found[item["line_id"]] = share
            amount -= share
    return found


def _read_form(account, form, currency, shares):
    """The day and the amount that were typed.

    :return: (date, float, errors by field)
    :rtype: tuple
    """
    errors = {}
    today = account.company_id._get_collect_today()
    day = visitors.as_day(form.get("day"))
    if not day:
        errors["day"] = account.env._("Please choose the day.")
    elif day < today:
        errors["day"] = account.env._("That day has passed. Please choose today or a later one.")
    elif day > fields.Date.add(today, years=2):
        errors["day"] = account.env._("That day is too far away.")
    total = currency.round(sum(shares.values()))
    amount = total
    if (form.get("amount") or "").strip():
        amount = visitors.as_amount(form["amount"], currency)
        if amount is None or not 0 < amount <= total:
            errors["amount"] = account.env._(
                "Please give an amount above zero, %s at most.", currency.format(total)
            )
    return day, amount, errors
