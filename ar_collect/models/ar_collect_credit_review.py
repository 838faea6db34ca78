# Part of ar_collect. License LGPL-3.
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

RISK_CLASSES = [("A", "A: safe"), ("B", "B: good"), ("C", "C: watch"), ("D", "D: risky")]
#: Those for whom it takes a reason to do without a limit.
RISKY = ("C", "D")
STATES = [("draft", "To Decide"), ("decided", "Decided")]
TRENDS = [
    ("better", "Pays sooner"),
    ("same", "As before"),
    ("worse", "Pays later"),
    ("unknown", "Too few items"),
]
#: What people enter; all else is worked out, or done by buttons.
ENTERED = {"decided_limit", "decided_class", "note"}


class ArCollectCreditReview(models.Model):
    """What the account said of a customer on a day, and what was decided of limit and risk.

    The figures are kept as they were. A collector fills in a draft, a manager decides.
    """

    _name = "ar.collect.credit.review"
    _description = "Credit Review"
    _inherit = ["ar.collect.decision", "ar.collect.trend"]
    _order = "date DESC, id DESC"
    _rec_names_search = ["customer_id"]

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    date = fields.Date(
        required=True, readonly=True, help="The day of the figures, in the company's time zone."
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Reviewer", readonly=True, ondelete="set null"
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)

    # --- what is owed, in company currency
    amount_balance = fields.Monetary(string="Balance", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    overdue_share = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Of what is open, less unapplied credits. Nobody is blamed for what is disputed or"
        " excluded, or promised where promises are trusted.",
    )
    oldest_days = fields.Integer(
        string="Oldest Overdue (days)",
        readonly=True,
        aggregator="max",
        help="Without what is disputed or excluded, or promised where promises are trusted.",
    )
    amount_exposure = fields.Monetary(
        string="Exposure", readonly=True, help="What is owed, and what is ordered and not invoiced."
    )
    amount_limit = fields.Monetary(
        string="Credit Limit", readonly=True, help="On that day; 0: no limit."
    )
    limit_use = fields.Float(
        string="Limit Used (%)", readonly=True, aggregator="avg", help="0 without a limit."
    )
    uses_limit = fields.Boolean(
        readonly=True, help="Whether the company worked with credit limits on that day."
    )

    # --- how they pay: see also ar.collect.trend
    trend = fields.Selection(
        TRENDS, readonly=True, default="unknown", help="Now, compared with the year before."
    )
    days_to_pay = fields.Float(
        readonly=True,
        aggregator="avg",
        help="From invoice to money, of what was paid in 12 months, weighted by amount.",
    )
    late_probability = fields.Float(readonly=True, aggregator="avg")
    last_payment_date = fields.Date(string="Last Payment", readonly=True)
    last_payment_amount = fields.Monetary(readonly=True)
    amount_sales = fields.Monetary(
        string="Sales", readonly=True, help="Invoices less credit notes of 12 months, with tax."
    )
    sales_days = fields.Integer(
        string="Days of Sales",
        readonly=True,
        aggregator="avg",
        help="Those of the 12 months since the first invoice, at least 30.",
    )
    amount_written_off = fields.Monetary(
        string="Written Off",
        readonly=True,
        help="Invoices of which something was matched with neither money nor credit notes in"
        " 12 months: that part. Exchange differences do not count.",
    )

    # --- what they say, 12 months
    promise_count = fields.Integer(
        string="Promises", readonly=True, help="That were kept or not by now."
    )
    promise_kept_rate = fields.Float(
        string="Promises Kept",
        readonly=True,
        aggregator="avg",
        help="Kept in part counts by its share.",
    )
    promise_broken_count = fields.Integer(string="Broken Promises", readonly=True)
    dispute_count = fields.Integer(string="Disputes", readonly=True)
    amount_disputed = fields.Monetary(
        string="Contested", readonly=True, help="In disputes opened in 12 months."
    )
    amount_disputed_ours = fields.Monetary(
        string="Contested, Our Cause",
        readonly=True,
        help="The part of it that we could have prevented: it does not speak against the customer.",
    )
    amount_disputed_theirs = fields.Monetary(
        string="Contested, Not Our Cause",
        readonly=True,
        help="The part of it that was decided, with a root cause that is not ours: this alone"
        " speaks against the customer.",
    )
    dispute_share = fields.Float(
        string="Contested of Sales", readonly=True, aggregator="avg", help="Our cause included."
    )

    # --- proposed
    proposed_limit = fields.Monetary(
        readonly=True,
        help="What is sold in a day, times the days to pay, times a factor for the class.",
    )
    proposed_class = fields.Selection(RISK_CLASSES, readonly=True)
    reasons = fields.Json(
        readonly=True, copy=False, help="What the proposal comes from: code, value, points."
    )
    risk_text = fields.Text(
        string="Why This Class", compute="_compute_texts", help="With the points for each."
    )
    limit_text = fields.Text(string="Why This Limit", compute="_compute_texts")
    warning = fields.Char(compute="_compute_warning", help="What to know before it is decided.")

    # --- decided
    decided_limit = fields.Monetary(help="0: no limit.")
    decided_class = fields.Selection(RISK_CLASSES)
    note = fields.Text(help="Why; needed when it is not as proposed.")
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)
    former_limit = fields.Monetary(
        string="Limit Before", readonly=True, help="What it was when this was decided."
    )
    former_class = fields.Selection(RISK_CLASSES, string="Class Before", readonly=True)
    limit_set = fields.Boolean(
        readonly=True, help="The limit was given to the customer, so Undo puts back the former one."
    )

    _one_draft = models.UniqueIndex(
        "(account_id) WHERE state = 'draft'", "A review of this customer was begun already."
    )
    _last_idx = models.Index("(account_id, date DESC) WHERE state = 'decided'")
    _limits_not_negative = models.Constraint(
        "CHECK (decided_limit >= 0)", "A credit limit cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("customer_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            day = format_date(self.env, review.date)
            review.display_name = f"{review.customer_id.display_name} · {day}"

    @api.depends("state", "decided_limit", "decided_class", "amount_exposure", "uses_limit")
    @api.depends_context("lang")
    def _compute_warning(self):
        for review in self:
            asked = review.state == "draft" and review.uses_limit
            review.warning = asked and review._get_warning()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: the figures come from the ledger, so a button makes it."""
        if not self.env.su:
            raise AccessError(self.env._("A review is begun by its button on the customer."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: figures and decisions stay as they were."""
        if not self.env.su:
            if not ENTERED.issuperset(vals):
                raise AccessError(self.env._("The figures of a review stay as they were."))
            if self.filtered(lambda review: review.state != "draft"):
                raise UserError(self.env._("This was decided by now. Undo it to change it."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_update(self):
        """Work out figures and proposal anew, as of today."""
        self.check_access("write")
        self._check_state("draft")
        self._update()

    def action_discard(self):
        """Throw drafts away, and go back to what is to be reviewed.

        :rtype: dict
        """
        self.check_access("write")
        self._check_state("draft")
        self.sudo().unlink()  # sudo: drafts alone, see above; what was decided is never deleted
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_credit_watch_action"),
            "target": "main",
        }

    def action_decide(self):
        """Set the limit and the class of the customer, and note it there.

        What the page shows may come in the context, as `seen_limit` and `seen_class`.
        """
        self.ensure_one()._check_manager()
        self._check_state("draft")
        self._check_seen()
        self._check_figures()
        self._check_decision()
        self._apply()

    def action_undo(self):
        """Put back the limit and the class of before; the review is a draft again."""
        self.ensure_one()._check_manager()
        self._check_state("decided")
        self._check_undo()
        self._take_back()

    def action_open(self):
        """Open this review."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _make(self, accounts):
        """The drafts of customers; made where there is none, in as many queries for one as for
        a thousand.

        :param recordset accounts: `ar.collect.account`
        :return: the drafts
        """
        accounts.check_access("write")
        reviews = self.sudo()  # sudo: checked above; nobody writes figures by hand, see create
        drafts = reviews.search([("account_id", "in", accounts.ids), ("state", "=", "draft")])
        missing = accounts - drafts.account_id
        if missing:
            figures = missing._get_review_values()
            drafts |= reviews.create(
                [
                    {"account_id": account.id, "user_id": self.env.uid, **figures[account.id]}
                    for account in missing
                ]
            )
        return drafts.with_env(self.env)

    def _get_warning(self):
        """What to know before the limit that is entered is decided.

        :return: a sentence, or False
        """
        if self._is_risky_without_limit():
            return self.env._("A limit of 0 is none: a risky customer may order without end.")
        if 0 < self.decided_limit < self.amount_exposure:
            return self.env._(
                "%s are used by now: new orders would be over this limit.",
                self.currency_id.format(self.amount_exposure),
            )
        return False

    def _is_risky_without_limit(self):
        """Whether no limit at all is meant for a class that needs one."""
        return self.uses_limit and not self.decided_limit and self.decided_class in RISKY

    def _update(self):
        """See :meth:`action_update`; what somebody has entered stays."""
        reviews = self.sudo()  # sudo: checked by the caller
        figures = reviews.account_id._get_review_values()
        for review in reviews:
            values = figures[review.account_id.id]
            for name in ("limit", "class"):
                if review[f"decided_{name}"] != review[f"proposed_{name}"]:
                    del values[f"decided_{name}"]
            review.write(values)

    # --- what is decided

    def _apply(self):
        review = self.sudo()  # sudo: checked by the caller; the limit is accounting's
        review.write(
            {
                "state": "decided",
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "former_limit": review._get_limit(),
                "former_class": review.account_id.risk_class,
                "limit_set": review.uses_limit,
            }
        )
        review.account_id.risk_class = review.decided_class
        if review.uses_limit:
            review._set_limit(review.decided_limit)
        self._log(self._get_decision_note())

    def _take_back(self):
        review = self.sudo()  # sudo: checked by the caller; the limit is accounting's
        review.account_id.risk_class = review.former_class
        if review.limit_set:
            review._set_limit(review.former_limit)
        review.write(
            {"state": "draft", "decided_by_id": False, "decided_on": False, "limit_set": False}
        )
        self._log(self.env._("Credit review taken back: limit and class are as before."))

    def _get_limit(self):
        """The present limit of the customer in the company of the review."""
        return self.customer_id.with_company(self.company_id).credit_limit

    def _set_limit(self, limit):
        """Give the customer a limit, in the company of the review alone."""
        customer = self.customer_id.with_company(self.company_id)
        if self.currency_id.compare_amounts(customer.credit_limit, limit):
            customer.credit_limit = limit

    def _log(self, body):
        """Write a note into the chatter of the customer."""
        account = self.sudo().account_id  # sudo: the log, whoever is at work
        account._message_log(body=body, author_id=self.env.user.partner_id.id)

    def _get_decision_note(self):
        """What was decided, by whom is the author of the note.

        :rtype: Markup
        """
        labels = dict(self._fields["decided_class"]._description_selection(self.env))
        parts = [self.env._("Credit reviewed: %s", labels[self.decided_class])]
        if self.uses_limit:
            money = self.currency_id.format
            parts.append(
                self.env._(
                    "limit %(former)s → %(limit)s",
                    former=money(self.former_limit),
                    limit=money(self.decided_limit),
                )
            )
        note = Markup("<b>%s</b>") % ", ".join(parts)
        if self.note:
            note += Markup('<br/><span style="white-space: pre-line">%s</span>') % self.note
        return note
