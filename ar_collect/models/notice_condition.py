# Part of ar_collect. License LGPL-3.
"""Conditions on collection accounts that a person typed, on strategies and their steps."""

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools.safe_eval import safe_eval


def get_condition_query(record, company, today):
    """The query of the accounts of a company in the condition of a record.

    :param recordset record: with a `domain`
    :param recordset company: `res.company`; empty for all
    :param date today: in the company's time zone
    :rtype: Query
    :raise Exception: whatever a broken condition leads to
    """
    condition = safe_eval(record.domain or "[]", {"today": today, "uid": record.env.uid})
    accounts = record.env["ar.collect.account"].with_context(active_test=False, lang=None)
    domain = fields.Domain(condition)
    if company:
        domain &= fields.Domain("company_id", "=", company.id)
    return accounts.with_company(company)._search(domain, bypass_access=True)


def check_condition(record, what):
    """Refuse a condition that the database does not take.

    :param recordset record: with a `name` and a `domain`
    :param str what: the field, as the person knows it
    :raise ValidationError: naming the record
    """
    try:
        query = get_condition_query(
            record, record.env["res.company"], fields.Date.context_today(record)
        )
        query.limit = 1
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
