# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.ar_collect_activity import CHANNELS
from ..models.ar_collect_dispute_resolve import OUTCOMES

STATES = [("open", "Open"), ("closed", "Closed")]
#: The digit in front keeps them in order when they are grouped by.
AGE_BANDS = [
    ("1_0_7", "0-7 days"),
    ("2_8_30", "8-30 days"),
    ("3_31_60", "31-60 days"),
    ("4_61_plus", "61+ days"),
]
VERDICTS = [
    ("won", "Won: the amount stands"),
    ("part", "Won in part"),
    ("lost", "Lost: credited in full"),
]
#: Outcomes after which the whole amount stands.
WON = ("rejected", "paid", "withdrawn", "duplicate")


class ArCollectDisputeReport(models.Model):
    """What customers contest and what becomes of it: a row for each dispute, in company currency.

    Disputes recorded by mistake, and those merged into others, are left out.
    """

    _name = "ar.collect.dispute.report"
    _description = "Dispute Analysis"
    _auto = False
    _order = "date_opened DESC, id DESC"
    _rec_name = "dispute_id"
    _depends = {
        "ar.collect.dispute": [
            *("account_id", "company_id", "currency_id", "customer_id", "reason_id"),
            *("root_cause_id", "resolver_id", "team_id", "coordinator_id", "origin", "stage_id"),
            *("state", "outcome", "date_opened", "date_resolved", "date_closed", "date_deadline"),
        ],
        "ar.collect.dispute.item": [
            *("dispute_id", "line_id", "state", "amount", "amount_accepted", "amount_credited"),
            *("amount_paid", "amount_written_off", "amount_remaining"),
        ],
        "account.move.line": [
            *("balance", "amount_currency", "amount_residual", "amount_residual_currency"),
            "parent_state",
        ],
    }

    dispute_id = fields.Many2one(comodel_name="ar.collect.dispute", readonly=True)
    account_id = fields.Many2one(
        comodel_name="ar.collect.account", string="Collection Account", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    reason_id = fields.Many2one(comodel_name="ar.collect.dispute.reason", readonly=True)
    root_cause_id = fields.Many2one(comodel_name="ar.collect.dispute.root.cause", readonly=True)
    is_ours = fields.Boolean(
        string="Our Cause", readonly=True, help="We could have prevented it, says the root cause."
    )
    resolver_id = fields.Many2one(comodel_name="res.users", readonly=True)
    team_id = fields.Many2one(comodel_name="ar.collect.dispute.team", readonly=True)
    coordinator_id = fields.Many2one(comodel_name="res.users", readonly=True)
    origin = fields.Selection(CHANNELS, readonly=True)
    stage_id = fields.Many2one(comodel_name="ar.collect.dispute.stage", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    verdict = fields.Selection(
        VERDICTS,
        string="Won or Lost",
        readonly=True,
        help="In our favour or not; empty as long as nothing was decided.",
    )
    date_opened = fields.Date(string="Opened", readonly=True)
    date_resolved = fields.Date(string="Decided", readonly=True)
    date_closed = fields.Date(string="Closed", readonly=True)
    date_deadline = fields.Date(string="Deadline", readonly=True)
    is_late = fields.Boolean(
        string="Past Deadline", readonly=True, help="Open, and its deadline has passed."
    )
    age_band = fields.Selection(
        AGE_BANDS, string="Age", readonly=True, help="Of open disputes, by days since opened."
    )
    age_days = fields.Integer(
        string="Age in Days",
        readonly=True,
        aggregator="avg",
        help="Since it was opened; open ones only. Of several, the average.",
    )
    cycle_days = fields.Integer(
        string="Cycle Time in Days",
        readonly=True,
        aggregator="avg",
        help="From opened to closed; closed ones only. Of several, the average.",
    )
    amount = fields.Monetary(string="Contested", readonly=True)
    amount_accepted = fields.Monetary(string="Accepted", readonly=True)
    amount_credited = fields.Monetary(string="Credited", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_written_off = fields.Monetary(string="Written Off", readonly=True)
    amount_remaining = fields.Monetary(string="Remaining", readonly=True)
    amount_won = fields.Monetary(
        string="Won", readonly=True, help="What of it stands, of those decided."
    )
    amount_lost = fields.Monetary(
        string="Lost", readonly=True, help="What was accepted, of those decided."
    )

    @property
    def _table_query(self):
        """A row for each dispute, its amounts summed up from the items.

        :rtype: SQL
        """
        return SQL(
            """
            WITH today (company_id, day) AS (%(today)s),
            booked AS (%(items)s),
            total AS (
                SELECT dispute_id, SUM(amount) AS amount, SUM(accepted) AS accepted,
                       SUM(credited) AS credited, SUM(paid) AS paid,
                       SUM(cleared - credited - paid) AS written_off,
                       SUM(amount - cleared) AS remaining
                  FROM booked
                 GROUP BY dispute_id
            )
            SELECT dispute.id, dispute.id AS dispute_id, dispute.account_id, dispute.company_id,
                   dispute.customer_id, dispute.reason_id, dispute.root_cause_id, cause.is_ours,
                   dispute.resolver_id, dispute.team_id, dispute.coordinator_id, dispute.origin,
                   dispute.stage_id, dispute.state, dispute.outcome, result.verdict,
                   dispute.date_opened, dispute.date_resolved, dispute.date_closed,
                   dispute.date_deadline,
                   dispute.state = 'open' AND dispute.date_deadline < today.day AS is_late,
                   age.days AS age_days,
                   CASE WHEN age.days <= 7 THEN '1_0_7'
                        WHEN age.days <= 30 THEN '2_8_30'
                        WHEN age.days <= 60 THEN '3_31_60'
                        WHEN age.days > 60 THEN '4_61_plus' END AS age_band,
                   dispute.date_closed - dispute.date_opened AS cycle_days,
                   total.amount, total.accepted AS amount_accepted,
                   total.credited AS amount_credited, total.paid AS amount_paid,
                   total.written_off AS amount_written_off, total.remaining AS amount_remaining,
                   CASE WHEN result.verdict IS NULL THEN 0
                        ELSE total.amount - total.accepted END AS amount_won,
                   CASE WHEN result.verdict IS NULL THEN 0 ELSE total.accepted END AS amount_lost
              FROM ar_collect_dispute dispute
              JOIN total ON total.dispute_id = dispute.id
              LEFT JOIN today ON today.company_id = dispute.company_id
              LEFT JOIN ar_collect_dispute_root_cause cause ON cause.id = dispute.root_cause_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN dispute.outcome = ANY(%(won)s) THEN 'won'
                               WHEN dispute.outcome = 'accepted_part' THEN 'part'
                               WHEN dispute.outcome = 'accepted' THEN 'lost' END AS verdict
                   ) AS result
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN dispute.state = 'open'
                               THEN today.day - dispute.date_opened END AS days
                   ) AS age
            """,
            today=self._get_today_query(),
            items=self._get_item_query(),
            won=list(WON),
        )

    # === ACTION METHODS === #

    def action_open_dispute(self):
        """Open the disputes behind these rows.

        :return: window action
        :rtype: dict
        """
        action = self.dispute_id._get_open_action()
        if len(self) > 1:
            action["views"] = [(False, "list"), (False, "kanban"), (False, "form")]
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_today_query(self):
        """SELECT of each company with its date of today.

        :rtype: SQL
        """
        # pylint: disable=no-search-all
        # sudo: of all companies, the rules decide whose rows are seen
        companies = self.env["res.company"].sudo().search([])  # sudo: see above
        days = self.env["ar.collect.refresh.status"]._get_today(companies)
        rows = [SQL("(%s, %s::date)", company_id, day) for company_id, day in days.items()]
        return SQL("VALUES %s", SQL(", ").join(rows))

    @api.model
    def _get_item_query(self):
        """SELECT of the contested items in company currency, as their journal items are booked.

        Parts of one journal item are rounded one after the other, so that together they come to
        its balance. What remains is the share of what is left of the item; the rest was cleared.
        """
        return SQL(
            """
            SELECT dispute_id,
                   converted.amount,
                   CASE WHEN outcome = 'accepted' THEN converted.amount
                        WHEN outcome = 'accepted_part'
                        THEN ROUND(item.accepted * worth / parts, digits)
                        ELSE 0 END AS accepted,
                   converted.cleared,
                   ROUND(converted.cleared * COALESCE(item.credited / part, 0), digits) AS credited,
                   ROUND(converted.cleared * COALESCE((item.credited + item.paid) / part, 0),
                         digits)
                   - ROUND(converted.cleared * COALESCE(item.credited / part, 0), digits) AS paid
              FROM (%(valued)s) AS item
             CROSS JOIN LATERAL (
                   SELECT ROUND(upto * worth / parts, digits)
                          - ROUND((upto - item.amount) * worth / parts, digits) AS amount,
                          ROUND(upto_left * left_worth / left_parts, digits)
                          - ROUND((upto_left - item.remaining) * left_worth / left_parts, digits)
                          AS remaining
                   ) AS rounded
             CROSS JOIN LATERAL (
                   SELECT rounded.amount, rounded.amount - rounded.remaining AS cleared,
                          NULLIF(item.amount - item.remaining, 0) AS part
                   ) AS converted
            """,
            valued=self._get_valued_query(),
        )

    @api.model
    def _get_valued_query(self):
        """SELECT of the contested items with what their journal items are worth.

        `parts` of the item's currency are `worth` in that of the company, and `left_parts` are
        `left_worth` of what is still open. An item that was deleted counts at the rate of the day
        on which it was contested.
        """
        return SQL(
            """
            SELECT item.dispute_id, dispute.outcome, currency.decimal_places AS digits,
                   item.amount, COALESCE(item.amount_accepted, 0) AS accepted,
                   COALESCE(item.amount_credited, 0) AS credited,
                   COALESCE(item.amount_paid, 0) AS paid,
                   COALESCE(item.amount_remaining, 0) AS remaining,
                   SUM(item.amount) OVER before AS upto,
                   SUM(COALESCE(item.amount_remaining, 0)) OVER before AS upto_left,
                   valued.worth, valued.parts,
                   CASE WHEN valued.is_open THEN line.amount_residual
                        ELSE valued.worth END AS left_worth,
                   CASE WHEN valued.is_open THEN line.amount_residual_currency
                        ELSE valued.parts END AS left_parts
              FROM ar_collect_dispute_item item
              JOIN ar_collect_dispute dispute ON dispute.id = item.dispute_id
              JOIN res_company company ON company.id = dispute.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              LEFT JOIN account_move_line line ON line.id = item.line_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN line.amount_currency != 0 THEN line.balance
                               WHEN dispute.currency_id = company.currency_id THEN 1
                               ELSE COALESCE(%(to_rate)s, 1) / COALESCE(%(from_rate)s, 1)
                               END AS worth,
                          CASE WHEN line.amount_currency != 0 THEN line.amount_currency
                               ELSE 1 END AS parts,
                          COALESCE(line.parent_state = 'posted'
                                   AND line.amount_residual_currency > 0, FALSE) AS is_open
                   ) AS valued
             WHERE item.state != 'cancelled'
            WINDOW before AS (PARTITION BY COALESCE(item.line_id, -item.id), item.state
                              ORDER BY item.id)
            """,
            to_rate=self._get_rate_query(SQL("company.currency_id")),
            from_rate=self._get_rate_query(SQL("dispute.currency_id")),
        )

    @api.model
    def _get_rate_query(self, currency):
        """Sub-select of the rate of a currency on the day a dispute was opened.

        :param SQL currency: column with its id
        """
        return SQL(
            """
            (SELECT rate.rate
               FROM res_currency_rate rate
              WHERE rate.currency_id = %s AND rate.name <= dispute.date_opened
                AND (rate.company_id IS NULL
                     OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::int4)
              ORDER BY rate.company_id, rate.name DESC
              LIMIT 1)
            """,
            currency,
        )
