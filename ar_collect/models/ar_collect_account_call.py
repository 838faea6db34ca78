# Part of ar_collect. License LGPL-3.
"""The call page: everything for the call with one customer, in one request."""

from odoo import api, fields, models
from odoo.fields import Domain

#: How many of the last payments are shown.
LAST_PAYMENTS = 5
#: What is read of the documents: all that they have would take longer than the rest of the page.
MOVE_FIELDS = ("amount_residual_signed", "move_type", "payment_state", "ref")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === ACTION METHODS === #

    def action_call(self):
        """Open the call page of this customer.

        :return: client action
        :rtype: dict
        """
        self.ensure_one()
        actions = self.env["ir.actions.client"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_call_page_action")
        return {
            **action,
            "name": self.partner_id.display_name,
            "params": {"account_id": self.id},
        }

    # === BUSINESS METHODS === #

    # --- what the page asks for

    def get_call_page(self):
        """All that the call page shows; the row is brought up to date first.

        The number of queries does not depend on how many items, contacts or payments there are.

        :return: see the methods it is put together from
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        self._refresh_to_read()
        can_write = self.has_access("write")
        holder = self._claim_if_worked_on()
        items = self.open_item_ids | self.excluded_item_ids
        contacts = self._get_call_contacts()
        return {
            "account": self._get_call_header(can_write),
            "holder": holder.name or False,
            "position": self._get_call_position(),
            "contacts": contacts,
            "reach": self.get_contact_reach(contacts[0]["id"] if contacts else False),
            "items": self._get_call_items(items),
            "payments": self._get_call_payments(),
            "habits": self._get_call_habits(),
            "portal": self.portal_last_use or "",
            "log": self._get_call_log(),
            "open": self._get_call_open(),
            "opening": self._get_opening(items),
            "outcomes": self._get_call_outcomes(),
        }

    get_call_page._readonly = False

    def get_contact_reach(self, partner_id=False):
        """What is known of when a contact can be reached: local time there, hours, best time.

        :param int|bool partner_id: the contact; the customer when empty
        :return: texts, see `_get_contact_reach_text`
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        contact = self._get_family(self.env["res.partner"].browse(partner_id or []))
        return self._get_contact_reach_text(contact or None)[self.id]

    # --- parts of the page

    def _get_call_header(self, can_write):
        customer = self.partner_id
        return {
            "id": self.id,
            "name": customer.display_name,
            "partner_id": customer.id,
            "company": self.company_id.name if len(self.env.companies) > 1 else "",
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "collector": self.user_id.name or "",
            "priority": self.priority,
            "reasons": self.reasons,
            "reason_lines": self.reason_lines,
            "aging": self.aging,
            "hold": self.hold,
            "note": self.note or "",
            "can_write": can_write,
            "amounts": {
                name: self[f"amount_{name}"]
                for name in ("balance", "overdue", "chasable", "credit", "excluded")
            },
            "next_action": self.next_action or "",
            "next_action_date": fields.Date.to_string(self.next_action_date) or "",
            "attempt_count": self.attempt_count,
        }

    def _get_call_items(self, items):
        """The open items as the page lists them, oldest due first.

        :param recordset items: `account.move.line`
        :return: list of dict; amounts in company currency and, when it is another, in theirs
        """
        items.move_id.fetch(MOVE_FIELDS)
        moves = items.move_id
        sent = moves._get_collect_sendings()
        marks = self._get_item_marks(items)
        return [
            {
                **self._prepare_call_item(item, item.move_id),
                "sent": sent.get(item.move_id.id, {}).get("count", 0),
                "sent_text": moves._get_collect_sent_sentence(sent.get(item.move_id.id, {})),
                **marks.get(item.id, {}),
            }
            for item in items.sorted(lambda item: (item.collect_due_date, item.id))
        ]

    @api.model
    def _prepare_call_item(self, item, move):
        return {
            "id": item.id,
            "move_id": move.id,
            "name": item.move_name or item.name or "",
            "ref": move.ref or "",
            "is_document": move.is_sale_document(include_receipts=True),
            "due_date": fields.Date.to_string(item.collect_due_date),
            "days_late": item.collect_days_late,
            "amount": item.amount_residual,
            "amount_currency": item.amount_residual_currency,
            "currency_id": item.currency_id.id,
            "excluded": item.collect_excluded_reason or "",
        }

    def _get_item_marks(self, items):
        """What is agreed or contested about items, to be extended.

        :return: dict of marks by item id
        """
        return {}

    def _get_call_payments(self):
        """The last payments, newest first.

        :return: list of {id: of the entry, name, date, amount: company currency, positive}
        """
        lines = self.env["account.move.line"]
        domain = lines._get_collect_cash_domain(self.company_id) & Domain(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("balance", "<", 0),
            ]
        )
        names = ("balance", "date", "move_id", "move_name")
        lines = lines.search_fetch(domain, names, order="date desc, id desc", limit=LAST_PAYMENTS)
        return [
            {
                "id": line.move_id.id,
                "name": line.move_name,
                "date": fields.Date.to_string(line.date),
                "amount": -line.balance,
            }
            for line in lines
        ]

    def _get_call_habits(self):
        """How and when they pay and answer, in words; to be extended.

        :return: {behaviour: str, few: bool}
        :rtype: dict
        """
        return {"behaviour": self.behaviour, "few": self.few_paid}

    @api.model
    def _get_call_outcomes(self):
        outcomes = self.env["ar.collect.outcome"].search([("manual", "=", True)])
        return [
            {
                "id": outcome.id,
                "name": outcome.name,
                "code": outcome.code or "",
                "effect": outcome.effect or "",
                "is_contact": outcome.is_contact,
                "delay_days": outcome.delay_days,
            }
            for outcome in outcomes
        ]

    # --- what is open

    def _get_call_open(self):
        """What is planned or agreed; to be extended.

        :return: {activities: list of {id, summary, icon, date, time: UTC or False, user, state}}
        :rtype: dict
        """
        activities = self.activity_ids.sorted(
            lambda activity: (activity.date_deadline, activity.id)
        )
        return {
            "activities": [
                {
                    "id": activity.id,
                    "summary": activity.summary or activity.activity_type_id.name,
                    "icon": activity.activity_type_id.icon or "fa-tasks",
                    "date": fields.Date.to_string(activity.date_deadline),
                    "time": fields.Datetime.to_string(activity.collect_datetime) or False,
                    "user": activity.user_id.name,
                    "state": activity.state,
                }
                for activity in activities
            ]
        }

    # --- the first sentence

    def _get_opening(self, items):
        """What to say first: how many invoices, how much, how late; what was not kept.

        :param recordset items: open `account.move.line` of the customer
        :return: a sentence, empty when nothing is overdue
        :rtype: str
        """
        late = items.filtered(
            lambda item: item.collect_days_late and not item.collect_excluded_reason
        )
        if not late:
            return ""
        return "; ".join([self._get_late_sentence(late), *self._get_opening_remarks(late)])

    def _get_late_sentence(self, late):
        days = max(late.mapped("collect_days_late"))
        amount = self._format_money(sum(late.mapped("amount_residual")))
        count = len(late.move_id)
        if count == 1:
            if days == 1:
                return self.env._("1 invoice, %s, late by 1 day", amount)
            return self.env._(
                "1 invoice, %(amount)s, late by %(days)s days", amount=amount, days=days
            )
        return self.env._(
            "%(count)s invoices, %(amount)s, late by up to %(days)s days",
            count=count,
            amount=amount,
            days=days,
        )

    def _get_opening_remarks(self, late):
        """What else belongs into the first sentence; to be extended.

        :return: list of str
        """
        if self.amount_credit:
            credit = self._format_money(-self.amount_credit)
            return [self.env._("%s in credits not yet applied", credit)]
        return []
