# Part of ar_collect. License LGPL-3.
from odoo import Command, api, fields, models

#: Fields of the form, by those of the contact.
FORM_FIELDS = {
    "name": "name",
    "function": "function",
    "phone": "phone",
    "email": "email",
    "lang": "lang",
    "call_time": "collect_call_time",
}


class ArCollectContactEdit(models.TransientModel):
    """The form in which a collector changes or adds a contact, without rights in the address book."""

    _name = "ar.collect.contact.edit"
    _description = "Contact of a Customer"

    account_id = fields.Many2one(comodel_name="ar.collect.account", required=True, readonly=True)
    contact_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    name = fields.Char(required=True)
    function = fields.Char(string="Job Position")
    phone = fields.Char()
    email = fields.Char()
    lang = fields.Selection(
        string="Language", selection=lambda self: self.env["res.lang"].get_installed()
    )
    call_time = fields.Char(string="Time to Call")
    role_ids = fields.Many2many(comodel_name="ar.collect.contact.role", string="Roles")
    health_text = fields.Char(related="contact_id.collect_health_text")

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `base`: opened for a contact, it shows that contact."""
        values = super().default_get(fields)
        contact = self.env["res.partner"].browse(values.get("contact_id") or [])
        if contact:
            values |= {name: contact[source] for name, source in FORM_FIELDS.items()}
            values["role_ids"] = [Command.set(contact.collect_role_ids.ids)]
        else:
            account = self.env["ar.collect.account"].browse(values.get("account_id") or [])
            values["lang"] = account.partner_id.lang
        return values

    # === ACTION METHODS === #

    def action_save(self):
        """Save the contact and close."""
        self.ensure_one()
        self._save()
        return {
            "type": "ir.actions.act_window_close",
            "infos": {"contact_id": self.contact_id.id},
        }

    # === BUSINESS METHODS === #

    def _save(self):
        """Change or add the contact; see `_save_contact` of the account.

        :rtype: recordset of `res.partner`
        """
        values = {source: self[name] for name, source in FORM_FIELDS.items()}
        values["collect_role_ids"] = self.role_ids.ids
        self.contact_id = self.account_id._save_contact(values, self.contact_id)
        return self.contact_id
