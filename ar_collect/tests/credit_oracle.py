# Part of ar_collect. License LGPL-3.
"""How late a customer pays and what is sold, by plain Python: a loop over items and matches."""

from odoo.tools import SQL

from .kpi_oracle import CASH, MATCHES, cents
from .ledger_oracle import NOT_ASKED

ITEMS = """
    SELECT line.id, line.date, COALESCE(line.date_maturity, line.date) AS due, line.balance,
           line.no_followup, journal.type AS journal, move.payment_state, account.non_trade
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN account_journal journal ON journal.id = line.journal_id
      JOIN account_move move ON move.id = line.move_id
      JOIN res_partner contact ON contact.id = line.partner_id
     WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
       AND contact.commercial_partner_id = %s AND line.company_id = %s
"""


def figures(env, customer, company, today):
    """What a review says of the ledger; means are None without items.

    :return dict: values by name
    """
    env.flush_all()
    items = env.execute_query_dict(SQL(ITEMS, customer.id, company.id))
    journals = dict(
        env.execute_query(
            SQL(
                "SELECT l.id, j.type FROM account_move_line l, account_journal j WHERE j.id = journal_id"
            )
        )
    )
    matches = env.execute_query_dict(SQL(MATCHES))
    disputed = {
        line_id
        for (line_id,) in env.execute_query(
            SQL("SELECT line_id FROM ar_collect_dispute_item WHERE state = 'open'")
        )
    }
    now, before, taken, sales, written_off, first = [], [], [], 0, 0, today
    for item in items:
        if item["non_trade"]:
            continue
        if item["journal"] == "sale" and 0 <= (today - item["date"]).days < 365:
            sales += cents(item["balance"])
        if item["journal"] == "sale" and item["balance"] > 0:
            first = min(first, item["date"])
        if item["balance"] <= 0 or item["journal"] in CASH:
            continue
        mine = [match for match in matches if match["debit"] == item["id"]]
        for match in mine:
            if journals[match["credit"]] == "general" and 0 <= (today - match["day"]).days < 365:
                written_off += cents(match["amount"])
        if item["no_followup"]:
            continue
        left = cents(item["balance"]) - sum(cents(match["amount"]) for match in mine)
        if left:
            late = (today - item["due"]).days
            asked = item["payment_state"] not in NOT_ASKED and item["id"] not in disputed
            if asked and late > 0:
                now.append(min(late, 365))
            continue
        days = [match["day"] for match in mine if journals[match["credit"]] in CASH]
        if not days or max(days) > today:
            continue
        age = (today - max(days)).days
        late = (max(days) - item["due"]).days
        if age < 90:
            now.append(late)
        elif age < 455:
            before.append(late)
        if age < 365:
            taken.append((cents(item["balance"]), (max(days) - item["date"]).days))
    weight = sum(amount for amount, _days in taken)
    return {
        "late_now_count": len(now),
        "late_before_count": len(before),
        "late_now": mean(now),
        "late_before": mean(before),
        "days_to_pay": sum(a * days for a, days in taken) / weight if weight else None,
        "sales": sales / 100,
        "sales_days": min(365, max(30, (today - first).days + 1)),
        "written_off": written_off / 100,
    }


def mean(values):
    return sum(values) / len(values) if values else None
