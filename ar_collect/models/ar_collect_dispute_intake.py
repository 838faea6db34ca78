# Part of ar_collect. License LGPL-3.
"""Complaints that come by mail: they become a dispute, go on in one, or wait for somebody to file.

Who writes and what is contested must be beyond doubt. An address that two customers share, or a
number that is not the sender's, decides nothing: such a mail is kept for a person to file.
"""

from dataclasses import dataclass

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext

from ..tools.document_numbers import named, possible_numbers
from ..tools.mail_text import own_words
from .inner_context import INNER, is_inner
from .mail_thread import AUTOMATIC, FIRST_MAIL

#: Characters of a complaint on the dispute; all of it is in the mail.
MOST_TEXT = 10_000
#: Characters in which numbers are looked for.
MOST_SEARCHED = 50_000


class NotFiledError(Exception):
    """Why a mail is not filed by itself, and what is known of it."""

    def __init__(self, reason, account=None, customers=None):
        """:param str reason: see `ar.collect.dispute.mail`."""
        super().__init__(reason)
        self.reason, self.account, self.customers = reason, account, customers


@dataclass(frozen=True)
class Letter:
    """What is read of a mail: plain texts, and whether a person wrote it."""

    sender: str
    address: str
    subject: str
    words: str
    everything: str
    is_automatic: bool

    @property
    def said(self):
        """Subject and own words, without the history quoted below."""
        return f"{self.subject}\n{self.words}"[:MOST_SEARCHED]


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    intake_id = fields.Many2one(
        comodel_name="ar.collect.dispute.mail",
        string="Made from the Mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect`: the mail from which it is made goes over to the dispute."""
        disputes = super().create(vals_list)
        for dispute in disputes.filtered("intake_id"):
            dispute.intake_id._file(dispute)
        return disputes

    # === BUSINESS METHODS === #

    # --- the gateway

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override of `mail` to make or go on with a dispute only where nothing is in doubt.

        :param dict msg_dict: see `mail`; the author is set to who was found
        :param dict|None custom_values: of the alias: ``company_id``
        :return: a dispute, or the `ar.collect.dispute.mail` for somebody to file
        """
        if not self.env.su:
            raise AccessError(self.env._("Only the mail gateway takes in mails."))
        company_id = (custom_values or {}).get("company_id")
        company = self.env["res.company"].browse(company_id).exists() or self.env.company
        # nobody of ours: not the user whose address the mail bears
        here = self.with_user(SUPERUSER_ID).with_company(company)
        here = here.with_context(lang=company.partner_id.lang)
        letter = here._read_letter(msg_dict)
        # found in this company alone: core may have taken that of another, or guessed
        msg_dict["author_id"] = False
        try:
            with here.env.cr.savepoint():
                return here._take_in(letter, msg_dict)
        except NotFiledError as doubt:
            return here.env["ar.collect.dispute.mail"]._keep(letter, doubt)
        except UserError as refusal:
            found = NotFiledError("refused", *here._find_sender(letter)[:1])
            return here.env["ar.collect.dispute.mail"]._keep(letter, found, str(refusal))

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Override of `mail`: disputes that an address has made."""
        return [
            ("origin", "=", "email"),
            ("partner_id.email_normalized", "=", email_from_normalized),
        ]

    @api.model
    def _read_letter(self, msg_dict):
        """What counts of a mail.

        :param dict msg_dict: see `mail`
        :rtype: Letter
        """
        body = msg_dict.get("body") or ""
        address = email_normalize(msg_dict.get("email_from") or "") or ""
        return Letter(
            sender=msg_dict.get("email_from") or "",
            address=address,
            subject=(msg_dict.get("subject") or "").strip(),
            words=own_words(body),
            everything=html2plaintext(body, include_references=False) if body else "",
            is_automatic=is_inner(self.env, AUTOMATIC) or self._is_our_address(address),
        )

    @api.model
    def _is_our_address(self, address):
        """Whether mail from an address is our own that has come back."""
        # pylint: disable=no-search-all
        domains = self.env["mail.alias.domain"].search([])  # all are meant, and they are few
        ours = {*domains.mapped("bounce_email"), *domains.mapped("catchall_email")}
        ours |= set(domains.mapped("default_from_email"))
        aliases = self.env["mail.alias"]
        return bool(address) and (
            address in ours or bool(aliases.search_count([("alias_full_name", "=", address)]))
        )

    @api.model
    def _take_in(self, letter, msg_dict):
        """Make the dispute that a mail is about, or find it.

        :param Letter letter:
        :param dict msg_dict: see `mail`; gets the author
        :return: dispute, in the context to post the mail in
        :raise NotFiledError: when anything is in doubt
        """
        account, contact = self._find_sender(letter)
        msg_dict["author_id"] = contact.id
        if dispute := self._find_named_dispute(letter, account):
            return dispute
        if letter.is_automatic:
            raise NotFiledError("automatic", account)
        lines = self._find_named_lines(account, letter.said)
        lines = lines or self._find_named_lines(account, letter.everything[:MOST_SEARCHED])
        if not lines:
            raise NotFiledError("no_invoice", account)
        if dispute := self._find_open_dispute(lines, account):
            return dispute
        if len(lines.currency_id) > 1:
            raise NotFiledError("currencies", account)
        values = self._prepare_from_letter(letter, account, contact, lines)
        dispute = self.with_context(lang=self._get_note_language(account)).create(values)
        return dispute.with_context(**{FIRST_MAIL: INNER})

    # --- who and what

    @api.model
    def _find_sender(self, letter):
        """The one customer of this company who writes from an address.

        :param Letter letter:
        :return: tuple of `ar.collect.account` and the contact
        :raise NotFiledError: for none, and for several
        """
        contacts = self.env["res.partner"]
        if letter.address:
            contacts = contacts.search([("email_normalized", "=", letter.address)])
        accounts = self.env["ar.collect.account"].search(
            [
                ("partner_id", "in", contacts.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        if not accounts:
            raise NotFiledError("unknown_sender", customers=self._find_candidates(letter))
        if len(accounts) > 1:
            raise NotFiledError("several_customers", customers=accounts.partner_id)
        contacts = contacts.filtered(
            lambda contact: contact.commercial_partner_id == accounts.partner_id
        )
        # an address of the whole company is nobody's in particular
        return accounts, contacts if len(contacts) == 1 else accounts.partner_id

    @api.model
    def _find_candidates(self, letter):
        """The customers whose invoice or dispute an unknown sender names.

        :param Letter letter:
        :rtype: recordset of `res.partner`
        """
        names = possible_numbers(letter.said)
        here = [("company_id", "=", self.env.company.id), ("name", "in", names)]
        moves = self.env["account.move"].search(
            [*here, ("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_receipt"))]
        )
        return moves.commercial_partner_id | self.search(here).customer_id

    @api.model
    def _find_named_dispute(self, letter, account):
        """The customer's dispute whose number is in the subject.

        :param Letter letter:
        :param recordset account: `ar.collect.account` of the sender
        :raise NotFiledError: for another customer's dispute, and for several
        """
        disputes = self.search(
            [
                ("name", "in", possible_numbers(letter.subject)),
                ("company_id", "=", self.env.company.id),
            ]
        )
        disputes = self.browse((other.merged_into_id or other).id for other in disputes)
        if disputes.account_id - account:
            raise NotFiledError("foreign_dispute", account)
        if len(disputes) > 1:
            raise NotFiledError("several_disputes", account)
        return disputes.filtered(lambda dispute: dispute.state != "cancelled")

    @api.model
    def _find_named_lines(self, account, text):
        """The open items of a customer whose document a text names.

        :param recordset account: `ar.collect.account`
        :param str text: plain
        :rtype: recordset of `account.move.line`
        """
        lines = self.env["account.move.line"]
        is_open = lines._get_collect_open_domain(account.partner_id, account.company_id)
        lines = lines.search(is_open & Domain("amount_residual_currency", ">", 0))
        names = set(named(dict.fromkeys(lines.mapped("move_name")), text))
        return lines.filtered(lambda line: line.move_name in names)

    @api.model
    def _find_open_dispute(self, lines, account):
        """The dispute that is open on these items already, if it is about all of them.

        :raise NotFiledError: for several, or for one about some of them
        """
        items = self.env["ar.collect.dispute.item"].search(
            [("line_id", "in", lines.ids), ("state", "=", "open")]
        )
        if items and (len(items.dispute_id) > 1 or lines - items.line_id):
            raise NotFiledError("several_disputes", account)
        return items.dispute_id

    @api.model
    def _prepare_from_letter(self, letter, account, contact, lines):
        """Values of the dispute that a mail makes.

        :rtype: dict
        """
        reasons = self.env["ar.collect.dispute.reason"]
        other = reasons.search([("code", "=", "other")], limit=1)
        owner = account.acting_user_id or account.user_id
        owner = owner or account.company_id.collect_dispute_manager_id
        return {
            "account_id": account.id,
            "partner_id": contact.id,
            "reason_id": (other or reasons.search([], limit=1)).id,
            "origin": "email",
            "description": (letter.words or letter.subject)[:MOST_TEXT],
            "user_id": owner.id,
            "item_ids": [Command.create({"line_id": line.id}) for line in lines],
        }
