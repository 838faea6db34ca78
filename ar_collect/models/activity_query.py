# Part of ar_collect. License LGPL-3.
"""Who did what: one row for each thing that happened, with what it counts for."""

from datetime import timedelta

from odoo.tools import SQL

from .ar_collect_strategy_step import SENT_CHANNELS
from .cash_query import CashQuery, is_between

KINDS = [
    ("contact", "Contact"),
    ("promise", "Promise Taken"),
    ("judged", "Promise Judged"),
    ("opened", "Dispute Opened"),
    ("resolved", "Dispute Decided"),
    ("notice", "Notice"),
    ("cash", "Cash"),
    ("day", "Day Worked"),
]
#: What adds up, with its type in the database.
MEASURES = {
    "attempt_count": "int4",
    "call_count": "int4",
    "email_count": "int4",
    "contact_count": "int4",
    "right_party_count": "int4",
    "duration": "float8",
    "promise_count": "int4",
    "promise_amount": "numeric",
    "judged_count": "int4",
    "judged_amount": "numeric",
    "kept_count": "float8",
    "kept_amount": "numeric",
    "dispute_opened_count": "int4",
    "dispute_resolved_count": "int4",
    "notice_count": "int4",
    "cash_amount": "numeric",
    "days_worked": "float8",
    "hours_worked": "float8",
}


class ActivityQuery:
    """SQL of what collectors and the machine did, see ``ar.collect.activity.report``.

    :param Environment env: superuser's: what is seen of the rows is for the rules to say
    :param tuple days: first and last day that is wanted, None where there is none; rows of other
        days may be among those found
    :param kinds: those of :data:`KINDS` that are wanted, None for all
    """

    def __init__(self, env, days=(None, None), kinds=None):
        self.env = env
        self.days = days
        self.kinds = kinds
        self.cash = CashQuery(env, days)
        self.scope = self.cash.scope

    def select(self):
        """SELECT of all kinds of rows.

        Columns: id, kind, date, hour, company_id, user_id, account_id, channel, outcome_id,
        record_model, record_id, and :data:`MEASURES`.

        :rtype: SQL
        """
        parts = {
            "contact": self._get_contacts,
            "promise": self._get_promises,
            "judged": self._get_judged,
            "opened": self._get_disputes_opened,
            "resolved": self._get_disputes_resolved,
            "notice": self._get_notices,
            "cash": self._get_cash,
            "day": self._get_days,
        }
        wanted = [part for kind, part in parts.items() if self.kinds is None or kind in self.kinds]
        # the columns are those of any kind, of which no row is left
        wanted = wanted or [self._get_promises]
        return SQL(" UNION ALL ").join(part() for part in wanted)

    def _row(self, kind, model, values, measures):
        """Columns of a kind of rows, in the order of `select`.

        :param str kind: see :data:`KINDS`; rows are numbered apart by kind
        :param str|None model: of `record_id`
        :param dict values: SQL by name, for what is not a measure
        :param dict measures: SQL by name of :data:`MEASURES`; the others are 0
        """
        kinds = [name for name, _label in KINDS]
        types = {"hour": "text", "channel": "varchar", "date": "date"}
        names = ("date", "hour", "company_id", "user_id", "account_id", "channel", "outcome_id")
        columns = [
            SQL("%s::int8 * %s + %s AS id", values["id"], len(kinds), kinds.index(kind)),
            SQL("%s AS kind", kind),
        ]
        for name in names:
            value = values.get(name, SQL("NULL"))
            kind_of = SQL(types.get(name, "int4"))
            columns.append(SQL("(%s)::%s AS %s", value, kind_of, SQL.identifier(name)))
        columns.append(SQL("%s::varchar AS record_model", model))
        columns.append(SQL("(%s)::int8 AS record_id", values.get("record_id", values["id"])))
        for name, kind_of in MEASURES.items():
            value = measures.get(name, SQL("0"))
            columns.append(SQL("(%s)::%s AS %s", value, SQL(kind_of), SQL.identifier(name)))
        return SQL(", ").join(columns)

    def _local(self, moment):
        """SQL of a time in the time zone of the company.

        :param SQL moment: column with a time in UTC
        """
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE setting.tz)", moment)

    def _is_wanted(self, moment):
        """SQL condition, which an index can use: was it on the days asked for in any time zone?

        :param SQL moment: column with a time in UTC
        """
        first, last = self.days
        return is_between(
            moment, first and first - timedelta(days=1), last and last + timedelta(days=2)
        )

    # --- kinds

    def _get_contacts(self):
        """Contacts and attempts; what a machine answered is none."""
        by_people = SQL("activity.direction = 'out' AND activity.user_id IS NOT NULL")
        local = self._local(SQL("activity.date"))
        return SQL(
            """
            SELECT %(row)s
              FROM ar_collect_activity activity
              JOIN ar_collect_outcome outcome ON outcome.id = activity.outcome_id
              %(settings)s
             WHERE outcome.code IS DISTINCT FROM 'automatic' AND %(is_wanted)s
            """,
            is_wanted=self._is_wanted(SQL("activity.date")),
            row=self._row(
                "contact",
                "ar.collect.activity",
                {
                    "id": SQL("activity.id"),
                    "date": SQL("%s::date", local),
                    "hour": SQL("TO_CHAR(%s, 'HH24')", local),
                    **_same("activity", "company_id", "user_id", "account_id", "channel"),
                    "outcome_id": SQL("activity.outcome_id"),
                },
                {
                    "attempt_count": SQL("(%s)::int", by_people),
                    "call_count": SQL("(%s AND activity.channel = 'call')::int", by_people),
                    "email_count": SQL("(%s AND activity.channel = 'email')::int", by_people),
                    "contact_count": SQL("COALESCE(activity.is_contact, FALSE)::int"),
                    "right_party_count": SQL(
                        "(%s AND COALESCE(activity.is_right_party, FALSE))::int", by_people
                    ),
                    "duration": SQL("COALESCE(activity.duration, 0)"),
                },
            ),
            settings=self.cash.join_settings(SQL("activity.company_id")),
        )

    def _get_promises(self):
        """Promises taken; of a payment plan the first instalment counts for all."""
        return SQL(
            "SELECT %s FROM ar_collect_promise promise",
            self._row(
                "promise",
                "ar.collect.promise",
                {
                    "id": SQL("promise.id"),
                    "date": SQL("promise.promised_on"),
                    **_same("promise", "company_id", "user_id", "account_id", "channel"),
                },
                {
                    "promise_count": SQL(
                        "(NOT EXISTS (SELECT FROM ar_collect_promise first"
                        " WHERE first.plan_id = promise.plan_id AND first.id < promise.id))::int"
                    ),
                    "promise_amount": SQL("promise.amount_company"),
                },
            ),
        )

    def _get_judged(self):
        """Promises judged: on the day they were kept, else on the day after the days of grace."""
        promises, promise = self.env["ar.collect.promise"], SQL("promise")
        share = promises._get_kept_share(promise)
        day = promises._get_judged_day(self.scope, promise)
        return SQL(
            """
            SELECT %(row)s
              FROM ar_collect_promise promise
              JOIN res_company company ON company.id = promise.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE %(is_judged)s AND %(is_wanted)s
            """,
            is_judged=promises._get_judged_condition(promise),
            is_wanted=is_between(day, *self.days),
            row=self._row(
                "judged",
                "ar.collect.promise",
                {
                    "id": SQL("promise.id"),
                    "date": day,
                    **_same("promise", "company_id", "user_id", "account_id", "channel"),
                },
                {
                    "judged_count": SQL("1"),
                    "judged_amount": SQL("promise.amount_company"),
                    "kept_count": share,
                    "kept_amount": SQL(
                        "ROUND(promise.amount_company * %s, currency.decimal_places)", share
                    ),
                },
            ),
        )

    def _get_disputes_opened(self):
        return SQL(
            "SELECT %s FROM ar_collect_dispute dispute WHERE dispute.state != 'cancelled'",
            self._row(
                "opened",
                "ar.collect.dispute",
                {
                    "id": SQL("dispute.id"),
                    "date": SQL("dispute.date_opened"),
                    **_same("dispute", "company_id", "user_id", "account_id"),
                    "channel": SQL("dispute.origin"),
                },
                {"dispute_opened_count": SQL("1")},
            ),
        )

    def _get_disputes_resolved(self):
        return SQL(
            """
            SELECT %s
              FROM ar_collect_dispute dispute
             WHERE dispute.state != 'cancelled' AND dispute.date_resolved IS NOT NULL
            """,
            self._row(
                "resolved",
                "ar.collect.dispute",
                {
                    "id": SQL("dispute.id"),
                    "date": SQL("dispute.date_resolved"),
                    **_same("dispute", "company_id", "account_id"),
                    "user_id": SQL("COALESCE(dispute.resolved_by_id, dispute.coordinator_id)"),
                    "channel": SQL("dispute.origin"),
                },
                {"dispute_resolved_count": SQL("1")},
            ),
        )

    def _get_notices(self):
        """Notices that went out, whether they came back or not."""
        return SQL(
            """
            SELECT %(row)s
              FROM ar_collect_notice notice
              %(settings)s
             WHERE notice.sent_at IS NOT NULL AND notice.state IN ('sent', 'bounced')
               AND notice.channel = ANY(%(channels)s) AND %(is_wanted)s
            """,
            is_wanted=self._is_wanted(SQL("notice.sent_at")),
            row=self._row(
                "notice",
                "ar.collect.notice",
                {
                    "id": SQL("notice.id"),
                    "date": SQL("%s::date", self._local(SQL("notice.sent_at"))),
                    **_same("notice", "company_id", "user_id", "account_id", "channel"),
                },
                {"notice_count": SQL("1")},
            ),
            settings=self.cash.join_settings(SQL("notice.company_id")),
            channels=list(SENT_CHANNELS),
        )

    def _get_cash(self):
        """All cash; nobody's, where no person is credited."""
        return SQL(
            "SELECT %s FROM (%s) AS cash",
            self._row(
                "cash",
                "ar.collect.cash.report",
                {
                    "id": SQL("cash.id"),
                    **_same("cash", "date", "company_id", "user_id", "account_id", "channel"),
                },
                {"cash_amount": SQL("cash.amount")},
            ),
            self.cash.select(),
        )

    def _get_days(self):
        """Days on which somebody logged anything; in two companies, half a day in each."""
        return SQL(
            """
            SELECT %(row)s
              FROM (SELECT MIN(activity.id) AS id, activity.user_id, activity.company_id, local.day,
                           1.0 / COUNT(*) OVER (PARTITION BY activity.user_id, local.day) AS share
                      FROM ar_collect_activity activity
                      %(settings)s
                     CROSS JOIN LATERAL (SELECT %(local)s::date AS day) AS local
                     WHERE activity.user_id IS NOT NULL AND activity.direction = 'out'
                       AND %(is_wanted)s
                     GROUP BY activity.user_id, activity.company_id, local.day) AS worked
              JOIN res_company company ON company.id = worked.company_id
              LEFT JOIN LATERAL (
                   SELECT resource.calendar_id
                     FROM resource_resource resource
                    WHERE resource.user_id = worked.user_id AND resource.active
                      AND resource.company_id = worked.company_id
                    ORDER BY resource.id
                    LIMIT 1) AS own ON TRUE
              LEFT JOIN (%(hours)s) AS hours
                     ON hours.calendar_id = COALESCE(own.calendar_id, company.resource_calendar_id)
                    AND hours.dayofweek = (EXTRACT(ISODOW FROM worked.day) - 1)::int::text
                    AND hours.week_type IN ('', (FLOOR((worked.day - '0001-01-01'::date) / 7)::int
                                                 %% 2)::text)
            """,
            row=self._row(
                "day",
                None,
                {
                    **_same("worked", "id", "company_id", "user_id"),
                    "date": SQL("worked.day"),
                    "record_id": SQL("NULL"),
                },
                {
                    "days_worked": SQL("worked.share"),
                    "hours_worked": SQL("worked.share * COALESCE(hours.hours, 0)"),
                },
            ),
            settings=self.cash.join_settings(SQL("activity.company_id")),
            local=self._local(SQL("activity.date")),
            is_wanted=self._is_wanted(SQL("activity.date")),
            hours=self._get_hours(),
        )

    def _get_hours(self):
        """SELECT of the working hours by calendar and day, by week where two take turns."""
        return SQL(
            """
            SELECT attendance.calendar_id, attendance.dayofweek,
                   CASE WHEN calendar.two_weeks_calendar
                        THEN COALESCE(attendance.week_type, '') ELSE '' END AS week_type,
                   SUM(attendance.duration_hours) AS hours
              FROM resource_calendar_attendance attendance
              JOIN resource_calendar calendar ON calendar.id = attendance.calendar_id
             WHERE attendance.display_type IS NULL
             GROUP BY attendance.calendar_id, attendance.dayofweek, 3
            """
        )


def _same(alias, *names):
    """Columns of the same name.

    :return: SQL by name
    :rtype: dict
    """
    return {name: SQL.identifier(alias, name) for name in names}
