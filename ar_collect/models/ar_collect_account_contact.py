# Part of ar_collect. License LGPL-3.
"""The contacts of a customer: whom to call, whom to write to, and how they are changed."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, format_date

#: What is changed on a contact from within collections, in the order it is told in.
CONTACT_FIELDS = (
    "name",
    "function",
    "phone",
    "email",
    "collect_role_ids",
    "lang",
    "collect_call_time",
    "collect_left_date",
    "collect_confirmed_date",
)
#: What says who somebody is to Odoo itself, and so is not collections' to change on a colleague.
IDENTITY_FIELDS = {"name", "email"}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Contacts",
        compute="_compute_contact_ids",
        help="The right one first: accounts payable, the invoice address, the customer itself.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_contact_ids(self):
        contacts = self.partner_id._get_collect_contacts_by_customer()
        for account in self:
            account.contact_ids = contacts.get(account.partner_id)

    # === ACTION METHODS === #

    def action_new_contact(self):
        """Open the form for a new contact of the customer."""
        self.ensure_one()
        self.check_access("write")
        return self._get_contact_form(self.env["res.partner"])

    def action_download_contacts(self):
        """Download the contacts as electronic visiting cards.

        :return: client action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar_collect/account/{self.id}/contacts.vcf",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    # --- whom to turn to

    def _get_call_contacts(self, role="accounts_payable"):
        """Whom to call, the right one first; those nobody can call come last.

        :param str role: code of the role the call is about
        :return: list of dicts: id, name, function, roles (code, label, color), phone, email, type,
            is_company, lang, tz, call_time, can_call, can_mail, health, health_label, health_text
        :rtype: list
        """
        self.ensure_one()
        contacts = self.partner_id._get_collect_contacts(role, "call")
        labels = dict(contacts._fields["collect_health"]._description_selection(self.env))
        return [self._prepare_call_contact(contact, labels) for contact in contacts]

    def _prepare_call_contact(self, contact, labels):
        """What a screen shows of a contact, see :meth:`_get_call_contacts`.

        :param recordset contact: `res.partner`
        :param dict labels: of the health
        """
        return {
            "id": contact.id,
            "name": contact.collect_name,
            "function": contact.function or "",
            "roles": [
                {"code": role.code or "", "label": role.name, "color": role.color}
                for role in contact.collect_role_ids
            ],
            "phone": contact.phone or "",
            "email": contact.email or "",
            "type": contact.type,
            "is_company": contact.is_company,
            "lang": contact.lang or "",
            "tz": contact.tz or "",
            "call_time": contact.collect_call_time or "",
            "can_call": contact.collect_can_call,
            "can_mail": contact.collect_can_mail,
            "health": contact.collect_health,
            "health_label": labels[contact.collect_health],
            "health_text": contact.collect_health_text,
        }

    def _get_mail_recipients(self, role="accounts_payable"):
        """Whom to write to, see :meth:`_get_mail_recipients_by_account`.

        :param str role: code of the role the mail is about
        :rtype: recordset of `res.partner`
        """
        self.ensure_one()
        return self._get_mail_recipients_by_account(role)[self]

    def _get_mail_recipients_by_account(self, role="accounts_payable"):
        """Whom to write to: all with the role, else the next best; only who can be reached.

        Many customers take a constant number of queries.

        :param str role: code of the role the mail is about
        :return: contacts by account, empty where no e-mail would arrive
        :rtype: dict
        """
        contacts = self.partner_id._get_collect_contacts_by_customer(role, "email")
        found = {}
        for account in self:
            reached = contacts[account.partner_id].filtered("collect_can_mail")
            meant = reached.filtered(lambda contact: role in contact._get_collect_role_codes())
            found[account] = meant or reached[:1]
        return found

    # --- changing them

    def _check_contacts(self, contacts):
        """Refuse to change contacts of a customer that the user does not work on.

        :param recordset contacts: `res.partner`
        :raise UserError: when these are not contacts of this one customer
        :raise AccessError: without the right to change the account
        """
        if not self or contacts.commercial_partner_id - self.partner_id:
            raise UserError(
                self.env._(
                    "%s is not a contact of a customer that you collect from.",
                    ", ".join(contacts.mapped("display_name")),
                )
            )
        self.check_access("write")

    def _save_contact(self, values, contact=None):
        """Change a contact of the customer, or add one; the only way collections does it.

        A collector needs no rights in the address book for it: whoever may change the account may
        change how its people are reached, and it is noted in the account's chatter.

        :param dict values: of :data:`CONTACT_FIELDS`; ``collect_role_ids`` as a list of ids
        :param recordset|None contact: `res.partner`; None or empty: a new one
        :return: the contact
        :rtype: recordset of `res.partner`
        :raise UserError: for a contact of another customer, no name, or a bad address
        :raise AccessError: without the right to change the account, or the name of a colleague
        """
        self.ensure_one()
        contact = contact or self.env["res.partner"]
        self._check_contacts(contact)
        values = self._clean_contact(values, new=not contact)
        changes = self._get_contact_changes(values, contact)
        if not changes:
            return contact
        self._check_identity(contact, {name for name, _label, _old, _new in changes})
        title = contact.collect_name
        if not contact:
            title = self.env._("New contact: %s", values["name"])
        contact = self._write_contact(values, contact)
        self._log_contacts(
            [
                title,
                *(f"{label}: {old or '—'} → {new or '—'}" for _name, label, old, new in changes),
            ]
        )
        self._update_contact_tasks()
        return contact

    def _clean_contact(self, values, new):
        """The values without what is not a contact's, checked.

        :raise UserError: for a contact without a name, or a bad address
        """
        values = {name: values[name] for name in CONTACT_FIELDS if name in values}
        if (new or "name" in values) and not (values.get("name") or "").strip():
            raise UserError(self.env._("Give the contact a name."))
        if values.get("email") and not email_normalize(values["email"]):
            raise UserError(self.env._("“%s” is not an e-mail address.", values["email"]))
        return values

    def _check_identity(self, contact, names):
        """Refuse to change who a colleague is: passwords are sent to that address."""
        # sudo: whether the contact logs in here is asked, nothing else
        users = contact.sudo().with_context(active_test=False).user_ids  # sudo: see above
        if names & IDENTITY_FIELDS and any(not user.share for user in users) and not self.env.su:
            raise AccessError(
                self.env._(
                    "%s is a user of this database; name and e-mail are changed in the settings"
                    " of users.",
                    contact.display_name,
                )
            )

    def _write_contact(self, values, contact):
        values = {name: value or False for name, value in values.items()}
        if "collect_role_ids" in values:
            values["collect_role_ids"] = [Command.set(values["collect_role_ids"] or [])]
        # sudo: checked on the account, and limited to CONTACT_FIELDS
        contact_sudo = contact.sudo().with_context(mail_create_nosubscribe=True)  # sudo: see above
        if contact:
            contact_sudo.write(values)
            return contact
        customer = self.partner_id.sudo()  # sudo: see above
        values |= {"parent_id": customer.id, "company_id": customer.company_id.id}
        return contact_sudo.create({"lang": customer.lang, **values}).sudo(False)

    def _get_contact_changes(self, values, contact):
        """What would change, for people to read.

        :param dict values: as for :meth:`_save_contact`
        :param recordset contact: `res.partner`, empty for a new one
        :return: list of tuples (field, label, old text, new text)
        :rtype: list
        """
        contact = contact.sudo()  # sudo: fields that have a group; the caller has checked
        labels = contact.fields_get(CONTACT_FIELDS, ["string"])
        texts = [
            (
                name,
                labels[name]["string"],
                self._get_contact_text(name, contact[name].ids if _is_many(name) else contact[name])
                if contact
                else "",
                self._get_contact_text(name, values[name]),
            )
            for name in CONTACT_FIELDS
            if name in values
        ]
        return [change for change in texts if change[2] != change[3]]

    def _get_contact_text(self, name, value):
        """A value of a contact for people to read."""
        if not value:
            return ""
        if _is_many(name):
            roles = self.env["ar.collect.contact.role"].browse(value)
            return ", ".join(roles.sorted().mapped("name"))
        if name == "lang":
            return dict(self.env["res.lang"].get_installed()).get(value, value)
        if name.endswith("_date"):
            return format_date(self.env, value)
        return value.strip()

    def _log_contacts(self, lines):
        """Note in the chatter what was changed on contacts; everything typed is escaped.

        :param list lines: texts
        """
        if lines:
            body = Markup("<br/>").join(lines)
            # the note belongs to the change, which the caller has checked
            account = self.sudo()  # sudo: see above
            account._message_log(body=body, author_id=self._get_log_author().id)

    def _get_log_author(self):
        """Who signs a note: the user; the system for what somebody outside has brought about."""
        user = self.env.user
        return user.partner_id if user._is_internal() else self.env.ref("base.partner_root")

    def _get_contact_form(self, contact):
        """The dialog in which a contact is changed.

        :param recordset contact: `res.partner`, empty for a new one
        :rtype: dict
        """
        name = contact.display_name if contact else self.env._("New Contact")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.collect.contact.edit",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id, "default_contact_id": contact.id},
        }


def _is_many(name):
    return name == "collect_role_ids"
