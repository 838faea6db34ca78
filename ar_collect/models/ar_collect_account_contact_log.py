# Part of ar_collect. License LGPL-3.
"""Logging a contact: from the call page, from a row of the worklist, and by itself from mails."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .inner_context import is_inner
from .mail_thread import AUTOMATIC

#: Characters of a note that are kept of a message: the chatter has all of it.
NOTE_LENGTH = 2000
#: What may be said of a contact by whoever logs it.
LOG_FIELDS = {"outcome_id", "channel", "direction", "partner_id", "date", "duration", "note"}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def log_contact(self, values, follow_up=None):
        """Log a contact with this customer and plan the next step.

        :param dict values: fields of `ar.collect.activity`; `line_ids` and `recording_ids` as
            lists of ids
        :param dict|None follow_up: as :meth:`propose_follow_up` gives it, changed or not;
            None: as proposed; an empty dict: nothing is planned
        :return: {log_id, outcome, effect, follow_up: {summary, date, time: UTC or False} or False}
        :rtype: dict
        :raise UserError: no outcome was chosen
        """
        self.ensure_one()
        self.check_access("write")
        if not values.get("outcome_id"):
            raise UserError(self.env._("Choose what came of the contact."))
        activity = self.env["ar.collect.activity"].create(self._prepare_log(values))
        if follow_up is None:
            follow_up = self._propose_follow_up(activity.outcome_id, activity.partner_id)
        activity._plan_follow_up(follow_up)
        return activity._get_logged()

    def get_logged(self, log_id):
        """A contact once the form that its outcome asks for was closed.

        A promise moves the next step to the day after it is due: what :meth:`log_contact` has
        told no longer holds then.

        :param int log_id: id of the `ar.collect.activity`
        :return: as of :meth:`log_contact`, with has_claim: bool; empty when it was taken back
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        activity = self._get_own_log(log_id)
        if not activity:
            return {}
        return {**activity._get_logged(), "has_claim": activity._has_claim()}

    def propose_follow_up(self, outcome_id, partner_id=False, at=False):
        """The next step after an outcome, for the page to show before anything is saved.

        :param int outcome_id: id of the `ar.collect.outcome`
        :param int|bool partner_id: the contact person
        :param str|bool at: the time they asked for, UTC
        :return: values of the planned activity, dates as text, with `reason` and `warnings`; empty
            when the outcome asks for no next step
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        values = self._propose_follow_up(
            outcome=self.env["ar.collect.outcome"].browse(outcome_id),
            contact=self._get_family(self.env["res.partner"].browse(partner_id or [])),
            at=fields.Datetime.to_datetime(at) if at else None,
        )
        if values:
            values["collect_datetime"] = fields.Datetime.to_string(values["collect_datetime"])
            values["date_deadline"] = fields.Date.to_string(values["date_deadline"])
        return values

    def undo_log(self, log_id):
        """Take a contact back that was logged by mistake, and what was planned after it.

        :param int log_id: id of the `ar.collect.activity`
        """
        self.ensure_one()
        self._get_own_log(log_id).action_undo()

    def _get_own_log(self, log_id):
        return self.env["ar.collect.activity"].search(
            [("id", "=", log_id), ("account_id", "=", self.id)]
        )

    def _prepare_log(self, values):
        prepared = {name: value for name, value in values.items() if name in LOG_FIELDS}
        prepared |= {"account_id": self.id, "line_ids": self._get_own_items(values).ids}
        if prepared.get("date"):
            # the timer runs on the clock of who called, which may be wrong
            date = fields.Datetime.to_datetime(prepared["date"])
            prepared["date"] = min(date, fields.Datetime.now())
        return prepared

    def _get_own_items(self, values):
        """The chosen journal items, as far as they are this customer's."""
        return self.env["account.move.line"].search(
            [
                ("id", "in", values.get("line_ids") or []),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )

    # --- what was said

    def search_log(self, text="", offset=0, limit=20):
        """Contacts whose note, transcript or items contain a text, newest first.

        :param str text: empty: all
        :return: {entries: list of dict, count: int}
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        domain = Domain("account_id", "=", self.id)
        if text := (text or "").strip():
            domain &= self._get_log_text_domain(text)
        activities = self.env["ar.collect.activity"]
        count = activities.search_count(domain)
        found = activities.search(domain, offset=offset, limit=min(limit, 100))
        return {"entries": found._get_page_entries(), "count": count}

    @api.model
    def _get_log_text_domain(self, text):
        """Where a text is looked for in the contact log; to be extended."""
        return (
            Domain("note", "ilike", text)
            | Domain("line_ids.move_name", "ilike", text)
            | Domain("partner_id.name", "ilike", text)
        )

    def _get_call_log(self):
        return self.search_log()

    # --- what comes and goes by mail

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail` to log what customers write, and what is written to them."""
        result = super()._message_post_after_hook(message, msg_values)
        for account in self:
            account._log_message(message, self.env.context.get("collect_line_ids"))
        return result

    def _log_message(self, message, line_ids=None):
        """Log a message between the customer and us; others, as notes among colleagues, are not.

        :param recordset message: `mail.message` on this account or on one of its documents
        :param list|None line_ids: ids of the journal items it is about
        :rtype: recordset of `ar.collect.activity`
        """
        self.ensure_one()
        account = self.sudo()  # sudo: logged by the system, whoever wrote, the customer as well
        kind = account._get_message_kind(message)
        activities = account.env["ar.collect.activity"]
        if not kind:
            return activities
        direction, channel, contact = kind
        incoming = direction == "in"
        outcome = account._get_message_outcome(direction, contact)
        return activities.create(
            {
                "account_id": account.id,
                "partner_id": contact.id,
                "user_id": False if incoming else message.author_id.user_ids[:1].id,
                "direction": direction,
                "channel": channel,
                "outcome_id": outcome.id,
                "date": min(message.date, fields.Datetime.now()),
                "note": message._get_collect_text()[:NOTE_LENGTH],
                "line_ids": account._get_own_items({"line_ids": line_ids}).ids,
                "message_id": account._is_here(message) and message.id,
            }
        )

    def _is_here(self, message):
        """Whether a message stands in this account's chatter; one on an invoice does not."""
        return message.model == self._name and message.res_id == self.id

    def _get_message_kind(self, message):
        """Between whom a message went, and how.

        :return: (direction, channel, contact), None for a message among colleagues
        :rtype: tuple | None
        """
        author = message.author_id
        if author.commercial_partner_id == self.partner_id:
            channel = "email" if message.message_type == "email" else "portal"
            return ("in", channel, author) if message.message_type != "notification" else None
        if message.message_type == "email" and self._is_answer(message):
            return ("in", "email", self._get_sender(message))
        if message.message_type == "sms":
            # it goes to a number: whose that is, the page has said
            contact = self.env["res.partner"].browse(self.env.context.get("collect_partner_id"))
            return ("out", "sms", self._get_family(contact or message.partner_ids)[:1])
        written = message.message_type in ("comment", "email_outgoing") and not message.is_internal
        contacts = self._get_family(message.partner_ids)
        return ("out", "email", contacts[:1]) if written and contacts else None

    def _is_answer(self, message):
        """Whether a mail answers one of ours, from an address that is not known of this customer.

        Accounts payable answers from another address than the one that was written to, or from
        one that several customers share.
        """
        is_colleague = any(not user.share for user in message.author_id.user_ids)
        return bool(message.parent_id) and not is_colleague

    def _get_sender(self, message):
        """The customer's contact with the address that a mail comes from; empty when unknown."""
        address = email_normalize(message.email_from)
        contacts = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("email_normalized", "=", address or False),
            ],
            limit=1,
        )
        return contacts if address else contacts.browse()

    def _get_message_outcome(self, direction, contact):
        """What a message counts as: what a machine has sent reached nobody, and who writes from an
        address that nobody knows may be anybody.

        :param str direction: in or out
        :param recordset contact: `res.partner` of this customer who wrote it, or gets it
        :rtype: recordset of `ar.collect.outcome`
        """
        name = "sent" if direction == "out" else "received" if contact else "received_unknown"
        if direction == "in" and is_inner(self.env, AUTOMATIC):
            name = "automatic"
        return self.env.ref(f"ar_collect.outcome_{name}")

    def _get_family(self, partners):
        """Those of some contacts that are this customer's."""
        return partners.filtered(lambda partner: partner.commercial_partner_id == self.partner_id)
