# Part of ar_collect. License LGPL-3.
"""What a customer pays on the portal: the amount is ours, whatever the browser says."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import hash_sign, str2bool, verify_hash_signed

#: Hours for which what was shown on the page can be paid.
OFFER_HOURS = 4
SCOPE = "ar_collect.portal_payment"
#: A payment that is on its way for longer is no reason any more to refuse another.
ON_ITS_WAY_DAYS = 30
#: What is begun again within this time, in the same way, is the same payment.
BEGUN_TWICE = timedelta(minutes=2)
#: Within this time another window may still be at the provider's page.
BEGUN_LATELY = timedelta(minutes=30)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_acts(self, known):
        """Override of `ar_collect`: paying comes first."""
        return [("pay", self.env._("Pay")), *super()._get_portal_acts(known)]

    def _get_portal_notices(self):
        """Override of `ar_collect` for payments."""
        return super()._get_portal_notices() | {
            "gone": (
                "warning",
                self.env._("What you had chosen is not open any more. Please choose again."),
            ),
            "paid": ("success", self.env._("Thank you, your payment has arrived.")),
            "paid_later": (
                "info",
                self.env._("Thank you, your payment is on its way. You need not pay again."),
            ),
            "paid_perhaps": (
                "info",
                self.env._(
                    "We have not heard yet whether the payment went through. Please do not pay"
                    " again before you know."
                ),
            ),
            "not_paid": (
                "warning",
                self.env._("The payment was not completed. Nothing has been charged."),
            ),
            "matched": ("success", self.env._("Your credits were used. Thank you.")),
        }

    # --- what is offered

    def _get_portal_offer(self, items, unmatched, currency, use_credits=True, part=None):
        """What is to be paid for some items.

        :param list items: open items, as `_prepare_statement_item` has them
        :param list unmatched: payments and credit notes that are not matched, likewise
        :param recordset currency: `res.currency` of both
        :param bool use_credits: the customer wants them to be used
        :param float|None part: what the customer wants to pay, where that may be less
        :return: ``total``, ``credit`` (0 or less), ``due`` and ``amount`` (0 or more) in the
            currency; ``lines``, what is open by id of the journal items that the payment is
            matched with; the ``items`` that are paid and those ``left_out``, which stand on
            another receivable account and are paid by themselves
        :rtype: dict
        """
        # a payment stands on one receivable account, and is matched there alone
        receivable = items[0]["receivable_id"]
        left_out = [item for item in items if item["receivable_id"] != receivable]
        items = [item for item in items if item["receivable_id"] == receivable]
        total = currency.round(sum(item["open"] for item in items))
        lines = {item["line_id"]: item["open"] for item in items}
        credit = 0
        if use_credits and self.company_id.collect_portal_use_credits:
            fitting = (item for item in unmatched if item["receivable_id"] == receivable)
            for item in sorted(fitting, key=lambda item: item["order"]):
                if currency.compare_amounts(total + credit, 0) > 0:
                    lines[item["line_id"]] = item["open"]
                    credit += item["open"]
        due = currency.round(max(total + credit, 0))
        credit = currency.round(max(credit, -total))
        amount = due
        if part is not None and self.company_id.collect_portal_partial:
            part = currency.round(part)
            amount = part if 0 < part < due else due
        return {
            "total": total,
            "credit": credit,
            "due": due,
            "amount": amount,
            "lines": lines,
            "items": items,
            "left_out": left_out,
        }

    def _sign_portal_offer(self, contact, link, currency, offer):
        """The offer as it goes to the browser and comes back: it cannot be changed there.

        :rtype: str
        """
        values = [self.id, contact.id, link.id, currency.id, offer["amount"]]
        values.append([[line_id, amount] for line_id, amount in offer["lines"].items()])
        return hash_sign(self.env, SCOPE, values, expiration_hours=OFFER_HOURS)

    def _read_portal_offer(self, contact, link, text):
        """The offer that was signed for this customer.

        :param str text: as it came back
        :return: ``currency``, ``amount``, ``lines``
        :rtype: dict
        :raise ValidationError: when it is not ours, is too old, or was made for somebody else
        """
        try:
            values = verify_hash_signed(self.env, SCOPE, str(text))
        except ValueError:  # no text of ours
            values = None
        if not values or values[:3] != [self.id, contact.id, link.id]:
            raise ValidationError(
                self.env._("This page is too old to pay with. Please open your account again.")
            )
        currency = self.env["res.currency"].browse(values[3])
        return {"currency": currency, "amount": values[4], "lines": dict(map(tuple, values[5]))}

    # --- whether it still holds

    def _check_portal_offer(self, offer):
        """Refuse to take money for what has changed since, or is being paid already.

        :param dict offer: see :meth:`_read_portal_offer`
        :raise ValidationError: naming the documents
        """
        lines = self.env["account.move.line"].browse(offer["lines"]).exists()
        if paying := lines & self._get_portal_paying():
            raise ValidationError(
                self.env._(
                    "A payment of %s is on its way already. You need not pay again.",
                    ", ".join(sorted(set(paying.mapped("move_name")))),
                )
            )
        money = offer["currency"]
        changed = lines.filtered(
            lambda line: (
                line.parent_state != "posted"
                or money.compare_amounts(line.amount_residual_currency, offer["lines"][line.id])
            )
        )
        if changed or len(lines) < len(offer["lines"]):
            raise ValidationError(
                self.env._(
                    "What is open has changed since you opened this page: %s. Please open your"
                    " account again.",
                    ", ".join(sorted(set(changed.mapped("move_name")))),
                )
            )

    def _get_portal_paying(self):
        """The journal items of this customer of which an online payment is on its way.

        A transfer by bank that somebody only announced keeps nobody from paying otherwise.

        :rtype: recordset of `account.move.line`
        """
        on_its_way = Domain("state", "in", ("pending", "authorized")) & Domain(
            "provider_code", "not in", ("none", "custom")
        )
        on_its_way |= Domain("state", "=", "done") & Domain("is_post_processed", "=", False)
        since = fields.Datetime.now() - timedelta(days=ON_ITS_WAY_DAYS)
        transactions = self.env["payment.transaction"].search(
            on_its_way
            & Domain("last_state_change", ">=", since)
            & Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
        )
        ours = transactions.filtered("collect_account_id")
        invoices = (transactions - ours).invoice_ids.line_ids
        return ours.collect_line_ids | invoices.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _get_portal_begun(self, line_ids):
        """The journal items of which a payment was begun lately, and may be going on elsewhere.

        :param line_ids: ids of `account.move.line`
        :rtype: recordset of `account.move.line`
        """
        transactions = self.env["payment.transaction"].search(
            [
                ("collect_account_id", "=", self.id),
                ("state", "=", "draft"),
                ("create_date", ">", fields.Datetime.now() - BEGUN_LATELY),
            ]
        )
        return transactions.collect_line_ids.filtered(lambda line: line.id in line_ids)

    def _find_portal_transaction(self, offer, values):
        """The payment that was begun a moment ago in just the same way: a second click.

        :param dict offer: see :meth:`_read_portal_offer`
        :param dict values: other fields of the transaction
        :rtype: recordset of `payment.transaction`
        """
        transactions = self.env["payment.transaction"].search(
            [
                ("collect_account_id", "=", self.id),
                ("state", "=", "draft"),
                ("create_date", ">", fields.Datetime.now() - BEGUN_TWICE),
                ("currency_id", "=", offer["currency"].id),
                *((name, "=", value) for name, value in values.items()),
            ]
        )
        return transactions.filtered(
            lambda one: (
                set(one.collect_line_ids.ids) == offer["lines"].keys()
                and offer["currency"].compare_amounts(one.amount, offer["amount"]) == 0
            )
        )[:1]

    # --- without money

    def _match_portal_credits(self, contact, offer):
        """Match items with credits that cover them; nothing is to be paid.

        :param recordset contact: `res.partner` who wants it
        :param dict offer: see :meth:`_read_portal_offer`
        :raise ValidationError: when something has changed since, or there is something to pay
        """
        self.ensure_one()
        if offer["amount"] > 0:
            raise ValidationError(self.env._("Your credits do not cover it."))
        self._take_turns()
        self._check_portal_offer(offer)
        lines = self.env["account.move.line"].browse(offer["lines"])
        lines._reconcile_collect_chosen()
        names = ", ".join(sorted(set(lines.mapped("move_name"))))
        here = self._for_colleagues()
        here._receive_portal_act(
            contact, "paid", here.env._("Credits used on the portal: %s", names), lines.ids
        )

    def _has_portal_online_payment(self):
        """Whether documents can be paid online at all, as the system's setting says.

        :rtype: bool
        """
        settings = self.env["ir.config_parameter"].sudo()  # sudo: one setting of core
        return str2bool(settings.get_param("account_payment.enable_portal_payment"), False)
