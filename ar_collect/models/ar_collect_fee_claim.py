# Part of ar_collect. License LGPL-3.
"""Claiming late fees: draft invoices, which somebody looks at and posts. Never posted by us."""

from odoo import Command, models
from odoo.exceptions import AccessError, UserError

from .ar_collect_fee import OPEN


class ArCollectFee(models.Model):
    _inherit = "ar.collect.fee"

    # === ACTION METHODS === #

    def action_claim(self):
        """Make the draft invoices that claim these, and open them.

        :return: window action
        :rtype: dict
        """
        invoices = self._claim()
        return self.env["ar.collect.dispute"]._get_move_action(
            invoices, self.env._("Invoices of Late Fees")
        )

    # === BUSINESS METHODS === #

    def _claim(self):
        """Make a draft invoice of these for each customer and currency.

        The amounts are worked out again first: a payment may have been booked in between.

        :return: `account.move`
        :raise AccessError: for who may not make invoices
        :raise UserError: decided already, or not to be claimed now
        """
        self._check_may_invoice()
        self._check_state(OPEN)
        self._check_products()
        self.account_id.sudo()._lock_for_fees()  # sudo: the row is only locked
        self._bring_up_to_date()
        invoices = self.env["account.move"]
        groups = self.grouped(lambda fee: (fee.account_id, fee.currency_id))
        for fees in groups.values():
            invoices |= fees._make_invoice()
        return invoices

    def _check_may_invoice(self):
        """Refuse who has no right to make invoices.

        :raise AccessError: naming the right
        """
        group = "account.group_account_invoice"
        if not self.env.su and not self.env.user.has_group(group):
            # sudo: the name of a group
            name = self.env.ref(group).sudo().full_name  # sudo: see above
            raise AccessError(
                self.env._(
                    "Late fees are claimed by who may make invoices (%s). Ask one of them, or only"
                    " mention the fee.",
                    name,
                )
            )

    def _check_products(self):
        """Refuse rules that do not say what is invoiced.

        :raise UserError: naming the rule
        """
        for rule in self.rule_id.filtered(lambda rule: not rule.product_id):
            raise UserError(
                self.env._(
                    "The late fee rule “%s” has no product: choose one, its account and taxes are"
                    " those of the invoice.",
                    rule.display_name,
                )
            )

    def _make_invoice(self):
        """Make the draft invoice of these, all of one customer and currency.

        :return: `account.move`
        """
        fees = self.sorted(lambda fee: (fee.date_due, fee.name or "", fee.kind, fee.id))
        account, company = fees.account_id, fees.company_id
        moves = self.env["account.move"].with_company(company)
        cancelled = fees.invoice_id
        invoice = moves.create(fees._prepare_invoice())
        lines = invoice.invoice_line_ids.sorted("sequence")
        for fee, line in zip(fees, lines, strict=True):
            fee._decide({"state": "invoiced", "invoice_id": invoice.id, "invoice_line_id": line.id})
        link = invoice._get_html_link()
        for former in cancelled:
            former._message_log(
                body=self.env._("Its late fees are claimed by %s now: leave this cancelled.", link)
            )
        invoice._message_log(body=self.env._("Made of late fees of %s", account._get_html_link()))
        self._note_on_accounts(self.env._("Draft invoice of late fees: %s", link))
        return invoice

    def _prepare_invoice(self):
        """Values of the draft invoice; to be extended.

        :rtype: dict
        """
        customer = self.customer_id
        addressee = customer.address_get(["invoice"])["invoice"]
        lang = self.env["res.partner"].browse(addressee).lang or self.env.lang
        values = {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": addressee,
            "currency_id": self.currency_id.id,
            "collect_is_fee": True,
            "invoice_origin": ", ".join(dict.fromkeys(self.mapped("name"))),
            "invoice_line_ids": [
                Command.create({**fee.with_context(lang=lang)._prepare_line(), "sequence": number})
                for number, fee in enumerate(self, 1)
            ],
        }
        if journal := self.rule_id.journal_id[:1]:
            values["journal_id"] = journal.id
        return values

    def _prepare_line(self):
        """Values of a line of the draft invoice: which invoice, which days; to be extended.

        Account and taxes are those of the product, by the customer's fiscal position.

        :rtype: dict
        """
        self.ensure_one()
        text = self._get_title()
        if self.kind == "interest":
            text = f"{text}\n{self.explanation}"
        return {
            "product_id": self.rule_id.product_id.id,
            "name": text,
            "quantity": 1,
            "price_unit": self.amount,
        }

    # --- undone

    def _take_off_invoices(self):
        """Take these out of their invoices, as long as these are drafts.

        An invoice with nothing else in it is deleted.

        :raise UserError: naming an invoice that is posted
        """
        if not self:
            return
        self._check_may_invoice()
        invoices = self.invoice_id
        if posted := invoices.filtered(lambda invoice: invoice.state != "draft")[:1]:
            raise UserError(
                self.env._(
                    "%(invoice)s is not a draft any more: credit it in accounting instead.",
                    invoice=posted.display_name,
                )
            )
        self._note_on_accounts(self.env._("Late fees are open again"))
        lines = self.invoice_line_id
        emptied = invoices.filtered(
            lambda invoice: not invoice.invoice_line_ids.filtered("product_id") - lines
        )
        (lines - emptied.invoice_line_ids).unlink()
        emptied.unlink()
