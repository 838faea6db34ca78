# Part of ar_collect. License LGPL-3.
"""What the customer follows, for who is logged in: disputes, promises, plans, messages."""

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from ..models.ar_collect_account_portal_follow import MOST_ROWS
from ..tools.uploads import ACCEPTED
from . import visitor as visitors
from .forms import UPLOAD_BYTES, read_files, read_text, redirect
from .visitor import HEADERS, PRIVATE, as_int

FORM = {"methods": ["GET", "POST"], "max_content_length": UPLOAD_BYTES}
BASE = "/my/receivables/<int:account_id>"


class PortalFollowController(http.Controller):
    # === DISPUTES === #

    @http.route(f"{BASE}/disputes", **PRIVATE, methods=["GET"])
    def my_disputes(self, account_id, **params):
        """What the customer contested."""
        domain = Domain("state", "!=", "cancelled")
        return _show_list(account_id, params, "ar.collect.dispute", domain, "disputes")

    @http.route("/my/disputes/<int:dispute_id>", **PRIVATE, **FORM)
    def my_dispute(self, dispute_id, **params):
        """A dispute, and what was written about it; who writes, answers."""
        visitor, dispute = _enter_to_dispute(dispute_id)
        if request.httprequest.method == "POST":
            return _receive(visitor, dispute, dispute._receive_portal_answer, _show_dispute)
        return _show_dispute(visitor, dispute, params)

    @http.route("/my/disputes/<int:dispute_id>/files/<int:file_id>", **PRIVATE, methods=["GET"])
    def my_dispute_file(self, dispute_id, file_id, **_params):
        """A file of the conversation."""
        visitor, dispute = _enter_to_dispute(dispute_id)
        return _send_file(visitor, dispute, file_id)

    # === PROMISES AND PLANS === #

    @http.route(f"{BASE}/promises", **PRIVATE, methods=["GET"])
    def my_promises(self, account_id, **params):
        """What the customer promised."""
        return _show_list(account_id, params, "ar.collect.promise", Domain.TRUE, "promises")

    @http.route(f"{BASE}/plans", **PRIVATE, methods=["GET"])
    def my_plans(self, account_id, **params):
        """What the customer pays, or proposes to pay, in instalments."""
        domain = request.env["ar.collect.payment.plan"]._get_portal_domain()
        return _show_list(account_id, params, "ar.collect.payment.plan", domain, "plans")

    # === MESSAGES === #

    @http.route(f"{BASE}/messages", **PRIVATE, **FORM)
    def my_messages(self, account_id, **params):
        """What the customer and the collector wrote each other."""
        visitor = visitors.enter(account_id)
        account = visitor.account
        if request.httprequest.method == "POST":
            return _receive(visitor, account, account._receive_portal_message, _show_messages)
        return _show_messages(visitor, account, params)

    @http.route(f"{BASE}/messages/files/<int:file_id>", **PRIVATE, methods=["GET"])
    def my_message_file(self, account_id, file_id, **_params):
        """A file of the conversation."""
        visitor = visitors.enter(account_id)
        return _send_file(visitor, visitor.account, file_id)


def enter_to(model, record_id, domain):
    """Who is logged in, and a record of one of their accounts.

    :param str model: which has an `account_id`
    :param int record_id: any number that came with the address
    :param Domain domain: what customers see of it
    :return: (Visitor, the record with superuser rights)
    :rtype: tuple
    :raise HTTPException: 404 for what is not theirs, as for what does not exist; 429
    """
    accounts = request.env["ar.collect.account"]._get_portal_accounts(request.env.user)
    if not accounts or as_int(record_id) is None:
        raise request.not_found()
    # among their own accounts alone: nothing else is ever read
    own = Domain("id", "=", record_id) & Domain("account_id", "in", accounts.ids)
    record = request.env[model].sudo().search(own & domain, limit=1)  # sudo: their own
    if not record:
        raise request.not_found()
    visitor = visitors.enter(record.account_id.id)
    return visitor, record.with_env(visitor.account.env)


def _enter_to_dispute(dispute_id):
    return enter_to("ar.collect.dispute", dispute_id, Domain("state", "!=", "cancelled"))


def _show_list(account_id, params, model, domain, path):
    """A page of records of an account, the newest first."""
    visitor = visitors.enter(account_id)
    records = visitor.account.env[model]
    domain = domain & Domain("account_id", "=", visitor.account.id)
    pages = pager(
        url=visitor.url(f"/{path}"),
        total=records.search_count(domain),
        page=as_int(params.get("page"), least=1) or 1,
        step=MOST_ROWS,
        scope=5,
    )
    values = {
        "records": records.search(domain, order="id DESC", offset=pages["offset"], limit=MOST_ROWS),
        "pager": pages,
        "views": visitor.account._get_portal_views(),
        "view": path,
    }
    return visitors.show(visitor, f"ar_collect.portal_{path}", values)


def _receive(visitor, record, receive, show):
    """Take in what the customer writes about a record, or show the page again with what is wrong.

    :param receive: method that takes the contact, the text and the files
    :param show: function that shows the page
    """
    if not visitor.may_act():
        return visitors.refuse(429)
    text, (files, error) = read_text("text"), read_files()
    errors = {"files": error} if error else {}
    if not text and not files and not errors:
        errors["text"] = record.env._("Please write a message, or choose a file.")
    if errors:
        return show(visitor, record, {}, errors)
    receive(visitor.contact, text, files)
    return redirect(f"{request.httprequest.path}?done=message")


def _show_dispute(visitor, dispute, params, errors=None):
    values = _get_talk(visitor, dispute, params, errors)
    values |= {"dispute": dispute, "files_url": f"{dispute.access_url}/files"}
    return visitors.show(visitor, "ar_collect.portal_dispute_page", values, 422 if errors else 200)


def _show_messages(visitor, account, params, errors=None):
    values = _get_talk(visitor, account, params, errors)
    values |= {
        "files_url": visitor.url("/messages/files"),
        "photo": account._get_portal_photo(),
        "person": account._get_statement_person(),
        "views": account._get_portal_views(),
        "view": "messages",
    }
    return visitors.show(visitor, "ar_collect.portal_messages", values, 422 if errors else 200)


def _get_talk(visitor, record, params, errors):
    """What a page with a conversation shows."""
    page = as_int(params.get("page"), least=1, most=10_000) or 1
    talk = visitor.account._get_portal_talk(record, page)
    return {
        **talk,
        "page": page,
        "here": request.httprequest.path,
        "text": read_text("text"),
        "accepted": ACCEPTED,
        "errors": errors or {},
        "notice": visitor.account._get_portal_notices().get(params.get("done")),
    }


def _send_file(visitor, record, file_id):
    """A file, to be kept rather than shown.

    :raise HTTPException: 404 for what is not in the conversation
    """
    file = visitor.account.browse()
    if as_int(file_id) is not None:
        file = visitor.account._find_portal_file(record, file_id)
    if not file:
        raise request.not_found()
    stream = request.env["ir.binary"].sudo()._get_stream_from(file)  # sudo: found in the talk
    response = stream.get_response(as_attachment=True)
    response.headers.update(HEADERS)
    return response
