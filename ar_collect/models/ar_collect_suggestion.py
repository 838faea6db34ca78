# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime, formatLang, plaintext2html

KINDS = [
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("call_back", "Call back"),
    ("contact", "Contact"),
]
STATES = [("open", "Open"), ("accepted", "Accepted"), ("dismissed", "Dismissed")]
#: What the form of an accepted suggestion hands to the record that is saved.
CONTEXT_KEY = "collect_suggestion_id"
#: Model of the record made of a suggestion.
TARGETS = {
    "promise": "ar.collect.promise",
    "dispute": "ar.collect.dispute",
    "call_back": "mail.activity",
    "contact": "res.partner",
}


class ArCollectSuggestion(models.Model):
    """Something said or written that may become a record, with the words it stands on.

    Only a person makes a record of it. It is accepted when that record is saved, not when its
    form is opened. How suggestions are found stands in a file of its own.
    """

    _name = "ar.collect.suggestion"
    _description = "Suggestion from What Was Said"
    _order = "said_on DESC, id"
    _check_company_auto = True

    # --- of whom, and where it was said
    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Said By", readonly=True, ondelete="set null"
    )
    activity_id = fields.Many2one(
        comodel_name="ar.collect.activity",
        string="Said In",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    recording_id = fields.Many2one(
        comodel_name="ar.collect.recording",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    source_key = fields.Char(
        required=True, readonly=True, help="Technical: the same words of a source, once."
    )
    said_on = fields.Date(
        readonly=True, help="The day it was said, where the customer is; days count from it."
    )
    quote = fields.Text(required=True, readonly=True, help="Word for word; plain text.")
    quote_start = fields.Float(
        string="Seconds", readonly=True, help="Where in the recording it was said."
    )

    # --- what was said
    kind = fields.Selection(KINDS, required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="0 when none was said.")
    fraction = fields.Float(
        readonly=True, help="Share of what was owed, when that was said instead of an amount."
    )
    date = fields.Date(readonly=True, help="The last day of a promise, the first of a call.")
    datetime = fields.Datetime(
        string="Time", readonly=True, help="To the minute, when a time of the day was said."
    )
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ar_collect_suggestion_line_rel",
        string="Items Named",
        readonly=True,
    )
    reason_id = fields.Many2one(
        comodel_name="ar.collect.dispute.reason", readonly=True, ondelete="set null"
    )
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    contact_name = fields.Char(readonly=True)
    role = fields.Char(readonly=True, help="Technical name of a role of contacts.")
    conditional = fields.Boolean(readonly=True, help="Something else has to happen first.")
    confidence = fields.Float(readonly=True, aggregator="avg", help="0 to 1.")

    # --- what became of it
    state = fields.Selection(STATES, required=True, readonly=True, default="open")
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)
    res_model = fields.Char(string="Made Into", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", string="Record", readonly=True)

    _source_unique = models.UniqueIndex("(source_key)", "This was suggested already.")
    # what is open of a customer, for the call page
    _open_idx = models.Index("(account_id, said_on DESC) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("kind", "amount", "date", "datetime", "reason_id", "contact_name", "phone")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for suggestion in self:
            suggestion.display_name = suggestion._get_title()

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: what was said stays; the rest is decided by buttons.

        :raise AccessError: for a user who writes by hand
        """
        if not self.env.su:
            raise AccessError(self.env._("A suggestion is accepted or dismissed by its buttons."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self):
        """Open the form of the record that this would become, filled in. Nothing is saved yet.

        :return: window action, in a dialog
        :rtype: dict
        :raise UserError: when it is decided already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        action = getattr(self, f"_get_{self.kind}_action")()
        return {**action, "context": {**action["context"], CONTEXT_KEY: self.id}}

    def action_dismiss(self):
        """Put suggestions aside; :meth:`action_reopen` takes them back."""
        self._check_open()
        self._decide({"state": "dismissed"})

    def action_reopen(self):
        """Take a dismissal back."""
        if self.filtered(lambda suggestion: suggestion.state == "accepted"):
            raise UserError(self.env._("What was accepted has become a record already."))
        self.check_access("write")
        suggestions = self.sudo()  # sudo: decided by buttons only, see write
        suggestions.write({"state": "open", "decided_by_id": False, "decided_on": False})

    def action_open_record(self):
        """Open the record that was made of a suggestion.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _check_open(self):
        """Refuse to decide twice.

        :raise UserError: naming what is decided
        """
        if decided := self.filtered(lambda suggestion: suggestion.state != "open"):
            raise UserError(self.env._("“%s” is decided already.", decided[0].display_name))

    def _decide(self, vals):
        self.check_access("write")
        # sudo: decided by buttons only, see write
        self.sudo().write(  # sudo: see above
            {**vals, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )

    @api.model
    def _accept_saved(self, records):
        """Mark the suggestion as accepted whose form was just saved.

        Its id comes from the context, so from the browser: it counts only for a suggestion that
        is open, that the user may decide, and of which such a record can be made.

        :param recordset records: what was saved; the first one counts
        :return: the suggestion, empty when none was accepted
        """
        suggestion_id = self.env.context.get(CONTEXT_KEY)
        if not isinstance(suggestion_id, int) or not records:
            return self.browse()
        suggestion = self.browse(suggestion_id).exists()
        if not suggestion or TARGETS[suggestion.sudo().kind] != records._name:  # sudo: kind only
            return self.browse()
        suggestion = suggestion.sudo(False)
        if not suggestion.has_access("write") or suggestion.state != "open":
            return self.browse()
        suggestion._check_result(records[0])
        suggestion._decide(
            {"state": "accepted", "res_model": records._name, "res_id": records[0].id}
        )
        return suggestion

    def _check_result(self, record):
        """Refuse a record of another customer.

        :raise UserError:
        """
        record = record.sudo()  # sudo: only whose it is, is compared
        if record._name == "res.partner":
            is_own = record.commercial_partner_id == self.customer_id
        elif record._name == "mail.activity":
            is_own = (record.res_model, record.res_id) == (
                self.account_id._name,
                self.account_id.id,
            )
        else:
            is_own = record.account_id == self.account_id
        if not is_own:
            raise UserError(self.env._("This was said by another customer."))

    # --- forms

    def _get_promise_action(self):
        """The form of a new promise with what was said in it."""
        action = self.account_id.action_promise(self.line_ids.ids, self.activity_id.id)
        return self._with_defaults(
            action,
            amount=self.amount or None,
            date_promised=self.date and fields.Date.to_string(self.date),
            currency_id=None if self.line_ids else self.currency_id.id,
            partner_id=self._get_contact().id,
            note=self.quote,
        )

    def _get_dispute_action(self):
        """The form of a new dispute with what was said in it."""
        action = self.account_id.action_dispute(self.line_ids.ids, self.activity_id.id)
        return self._with_defaults(
            action,
            amount=self.amount or None,
            reason_id=self.reason_id.id,
            partner_id=self._get_contact().id,
            description=self.quote,
        )

    def _get_call_back_action(self):
        """The form of a planned call, in place of the one that is planned."""
        self.account_id.check_access("write")
        form = self.env.ref("mail.mail_activity_view_form_popup")
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Call Back: %s", self.customer_id.display_name),
            "res_model": "mail.activity",
            "views": [(form.id, "form")],
            "target": "new",
            "context": {},
        }
        call = self.account_id._get_follow_up_type(self.env["ar.collect.outcome"])
        return self._with_defaults(
            action,
            res_model=self.account_id._name,
            res_model_id=self.env["ir.model"]._get_id(self.account_id._name),
            res_id=self.account_id.id,
            activity_type_id=call.id,
            summary=self.env._("Call back"),
            note=plaintext2html(self.quote),
            user_id=self.account_id.user_id.id or self.env.uid,
            collect_datetime=self.datetime and fields.Datetime.to_string(self.datetime),
            date_deadline=self.date and fields.Date.to_string(self.date),
        )

    def _get_contact_action(self):
        """The form of a contact: of the one with that name, else of a new one."""
        contact = self._get_known_contact()
        roles = self.env["ar.collect.contact.role"].search([("code", "=", self.role or "")])
        return self._with_defaults(
            self.account_id._get_contact_form(contact),
            name=None if contact else self.contact_name,
            phone=self.phone or None,
            email=self.email or None,
            role_ids=roles.ids or None,
        )

    def _get_known_contact(self):
        """The customer's contact of the name that was said, empty without one."""
        contacts = self.env["res.partner"]
        if not self.contact_name:
            return contacts
        domain = [("parent_id", "=", self.customer_id.id), ("name", "=ilike", self.contact_name)]
        return contacts.search(domain, limit=1)

    def _get_contact(self):
        """Who said it, as far as it still is a contact of this customer."""
        return self.account_id._get_family(self.partner_id or self.activity_id.partner_id)

    @api.model
    def _with_defaults(self, action, **values):
        """An action whose form begins with these values; None: as the form would have it.

        :rtype: dict
        """
        defaults = {f"default_{name}": value for name, value in values.items() if value is not None}
        return {**action, "context": {**action["context"], **defaults}}

    # --- for people to read

    def _get_title(self):
        """What is suggested, in one line.

        :rtype: str
        """
        self.ensure_one()
        kind = dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")
        parts = [kind, self.amount and self._get_amount_text(), self._get_date_text()]
        parts += [self.reason_id.name, self.contact_name, self.phone, self.email]
        return " · ".join(part for part in parts if part)

    def _get_amount_text(self):
        return formatLang(self.env, self.amount, currency_obj=self.currency_id)

    def _get_date_text(self):
        if self.datetime:
            return format_datetime(self.env, self.datetime, dt_format="short")
        return self.date and format_date(self.env, self.date)
