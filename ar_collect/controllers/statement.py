# Part of ar_collect. License LGPL-3.
"""The page behind the link in a message."""

from odoo import http
from odoo.http import content_disposition, request

from . import visitor as visitors
from .receivables import show_account
from .visitor import CALLS, FILES, HEADERS, PUBLIC  # noqa: F401  tests begin anew with the limits

ROUTE = {**PUBLIC, "methods": ["GET"], "save_session": False}


class StatementController(http.Controller):
    @http.route("/collections/statement/<string:token>", **ROUTE)
    def statement(self, token, **options):
        """What a customer owes, for whoever has the link."""
        visitor = visitors.enter_by_link(token)
        if request.httprequest.method == "HEAD":  # a mail scanner that looks whether there is one
            return request.make_response("", headers=list(HEADERS.items()))
        page = show_account(visitor, options)
        visitor.link._count_visit()
        return page

    @http.route("/collections/statement/<string:token>/pdf", **ROUTE)
    def statement_pdf(self, token, **_params):
        """The same as a file."""
        visitor = visitors.enter_by_link(token)
        headers = {**HEADERS, "Content-Type": "application/pdf"}
        if request.httprequest.method == "HEAD":
            return request.make_response("", headers=list(headers.items()))
        if not visitor.may_print():
            return visitors.refuse(429)
        account = visitor.account
        content = account._render_statement_pdf(contact=visitor.contact)
        name = account._get_statement_file_name("pdf")
        headers["Content-Disposition"] = content_disposition(name)
        return request.make_response(content, headers=list(headers.items()))
