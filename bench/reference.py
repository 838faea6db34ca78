# Part of ar_collect. License LGPL-3.
"""The yardstick of the refresh: one plain statement for the same ledger figures."""

from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
# Amounts and counts, zero where a customer has nothing of the kind.
FIGURES = (
    "amount_balance",
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_plus",
    "amount_credit",
    "amount_overdue",
    "amount_excluded",
    "open_count",
    "overdue_count",
    "last_payment_amount",
    "paid_count",
    "late_count",
)
DATES = ("oldest_due_date", "last_payment_date")
MEANS = ("own_delay_days",)


def create(cr):
    """Make the empty table of the reference."""
    cr.execute((FOLDER / "reference_table.sql").read_text())


def parameters(cr, todays):
    """What the statement takes as constants.

    :param dict todays: the date of today by company id
    :rtype: dict
    """
    cr.execute(
        """
        SELECT array_agg(id), coalesce(array_agg(id) FILTER (WHERE non_trade), '{}')
          FROM account_account WHERE account_type = 'asset_receivable'
        """
    )
    receivable, non_trade = cr.fetchone()
    cr.execute("SELECT array_agg(id) FROM account_journal WHERE type IN ('bank', 'cash', 'credit')")
    return {
        "receivable": receivable,
        "non_trade": non_trade,
        "cash": cr.fetchone()[0],
        "company_ids": list(todays),
        "todays": list(todays.values()),
    }


def run(cr, values):
    """Run the reference in the current transaction, with the settings that suit it best."""
    cr.execute("SET LOCAL jit TO off")
    cr.execute("SET LOCAL work_mem TO '256MB'")
    cr.execute((FOLDER / "reference.sql").read_text(), values)


def differences(cr):
    """Rows in which the addon and the reference disagree; should be none.

    :return: number of rows, and the first three of them
    :rtype: tuple
    """
    conditions = [
        *(f"coalesce(a.{name}, 0) <> coalesce(r.{name}, 0)" for name in FIGURES),
        *(f"a.{name} IS DISTINCT FROM r.{name}" for name in DATES),
        *(f"abs(coalesce(a.{name}, 0) - coalesce(r.{name}, 0)) > 1e-6" for name in MEANS),
    ]
    cr.execute(
        f"""SELECT partner_id, company_id, count(*) OVER ()
              FROM ar_collect_account a
              FULL JOIN bench_reference r USING (partner_id, company_id)
             WHERE {" OR ".join(conditions)} LIMIT 3"""
    )
    rows = cr.fetchall()
    return (rows[0][2], [row[:2] for row in rows]) if rows else (0, [])
