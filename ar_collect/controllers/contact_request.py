# Part of ar_collect. License LGPL-3.
from odoo import http
from odoo.http import request

from ..models.ar_collect_contact_request import MAX_ATTEMPTS
from ..tools.rate_limit import network_of
from . import visitor as visitors

#: A form with every field at its limit is smaller.
MAX_BYTES = 256 * 1024


class ContactRequestController(http.Controller):
    @http.route(
        "/collections/contacts/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
        multilang=False,
        max_content_length=MAX_BYTES,
    )
    def contact_request(self, token, **_form):
        """The form in which a customer confirms contacts, for whoever has the link."""
        if not visitors.CALLS.allows(network_of(request.httprequest.remote_addr)):
            return visitors.refuse(429)
        question_sudo = request.env["ar.collect.contact.request"]._get_by_token(token)
        if lang := question_sudo.partner_id.lang:
            request.update_context(lang=lang)
            question_sudo = question_sudo.with_context(lang=lang)
        if question_sudo.state in ("answered", "applied"):
            return self._show("ar_collect.contact_request_thanks", question_sudo)
        if not question_sudo or not question_sudo._is_open():
            return self._show("ar_collect.contact_request_closed", question_sudo, status=404)
        if request.httprequest.method == "POST":
            return self._receive(question_sudo, token)
        return self._show_form(question_sudo)

    def _receive(self, question_sudo, token):
        """Take the answer, or show the form again with what is wrong."""
        # written first: it makes a second click wait, and then find the question answered
        question_sudo.attempt_count += 1
        question_sudo.flush_recordset()
        if question_sudo.attempt_count > MAX_ATTEMPTS:
            question_sudo.state = "cancelled"
            return self._show("ar_collect.contact_request_closed", question_sudo, status=404)
        form = request.httprequest.form
        answer, errors = question_sudo._read_answer(form)
        if errors:
            return self._show_form(question_sudo, form, errors)
        question_sudo._receive(answer)
        return request.redirect(f"/collections/contacts/{token}", local=True)

    def _show_form(self, question_sudo, form=None, errors=None):
        languages = request.env["res.lang"].get_installed()
        return self._show(
            "ar_collect.contact_request_form",
            question_sudo,
            blocks=question_sudo._get_form_blocks(form),
            roles=question_sudo._get_asked_roles(),
            languages=languages if len(languages) > 1 else [],
            comment=(form or {}).get("comment", "")[:5000],
            errors=errors or {},
        )

    def _show(self, template, question_sudo, status=200, **values):
        """A page that is neither kept by a cache nor named to another site."""
        company_sudo = question_sudo.company_id or request.env.company.sudo()  # sudo: name and logo
        response = request.render(
            template,
            {**values, "res_company": company_sudo, "no_breadcrumbs": True},
            headers={
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Robots-Tag": "noindex, nofollow",
            },
        )
        response.status_code = status
        return response
