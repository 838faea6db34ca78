# Part of ar_collect. License LGPL-3.
"""Companies, users, customers, products and rates of the demo company."""

import logging
import unicodedata

from odoo import SUPERUSER_ID
from odoo.fields import Command

from .plan import make_rates
from .tables import (
    CHILDREN,
    COMPANIES,
    CREDIT_LIMITS,
    NAMESPACE,
    PEOPLE,
    PORTAL_LOGIN,
    PRODUCTS,
    TERMS,
    TIGHT_LIMITS,
    load_customers,
)

_logger = logging.getLogger(__name__)

#: What Odoo calls the main company before anybody has named it.
DEFAULT_NAMES = ("My Company", "YourCompany")
#: Partner languages by country, used only where installed.
LANGUAGES = {"DE": "de_DE", "AT": "de_DE", "FR": "fr_FR", "NL": "nl_NL", "SE": "sv_SE"}
#: Sizes with an accounts-payable department; the others have one person for everything.
WITH_DEPARTMENT = ("mid", "large")


def mail_name(name):
    """The part of a mail address before the @ for a person's name.

    :rtype: str
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split())


class MasterData:
    """Creates what the documents need; ``create_all`` fills the attributes, all by key."""

    def __init__(self, env, today_by_company, customer_keys=None):
        self.env = env
        self.today_by_company = today_by_company
        self.companies = {}
        self.users = {}
        self.partners = {}
        self.contacts = {}
        self.children = {}
        self.products = {}
        self.terms = {}
        self.currencies = {}
        self.customers = load_customers(customer_keys)

    def create_all(self):
        """Create everything, in the order of dependence."""
        for key in COMPANIES:
            self.companies[key] = self._create_company(key)
        self._create_currencies()
        self._create_users()
        self._create_terms()
        self._create_products()
        self._create_customers()
        self._create_contacts()
        self._set_company_values()
        self._create_portal_user()

    def name(self, key, record):
        """Give a record an external id of the demo, see NAMESPACE.

        :return: the record
        """
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"{NAMESPACE}.{key}", "record": record, "noupdate": True}]
        )
        return record

    # --- companies

    def _create_company(self, key):
        main = self.env.ref("base.main_company", raise_if_not_found=False)
        if key == "main" and main and self._is_free(main):
            company = self._adopt_company(main)
        else:
            company = self._new_company(COMPANIES[key])
            if key == "main" and main:
                _logger.info(
                    "The company %s is in use and left alone; the demo lives in a new one, %s",
                    main.name,
                    company.name,
                )
        company.account_use_credit_limit = True
        return self.name(f"company_{key}", company)

    def _is_free(self, company):
        """Whether the demo may live in a company: never in one that is really used."""
        if company.chart_template not in (False, "generic_coa"):
            return False
        entries = self.env["account.move"]
        booked = [("company_id", "=", company.id)]
        if not entries.search_count(booked, limit=1):
            return True
        # Odoo's own demo entries do no harm, those of a person make it a company in use
        if entries.search_count([*booked, ("create_uid", "!=", SUPERUSER_ID)], limit=1):
            return False
        account = self.env.ref("base.module_account")
        return account.demo and company.currency_id.name == COMPANIES["main"].currency

    def _adopt_company(self, company):
        spec = COMPANIES["main"]
        untouched = company.name in DEFAULT_NAMES
        if untouched:
            company.name = spec.name
            self._set_address(company, spec)
        if not company.chart_template:
            self._load_chart(company, spec)
        if untouched or not company.partner_id.tz:
            company.partner_id.tz = spec.tz
        return company

    def _new_company(self, spec):
        vals = {"name": spec.name}
        if "iap_enrich_auto_done" in self.env["res.company"]._fields:
            vals["iap_enrich_auto_done"] = True  # nothing to look up about an invented company
        company = self.env["res.company"].create(vals)
        self._set_address(company, spec)
        company.partner_id.tz = spec.tz
        self._load_chart(company, spec)
        return company

    def _set_address(self, company, spec):
        country = self._country(spec.country)
        # on the partner: a country written on the company installs the modules of that country
        company.partner_id.write(
            {
                "street": spec.street,
                "city": spec.city,
                "zip": spec.zip,
                "state_id": self._state(country, spec.state).id,
                "country_id": country.id,
                "phone": spec.phone,
                "email": "accounting@alderfinch.example",
                "website": "https://www.alderfinch.example",
            }
        )

    def _load_chart(self, company, spec):
        # not try_loading: it warns while a registry is being loaded, which is when demo data is
        # made; account and its only template used here are loaded by then
        self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        currency = self._currency(spec.currency)
        country = self._country(spec.country)
        company.write({"currency_id": currency.id, "account_fiscal_country_id": country.id})
        taxes = self.env["account.tax"].search([("company_id", "=", company.id)])
        taxes.tax_group_id.country_id = country
        taxes.country_id = country
        if spec.domestic_tax:
            company.account_sale_tax_id.write(
                {
                    "amount": spec.domestic_tax,
                    "name": f"{spec.domestic_tax:.0f}%",
                    "invoice_label": f"{spec.domestic_tax:.0f}%",
                }
            )

    def _country(self, code):
        return self.env["res.country"].search([("code", "=", code)], limit=1)

    def _state(self, country, code):
        domain = [("country_id", "=", country.id), ("code", "=", code)]
        return self.env["res.country.state"].search(domain, limit=1)

    # --- currencies

    def _currency(self, name):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", name)], limit=1)
        if not currency.active:
            currency.active = True
        return currency

    def _create_currencies(self):
        for key, company in self.companies.items():
            self.currencies[COMPANIES[key].currency] = company.currency_id
            for name, rates in make_rates(key, self.today_by_company[key]).items():
                self.currencies[name] = self._currency(name)
                self._create_rates(company, self.currencies[name], rates)

    def _create_rates(self, company, currency, rates):
        Rate = self.env["res.currency.rate"].with_company(company)
        domain = [("company_id", "=", company.id), ("currency_id", "=", currency.id)]
        known = set(Rate.search(domain).mapped("name"))
        Rate.create(
            [
                {
                    "name": day,
                    "company_rate": rate,
                    "currency_id": currency.id,
                    "company_id": company.id,
                }
                for day, rate in rates
                if day not in known
            ]
        )

    # --- users

    def _create_users(self):
        companies = self.env["res.company"].union(*self.companies.values())
        for person in PEOPLE:
            self.users[person.login] = self._create_user(person)
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        if admin:
            admin.company_ids |= companies

    def _create_user(self, person):
        companies = [self.companies[key] for key in person.companies]
        groups = [self.env.ref(xmlid).id for xmlid in ("base.group_user", *person.groups)]
        user = self.env["res.users"].create(
            {
                "login": person.login,
                "password": person.login,
                "name": person.name,
                "email": f"{mail_name(person.name)}@example.com",
                "function": person.function,
                "tz": COMPANIES[person.companies[0]].tz,
                "company_id": companies[0].id,
                "company_ids": [Command.set([company.id for company in companies])],
                "group_ids": [Command.set(groups)],
            }
        )
        return self.name(f"user_{person.login.replace('.', '_')}", user)

    def _create_portal_user(self):
        customer = next(line for line in self.customers if "portal" in line.specials)
        contact = self.contacts[customer.key]
        user = self.env["res.users"].create(
            {
                "login": PORTAL_LOGIN,
                "password": PORTAL_LOGIN,
                "partner_id": contact.id,
                "email": contact.email,
                "company_id": self.companies["main"].id,
                "company_ids": [Command.set(self.companies["main"].ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.users[PORTAL_LOGIN] = self.name(f"user_{PORTAL_LOGIN}", user)

    # --- terms and products

    def _create_terms(self):
        for key, term in TERMS.items():
            record = self.env.ref(term.xmlid, raise_if_not_found=False)
            self.terms[key] = record or self._create_term(key, term)

    def _create_term(self, key, term):
        lines = [
            {"value": "percent", "value_amount": percent, **self._delay(days)}
            for percent, days in term.parts
        ]
        record = self.env["account.payment.term"].create(
            {"name": term.name, "line_ids": [Command.create(line) for line in lines]}
        )
        return self.name(f"term_{key}", record)

    def _delay(self, days):
        if days is None:
            return {"delay_type": "days_after_end_of_next_month", "nb_days": 0}
        return {"delay_type": "days_after", "nb_days": days}

    def _create_products(self):
        records = self.env["product.product"].create(
            [
                {"name": name, "type": kind, "list_price": price, "taxes_id": [Command.clear()]}
                for name, (kind, price) in PRODUCTS.items()
            ]
        )
        for number, (name, record) in enumerate(zip(PRODUCTS, records, strict=True), 1):
            self.products[name] = self.name(f"product_{number:02d}", record)

    # --- customers

    def _create_customers(self):
        tags = self._create_tags()
        languages = {code for code, _name in self.env["res.lang"].get_installed()}
        records = self.env["res.partner"].create(
            [self._customer_vals(customer, tags, languages) for customer in self.customers]
        )
        for customer, record in zip(self.customers, records, strict=True):
            self.partners[customer.key] = self.name(f"partner_{customer.key}", record)

    def _create_tags(self):
        names = sorted({customer.tag for customer in self.customers} | {"Key account"})
        Category = self.env["res.partner.category"]
        known = {tag.name: tag for tag in Category.search([("name", "in", names)])}
        return {name: known.get(name) or Category.create({"name": name}) for name in names}

    def _customer_vals(self, customer, tags, languages):
        names = [customer.tag] + (["Key account"] if customer.size == "large" else [])
        vals = {
            "name": customer.name,
            "is_company": True,
            "email": f"accounts@{customer.domain}",
            "website": f"https://www.{customer.domain}",
            "user_id": self.users[customer.salesperson].id,
            "category_id": [Command.set([tags[name].id for name in names])],
            **self._address(customer),
        }
        if LANGUAGES.get(customer.country) in languages:
            vals["lang"] = LANGUAGES[customer.country]
        return vals

    def _address(self, customer):
        country = self._country(customer.country)
        return {
            "street": customer.street,
            "city": customer.city,
            "zip": customer.zip,
            "state_id": self._state(country, customer.state).id,
            "country_id": country.id,
            "phone": customer.phone,
        }

    def _create_contacts(self):
        records = self.env["res.partner"].create(
            [self._contact_vals(customer) for customer in self.customers]
        )
        for customer, record in zip(self.customers, records, strict=True):
            self.contacts[customer.key] = self.name(f"contact_{customer.key}", record)
        owner = next(line for line in self.customers if "children" in line.specials)
        for key, name, city, street in CHILDREN:
            vals = {
                **self._address(owner),
                "name": name,
                "parent_id": self.partners[owner.key].id,
                "type": "other",
                "city": city,
                "street": street,
                "email": f"{key}@{owner.domain}",
            }
            self.children[key] = self.name(f"child_{key}", self.env["res.partner"].create(vals))

    def _contact_vals(self, customer):
        return {
            **self._address(customer),
            "name": customer.contact,
            "function": customer.function,
            "parent_id": self.partners[customer.key].id,
            "type": "invoice" if customer.size in WITH_DEPARTMENT else "contact",
            "email": f"{mail_name(customer.contact)}@{customer.domain}",
        }

    def _set_company_values(self):
        """Terms, credit limit and trust, which each company keeps for itself."""
        for customer in self.customers:
            for key in customer.companies():
                partner = self.partners[customer.key].with_company(self.companies[key])
                partner.write(self._company_values(customer))

    def _company_values(self, customer):
        vals = {"property_payment_term_id": self.terms[customer.terms].id}
        if customer.collector:
            limits = TIGHT_LIMITS if "limit" in customer.specials else CREDIT_LIMITS
            vals["credit_limit"] = limits[customer.size]
        for trust in ("good", "bad"):
            if trust in customer.specials:
                vals["trust"] = trust
        return vals
