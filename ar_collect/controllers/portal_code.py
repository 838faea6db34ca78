# Part of ar_collect. License LGPL-3.
"""The code that whoever has a link types before saying something in the contact's name."""

from odoo import http
from odoo.http import request

from . import visitor as visitors
from .forms import FORM_BYTES, UPLOAD_BYTES, read_line, redirect
from .selection import MOST_ITEMS
from .visitor import PUBLIC, as_int

#: Where one may go on with a code.
GUARDED = ("dispute", "ask", "plan", "contacts")


class CodeController(http.Controller):
    @http.route(
        "/collections/statement/<string:token>/code",
        **PUBLIC,
        methods=["GET", "POST"],
        max_content_length=FORM_BYTES,
    )
    def statement_code(self, token, **params):
        """Ask for a code, and type it."""
        visitor = visitors.enter_by_link(token)
        path = params.get("next") if params.get("next") in GUARDED else GUARDED[0]
        if visitor.known:
            return redirect(visitor.url(f"/{path}", **_get_kept(params)))
        if request.httprequest.method != "POST":
            return _show(visitor, path, params)
        if not visitor.may_act():
            return visitors.refuse(429)
        if params.get("step") == "send":
            return _send(visitor, path, params)
        return _check(visitor, path, params)


def need_known(visitor, path, params):
    """Where somebody goes of whom it is not sure yet who it is.

    :param Visitor visitor:
    :param str path: one of :data:`GUARDED`, to go on with
    :param dict params: of the call
    :return: None for who is known
    :rtype: Response | None
    """
    if visitor.known:
        return None
    return redirect(visitor.url("/code", next=path, **_get_kept(params)))


def get_most_bytes(_controller):
    """How much may be sent to the address of a link: files only by who has typed the code.

    Asked before any of it is read, so the token is taken from the address itself.

    :return: as ``max_content_length`` of a route
    :rtype: int
    """
    if not request.session.get(visitors.PROVED):  # most of them: nothing is looked up
        return FORM_BYTES
    token = request.httprequest.path.rstrip("/").rsplit("/", 2)[-2]
    link = request.env["ar.collect.link"]._get_by_token(token, "statement")
    return UPLOAD_BYTES if link and visitors.is_proved(link) else FORM_BYTES


def _get_kept(params):
    """What was chosen before: it is kept on the way."""
    lines = request.httprequest.values.getlist("line")[:MOST_ITEMS]
    return {
        "currency": params.get("currency", "")[:3],
        "line": [n for n in map(as_int, lines) if n],
    }


def _send(visitor, path, params):
    """Mail a code."""
    match visitor.link._send_code():
        case "address":
            error = request.env._("We have no e-mail address of you. Please log in, or call us.")
        case "often":
            error = request.env._("We have sent several codes already. Please try again later.")
        case _:
            return _show(visitor, path, params, sent=True)
    return _show(visitor, path, params, error=error)


def _check(visitor, path, params):
    """Go on when the code is right."""
    if visitor.link._check_code(read_line("code", 20).replace(" ", "")):
        visitors.prove(visitor.link)
        return redirect(visitor.url(f"/{path}", **_get_kept(params)))
    error = request.env._("This code is not right, or no longer good. Please ask for a new one.")
    return _show(visitor, path, params, sent=True, code_error=error)


def _show(visitor, path, params, **values):
    kept = _get_kept(params)
    login = f"/my/receivables/{visitor.account.id}"
    values = {
        "sent": False,
        "error": None,
        "code_error": None,
        **values,
        "next": path,
        "kept": kept,
        "address": visitor.link._hide_address(visitor.contact.email_normalized),
        "login_url": visitors.get_url("/web/login", redirect=visitors.get_url(login, **kept)),
    }
    status = 422 if values["error"] or values["code_error"] else 200
    return visitors.show(visitor, "ar_collect.portal_code", values, status)
