# Part of ar_collect. License LGPL-3.
from odoo import api, models
from odoo.tools import SQL

from .inner_context import INNER, is_inner

#: Fields of a posted receivable item that change a collection account when written by themselves.
WATCHED_FIELDS = {"account_id", "date_maturity", "no_followup", "partner_id"}

#: Key of the context while journal items are written, see ``fields_get``.
WRITING = "ar_collect_writing_items"


def in_ledger(line):
    """SQL condition on posted items, open or settled, of accounts that are reconciled.

    :param str line: alias of the journal item; without a residual, such an item is settled
    """
    alias = SQL.identifier(line)
    return SQL(
        "(%(line)s.parent_state = 'posted'"
        " AND (%(line)s.reconciled IS TRUE OR %(line)s.amount_residual != 0))",
        line=alias,
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # all that the refresh reads of a customer's items, without touching the table; the condition
    # is that of in_ledger()
    _ar_collect_ledger_idx = models.Index(
        "(partner_id) INCLUDE (id, account_id, company_id, journal_id, move_id, date,"
        " date_maturity, amount_residual, balance, no_followup)"
        " WHERE parent_state = 'posted' AND (reconciled IS TRUE OR amount_residual != 0)"
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override of `base` to describe no field for a write that tracks none.

        `account` asks for the tracked ones of the fields it writes, four times when an invoice is
        posted; having none, it would get all of them, which takes a tenth of the posting.
        """
        if allfields is not None and not allfields and is_inner(self.env, WRITING):
            return {}
        return super().fields_get(allfields, attributes)

    def write(self, vals):
        """Override of `account` to mark the customers before and after the change."""
        lines = self.with_context(**{WRITING: INNER})
        if WATCHED_FIELDS.isdisjoint(vals):
            return super(AccountMoveLine, lines).write(vals)
        posted = self.filtered(lambda line: line.parent_state == "posted")
        posted._mark_collection_dirty()
        result = super(AccountMoveLine, lines).write(vals)
        posted._mark_collection_dirty()
        return result

    def _mark_collection_dirty(self, state_changed=False):
        """Mark the customers of these journal items, as far as they are receivables, for refresh.

        :param bool state_changed: whether the entries are posted now, or no longer: what they are
            matched with may then be another customer's payment history
        """
        receivables = self.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        pairs = {
            (line.partner_id.id, line.company_id.id) for line in receivables if line.partner_id
        }
        entries = receivables.move_id.ids if state_changed else []
        if pairs or entries:
            self.env["ar.collect.dirty"]._mark(pairs, entries)
