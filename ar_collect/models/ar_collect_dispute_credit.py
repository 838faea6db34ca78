# Part of ar_collect. License LGPL-3.
"""The credit note of an accepted dispute, made through the reversal of `account`."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_collect_dispute_resolve import ACCEPTED


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    credit_note_ids = fields.One2many(
        comodel_name="account.move",
        inverse_name="collect_dispute_id",
        string="Credit Notes",
        readonly=True,
    )
    credit_note_count = fields.Integer(compute="_compute_credit_note_count")
    move_ids = fields.Many2many(
        comodel_name="account.move",
        string="Invoices",
        compute="_compute_move_ids",
        search="_search_move_ids",
    )

    # === COMPUTE METHODS === #

    @api.depends("credit_note_ids")
    def _compute_credit_note_count(self):
        counts = dict(
            self.env["account.move"]
            .sudo()  # sudo: whether there is one shows to who resolves the dispute
            ._read_group(
                [("collect_dispute_id", "in", self.ids)], ["collect_dispute_id"], ["__count"]
            )
        )
        for dispute in self:
            dispute.credit_note_count = counts.get(dispute, 0)

    @api.depends("item_ids.line_id")
    def _compute_move_ids(self):
        for dispute in self:
            dispute.move_ids = dispute.item_ids.line_id.move_id

    def _search_move_ids(self, operator, value):
        return [("item_ids.line_id.move_id", operator, value)]

    # === ACTION METHODS === #

    def action_credit_note(self):
        """Make the draft credit note of what was accepted, and open it.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self._make_credit_notes()
        return self.action_open_credit_notes()

    def action_open_credit_notes(self):
        """Open the credit notes of this dispute."""
        self.ensure_one()
        return self._get_move_action(self.credit_note_ids, self.env._("Credit Notes"))

    def action_open_invoices(self):
        """Open the invoices that are contested."""
        self.ensure_one()
        return self._get_move_action(self.move_ids, self.env._("Invoices"))

    def _get_move_action(self, moves, name):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
            "views": [(False, "list"), (False, "form")],
        }
        if len(moves) == 1:
            action |= {"res_id": moves.id, "views": [(False, "form")]}
        return action

    # === BUSINESS METHODS === #

    def _check_no_credit_note(self):
        """Refuse to take back what a credit note was made for.

        :raise UserError: naming it
        """
        for dispute in self:
            notes = dispute.sudo().credit_note_ids.filtered(  # sudo: may be out of reach
                lambda move: move.state != "cancel"
            )
            if notes:
                raise UserError(
                    self.env._(
                        "%(note)s was made for %(dispute)s. Cancel or delete it first.",
                        note=notes[0].display_name,
                        dispute=dispute.display_name,
                    )
                )

    def _make_credit_notes(self):
        """Make the draft credit notes of accepted disputes, one for each invoice.

        Whoever resolves the dispute may do so; posting them is for who may post invoices.

        :return: `account.move`
        :raise UserError: nothing was accepted, or the credit note is there already
        """
        self.check_access("write")
        made = self.env["account.move"]
        for dispute in self:
            if dispute.outcome not in ACCEPTED:
                raise UserError(
                    self.env._("%s: accept it before you credit it.", dispute.display_name)
                )
            dispute._check_no_credit_note()
            by_move = defaultdict(dispute.item_ids.browse)
            for item in dispute.item_ids.filtered("line_id"):
                by_move[item.line_id.move_id] |= item
            for move, items in by_move.items():
                amount = sum(item._get_amount_to_credit() for item in items)
                if not dispute.currency_id.is_zero(amount):
                    made |= dispute._make_credit_note(move, amount, items.invoice_line_ids)
        return made

    def _make_credit_note(self, move, amount, lines):
        """Make one draft credit note.

        :param recordset move: `account.move`, the invoice
        :param float amount: with taxes, in the currency of the invoice
        :param recordset lines: `account.move.line`, the lines contested; empty: all of them
        :return: `account.move`
        """
        self.ensure_one()
        if move.move_type not in ("out_invoice", "out_receipt"):
            raise UserError(
                self.env._("%s is no invoice: correct it by an entry.", move.display_name)
            )
        # sudo: who resolves a dispute may have no rights in accounting; it stays a draft
        reversal = self.env["account.move.reversal"].sudo()  # sudo: see above
        reversal = reversal.with_company(move.company_id).with_context(
            active_model="account.move", active_ids=move.ids
        )
        reason = f"{self.name}: {self.root_cause_id.name or self.reason_id.name}"
        wizard = reversal.create({"journal_id": move.journal_id.id, "reason": reason})
        wizard.refund_moves()
        note = wizard.new_move_ids
        note.collect_dispute_id = self
        note._collect_reduce_to(amount, move, lines)
        body = self.env._("Credit note for %s", self._get_html_link())
        note._message_log(body=body)
        self._message_log(body=self.env._("Draft credit note: %s", note._get_html_link()))
        return note


class ArCollectDisputeItem(models.Model):
    _inherit = "ar.collect.dispute.item"

    # === BUSINESS METHODS === #

    def _get_amount_to_credit(self):
        """What of the item is accepted and not credited or paid yet.

        :rtype: float
        """
        self.ensure_one()
        accepted = self.amount if self.dispute_id.outcome == "accepted" else self.amount_accepted
        return min(self.amount_remaining, max(accepted - self.amount_credited, 0))
