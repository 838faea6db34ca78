# Part of ar_collect. License LGPL-3.
"""The figures of a customer's statement, from the journal items of one currency."""

#: Buckets of days past due; due today is not late.
BUCKETS = ("not_due", "1_30", "31_60", "61_90", "91_plus")


def find_bucket(days_late):
    """The aging bucket of an item.

    >>> [find_bucket(days) for days in (0, 1, 30, 31, 60, 61, 90, 91)]
    ['not_due', '1_30', '1_30', '31_60', '31_60', '61_90', '61_90', '91_plus']
    """
    if days_late <= 0:
        return "not_due"
    return BUCKETS[min((days_late - 1) // 30 + 1, 4)]


def sum_up(items, round_amount):
    """What open items come to.

    :param list items: of dict, all in one currency; see `_get_statement_data`
    :param round_amount: rounds to the currency's decimals
    :return: amounts: of each aging bucket under ``aging``, ``amount_open`` (debits),
        ``amount_credit`` (negative), ``balance``, ``overdue``, ``disputed``, ``promised``, and
        ``due``: to be paid now, without what is contested or on its way; credits are taken off
    :rtype: dict

    >>> item = {"open": 100, "days_late": 40, "disputed": 30, "promised": 0, "in_payment": False}
    >>> credit = {**item, "open": -20, "days_late": 0, "disputed": 0}
    >>> figures = sum_up([item, credit], round)
    >>> figures["aging"]["31_60"], figures["balance"], figures["overdue"], figures["due"]
    (100, 80, 100, 50)
    """
    debits = [item for item in items if item["open"] > 0]
    late = [item for item in debits if item["days_late"] > 0]
    aging = dict.fromkeys(BUCKETS, 0)
    for item in debits:
        aging[find_bucket(item["days_late"])] += item["open"]
    credit = sum(item["open"] for item in items if item["open"] < 0)
    asked = sum(item["open"] - item["disputed"] for item in late if not item["in_payment"])
    figures = {
        "amount_open": sum(item["open"] for item in debits),
        "amount_credit": credit,
        "balance": sum(item["open"] for item in items),
        "overdue": sum(item["open"] for item in late),
        "disputed": sum(item["disputed"] for item in debits),
        "promised": sum(item["promised"] for item in debits),
        "due": max(0, asked + credit),
    }
    return {
        "aging": {name: round_amount(amount) for name, amount in aging.items()},
        **{name: round_amount(amount) for name, amount in figures.items()},
    }


def merge_conversions(matches):
    """Let what a conversion between currencies left over disappear in the match it belongs to.

    :param list matches: of dict with ``line_id``, ``date``, ``amount`` and ``is_exchange``
    :return: those that are shown; a left-over without a match on its day stays

    >>> match = {"line_id": 1, "date": 1, "amount": -98, "is_exchange": False}
    >>> rest = {**match, "amount": -2, "is_exchange": True}
    >>> [match["amount"] for match in merge_conversions([rest, match])]
    [-100]
    >>> len(merge_conversions([rest, {**match, "date": 2}]))
    2
    """
    shown = {}
    for match in sorted(matches, key=lambda match: match["is_exchange"]):
        key = match["line_id"], match["date"]
        if match["is_exchange"] and key in shown:
            found = shown[key][-1]
            found["amount"] += match["amount"]
        else:
            shown.setdefault(key, []).append(dict(match))
    return [match for found in shown.values() for match in found]


def run_balance(opening, rows, round_amount):
    """Sort what happened, and write the balance after each of it.

    :param float opening: balance before
    :param list rows: of dict with ``date``, ``amount`` and ``line_id``; given a ``balance``
    :return: (the rows in order, closing balance)
    :rtype: tuple

    >>> rows = [{"date": 2, "amount": -4, "line_id": 1}, {"date": 1, "amount": 10, "line_id": 2}]
    >>> rows, closing = run_balance(1, rows, round)
    >>> [row["balance"] for row in rows], closing
    ([11, 7], 7)
    """
    balance = round_amount(opening)
    ordered = sorted(rows, key=lambda row: (row["date"], row["amount"] < 0, row["line_id"]))
    for row in ordered:
        balance = round_amount(balance + row["amount"])
        row["balance"] = balance
    return ordered, balance
