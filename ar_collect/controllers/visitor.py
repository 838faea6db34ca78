# Part of ar_collect. License LGPL-3.
"""Who opens a page for customers: somebody logged in, or whoever has a link."""

import re
import time
from dataclasses import dataclass
from datetime import date

from werkzeug.exceptions import abort
from werkzeug.urls import url_encode

from odoo import SUPERUSER_ID
from odoo.http import request
from odoo.models import BaseModel

from ..tools.rate_limit import RateLimit, network_of

#: Pages and files that one caller may ask for.
CALLS = RateLimit(120, 60)
#: Files that are made for one customer: that takes a hundred times as long as a page.
FILES = RateLimit(10, 600)
#: What one caller may tell us: promises, questions, payments begun.
ACTS = RateLimit(30, 600)

#: Key of the session: until when codes that were typed are good, by id of the link.
PROVED = "ar_collect_proved"
PROVED_SECONDS = 2 * 60 * 60

#: Neither kept by a cache, nor named to another site, nor found by a search engine.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

#: An amount as a field for numbers sends it.
AMOUNT = re.compile(r"[0-9]{1,12}([.][0-9]{1,6})?")

#: What is read by whoever has a link.
PUBLIC = {
    "type": "http",
    "auth": "public",
    "website": True,
    "sitemap": False,
    "multilang": False,
    "readonly": False,
}
#: Bytes of a form without files: ids of all that is open, and some words.
FORM_BYTES = 256 * 1024
#: A page with a form.
FORM = {"methods": ["GET", "POST"], "max_content_length": FORM_BYTES}
#: What is read by who is logged in.
PRIVATE = {"type": "http", "auth": "user", "website": True, "sitemap": False, "readonly": False}


@dataclass(frozen=True)
class Visitor:
    """Who looks at which account, and from where.

    Made by :func:`enter` and :func:`enter_by_link` alone: having one means that it was checked.
    """

    #: `ar.collect.account` with superuser rights, in the language of the reader, for its company
    account: BaseModel
    #: `res.partner` with superuser rights: the person
    contact: BaseModel
    #: `ar.collect.link` with superuser rights; empty for who is logged in
    link: BaseModel
    #: where the pages of this visitor begin
    base: str
    #: whoever has the link has also typed the code that was mailed to the contact
    proved: bool = False

    @property
    def known(self):
        """Whether it is sure who it is: not only somebody to whom a mail was passed on."""
        return not self.link or self.proved

    def url(self, path="", **query):
        """The address of a page of this visitor.

        :param str path: what follows the base, with its slash
        :param query: parameters; empty ones are left out
        :rtype: str
        """
        return get_url(f"{self.base}{path}", **query)

    def note(self, act):
        """Count what this visitor looked at.

        :param str act: see `ar.collect.portal.use`
        """
        uses = self.account.env["ar.collect.portal.use"]
        uses._note(self.account, self.contact, act, bool(self.link))

    def may_act(self):
        """Whether this visitor may tell us one more thing now; it is counted."""
        return ACTS.allows((request.db, self.contact.id))

    def may_print(self):
        """Whether one more file may be made for this visitor now; it is counted."""
        return FILES.allows((request.db, self.account.id, self.contact.id))


def enter(account_id=None):
    """Who is logged in, and one of their accounts.

    :param int|None account_id: None: the first one
    :return: None for a customer who has no account
    :rtype: Visitor | None
    :raise HTTPException: 404 for what is not theirs, as for what does not exist; 429
    """
    user = request.env.user
    if not CALLS.allows((request.db, user.id)):
        abort(refuse(429))
    accounts = request.env["ar.collect.account"]._get_portal_accounts(user)
    if account_id is None and not accounts:
        return None
    # looked for among their own: no other id is ever asked for
    account = next((one for one in accounts if account_id in (None, one.id)), None)
    if account is None:
        raise request.not_found()
    account = account.with_company(account.company_id)
    # sudo: the account was found by who is logged in
    contact = user.partner_id.sudo()  # sudo: see above
    no_link = request.env["ar.collect.link"].sudo().browse()  # sudo: empty
    return Visitor(account, contact, no_link, f"/my/receivables/{account.id}")


def enter_by_link(token, purpose="statement"):
    """Who has a link.

    :param str token: the secret part of the address
    :param str purpose: what is opened with it
    :rtype: Visitor
    :raise HTTPException: one answer to all that does not work; 429
    """
    if not CALLS.allows(network_of(request.httprequest.remote_addr)):
        abort(refuse(429))
    link = request.env["ar.collect.link"]._get_by_token(token, purpose)
    if not link:
        abort(refuse(404))
    # whoever is logged in on this machine has nothing to do with it
    link = link.with_user(SUPERUSER_ID)
    contact = link.partner_id
    account = link.account_id._get_statement_reader(contact)
    account = account.with_context(collect_portal_by_link=True)
    request.update_context(lang=account.env.lang)
    contact = contact.with_env(account.env)
    return Visitor(account, contact, link, f"/collections/{purpose}/{token}", is_proved(link))


def get_url(path, **query):
    """An address with its parameters.

    :param str path:
    :param query: parameters; empty ones are left out, lists stand repeatedly
    :rtype: str
    """
    query = {name: value for name, value in query.items() if value}
    return f"{path}{'?' if query else ''}{url_encode(query)}"


def is_proved(link):
    """Whether the code mailed to the contact of a link was typed in this browser not long ago.

    :param recordset link: `ar.collect.link`
    """
    return request.session.get(PROVED, {}).get(str(link.id), 0) > time.time()


def prove(link):
    """Remember in this browser that the code mailed to the contact of a link was typed.

    :param recordset link: `ar.collect.link`
    """
    now = time.time()
    proved = {key: end for key, end in request.session.get(PROVED, {}).items() if end > now}
    request.session[PROVED] = {**proved, str(link.id): now + PROVED_SECONDS}


def refuse(status):
    """One answer to all that does not work: nobody learns whether there ever was such a link.

    :param int status: of HTTP
    :rtype: Response
    """
    values = {
        "status": status,
        "res_company": request.env.company.sudo(),  # sudo: its name
        "no_breadcrumbs": True,
        "no_header": True,
        "no_footer": True,
        "no_livechat": True,
    }
    response = request.render("ar_collect.statement_page_closed", values, headers=HEADERS)
    response.status_code = status
    response.flatten()
    return response


def show(visitor, template, values, status=200):
    """A page of a visitor: within the portal for who is logged in, else by itself.

    :param Visitor visitor:
    :param str template: XML id
    :param dict values: of the template
    :param int status: of HTTP
    :rtype: Response
    """
    page = {
        **values,
        "visitor": visitor,
        "account": visitor.account,
        "company": visitor.account.company_id,
        "res_company": visitor.account.company_id,
        "customer": visitor.account.partner_id,
        "contact": visitor.contact,
        "page_name": "collect_receivables",
        "frame": "ar_collect.portal_frame",
    }
    if visitor.link:
        page |= {
            "frame": "ar_collect.statement_page_layout",
            "no_breadcrumbs": True,
            # the page of a website leads elsewhere, and carries another company's name perhaps
            "no_header": True,
            "no_footer": True,
            "no_livechat": True,
        }
    response = request.render(template, page, headers=HEADERS)
    response.status_code = status
    return response


def as_int(text, least=0, most=2**31 - 1):
    """A number that came with the address.

    :return: None for all that is none, or is beyond the bounds

    >>> as_int("12"), as_int("-1"), as_int("1e9"), as_int("9" * 99), as_int(None), as_int("٣")
    (12, None, None, None, None, None)
    """
    text = str(text or "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return int(text) if least <= int(text) <= most else None


def as_day(text):
    """A day that came from a form, as browsers write it.

    :return: None for all that is none
    :rtype: date | None

    >>> as_day("2026-02-28"), as_day("2026-02-30"), as_day("28.2.2026"), as_day(None)
    (datetime.date(2026, 2, 28), None, None, None)
    """
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def as_amount(text, currency):
    """An amount that came from a form, as browsers write it: with a point, whatever the language.

    :param recordset currency: `res.currency`
    :return: rounded; None for all that is no amount
    :rtype: float | None
    """
    text = str(text or "").strip()
    if not AMOUNT.fullmatch(text):
        return None
    return currency.round(float(text))
