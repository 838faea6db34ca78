# Part of ar_collect. License LGPL-3.
"""What the items of a journal are to the receivables."""

from odoo import api, fields, models
from odoo.tools import SQL

#: Journals through which money moves: a payment, a statement line or a hand-made entry.
CASH_JOURNAL_TYPES = ("bank", "cash", "credit")
#: Who sees what is in a journal.
ACCOUNTING = "account.group_account_readonly,account.group_account_invoice"


class AccountJournal(models.Model):
    _inherit = "account.journal"

    # who reads the names of journals for collections sees no balance of a bank and no sum of bills,
    # which core works out without a look at what the reader may see
    kanban_dashboard_graph = fields.Text(groups=ACCOUNTING)
    current_statement_balance = fields.Monetary(groups=ACCOUNTING)

    # === BUSINESS METHODS === #

    @api.model
    def _get_collect_kinds(self):
        """The journals of all companies by what is booked in them.

        What is neither a document nor money nor an exchange difference takes something off a claim
        without money: a write-off.

        :return dict: lists of ids by kind: `sale`, `cash`, `exchange` or `other`
        """
        kinds = {"sale": [], "cash": [], "exchange": [], "other": []}
        query = SQL(
            """
            SELECT CASE WHEN type = 'sale' THEN 'sale'
                        WHEN type IN %s THEN 'cash'
                        WHEN EXISTS (SELECT FROM res_company company
                                      WHERE company.currency_exchange_journal_id = journal.id)
                             THEN 'exchange'
                        ELSE 'other' END,
                   id
              FROM account_journal journal
            """,
            CASH_JOURNAL_TYPES,
        )
        for kind, journal_id in self.env.execute_query(query):
            kinds[kind].append(journal_id)
        return kinds
