# Part of ar_collect. License LGPL-3.
"""What the tests of statements share: how to look into one, and what the ledger says."""

from collections import defaultdict

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .claims_common import ClaimsCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class StatementCase(ClaimsCase):
    """The own customer owes 1,200 (`old`) and 300 (`new`), see ClaimsCase."""

    def statement(self, account=None, **dates):
        """The statement of one customer."""
        account = account or self.own
        return account._get_statement_data(**dates)[account.id]

    def block(self, account=None, currency=None, **dates):
        """The part of a statement in one currency."""
        currency = currency or self.company.currency_id
        blocks = self.statement(account, **dates)["blocks"]
        [block] = [block for block in blocks if block["currency"] == currency]
        return block

    def names(self, rows):
        """What the rows are about, and their amounts."""
        return [(row["name"], row.get("open", row["amount"])) for row in rows]

    # --- what must hold of any ledger

    def ledger(self):
        """What is open by (account id, currency id), from the ledger alone."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, line.currency_id, SUM(line.amount_residual_currency)
                  FROM account_move_line line
                  JOIN account_account ON account_account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN ar_collect_account account
                    ON account.partner_id = partner.commercial_partner_id
                   AND account.company_id = line.company_id
                 WHERE account_account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                 GROUP BY account.id, line.currency_id
                """
            )
        )
        return {(account, currency): amount for account, currency, amount in rows if amount}

    def assert_open_is_ledger(self, accounts):
        """The open items of each currency come to what the ledger says."""
        found = {}
        for account_id, statement in accounts._get_statement_data().items():
            for block in statement["blocks"]:
                parts = sum(block["aging"].values()) + block["amount_credit"]
                self.assertAlmostEqual(block["balance"], parts, 2)
                if not block["currency"].is_zero(block["balance"]):
                    found[account_id, block["currency"].id] = round(block["balance"], 2)
        expected = {
            key: round(amount, 2)
            for key, amount in self.ledger().items()
            if key[0] in accounts._ids and round(amount, 2)
        }
        self.assertEqual(found, expected)

    def assert_closing_is_open(self, accounts, first, last):
        """What was there, came and went is what is left, by the day and by currency."""
        exchange = set(self.env["account.partial.reconcile"].search([]).exchange_move_id.ids)
        moves = defaultdict(set)
        for account_id, statement in accounts._get_statement_data(first, last).items():
            for block in statement["blocks"]:
                currency = block["currency"]
                where = f"account {account_id}, {currency.name}, {first} to {last}"
                self.assertAlmostEqual(block["closing"], block["balance"], 2, where)
                total = block["opening"] + block["charged"] + block["settled"]
                self.assertAlmostEqual(block["closing"], total, 2, where)
                rows = block["rows"] + block["items"] + block["credits"]
                lines = self.env["account.move.line"].browse(row["line_id"] for row in rows)
                moves[account_id] |= set(lines.move_id.ids)
                self.assertFalse(moves[account_id] & exchange, "an exchange difference is shown")
