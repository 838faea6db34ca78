# Part of ar_collect. License LGPL-3.
from odoo import http
from odoo.http import content_disposition, request

from ..tools.rate_limit import RateLimit, network_of

#: Pages and files that one caller may ask for.
CALLS = RateLimit(120, 60)
#: Files that are made for one link: that takes a hundred times as long as a page.
FILES = RateLimit(10, 600)

#: Neither kept by a cache, nor named to another site, nor found by a search engine.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

#: What is read by whoever has a link.
ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "website": True,
    "sitemap": False,
    "multilang": False,
    "readonly": False,
    "save_session": False,
}


class StatementController(http.Controller):
    @http.route("/collections/statement/<string:token>", **ROUTE)
    def statement(self, token, **_params):
        """What a customer owes, for whoever has the link; to be read, nothing can be changed."""
        if not CALLS.allows(network_of(request.httprequest.remote_addr)):
            return self._refuse(429)
        link_sudo = request.env["ar.collect.link"]._get_by_token(token, "statement")
        if not link_sudo:
            return self._refuse(404)
        if request.httprequest.method == "HEAD":  # a mail scanner that looks whether there is one
            return request.make_response("", headers=list(HEADERS.items()))
        values = self._prepare_page(link_sudo)
        link_sudo._count_visit()
        return self._show("ar_collect.statement_page", {**values, "token": token})

    @http.route("/collections/statement/<string:token>/pdf", **ROUTE)
    def statement_pdf(self, token, **_params):
        """The same as a file."""
        if not CALLS.allows(network_of(request.httprequest.remote_addr)):
            return self._refuse(429)
        link_sudo = request.env["ar.collect.link"]._get_by_token(token, "statement")
        if not link_sudo:
            return self._refuse(404)
        headers = {**HEADERS, "Content-Type": "application/pdf"}
        if request.httprequest.method == "HEAD":
            return request.make_response("", headers=list(headers.items()))
        if not FILES.allows((request.db, link_sudo.id)):
            return self._refuse(429)
        contact_sudo = link_sudo.partner_id
        account_sudo = link_sudo.account_id._get_statement_reader(contact_sudo)
        content = account_sudo._render_statement_pdf(contact=contact_sudo)
        name = account_sudo._get_statement_file_name("pdf")
        headers["Content-Disposition"] = content_disposition(name)
        return request.make_response(content, headers=list(headers.items()))

    def _prepare_page(self, link_sudo):
        """What the page is given, in the language of whom the link was made for."""
        contact_sudo = link_sudo.partner_id
        account_sudo = link_sudo.account_id._get_statement_reader(contact_sudo)
        request.update_context(lang=account_sudo.env.lang)
        statement = account_sudo._get_statement_data()[account_sudo.id]
        return account_sudo._get_statement_values(statement, contact_sudo)

    def _refuse(self, status):
        """One answer to all that does not work: nobody learns whether there ever was such a link."""
        return self._show("ar_collect.statement_page_closed", {"status": status}, status)

    def _show(self, template, values, status=200):
        company_sudo = values.get("company") or request.env.company.sudo()  # sudo: its name
        page = {
            **values,
            "res_company": company_sudo,
            "no_breadcrumbs": True,
            # the page of a website leads elsewhere, and carries another company's name perhaps
            "no_header": True,
            "no_footer": True,
            "no_livechat": True,
        }
        response = request.render(template, page, headers=HEADERS)
        response.status_code = status
        return response
