# Part of ar_collect. License LGPL-3.
"""What the sweeps of access share: a user of every role, and a record of every model for customers
that are one's own, a colleague's and another company's.

Models are those that the registry knows as ours, and required fields are filled by their kind: what
is added later is in it by itself, or fails for want of a record.
"""

from base64 import b64encode
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

from .common import CollectCase

#: Stands in all texts of what is of a place, less the names of customers, which colleagues may know.
SECRETS = {"own": "XOWNX", "foreign": "XFOREIGNX", "elsewhere": "XELSEWHEREX"}
#: Amount of each invoice there; no others have such digits.
AMOUNTS = {"own": 4321.07, "foreign": 5417.29, "elsewhere": 6791.83}
#: By role its groups; see `AccessCase.setUpClass` for what each is to see.
ROLES = {
    "inquiry": "ar_collect.group_inquiry",
    "collector": "ar_collect.group_collector",
    "collector_all": "ar_collect.group_collector_all",
    "manager": "ar_collect.group_manager",
    "resolver": "ar_collect.group_resolver",
    "salesperson": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
    "outsider": "ar_collect.group_manager",
}
#: By role, of which places nothing is to be seen.
HIDDEN = {
    "inquiry": ("elsewhere",),
    "collector": ("foreign", "elsewhere"),
    "collector_all": ("elsewhere",),
    "manager": ("elsewhere",),
    "resolver": ("own", "foreign", "elsewhere"),
    "salesperson": ("own", "foreign", "elsewhere"),
    "portal": ("own", "foreign", "elsewhere"),
    "public": ("own", "foreign", "elsewhere"),
    "outsider": ("own", "foreign"),
}
#: Columns that Odoo fills.
KEPT_BY_ODOO = {"id", "create_uid", "create_date", "write_uid", "write_date", "parent_path"}
#: Texts that mean something to the program.
SPECIAL_TEXTS = {"email", "domain", "phone", "language", "mimetype"}
#: Made with what they are part of: model and field.
OF_PARENT = {
    "ar.collect.promise.item": ("ar.collect.promise", "item_ids"),
    "ar.collect.dispute.item": ("ar.collect.dispute", "item_ids"),
    "ar.collect.payment.plan.item": ("ar.collect.payment.plan", "item_ids"),
    "ar.collect.payment.plan.line": ("ar.collect.payment.plan", "instalment_ids"),
}
#: Of a person, whose work colleagues do not see.
PERSONAL = {"ar.collect.coaching.note", "ar.collect.target"}
PLACES = ("own", "foreign", "elsewhere")


def is_ours(model):
    """Whether a model comes from this addon or one of those that glue it to others.

    :rtype: bool
    """
    return (model._original_module or "").startswith("ar_collect")


class AccessCase(CollectCase):
    """A company with two collectors, another company, and the same in each of three places."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.other_company(f"{SECRETS['elsewhere']} Company")
        cls.users = {role: cls.new_user(role, groups) for role, groups in ROLES.items()}
        (cls.company | cls.second).collect_recording_allowed = True
        cls.colleague = cls.new_user("colleague", "ar_collect.group_collector")
        cls.there = cls.new_user("there", "ar_collect.group_collector", cls.second)
        owners = (cls.users["collector"], cls.colleague, cls.there)
        companies = (cls.company, cls.company, cls.second)
        cls.made, cls.debtors = {}, {}
        for place, owner, company in zip(PLACES, owners, companies, strict=True):
            cls.make_place(place, owner, company)
        cls.env.flush_all()

    @classmethod
    def new_user(cls, login, groups, company=None):
        company = company or (cls.second if login == "outsider" else cls.company)
        return new_test_user(
            cls.env,
            login=f"access_{login}",
            groups=groups,
            company_id=company.id,
            company_ids=company.ids,
        )

    # --- a record of each model

    @classmethod
    def make_place(cls, place, owner, company):
        """A customer in debt, and a record of every stored model about it."""
        secret = SECRETS[place]
        name = f"{place.title()} {secret if company == cls.second else ''}"
        partner = cls.customer(name, ref=f"{secret} number", company_id=company.id)
        cls.env["res.partner"].create({"name": f"{name} contact", "parent_id": partner.id})
        amount = AMOUNTS[place]
        moves = [cls.invoice(partner, amount, company=company) for _number in range(5)]
        cls.payment(partner, amount, moves.pop(), company=company)
        cls.catch_up()
        account = cls.account(partner, company)
        account.user_id = owner
        cls.debtors[place] = {
            "partner": partner,
            "company": company,
            "owner": owner,
            "lines": [cls.items(move) for move in moves],
        }
        cls.made[place] = {"ar.collect.account": account}
        for name in sorted(cls.env.registry):
            model = cls.env[name]
            if is_ours(model) and model._auto and not model._abstract and not model._transient:
                cls.make(name, place)
        cls.env.flush_all()
        cls.env["ar.collect.account"]._refresh(partner, company)
        figures = (amount, account.amount_overdue, account.amount_chasable, account.amount_balance)
        cls.debtors[place]["secrets"] = [
            secret,
            *(f"{figure:.2f}" for figure in figures),
            *(f"{figure:,.2f}" for figure in figures),
        ]

    @classmethod
    def make(cls, name, place):
        """The record of a model in a place; made when it is first asked for."""
        made = cls.made[place]
        if name not in made:
            # sudo: records of every kind, also those that only the addon itself makes
            model = cls.env[name].sudo().with_company(cls.debtors[place]["company"])
            made[name] = model.browse()  # what asks for itself gets nothing
            made[name] = cls.get_made(model, place) or model.create(cls.get_values(model, place))
        return made[name]

    @classmethod
    def get_made(cls, model, place):
        """What is there already: with its parent, or from the refresh."""
        parent, items = OF_PARENT.get(model._name, (None, None))
        if parent:
            return cls.make(parent, place)[items][:1]
        if model._name == "ar.collect.refresh.status":
            company = cls.debtors[place]["company"]
            return model.search([("company_id", "=", company.id)], limit=1)
        return None

    @classmethod
    def get_values(cls, model, place):
        """Values of a new record: what is required, whose it is, and a text where there is room."""
        debtor = cls.debtors[place]
        values = {}
        for name, field in model._fields.items():
            if not field.store or name in KEPT_BY_ODOO:
                continue
            if field.related or (field.compute and field.readonly and not field.required):
                continue
            value = cls.get_value(model, field, place)
            if value is not None:
                values[name] = value
        return values | cls.get_special(model, place, debtor)

    @classmethod
    def get_value(cls, model, field, place):
        """A value of a field; None leaves it to its default."""
        debtor = cls.debtors[place]
        known = {
            "account_id": lambda: cls.made[place]["ar.collect.account"].id,
            "company_id": lambda: debtor["company"].id,
            "company_ids": lambda: [Command.set(debtor["company"].ids)],
            "partner_id": lambda: debtor["partner"].id,
            "customer_id": lambda: debtor["partner"].id,
            "user_id": lambda: debtor["owner"].id,
            "currency_id": lambda: debtor["company"].currency_id.id,
        }
        if field.name in known and not (field.compute and not field.required):
            return known[field.name]()
        if (
            field.type in ("char", "text", "html")
            and not field.compute
            and field.name not in SPECIAL_TEXTS
        ):
            text = f"{SECRETS[place]} {field.name}"
            return text if not field.readonly or field.required else None
        if not field.required or field.default:
            return None
        today = fields.Date.to_string(cls.today)
        return {
            "many2one": lambda: cls.get_other(field, place),
            "selection": lambda: field.get_values(cls.env)[0],
            "date": lambda: today,
            "datetime": lambda: f"{today} 10:00:00",
            "integer": lambda: 1,
            "float": lambda: 1.0,
            "monetary": lambda: 100.0,
            "binary": lambda: b64encode(SECRETS[place].encode()),
        }.get(field.type, lambda: None)()

    @classmethod
    def get_other(cls, field, place):
        """A record that a required field points at."""
        debtor = cls.debtors[place]
        if field.comodel_name == "account.move.line":
            return debtor["lines"][0].id
        if field.comodel_name == "account.move":
            return debtor["lines"][0].move_id.id
        if field.comodel_name == "res.partner":
            return debtor["partner"].id
        if field.comodel_name == "res.users":
            return debtor["owner"].id
        if is_ours(cls.env[field.comodel_name]):
            return cls.make(field.comodel_name, place).id
        return cls.env[field.comodel_name].search([], limit=1).id

    @classmethod
    def get_special(cls, model, place, debtor):
        """What the rules of a model ask for beyond single fields."""
        lines = debtor["lines"]

        def item(number, **values):
            return [Command.create({"line_id": lines[number].id, **values})]

        # what is sent to customers needs a text
        is_step = model._name == "ar.collect.strategy.step"
        template = is_step and cls.make("ar.collect.notice.template", place).id
        soon = cls.today + timedelta(days=5)
        return {
            "ar.collect.promise": {
                "date_promised": soon,
                "amount": 100.0,
                "item_ids": item(0, amount=100.0),
            },
            "ar.collect.contact.window": {"partner_id": False},
            "ar.collect.dispute": {"item_ids": item(1, amount=50.0)},
            "ar.collect.payment.plan": {"item_ids": item(3)},
            "ar.collect.escalation.rule": {"min_days_late": 9000},
            "ar.collect.fee.rule": {"fixed_amount": 40.0},
            "ar.collect.forecast": {"week": soon + timedelta(weeks=PLACES.index(place))},
            "ar.collect.strategy.step": {"template_id": template},
            "ar.collect.recording": {"consent": True},
            "ar.collect.recording.chunk": {"data": b64encode(SECRETS[place].encode())},
            "ar.collect.report.schedule": {"user_ids": [Command.set(debtor["owner"].ids)]},
            "ar.collect.target": {"team_id": False, "value": 7},
        }.get(model._name, {})

    # --- whose it is

    @classmethod
    def is_of_customer(cls, name):
        """Whether records of a model are about a customer, or about a person's own work."""
        if name in PERSONAL:
            return True
        return (
            any(
                field.comodel_name == "ar.collect.account"
                or (
                    field.required
                    and is_ours(cls.env[field.comodel_name])
                    and cls.is_of_customer(field.comodel_name)
                )
                for field in cls.env[name]._fields.values()
                if field.type == "many2one" and field.store and field.comodel_name != name
            )
            or name == "ar.collect.account"
        )

    def hidden(self, role, name):
        """Records of a model that a role is not to see."""
        records = self.env[name]
        for place in HIDDEN[role]:
            made = self.made[place].get(name, records)
            if made and self.is_hidden(role, made):
                records |= made.with_env(records.env)
        return records

    def is_hidden(self, role, record):
        """Whether a record of a place that is hidden from a role is itself; what is set up for all
        companies, or for the role's own one, is not."""
        if self.is_of_customer(record._name):
            return True
        field = record._fields.get("company_id") or record._fields.get("company_ids")
        return bool(field) and self.users[role].company_id not in record[field.name]

    # --- what changed

    def count_changes(self):
        """Rows written in this transaction so far, by table, also those rolled back since."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
        )
        return dict(rows)
