# Part of ar_collect. License LGPL-3.
"""Every role against every model, field and method of the addon, as a remote call makes it."""

import inspect
import json
import logging
from collections import Counter
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .access_common import HIDDEN, PLACES, ROLES, SECRETS, AccessCase, is_ours

_logger = logging.getLogger(__name__)

MATRIX = Path(__file__).parents[1] / "security" / "access_matrix.md"
OPERATIONS = ("read", "write", "create", "unlink")
#: Documents of Odoo that have fields of ours.
CORE = ("res.partner", "account.move", "account.move.line", "res.users", "mail.activity")
#: Of people without a role: the rules show each what that person is asked, or notes down.
OF_EVERYBODY = {"ar.collect.escalation", "ar.collect.escalation.answer", "ar.collect.sales.note"}
#: Written by whatever is called, and nobody's: none of it is told to anybody.
UNTOLD = {"bus_bus", "ir_attachment", "mail_presence", "res_device_log", "res_users_log"}
#: Texts and numbers that a method may be sent.
ARGUMENTS = (
    lambda ids: ids[0],
    lambda ids: {"id": ids[0], "account_id": ids[0], "ids": ids, "note": "x"},
    lambda ids: ids,
    lambda _ids: "balance",
)


class TestAccessSweep(AccessCase):
    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.invalidate_all()
        #: tables of what is asked for, and thrown away
        self.passing = tuple(self.env[name]._table for name in self.models(transient=True))

    def models(self, *, transient=None):
        """Names of our models that are kept in tables or views of the database."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not is_ours(model) or model._abstract:
                continue
            if transient is None or model._transient == transient:
                yield name

    def as_role(self, role, name):
        return self.env[name].sudo(False).with_user(self.users[role])

    # --- the matrix

    def get_matrix(self):
        """Who may do what with which model, as lines of a table."""
        lines = [
            "# Who may do what",
            "",
            "r read, w write, c create, d delete: what the access lists say, by role. Which records,"
            " the rules say: collectors their own and nobody's customers, everybody their companies.",
            "",
            f"| model | {' | '.join(ROLES)} |",
            f"|---|{'---|' * len(ROLES)}",
        ]
        for name in self.models():
            cells = []
            for role in ROLES:
                model = self.as_role(role, name)
                rights = [o[0] if o != "unlink" else "d" for o in OPERATIONS if model.has_access(o)]
                cells.append("".join(rights))
            lines.append(f"| {name} | {' | '.join(cells)} |")
        return "\n".join([*lines, ""])

    def test_matrix(self):
        """The table in the repository is what the access lists say: a change is seen in review."""
        found = self.get_matrix()
        if not MATRIX.exists():
            MATRIX.write_text(found)
            self.fail(f"{MATRIX.name} was written anew: look at it.")
        kept = {line.split("|")[1].strip(): line for line in MATRIX.read_text().splitlines()[6:]}
        for line in found.splitlines()[6:]:
            name = line.split("|")[1].strip()
            self.assertEqual(line, kept.get(name), "delete the table, run this again, look at it")

    def test_who_has_no_part_has_no_rights(self):
        for name in self.models():
            for role in ("salesperson", "portal", "public"):
                if role == "salesperson" and name in OF_EVERYBODY:
                    continue
                for operation in OPERATIONS:
                    self.assertFalse(
                        self.as_role(role, name).has_access(operation), (role, operation, name)
                    )
        for name in self.models(transient=False):
            for operation in OPERATIONS[1:]:
                self.assertFalse(self.as_role("inquiry", name).has_access(operation), name)

    # --- records and fields

    def test_dialogs_of_others(self):
        """What somebody enters in a dialog is read and changed by nobody else."""
        rules = self.env["ir.rule"].sudo()  # sudo: a definition, no data
        rules = rules.search([("groups", "=", False)])
        mine = "[('create_uid', '=', user.id)]"
        own = rules.filtered(lambda rule: rule.domain_force == mine).model_id
        self.assertEqual(
            set(self.models(transient=True)) - set(own.mapped("model")), set(), "of whoever began"
        )

    def test_hidden_records(self):
        """Nothing finds, reads, names or exports what is not one's own."""
        for role in ROLES:
            for name in self.models(transient=False):
                hidden = self.hidden(role, name)
                if not hidden:
                    continue
                with self.subTest(role=role, model=name):
                    self.assert_hidden(role, self.as_role(role, name), hidden)

    def assert_hidden(self, role, model, hidden):
        seen = model.browse(hidden.ids)
        if not model.has_access("read"):
            for read in (lambda: model.search([]), lambda: seen.read(["display_name"])):
                with self.assertRaises(AccessError):
                    read()
            return
        self.assertFalse(model.with_context(active_test=False).search([]) & seen)
        by_name = model._fields.get(model._rec_name)
        for place in HIDDEN[role] if by_name and by_name.store else ():
            names = model.name_search(SECRETS[place], limit=None)
            self.assertFalse({found for found, _name in names} & set(hidden.ids))
        for record in seen:
            for read in (
                lambda record=record: record.read(["display_name"]),
                lambda record=record: record.read(),
                lambda record=record: record._export_rows([["display_name"]]),
                lambda record=record: record.check_access("write"),
            ):
                model.env.invalidate_all()
                with self.assertRaises(AccessError):
                    read()

    def test_groups_tell_nothing(self):
        """Sums and groups are of one's own records alone, by whatever field."""
        for role in ROLES:
            for name in self.models(transient=False):
                model, hidden = self.as_role(role, name), self.hidden(role, name)
                if not hidden or not model.has_access("read"):
                    continue
                ids = hidden.ids
                for field in model._fields.values():
                    if (
                        not field.store
                        or not field.column_type
                        or not model._has_field_access(field, "read")
                    ):
                        continue
                    spec = f"{field.name}:day" if field.type in ("date", "datetime") else field.name
                    with self.subTest(role=role, model=name, field=field.name):
                        rows = model._read_group([("id", "in", ids)], [spec], ["__count"])
                        self.assertFalse(rows)

    def test_fields_of_documents(self):
        """Fields of ours on Odoo's documents tell nothing of customers that are not one's own."""
        for role in ROLES:
            for place in HIDDEN[role]:
                for name in CORE:
                    with self.subTest(role=role, place=place, model=name):
                        self.assert_untold(role, place, name)

    def assert_untold(self, role, place, name):
        """Neither read, nor found by what it holds, nor by what a record behind it holds."""
        model = self.as_role(role, name)
        records = self.get_documents(place, name)
        for field in model._fields.values():
            is_new = any(module.startswith("ar_collect") for module in field._modules or ())
            if not is_new or not model._has_field_access(field, "read"):
                continue
            value = self.try_to(lambda field=field: model.browse(records.ids).read([field.name]))
            self.assert_no_secret(value, field, [place])
            if not field.relational or not is_ours(self.env[field.comodel_name]):
                continue
            made = self.made[place].get(field.comodel_name)
            for inner in self.env[field.comodel_name]._fields.values():
                if not made or not inner.store or inner.type in ("binary", "json"):
                    continue
                found = made[:1][inner.name]
                if not found or (hasattr(found, "_name")):
                    continue
                domain = [(f"{field.name}.{inner.name}", "=", found), ("id", "in", records.ids)]
                ids = self.try_to(lambda domain=domain: model.search(domain).ids)
                self.assertFalse(ids, f"{role} finds {name} by {field.name}.{inner.name}")

    def get_documents(self, place, name):
        """Documents of a customer, of one kind."""
        debtor = self.debtors[place]
        partner = debtor["partner"]
        return {
            "res.partner": lambda: partner,
            "account.move": lambda: self.env["account.move"].concat(
                *(line.move_id for line in debtor["lines"])
            ),
            "account.move.line": lambda: self.env["account.move.line"].concat(*debtor["lines"]),
            "res.users": lambda: debtor["owner"],
            "mail.activity": lambda: self.env["mail.activity"].search(
                [("res_model", "=", "ar.collect.account"), ("user_id", "=", debtor["owner"].id)]
            ),
        }[name]()

    def try_to(self, act):
        """What comes of it, or nothing where it is refused."""
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint(flush=False):
                return act()
        except (AccessError, ValueError):
            return None

    def assert_no_secret(self, value, what, places):
        text = json.dumps(value, default=str)
        for place in places:
            for secret in self.debtors[place]["secrets"]:
                self.assertNotIn(secret, text, f"{what} tells it")

    # --- methods

    def get_methods(self):
        """Our methods that can be called from outside, by model.

        :return: (name of the model, name, function)
        :rtype: list
        """
        found = {}
        for name in sorted(self.env.registry):
            for kind in type(self.env[name]).__mro__:
                if not kind.__module__.startswith("odoo.addons.ar_collect"):
                    continue
                for method, function in vars(kind).items():
                    if inspect.isfunction(function) and not method.startswith("_"):
                        found[name, method] = function
        return [(*key, function) for key, function in found.items()]

    def get_calls(self, function, ids, kinds=None):
        """Ways to call a method: with nothing, and with what its parameters may be.

        :param int|None kinds: so many of these; None: all
        """
        names = list(inspect.signature(function).parameters.values())[1:]
        names = [one for one in names if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        required = [one.name for one in names if one.default is one.empty]
        if not required:
            yield {}
        if names:
            for make in ARGUMENTS[:kinds]:
                yield {one.name: make(ids) for one in names}

    def call(self, model, method, ids, kwargs):
        """Call it as a browser does, and take back what it did.

        :return: what it answered, and the tables it wrote
        :rtype: tuple
        """
        # what is in memory is handed out without a look at who asks
        self.env.invalidate_all()
        before, changed = self.count_changes(), set()
        try:
            with self.env.cr.savepoint(flush=False):
                is_general = getattr(getattr(type(model), method), "_api_model", False)
                answer = call_kw(model, method, [] if is_general else [ids], kwargs)
                after = self.count_changes()
                changed = {table for table in after if after[table] > before.get(table, 0)}
                raise Undone
        except Exception as error:  # noqa: BLE001 - refused in whatever way, and rolled back
            if not isinstance(error, Undone):
                answer = str(error)
        self.env.invalidate_all(flush=False)
        self.env.cr.clear()
        return answer, {table for table in changed if not table.startswith(self.passing)} - UNTOLD

    @mute_logger("odoo.sql_db")
    def test_methods_on_what_is_hidden(self):
        """They tell and change nothing of it, whatever they are sent."""
        calls = Counter()
        for role in ROLES:
            for name, method, function in self.get_methods():
                hidden = self.hidden(role, name) or self.get_others(role, name)
                if not hidden:
                    continue
                model = self.as_role(role, name)
                kinds = None if model.has_access("read") else 2
                for kwargs in self.get_calls(function, hidden.ids, kinds):
                    with self.subTest(role=role, call=f"{name}.{method}", kwargs=kwargs):
                        calls[role] += 1
                        answer, changed = self.call(model, method, hidden.ids, kwargs)
                        self.assertFalse(changed)
                        self.assert_no_secret(answer, method, HIDDEN[role])
        _logger.info("Called on what is hidden: %s", dict(calls))

    def get_others(self, role, name):
        """For models of no customer's own records: the hidden accounts' documents."""
        if name not in CORE:
            return self.env[name]
        return self.env[name].concat(*(self.get_documents(place, name) for place in HIDDEN[role]))

    @mute_logger("odoo.sql_db")
    def test_inquiry_changes_nothing(self):
        """Whoever reads all of it calls every method on it."""
        for name, method, function in self.get_methods():
            model = self.as_role("inquiry", name)
            ids = [
                id_
                for place in PLACES[:2]
                for id_ in (self.made[place].get(name) or self.get_own_documents(place, name)).ids
            ]
            for kwargs in self.get_calls(function, ids or [1]):
                with self.subTest(call=f"{name}.{method}", kwargs=kwargs):
                    _answer, changed = self.call(model, method, ids, kwargs)
                    self.assertFalse(changed)

    def get_own_documents(self, place, name):
        return self.get_documents(place, name) if name in CORE else self.env[name]


class Undone(Exception):
    """Ends a call whose effects are not kept."""
