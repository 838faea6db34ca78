# Part of ar_collect. License LGPL-3.
"""The figures of the collection accounts by plain Python over plain rows.

Deliberately not the way the engine does it: one loop per item, no grouping by the database.
"""

import math
from collections import defaultdict
from datetime import datetime, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from . import dispute_oracle

ITEMS = """
    SELECT line.id, partner.commercial_partner_id AS partner_id, line.company_id, line.balance,
           line.amount_residual, line.amount_residual_currency, line.reconciled, line.date_maturity, line.date, line.no_followup,
           line.parent_state, account.non_trade, journal.type AS journal_type,
           move.payment_state, company.currency_id
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN account_journal journal ON journal.id = line.journal_id
      JOIN account_move move ON move.id = line.move_id
      JOIN res_partner partner ON partner.id = line.partner_id
      JOIN res_company company ON company.id = line.company_id
     WHERE account.account_type = 'asset_receivable'
"""
MATCHES = """
    SELECT match.debit_move_id, match.max_date, credit.parent_state, journal.type AS journal_type
      FROM account_partial_reconcile match
      JOIN account_move_line credit ON credit.id = match.credit_move_id
      JOIN account_journal journal ON journal.id = credit.journal_id
"""
PROMISES = """
    SELECT promise.id, promise.state, promise.company_id, promise.date_promised,
           promise.amount_company, promise.amount, promise.amount_kept, promise.plan_id, company.collect_promise_grace_days AS grace,
           partner.commercial_partner_id AS partner_id
      FROM ar_collect_promise promise
      JOIN ar_collect_account account ON account.id = promise.account_id
      JOIN res_partner partner ON partner.id = account.partner_id
      JOIN res_company company ON company.id = promise.company_id
"""
PROMISED = "SELECT promise_id, line_id, amount, amount_kept FROM ar_collect_promise_item"
PLANNED = """
    SELECT item.line_id, item.amount, item.amount_paid
      FROM ar_collect_payment_plan_item item
      JOIN ar_collect_payment_plan plan ON plan.id = item.plan_id
     WHERE plan.state IN ('active', 'paused')
"""
CASH = {"bank", "cash", "credit"}
NOT_ASKED = {"in_payment", "paid", "reversed", "blocked", "invoicing_legacy"}
AMOUNTS = (
    "amount_balance",
    "amount_not_due",
    "amount_1_30",
    "amount_31_60",
    "amount_61_90",
    "amount_91_plus",
    "amount_credit",
    "amount_overdue",
    "amount_excluded",
)
COUNTS = (
    "open_count",
    "overdue_count",
    "item_count",
    "paid_count",
    "late_count",
    "broken_promise_count",
)
CLAIMS = ("amount_disputed", "amount_promised")
COLUMNS = (
    *AMOUNTS,
    *COUNTS,
    *CLAIMS,
    "next_promise_date",
    "currency_id",
    "amount_chasable",
    "oldest_due_date",
    "chase_due_date",
    "last_payment_date",
    "last_payment_amount",
    "delay_days_total",
    "own_delay_days",
    "state",
)


def figures(env):
    """Every figure that the ledger alone decides.

    :return dict: {column: value} by (commercial partner id, company id)
    """
    env.flush_all()
    today = _today(env)
    matches = defaultdict(list)
    for match in env.execute_query_dict(SQL(MATCHES)):
        matches[match["debit_move_id"]].append(match)
    customers = defaultdict(list)
    for item in env.execute_query_dict(SQL(ITEMS)):
        if item["parent_state"] == "posted":
            customers[item["partner_id"], item["company_id"]].append(item)
    claims = _claims(env, today)
    return {
        (partner_id, company_id): _customer(
            items, matches, today[company_id], claims, (partner_id, company_id)
        )
        for (partner_id, company_id), items in customers.items()
    }


def _claims(env, today):
    """What customers say: by journal item in its currency (cents), and the promises by customer."""
    claims = {"disputed": defaultdict(int), "promised": defaultdict(int)}
    claims |= {"free": defaultdict(int), "days": defaultdict(list), "broken": defaultdict(int)}
    claims["disputed"] |= dispute_oracle.disputed(env, today)
    for item in env.execute_query_dict(SQL(PLANNED)):
        claims["promised"][item["line_id"]] += _cents(item["amount"] - (item["amount_paid"] or 0))
    items = defaultdict(list)
    for item in env.execute_query_dict(SQL(PROMISED)):
        items[item["promise_id"]].append(item)
    for promise in env.execute_query_dict(SQL(PROMISES)):
        key = promise["partner_id"], promise["company_id"]
        late = (today[promise["company_id"]] - promise["date_promised"]).days
        if promise["state"] == "broken":
            claims["broken"][key] += 1
        if promise["state"] != "open" or late > promise["grace"]:
            continue
        claims["days"][key].append(promise["date_promised"])
        for item in items[promise["id"]]:
            claims["promised"][item["line_id"]] += _cents(
                item["amount"] - (item["amount_kept"] or 0)
            )
        if not items[promise["id"]] and not promise["plan_id"]:
            kept = Fraction(str(promise["amount_kept"] or 0)) / Fraction(str(promise["amount"]))
            rest = Fraction(str(promise["amount_company"])) * (1 - kept)
            claims["free"][key] += math.floor(rest * 100 + Fraction(1, 2))
    return claims


def _today(env):
    # sudo: the calendar of every company
    companies = env["res.company"].sudo().search([])
    # the frozen clock of the tests shows UTC
    now = datetime.now(tz=timezone.utc)
    return {
        company.id: now.astimezone(
            ZoneInfo(company.partner_id.tz or company.resource_calendar_id.tz or "UTC")
        ).date()
        for company in companies
    }


def _customer(items, matches, today, claims, key):
    row = dict.fromkeys(AMOUNTS + CLAIMS + COUNTS, 0)  # amounts in cents
    row |= {"item_count": len(items), "currency_id": items[0]["currency_id"]}
    due_dates, chase_dates = [], []
    for item in items:
        if not item["reconciled"] and item["amount_residual"]:
            _add_open_item(row, item, today, due_dates, chase_dates)
    row |= _told(items, today, claims, key)
    free = row["amount_overdue"] + row["amount_credit"] - row["amount_excluded"]
    row["amount_chasable"] = max(0, free - row["amount_disputed"] - row["amount_promised"])
    row["oldest_due_date"] = min(due_dates, default=None)
    row["chase_due_date"] = min(chase_dates, default=None)
    row["state"] = _state(row)
    row |= _payments(items) | _behaviour(items, matches)
    return {
        name: value / 100 if name.startswith("amount_") or name == "last_payment_amount" else value
        for name, value in row.items()
    }


def _cents(amount):
    return round(amount * 100)


def _state(row):
    if row["amount_chasable"]:
        return "to_chase"
    if row["amount_overdue"]:
        return "waiting"
    return "not_due" if row["open_count"] else "settled"


def _add_open_item(row, item, today, due_dates, chase_dates):
    amount = _cents(item["amount_residual"])
    due = item["date_maturity"] or item["date"]
    late = (today - due).days
    aside = bool(item["non_trade"]) or item["payment_state"] in NOT_ASKED
    row["open_count"] += 1
    row["amount_balance"] += amount
    if amount < 0:
        row["amount_credit"] += amount
        row["amount_excluded"] += amount if aside else 0
        return
    due_dates.append(due)
    row[_bucket(late)] += amount
    if not aside and not item["no_followup"]:
        chase_dates.append(due)
    if late > 0:
        row["overdue_count"] += 1
        row["amount_overdue"] += amount
        row["amount_excluded"] += amount if aside or item["no_followup"] else 0


def _told(items, today, claims, key):
    """What the customer disputes and promises of the items that are chased."""
    disputed = promised = left = 0
    for item in items:
        residual = 0 if item["reconciled"] else _cents(item["amount_residual"])
        aside = item["non_trade"] or item["payment_state"] in NOT_ASKED or item["no_followup"]
        if residual <= 0 or aside or (item["date_maturity"] or item["date"]) >= today:
            continue
        contested = _share(item, residual, claims["disputed"][item["id"]])
        covered = min(_share(item, residual, claims["promised"][item["id"]]), residual - contested)
        disputed += contested
        promised += covered
        left += residual - contested - covered
    return {
        "amount_disputed": disputed,
        "amount_promised": promised + min(left, claims["free"][key]),
        "next_promise_date": min(claims["days"][key], default=None),
        "broken_promise_count": claims["broken"][key],
    }


def _share(item, residual, claimed):
    """Cents in company currency of so many cents in the item's; nothing beyond what is left."""
    if (left := _cents(item["amount_residual_currency"])) <= 0:
        return 0
    return math.floor(residual * min(Fraction(1), Fraction(claimed, left)) + Fraction(1, 2))


def _bucket(late):
    for limit, name in ((0, "not_due"), (30, "1_30"), (60, "31_60"), (90, "61_90")):
        if late <= limit:
            return f"amount_{name}"
    return "amount_91_plus"


def _payments(items):
    received = [item for item in items if item["journal_type"] in CASH and item["balance"] < 0]
    last = max((item["date"] for item in received), default=None)
    return {
        "last_payment_date": last,
        "last_payment_amount": -sum(
            _cents(item["balance"]) for item in received if item["date"] == last
        ),
    }


def _behaviour(items, matches):
    paid = sorted(filter(None, (_paid(item, matches[item["id"]]) for item in items)))
    delays = [delay for _day, delay in paid]
    last_six = delays[-6:]
    return {
        "paid_count": len(delays),
        "late_count": sum(delay > 0 for delay in delays),
        "delay_days_total": sum(delays),
        "own_delay_days": round(float(Fraction(sum(last_six), len(last_six))), 9)
        if last_six
        else 0.0,
    }


def _paid(item, matches):
    """(day of the last money, days late) of an item settled with money, else None."""
    cash = [match["max_date"] for match in matches if match["journal_type"] in CASH]
    if (
        not item["reconciled"]
        or item["balance"] <= 0
        or item["no_followup"]
        or item["journal_type"] in CASH
        or not cash
        or any(match["parent_state"] != "posted" for match in matches)
    ):
        return None
    return max(cash), (max(cash) - (item["date_maturity"] or item["date"])).days


def expected_payment_date(oldest_due_date, expected_delay_days):
    """The day on which the oldest open item is expected to be paid."""
    return oldest_due_date and oldest_due_date.fromordinal(
        oldest_due_date.toordinal() + math.ceil(expected_delay_days)
    )
