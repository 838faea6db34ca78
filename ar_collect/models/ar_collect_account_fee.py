# Part of ar_collect. License LGPL-3.
"""Late fees of a collection account."""

from odoo import api, fields, models
from odoo.tools import SQL

from .ar_collect_fee import OPEN
from .first_texts import get_first


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    fee_ids = fields.One2many(
        comodel_name="ar.collect.fee", inverse_name="account_id", string="Late Fees"
    )
    fee_count = fields.Integer(string="Number of Late Fees", compute="_compute_fee_count")
    fee_open_count = fields.Integer(
        string="Late Fees to Decide", compute="_compute_fee_count", help="Proposed or mentioned."
    )

    # === COMPUTE METHODS === #

    @api.depends("fee_ids.state")
    def _compute_fee_count(self):
        counts = dict.fromkeys(self.ids, (0, 0))
        groups = self.env["ar.collect.fee"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        )
        for account, state, count in groups:
            total, undecided = counts[account.id]
            counts[account.id] = total + count, undecided + (count if state in OPEN else 0)
        for account in self:
            account.fee_count, account.fee_open_count = counts.get(account._origin.id, (0, 0))

    # === ACTION METHODS === #

    def action_propose_fees(self):
        """Propose what these customers owe for paying late, and open it.

        :return: window action, or a message when nothing is to be proposed
        :rtype: dict
        """
        self.check_access("write")
        fees, left_out = self.env["ar.collect.fee"]._propose(self)
        if not fees:
            return self._notify_fees(left_out, False)
        action = self._get_fee_action()
        return self._notify_fees(left_out, action) if left_out else action

    def action_open_fees(self):
        """Open the late fees of this customer."""
        self.ensure_one()
        return self._get_fee_action()

    # === BUSINESS METHODS === #

    def _get_fee_action(self):
        fees = self.env["ar.collect.fee"]
        return fees._get_action([("account_id", "in", self.ids)], search_default_open=1)

    def _notify_fees(self, left_out, action):
        """A message on what is not claimed and why.

        :param list left_out: see `ar.collect.fee._propose`
        :param dict|bool action: what is opened then
        :rtype: dict
        """
        labels = self.env["ar.collect.fee"]._get_reason_labels()
        texts = [f"{item['name']}: {labels[item['reason']]}" for item in left_out]
        nothing = self.env._("No late fee: nothing was late, or no rule is meant for the customer.")
        params = {
            "type": "info",
            "title": self.env._("Not claimed") if texts else None,
            "message": "; ".join(get_first(self.env, texts)) or nothing,
            "sticky": bool(texts),
            "next": action,
        }
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def _lock_for_fees(self):
        """Let nobody else propose or claim late fees of these customers at the same time."""
        self.env.execute_query(
            SQL(
                "SELECT id FROM ar_collect_account WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )

    def _get_mentioned_fees(self):
        """The late fees that notices and the statement of this customer mention.

        What is disputed by now is not mentioned.

        :rtype: recordset of `ar.collect.fee`
        """
        # sudo: told to the customer, whoever writes
        fees = self.sudo().fee_ids  # sudo: see above
        mentioned = fees.filtered(lambda fee: fee.state == "mentioned")
        return mentioned.filtered(
            lambda fee: "open" not in fee.line_id.collect_dispute_item_ids.mapped("state")
        )

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was decided on late fees is kept."""
        return [*super()._get_hollow_domain(), ("fee_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let late fees go over as well."""
        self.sudo().fee_ids.write({"account_id": target.id})  # sudo: a merge moves all of them
        return super()._move_talk(target)

    def _get_statement_blocks(self, items, activity, is_activity):
        """Override of `ar_collect` to say which late fees have come together."""
        blocks = super()._get_statement_blocks(items, activity, is_activity)
        fees = self._get_mentioned_fees()
        for block in blocks:
            mine = fees.filtered(lambda fee, block=block: fee.currency_id == block["currency"])
            block["fees"] = block["currency"].round(sum(mine.mapped("amount")))
            block["fees_until"] = max(mine.mapped("date_to"), default=None)
        return blocks
