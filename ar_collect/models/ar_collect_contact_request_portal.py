# Part of ar_collect. License LGPL-3.
"""Contacts that a customer changes on the portal: the same form, without being asked.

What is changed waits for the collector, where the company wants that. Name and address of who can
log in wait in any case: who changes the address gets the mail with which a password is set. So
does that they have left: nobody is struck off by a colleague alone.
"""

from datetime import timedelta

from odoo import Command, api, fields, models

from .ar_collect_account_contact import IDENTITY_FIELDS

#: Contacts that one form shows.
MOST_CONTACTS = 20
#: Minutes in which the same answer of the same person is one.
TWIN_MINUTES = 10


class ArCollectContactRequest(models.Model):
    _inherit = "ar.collect.contact.request"

    from_portal = fields.Boolean(
        string="By the Customer", readonly=True, help="Nobody has asked: it came by the portal."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_on_portal(self, account, contact):
        """Values of a request in which a contact says what has changed.

        :param recordset account: `ar.collect.account`
        :param recordset contact: `res.partner`
        :rtype: dict
        """
        shown = account._get_portal_contacts(contact)
        return {
            "account_id": account.id,
            "partner_id": contact.id,
            "user_id": (account._get_portal_owner() or self.env.user).id,
            "date_expiry": fields.Datetime.now(),
            "from_portal": True,
            "line_ids": [
                Command.create({"contact_id": one.id, "sequence": sequence})
                for sequence, one in enumerate(shown)
            ],
        }

    def _take_portal_answer(self, answer):
        """Keep what the customer changed; apply at once what need not be reviewed.

        :param dict answer: see `_read_answer`
        """
        self.ensure_one()
        self._receive(answer)
        if not self.company_id.collect_portal_contact_review:
            pending = self.line_ids.filtered(lambda line: line.state == "pending")
            pending.filtered(lambda line: not line._is_identity()).action_apply()

    @api.model
    def _find_on_portal(self, account, contact):
        """What a contact has sent a moment ago; others wait meanwhile.

        :param recordset account: `ar.collect.account`
        :param recordset contact: `res.partner`
        :rtype: recordset of `ar.collect.contact.request`
        """
        account._take_turns()
        since = fields.Datetime.now() - timedelta(minutes=TWIN_MINUTES)
        return self.search(
            [
                ("account_id", "=", account.id),
                ("partner_id", "=", contact.id),
                ("from_portal", "=", True),
                ("date_answered", ">", since),
            ]
        )

    def _says(self, answer, keys):
        """Whether this is what was answered here.

        :param dict answer: see `_read_answer`
        :param dict keys: the contact by id of the line that the answer is about
        :rtype: bool
        """
        self.ensure_one()
        said = [
            (line.contact_id, line.answer, line.proposed)
            for line in self.line_ids
            if line.answer and line.answer != "new"
        ]
        wanted = [
            (keys[line_id], values["answer"], values["proposed"])
            for line_id, values in answer["lines"].items()
        ]
        new = self.line_ids.filtered(lambda line: line.answer == "new").mapped("proposed")
        same_words = (self.comment or "") == answer["comment"]
        return same_words and said == wanted and new == answer["new"]


class ArCollectContactRequestLine(models.Model):
    _inherit = "ar.collect.contact.request.line"

    # === BUSINESS METHODS === #

    def _get_key(self):
        """Override of `ar_collect`: what nobody has asked is known by the contact."""
        if self.request_id.from_portal:
            return f"p{self.contact_id._origin.id or self.contact_id.id}"
        return super()._get_key()

    def _is_identity(self):
        """Whether this changes who somebody is that can log in here, or says they have left.

        :rtype: bool
        """
        self.ensure_one()
        users = self.contact_id.with_context(active_test=False).user_ids
        changed = not IDENTITY_FIELDS.isdisjoint(self.proposed or {})
        return bool(users) and (changed or self.answer == "left")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_contacts(self, contact):
        """Whom a customer sees and changes: who has to do with invoices, and the visitor.

        :param recordset contact: `res.partner`, the visitor
        :rtype: recordset of `res.partner`
        """
        self.ensure_one()
        everybody = self.partner_id._get_collect_contacts(channel="email")
        shown = everybody.filtered(
            lambda one: (
                not one.collect_left_date
                and (one == contact or one.type == "invoice" or one.collect_role_ids)
            )
        )
        return (contact | shown)[:MOST_CONTACTS]

    def _get_portal_notices(self):
        """Override of `ar_collect`."""
        waiting = self.env._("Thank you. We look at it, and change it then.")
        changed = self.env._("Thank you. We have changed it.")
        review = self.company_id.collect_portal_contact_review
        return {
            **super()._get_portal_notices(),
            "contacts": ("success", waiting if review else changed),
            "hours": ("success", changed),
        }

    def _get_portal_hours(self, contact):
        """When a contact likes to be called.

        :return: ``days`` (of the week, as text), ``start`` and ``end`` (hours)
        :rtype: dict
        """
        windows = self._get_portal_windows(contact)
        return {
            "days": set(windows.mapped("dayofweek")),
            "start": int(min(windows.mapped("hour_from"), default=9)),
            "end": int(max(windows.mapped("hour_to"), default=17)),
        }

    def _set_portal_hours(self, contact, days, start, end):
        """Note when a contact likes to be called.

        :param recordset contact: `res.partner`
        :param list days: of the week, as text; empty: whenever
        :param int start: hour
        :param int end: hour
        """
        self.ensure_one()
        here = self._for_colleagues()
        windows = here._get_portal_windows(contact)
        said = [(day, float(start), float(end)) for day in sorted(days)]
        if [(one.dayofweek, one.hour_from, one.hour_to) for one in windows] == said:
            return
        windows.unlink()
        windows = windows.create(
            [
                {
                    "partner_id": contact.id,
                    "dayofweek": day,
                    "hour_from": start,
                    "hour_to": end,
                    "is_best": True,
                }
                for day, start, end in said
            ]
        )
        hours = ", ".join(windows.mapped("display_name")) or here.env._("at any time")
        text = here.env._("Likes to be called: %s", hours)
        here = here.with_context(collect_portal_act="contacts")
        here._receive_portal_act(contact, "received", text)

    def _get_portal_windows(self, contact):
        """The hours of a contact, by day.

        :rtype: recordset of `ar.collect.contact.window`
        """
        return self.env["ar.collect.contact.window"].search([("partner_id", "=", contact.id)])
