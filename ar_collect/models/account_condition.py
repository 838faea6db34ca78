# Part of ar_collect. License LGPL-3.
"""Conditions on collection accounts that a person typed: on rules, strategies and their steps."""

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools.safe_eval import safe_eval


def get_condition_query(record, domain, today):
    """The query of the accounts in the condition of a record, in the company of its environment.

    :param recordset record: with a `domain`
    :param list domain: which accounts are looked at
    :param date today: in the company's time zone
    :rtype: Query
    :raise Exception: whatever a broken condition leads to
    """
    condition = safe_eval(record.domain or "[]", {"today": today, "uid": record.env.uid})
    accounts = record.env["ar.collect.account"].with_context(active_test=False)
    return accounts._search(fields.Domain(condition) & fields.Domain(domain), bypass_access=True)


def check_condition(record, what):
    """Refuse a condition that the database does not take.

    :param recordset record: with a `name` and a `domain`
    :param str what: the field, as the person knows it
    :raise ValidationError: naming the record
    """
    try:
        query = get_condition_query(record, [("id", "=", 0)], fields.Date.context_today(record))
        with record.env.cr.savepoint(flush=False):
            record.env.execute_query(query.select())
    except Exception as error:  # whatever is wrong, the person is told
        raise ValidationError(
            record.env._(
                "%(field)s of “%(record)s” cannot be used: %(error)s",
                field=what,
                record=record.name,
                error=error,
            )
        ) from error
