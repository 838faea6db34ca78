# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..models.account_journal import CASH_JOURNAL_TYPES
from ..models.payment_days import LONGEST, get_histories, group_histories
from ..tools import experiment
from .ar_collect_experiment import SHARE_DAYS

#: Channels on which a customer hears of it.
HEARD_CHANNELS = ("email", "sms", "letter", "call")
#: Days back from today of which notices are counted.
PERIOD = 365


class ArCollectStrategyReport(models.Model):
    """What customers paid, and when, after they were first asked for it, by strategy.

    A row for each company and strategy, and one for each of its versions. Each item counts once,
    with the first notice that named it. No proof: customers are not given strategies at random.
    """

    _name = "ar.collect.strategy.report"
    _description = "Strategies Compared"
    _auto = False
    _order = "strategy_id, strategy_version DESC, id"
    _rec_name = "strategy_id"
    _depends = {
        "ar.collect.notice": [
            *("account_id", "channel", "company_id", "queued_at", "strategy_id"),
            "strategy_version",
        ],
        "ar.collect.notice.item": ["amount", "is_passed_over", "line_id", "notice_id"],
        "account.move.line": ["amount_currency", "amount_residual", "balance", "parent_state"],
        "account.partial.reconcile": ["debit_amount_currency", "debit_move_id", "max_date"],
    }

    strategy_id = fields.Many2one(comodel_name="ar.collect.strategy", readonly=True)
    strategy_version = fields.Integer(string="Version", readonly=True, aggregator=None)
    is_total = fields.Boolean(
        string="All Versions", readonly=True, help="The row is about all versions together."
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    date_first = fields.Date(string="Since", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    notice_count = fields.Integer(string="Notices", readonly=True)
    amount = fields.Monetary(
        string="Asked For", readonly=True, help="In company currency, each item once."
    )
    amount_30 = fields.Monetary(
        string="Asked For 30 Days Ago",
        readonly=True,
        help="Of notices that went out at least 30 days ago.",
    )
    paid_30 = fields.Monetary(string="Paid in 30 Days", readonly=True)
    credited_30 = fields.Monetary(
        string="Credited in 30 Days", readonly=True, help="By credit notes, or written off."
    )
    rate_30 = fields.Float(string="Paid in 30 Days (%)", readonly=True, aggregator=None)
    amount_60 = fields.Monetary(
        string="Asked For 60 Days Ago",
        readonly=True,
        help="Of notices that went out at least 60 days ago.",
    )
    paid_60 = fields.Monetary(string="Paid in 60 Days", readonly=True)
    credited_60 = fields.Monetary(
        string="Credited in 60 Days", readonly=True, help="By credit notes, or written off."
    )
    rate_60 = fields.Float(string="Paid in 60 Days (%)", readonly=True, aggregator=None)
    is_enough = fields.Boolean(string="Enough to Say", compute="_compute_days")
    days_to_pay = fields.Float(
        string="Days to Pay",
        compute="_compute_days",
        digits=(16, 1),
        help="From the first notice until all that it named first was paid, on average; who has not"
        " paid within the days looked at counts with these.",
    )
    statement = fields.Text(string="In Words", compute="_compute_days")

    @property
    def _table_query(self):
        """A row for each company and strategy, and for each version of it.

        The matches are summed up once, whatever the planner believes their number to be.

        :rtype: SQL
        """
        return SQL(
            """
            WITH today (company_id, day) AS (%(today)s),
            first_item AS MATERIALIZED (%(first_items)s),
            matched AS MATERIALIZED (%(matched)s),
            valued AS (%(valued)s)
            SELECT MIN(notice_id) * 2 + GROUPING(strategy_version) AS id,
                   strategy_id, strategy_version, GROUPING(strategy_version) = 1 AS is_total,
                   company_id, MIN(date) AS date_first,
                   COUNT(DISTINCT account_id) AS customer_count,
                   COUNT(DISTINCT notice_id) AS notice_count,
                   SUM(amount) AS amount,
                   %(within_30)s, %(within_60)s
              FROM valued
             GROUP BY GROUPING SETS (
                   (company_id, strategy_id), (company_id, strategy_id, strategy_version))
            """,
            today=self.env["ar.collect.dispute.report"]._get_today_query(),
            first_items=self._get_first_items(),
            matched=self._get_matched(),
            valued=self._get_valued(),
            within_30=self._get_within(30),
            within_60=self._get_within(60),
        )

    # === COMPUTE METHODS === #

    @api.depends("strategy_id", "company_id", "strategy_version")
    @api.depends_context("lang")
    def _compute_days(self):
        groups = self._get_groups()
        for row in self:
            row.update(row._get_result(groups.get(row.id, {})))

    # === ACTION METHODS === #

    def action_open_notices(self):
        """Open the notices behind this row."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT notice_id FROM (%s) AS item", self._get_mine())
        )
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_notice_action")
        domain = [("id", "in", [row[0] for row in rows])]
        return {**action, "name": self.display_name, "domain": domain, "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_first_items(self):
        """SELECT of the items that customers were asked for, with the first notice of each."""
        return SQL(
            """
            SELECT DISTINCT ON (item.line_id)
                   item.line_id, item.amount, item.currency_id, item.notice_id,
                   notice.account_id, notice.company_id, notice.strategy_id,
                   notice.strategy_version, notice.queued_at, notice.queued_at::date AS date
              FROM ar_collect_notice notice
              JOIN ar_collect_notice_item item ON item.notice_id = notice.id
             WHERE notice.queued_at >= %(since)s AND notice.state != 'cancelled'
               AND notice.channel IN %(channels)s AND notice.strategy_id IS NOT NULL
               AND item.line_id IS NOT NULL AND item.is_passed_over IS NOT TRUE
             ORDER BY item.line_id, notice.queued_at, notice.id
            """,
            since=fields.Datetime.now() - timedelta(days=PERIOD),
            channels=HEARD_CHANNELS,
        )

    @api.model
    def _get_valued(self):
        """SELECT of the first items in company currency, with what came in within 30 and 60 days.

        Shares of the document's currency are taken of what it is booked with, so that what is paid
        in full comes to the same cent whatever the rate of the day. A payment dated before the
        notice counts when it was matched after it. What is not posted any more is left out.
        """
        return SQL(
            """
            SELECT item.account_id, item.company_id, item.strategy_id, item.strategy_version,
                   item.notice_id, item.date, today.day - 1 - item.date AS followed, booked.amount,
                   %(cents_30)s, %(cents_60)s
              FROM first_item item
              JOIN account_move_line line
                ON line.id = item.line_id AND line.parent_state = 'posted'
              JOIN today ON today.company_id = item.company_id
              JOIN res_company company ON company.id = item.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              LEFT JOIN matched ON matched.line_id = item.line_id
             CROSS JOIN LATERAL (
                   SELECT ROUND(item.amount * COALESCE(line.balance / NULLIF(line.amount_currency, 0), 1),
                                currency.decimal_places) AS amount,
                          COALESCE(line.balance / NULLIF(line.amount_currency, 0), 1) AS rate,
                          currency.decimal_places AS digits
                   ) AS booked
            """,
            cents_30=self._get_cents(30),
            cents_60=self._get_cents(60),
        )

    @api.model
    def _get_cents(self, days):
        """SQL of what was paid, and credited, of an item within some days."""
        paid = SQL.identifier(f"paid_{days}")
        credited = SQL.identifier(f"credited_{days}")
        # none matched: LEAST() would pass over it
        money = SQL("LEAST(item.amount, COALESCE(matched.%s, 0))", paid)
        cleared = SQL("LEAST(item.amount, COALESCE(matched.%s + matched.%s, 0))", paid, credited)
        return SQL(
            "ROUND(%(money)s * booked.rate, booked.digits) AS %(paid)s,"
            " ROUND(%(cleared)s * booked.rate, booked.digits)"
            " - ROUND(%(money)s * booked.rate, booked.digits) AS %(credited)s",
            money=money,
            cleared=cleared,
            paid=paid,
            credited=credited,
        )

    @api.model
    def _get_matched(self):
        """SELECT of what was matched with the first items, by days and kind, in their currency."""
        return SQL(
            """
            SELECT line_id,
                   COALESCE(SUM(amount) FILTER (WHERE is_cash AND days <= 30), 0) AS paid_30,
                   COALESCE(SUM(amount) FILTER (WHERE NOT is_cash AND days <= 30), 0)
                   AS credited_30,
                   COALESCE(SUM(amount) FILTER (WHERE is_cash AND days <= 60), 0) AS paid_60,
                   COALESCE(SUM(amount) FILTER (WHERE NOT is_cash AND days <= 60), 0)
                   AS credited_60
              FROM (SELECT item.line_id, match.debit_amount_currency AS amount,
                           match.max_date - item.date AS days, journal.type IN %(cash)s AS is_cash
                      FROM first_item item
                      JOIN account_partial_reconcile match ON match.debit_move_id = item.line_id
                      JOIN account_move_line credit
                        ON credit.id = match.credit_move_id AND credit.parent_state = 'posted'
                      JOIN account_journal journal ON journal.id = credit.journal_id
                     WHERE match.max_date >= item.date OR match.create_date >= item.queued_at
                   ) AS part
             GROUP BY line_id
            """,
            cash=CASH_JOURNAL_TYPES,
        )

    @api.model
    def _get_within(self, days):
        """SQL of the sums of what was asked for long enough ago, and of what came in of it."""
        paid = SQL.identifier(f"paid_{days}")
        old = SQL("FILTER (WHERE followed >= %s)", days)
        return SQL(
            """
            COALESCE(SUM(amount) %(old)s, 0) AS %(amount)s,
            COALESCE(SUM(%(paid)s) %(old)s, 0) AS %(paid)s,
            COALESCE(SUM(%(credited)s) %(old)s, 0) AS %(credited)s,
            SUM(%(paid)s) %(old)s / NULLIF(SUM(amount) %(old)s, 0) AS %(rate)s
            """,
            old=old,
            amount=SQL.identifier(f"amount_{days}"),
            paid=paid,
            credited=SQL.identifier(f"credited_{days}"),
            rate=SQL.identifier(f"rate_{days}"),
        )

    def _get_mine(self):
        """SELECT of the first items of these rows, with the row of each."""
        return SQL(
            """
            SELECT row.id AS row_id, item.*
              FROM (%s) AS item
              JOIN (VALUES %s) AS row (id, strategy_id, company_id, version)
                ON row.strategy_id = item.strategy_id AND row.company_id = item.company_id
               AND (row.version IS NULL OR row.version = item.strategy_version)
            """,
            self._get_first_items(),
            SQL(", ").join(
                SQL(
                    "(%s, %s, %s, %s::int4)",
                    row.id,
                    row.strategy_id.id,
                    row.company_id.id,
                    None if row.is_total else row.strategy_version,
                )
                for row in self
            ),
        )

    def _get_groups(self):
        """The histories of the customers, by row."""
        if not self.ids:
            return {}
        self.env.flush_all()
        units = SQL(
            "SELECT DISTINCT row_id AS group_id, notice_id AS id, account_id, company_id, date"
            " FROM (%s) AS item",
            self._get_mine(),
        )
        items = SQL(
            "SELECT notice_id AS unit_id, line_id FROM (%s) AS item"
            " WHERE notice_id IN (SELECT id FROM unit)",
            self._get_first_items(),
        )
        today = self.env["ar.collect.dispute.report"]._get_today_query()
        return group_histories(self.env.execute_query(get_histories(units, items, today)))

    def _get_result(self, group):
        """What is said of a row.

        :param dict group: number of customers by history
        :return dict: values
        """
        horizon = LONGEST if experiment.is_enough(group, LONGEST) else SHARE_DAYS
        if not experiment.is_enough(group, horizon):
            words = self.env._(
                "Too few to say: %(count)s customers were asked at least %(days)s days ago; it takes"
                " %(least)s.",
                count=experiment.get_share(group, horizon)[1],
                days=horizon,
                least=experiment.MIN_CUSTOMERS,
            )
            return {"is_enough": False, "days_to_pay": 0.0, "statement": words}
        days = experiment.get_days_estimate(group, horizon)
        words = self.env._(
            "Paid in full %(days)s days after the first notice, on average (95 %% interval %(low)s"
            " to %(high)s; %(count)s customers; later than %(horizon)s days counts as"
            " %(horizon)s). Customers are not given strategies at random: no proof that the"
            " strategy made the difference.",
            days=formatLang(self.env, days.value, digits=1),
            low=formatLang(self.env, days.low, digits=1),
            high=formatLang(self.env, days.high, digits=1),
            count=experiment.count_customers(group),
            horizon=horizon,
        )
        return {"is_enough": True, "days_to_pay": days.value, "statement": words}
