# Part of ar_collect. License LGPL-3.
"""What each cash match is attributed to, by plain Python: one loop after the other, slow."""

from collections import defaultdict
from datetime import timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import SQL

MATCHES = """
    SELECT match.id, match.amount, match.debit_amount_currency, match.debit_move_id,
           credit.id AS credit_id, credit.date, debit.company_id,
           partner.commercial_partner_id AS customer_id
      FROM account_partial_reconcile match
      JOIN account_move_line credit ON credit.id = match.credit_move_id
      JOIN account_journal credit_journal ON credit_journal.id = credit.journal_id
      JOIN account_move_line debit ON debit.id = match.debit_move_id
      JOIN account_journal debit_journal ON debit_journal.id = debit.journal_id
      JOIN account_account account ON account.id = debit.account_id
      JOIN res_partner partner ON partner.id = debit.partner_id
     WHERE account.account_type = 'asset_receivable' AND account.non_trade IS NOT TRUE
       AND credit.parent_state = 'posted' AND debit.parent_state = 'posted'
       AND credit_journal.type IN ('bank', 'cash', 'credit')
       AND debit_journal.type NOT IN ('bank', 'cash', 'credit')
     ORDER BY credit.date, credit.id, match.id
"""


def attribute(env):
    """Attribute all cash.

    :param Environment env: superuser's
    :return dict: amount by (match id, source, id of the promise, contact or notice)
    """
    env.flush_all()
    matches = env.execute_query_dict(SQL(MATCHES))
    for match in matches:
        match["left"] = _exact(match["amount"])
    result = defaultdict(Fraction)
    promises = env["ar.collect.promise"].search([], order="id")
    ways = [*_of_items(promises, matches), *_of_plans(env, promises, matches)]
    for match, promise, amount in ways:
        match["left"] -= amount
        result[match["id"], "promise", promise.id] += amount
    for promise in promises:
        if not promise.plan_id and not promise.item_ids and promise.end_reason != "withdrawn":
            _take_free(promise, matches, result)
    for match in matches:
        if match["left"]:
            result[(match["id"], *_get_touch(env, match))] += match["left"]
    return {key: float(amount) for key, amount in result.items()}


def _exact(amount):
    return Fraction(str(amount))


def _lines(promise):
    return promise.item_ids.line_id | promise.plan_id.item_ids.line_id


def _deadline(promise):
    return promise.date_promised + timedelta(days=promise.company_id.collect_promise_grace_days)


def _start(promise):
    return promise.promised_on, promise.ledger_mark


def _later(promise, promises, lines):
    """The first promise or plan that came later on one of some items."""
    others = [
        other
        for other in promises
        if other.id > promise.id
        and (not other.plan_id or other.plan_id != promise.plan_id)
        and _lines(other) & lines
        and (other.plan_id or other.end_reason != "withdrawn")
    ]
    return min(map(_start, others), default=None)


def _share(item, matches, counts):
    """What of the matches counts for an item, the first first: (match, company amount)."""
    left = _exact(item.amount)
    for match in matches:
        amount = _exact(match["debit_amount_currency"])
        if match["debit_move_id"] != item.line_id.id or amount <= 0 or not counts(match):
            continue
        taken = min(amount, left)
        left -= taken
        if taken == amount:
            yield match, _exact(match["amount"])
        elif taken:
            digits = item.company_id.currency_id.decimal_places
            yield match, _round(_exact(match["amount"]) * taken / amount, digits)


def _round(amount, digits):
    """Half away from zero, as the database does."""
    shifted = abs(amount) * 10**digits + Fraction(1, 2)
    return Fraction(int(shifted), 10**digits) * (1 if amount >= 0 else -1)


def _of_items(promises, matches):
    for promise in promises:
        if promise.plan_id or promise.end_reason == "withdrawn":
            continue
        for item in promise.item_ids.filtered("line_id").sorted("id"):
            end = _next_of(promise, promises, item.line_id)

            def counts(match, promise=promise, end=end):
                when = match["date"], match["credit_id"]
                in_time = match["date"] <= _deadline(promise)
                return when > _start(promise) and in_time and not (end and when > end)

            for match, amount in _share(item, matches, counts):
                yield match, promise, amount


def _next_of(promise, promises, line):
    """The promise after this one on an item: the one recorded next, whenever it was."""
    for other in promises:
        if (
            other.id > promise.id
            and line in _lines(other)
            and (other.plan_id or other.end_reason != "withdrawn")
        ):
            return _start(other)
    return None


def _of_plans(env, promises, matches):
    for plan in env["ar.collect.payment.plan"].search([("date_agreed", "!=", False)]):
        instalments = promises.filtered(lambda promise, plan=plan: promise.plan_id == plan)
        if not instalments:
            continue
        end = _later(instalments[0], promises, plan.item_ids.line_id)
        running = instalments.filtered(lambda promise: promise.state != "cancelled")
        running = running.sorted(lambda promise: (promise.date_promised, promise.id))

        def counts(match, plan=plan, end=end, running=running):
            when = match["date"], match["credit_id"]
            return (
                when > (plan.date_agreed, plan.ledger_mark)
                and not (plan.ended_on and when > (plan.ended_on, plan.end_mark))
                and not (end and when > end)
                and any(_deadline(promise) >= match["date"] for promise in running)
            )

        for item in plan.item_ids.filtered("line_id"):
            for match, amount in _share(item, matches, counts):
                due = next(p for p in running if _deadline(p) >= match["date"])
                yield match, due, amount


def _take_free(promise, matches, result):
    left = _exact(promise.amount_company)
    customer = promise.customer_id.commercial_partner_id.id
    for match in matches:
        if (match["customer_id"], match["company_id"]) != (customer, promise.company_id.id):
            continue
        when = match["date"], match["credit_id"]
        if when <= _start(promise) or match["date"] > _deadline(promise):
            continue
        taken = max(Fraction(0), min(left, match["left"]))
        left -= match["left"]
        match["left"] -= taken
        if taken:
            result[match["id"], "promise", promise.id] += taken


def _get_touch(env, match):
    """The last contact about it in the days before, else the last notice."""
    company = env["res.company"].browse(match["company_id"])
    zone = ZoneInfo(company.partner_id.tz or "UTC")
    first = match["date"] - timedelta(days=company.collect_attribution_days)

    def is_near(moment):
        day = moment.replace(tzinfo=timezone.utc).astimezone(zone).date()
        return first <= day <= match["date"]

    contacts = [
        activity
        for activity in env["ar.collect.activity"].search([], order="date, id")
        if activity.account_id.partner_id.id == match["customer_id"]
        and activity.company_id == company
        and activity.user_id
        and (
            activity.is_contact
            or (activity.direction == "out" and activity.outcome_id.code == "sent")
        )
        and (not activity.line_ids or match["debit_move_id"] in activity.line_ids.ids)
        and is_near(fields.Datetime.to_datetime(activity.date))
    ]
    if contacts:
        return "contact", contacts[-1].id
    notices = [
        notice
        for notice in env["ar.collect.notice"].search([], order="sent_at, id")
        if notice.state == "sent"
        and notice.channel in ("email", "sms", "letter")
        and match["debit_move_id"] in notice.item_ids.line_id.ids
        and is_near(notice.sent_at)
    ]
    return ("notice", notices[-1].id) if notices else ("unprompted", None)
