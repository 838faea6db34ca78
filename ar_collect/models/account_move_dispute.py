# Part of ar_collect. License LGPL-3.
"""Disputes on an invoice, and the credit note that answers one."""

from odoo import Command, api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    collect_dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute",
        string="Dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The complaint that this credit note answers.",
    )
    collect_dispute_count = fields.Integer(
        string="Disputes", compute="_compute_collect_dispute_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("collect_dispute_id", "line_ids.collect_dispute_item_ids")
    def _compute_collect_dispute_count(self):
        for move in self:
            # sudo: whether there are any; opened with the rights of who looks
            disputes = move.sudo()._get_collect_disputes()  # sudo: see above
            move.collect_dispute_count = len(disputes)

    # === ACTION METHODS === #

    def action_collect_disputes(self):
        """Open the disputes on this invoice, or the one that this credit note answers."""
        self.ensure_one()
        return self._get_collect_disputes()._get_open_action()

    # === BUSINESS METHODS === #

    def _get_collect_disputes(self):
        """The disputes on these invoices, and those that these credit notes answer.

        :rtype: recordset of `ar.collect.dispute`
        """
        return self.line_ids.collect_dispute_item_ids.dispute_id | self.collect_dispute_id

    def _collect_reduce_to(self, amount, invoice, lines):
        """Reduce this draft credit note to an amount, its taxes in proportion.

        :param float amount: with taxes, in the currency of the document
        :param recordset invoice: `account.move` that it reverses
        :param recordset lines: `account.move.line` of the invoice to keep; empty: all
        """
        self.ensure_one()
        currency = self.currency_id
        if not lines and currency.compare_amounts(amount, self.amount_total) == 0:
            return
        here = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        there = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        kept = here.browse(
            line.id for line, of in zip(here, there, strict=True) if not lines or of in lines
        )
        others = self.invoice_line_ids - kept
        self.write({"invoice_line_ids": [Command.delete(line.id) for line in others]})
        share = amount / self.amount_total if self.amount_total else 0
        if currency.compare_amounts(amount, self.amount_total):
            self.write(
                {
                    "invoice_line_ids": [
                        Command.update(
                            line.id,
                            {
                                "quantity": 1,
                                "discount": 0,
                                "price_unit": currency.round(line._collect_get_price() * share),
                            },
                        )
                        for line in kept
                    ]
                }
            )
        self._collect_round_to(amount)

    def _collect_round_to(self, amount):
        """Add what the rounding of prices and taxes leaves between this document and an amount."""
        rest = self.currency_id.round(amount - self.amount_total)
        if rest:
            line = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")[:1]
            rounding = {
                "name": self.env._("Rounding"),
                "quantity": 1,
                "price_unit": rest,
                "tax_ids": [Command.clear()],
                "account_id": line.account_id.id,
            }
            self.write({"invoice_line_ids": [Command.create(rounding)]})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # === BUSINESS METHODS === #

    def _collect_get_price(self):
        """The price of all of a line, as its taxes take it: with those that are in the price."""
        self.ensure_one()
        included = any(tax.price_include for tax in self.tax_ids)
        return self.price_total if included else self.price_subtotal
