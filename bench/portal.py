# Part of ar_collect. License LGPL-3.
"""The customer's account on the portal against core's list of invoices, on one server."""

import re
import statistics
import time

import requests

from . import process
from .page import REQUEST_TIMEOUT, server
from .settings import BenchError

WARM_UP = 3
REQUESTS = 20
#: Open items of the customers whose pages are loaded; core's list has as many rows as documents.
ITEMS = (30, 300, 3000)
#: Instalments of the invoices of the largest customer: the items count, not the documents.
INSTALMENTS = 20
DOCUMENTS = 300
PAGES = ("/my/receivables", "/my/invoices")
PREPARE_TIMEOUT = 1800


def prepare(env):
    """Make the customers, their documents and their users.

    :return: logins by number of items; the password is the login
    :rtype: dict
    """
    company = env["ar.collect.account"].search([], limit=1).company_id
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    logins = {}
    for items in ITEMS:
        login = f"bench.portal.{items}"
        partner = env["res.partner"].create({"name": f"Portal {items}", "is_company": True})
        _make_invoices(env, company, partner, items)
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": login,
                "login": login,
                "password": login,
                "partner_id": partner.id,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        env["ar.collect.account"]._refresh(partner, company)
        logins[items] = login
    env.cr.commit()
    return logins


def _make_invoices(env, company, partner, items):
    """Posted invoices with so many open items, overdue and not."""
    instalments = INSTALMENTS if items > DOCUMENTS else 1
    term = env["account.payment.term"].create(
        {
            "name": f"{instalments} instalments",
            "line_ids": [
                (0, 0, {"value": "percent", "value_amount": 100 / instalments, "nb_days": 7 * turn})
                for turn in range(instalments)
            ],
        }
    )
    income = env["account.account"].search(
        [("account_type", "=", "income"), ("company_ids", "parent_of", company.ids)], limit=1
    )
    line = {"name": "Goods", "price_unit": 100, "account_id": income.id, "tax_ids": [(5,)]}
    values = {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "company_id": company.id,
        "invoice_payment_term_id": term.id,
        "invoice_line_ids": [(0, 0, line)],
    }
    today = company._get_collect_today()
    days = [today.fromordinal(today.toordinal() - 120 + turn % 120) for turn in range(items)]
    moves = env["account.move"].create(
        [{**values, "invoice_date": day} for day in days[: items // instalments]]
    )
    moves.action_post()


def measure(settings, database):
    """Median milliseconds of both pages, requested in turns, by number of items.

    :param Settings settings: the configuration in use
    :param str database: seeded database with the addon
    :return: ``ms`` and ``best`` by page, by number of items
    :rtype: dict
    """
    logins = process.task(settings, database, "portal:prepare", PREPARE_TIMEOUT)
    with server(settings, database) as address:
        return {items: _measure_pages(address, login) for items, login in logins.items()}


def _measure_pages(address, login):
    session = requests.Session()
    form = session.get(f"{address}/web/login", timeout=REQUEST_TIMEOUT).text
    token = re.search(r'csrf_token: "([^"]+)"', form)[1]
    data = {"login": login, "password": login, "csrf_token": token}
    session.post(f"{address}/web/login", data=data, timeout=REQUEST_TIMEOUT)
    times = {page: [] for page in PAGES}
    for turn in range(WARM_UP + REQUESTS):
        for page, taken in times.items():
            started = time.perf_counter()
            response = session.get(address + page, timeout=REQUEST_TIMEOUT)
            milliseconds = (time.perf_counter() - started) * 1000
            if not response.ok or "/web/login" in response.url or "INV/" not in response.text:
                raise BenchError(f"{page}: not what {login} was to see")
            if turn >= WARM_UP:
                taken.append(milliseconds)
    return {
        page: {"ms": statistics.median(taken), "best": min(taken)} for page, taken in times.items()
    }
