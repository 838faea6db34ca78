# Part of ar_collect. License LGPL-3.
"""What has become of contested amounts, by plain Python: one item after the other."""

from collections import defaultdict

from odoo.tools import SQL

ITEMS = """
    SELECT item.id, item.line_id, item.amount, item.ledger_mark, item.amount_accepted,
           item.dispute_id, item.state, item.date_chase, dispute.outcome, dispute.company_id,
           line.parent_state, line.amount_residual_currency
      FROM ar_collect_dispute_item item
      JOIN ar_collect_dispute dispute ON dispute.id = item.dispute_id
      LEFT JOIN account_move_line line ON line.id = item.line_id
     WHERE dispute.state != 'cancelled'
"""
MATCHES = """
    SELECT match.id, match.debit_move_id, match.debit_amount_currency AS amount,
           move.collect_dispute_id, move.move_type, move.state, journal.type AS journal_type
      FROM account_partial_reconcile match
      JOIN account_move_line credit ON credit.id = match.credit_move_id
      JOIN account_move move ON move.id = credit.move_id
      JOIN account_journal journal ON journal.id = move.journal_id
"""
UNFOUNDED = {"rejected", "withdrawn", "duplicate"}
CASH = {"bank", "cash", "credit"}


def cents(amount):
    return round((amount or 0) * 100)


def become(env):
    """What has become of each contested item, in cents of its currency.

    :return dict: by id of the item {credited, paid, written_off, remaining, open}
    """
    env.flush_all()
    matches = defaultdict(list)
    for match in env.execute_query_dict(SQL(MATCHES)):
        matches[match["debit_move_id"]].append(match)
    by_line = defaultdict(list)
    for item in env.execute_query_dict(SQL(ITEMS)):
        by_line[item["line_id"] or -item["id"]].append(item)
    found = {}
    for line_id, items in by_line.items():
        items.sort(key=lambda item: (item["outcome"] in UNFOUNDED, item["id"]))
        found |= _of_line(items, matches[line_id])
    return found


def _of_line(items, matches):
    """See :func:`become`, of the items on one journal item, whose turn it is in their order."""
    given = claimed = cleared = 0
    found = {}
    for item in items:
        every = [match for match in matches if match["id"] > item["ledger_mark"]]
        later = [match for match in every if match["state"] == "posted"]
        draft = _sum(every) - _sum(later)
        amount = cents(item["amount"])
        own = min(amount, _sum(_made_for(later, item["dispute_id"])))
        notes = _sum(
            match for match in _made_for(later, None) if match["move_type"] == "out_refund"
        )
        credited = own + min(amount - own, max(0, notes - given))
        given += amount - own
        left = amount - credited
        posted = max(0, cents(item["amount_residual_currency"])) + draft
        residual = {"posted": posted, "draft": amount}.get(item["parent_state"], 0)
        remaining = min(left, max(0, residual - claimed))
        claimed += left
        rest = left - remaining
        cash = _sum(match for match in later if match["journal_type"] in CASH)
        paid = min(rest, max(0, cash - cleared))
        cleared += rest
        kept_out = remaining
        if item["outcome"] == "accepted_part":
            kept_out = min(remaining, max(0, cents(item["amount_accepted"]) - credited))
        found[item["id"]] = {
            "credited": credited,
            "paid": paid,
            "written_off": rest - paid,
            "remaining": remaining,
            "open": kept_out,
        }
    return found


def _made_for(matches, dispute_id):
    return [match for match in matches if match["collect_dispute_id"] == dispute_id]


def _sum(matches):
    return sum(cents(match["amount"]) for match in matches)


def disputed(env, today):
    """What disputes keep out of dunning, in cents by journal item.

    :param dict today: by company id
    """
    kept_out = defaultdict(int)
    amounts = become(env)
    for item in env.execute_query_dict(SQL(ITEMS)):
        amount = amounts[item["id"]]
        if item["state"] == "open":
            kept_out[item["line_id"]] += amount["open"]
        elif item["date_chase"] and item["date_chase"] > today[item["company_id"]]:
            kept_out[item["line_id"]] += amount["remaining"]
    return kept_out
