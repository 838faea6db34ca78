# Part of ar_collect. License LGPL-3.
"""Whose receivables key figures are about, and the days they are asked for."""

from bisect import bisect_left
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

#: What figures can be grouped by; SQL over `account` (collection account) and `customer` (partner).
GROUPS = {
    "company": SQL("account.company_id"),
    "collector": SQL("account.user_id"),
    "country": SQL("customer.country_id"),
    "industry": SQL("customer.industry_id"),
    "trust": SQL("COALESCE(customer.trust->>account.company_id::text, 'normal')"),
    "team": SQL(
        "(SELECT MIN(rel.team_id) FROM ar_collect_team_res_users_rel rel"
        " JOIN ar_collect_team team ON team.id = rel.team_id AND team.active"
        " WHERE rel.user_id = account.user_id)"
    ),
}
#: What a segment can name besides, one of the customer's tags.
TAG = "tag"
#: SQL condition: is an item (`line`) one of a customer in scope (`member`)?
OF_MEMBER = SQL("(member.partner_id, member.company_id) = (line.partner_id, line.company_id)")
#: Days past due after which a bucket ends.
LIMITS = (0, 30, 60, 90)
#: How many months sales are looked back for the countback, from the end of each period.
HISTORY = 24


def month_before(day, months):
    """The last day of the month that ends so many months before a day: 31.3. less one is 28.2.

    A month that ends on 15.3. begins on 16.2.: only ends of months lie at ends of months.
    """
    return day + timedelta(days=1) - relativedelta(months=months) - timedelta(days=1)


class KpiScope:
    """Customers of companies, and the days between which and as of which they are looked at.

    :param list company_ids: ids of `res.company`
    :param list ends: the ends of the periods in their order, the day before the first one included
    :param int|None user_id: of the collector; None: all customers; False: those without any
    :param dict|None segment: value by key of ``GROUPS``, or ``tag``
    :param str|None group_by: key of ``GROUPS``
    """

    def __init__(self, env, company_ids, ends, user_id=None, segment=None, group_by=None):
        self.env = env
        self.company_ids = company_ids
        #: their time zones, currencies and settings count, whoever asks
        self.companies = env["res.company"].sudo().browse(company_ids)  # sudo: see above
        self.user_id = user_id
        self.segment = segment or {}
        self.group_by = group_by
        self.ends = ends
        # one list of days for all: what lies between two neighbours is added up once
        past = {month_before(day, n) for day in ends[1:] for n in range(HISTORY + 1)}
        #: the days that events are sorted by
        self.days = sorted(past | set(ends))
        #: the due dates at which an item goes to the next bucket on one of the ends
        self.due_days = sorted({end - timedelta(days=limit) for end in ends for limit in LIMITS})

    def position(self, day):
        """How many of the days sorted by lie before a day, and so the slot of what happened then."""
        return bisect_left(self.days, day)

    def slots(self, after, until):
        """The slots of what happened after a day, until another one; both of the days sorted by.

        :rtype: range
        """
        return range(self.position(after) + 1, self.position(until) + 1)

    # --- SQL

    def slot_of(self, column):
        """SQL: the number of days sorted by that lie before a date."""
        days = [day + timedelta(days=1) for day in self.days]
        return SQL("WIDTH_BUCKET(%s, %s::date[])", column, days)

    def due_class_of(self, column):
        """SQL: the due date, or the last one before it that makes the same difference."""
        return SQL(
            "COALESCE((%(days)s::date[])[WIDTH_BUCKET(%(column)s, %(days)s::date[])],"
            " '-infinity'::date)",
            days=self.due_days,
            column=column,
        )

    def is_narrow(self):
        """Whether it matters which customer an item is of; only its company does otherwise."""
        return (
            self.user_id is not None or bool(self.segment) or self.group_by not in (None, "company")
        )

    def key(self):
        """SQL of what is grouped by, over `account` and `customer`, as text."""
        if self.group_by in (None, "company"):
            return SQL("NULL::text")
        return SQL("(%s)::text", GROUPS[self.group_by])

    def condition(self):
        """SQL condition over `account` and `customer`."""
        parts = [SQL("TRUE")]
        if self.user_id is not None:
            parts.append(SQL("account.user_id IS NOT DISTINCT FROM %s", self.user_id or None))
        for code, value in self.segment.items():
            if code == TAG:
                parts.append(
                    SQL(
                        "EXISTS (SELECT FROM res_partner_res_partner_category_rel tag"
                        " WHERE tag.partner_id = customer.id AND tag.category_id = %s)",
                        value,
                    )
                )
            else:
                parts.append(SQL("%s IS NOT DISTINCT FROM %s", GROUPS[code], value or None))
        return SQL(" AND ").join(parts)

    def accounts(self):
        """SQL: the collection accounts in scope, to be joined and selected from."""
        return SQL(
            """
            ar_collect_account account
              JOIN res_partner customer ON customer.id = account.partner_id
             AND account.company_id = ANY(%s::int4[]) AND %s
            """,
            self.company_ids,
            self.condition(),
        )

    def members(self):
        """SELECT of the contacts of the customers in scope, by company, with what is grouped by.

        A customer without collection account, as its first document was just posted, has no
        collector.
        """
        return SQL(
            """
            SELECT contact.id AS partner_id, account.company_id, %(key)s AS key
              FROM res_partner contact
              JOIN res_partner customer ON customer.id = contact.commercial_partner_id
             CROSS JOIN UNNEST(%(companies)s::int4[]) AS company (id)
              LEFT JOIN ar_collect_account present
                     ON present.partner_id = customer.id AND present.company_id = company.id
             CROSS JOIN LATERAL (SELECT company.id AS company_id, present.user_id) AS account
             WHERE %(condition)s
            """,
            key=self.key(),
            companies=self.company_ids,
            condition=self.condition(),
        )
