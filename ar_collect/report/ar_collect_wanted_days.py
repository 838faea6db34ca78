# Part of ar_collect. License LGPL-3.
"""Lets the query of a report know which rows are asked for, where the database cannot find out."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainOr

#: Context keys: the first and the last day; the kinds of rows.
DAYS, KINDS = "collect_wanted_days", "collect_wanted_kinds"


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


def get_values(domain, name, every=None):
    """The values of a field that a row of a domain may have.

    :param Domain domain: optimized
    :param str name: field
    :param set|None every: all values there are; a row without one is not in question then
    :return: set, or None where there is no limit
    """
    if isinstance(domain, DomainAnd):
        return narrowed(*(get_values(child, name, every) for child in domain.children))
    if isinstance(domain, DomainOr):
        limits = [get_values(child, name, every) for child in domain.children]
        return None if None in limits else set.union(*limits)
    if not isinstance(domain, DomainCondition) or domain.field_expr != name:
        return None
    if not isinstance(domain.value, AbstractSet):  # a query, for instance
        return None
    if domain.operator == "in":
        return set(domain.value)
    return every - set(domain.value) if every and domain.operator == "not in" else None


def narrowed(*limits):
    """What several limits have in common.

    :param limits: sets, or None where there is no limit
    :rtype: set | None
    """
    limits = [limit for limit in limits if limit is not None]
    return set.intersection(*limits) if limits else None


class ArCollectWantedDays(models.AbstractModel):
    """For reports with a `date` whose `_table_query` is cheaper for some days than for all."""

    _name = "ar.collect.wanted.days"
    _description = "Days Asked For"

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override of `base`: what the domain asks for is known to the query of the table."""
        domain = Domain(domain).optimize_full(self)
        days = get_days(domain)
        ids = get_values(domain, "id")
        if ids and days == (None, None):
            days = self._get_days_of(ids)
        wanted = self._with_wanted_days(*days, self._get_kinds_of(domain, ids))
        return super(ArCollectWantedDays, wanted)._search(domain, *args, **kwargs)

    @api.model
    def _get_days_of(self, ids):
        """The first and the last day of some rows, if that is known without working them out.

        :rtype: tuple
        """
        return None, None

    @api.model
    def _get_kinds_of(self, domain, ids):  # pylint: disable=useless-return
        """The kinds of rows in a domain, None where there is no limit.

        :param Domain domain: optimized
        :param set|None ids: of the rows that may be in it
        """
        return None  # noqa: RET501 - what others return is not nothing

    @api.model
    def _with_wanted_days(self, first, last, kinds=None):
        """The model for a query that asks for nothing else; see :meth:`_get_wanted_days`."""
        return self.with_context(**{DAYS: (first, last), KINDS: kinds})

    @api.model
    def _get_wanted_days(self):
        """The first and the last day that are asked for, None where there is no limit.

        :rtype: tuple
        """
        return self.env.context.get(DAYS) or (None, None)

    @api.model
    def _get_wanted_kinds(self):
        """The kinds of rows that are asked for, None where there is no limit.

        :rtype: set | None
        """
        return self.env.context.get(KINDS)
