# Part of ar_collect. License LGPL-3.
"""What targets and coaching measure people by: sums of the activity report, and their ratios."""

from dataclasses import dataclass

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate("ar_collect")

#: Columns of `ar.collect.activity.report` that are added up.
SUMS = (
    *("attempt_count", "contact_count", "right_party_count", "duration", "promise_count"),
    *("promise_amount", "judged_count", "kept_count", "dispute_resolved_count", "email_count"),
    *("cash_amount", "days_worked", "hours_worked"),
)
#: Different customers who were contacted, or tried.
CUSTOMERS = "customer_count"


@dataclass(frozen=True)
class Metric:
    """Something to measure by.

    :param str code: kept in targets
    :param str label: in English; read translated from the field `metric` of targets
    :param LazyGettext help: the formula
    :param str unit: number, hours, money or percent
    :param str column: of :data:`SUMS`, or :data:`CUSTOMERS`
    :param str per: column to divide by; such a metric does not accumulate over a period
    """

    code: str
    label: str
    help: object
    unit: str
    column: str
    per: str = ""

    @property
    def accumulates(self):
        """Whether it grows day by day; a ratio does not."""
        return not self.per

    def get(self, sums):
        """Its value.

        :param dict sums: by column
        :return: None of a ratio to nothing
        """
        value = sums.get(self.column) or 0.0
        if not self.per:
            return value
        base = sums.get(self.per)
        return value / base * (100 if self.unit == "percent" else 1) if base else None

    def get_domain(self):
        """Which rows of the report make it up.

        :rtype: list
        """
        if self.column == CUSTOMERS:
            return [("attempt_count", ">", 0)]
        if self.unit == "percent":
            return ["|", (self.column, "!=", 0), (self.per, "!=", 0)]
        return [(self.column, "!=", 0)]


METRICS = {
    metric.code: metric
    for metric in (
        Metric(
            "attempts",
            "Attempts",
            _lt("Outgoing calls, e-mails, texts, letters and visits that a person logged."),
            "number",
            "attempt_count",
        ),
        Metric(
            "attempts_per_day",
            "Attempts per Day Worked",
            _lt("Attempts / days on which anything was logged."),
            "number",
            "attempt_count",
            "days_worked",
        ),
        Metric(
            "attempts_per_hour",
            "Attempts per Working Hour",
            _lt("Attempts / working hours of the days on which anything was logged."),
            "number",
            "attempt_count",
            "hours_worked",
        ),
        Metric(
            "right_parties",
            "Right-Party Contacts",
            _lt("Contacts that reached the person who decides, says the outcome."),
            "number",
            "right_party_count",
        ),
        Metric(
            "right_party_rate",
            "Right-Party Rate",
            _lt("Right-party contacts / attempts."),
            "percent",
            "right_party_count",
            "attempt_count",
        ),
        Metric(
            "customers",
            "Customers Covered",
            _lt("Different customers with an attempt."),
            "number",
            CUSTOMERS,
        ),
        Metric(
            "hours",
            "Hours Talked",
            _lt("Duration of the contacts that were timed."),
            "hours",
            "duration",
        ),
        Metric(
            "emails",
            "E-mails",
            _lt("E-mails that a person sent; automatic notices are not counted."),
            "number",
            "email_count",
        ),
        Metric(
            "promises",
            "Promises",
            _lt("Promises to pay that were taken, by the day they were taken."),
            "number",
            "promise_count",
        ),
        Metric(
            "promised",
            "Promised",
            _lt("Amount of the promises that were taken, in company currency."),
            "money",
            "promise_amount",
        ),
        Metric(
            "kept_rate",
            "Promises Kept",
            _lt(
                "Promises kept / promises judged in the period; a partial one counts by its share."
            ),
            "percent",
            "kept_count",
            "judged_count",
        ),
        Metric(
            "disputes",
            "Disputes Resolved",
            _lt("Disputes that were decided, by the day of the decision."),
            "number",
            "dispute_resolved_count",
        ),
        Metric(
            "cash",
            "Cash",
            _lt(
                "Cash attributed to the person: of customers who promised it to them, or whom they"
                " contacted last before it came. It proves no cause."
            ),
            "money",
            "cash_amount",
        ),
    )
}
