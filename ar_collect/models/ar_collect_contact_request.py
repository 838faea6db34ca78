# Part of ar_collect. License LGPL-3.
"""The question to a customer whether the people we know there are the right ones."""

import binascii
import secrets

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hash_sign, verify_hash_signed

from .inner_context import InnerText

STATES = [
    ("draft", "Draft"),
    ("sent", "Waiting for the Customer"),
    ("answered", "To Review"),
    ("applied", "Done"),
    ("cancelled", "Withdrawn"),
    ("expired", "Expired"),
]
#: What the link's signature is good for; nothing else accepts it.
SCOPE = "ar_collect.contact_request"
#: How long a link works, in days.
DEFAULT_DAYS = 14
#: Contacts asked about in one form, which somebody has to read on a phone.
MAX_CONTACTS = 20
#: Forms sent with one link, mistakes included, before it is withdrawn.
MAX_ATTEMPTS = 30


class ArCollectContactRequest(models.Model):
    """A link to a small form, for one recipient, for some days, for one answer.

    The link is signed and not stored; a request that is answered, withdrawn or expired shows
    nothing any more, whoever has the link. Answers change nothing until a collector applies them.
    """

    _name = "ar.collect.contact.request"
    _description = "Contact Confirmation"
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
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recipient",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, index=True)
    date_sent = fields.Datetime(string="Asked On", readonly=True)
    date_expiry = fields.Datetime(string="Valid Until", required=True, readonly=True)
    date_answered = fields.Datetime(string="Answered On", readonly=True)
    message = fields.Text(readonly=True, help="Added to the e-mail; plain text.")
    comment = fields.Text(readonly=True, help="What the customer added; plain text.")
    line_ids = fields.One2many(
        comodel_name="ar.collect.contact.request.line",
        inverse_name="request_id",
        string="Contacts",
        readonly=True,
    )
    pending_count = fields.Integer(string="Answers to Review", compute="_compute_pending_count")
    nonce = fields.Char(readonly=True, copy=False, groups="base.group_system")
    attempt_count = fields.Integer(readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("line_ids.state")
    def _compute_pending_count(self):
        for request in self:
            request.pending_count = len(
                request.line_ids.filtered(lambda line: line.state == "pending")
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Withdraw the link."""
        self._check_account()
        for request in self.filtered(lambda request: request.state in ("draft", "sent")):
            request.sudo().state = "cancelled"  # sudo: checked on the account
            request.account_id._log_contacts(
                [self.env._("The link sent to %s is withdrawn", request.partner_id.display_name)]
            )

    def action_apply_all(self):
        """Apply all answers that wait for review."""
        self.line_ids.action_apply()

    def action_reject_all(self):
        """Dismiss all answers that wait for review."""
        self.line_ids.action_reject()

    # === BUSINESS METHODS === #

    def _check_account(self):
        """Refuse what only who works on the customer may do.

        :raise AccessError: without the right to change the account
        """
        self.account_id.check_access("write")

    # --- asking

    @api.model
    def _ask(self, account, recipient, contacts, days, message=None):
        """Ask somebody at the customer about contacts, by e-mail; an open question is withdrawn.

        :param recordset account: `ar.collect.account`
        :param recordset recipient: `res.partner` of the customer, with an e-mail address
        :param recordset contacts: `res.partner` of the customer to ask about
        :param int days: how long the link works
        :param str|None message: plain text added to the e-mail
        :return: the request, sent
        :raise UserError: for a recipient without an address, or foreign contacts
        """
        account._check_contacts(recipient | contacts)
        if not recipient.email_normalized:
            raise UserError(self.env._("%s has no e-mail address.", recipient.display_name))
        requests = self.sudo()  # sudo: checked on the account
        open_domain = [("account_id", "=", account.id), ("partner_id", "=", recipient.id)]
        requests.search([*open_domain, ("state", "in", ("draft", "sent"))]).state = "cancelled"
        request = requests.create(
            {
                "account_id": account.id,
                "partner_id": recipient.id,
                "message": message,
                "date_expiry": fields.Datetime.add(fields.Datetime.now(), days=days),
                "line_ids": [
                    Command.create({"contact_id": contact.id, "sequence": sequence})
                    for sequence, contact in enumerate(contacts)
                ],
            }
        )
        request._send()
        return request.sudo(False)

    def _send(self):
        """Queue the e-mail with the link, in the recipient's language."""
        self.ensure_one()
        self.line_ids._remember()
        self.write(
            {
                "state": "sent",
                "date_sent": fields.Datetime.now(),
                "nonce": secrets.token_urlsafe(16),
            }
        )
        template = self.env.ref("ar_collect.mail_template_contact_request")
        account = self.account_id.with_context(
            lang=self.partner_id.lang or self.env.lang,
            collect_contact_link=InnerText(self._get_link()),
        )
        account.message_post(
            subject=template._render_field("subject", self.ids, compute_lang=True)[self.id],
            body=template._render_field("body_html", self.ids, compute_lang=True)[self.id],
            partner_ids=self.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="ar_collect.contact_request_mail_layout",
            email_add_signature=False,
            notify_skip_followers=True,
            force_send=False,
        )

    # --- the link

    def _get_link(self):
        """The address of the form; signed, and nowhere stored.

        :rtype: str
        """
        self.ensure_one()
        token = hash_sign(
            self.sudo().env,  # sudo: the database's secret
            SCOPE,
            [self.id, self.sudo().nonce],  # sudo: part of the signature
            expiration=self.date_expiry,
        )
        return f"{self.get_base_url()}/collections/contacts/{token}"

    @api.model
    def _get_by_token(self, token):
        """The request that a link belongs to, whatever its state; empty for any other text.

        :param str token: last part of the address
        :return: request, with superuser rights
        """
        requests = self.sudo()  # sudo: whoever has the link need not be logged in
        try:
            values = verify_hash_signed(requests.env, SCOPE, token)
            request_id, nonce = values or (0, "")
        except (ValueError, TypeError, OverflowError, binascii.Error, IndexError):
            return requests.browse()
        request = requests.browse(request_id).exists()
        if not request or not consteq(request.nonce or "", nonce or "-"):
            return requests.browse()
        return request

    def _is_open(self):
        """Whether the form may be shown and answered."""
        self.ensure_one()
        return self.state == "sent" and fields.Datetime.now() < self.date_expiry

    @api.model
    def _process_expired(self):
        """Mark the requests whose time is over; never commits.

        :return: how many there were
        :rtype: int
        """
        expired = self.sudo().search(  # sudo: the system's own clock
            [("state", "=", "sent"), ("date_expiry", "<", fields.Datetime.now())]
        )
        expired.state = "expired"
        return len(expired)

    # --- the answer

    def _receive(self, answer):
        """Keep the answer of the customer for review, and tell the collector.

        :param dict answer: see `_read_answer`: ``lines``, ``new`` and ``comment``
        """
        self.ensure_one()
        for line in self.line_ids:
            if line.id in answer["lines"]:
                line.write({"state": "pending", **answer["lines"][line.id]})
        self.write(
            {
                "line_ids": [
                    Command.create({"answer": "new", "state": "pending", "proposed": proposed})
                    for proposed in answer["new"]
                ],
                "comment": answer["comment"],
                "state": "answered",
                "date_answered": fields.Datetime.now(),
            }
        )
        self._tell_collector()

    def _tell_collector(self):
        account = self.account_id
        counts = self._get_answer_text()
        # in the collector's language, and without an e-mail about it
        user = account.user_id or self.user_id
        account = account.with_context(lang=user.lang, mail_activity_quick_update=True)
        account.activity_schedule(
            "ar_collect.mail_activity_type_contact_answer", user_id=user.id, automated=True
        )
        texts = [account.env._("%s answered about the contacts", self.partner_id.display_name)]
        account._log_contacts([text for text in (*texts, counts, self.comment) if text])

    def _get_answer_text(self):
        """How many contacts were answered in which way, in words."""
        labels = dict(self.line_ids._fields["answer"]._description_selection(self.env))
        lines = self.line_ids.filtered("answer").grouped("answer")
        return ", ".join(f"{labels[answer]}: {len(lines[answer])}" for answer in lines)

    def _close_when_done(self):
        """Nothing left to review: done, and so is the collector's activity."""
        for request in self.filtered(lambda request: request.state == "answered"):
            if not request.pending_count:
                request.state = "applied"
        for account in self.account_id:
            waiting = self.search_count(
                [("account_id", "=", account.id), ("state", "=", "answered")], limit=1
            )
            if not waiting:
                account.activity_unlink(["ar_collect.mail_activity_type_contact_answer"])
