# Part of ar_collect. License LGPL-3.
"""Payments on the portal: one payment for all that the customer has chosen, instalments as well."""

from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    collect_account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Paid on the page of this account.",
    )
    collect_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ar_collect_transaction_line_rel",
        column1="transaction_id",
        column2="line_id",
        string="Items Chosen",
        readonly=True,
        help="What the customer has chosen to pay, and the credits that make it less.",
    )
    collect_by_link = fields.Boolean(string="With a Link", readonly=True, help="Without a login.")

    # === BUSINESS METHODS === #

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment` to match the payment with what was chosen alone.

        Core would match it with whole invoices, oldest first, whatever was chosen of them.
        """
        self.ensure_one()
        lines = self._get_collect_lines()
        receivable = lines.filtered(lambda line: line.balance > 0).account_id[:1]
        if not receivable:  # all of it has been withdrawn since: the money is the customer's credit
            return super()._create_payment(**extra_create_values)
        invoices = self.invoice_ids
        self.invoice_ids = False
        payment = super()._create_payment(
            **{
                "destination_account_id": receivable.id,
                **extra_create_values,
                "invoice_ids": invoices,
            }
        )
        self.invoice_ids = invoices
        lines._reconcile_collect_chosen(payment.move_id.line_ids)
        self._tell_collector(payment)
        return payment

    def _get_collect_lines(self):
        """What was chosen on the portal, as far as it is still there.

        A part that is captured by itself pays what the whole was for.

        :rtype: recordset of `account.move.line`
        """
        source = self.source_transaction_id
        chosen = source if source and source.operation == self.operation else self
        if self.amount <= 0:  # money given back pays nothing
            return chosen.collect_line_ids.browse()
        return chosen.collect_line_ids.filtered(lambda line: line.parent_state == "posted")

    def _tell_collector(self, payment):
        """The customer has paid: an incoming contact, and a word when it was too much."""
        if not self.collect_account_id:
            return
        account = self.collect_account_id._for_colleagues()
        account = account.with_context(collect_portal_by_link=self.collect_by_link)
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )
        left = -sum(lines.mapped("amount_residual_currency"))
        text = account.env._(
            "Paid on the portal: %(amount)s for %(items)s.",
            amount=self.currency_id.format(self.amount),
            items=", ".join(sorted(set(self.collect_line_ids.mapped("move_name")))),
        )
        if self.currency_id.compare_amounts(left, 0) > 0:
            text += " " + account.env._(
                "%s of it is not matched: it was paid otherwise meanwhile.",
                self.currency_id.format(left),
            )
        account._receive_portal_act(self.partner_id, "paid", text, self.collect_line_ids.ids)
