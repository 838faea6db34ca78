# Part of ar_collect. License LGPL-3.
"""The collection accounts as a collector works on them: ownership, figures above the list."""

from odoo import api, models

from .inner_context import is_inner
from .refresh_scope import RefreshScope

#: Settings that follow a customer to another row when that row has none of its own.
INHERITED_SETTINGS = ("user_id", "strategy_id", "next_action", "next_action_date", "note")
#: Fields a person sets that the ranking looks at.
RANKED_SETTINGS = {"user_id", "strategy_id", "hold", "next_action_date"}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `mail` to rank anew, within this transaction, what a person has changed."""
        result = super().write(vals)
        ranked = not RANKED_SETTINGS.isdisjoint(vals)
        if ranked and not is_inner(self.env, "collect_rank_later"):
            self._rank_again()
        return result

    # === BUSINESS METHODS === #

    def _rank_again(self):
        """Rank these rows anew by their present ledger columns."""
        accounts = self.sudo()  # sudo: the rank is the system's, whoever changes a setting
        accounts = accounts.with_context(active_test=False, lang=None)
        accounts.flush_model()
        scope = RefreshScope(accounts.company_id, accounts.partner_id.ids)
        accounts._rank(scope, measure=False, measure_large=False)
        accounts.invalidate_model(flush=False)

    @api.model
    def _move_rows(self, source, target):
        """Let the rows of customers go over to another customer, before their contacts do.

        Settings the target already has win; talk and planned activities are moved.

        :param recordset source: `res.partner` whose rows go
        :param recordset target: `res.partner` that receives them
        """
        rows = self.search([("partner_id", "in", (source - target).ids)])
        existing = {row.company_id: row for row in self.search([("partner_id", "=", target.id)])}
        for row in rows:
            if row.company_id in existing:
                row._merge_into(existing[row.company_id])
            else:
                row.partner_id = target
                existing[row.company_id] = row
        self.flush_model()

    def _merge_into(self, target):
        """Hand over to another row what a person has set, said or planned, and vanish."""
        self.ensure_one()
        values = {
            name: self[name] for name in INHERITED_SETTINGS if self[name] and not target[name]
        }
        values |= self._get_merged_hold(target)
        values = {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in values.items()
        }
        self._move_talk(target)
        if values:
            target.write(values)
        self.unlink()

    def _move_talk(self, target):
        """Let messages, what is attached to them, followers and plans go over to another row."""
        self.message_change_thread(target)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        attachments.write({"res_id": target.id})
        target.message_subscribe(self.message_partner_ids.ids)
        self.activity_ids.write({"res_id": target.id})
