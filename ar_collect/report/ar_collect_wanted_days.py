# Part of ar_collect. License LGPL-3.
"""Lets the query of a report know which days are asked for, where the database cannot find out."""

from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainOr

#: Context key with the first and the last day.
CONTEXT = "collect_wanted_days"


def get_days(domain):
    """The first and the last day on which a row of a domain may be.

    :param Domain domain: optimized, so that days are dates
    :return: dates, None where there is no limit
    :rtype: tuple
    """
    if isinstance(domain, DomainAnd):
        firsts, lasts = zip(*map(get_days, domain.children), strict=True)
        return max(filter(None, firsts), default=None), min(filter(None, lasts), default=None)
    if isinstance(domain, DomainOr):
        firsts, lasts = zip(*map(get_days, domain.children), strict=True)
        return (
            None if None in firsts else min(firsts),
            None if None in lasts else max(lasts),
        )
    if isinstance(domain, DomainCondition) and domain.field_expr == "date":
        return _get_condition_days(domain.operator, domain.value)
    return None, None


def _get_condition_days(operator, value):
    """See :func:`get_days`, of a condition on the day."""
    if operator == "in" and value and all(isinstance(day, date) for day in value):
        return min(value), max(value)
    if not isinstance(value, date):
        return None, None
    return {
        ">=": (value, None),
        ">": (value + timedelta(days=1), None),
        "<=": (None, value),
        "<": (None, value - timedelta(days=1)),
    }.get(operator, (None, None))


class ArCollectWantedDays(models.AbstractModel):
    """For reports with a `date` whose `_table_query` is cheaper for some days than for all."""

    _name = "ar.collect.wanted.days"
    _description = "Days Asked For"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base`: the days of the domain are known to the query of the table."""
        domain = Domain(domain).optimize_full(self)
        wanted = self._with_wanted_days(*get_days(domain))
        return super(ArCollectWantedDays, wanted)._search(domain, *args, **kwargs)

    @api.model
    def _with_wanted_days(self, first, last):
        """The model for a query that asks for no other days; see :meth:`_get_wanted_days`."""
        return self.with_context(**{CONTEXT: (first, last)})

    @api.model
    def _get_wanted_days(self):
        """The first and the last day that are asked for, None where there is no limit.

        :rtype: tuple
        """
        return self.env.context.get(CONTEXT) or (None, None)
