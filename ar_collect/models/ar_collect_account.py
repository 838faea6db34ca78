# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("to_chase", "To chase"),
    ("waiting", "Overdue, nothing to chase"),
    ("not_due", "Nothing overdue"),
    ("settled", "Settled"),
]
PRIORITY_BANDS = [("3_high", "High"), ("2_medium", "Medium"), ("1_low", "Low"), ("0_none", "None")]


class ArCollectAccount(models.Model):
    """One row per customer (commercial partner) and company.

    The amounts, dates and counts are a cache of the ledger, written only by ``_refresh``. What a
    person sets (collector, strategy, hold, next action, note) is the only thing kept here.
    """

    _name = "ar.collect.account"
    _description = "Collection Account"
    _inherit = ["ar.collect.thread", "mail.activity.mixin", "portal.mixin"]
    _order = "priority DESC, amount_chasable DESC, id"
    _rec_name = "partner_id"
    _mail_post_access = "read"
    _check_company_auto = True

    # --- who
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", string="Company Currency", required=True, readonly=True
    )

    # --- what a person sets; survives a rebuild and a merge of customers
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who collects from this customer.",
    )
    strategy_id = fields.Many2one(
        comodel_name="ar.collect.strategy",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
    )
    hold = fields.Boolean(
        string="Credit Hold", tracking=True, help="New business on credit is stopped."
    )
    next_action = fields.Char(help="What to do next with this customer.")
    next_action_date = fields.Date(
        tracking=True, help="The day this customer comes back to the top of the worklist."
    )
    note = fields.Html(string="Standing Note", help="What every collector must know first.")

    # --- who works on it today
    acting_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector Today",
        readonly=True,
        index="btree_not_null",
        help="The collector, or the substitute while the collector is away.",
    )

    # --- cache of the ledger: amounts in company currency
    state = fields.Selection(STATES, required=True, default="settled", readonly=True)
    amount_balance = fields.Monetary(
        string="Balance", readonly=True, help="All open receivable items, credits included."
    )
    amount_not_due = fields.Monetary(string="Not Due", readonly=True)
    amount_1_30 = fields.Monetary(string="1-30 Days", readonly=True)
    amount_31_60 = fields.Monetary(string="31-60 Days", readonly=True)
    amount_61_90 = fields.Monetary(string="61-90 Days", readonly=True)
    amount_91_plus = fields.Monetary(string="91+ Days", readonly=True)
    amount_credit = fields.Monetary(
        string="Unapplied Credits",
        readonly=True,
        help="Credit notes and payments not yet matched with an invoice; negative.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue", readonly=True, help="Open debits whose due date has passed."
    )
    amount_excluded = fields.Monetary(
        string="Excluded",
        readonly=True,
        help="The overdue part nobody is asked for: items excluded from follow-up, blocked or "
        "in payment, and receivables that are not trade.",
    )
    amount_disputed = fields.Monetary(string="Disputed", readonly=True)
    amount_promised = fields.Monetary(string="Promised", readonly=True)
    amount_chasable = fields.Monetary(
        string="To Chase",
        readonly=True,
        help="Overdue less excluded, disputed, promised and unapplied credits; never negative.",
    )
    oldest_due_date = fields.Date(string="Oldest Due", readonly=True)
    chase_due_date = fields.Date(
        string="Oldest to Chase", readonly=True, help="Due date of the oldest item not excluded."
    )
    open_count = fields.Integer(string="Open Items", readonly=True, help="Credits included.")
    overdue_count = fields.Integer(string="Overdue Items", readonly=True)
    item_count = fields.Integer(
        string="Ledger Items", readonly=True, help="Posted receivable items, settled ones included."
    )

    # --- cache of the ledger: how they pay
    last_payment_date = fields.Date(readonly=True)
    last_payment_amount = fields.Monetary(
        readonly=True, help="What was received on the day of the last payment."
    )
    paid_count = fields.Integer(
        string="Paid Items", readonly=True, help="Items paid with money; credited ones left out."
    )
    late_count = fields.Integer(string="Paid Late", readonly=True)
    delay_days_total = fields.Integer(
        string="Total Delay (days)", readonly=True, help="Sum over the paid items, early negative."
    )
    own_delay_days = fields.Float(
        string="Own Delay (days)", readonly=True, help="Mean of the last six paid items."
    )
    late_probability = fields.Float(
        readonly=True,
        aggregator="avg",
        help="(late + 5 x share of all customers) / (paid + 5).",
    )
    expected_delay_days = fields.Float(
        string="Expected Delay (days)",
        readonly=True,
        aggregator="avg",
        help="Mean of the last six paid items; the company's mean for a customer without any.",
    )
    expected_payment_date = fields.Date(
        readonly=True, help="Oldest due date plus the expected delay."
    )

    # --- contact log and promises
    last_contact_date = fields.Date(string="Last Contact", readonly=True)
    last_right_party_date = fields.Date(string="Last Right-party Contact", readonly=True)
    attempt_count = fields.Integer(
        string="Attempts", readonly=True, help="Since the last right-party contact."
    )
    broken_promise_count = fields.Integer(string="Broken Promises", readonly=True)
    next_promise_date = fields.Date(string="Next Promise", readonly=True)

    # --- rank
    priority = fields.Integer(readonly=True, aggregator="avg", help="0 to 100.")
    priority_band = fields.Selection(PRIORITY_BANDS, readonly=True, default="0_none")
    priority_reasons = fields.Json(
        readonly=True, help="What adds up to the priority: code, label, points."
    )

    _partner_company_unique = models.Constraint(
        "UNIQUE (partner_id, company_id)", "A customer has one collection account per company."
    )
    # the worklist: the rows of a company by rank, and of several companies at once
    _worklist_idx = models.Index("(company_id, priority DESC, amount_chasable DESC, id)")
    _rank_idx = models.Index("(priority DESC, amount_chasable DESC, id) WHERE state = 'to_chase'")
    # the resubmissions of a collector
    _next_action_idx = models.Index(
        "(acting_user_id, next_action_date) WHERE next_action_date IS NOT NULL"
    )

    # --- seen, not stored
    credit_limit_used = fields.Float(
        string="Credit Limit Used (%)",
        compute="_compute_credit_limit_used",
        search="_search_credit_limit_used",
        help="Balance as a share of the customer's credit limit; 0 without a limit.",
    )

    def init(self):
        """Leave room in each page: a refreshed row stays in it, and its indexes as they are."""
        self.env.cr.execute(SQL("ALTER TABLE ar_collect_account SET (fillfactor = 70)"))

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_display_name(self):
        many = len(self.env.companies) > 1
        for account in self:
            name = account.partner_id.display_name
            account.display_name = f"{name} ({account.company_id.name})" if many else name

    @api.depends("amount_balance", "partner_id.credit_limit")
    def _compute_credit_limit_used(self):
        for account in self:
            customer = account.sudo().partner_id  # sudo: the limit is accounting's, its use is ours
            limit = customer.with_company(account.company_id).credit_limit
            account.credit_limit_used = 100 * account.amount_balance / limit if limit > 0 else 0

    def _search_credit_limit_used(self, operator, value):
        if operator not in (">", ">=", "<", "<="):
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: model._credit_limit_condition(alias, operator, value)
        )

    @api.model
    def _credit_limit_condition(self, alias, operator, value):
        """SQL condition on the share of the credit limit, in the company of each row."""
        company = SQL.identifier(alias, "company_id")
        return SQL(
            """
            (SELECT COALESCE(100 * %(balance)s / NULLIF(GREATEST(COALESCE(
                        (partner.credit_limit ->> %(company)s::text)::numeric, %(fallback)s
                    ), 0), 0), 0)
               FROM res_partner partner
              WHERE partner.id = %(partner)s) %(operator)s %(value)s
            """,
            balance=SQL.identifier(alias, "amount_balance"),
            partner=SQL.identifier(alias, "partner_id"),
            company=company,
            fallback=self._get_default_credit_limit(company),
            operator=SQL(operator),
            value=value,
        )

    @api.model
    def _get_default_credit_limit(self, company):
        """SQL of the credit limit of customers without one of their own.

        :param SQL company: column with the company's id
        """
        defaults = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT company_id, json_value::numeric
                      FROM ir_default
                     WHERE field_id = %s AND user_id IS NULL AND condition IS NULL
                    """,
                    self.env["ir.model.fields"]._get("res.partner", "credit_limit").id,
                )
            )
        )
        general = defaults.pop(None, 0)
        if not defaults:
            return SQL("%s::numeric", general)
        return SQL(
            "CASE %s %s ELSE %s END",
            company,
            SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in defaults.items()),
            general,
        )

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for account in self:
            account.access_url = f"/my/receivables/{account.id}"
        return result
