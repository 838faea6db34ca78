# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.activity_query import KINDS, ActivityQuery
from ..models.ar_collect_activity import CHANNELS
from .ar_collect_segment import get_segment_columns, get_segment_joins
from .ar_collect_wanted_days import get_values, narrowed

WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]
#: Rates: what is divided by what. They are worked out of the sums of whatever is grouped.
RATES = {
    "contact_rate": ("contact_count", "attempt_count"),
    "right_party_rate": ("right_party_count", "attempt_count"),
    "promise_rate": ("promise_count", "right_party_count"),
    "kept_rate": ("kept_count", "judged_count"),
    "kept_amount_rate": ("kept_amount", "judged_amount"),
    "attempts_per_day": ("attempt_count", "days_worked"),
    "attempts_per_hour": ("attempt_count", "hours_worked"),
    "cash_per_day": ("cash_amount", "days_worked"),
    "cash_per_hour": ("cash_amount", "hours_worked"),
}
#: In hours and currency; the others are shares.
PER_TIME = {"attempts_per_day", "attempts_per_hour", "cash_per_day", "cash_per_hour"}


class ArCollectActivityReport(models.Model):
    """Who did what, and what it brought in: a row for each thing that happened.

    A row for each contact, promise taken, promise judged, dispute opened or decided, notice sent,
    amount of cash, and day on which somebody worked; each with what it counts for. Days are those
    of the company's time zone, amounts are in company currency.
    """

    _name = "ar.collect.activity.report"
    _description = "Activity Analysis"
    _inherit = ["ar.collect.segment", "ar.collect.wanted.days"]
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "kind"
    _depends = {
        "ar.collect.activity": [
            *("account_id", "channel", "date", "direction", "duration", "is_contact"),
            *("is_right_party", "outcome_id", "user_id"),
        ],
        "ar.collect.promise": ["amount_company", "date_kept", "promised_on", "state", "user_id"],
        "ar.collect.dispute": ["coordinator_id", "date_opened", "date_resolved", "resolved_by_id"],
        "ar.collect.notice": ["channel", "sent_at", "state", "user_id"],
        "ar.collect.account": ["partner_id", "priority_band", "user_id"],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "account.move.line": ["date", "parent_state", "partner_id"],
    }

    kind = fields.Selection(KINDS, string="What", readonly=True)
    date = fields.Date(readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Char(readonly=True, help="Of contacts, in the company's time zone.")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        readonly=True,
        help="Who did it. Of notices, the customer's collector; nobody for cash that no person is"
        " credited with.",
    )
    team_id = fields.Many2one(comodel_name="ar.collect.team", readonly=True)
    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Customers",
        readonly=True,
        aggregator="count_distinct",
        help="As a measure: how many customers it was about.",
    )
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    outcome_id = fields.Many2one(comodel_name="ar.collect.outcome", readonly=True)
    record_id = fields.Many2oneReference(model_field="record_model", readonly=True)
    record_model = fields.Char(readonly=True)

    attempt_count = fields.Integer(
        string="Attempts",
        readonly=True,
        help="Outgoing calls, visits, e-mails, text messages and letters by people.",
    )
    call_count = fields.Integer(string="Calls", readonly=True, help="Outgoing, reached or not.")
    email_count = fields.Integer(
        string="E-mails", readonly=True, help="Written by people; notices are counted apart."
    )
    contact_count = fields.Integer(
        string="Contacts", readonly=True, help="Somebody was reached, or wrote to us."
    )
    right_party_count = fields.Integer(
        string="Right-Party Contacts",
        readonly=True,
        help="Attempts in which somebody was reached who can decide about the payment.",
    )
    duration = fields.Float(string="Hours in Contact", readonly=True)
    promise_count = fields.Integer(
        string="Promises", readonly=True, help="Taken; a payment plan counts once."
    )
    promise_amount = fields.Monetary(string="Promised", readonly=True)
    judged_count = fields.Integer(
        string="Promises Judged", readonly=True, help="Kept, kept in part, or broken."
    )
    judged_amount = fields.Monetary(string="Judged", readonly=True)
    kept_count = fields.Float(
        string="Promises Kept", readonly=True, help="One kept in part counts by the share paid."
    )
    kept_amount = fields.Monetary(string="Kept", readonly=True, help="Paid in time.")
    dispute_opened_count = fields.Integer(string="Disputes Opened", readonly=True)
    dispute_resolved_count = fields.Integer(
        string="Disputes Decided", readonly=True, help="By whoever decided them."
    )
    notice_count = fields.Integer(
        string="Notices", readonly=True, help="Sent by themselves to the collector's customers."
    )
    cash_amount = fields.Monetary(
        string="Cash",
        readonly=True,
        help="Attributed to a promise this person took, or to the last contact before. It does not"
        " prove what the customer paid for.",
    )
    days_worked = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="Days on which the person logged anything. Not known by channel, outcome or customer.",
    )
    hours_worked = fields.Float(
        readonly=True,
        help="Working hours of these days by the person's calendar, else the company's.",
    )
    contact_rate = fields.Float(
        string="Contact Rate (%)", readonly=True, aggregator="avg", help="Contacts by attempts."
    )
    right_party_rate = fields.Float(
        string="Right-Party Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Right-party contacts by attempts.",
    )
    promise_rate = fields.Float(
        string="Promise Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Promises by right-party contacts.",
    )
    kept_rate = fields.Float(
        string="Kept Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Promises kept by promises judged; one kept in part counts by the share paid.",
    )
    kept_amount_rate = fields.Float(
        string="Kept Rate by Amount (%)",
        readonly=True,
        aggregator="avg",
        help="What was paid in time by what was promised, of the promises judged.",
    )
    attempts_per_day = fields.Float(
        string="Attempts per Day",
        readonly=True,
        aggregator="avg",
        help="Attempts by days worked.",
    )
    attempts_per_hour = fields.Float(
        string="Attempts per Hour",
        readonly=True,
        aggregator="avg",
        help="Attempts by hours worked.",
    )
    cash_per_day = fields.Float(
        string="Cash per Day", readonly=True, aggregator="avg", help="Cash by days worked."
    )
    cash_per_hour = fields.Float(
        string="Cash per Hour", readonly=True, aggregator="avg", help="Cash by hours worked."
    )

    @property
    def _table_query(self):
        """The events of :class:`ActivityQuery` with team, segment and rates.

        :rtype: SQL
        """
        # sudo: which rows are seen is for the rules to say
        env = self.sudo().env  # sudo: see above
        query = ActivityQuery(env, self._get_wanted_days(), self._get_wanted_kinds())
        return SQL(
            """
            SELECT event.*, EXTRACT(ISODOW FROM event.date)::text AS weekday,
                   account.partner_id AS customer_id, member.team_id, %(segment)s, %(rates)s
              FROM (%(events)s) AS event
              LEFT JOIN ar_collect_account account ON account.id = event.account_id
              %(joins)s
            """,
            segment=get_segment_columns(),
            rates=SQL(", ").join(SQL("0 AS %s", SQL.identifier(name)) for name in RATES),
            events=query.select(),
            joins=get_segment_joins(
                user=SQL("event.user_id"),
                customer=SQL("account.partner_id"),
                company=SQL("event.company_id"),
            ),
        )

    @api.model
    def _get_kinds_of(self, domain, ids):
        """Override of `ar_collect`: as the domain says, and by the numbers of the rows."""
        every = [kind for kind, _label in KINDS]
        numbered = None if ids is None else {every[id_ % len(every)] for id_ in ids}
        return narrowed(get_values(domain, "kind", set(every)), numbered)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Override of `base`: a rate is that of the sums, not the mean of the rows' rates."""
        name = aggregate_spec.split(":")[0]
        if name not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        above, below = RATES[name]
        return SQL(
            "%(scale)s * SUM(%(above)s)::float8 / NULLIF(SUM(%(below)s), 0)::float8",
            scale=1 if name in PER_TIME else 100,
            above=self._field_to_sql(self._table, above, query),
            below=self._field_to_sql(self._table, below, query),
        )

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open what these rows are about: contacts, promises, disputes, notices, journal items.

        :return: window action; of the first kind, when there are several
        :rtype: dict
        """
        rows = self.filtered("record_model")
        if not rows:
            return False
        model = rows[0].record_model
        rows = rows.filtered(lambda row: row.record_model == model)
        records = self.env[model].browse(rows.mapped("record_id")).exists()
        if model == "ar.collect.cash.report":
            return records.action_open_items()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "domain": [("id", "in", records.ids)],
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
        if len(records) == 1:
            action |= {"res_id": records.id, "views": [(False, "form")]}
        return action
