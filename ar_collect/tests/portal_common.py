# Part of ar_collect. License LGPL-3.
"""What the tests of the portal share: a customer with a user, and others whose things are theirs."""

import re
import threading

from lxml import html

from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from odoo.addons.ar_collect.controllers import visitor as visitors

from .test_link import LinkCase

EVIL = "<script>alert(1)</script>"


def get_routes(env):
    """The routes of this addon, as the server knows them.

    :return: rules of werkzeug
    :rtype: list
    """
    threading.current_thread().dbname = env.cr.dbname  # as in a request
    return [
        rule
        for rule in env["ir.http"].routing_map().iter_rules()
        if rule.endpoint.func.__module__.startswith("odoo.addons.ar_collect.")
    ]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class PortalCase(LinkCase, HttpCase):
    """Ann of the own customer has a user; it owes 1,200 (`old`) and 300 (`new`), both late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann_user = new_test_user(
            cls.env, "ann", "base.group_portal", name="Ann", partner_id=cls.ann.id
        )
        cls.ann_user.company_ids = cls.company
        cls.ann_user.company_id = cls.company
        cls.collector = cls.users["collector"]
        cls.of_others = cls.items(
            cls.env["account.move"].search([("partner_id", "=", cls.free.partner_id.id)])
        )

    def setUp(self):
        super().setUp()
        for limit in (visitors.CALLS, visitors.FILES, visitors.ACTS):
            limit.forget()
            self.addCleanup(limit.forget)

    @property
    def base(self):
        """Where the pages of who is logged in begin."""
        return f"/my/receivables/{self.own.id}"

    def log_in(self, login="ann"):
        self.authenticate(login, login)

    def get(self, url, **values):
        """Load a page, with what is not written yet written."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.url_open(url, **values)

    def post(self, url, data, files=None, page=None):
        """Send the form of a page.

        :param dict data: what is typed, without the token against forgery
        :param str|None page: address of the page with the form; None: the same
        """
        token = re.search(r'csrf_token: "([^"]+)"', self.get(page or url).text)
        data = {**data, "csrf_token": token[1] if token else ""}
        response = self.url_open(url, data=data, files=files)
        self.env.invalidate_all()
        return response

    def text(self, response):
        """What a page says, on one line, with plain blanks."""
        text = html.fromstring(response.text).text_content()
        return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())

    def chosen(self, *lines):
        """The part of an address that chooses items."""
        return "&".join(f"line={line.id}" for line in lines)
