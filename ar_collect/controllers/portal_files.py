# Part of ar_collect. License LGPL-3.
"""Statements for chosen dates, and all open invoices as one file."""

import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import Response, content_disposition, request

from ..tools.evidence_archive import safe_name
from . import visitor as visitors
from .visitor import HEADERS, PRIVATE

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PortalFilesController(http.Controller):
    @http.route("/my/receivables/<int:account_id>/statement", **PRIVATE, methods=["GET"])
    def my_statement(self, account_id, ext=None, date_from=None, date_to=None, **_params):
        """The form of a statement; with ``ext`` the file."""
        visitor = visitors.enter(account_id)
        days = {"date_from": visitors.as_day(date_from), "date_to": visitors.as_day(date_to)}
        if ext in TYPES and not _get_error(visitor, days):
            return self._send_statement(visitor, ext, days)
        error = _get_error(visitor, days)
        today = visitor.account.company_id._get_collect_today()
        values = {**days, "error": error, "today": today}
        return visitors.show(visitor, "ar_collect.portal_statement", values, 422 if error else 200)

    @http.route("/my/receivables/<int:account_id>/invoices.zip", **PRIVATE, methods=["GET"])
    def my_invoices(self, account_id, **_params):
        """All open invoices."""
        visitor = visitors.enter(account_id)
        if not visitor.may_print():
            return visitors.refuse(429)
        visitor.note("documents")
        # a file without a name: it goes when the answer is sent, or breaks off
        file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
        visitor.account._write_portal_archive(file)
        size = file.tell()
        file.seek(0)
        name = safe_name(f"{visitor.account.company_id.name} {visitor.account.partner_id.name}")
        headers = HEADERS | {
            "Content-Type": "application/zip",
            "Content-Length": str(size),
            "Content-Disposition": content_disposition(f"{name}.zip"),
        }
        body = wrap_file(request.httprequest.environ, file)
        return Response(body, headers=list(headers.items()), direct_passthrough=True)

    def _send_statement(self, visitor, ext, days):
        if not visitor.may_print():
            return visitors.refuse(429)
        visitor.note("statement")
        account = visitor.account
        if ext == "pdf":
            content = account._render_statement_pdf(
                lang=account.env.lang, contact=visitor.contact, **days
            )
        else:
            content = account._render_statement_xlsx(
                lang=account.env.lang, contact=visitor.contact, **days
            )
        name = account._get_statement_file_name(ext, **days)
        headers = HEADERS | {
            "Content-Type": TYPES[ext],
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(content, headers=list(headers.items()))


def _get_error(visitor, days):
    """What is wrong with the days that were typed; empty when nothing is."""
    if days["date_from"] and days["date_to"] and days["date_from"] > days["date_to"]:
        return visitor.account.env._("The first day is after the last one.")
    return ""
