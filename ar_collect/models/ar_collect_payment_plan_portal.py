# Part of ar_collect. License LGPL-3.
"""Payment plans as the customer sees them: proposed by either side, signed by the customer."""

import hashlib

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.portal_text import as_html


class ArCollectPaymentPlan(models.Model):
    _inherit = "ar.collect.payment.plan"

    from_customer = fields.Boolean(
        string="Proposed by the Customer", readonly=True, copy=False, help="On the portal."
    )
    offered_on = fields.Datetime(
        readonly=True, copy=False, help="Since then the customer can sign it on the portal."
    )

    # === ACTION METHODS === #

    def action_offer(self):
        """Let the customer sign proposals on the portal, and tell the contact."""
        self.check_access("write")
        self._check_state("draft")
        for plan in self:
            plan._check_agreeable()
            plan.sudo().offered_on = fields.Datetime.now()  # sudo: by this button only
            contact = plan.partner_id or plan.account_id._get_mail_recipients()[:1]
            if contact:
                plan._tell_offered(contact)

    # === BUSINESS METHODS === #

    def _tell_offered(self, contact):
        """Write to the contact that there is a plan to sign; the mail has a button to it.

        :param recordset contact: `res.partner`
        """
        here = self.with_context(lang=contact.lang or self.customer_id.lang or self.env.lang)
        text = here.env._(
            "You can pay %(amount)s in %(count)s instalments. If you agree, please sign the payment"
            " plan %(plan)s on our portal.",
            amount=here.currency_id.format(here.amount),
            count=len(here.instalment_ids),
            plan=here.name,
        )
        here.message_post(
            body=as_html(text),
            subject=here.env._("%(company)s: payment plan", company=here.company_id.name),
            message_type="comment",
            partner_ids=contact.ids,
            subtype_xmlid="mail.mt_comment",
        )

    @api.model
    def _get_portal_domain(self):
        """Which plans a customer sees: what was agreed, and proposals that were made known.

        :rtype: Domain
        """
        known = Domain("from_customer", "=", True) | Domain("offered_on", "!=", False)
        return Domain("date_agreed", "!=", False) | (known & Domain("state", "=", "draft"))

    def _get_portal_state(self):
        """How it stands, in the customer's words.

        :rtype: str
        """
        self.ensure_one()
        if self.state != "draft":
            return dict(self._fields["state"]._description_selection(self.env))[self.state]
        if self._can_be_signed():
            return self.env._("To be signed by you")
        return self.env._("We are looking at your proposal")

    def _can_be_signed(self):
        """Whether the customer may agree: somebody of ours has offered it.

        :rtype: bool
        """
        return self.state == "draft" and bool(self.offered_on)

    def _get_portal_digest(self):
        """What tells whether a plan is still as the customer has seen it.

        :rtype: str
        """
        self.ensure_one()
        parts = [self.id, self.currency_id.id, self.missed_limit]
        parts += [(item.line_id.id, item.name, item.amount) for item in self.item_ids]
        parts += [(str(line.date), line.amount) for line in self.instalment_ids.sorted()]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    def _sign_on_portal(self, contact, name, signature, seen):
        """The contact agrees.

        :param recordset contact: `res.partner` who signs
        :param str name: as it was typed
        :param str signature: picture in base64
        :param str seen: digest of what the contact has seen
        :raise UserError: when it cannot be signed, or is another plan by now
        """
        self.ensure_one()
        self.account_id._take_turns()
        if not self._can_be_signed():
            raise UserError(self.env._("This plan cannot be signed any more."))
        if seen != self._get_portal_digest():
            raise UserError(
                self.env._("The plan has been changed meanwhile. Please look at it again.")
            )
        here = self.with_context(
            collect_portal_act="plan", lang=self.account_id._for_colleagues().env.lang
        )
        text = here.env._("Signed the payment plan %s", here.name)
        here.activity_id = here.account_id._receive_portal_act(
            contact, "promised", text, here.item_ids.line_id.ids
        )
        here.partner_id = contact
        here._accept(name, signature)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_plan_limits(self, currency, total):
        """Within which limits a customer proposes a plan.

        :param recordset currency: `res.currency` of what is to be paid
        :param float total: what is to be paid
        :return: ``most`` instalments, ``first_day`` and ``last_day``; None: the collector is asked
        :rtype: dict | None
        """
        self.ensure_one()
        company = self.company_id
        today = company._get_collect_today()
        least = company.collect_portal_plan_amount
        amount = currency._convert(total, company.currency_id, company, today)
        too_small = company.currency_id.compare_amounts(amount, least) < 0
        if company.collect_portal_plan_count < 2 or too_small:
            return None
        return {
            "most": company.collect_portal_plan_count,
            "first_day": today,
            "last_day": fields.Date.add(today, days=company.collect_portal_plan_days),
        }

    def _propose_portal_plan(self, contact, currency, shares, spread):
        """Make a proposal in the name of a contact; one that was not answered yet gives way to it.

        :param recordset contact: `res.partner`
        :param recordset currency: `res.currency` of the items
        :param dict shares: amount by id of the journal item
        :param dict spread: ``instalment_count``, ``interval``, ``date_first``
        :return: the plan; of a second click the one of the first
        :rtype: recordset of `ar.collect.payment.plan`
        """
        self.ensure_one()
        here = self._for_colleagues().with_context(collect_portal_act="plan")
        here._take_turns()
        waiting = here._find_portal_proposals(list(shares))
        for plan in waiting:
            same = {item.line_id.id: item.amount for item in plan.item_ids} == shares
            if same and all(plan[name] == value for name, value in spread.items()):
                return plan
        waiting.action_cancel()
        said = here._receive_portal_act(
            contact, "received", here._get_portal_plan_text(currency, shares, spread), list(shares)
        )
        plan = here.env["ar.collect.payment.plan"].create(
            {
                **spread,
                "account_id": here.id,
                "activity_id": said.id,
                "currency_id": currency.id,
                "from_customer": True,
                "partner_id": contact.id,
                "user_id": here._get_portal_owner().id,
                "item_ids": [
                    Command.create({"line_id": line_id, "amount": amount})
                    for line_id, amount in shares.items()
                ],
            }
        )
        here._plan_portal_task(here.env._("Answer the proposal %s", plan.name))
        return plan

    def _find_portal_proposals(self, line_ids):
        """What customers have proposed on some items, and nobody has answered yet.

        :param list line_ids: ids of the journal items
        :rtype: recordset of `ar.collect.payment.plan`
        """
        return self.env["ar.collect.payment.plan"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "draft"),
                ("from_customer", "=", True),
                ("offered_on", "=", False),
                ("item_ids.line_id", "in", line_ids),
            ]
        )

    def _get_portal_plan_text(self, currency, shares, spread):
        """What colleagues read of a proposal."""
        return self.env._(
            "Proposes to pay %(amount)s in %(count)s instalments from %(day)s on.",
            amount=currency.format(sum(shares.values())),
            count=spread["instalment_count"],
            day=format_date(self.env, spread["date_first"]),
        )

    def _get_portal_acts(self, known):
        """Override of `ar_collect`: a customer may propose to pay in instalments."""
        return [*super()._get_portal_acts(known), ("plan", self.env._("Pay in instalments"))]

    def _get_portal_notices(self):
        """Override of `ar_collect`."""
        asked = self.env._("Thank you. We look at your proposal and will answer soon.")
        signed = self.env._("Thank you. The payment plan is agreed.")
        return {
            **super()._get_portal_notices(),
            "plan": ("success", asked),
            "signed": ("success", signed),
        }
