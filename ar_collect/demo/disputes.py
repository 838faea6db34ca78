# Part of ar_collect. License LGPL-3.
"""What the customers of the demo company contest: new, being asked about, credited, rejected."""

from datetime import timedelta

from odoo import Command
from odoo.fields import Domain

#: By customer of a collector: opened so many days ago, reason, share of the item, what came of it.
DISPUTES = (
    (2, "price", 0.2, None),
    (9, "not_delivered", 1, "waiting"),
    (14, "quality", 0.35, "work"),
    (21, "quantity", 0.25, "accepted"),
    (30, "price", 0.15, "credited"),
    (26, "late_delivery", 0.1, "rejected"),
    (1, "missing_order_number", 1, None),
    (18, "duplicate", 1, "withdrawn"),
)
#: Reasons that somebody outside of collections resolves.
DELIVERY = ("quantity", "quality", "not_delivered", "late_delivery")
WORDS = {
    "price": "The agreed price was lower, see our order.",
    "not_delivered": "Two pallets never arrived.",
    "quality": "A third of the goods is scratched.",
    "quantity": "We ordered less than was invoiced.",
    "late_delivery": "It came two weeks late, our line stood still.",
    "missing_order_number": "Without our order number we cannot pay.",
    "duplicate": "We have this invoice twice.",
}


class Disputes:
    """Takes complaints from the accounts that the refresh has made; ``take`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env

    def take(self):
        """Take disputes for both collectors of each company; deliveries are for logistics."""
        for reason in DELIVERY:
            self.env.ref(f"ar_collect.dispute_reason_{reason}").user_id = self.data.users[
                "resolver"
            ]
        for key in self.data.companies:
            for login in ("collector", "collector2"):
                accounts = self._get_accounts(key, login)
                for account, row in zip(accounts, DISPUTES, strict=False):
                    self._dispute(account, *row)

    def _get_accounts(self, company_key, login):
        """Some of the customers who owe most, those of the promises left out."""
        company, user = self.data.companies[company_key], self.data.users[login]
        accounts = self.env["ar.collect.account"].search(
            Domain("company_id", "=", company.id)
            & Domain("user_id", "=", user.id)
            & Domain("amount_chasable", ">", 0)
            & Domain("promise_ids", "=", False),
            order="amount_chasable DESC, id",
        )
        return accounts[1:]

    def _dispute(self, account, days, reason, share, end):
        lines = account._get_overdue_lines().filtered(
            lambda line: line.amount_residual > 0 and not line.collect_promised_amount
        )
        if not lines:
            return
        line = lines[0]
        amount = line.currency_id.round(line.amount_residual_currency * share)
        today = account.company_id._get_collect_today()
        dispute = self.env["ar.collect.dispute"].create(
            {
                "account_id": account.id,
                "coordinator_id": account.user_id.id,
                "date_opened": today - timedelta(days),
                "description": WORDS[reason],
                "item_ids": [Command.create({"line_id": line.id, "amount": amount})],
                "reason_id": self.env.ref(f"ar_collect.dispute_reason_{reason}").id,
                "user_id": account.user_id.id,
            }
        )
        self._end(dispute, end)

    def _end(self, dispute, end):
        dispute.root_cause_id = end in ("accepted", "credited", "rejected") and (
            dispute.reason_id.root_cause_id
        )
        if end in ("waiting", "work"):
            dispute.stage_id = self.env.ref(f"ar_collect.dispute_stage_{end}")
        elif end in ("accepted", "credited"):
            dispute._resolve("accepted")
            notes = dispute._make_credit_notes()
            if end == "credited":
                notes.action_post()
        elif end:
            dispute._resolve(end)
