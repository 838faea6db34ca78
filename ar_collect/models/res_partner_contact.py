# Part of ar_collect. License LGPL-3.
"""What a contact of a customer is there for, and what is known of reaching the person."""

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize, format_date

from ..tools.phone import same_number
from . import contact_health

READERS = "ar_collect.group_inquiry"
HEALTH = [
    ("ok", "OK"),
    ("confirmed", "Confirmed"),
    ("no_answer", "Never Answered"),
    ("blacklisted", "Refuses E-mails"),
    ("bounced", "E-mail Bounced"),
    ("wrong_number", "Wrong Number"),
    ("missing", "No Phone, No E-mail"),
    ("left", "Left the Company"),
]
#: Health of which nothing needs to be said.
FINE = ("ok", "confirmed")


class ResPartner(models.Model):
    _inherit = "res.partner"

    collect_name = fields.Char(
        string="Contact Name",
        compute="_compute_collect_name",
        groups=READERS,
        help="Among the contacts of one customer, the name alone; of an address without, all.",
    )
    collect_role_ids = fields.Many2many(
        comodel_name="ar.collect.contact.role",
        relation="ar_collect_contact_role_partner_rel",
        column1="partner_id",
        column2="role_id",
        string="Collection Roles",
        copy=False,
        groups=READERS,
        help="What collections turns to this contact for.",
    )
    collect_wrong_number_date = fields.Date(
        string="Wrong Number Since",
        groups=READERS,
        copy=False,
        help="When somebody reported the phone number as wrong; cleared when it changes.",
    )
    collect_left_date = fields.Date(string="Left On", groups=READERS, copy=False)
    collect_confirmed_date = fields.Date(
        string="Confirmed On",
        groups=READERS,
        copy=False,
        help="When the customer last said that this is right.",
    )
    collect_phone_date = fields.Datetime(
        string="Phone Changed",
        groups=READERS,
        copy=False,
        readonly=True,
        help="Calls before this went to another number.",
    )
    collect_call_time = fields.Char(
        string="Time to Call",
        copy=False,
        groups=READERS,
        help="When the contact likes to be called, in the contact's own words.",
    )
    collect_health = fields.Selection(
        selection=HEALTH,
        string="Health",
        compute="_compute_collect_health",
        search="_search_collect_health",
        groups=READERS,
        help="The worst that is known of reaching this contact.",
    )
    collect_health_text = fields.Char(
        string="Health Explained",
        compute="_compute_collect_health",
        groups=READERS,
        help="All that is known of reaching this contact, with its numbers.",
    )
    collect_can_call = fields.Boolean(
        string="Can Be Called", compute="_compute_collect_health", groups=READERS
    )
    collect_can_mail = fields.Boolean(
        string="Can Be Mailed", compute="_compute_collect_health", groups=READERS
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "complete_name")
    def _compute_collect_name(self):
        for partner in self:
            partner.collect_name = partner.name or partner.display_name

    # not the blacklist and the contact log: like core, read again with the next request
    @api.depends(
        "phone",
        "email",
        "email_normalized",
        "message_bounce",
        "collect_wrong_number_date",
        "collect_left_date",
        "collect_confirmed_date",
    )
    @api.depends_context("lang")
    def _compute_collect_health(self):
        facts = self._get_collect_health_facts()
        for partner in self:
            found = facts.get(partner._origin.id) or {}
            partner.collect_health = found.get("state") or "ok"
            partner.collect_can_call = bool(found.get("can_call"))
            partner.collect_can_mail = bool(found.get("can_mail"))
            partner.collect_health_text = partner._get_collect_health_text(found)

    def _search_collect_health(self, operator, value):
        self._check_field_access(self._fields["collect_health"], "read")
        if operator != "in":
            return NotImplemented
        found = SQL(
            """
            (SELECT partner.id
               FROM res_partner partner
               LEFT JOIN LATERAL (%(calls)s) AS log ON TRUE
              WHERE %(state)s IN %(values)s)
            """,
            calls=contact_health.calls(SQL("partner")),
            state=contact_health.state(SQL("partner")),
            values=tuple(value) or (None,),
        )
        self._flush_collect_health()
        return [("id", "in", found)]

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `mail`: what is known of a number or an address ends with it."""
        renumbered = readdressed = self.browse()
        if "phone" in vals:
            renumbered = self._get_collect_renumbered(vals["phone"])
        if "email" in vals:
            readdressed = self._get_collect_readdressed(vals["email"])
        result = super().write(vals)
        renumbered._forget_collect_number()
        readdressed._forget_collect_bounces()
        return result

    # === ACTION METHODS === #

    def action_collect_left(self):
        """Note that the contact left the company; it is asked and written to no more."""
        self._write_collect_left(fields.Date.context_today(self))

    def action_collect_back(self):
        """Take back that the contact left the company."""
        self._write_collect_left(False)

    def action_collect_number_right(self):
        """Take back that the number is wrong."""
        for account, contacts in self._get_collect_accounts_checked():
            contacts.sudo().collect_wrong_number_date = False  # sudo: checked on the account
            account._log_contacts(
                [self.env._("The number of %s is right.", contact.name) for contact in contacts]
            )

    def action_collect_edit(self):
        """Open the form in which a collector changes a contact."""
        self.ensure_one()
        [(account, contact)] = self._get_collect_accounts_checked()
        return account._get_contact_form(contact)

    # === BUSINESS METHODS === #

    # --- health

    def _flush_collect_health(self):
        names = ["phone", "email", "email_normalized", "message_bounce", "collect_phone_date"]
        names += [f"collect_{name}_date" for name in ("wrong_number", "left", "confirmed")]
        self.env["res.partner"].flush_model(names)
        self.env["ar.collect.activity"].flush_model()
        self.env["mail.blacklist"].flush_model()

    def _get_collect_health_facts(self):
        """What is known of reaching these contacts, in one query.

        :return: by id of the contact: state, can_call, can_mail, attempts, reached, blacklisted
        :rtype: dict
        """
        self._flush_collect_health()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT partner.id, %(state)s AS state, %(can_call)s AS can_call,
                       %(can_mail)s AS can_mail, %(unanswered)s AS unanswered,
                       log.attempts, %(blacklisted)s AS blacklisted
                  FROM res_partner partner
                  LEFT JOIN LATERAL (%(calls)s) AS log ON TRUE
                 WHERE partner.id = ANY(%(ids)s)
                """,
                state=contact_health.state(SQL("partner")),
                can_call=contact_health.can_call(SQL("partner")),
                can_mail=contact_health.can_mail(SQL("partner")),
                unanswered=contact_health.is_unanswered(),
                blacklisted=contact_health.is_blacklisted(SQL("partner")),
                calls=contact_health.calls(SQL("partner")),
                ids=self._origin.ids,
            )
        )
        return {row["id"]: row for row in rows}

    def _get_collect_health_text(self, facts):
        """In words, the worst first; empty when nothing is known.

        :param dict facts: of this contact, see :meth:`_get_collect_health_facts`
        """
        if self.collect_left_date:
            return self.env._(
                "Left the company (%s)", format_date(self.env, self.collect_left_date)
            )
        texts = [*self._get_collect_phone_texts(facts), *self._get_collect_email_texts(facts)]
        if facts.get("state") == "missing":
            texts.append(self.env._("No phone number and no e-mail address"))
        if self.collect_confirmed_date:
            texts.append(
                self.env._("Confirmed on %s", format_date(self.env, self.collect_confirmed_date))
            )
        return " · ".join(texts)

    def _get_collect_phone_texts(self, facts):
        if self.collect_wrong_number_date:
            day = format_date(self.env, self.collect_wrong_number_date)
            yield self.env._("Wrong number (reported %s)", day)
        if facts.get("unanswered"):
            yield self.env._("%s calls, never answered", facts["attempts"])

    def _get_collect_email_texts(self, facts):
        if self.message_bounce == 1:
            yield self.env._("The last e-mail bounced")
        elif self.message_bounce:
            yield self.env._("%s e-mails bounced", self.message_bounce)
        if facts.get("blacklisted"):
            yield self.env._("Refuses e-mails (blacklist)")

    # --- what ends with a number or an address

    def _get_collect_renumbered(self, phone):
        """Those whose phone number this is not, however it is written."""
        # sudo: whoever writes a number may know nothing else of the contact
        return self.sudo().filtered(  # sudo: see above
            lambda partner: (partner.phone or phone) and not same_number(partner.phone, phone)
        )

    def _get_collect_readdressed(self, email):
        """Those with bounces at another address than this."""
        address = email_normalize(email, strict=False)
        # sudo: as for the number
        return self.sudo().filtered(  # sudo: see above
            lambda partner: partner.message_bounce and partner.email_normalized != address
        )

    def _forget_collect_number(self):
        if self:
            now = fields.Datetime.now()
            partners = self.sudo()  # sudo: who changes the number need not know of collections
            partners.write({"collect_wrong_number_date": False, "collect_phone_date": now})

    def _forget_collect_bounces(self):
        if self:
            self.sudo().message_bounce = 0  # sudo: core's counter, which nobody sets by hand

    # --- left the company

    def _write_collect_left(self, day):
        """Set or clear the day a contact left, as far as the user works on the customer.

        :param date|bool day: False: the contact is there
        :raise AccessError: without the right to change the customer's account
        """
        for account, contacts in self._get_collect_accounts_checked():
            changed = contacts.filtered(lambda contact: contact.collect_left_date != day)
            changed.sudo().collect_left_date = day  # sudo: checked on the account
            account._log_contacts([contact._get_collect_left_text() for contact in changed])
            account._update_contact_tasks()

    def _get_collect_left_text(self):
        if self.collect_left_date:
            return self.env._("%s left the company", self.collect_name)
        return self.env._("%s is with the company again", self.collect_name)

    def _get_collect_accounts_checked(self):
        """The accounts of these contacts that the user may change, with their contacts.

        Opened from an account, which the context then names, it is that company's; else the one
        worked in.

        :return: list of pairs (account, contacts)
        :raise AccessError: without the right to change the customer's account
        :raise UserError: for a contact of somebody who is not a customer
        """
        accounts = self._get_collect_accounts()
        if account_id := self.env.context.get("collect_account_id"):
            account = self.env["ar.collect.account"].browse(account_id)
            accounts[account.partner_id] = account
        pairs = []
        for customer, contacts in self.grouped("commercial_partner_id").items():
            account = accounts.get(customer, self.env["ar.collect.account"])
            account._check_contacts(contacts)
            pairs.append((account, contacts))
        return pairs

    # --- the right contact

    def _get_collect_contacts(self, role=None, channel=None):
        """The customer's contacts, the right one first.

        :param str|None role: code of a role; None: accounts payable
        :param str|None channel: ``call``, ``email`` or None, when either will do
        :rtype: recordset of `res.partner`
        """
        self.ensure_one()
        found = self._get_collect_contacts_by_customer(role, channel)
        return found[self.commercial_partner_id]

    def _get_collect_contacts_by_customer(self, role=None, channel=None):
        """As :meth:`_get_collect_contacts`, of many customers in a constant number of queries.

        Who cannot be reached that way comes last, and who left the company last of all.

        :return: contacts by commercial partner
        :rtype: dict
        """
        customers = self.commercial_partner_id
        contacts = self.search_fetch(
            [("commercial_partner_id", "in", customers.ids)],
            ["name", "type", "phone", "email", "commercial_partner_id", "collect_role_ids"],
        )
        contacts = contacts.sorted(lambda contact: contact._get_collect_order(role, channel))
        found = contacts.grouped("commercial_partner_id")
        return {customer: found.get(customer, customer) for customer in customers}

    def _get_collect_order(self, role, channel):
        """Where a contact stands among those of its customer, as a sort key."""
        self.ensure_one()
        return (
            bool(self.collect_left_date),
            not self._is_collect_reachable(channel),
            self.collect_health == "no_answer" and channel != "email",
            self._get_collect_tier(role or "accounts_payable"),
            not self.collect_confirmed_date,
            self.name or "",
            self.id,
        )

    def _is_collect_reachable(self, channel=None):
        """Whether there is a way to reach the contact that is not known to fail.

        :param str|None channel: ``call``, ``email`` or None, when either will do
        """
        if channel == "call":
            return self.collect_can_call
        if channel == "email":
            return self.collect_can_mail
        return self.collect_can_call or self.collect_can_mail

    def _get_collect_tier(self, role):
        """0 for who has the role, then accounts payable, the invoice address, the customer."""
        codes = self._get_collect_role_codes()
        if role in codes:
            return 0
        if "accounts_payable" in codes:
            return 1
        if self.type == "invoice":
            return 2
        if self == self.commercial_partner_id:
            return 3
        return 5 if self.type == "delivery" else 4

    def _get_collect_role_codes(self):
        """The technical names of this contact's roles.

        :rtype: set
        """
        return set(self.collect_role_ids.mapped("code"))
