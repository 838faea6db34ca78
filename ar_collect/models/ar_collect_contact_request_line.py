# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError

ANSWERS = [
    ("confirmed", "Right"),
    ("changed", "Changed"),
    ("left", "Left the Company"),
    ("new", "New Contact"),
]
STATES = [
    ("asked", "No Answer"),
    ("pending", "To Review"),
    ("applied", "Applied"),
    ("rejected", "Dismissed"),
]
#: What the customer sees and may change of a contact, besides its roles.
ASKED_FIELDS = ("name", "function", "phone", "email", "lang")


class ArCollectContactRequestLine(models.Model):
    """One contact that a customer is asked about, and the answer."""

    _name = "ar.collect.contact.request.line"
    _description = "Contact to Confirm"
    _order = "sequence, id"

    request_id = fields.Many2one(
        comodel_name="ar.collect.contact.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    account_id = fields.Many2one(related="request_id.account_id")
    sequence = fields.Integer(default=100, readonly=True)
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty for a contact that the customer named.",
    )
    asked = fields.Json(readonly=True, help="The contact as the customer was shown it.")
    answer = fields.Selection(ANSWERS, readonly=True)
    proposed = fields.Json(readonly=True, help="What the customer wants changed, by field.")
    state = fields.Selection(STATES, required=True, default="asked", readonly=True)
    applied_text = fields.Text(readonly=True, help="What was changed when it was applied.")
    name = fields.Char(compute="_compute_name")
    changes = fields.Text(
        compute="_compute_changes", help="Old → new, field by field, as it would be applied now."
    )

    # === COMPUTE METHODS === #

    @api.depends("contact_id", "proposed")
    def _compute_name(self):
        for line in self:
            line.name = line.contact_id.collect_name or (line.proposed or {}).get("name")

    @api.depends("contact_id", "answer", "proposed", "state", "applied_text")
    @api.depends_context("lang")
    def _compute_changes(self):
        for line in self:
            line.changes = line.applied_text if line.state == "applied" else line._get_changes()

    # === ACTION METHODS === #

    def action_apply(self):
        """Apply the answers that wait for review."""
        self.request_id._check_account()
        pending = self.filtered(lambda line: line.state == "pending")
        for line in pending:
            line._apply()
        pending.request_id.sudo()._close_when_done()  # sudo: checked on the account

    def action_reject(self):
        """Dismiss the answers that wait for review."""
        self.request_id._check_account()
        pending = self.filtered(lambda line: line.state == "pending")
        pending.sudo().state = "rejected"  # sudo: checked on the account
        for account, lines in pending.grouped("account_id").items():
            title = self.env._("Dismissed, as answered by the customer")
            account._log_contacts([title, *lines.mapped("name")])
        pending.request_id.sudo()._close_when_done()  # sudo: checked on the account

    # === BUSINESS METHODS === #

    def _get_key(self):
        """What the names of this contact's fields in the form begin with.

        :rtype: str
        """
        self.ensure_one()
        return f"c{self.id}"

    def _remember(self):
        """Keep what the customer is shown: only what differs from it is a change."""
        for line in self:
            contact = line.contact_id
            texts = {name: contact[name] or "" for name in ASKED_FIELDS}
            line.asked = {**texts, "collect_role_ids": contact.collect_role_ids.ids}

    def _get_values(self):
        """What applying this answer writes on the contact.

        :return: values for `_save_contact` of the account
        :rtype: dict
        """
        self.ensure_one()
        day = fields.Date.context_today(self, self.request_id.date_answered)
        if self.answer == "left":
            return {"collect_left_date": day}
        values = dict(self.proposed or {})
        if "collect_role_ids" in values:
            roles = self.env["ar.collect.contact.role"].browse(values["collect_role_ids"])
            values["collect_role_ids"] = roles.exists().ids
        return {**values, "collect_confirmed_date": day}

    def _get_changes(self):
        """In words what would change, line by line."""
        if not self.answer:
            return False
        changes = self.account_id._get_contact_changes(self._get_values(), self.contact_id)
        return "\n".join(
            f"{label}: {old} → {new}" if old else f"{label}: {new or '—'}"
            for name, label, old, new in changes
        )

    def _apply(self):
        """Change the contact as the customer said; the account's chatter tells it."""
        self.ensure_one()
        if self.answer != "new" and not self.contact_id:
            raise UserError(self.env._("The contact does not exist any more."))
        text = self._get_changes()
        contact = self.account_id._save_contact(self._get_values(), self.contact_id)
        line = self.sudo()  # sudo: checked on the account
        line.write({"state": "applied", "applied_text": text, "contact_id": contact.id})
