# Part of ar_collect. License LGPL-3.
from odoo import models
from odoo.tools import SQL

#: States of payment in which nobody is asked to pay what is open.
NOT_CHASED_STATES = ("in_payment", "paid", "reversed", "blocked", "invoicing_legacy")
#: Moves with open items that nobody is asked to pay: being paid, or blocked by hand. A move that
#: Odoo Enterprise calls paid may keep a residual until the bank confirms it; in company currency, as
#: the document's may be settled while an exchange difference is not.
SQL_NOT_CHASED = SQL(
    "move.payment_state IN %s AND move.state = 'posted' AND move.amount_residual_signed != 0",
    NOT_CHASED_STATES,
)
#: Fields of an entry that change a collection account when written.
WATCHED_FIELDS = {"state", "partner_id", "no_followup", "payment_state", "invoice_date_due"}


class AccountMove(models.Model):
    _inherit = "account.move"

    # the few moves whose open items are not chased, see SQL_NOT_CHASED; a tuple of strings prints as
    # SQL has it
    _ar_collect_not_chased_idx = models.Index(
        f"(id) WHERE payment_state IN {NOT_CHASED_STATES}"
        " AND state = 'posted' AND amount_residual_signed != 0"
    )

    def write(self, vals):
        """Override of `account` to mark the customers of entries that are posted, reset or changed."""
        if WATCHED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        posted = self.filtered(lambda move: move.state == "posted")
        if "partner_id" in vals:
            posted.line_ids._mark_collection_dirty()
        result = super().write(vals)
        posted |= self.filtered(lambda move: move.state == "posted")
        posted.line_ids._mark_collection_dirty(state_changed="state" in vals)
        if vals.get("state") == "cancel":
            self.line_ids._mark_collection_dirty()  # ends what was said of them
        return result
