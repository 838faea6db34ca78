# Part of ar_collect. License LGPL-3.
"""Key figures of receivables: what they are worked out of, and nothing else.

Conventions, the same for all of them:

* money is in one currency; *sales* are customer invoices less credit notes, tax included, because
  receivables include tax as well;
* *receivables* are what is open less payments and credits not yet matched; *current* is what of it
  is not past due (due today is not past due);
* days are calendar days, shares are percent;
* a figure whose divisor is nothing, or below, does not exist: None, never 0.
"""

#: Average length of a month in days: what tells how many months a period is worth.
MONTH = 365.25 / 12
#: The last months of the rolling DSO, and their days by convention.
ROLLING_MONTHS, ROLLING_DAYS = 3, 90
#: Base figures as of the end of a period, and of its begin.
BALANCES = (
    *("receivables", "current", "amount_1_30", "amount_31_60", "amount_61_90", "amount_91_plus"),
    *("credits", "open", "overdue", "overdue_weight", "disputed"),
    *("begin_receivables", "begin_overdue"),
)
#: Base figures of what happened in a period; amounts, but for the weights (amount x days).
AMOUNT_FLOWS = (
    *("sales", "cash", "paid", "paid_weight", "written_off"),
    *("promised", "promised_judged", "promised_kept"),
)
#: Those that are counted.
COUNT_FLOWS = (
    *("promises_made", "promises_judged", "promises_kept", "disputes_opened", "disputes_closed"),
    *("dispute_days", "calls", "right_party_calls", "promise_calls", "paid_items", "touches"),
)
BASE = (*BALANCES, *AMOUNT_FLOWS, *COUNT_FLOWS, "rolling_sales", "days")


def ratio(part, whole):
    """A share of something; None of nothing.

    >>> ratio(1, 4), ratio(1, 0), ratio(1, -5), ratio(None, 5)
    (0.25, None, None, None)
    """
    return None if part is None or not whole or whole < 0 else part / whole


def percent(part, whole):
    """A share of something in percent.

    >>> percent(1, 4), percent(1, 0)
    (25.0, None)
    """
    share = ratio(part, whole)
    return None if share is None else 100 * share


def dso(receivables, sales, days):
    """Days sales outstanding, simple: receivables / sales of the period x its days.

    Also of what is current only: the best possible DSO (BPDSO).
    Source: trymesha.com, its example.

    >>> round(dso(150_000, 1_800_000, 365), 1)
    30.4
    >>> dso(150_000, 0, 365)
    """
    share = ratio(receivables, sales)
    return None if share is None else share * days


def dso_rolling(receivables, sales):
    """The same with the sales of the last three months and 90 days (academy.highako.com).

    >>> dso_rolling(200, 600)
    30.0
    """
    return dso(receivables, sales, ROLLING_DAYS)


def dso_countback(receivables, months):
    """Days sales outstanding by exhaustion: how far back the sales reach that are still open.

    Each month's sales are taken off the receivables, the last month first, and count as its days;
    of the month that is not used up, the share. It stops at a month without sales (Oracle HFM),
    and at the end of what is known: then it is a lower bound.

    :param months: (sales, days) of each month, the last one first

    Sources: support.benjipays.com and trymesha.com, their example.

    >>> round(dso_countback(212_000, [(100_000, 30), (80_000, 30), (70_000, 30)]), 1)
    73.7
    >>> dso_countback(150, [(100, 31), (0, 30), (100, 31)]), dso_countback(0, [(100, 31)])
    (31.0, 0.0)
    >>> dso_countback(150, [(0, 30), (100, 31)])
    """
    days, left = 0.0, receivables
    for number, (sales, length) in enumerate(months):
        if sales <= 0:
            return None if not number else days
        if left <= 0:
            return days
        if left <= sales:
            return days + left / sales * length
        days, left = days + length, left - sales
    return days or None


def average_days_delinquent(dso_days, best_days):
    """ADD: what late payers add to the DSO, DSO - BPDSO (waycalculator.com).

    >>> average_days_delinquent(40.0, 32.5), average_days_delinquent(None, 32.5)
    (7.5, None)
    """
    return None if dso_days is None or best_days is None else dso_days - best_days


def weighted_days_late(weight, amount):
    """Average days between due date and payment, weighted with the amounts (as Upflow does).

    :param weight: sum of amount x days late; paid before it was due counts below zero
    :param amount: sum of the amounts

    100 paid 10 days late and 300 paid 2 days early:

    >>> weighted_days_late(100 * 10 - 300 * 2, 400)
    1.0
    """
    return ratio(weight, amount)


def cei(begin, sales, end, end_current, months=1):
    """Collection effectiveness index: of what could be collected, the share that was, in percent.

    (Begin + sales - end) / (begin + sales - current at the end), with the average sales of a month
    for a period of several. Source: creditguru.com, its example.

    >>> round(cei(6_200, 10_890, 6_340, 3_590, months=3), 1)
    55.9
    >>> cei(0, 0, 0, 0)
    """
    monthly = sales / months
    return percent(begin + monthly - end, begin + monthly - end_current)


def count_months(days):
    """How many months a period is worth, one at least.

    >>> [count_months(days) for days in (1, 28, 31, 45, 90, 92, 365)]
    [1, 1, 1, 1, 3, 3, 12]
    """
    return max(1, round(days / MONTH))


def turnover(sales, begin, end, days):
    """How many times a year receivables turn into money: sales / average receivables.

    >>> turnover(100, 80, 120, 365), turnover(100, 0, 0, 365)
    (1.0, None)
    """
    share = ratio(sales, (begin + end) / 2)
    return None if share is None or not days else share * 365 / days


def paid_share(kept, promised):
    """What share of a promise was paid in time, between 0 and 1.

    >>> paid_share(25, 100), paid_share(120, 100), paid_share(None, 100), paid_share(5, 0)
    (0.25, 1.0, 0.0, 0.0)
    """
    return min(max(ratio(kept or 0, promised) or 0.0, 0.0), 1.0)


def promise_kept_rate(kept, judged):
    """Promises kept of those judged, in percent, by number or by amount.

    :param kept: sum of the paid shares, or of the amounts x paid shares: one kept in part counts
        as much as was paid
    :param judged: their number, or the sum of their amounts

    One kept, one kept to a half, one broken, one to a quarter:

    >>> promise_kept_rate(1 + paid_share(50, 100) + 0 + paid_share(25, 100), 4)
    43.75
    """
    return percent(kept, judged)


def collection_progress(promised, to_collect):
    """What was promised of what was to be collected, in percent (SAP Collection Progress).

    Each of ten customers who owe 100 promises 30:

    >>> round(collection_progress(30 * 10, 100 * 10), 1)
    30.0
    """
    return percent(promised, to_collect)


def mean(total, count):
    """Average of something counted: days of disputes, touches of invoices.

    >>> mean(12, 4), mean(0, 0)
    (3.0, None)
    """
    return ratio(total, count)


def work_out(figures):
    """All key figures of a period.

    :param dict figures: base figures of the period: what is open at its begin (``begin_receivables``,
        ``begin_overdue``) and end (``receivables``, ``current``, ``open`` debits, ...), what
        happened in it (``sales``, ``cash``, ...), its ``days``, the ``rolling_sales``, and
        ``sales_months`` as :func:`dso_countback` wants them
    :return dict: by code; None where there is nothing to divide by

    >>> months = [(100_000, 30), (80_000, 30), (70_000, 30)]
    >>> base = dict.fromkeys(BASE, 0) | {"days": 30, "sales_months": months}
    >>> base |= {"receivables": 212_000, "open": 212_000, "current": 106_000, "sales": 100_000}
    >>> found = work_out(base)
    >>> round(found["dso_countback"], 1), found["dso"], found["bpdso"], found["add"]
    (73.7, 63.6, 31.8, 31.8)
    >>> found["current_share"], found["promise_kept_rate"], set(work_out(dict.fromkeys(BASE, 0)
    ...     | {"sales_months": []}).values())
    (50.0, None, {None})
    """
    get = figures.__getitem__
    receivables, current, sales, days = map(get, ("receivables", "current", "sales", "days"))
    simple, best = dso(receivables, sales, days), dso(current, sales, days)
    begin = get("begin_receivables")
    return {
        "dso": simple,
        "dso_rolling": dso_rolling(receivables, get("rolling_sales")),
        "dso_countback": dso_countback(receivables, get("sales_months")),
        "bpdso": best,
        "add": average_days_delinquent(simple, best),
        "days_late": weighted_days_late(
            get("paid_weight") + get("overdue_weight"), get("paid") + get("overdue")
        ),
        "days_late_paid": weighted_days_late(get("paid_weight"), get("paid")),
        "cei": cei(begin, sales, receivables, current, count_months(days)),
        "current_share": percent(current, get("open")),
        "at_risk_share": percent(get("amount_91_plus"), get("open")),
        "bad_debt_ratio": percent(get("written_off"), sales),
        "turnover": turnover(sales, begin, receivables, days),
        "promise_kept_rate": promise_kept_rate(get("promises_kept"), get("promises_judged")),
        "promise_kept_amount_rate": promise_kept_rate(get("promised_kept"), get("promised_judged")),
        "collection_progress": collection_progress(get("promised"), get("begin_overdue")),
        "dispute_rate": percent(get("disputed"), get("open")),
        "dispute_cycle_days": mean(get("dispute_days"), get("disputes_closed")),
        "touches": mean(get("touches"), get("paid_items")),
        "right_party_rate": percent(get("right_party_calls"), get("calls")),
        "promise_rate": percent(get("promise_calls"), get("right_party_calls")),
    }
