# Part of ar_collect. License LGPL-3.
"""Installing on a database that was in use before fills the worklist from its ledger."""

import pytest

from tools.paths import ADDON

pytestmark = pytest.mark.slow

OPEN_ITEMS = """
    SELECT p.commercial_partner_id AS partner_id, l.company_id,
           sum(l.amount_residual) AS balance,
           count(*) AS items
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.parent_state = 'posted' AND NOT l.reconciled
       AND a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE
     GROUP BY 1, 2
"""
BUCKETS = "amount_not_due + amount_1_30 + amount_31_60 + amount_61_90 + amount_91_plus"
WRONG = f"""
    SELECT coalesce(i.partner_id, c.partner_id), i.balance, c.amount_balance,
           {BUCKETS} + amount_credit
      FROM ({OPEN_ITEMS}) i
 FULL JOIN ar_collect_account c
        ON c.partner_id = i.partner_id AND c.company_id = i.company_id
     WHERE round(coalesce(i.balance, 0), 2) IS DISTINCT FROM round(c.amount_balance, 2)
        OR round(c.amount_balance, 2) IS DISTINCT FROM round({BUCKETS} + amount_credit, 2)
        OR coalesce(i.items, 0) IS DISTINCT FROM c.open_count
"""


def test_worklist_of_a_used_database(shop, new_database, run_script):
    """GIVEN a ledger with a past WHEN the addon is installed THEN its rows equal that ledger."""
    database = new_database("used")
    run_script(database, "use_ledger")

    shop.runner.install(database, "-i", ADDON, what="installing")

    databases = shop.databases
    companies = databases.value(
        f"SELECT count(DISTINCT company_id) FROM ({OPEN_ITEMS}) i", database
    )
    assert int(companies) >= 2
    assert databases.query(WRONG, database) == []
    overdue = databases.value(
        "SELECT count(*) FROM ar_collect_account WHERE amount_chasable > 0 AND priority > 0 "
        "AND json_array_length(priority_reasons::json) > 0",
        database,
    )
    assert int(overdue) >= 10, "customers to contact, ranked, and with a reason"
