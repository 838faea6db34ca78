# Part of ar_collect. License LGPL-3.
"""“Ask”: documents that the customer needs, or anything else."""

from odoo import http
from odoo.http import request

from . import visitor as visitors
from .forms import FORM_BYTES, read_text, redirect
from .portal_code import need_known
from .selection import read_selection
from .visitor import PRIVATE, PUBLIC

FORM = {"methods": ["GET", "POST"], "max_content_length": FORM_BYTES}
#: Items whose documents are offered at once.
MOST_NAMED = 100
#: Kinds of items of which core prints the document.
PRINTED = ("invoice", "credit_note", "receipt")


class PortalAskController(http.Controller):
    @http.route("/my/receivables/<int:account_id>/ask", **PRIVATE, **FORM)
    def my_ask(self, account_id, **params):
        """The form of a question, for who is logged in."""
        return _ask(visitors.enter(account_id), params)

    @http.route("/collections/statement/<string:token>/ask", **PUBLIC, **FORM)
    def ask_by_link(self, token, **params):
        """The same for whoever has the link and a code."""
        visitor = visitors.enter_by_link(token)
        return need_known(visitor, "ask", params) or _ask(visitor, params)


def _ask(visitor, params):
    selection = read_selection(visitor, params)
    account = visitor.account
    wishes = [wish for wish in account._get_portal_wishes() if wish in _get_sent("wish")]
    if request.httprequest.method != "POST":
        asked = bool(params.get("done")) and bool(wishes)
        return _show(visitor, selection, wishes, asked=asked)
    if not visitor.may_act():
        return visitors.refuse(429)
    text, errors = read_text("text"), {}
    if not wishes:
        errors["wish"] = account.env._("Please choose what you need.")
    elif "question" in wishes and not text:
        errors["text"] = account.env._("Please write what you want to know.")
    if errors:
        return _show(visitor, selection, wishes, errors)
    line_ids = selection.line_ids if selection else []
    account._receive_portal_question(visitor.contact, wishes, text, line_ids)
    kept = {"line": line_ids[:MOST_NAMED], "wish": wishes}
    return redirect(visitor.url("/ask", done="ask", **kept))


def _get_sent(name):
    """All values of a parameter."""
    return request.httprequest.values.getlist(name)


def _show(visitor, selection, wishes, errors=None, asked=False):
    """The form; after it was sent, the documents that can be had at once."""
    items = selection.items if selection else []
    values = {
        "selection": selection,
        "items": items,
        "printed": [item for item in items if item["kind"] in PRINTED],
        "wishes": visitor.account._get_portal_wishes(),
        "chosen": wishes,
        "text": read_text("text"),
        "errors": errors or {},
        "notice": visitor.account._get_portal_notices()["ask"],
        "asked": asked,
    }
    return visitors.show(visitor, "ar_collect.portal_ask", values, 422 if errors else 200)
