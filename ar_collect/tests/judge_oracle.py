# Part of ar_collect. License LGPL-3.
"""The state of every promise by plain Python: one loop after the other, slow and obvious."""

from datetime import timedelta
from fractions import Fraction

from odoo.tools import SQL

MATCHES = """
    SELECT match.id, match.debit_move_id, match.debit_amount_currency, match.amount,
           credit.id AS credit_id, credit.date, credit.parent_state, journal.type AS journal_type
      FROM account_partial_reconcile match
      JOIN account_move_line credit ON credit.id = match.credit_move_id
      JOIN account_journal journal ON journal.id = credit.journal_id
     ORDER BY credit.date, credit.id, match.id
"""
PAYMENTS = """
    SELECT line.id, line.date, -line.balance AS amount, -line.amount_currency AS amount_currency,
           line.currency_id, line.company_id, partner.commercial_partner_id AS owner_id
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN account_journal journal ON journal.id = line.journal_id
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE account.account_type = 'asset_receivable'
       AND journal.type IN ('bank', 'cash', 'credit')
       AND line.parent_state = 'posted' AND line.balance < 0
     ORDER BY line.date, line.id
"""
RETURNED = """
    SELECT match.credit_move_id, match.amount
      FROM account_partial_reconcile match
      JOIN account_move_line line ON line.id = match.debit_move_id
      JOIN account_journal journal ON journal.id = line.journal_id
     WHERE journal.type IN ('bank', 'cash', 'credit') AND line.parent_state = 'posted'
"""
CASH = ("bank", "cash", "credit")


def verdicts(env, today):
    """What the state of each promise and the amount paid in time should be.

    :param dict today: the date in each company, by its id
    :return: {promise, payment plan or item of these: (state, amount paid)}
    """
    env.flush_all()
    promises = env["ar.collect.promise"].search([], order="id")
    matches = env.execute_query_dict(SQL(MATCHES))
    result, counted = {}, {}
    for plan in promises.plan_id:
        result |= _of_plan(plan, promises, matches, today, counted)
    for promise in promises.filtered(lambda promise: not promise.plan_id):
        if promise.end_reason in ("withdrawn", "replaced"):
            result[promise] = (promise.state, promise.amount_kept)
        elif promise.item_ids:
            result |= _of_items(promise, promises, matches, today, counted)
    free = promises.filtered(lambda promise: promise not in result)
    return result | _of_whatever(env, free, counted, today)


def _lines(promise):
    return promise.item_ids.line_id | promise.plan_id.item_ids.line_id


def _deadline(promise):
    return promise.date_promised + timedelta(days=promise.company_id.collect_promise_grace_days)


def _since(promise, day, number):
    return day > promise.promised_on or (
        day == promise.promised_on and number > promise.ledger_mark
    )


def _of_items(promise, promises, matches, today, counted):
    kept = due = Fraction(0)
    paid = {}
    followers = promises.browse()
    for item in promise.item_ids:
        follower = next(
            (
                other
                for other in promises
                if other.id > promise.id
                and item.line_id
                and item.line_id in _lines(other)
                and (other.plan_id or other.end_reason != "withdrawn")
            ),
            None,
        )
        followers |= follower or promises.browse()
        promised = _exact(item.amount)
        in_time, money = Fraction(0), Fraction(0)
        for match in matches:
            if not item.line_id or match["debit_move_id"] != item.line_id.id:
                continue
            amount = _exact(match["debit_amount_currency"])
            when = match["date"], match["credit_id"]
            if match["parent_state"] != "posted":
                money += amount
                continue
            if match["journal_type"] not in CASH or not _since(promise, *when):
                continue
            money += amount
            if when[0] <= _deadline(promise) and not (follower and _since(follower, *when)):
                part = max(Fraction(0), min(amount, promised - in_time))
                in_time += amount
                if amount:
                    share = _exact(match["amount"]) * part / amount
                    counted[match["credit_id"]] = counted.get(match["credit_id"], 0) + share
        residual = Fraction(0)
        if item.line_id and item.line_id.parent_state == "posted":
            residual = max(Fraction(0), _exact(item.line_id.amount_residual_currency))
        paid[item] = min(promised, in_time)
        kept += paid[item]
        due += min(promised, residual + money)
    later = today[promise.company_id.id] > _deadline(promise)
    if not due:
        state = "cancelled"
    elif kept >= due:
        state = "kept"
    elif followers and min(followers.mapped("promised_on")) <= _deadline(promise):
        state = "replaced"
    elif not later or _is_being_paid(promise):
        state = "open"
    else:
        state = "partial" if kept else "broken"
    paid[promise] = kept
    return {record: (state, float(amount)) for record, amount in paid.items()}


def _of_plan(plan, promises, matches, today, counted):
    """The money of a plan is put on a heap, from which each instalment takes what is its own."""
    now = today[plan.company_id.id]
    instalments = plan.promise_ids.sorted(lambda promise: (promise.date_promised, promise.id))
    end = _plan_end(plan, promises)
    heap, to_pay, left, items = _plan_money(plan, matches, end)
    missed, result = 0, {}
    for promise in instalments:
        deadline = _deadline(promise)
        if plan.paused_on and deadline >= plan.paused_on:
            deadline += now - plan.paused_on
        due = min(_exact(promise.amount), to_pay)
        to_pay -= due
        kept = _take(heap, due, deadline, counted)
        if not due:
            state = "cancelled"
        elif kept == due:
            state = "kept"
        elif missed == plan.missed_limit:
            state = "cancelled"
        elif end and end[0] <= deadline:
            state = "cancelled" if plan.state == "cancelled" else "replaced"
        elif now <= deadline or _is_being_paid(plan):
            state = "open"
        else:
            state = "partial" if kept else "broken"
            missed += 1
        result[promise] = (state, float(kept))
    states = [state for state, _kept in result.values()]
    state = plan.state if plan.ended_on else _plan_state(plan, states, missed, end, left)
    paid = sum((_exact(kept) for _state, kept in result.values()), Fraction(0))
    items = {item: (state, float(amount)) for item, amount in items.items()}
    return {**result, **items, plan: (state, float(paid))}


def _plan_end(plan, promises):
    """When a plan was ended, or something else was agreed on one of its items."""
    later = promises.filtered(
        lambda promise: (
            promise.plan_id != plan
            and promise.id > min(plan.promise_ids.ids)
            and _lines(promise) & plan.item_ids.line_id
            and (promise.plan_id or promise.end_reason != "withdrawn")
        )
    )
    ends = [(promise.promised_on, promise.ledger_mark) for promise in later]
    if plan.ended_on:
        ends.append((plan.ended_on, plan.end_mark))
    return min(ends, default=None)


def _plan_money(plan, matches, end):
    """What came in for a plan, what of it has to be paid in money, what is left, the paid items."""
    heap, to_pay, left, items = [], Fraction(0), Fraction(0), {}
    for item in plan.item_ids:
        planned = _exact(item.amount)
        line = item.line_id
        residual = Fraction(0)
        if line and line.parent_state == "posted":
            residual = max(Fraction(0), _exact(line.amount_residual_currency))
        money = other = Fraction(0)
        items[item] = Fraction(0)
        for match in matches:
            amount = _exact(match["debit_amount_currency"])
            if not line or match["debit_move_id"] != line.id or not amount:
                continue
            when = match["date"], match["credit_id"]
            if match["parent_state"] != "posted":
                other += amount
            elif match["journal_type"] in CASH and when > (plan.date_agreed, plan.ledger_mark):
                part = min(amount, max(Fraction(0), planned - money))
                money += amount
                if not end or when <= end:
                    heap.append([*when, part, _exact(match["amount"]) / amount])
                    items[item] += part
        to_pay += min(planned, residual + money + other)
        left += min(residual, max(Fraction(0), planned - money))
    return sorted(heap, key=lambda part: part[:2]), to_pay, left, items


def _take(heap, due, deadline, counted):
    """Take from the heap what an instalment gets, oldest money first."""
    kept = Fraction(0)
    for part in heap:
        day, number, amount, rate = part
        if day <= deadline:
            taken = min(amount, due - kept)
            part[2] -= taken
            kept += taken
            counted[number] = counted.get(number, 0) + taken * rate
    return kept


def _plan_state(plan, states, missed, end, left):
    if missed == plan.missed_limit:
        return "broken"
    if set(states) <= {"kept", "cancelled"}:
        return "done"
    if end:
        return "replaced"
    if "open" not in states:
        return "broken" if left else "done"
    return "paused" if plan.paused_on else "active"


def _is_being_paid(promise):
    return any(
        line.move_id.payment_state == "in_payment" and line.amount_residual_currency > 0
        for line in promise.item_ids.line_id
    )


def _of_whatever(env, promises, counted, today):
    """Each payment is handed to the promises one by one, the oldest promise first."""
    left, result = {}, {}
    payments = env.execute_query_dict(SQL(PAYMENTS))
    for row in payments:
        left[row["id"]] = 1 - counted.get(row["id"], Fraction(0)) / _exact(row["amount"])
    for row in env.execute_query_dict(SQL(RETURNED)):
        for payment in payments:
            if payment["id"] == row["credit_move_id"]:
                left[payment["id"]] -= _exact(row["amount"]) / _exact(payment["amount"])
    for promise in promises:
        result[promise] = _hand_out(promise, payments, left, today)
    return result


def _hand_out(promise, payments, left, today):
    kept = late = Fraction(0)
    currency = promise.currency_id
    for payment in payments:
        if (
            payment["owner_id"] != promise.customer_id.commercial_partner_id.id
            or payment["company_id"] != promise.company_id.id
            or not _since(promise, payment["date"], payment["id"])
        ):
            continue
        worth = _worth(promise, payment)
        if payment["date"] > _deadline(promise):
            late += worth
        elif worth:
            part = min(_exact(promise.amount) - kept, max(Fraction(0), left[payment["id"]]) * worth)
            left[payment["id"]] -= part / worth
            kept += part
    due = min(_exact(promise.amount), kept + late + _debt(promise))
    paid = currency.round(float(kept))
    if due <= 0:
        return "cancelled", paid
    if currency.compare_amounts(paid, float(due)) >= 0:
        return "kept", paid
    if today[promise.company_id.id] <= _deadline(promise):
        return "open", paid
    return ("partial" if paid else "broken"), paid


def _worth(promise, payment):
    own = promise.company_id.currency_id
    if payment["currency_id"] == promise.currency_id.id:
        return _exact(payment["amount_currency"])
    if promise.currency_id == own:
        return _exact(payment["amount"])
    return _exact(
        own._convert(payment["amount"], promise.currency_id, promise.company_id, payment["date"])
    )


def _debt(promise):
    """What is left of what was owed when it was promised."""
    lines = promise.env["account.move.line"].search(
        [
            ("id", "<=", promise.ledger_mark),
            ("partner_id.commercial_partner_id", "=", promise.customer_id.commercial_partner_id.id),
            ("company_id", "=", promise.company_id.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("amount_residual", ">", 0),
        ]
    )
    if promise.currency_id == promise.company_id.currency_id:
        return sum((_exact(line.amount_residual) for line in lines), Fraction(0))
    lines = lines.filtered(lambda line: line.currency_id == promise.currency_id)
    return sum((_exact(line.amount_residual_currency) for line in lines), Fraction(0))


def _exact(amount):
    return Fraction(str(amount))
