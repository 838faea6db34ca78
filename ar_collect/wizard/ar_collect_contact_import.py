# Part of ar_collect. License LGPL-3.
"""Import of electronic visiting cards: first a preview, then only what is ticked."""

import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools import vcard
from ..tools.phone import same_number

MAX_BYTES = 5 * 1024 * 1024
MAX_CARDS = 500
ACTIONS = [
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "Same"),
    ("duplicate", "Twice in the File"),
    ("error", "Cannot Be Read"),
]


class ArCollectContactImport(models.TransientModel):
    _name = "ar.collect.contact.import"
    _description = "Import Contacts"

    account_id = fields.Many2one(comodel_name="ar.collect.account", required=True, readonly=True)
    file = fields.Binary(string="vCard File", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("upload", "Upload"), ("preview", "Preview")], default="upload", required=True
    )
    line_ids = fields.One2many(
        comodel_name="ar.collect.contact.import.line", inverse_name="import_id", string="Cards"
    )
    summary = fields.Char(compute="_compute_summary")
    selected_count = fields.Integer(compute="_compute_summary")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.action", "line_ids.selected")
    def _compute_summary(self):
        labels = dict(self.line_ids._fields["action"]._description_selection(self.env))
        for wizard in self:
            lines = wizard.line_ids.grouped("action")
            counts = [f"{labels[action]}: {len(lines[action])}" for action in lines]
            wizard.summary = ", ".join(counts)
            wizard.selected_count = len(wizard.line_ids.filtered("selected"))

    # === ACTION METHODS === #

    def action_preview(self):
        """Read the file and show what it would change.

        :return: client action, the same form
        :rtype: dict
        :raise UserError: for a file that is no cards, or too large
        """
        self.ensure_one()
        self.account_id._check_contacts(self.account_id.partner_id)
        self.line_ids.unlink()
        self.line_ids = [Command.create(values) for values in self._prepare_lines()]
        self.state = "preview"
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.line_ids.unlink()
        self.write({"state": "upload", "file": False})
        return self._reopen()

    def action_import(self):
        """Apply the ticked cards and close.

        :return: client action, a message
        :rtype: dict
        """
        self.ensure_one()
        lines = self.line_ids.filtered("selected")
        for line in lines:
            line._import()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s contacts imported.", len(lines)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Contacts (vCard)"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _read_cards(self):
        """The cards of the file.

        :rtype: list of `tools.vcard.Card`
        :raise UserError: for a file that is no cards, or too large
        """
        self.account_id._check_vobject()
        content = base64.b64decode(self.file or b"")
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is larger than %s MB.", MAX_BYTES // 1024 // 1024))
        blocks = vcard.split(vcard.decode(content))
        if not blocks:
            raise UserError(
                self.env._(
                    "“%s” holds no visiting card: there is no line BEGIN:VCARD in it.",
                    self.filename or self.env._("The file"),
                )
            )
        if len(blocks) > MAX_CARDS:  # counted before they are read, which takes its time
            raise UserError(
                self.env._(
                    "The file holds %(count)s cards; import %(limit)s at most at a time.",
                    count=len(blocks),
                    limit=MAX_CARDS,
                )
            )
        return [card for card in vcard.read(content) if card.kind != "group"]

    def _prepare_lines(self):
        """One line per card, as the file has them.

        :rtype: list of dicts
        """
        customer = self.account_id.partner_id
        contacts = customer._get_collect_contacts_by_customer()[customer]
        seen = set()
        return [self._prepare_line(card, contacts, seen) for card in self._read_cards()]

    def _prepare_line(self, card, contacts, seen):
        """What a card would do.

        :param recordset contacts: `res.partner` of the customer
        :param set seen: what identifies the cards before; gets this one's
        :rtype: dict
        """
        line = {
            "number": card.number,
            "name": card.name,
            "function": card.function,
            "phone": card.phone,
            "email": card.email,
            "organisation": card.organisation,
            "lang": self._get_lang(card.lang),
            "role_ids": [Command.set(self._get_roles(card.labels).ids)],
        }
        if problem := self._get_problem(card):
            return {**line, "action": "error", "message": problem}
        contact = self._match(card, contacts)
        key = contact.id or (email_normalize(card.email) or card.phone, card.name.casefold())
        if key in seen:
            return {**line, "action": "duplicate", "contact_id": contact.id}
        seen.add(key)
        return {**line, **self._get_action(line, contact)}

    def _get_action(self, line, contact):
        """New, changed with what, or the same."""
        if not contact:
            return {"action": "new", "selected": True}
        values = self.line_ids._get_contact_values(line, contact)
        changes = self.account_id._get_contact_changes(values, contact)
        text = "\n".join(f"{label}: {old or '—'} → {new}" for _name, label, old, new in changes)
        return {
            "action": "changed" if changes else "same",
            "contact_id": contact.id,
            "message": text,
            "selected": bool(changes),
        }

    def _get_problem(self, card):
        """Why a card cannot be imported, naming it; None when it can."""
        number = self.env._("Card %s", card.number)
        card_name = f"{number} ({card.name})" if card.name else number
        match card.error:
            case "unreadable":
                reason = self.env._("cannot be read: %s", card.detail)
            case "not_closed":
                reason = self.env._("is cut off: its line END:VCARD is missing")
            case "no_name":
                reason = self.env._("has neither name nor e-mail address")
            case _ if card.email and not email_normalize(card.email):
                reason = self.env._("has a wrong e-mail address: %s", card.email)
            case _:
                return None
        return f"{card_name}: {reason}"

    def _match(self, card, contacts):
        """The contact that a card is about: by e-mail, else by phone, else by name.

        Colleagues share a switchboard: a number that several have, or a contact with another
        address, is no match.

        :rtype: recordset of `res.partner`, at most one
        """
        address = email_normalize(card.email)
        found = contacts.filtered(lambda contact: address and contact.email_normalized == address)
        if found:
            named = found.filtered(lambda contact: _same_name(contact, card))
            return (named or found)[:1]
        found = contacts.filtered(lambda contact: same_number(contact.phone, card.phone))
        if len(found) == 1 and not found.is_company and not (address and found.email_normalized):
            return found
        named = contacts.filtered(lambda contact: _same_name(contact, card))
        return named if len(named) == 1 else contacts.browse()

    def _get_roles(self, labels):
        """The roles a card names, in any installed language."""
        wanted = {label.casefold() for label in labels}
        roles = self.env["ar.collect.contact.role"]
        if not wanted:
            return roles
        found = roles
        for lang, _name in self.env["res.lang"].get_installed():
            found |= (
                roles.with_context(lang=lang)
                .search([], limit=100)  # roles are few
                .filtered(lambda role: {role.name.casefold(), role.code} & wanted)
            )
        return found

    def _get_lang(self, lang):
        """The installed language nearest to a tag such as ``de`` or ``fr-BE``."""
        code = lang.replace("-", "_")
        installed = [found for found, _name in self.env["res.lang"].get_installed()]
        exact = [found for found in installed if found.lower() == code.lower()]
        near = [found for found in installed if code and found.split("_")[0] == code.split("_")[0]]
        return next(iter(exact + near), False)


class ArCollectContactImportLine(models.TransientModel):
    _name = "ar.collect.contact.import.line"
    _description = "Card to Import"
    _order = "number"

    import_id = fields.Many2one(
        comodel_name="ar.collect.contact.import", required=True, ondelete="cascade"
    )
    number = fields.Integer(string="Card", readonly=True)
    selected = fields.Boolean(string="Take")
    action = fields.Selection(ACTIONS, readonly=True, required=True)
    contact_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    name = fields.Char(readonly=True)
    function = fields.Char(string="Job Position", readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    organisation = fields.Char(readonly=True)
    lang = fields.Char(readonly=True)
    role_ids = fields.Many2many(
        comodel_name="ar.collect.contact.role", string="Roles", readonly=True
    )
    message = fields.Text(string="What Changes", readonly=True)

    # === BUSINESS METHODS === #

    def _import(self):
        """Change or add the contact; see `_save_contact` of the account."""
        self.ensure_one()
        if self.action in ("new", "changed"):
            line = {name: self[name] for name in ("name", "function", "phone", "email", "lang")}
            line["role_ids"] = [Command.set(self.role_ids.ids)]
            values = self._get_contact_values(line, self.contact_id)
            self.import_id.account_id._save_contact(values, self.contact_id)

    @api.model
    def _get_contact_values(self, line, contact):
        """What a card says of a contact; where it is silent, the contact stays as it is.

        :param dict line: values of a line
        :param recordset contact: `res.partner`, empty for a new one
        :return: values for `_save_contact` of the account
        :rtype: dict
        """
        names = ("name", "function", "phone", "email", "lang")
        values = {name: line[name] for name in names if line[name]}
        if contact and same_number(contact.phone, values.get("phone")):
            del values["phone"]  # written in another way only
        if contact and contact.email_normalized == email_normalize(values.get("email") or ""):
            values.pop("email", None)
        [(_command, _zero, role_ids)] = line["role_ids"]
        if role_ids:
            values["collect_role_ids"] = sorted({*contact.collect_role_ids.ids, *role_ids})
        return values


def _same_name(contact, card):
    return (contact.name or "").casefold() == card.name.casefold()
