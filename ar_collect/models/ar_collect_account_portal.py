# Part of ar_collect. License LGPL-3.
"""What a customer sees of the account on the portal."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .inner_context import InnerText

#: Rows of a page.
PAGE_SIZE = 50
#: Payments and promises that are named.
MOST_NAMED = 5
#: What is said again within this time is the same click, or the same page sent once more.
SAID_TWICE = timedelta(minutes=10)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    # --- whose account

    @api.model
    def _get_portal_accounts(self, user):
        """The accounts that a user of the portal sees: those of the own customer, by company.

        :param recordset user: `res.users`
        :return: accounts with superuser rights, the user's company first
        :rtype: recordset of `ar.collect.account`
        """
        customer = user.partner_id.commercial_partner_id
        accounts = self.sudo().search(  # sudo: the customer's own
            [
                ("partner_id", "=", customer.id),
                ("company_id", "in", user.company_ids.ids),
                ("company_id.active", "=", True),
            ]
        )
        return accounts.sorted(lambda account: (account.company_id != user.company_id, account.id))

    @api.model
    def _count_portal_overdue(self, user):
        """How many items are overdue of all that the user sees.

        :rtype: int
        """
        accounts = self._get_portal_accounts(user)
        lines = self.env["account.move.line"].sudo()  # sudo: only how many
        return sum(
            lines.search_count(
                lines._get_collect_open_domain(account.partner_id, account.company_id)
                & Domain("amount_residual", ">", 0)
                & Domain("date_maturity", "<", account.company_id._get_collect_today())
            )
            for account in accounts
        )

    # --- the page

    def _get_portal_sortings(self):
        """How the items can be sorted.

        :return: (label, key function of an item) by code
        :rtype: dict
        """
        return {
            "due": (self.env._("Due date"), lambda item: item["order"]),
            "name": (self.env._("Document"), lambda item: (item["name"] or "", item["order"])),
            "date": (self.env._("Date"), lambda item: (item["date"], item["order"])),
            "open": (self.env._("Amount"), lambda item: (-item["open"], item["order"])),
        }

    def _get_portal_filters(self):
        """Which items can be shown.

        :return: (label, condition on an item) by code
        :rtype: dict
        """
        return {
            "all": (self.env._("All"), lambda item: True),
            "overdue": (self.env._("Overdue"), lambda item: item["days_late"]),
            "due": (self.env._("Not due"), lambda item: not item["days_late"]),
            "promised": (self.env._("Promised"), lambda item: item["promise_date"]),
            "disputed": (self.env._("Disputed"), lambda item: item["disputed"]),
        }

    def _get_portal_acts(self, known):
        """What can be done about the items that are chosen.

        :param bool known: it is sure who the visitor is
        :return: list of (last part of the address, label), the most usual one first
        :rtype: list
        """
        return []

    def _get_portal_notices(self):
        """What is said at the top of the page after something was done.

        :return: (kind of the alert, text) by code
        :rtype: dict
        """
        return {}

    @api.model
    def _find_portal_items(self, items, text):
        """Those of some items that have a text in their name or reference."""
        text = (text or "").strip().casefold()
        if not text:
            return items
        return [
            item
            for item in items
            if any(text in (item[name] or "").casefold() for name in ("name", "ref", "payment_ref"))
        ]

    def _get_portal_recent(self):
        """What the customer paid last, and what is promised next.

        :return: ``payments`` (list of dict with ``date``, ``amount``, ``currency``, ``name``),
            ``promises`` (recordset)
        :rtype: dict
        """
        self.ensure_one()
        promises = self.env["ar.collect.promise"].search(
            [("account_id", "=", self.id), ("state", "=", "open")],
            order="date_promised, id",
            limit=MOST_NAMED,
        )
        return {"payments": self._get_portal_payments(), "promises": promises}

    def _get_portal_payments(self):
        """The money that came last, as the ledger has it: whoever booked it, in whichever way."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id, line.date, -line.amount_currency AS amount, line.currency_id,
                       line.move_name AS name
                  FROM %(lines)s
                 WHERE %(condition)s AND line.amount_currency < 0
                   AND journal.type IN ('bank', 'cash', 'credit')
                 ORDER BY line.date DESC, line.id DESC
                 LIMIT %(most)s
                """,
                lines=self._get_statement_lines(),
                condition=self._get_statement_condition(),
                most=MOST_NAMED,
            )
        )
        currencies = self.env["res.currency"]
        return [{**row, "currency": currencies.browse(row["currency_id"])} for row in rows]

    # --- what the customer does there

    def _receive_portal_act(self, contact, outcome, text, line_ids=()):
        """Take in what the customer did on the portal: an incoming contact, told to the collector.

        :param recordset contact: `res.partner`, who did it
        :param str outcome: code of the `ar.collect.outcome`
        :param str text: plain text, for colleagues
        :param line_ids: ids of the journal items it is about
        :return: the contact in the log
        :rtype: recordset of `ar.collect.activity`
        """
        self.ensure_one()
        owner = self._get_portal_owner()
        message = self.with_context(
            collect_portal_outcome=InnerText(outcome), collect_line_ids=list(line_ids)
        ).message_post(
            body=text,
            author_id=contact.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=owner.partner_id.ids,
        )
        return self.env["ar.collect.activity"].search([("message_id", "=", message.id)], limit=1)

    def _was_just_said(self, contact, text):
        """Whether a contact has said the same a moment ago: a second click, a page loaded again.

        :param recordset contact: `res.partner`
        :param str text: plain text
        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.env["ar.collect.activity"].search_count(
                [
                    ("account_id", "=", self.id),
                    ("partner_id", "=", contact.id),
                    ("channel", "=", "portal"),
                    ("note", "=", text),
                    ("date", ">", fields.Datetime.now() - SAID_TWICE),
                ],
                limit=1,
            )
        )

    def _get_message_outcome(self, direction, contact):
        """Override of `ar_collect`: what is done on the portal says itself what it is."""
        code = self.env.context.get("collect_portal_outcome")
        if direction == "in" and isinstance(code, InnerText):
            return self.env.ref(f"ar_collect.outcome_{code}")
        return super()._get_message_outcome(direction, contact)
