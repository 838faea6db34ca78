# Part of ar_collect. License LGPL-3.
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, mute_logger

KINDS = [("left", "Has Left, It Says"), ("found", "Details Found")]
#: What may be proposed for a contact: nothing else is ever written.
PROPOSED_FIELDS = ("phone", "email", "function")


class ArCollectContactHint(models.Model):
    """Something that was said or found about a contact, to be looked at by a person.

    An automatic answer says that somebody has left; a source of contact details says what it has.
    Nothing of it is applied by itself.
    """

    _name = "ar.collect.contact.hint"
    _description = "Hint about a Contact"
    _order = "id DESC"
    _rec_name = "partner_id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    quote = fields.Char(readonly=True, help="The sentence that says so, or where it was found.")
    proposed = fields.Json(readonly=True, help="Values by field of the contact.")
    message_id = fields.Many2one(
        comodel_name="mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("open", "To Look At"), ("applied", "Applied")],
        required=True,
        default="open",
        readonly=True,
    )
    former = fields.Json(readonly=True, help="What was there before it was applied.")

    # the same thing is proposed once
    _open_unique = models.UniqueIndex("(partner_id, account_id, kind) WHERE state = 'open'")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: hints are found, nobody makes one up."""
        if not self.env.su:
            raise AccessError(self.env._("Hints about contacts are found, not written by hand."))
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_apply(self):
        """Do what is proposed, as the user who looked at it."""
        for hint in self.filtered(lambda hint: hint.state == "open"):
            hint.account_id.check_access("write")
            contact = hint.partner_id.with_context(collect_account_id=hint.account_id.id)
            if hint.kind == "left":
                contact.filtered(lambda one: not one.collect_left_date).action_collect_left()
            else:
                hint._apply_details()
            hint.sudo().state = "applied"  # sudo: checked on the account

    def action_undo(self):
        """Take back that these were applied."""
        for hint in self.filtered(lambda hint: hint.state == "applied"):
            hint.account_id.check_access("write")
            contact = hint.partner_id.with_context(collect_account_id=hint.account_id.id)
            if hint.kind == "left":
                contact.action_collect_back()
            else:
                hint.account_id._save_contact(hint.former or {}, hint.partner_id)
            hint.sudo()._reopen()  # sudo: checked on the account

    # === BUSINESS METHODS === #

    def _apply_details(self):
        values = {
            name: value for name, value in (self.proposed or {}).items() if name in PROPOSED_FIELDS
        }
        # sudo: what it was, to take it back
        self.sudo().former = {name: self.partner_id[name] for name in values}  # sudo: see above
        self.account_id._save_contact(values, self.partner_id)

    def _reopen(self):
        """Propose it again; another mail may have done so already."""
        again = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("kind", "=", self.kind),
                ("state", "=", "open"),
            ]
        )
        if again:
            self.unlink()
        else:
            self.state = "open"

    @api.model
    def _propose(self, account, contact, kind, quote, proposed=None, message=None):
        """Propose something about a contact; what is open already is not proposed twice.

        :param recordset account: `ar.collect.account`
        :param recordset contact: `res.partner` of the customer
        :param str kind: one of :data:`KINDS`
        :param dict|None proposed: values by field, of :data:`PROPOSED_FIELDS`
        :return: the hint; empty when another mail proposes the same at this moment
        :rtype: recordset
        """
        hints = self.sudo()  # sudo: found by the system, whoever wrote
        known = hints.search(
            [
                ("account_id", "=", account.id),
                ("partner_id", "=", contact.id),
                ("kind", "=", kind),
                ("state", "=", "open"),
            ],
            limit=1,
        )
        return known or hints._create_once(
            {
                "account_id": account.id,
                "partner_id": contact.id,
                "kind": kind,
                "quote": quote,
                "proposed": _get_clean(proposed or {}),
                "message_id": message and message.id,
            }
        )

    @api.model
    def _create_once(self, values):
        """Create a hint unless another process has just done so, whose mail this must not stop.

        :param dict values:
        :return: the hint; empty for that of another process, which cannot be seen here yet
        :rtype: recordset
        """
        self.env.flush_all()  # what is wrong with that is not a matter of the hint
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                hint = self.create(values)
                self.env.flush_all()
                return hint
        except UniqueViolation:
            self.env.transaction.clear()  # all but the hint is written
            return self.browse()


def _get_clean(proposed):
    """The proposed values that may be written, as plain text.

    :rtype: dict
    """
    clean = {
        name: str(value).strip()
        for name, value in proposed.items()
        if name in PROPOSED_FIELDS and value
    }
    if "email" in clean and not email_normalize(clean["email"]):
        del clean["email"]
    return clean
