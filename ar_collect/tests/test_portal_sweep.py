# Part of ar_collect. License LGPL-3.
"""Every route of the addon, called by everybody outside with everything that is not theirs.

The routes are those that the server knows, and the parameters those that their code reads: a new
one is in it by itself. Nothing of another customer may be shown or changed, whatever is sent.
"""

import inspect
import io
import logging
import re
import sys
import zipfile
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from odoo.addons.ar_collect.tools.rate_limit import RateLimit

from .portal_common import EVIL, PortalCase, get_routes
from .test_statement_print import ONE_PAGE

_logger = logging.getLogger(__name__)

#: Stands in all that belongs to somebody else.
SECRET = "XSECRETX"
#: Names of parameters as the code of controllers reads them.
READ = re.compile(r"""(?:form|options|params|kwargs|values)(?:\.get\(|\.getlist\(|\[)"(\w+)\"""")
#: Answered alike to everybody: no other status tells that something broke.
EXPECTED = {200, 301, 303, 400, 403, 404, 405, 413, 422, 429}
#: Texts that are no number, no name and no day, but may mean something to somebody.
ODD = (
    "",
    "0",
    "-1",
    "9" * 30,
    "1 OR 1=1",
    "';DROP TABLE res_users;--",
    EVIL,
    "../..",
    "%00",
    "é" * 9,
)


class TestPortalSweep(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.email = "us@own.example"
        bob = cls.env["res.partner"].create({"name": "Bob", "parent_id": cls.partner.id})
        new_test_user(cls.env, "bob", "base.group_portal", partner_id=bob.id)
        cls.secrets = cls.make_secrets()
        cls.own_ids = cls.get_own_ids()

    @classmethod
    def make_secrets(cls):
        """What is not to be seen: of another customer, another company, of other kinds.

        :return: ids that are sent
        :rtype: dict
        """
        other = cls.customer(f"{SECRET} customer", ref=f"{SECRET} number")
        contact = cls.env["res.partner"].create(
            {"name": f"{SECRET} contact", "parent_id": other.id, "email": f"{SECRET}@x.example"}
        )
        invoice = cls.invoice(other, 4321, ref=f"{SECRET} order")
        company = cls.other_company(f"{SECRET} company")
        elsewhere = cls.invoice(cls.partner, 8765, company=company, ref=f"{SECRET} elsewhere")
        draft = cls.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": cls.partner.id, "ref": f"{SECRET} draft"}
        )
        bill = cls.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": cls.partner.id, "ref": f"{SECRET} bill"}
        )
        cls.catch_up()
        account = cls.account(other)
        line = cls.items(invoice)
        item = [Command.create({"line_id": line.id, "amount": 1000})]
        dispute = cls.disputes.create(
            {
                "account_id": account.id,
                "reason_id": cls.price.id,
                "description": f"{SECRET} words",
                "partner_id": contact.id,
                "item_ids": item,
            }
        )
        promise = cls.promises.create(
            {"account_id": account.id, "date_promised": cls.day(5), "item_ids": item}
        )
        second = cls.invoice(other, 500, ref=f"{SECRET} second")
        plan = cls.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase
        plan = plan.create(
            {
                "account_id": account.id,
                "item_ids": [Command.create({"line_id": cls.items(second).id})],
            }
        )
        message = account.message_post(body=f"{SECRET} message")
        cls.env.cr.flush()
        return {
            "account": account.id,
            "account_elsewhere": cls.account(cls.partner, company).id,
            "company": company.id,
            "partner": other.id,
            "contact": contact.id,
            "move": invoice.id,
            "move_elsewhere": elsewhere.id,
            "draft": draft.id,
            "bill": bill.id,
            "line": line.id,
            "line_elsewhere": cls.items(elsewhere).id,
            "dispute": dispute.id,
            "promise": promise.id,
            "plan": plan.id,
            "message": message.id,
        }

    @classmethod
    def get_own_ids(cls):
        """What stands in the path when it is something else that is odd.

        :return: id by name of the parameter
        :rtype: dict
        """
        dispute = cls.disputes.create(
            {
                "account_id": cls.own.id,
                "reason_id": cls.price.id,
                "partner_id": cls.ann.id,
                "item_ids": [Command.create({"line_id": cls.old.id, "amount": 100})],
            }
        )
        third = cls.items(cls.invoice(cls.partner, 100, due=-2))
        plan = cls.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase
        plan = plan.create(
            {"account_id": cls.own.id, "item_ids": [Command.create({"line_id": third.id})]}
        )
        return {
            "account_id": cls.own.id,
            "dispute_id": dispute.id,
            "plan_id": plan.id,
            "move_id": cls.new.move_id.id,
        }

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(RateLimit, "allows", lambda *_args: True))
        reports = type(self.env["ir.actions.report"])
        self.startPatcher(
            patch.object(reports, "_run_wkhtmltopdf", lambda _self, bodies, **_kw: ONE_PAGE)
        )
        # what is printed is looked at before it is printed
        self.startPatcher(patch.object(reports, "_render_qweb_pdf", lambda *_a, **_k: (b"", "pdf")))
        self.calls = 0

    # --- what is called

    def get_parameters(self, rule):
        """The names of all parameters that the file of a route reads.

        :rtype: list
        """
        function = inspect.unwrap(rule.endpoint.func)
        names = set(READ.findall(inspect.getsource(sys.modules[function.__module__])))
        names |= set(inspect.signature(function).parameters) - set(rule.arguments)
        names |= {"line", "access_token", "company_id", "partner_id"}
        return sorted(names - {"self", "csrf_token", "return"})

    def get_paths(self, rule, tokens):
        """Addresses of a route: with what is ours, and with one part that is not.

        :param list tokens: what stands for a token
        :rtype: list
        """
        names = [name for _converter, name in re.findall(r"<(?:([^:<>]+):)?(\w+)>", rule.rule)]
        own = {name: str(self.own_ids.get(name, "x")) for name in names}
        own |= {name: tokens[0] for name in names if name == "token"}
        paths = [own]
        for name in names:
            odd = tokens[1:] if name == "token" else [*map(str, self.secrets.values()), *ODD]
            paths += [{**own, name: value} for value in odd]
        return [
            re.sub(
                r"<(?:[^:<>]+:)?(\w+)>",
                lambda match, path=path: quote(path[match[1]], ""),
                rule.rule,
            )
            for path in paths
        ]

    def get_queries(self, rule):
        """Parameters that are sent: each one odd, all odd at once, repeated, and none.

        :return: lists of (name, value)
        :rtype: list
        """
        names = self.get_parameters(rule)
        ids = [self.secrets[name] for name in ("line", "line_elsewhere", "account", "move", "plan")]
        queries = [[]]
        queries += [[(name, value) for name in names] for value in (*ids, *ODD)]
        queries.append([(name, value) for name in names for value in (*ids, self.new.id)])
        queries.append([("line", value) for value in self.secrets.values()])
        return queries

    # --- what must hold

    def get_state(self):
        """All that belongs to others, as the database has it.

        :rtype: list
        """
        self.env.flush_all()
        accounts = [self.secrets["account"], self.secrets["account_elsewhere"]]
        tables = ("promise", "dispute", "payment_plan", "activity", "link", "portal_use")
        counts = SQL(", ").join(
            SQL(
                "(SELECT COALESCE(SUM(hashtext(one::text)::bigint), 0) FROM %s one"
                " WHERE one.account_id = ANY(%s))",
                SQL.identifier(f"ar_collect_{table}"),
                accounts,
            )
            for table in tables
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT %(counts)s,
                       (SELECT SUM(hashtext(move::text)::bigint) FROM account_move move
                         WHERE move.id = ANY(%(moves)s)),
                       (SELECT SUM(hashtext(line::text)::bigint) FROM account_move_line line
                         WHERE line.move_id = ANY(%(moves)s)),
                       (SELECT SUM(hashtext(partner::text)::bigint) FROM res_partner partner
                         WHERE partner.id = ANY(%(partners)s)),
                       (SELECT COUNT(*) FROM mail_message
                         WHERE model = 'ar.collect.account' AND res_id = ANY(%(accounts)s)),
                       (SELECT COUNT(*) FROM ar_collect_transaction_line_rel
                         WHERE line_id = ANY(%(lines)s))
                """,
                counts=counts,
                accounts=accounts,
                moves=[self.secrets[name] for name in ("move", "move_elsewhere", "draft", "bill")],
                partners=[self.secrets["partner"], self.secrets["contact"]],
                lines=[self.secrets["line"], self.secrets["line_elsewhere"]],
            )
        )

    def look(self, response, what):
        """Nothing secret is in an answer, and nothing broke."""
        self.calls += 1
        self.assertIn(response.status_code, EXPECTED, what)
        contents = [response.content]
        if response.content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
                contents = [archive.read(name) for name in archive.namelist()]
                contents.append(" ".join(archive.namelist()).encode())
        for content in contents:
            self.assertNotIn(SECRET.encode(), content, what)
            self.assertNotIn(EVIL.encode(), content, what)

    def call(self, rule, path, query, token):
        """Call a route in all the ways it can be called."""
        routing = rule.endpoint.routing
        what = f"{path} {query}"[:300]
        if routing["type"] == "jsonrpc":
            response = self.url_open(path, json={"params": dict(query)})
            self.look(response, what)
            return
        methods = routing.get("methods") or ["GET", "POST"]
        if "GET" in methods:
            self.look(self.url_open(path, params=query, allow_redirects=False), what)
        if "POST" in methods:
            data = [*query, ("csrf_token", token)]
            self.look(self.url_open(path, data=data, allow_redirects=False), f"POST {what}")

    def sweep(self, tokens, thorough=True):
        """Call everything, as who is logged in.

        :param list tokens: the first is the visitor's own, if there is one
        :param bool thorough: with all parameters; who is not let in, or sees what others see, needs few to try
        """
        self.env.flush_all()
        page = self.url_open("/web/login" if not self.session.uid else "/my").text
        token = re.search(r'csrf_token: "([^"]+)"', page)[1]
        before = self.get_state()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
            for rule in get_routes(self.env):
                first, *others = self.get_paths(rule, tokens)
                queries = self.get_queries(rule)
                for query in queries if thorough else queries[:2]:
                    self.call(rule, first, query, token)
                for path in others:
                    self.call(rule, path, [], token)
        self.env.invalidate_all()
        self.assertEqual(self.get_state(), before)
        self.assertGreater(self.calls, 300)
        _logger.info("%s calls of %s routes", self.calls, len(get_routes(self.env)))

    # --- by whom

    def test_it_finds_what_there_is(self):
        rules = {rule.rule for rule in get_routes(self.env)}
        self.assertLessEqual({"/my/receivables", "/my/receivables/<int:account_id>/pay"}, rules)
        [rule] = [
            one for one in get_routes(self.env) if one.rule.endswith("<int:account_id>/promise")
        ]
        self.assertLessEqual({"day", "amount", "line"}, set(self.get_parameters(rule)))

    def test_portal_user(self):
        self.authenticate("ann", "ann")
        self.sweep(["x", *ODD])

    def test_colleague(self):
        self.authenticate("bob", "bob")
        self.sweep(["x", *ODD], thorough=False)

    def test_nobody(self):
        self.authenticate(None, None)
        self.sweep(["x", *ODD], thorough=False)

    def test_link(self):
        self.authenticate(None, None)
        self.sweep([self.give(), *ODD])

    def test_links_that_work_no_more(self):
        expired, revoked, other = self.give(), self.give(), self.give()
        links = self.own.link_ids.sorted("id")
        links[0].expires = fields.Datetime.now() - timedelta(seconds=1)
        links[1].revoked = True
        self.env.cr.execute(
            SQL("UPDATE ar_collect_link SET purpose = 'other' WHERE id = %s", links[2].id)
        )
        self.authenticate(None, None)
        self.sweep(["x", expired, revoked, other], thorough=False)
        for token in (expired, revoked, other):
            self.assertEqual(self.url_open(f"/collections/statement/{token}").status_code, 404)
