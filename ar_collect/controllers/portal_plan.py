# Part of ar_collect. License LGPL-3.
"""“Pay in instalments”: the customer proposes a plan for what was chosen, and signs one."""

import binascii
from base64 import b64decode

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..tools.instalments import days, split
from . import visitor as visitors
from .forms import FORM_BYTES, read_text, redirect
from .portal_code import need_known
from .portal_follow import enter_to
from .selection import read_selection
from .visitor import HEADERS, PRIVATE, PUBLIC, as_day, as_int

FORM = {"methods": ["GET", "POST"], "max_content_length": FORM_BYTES}
#: Ways to spread that a customer may choose.
OFFERED = ("week", "fortnight", "month")
#: Characters of who signs, and beginnings of pictures.
MOST_NAME = 128
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class PortalPlanController(http.Controller):
    # === PROPOSE === #

    @http.route("/my/receivables/<int:account_id>/plan", **PRIVATE, **FORM)
    def my_plan(self, account_id, **params):
        """The form of a proposal, for who is logged in."""
        return _plan(visitors.enter(account_id), params)

    @http.route("/collections/statement/<string:token>/plan", **PUBLIC, **FORM)
    def plan_by_link(self, token, **params):
        """The same for whoever has the link and a code."""
        visitor = visitors.enter_by_link(token)
        return need_known(visitor, "plan", params) or _plan(visitor, params)

    # === FOLLOW === #

    @http.route("/my/payment-plans/<int:plan_id>", **PRIVATE, methods=["GET"])
    def my_payment_plan(self, plan_id, **params):
        """A plan, to be signed perhaps."""
        visitor, plan = _enter_to_plan(plan_id)
        values = {
            "plan": plan,
            "digest": plan._get_portal_digest(),
            "notice": visitor.account._get_portal_notices().get(params.get("done")),
        }
        return visitors.show(visitor, "ar_collect.portal_payment_plan", values)

    @http.route("/my/payment-plans/<int:plan_id>/pdf", **PRIVATE, methods=["GET"])
    def my_payment_plan_pdf(self, plan_id, **_params):
        """The agreement as a file."""
        visitor, plan = _enter_to_plan(plan_id)
        if not visitor.may_print():
            return visitors.refuse(429)
        report = visitor.account.env["ir.actions.report"]
        content, _kind = report._render_qweb_pdf(
            "ar_collect.ar_collect_payment_plan_report", plan.ids
        )
        name = f"{plan.name.replace('/', '-')}.pdf"
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(content, headers=list(headers.items()))

    @http.route(
        "/my/payment-plans/<int:plan_id>/sign/<string:seen>",
        type="jsonrpc",
        auth="user",
        website=True,
        max_content_length=FORM_BYTES,
    )
    def sign_payment_plan(self, plan_id, seen, name=None, signature=None):
        """Take the signature, as the form of `portal` sends it.

        :param str seen: digest of the plan as it was shown
        :return: what the form shows or does then
        :rtype: dict
        """
        visitor, plan = _enter_to_plan(plan_id)
        if not visitor.may_act():
            return {"error": request.env._("Please wait a few minutes.")}
        name = " ".join(name.split())[:MOST_NAME] if isinstance(name, str) else ""
        if not _is_picture(signature):
            return {"error": request.env._("Please sign with your name and your signature.")}
        try:
            with request.env.cr.savepoint():
                plan._sign_on_portal(visitor.contact, name, signature, seen)
        except UserError as refusal:
            return {"error": str(refusal)}
        return {"force_refresh": True, "redirect_url": f"{plan.access_url}?done=signed"}


def _enter_to_plan(plan_id):
    plans = request.env["ar.collect.payment.plan"]
    return enter_to(plans._name, plan_id, plans._get_portal_domain())


def _is_picture(signature):
    """Whether something is a picture as signatures are."""
    if not isinstance(signature, str):
        return False
    try:
        return b64decode(signature, validate=True).startswith(PICTURES)
    except (binascii.Error, ValueError):
        return False


def _plan(visitor, params):
    selection = read_selection(visitor, params)
    account, shares = visitor.account, _get_shares(visitor.account, selection)
    is_sent = request.httprequest.method == "POST"
    if is_sent and not visitor.may_act():
        return visitors.refuse(429)
    if not shares:
        return redirect(visitor.url(done="gone"))
    total = selection.currency.round(sum(shares.values()))
    limits = account._get_portal_plan_limits(selection.currency, total)
    if limits is None:
        return _ask(visitor, selection, shares)
    spread, parts, errors = {}, [], {}
    if is_sent or "show" in params:
        spread, parts, errors = _read_spread(account, params, limits, total, selection.currency)
    if is_sent and not errors:
        try:
            with request.env.cr.savepoint():
                account._propose_portal_plan(visitor.contact, selection.currency, shares, spread)
            return redirect(visitor.url(done="plan"))
        except UserError as refusal:  # agreed or paid in the meantime
            errors["form"] = str(refusal)
    return _show(visitor, selection, shares, params, limits=limits, parts=parts, errors=errors)


def _ask(visitor, selection, shares):
    """Without limits the customer asks in words."""
    account, text, errors = visitor.account, read_text("text"), {}
    if request.httprequest.method == "POST":
        if text:
            account._receive_portal_question(visitor.contact, ["plan"], text, list(shares))
            return redirect(visitor.url(done="plan"))
        errors["text"] = account.env._("Please write how you would like to pay.")
    return _show(visitor, selection, shares, {}, errors=errors, text=text)


def _get_shares(account, selection):
    """How much of each chosen item can be paid in instalments, by id."""
    items = selection.items if selection else []
    shares = {item["line_id"]: account._get_portal_promisable(item) for item in items}
    return {line_id: amount for line_id, amount in shares.items() if amount > 0}


def _read_spread(account, params, limits, total, currency):
    """How the customer wants to pay.

    :return: (values of the plan, list of (day, amount), messages by field)
    :rtype: tuple
    """
    errors, env = {}, account.env
    count = as_int(params.get("count"), least=2, most=limits["most"])
    if not count:
        errors["count"] = env._("Please choose 2 to %s instalments.", limits["most"])
    interval = params.get("interval")
    if interval not in OFFERED:
        errors["interval"] = env._("Please choose how often you pay.")
    first = as_day(params.get("first"))
    if not first or not limits["first_day"] <= first <= limits["last_day"]:
        errors["first"] = env._("Please choose a day from today on.")
    if errors:
        return {}, [], errors
    try:
        amounts = split(total, count, currency.rounding)
    except ValueError:
        return {}, [], {"count": env._("That is too little for so many instalments.")}
    dates = days(first, count, interval)
    if dates[-1] > limits["last_day"]:
        errors["first"] = env._(
            "The last instalment can be in %s days at the latest. Please choose fewer instalments,"
            " or ask us.",
            account.company_id.collect_portal_plan_days,
        )
    spread = {"instalment_count": count, "interval": interval, "date_first": first}
    return spread, list(zip(dates, amounts, strict=True)), errors


def _show(visitor, selection, shares, params, **values):
    """The form, and what was worked out of it."""
    plans = visitor.account.env["ar.collect.payment.plan"]
    labels = dict(plans._fields["interval"]._description_selection(plans.env))
    values = {
        "limits": None,
        "parts": [],
        "errors": {},
        "text": "",
        **values,
        "selection": selection,
        "items": [item for item in selection.items if item["line_id"] in shares],
        "left_out": [item for item in selection.items if item["line_id"] not in shares],
        "shares": shares,
        "total": selection.currency.round(sum(shares.values())),
        "intervals": {code: labels[code] for code in OFFERED},
        "typed": {
            name: str(params.get(name) or "")[:20] for name in ("count", "interval", "first")
        },
    }
    status = 422 if values["errors"] else 200
    return visitors.show(visitor, "ar_collect.portal_plan", values, status)
