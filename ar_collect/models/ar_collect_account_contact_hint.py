# Part of ar_collect. License LGPL-3.
"""What mails and other sources say about the contacts of a customer; proposed, never applied."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.left_company import find_left
from .ar_collect_contact_request import DEFAULT_DAYS, MAX_CONTACTS
from .inner_context import is_inner
from .mail_thread import AUTOMATIC


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    contact_asked_date = fields.Date(
        string="Contacts Asked For",
        readonly=True,
        copy=False,
        help="When the customer was last asked by itself whether the contacts are right.",
    )

    # === ACTION METHODS === #

    def action_enrich_contacts(self):
        """Ask the sources of contact details that are installed about this customer's contacts.

        :return: client action
        :rtype: dict
        :raise UserError: while the company has not switched it on
        """
        self.ensure_one()
        self.check_access("write")
        if not self.company_id.collect_contact_enrich:
            raise UserError(self.env._("Looking up contact details is switched off."))
        hints = self._enrich_contacts()
        text = self.env._("%s contacts with details to look at.", len(hints))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text if hints else self.env._("Nothing was found."),
                "type": "success" if hints else "info",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    # --- what a mail says

    def _log_message(self, message, line_ids=None):
        """Override of `ar_collect` to propose that somebody has left, when a mail says so."""
        activities = super()._log_message(message, line_ids)
        for activity in activities:
            if activity.direction == "in" and activity.channel == "email":
                activity.account_id._propose_left(activity.partner_id, message)
        return activities

    def _propose_left(self, sender, message):
        """Propose that a contact has left when a mail says so.

        It speaks of whom it names; a mailbox that answers by itself and names nobody, of its owner.

        :param recordset sender: `res.partner` of this customer; empty for an unknown address
        :param recordset message: `mail.message`
        """
        text = f"{message.subject or ''}\n{message._get_collect_text()}"
        left = find_left(text, sender.email_normalized)
        if not left:
            return
        contact = self._get_named(left.quote)
        if not contact and is_inner(self.env, AUTOMATIC):
            contact = sender
        if not contact or contact == self.partner_id or contact.collect_left_date:
            return
        self.env["ar.collect.contact.hint"]._propose(
            account=self,
            contact=contact,
            kind="left",
            quote=left.quote,
            proposed={"email": left.email, "phone": left.phone},
            message=message,
        )

    def _get_named(self, text):
        """The contact of this customer whose name a text says; empty when it may be several.

        :rtype: recordset of `res.partner`
        """
        family = self.env["res.partner"].search(
            [("commercial_partner_id", "=", self.partner_id.id), ("id", "!=", self.partner_id.id)]
        )
        contacts = family.filtered(
            lambda contact: (
                contact.name and re.search(rf"\b{re.escape(contact.name)}\b", text, re.IGNORECASE)
            )
        )
        return contacts if len(contacts) == 1 else contacts.browse()

    # --- other sources

    def _enrich_contacts(self):
        """Propose what the sources have on the contacts of these customers, where switched on.

        :rtype: recordset of `ar.collect.contact.hint`
        """
        hints = self.env["ar.collect.contact.hint"]
        for account in self.filtered("company_id.collect_contact_enrich"):
            contacts = account.partner_id._get_collect_contacts()
            for contact, (source, found) in contacts._get_collect_enrichment().items():
                news = {name: value for name, value in found.items() if value != contact[name]}
                if news:
                    hints |= hints._propose(account, contact, "found", source, news)
        return hints

    # --- asked every year

    @api.model
    def _cron_ask_contacts(self):
        """Ask customers whether their contacts are right. Only called by ir.cron: it commits."""
        while done := self._process_contact_questions():
            if not self.env["ir.cron"]._commit_progress(done):
                break

    @api.model
    def _process_contact_questions(self, limit=20):
        """Ask a batch of customers whose contacts nobody has confirmed for long; never commits.

        :param int limit: mails at most
        :return: how many were looked at
        :rtype: int
        """
        accounts = self.sudo()  # sudo: the system's own clock
        found = accounts._get_unconfirmed(limit)
        recipients = found._get_mail_recipients_by_account() if found else {}
        today = self.env["ar.collect.refresh.status"]._get_today(found.company_id)
        for account in found:
            account.contact_asked_date = today[account.company_id.id]
            if recipient := recipients[account][:1]:
                account._ask_yearly(recipient)
        return len(found)

    def _ask_yearly(self, recipient):
        """Ask one contact about all of them, in the name of the collector.

        :param recordset recipient: `res.partner`
        """
        contacts = self.partner_id._get_collect_contacts(channel="email")
        contacts = contacts.filtered(self.env["ar.collect.contact.ask"]._is_asked_about)
        requests = self.env["ar.collect.contact.request"]
        request = requests._ask(self, recipient, contacts[:MAX_CONTACTS], DEFAULT_DAYS)
        request.sudo().user_id = self.user_id or self.env.user  # sudo: asked in their name

    @api.model
    def _get_unconfirmed(self, limit):
        """Customers with something open who were not asked, and have confirmed nothing, for long.

        :rtype: recordset
        """
        companies = self.env["res.company"].search([("collect_contact_yearly", "=", True)])
        found = self.browse()
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        for company in companies:
            since = fields.Date.subtract(
                today[company.id], months=max(company.collect_contact_months, 1)
            )
            found |= self.search(
                [
                    ("company_id", "=", company.id),
                    ("amount_balance", ">", 0),
                    "|",
                    ("contact_asked_date", "=", False),
                    ("contact_asked_date", "<=", since),
                    "!",
                    ("contact_request_ids", "any", [("date_sent", ">", since)]),
                    "!",
                    ("partner_id.child_ids", "any", [("collect_confirmed_date", ">", since)]),
                    "!",
                    ("partner_id.collect_confirmed_date", ">", since),
                ],
                order="amount_balance DESC, id",
                limit=limit - len(found),
            )
            if len(found) >= limit:
                break
        return found
