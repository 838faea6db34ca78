# Part of ar_collect. License LGPL-3.
"""Sums of the activity report in one query each, whoever asks: the callers decide who sees what."""

from collections import defaultdict

from odoo.tools import SQL

from .collect_metrics import CUSTOMERS, SUMS


class MetricQuery:
    """Reads the rows of `ar.collect.activity.report` past its rules.

    :param env:
    """

    def __init__(self, env):
        self.env = env
        # sudo: a median is of colleagues, and a target of a team of all its members
        self.report = env["ar.collect.activity.report"].sudo()  # sudo: see above

    def for_targets(self, targets):
        """What was reached of each target in its period.

        :param recordset targets: `ar.collect.target`
        :return dict: sums by column, by target id
        """
        targets = targets.filtered(lambda target: isinstance(target.id, int))
        if not targets:
            return {}
        targets.flush_recordset()
        first, last = min(targets.mapped("date_from")), max(targets.mapped("date_to"))
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT target.id AS target_id, %(sums)s
                  FROM ar_collect_target target
                  JOIN %(report)s AS event
                    ON event.company_id = target.company_id
                   AND event.date BETWEEN target.date_from AND target.date_to
                   AND (event.user_id = target.user_id OR event.team_id = target.team_id)
                 WHERE target.id = ANY(%(ids)s)
                   AND event.date BETWEEN %(first)s AND %(last)s
                   AND event.company_id = ANY(%(companies)s)
                 GROUP BY target.id
                """,
                sums=self._get_sums(),
                report=self._get_table(first, last),
                ids=targets.ids,
                first=first,
                last=last,
                companies=targets.company_id.ids,
            )
        )
        return {row.pop("target_id"): row for row in rows}

    def by_person(self, company, users, first, last):
        """What people did in a time altogether.

        :return dict: sums by column, by user id
        """
        rows = self._read(company, users, first, last)
        return {user_id: row for (user_id,), row in rows.items()}

    def by_month(self, company, owners, first, last):
        """What people or teams did month by month.

        :param recordset owners: `res.users` or `ar.collect.team`
        :return dict: sums by column, by first day of the month, by id
        """
        month = SQL("DATE_TRUNC('month', event.date)::date")
        found = defaultdict(dict)
        for (owner_id, day), row in self._read(company, owners, first, last, month=month).items():
            found[owner_id][day] = row
        return found

    def low_priority(self, company, user, first, last):
        """How much of the attempts of a person went to customers of low priority, as it is today.

        :return dict: attempt_count, low_count, duration, low_duration
        """
        low = SQL("event.priority_band IN ('0_none', '1_low')")
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT COALESCE(SUM(event.attempt_count), 0) AS attempt_count,
                       COALESCE(SUM(event.attempt_count) FILTER (WHERE %(low)s), 0) AS low_count,
                       COALESCE(SUM(event.duration), 0) AS duration,
                       COALESCE(SUM(event.duration) FILTER (WHERE %(low)s), 0) AS low_duration
                  FROM %(report)s AS event
                 WHERE %(where)s AND event.attempt_count > 0
                """,
                low=low,
                report=self._get_table(first, last),
                where=self._get_where(company, user, first, last),
            )
        )
        return row

    def _read(self, company, owners, first, last, **groups):
        """Sums by person or team, and more.

        :param recordset owners: `res.users` or `ar.collect.team`
        :param groups: SQL of what to group by as well, by name
        :return dict: sums by column, by tuple of the owner's id and the groups
        """
        groups = {"owner_id": self._get_owner(owners), **groups}
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT %(columns)s, %(sums)s FROM %(report)s AS event WHERE %(where)s"
                " GROUP BY %(groups)s",
                columns=SQL(", ").join(
                    SQL("%s AS %s", column, SQL.identifier(name)) for name, column in groups.items()
                ),
                sums=self._get_sums(),
                report=self._get_table(first, last),
                where=self._get_where(company, owners, first, last),
                groups=SQL(", ").join(groups.values()),
            )
        )
        return {tuple(row.pop(name) for name in groups): row for row in rows}

    def _get_table(self, first, last):
        """SQL of the rows, of which those of some days are wanted."""
        return self.report._with_wanted_days(first, last)._table_sql

    def _get_owner(self, owners):
        """SQL: the column of whom a row is of."""
        of_teams = owners._name == "ar.collect.team"
        return SQL("event.team_id") if of_teams else SQL("event.user_id")

    def _get_where(self, company, owners, first, last):
        return SQL(
            "event.company_id = %s AND %s = ANY(%s) AND event.date BETWEEN %s AND %s",
            company.id,
            self._get_owner(owners),
            owners.ids,
            first,
            last,
        )

    def _get_sums(self):
        """All columns that metrics are made of, added up.

        :rtype: SQL
        """
        sums = [
            SQL(
                "COALESCE(SUM(%s), 0)::float AS %s",
                SQL.identifier("event", name),
                SQL.identifier(name),
            )
            for name in SUMS
        ]
        customers = SQL(
            "COUNT(DISTINCT event.customer_id) FILTER (WHERE event.attempt_count > 0) AS %s",
            SQL.identifier(CUSTOMERS),
        )
        return SQL(", ").join([*sums, customers])
