# Part of ar_collect. License LGPL-3.
from odoo import Command, api, models

from .ar_collect_contact_edit import FORM_FIELDS


class ArCollectContactEdit(models.TransientModel):
    _inherit = "ar.collect.contact.edit"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Override of `ar_collect`: what a suggestion says goes over what is known of a contact."""
        values = super().default_get(fields)
        said = {name: self.env.context.get(f"default_{name}") for name in FORM_FIELDS}
        values |= {name: value for name, value in said.items() if value}
        if roles := self.env.context.get("default_role_ids"):
            commands = [Command.link(role_id) for role_id in roles]
            values["role_ids"] = [*(values.get("role_ids") or []), *commands]
        return values
