# Part of ar_collect. License LGPL-3.
"""Contacts: who gets invoices, reminders and statements, and when they like to be called."""

from odoo import http
from odoo.http import request

from ..models.ar_collect_contact_window import WEEKDAYS
from . import visitor as visitors
from .forms import FORM_BYTES, redirect
from .portal_code import need_known
from .visitor import PRIVATE, PUBLIC, as_int

FORM = {"methods": ["GET", "POST"], "max_content_length": FORM_BYTES}


class PortalContactsController(http.Controller):
    @http.route("/my/receivables/<int:account_id>/contacts", **PRIVATE, **FORM)
    def my_contacts(self, account_id, **params):
        """The form with the contacts, for who is logged in."""
        return _contacts(visitors.enter(account_id), params)

    @http.route("/collections/statement/<string:token>/contacts", **PUBLIC, **FORM)
    def contacts_by_link(self, token, **params):
        """The same for whoever has the link and a code."""
        visitor = visitors.enter_by_link(token)
        return need_known(visitor, "contacts", params) or _contacts(visitor, params)


def _contacts(visitor, params):
    if request.httprequest.method != "POST":
        return _show(visitor, params)
    if not visitor.may_act():
        return visitors.refuse(429)
    if params.get("step") == "hours":
        return _receive_hours(visitor)
    return _receive(visitor)


def _receive(visitor):
    """Keep what was changed, or show the form again with what is wrong."""
    account, contact, form = visitor.account, visitor.contact, request.httprequest.form
    requests = account.env["ar.collect.contact.request"]
    recent = requests._find_on_portal(account, contact)
    with request.env.cr.savepoint() as point:
        question = requests.create(requests._prepare_on_portal(account, contact))
        question.line_ids._remember()
        answer, errors = question._read_answer(form)
        keys = {line.id: line.contact_id for line in question.line_ids}
        again = recent and (errors.keys() == {"form"} or _is_said(recent, answer, keys))
        if errors or again:
            point.rollback()
        else:
            _take(visitor, question, answer)
    if errors and not again:
        return _show(visitor, {}, form, errors)
    return redirect(visitor.url("/contacts", done="contacts"))


def _is_said(recent, answer, keys):
    return any(request._says(answer, keys) for request in recent)


def _take(visitor, question, answer):
    """Take the answer in, as something that the customer did."""
    here = visitor.account._for_colleagues().with_context(collect_portal_act="contacts")
    here._receive_portal_act(visitor.contact, "received", here.env._("Changes of the contacts"))
    question.with_env(here.env)._take_portal_answer(answer)


def _receive_hours(visitor):
    """Keep when the visitor likes to be called."""
    form = request.httprequest.form
    days = sorted({day for day, _label in WEEKDAYS} & set(form.getlist("day")))
    start, end = as_int(form.get("start"), most=23), as_int(form.get("end"), least=1, most=24)
    if start is None or end is None or start >= end:
        error = visitor.account.env._("Please choose an end after the beginning.")
        return _show(visitor, {}, errors={"hours": error}, days=days)
    visitor.account._set_portal_hours(visitor.contact, days, start, end)
    return redirect(visitor.url("/contacts", done="hours"))


def _show(visitor, params, form=None, errors=None, days=None):
    """The form, with what was typed before."""
    account, contact = visitor.account, visitor.contact
    requests = account.env["ar.collect.contact.request"]
    question = requests.new(requests._prepare_on_portal(account, contact))
    question.line_ids._remember()
    languages = request.env["res.lang"].get_installed()
    hours = account._get_portal_hours(contact)
    windows = account.env["ar.collect.contact.window"]
    values = {
        "blocks": question._get_form_blocks(form),
        "roles": question._get_asked_roles(),
        "languages": languages if len(languages) > 1 else [],
        "comment": (form or {}).get("comment", "")[:5000],
        "errors": errors or {},
        "hours": hours if days is None else {**hours, "days": set(days)},
        "weekdays": windows._fields["dayofweek"]._description_selection(account.env),
        "notice": account._get_portal_notices().get(params.get("done")),
    }
    if not visitor.link:
        values |= {"views": account._get_portal_views(), "view": "contacts"}
    return visitors.show(visitor, "ar_collect.portal_contacts", values, 422 if errors else 200)
