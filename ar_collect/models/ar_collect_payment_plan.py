# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.instalments import MOST, days, split
from .inner_context import INNER, is_inner

STATES = [
    ("draft", "Proposed"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
    ("replaced", "Replaced"),
]
INTERVALS = [
    ("week", "Every Week"),
    ("fortnight", "Every Two Weeks"),
    ("month", "Every Month"),
    ("dates", "On Given Dates"),
]
#: In these states what is in the plan is not chased, and in no other promise or plan.
RUNNING = ("active", "paused")
#: Context key: items and instalments are checked together, when all of them are entered.
WHOLE = "ar_collect_plan_whole"
SEQUENCE = "ar.collect.payment.plan"


class ArCollectPaymentPlan(models.Model):
    """What is owed on some items, agreed to be paid in instalments: a promise for each."""

    _name = "ar.collect.payment.plan"
    _description = "Payment Plan"
    _inherit = ["ar.collect.claim", "ar.collect.thread", "portal.mixin"]
    _order = "id DESC"
    _mail_post_access = "read"

    _first_state = "draft"
    _state_fields = {
        *("name", "state", "missed_count", "date_agreed", "ledger_mark", "replaces_id"),
        *("signed_by", "signed_on", "signature", "paused_on", "ended_on", "end_mark"),
        *("from_customer", "offered_on"),
    }
    _said_fields = {
        *("account_id", "currency_id", "amount", "item_ids", "instalment_ids", "missed_limit"),
        *("instalment_count", "interval", "date_first"),
    }

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, copy=False
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, help="The sum of its items, and of its instalments."
    )
    item_ids = fields.One2many(
        comodel_name="ar.collect.payment.plan.item", inverse_name="plan_id", string="Items"
    )
    instalment_ids = fields.One2many(
        comodel_name="ar.collect.payment.plan.line", inverse_name="plan_id", string="Instalments"
    )
    promise_ids = fields.One2many(
        comodel_name="ar.collect.promise", inverse_name="plan_id", string="Promises"
    )

    # --- how it is spread
    instalment_count = fields.Integer(string="Number of Instalments", required=True, default=3)
    interval = fields.Selection(INTERVALS, required=True, default="month")
    date_first = fields.Date(
        string="First Instalment",
        required=True,
        default=lambda self: self.env.company._get_collect_today() + timedelta(days=7),
    )
    missed_limit = fields.Integer(
        string="Broken After",
        compute="_compute_missed_limit",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="As many missed instalments break the plan: all that is left is due at once.",
    )

    # --- the agreement
    date_agreed = fields.Date(
        string="Agreed On",
        readonly=True,
        copy=False,
        help="In the company's time zone. Money that came before does not count for the plan.",
    )
    ledger_mark = fields.Integer(
        readonly=True, copy=False, help="Number of the newest journal item at that moment."
    )
    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signature = fields.Image(
        readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024
    )
    replaces_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan",
        string="Takes the Place Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    replaced_by_ids = fields.One2many(
        comodel_name="ar.collect.payment.plan", inverse_name="replaces_id", string="Negotiated Anew"
    )
    replaced_by_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan",
        string="Renegotiated",
        compute="_compute_replaced_by_id",
        help="The newest proposal to take the place of this plan.",
    )

    # --- how it goes
    missed_count = fields.Integer(string="Missed Instalments", readonly=True, copy=False)
    amount_kept = fields.Monetary(
        string="Paid in Time", compute="_compute_progress", help="Of the instalments."
    )
    progress = fields.Float(compute="_compute_progress", help="Paid in time, in percent.")
    date_next = fields.Date(string="Next Instalment", compute="_compute_progress")
    date_last = fields.Date(string="Last Instalment", compute="_compute_progress")
    paused_on = fields.Date(readonly=True, copy=False, help="Since then no deadline passes.")
    ended_on = fields.Date(readonly=True, copy=False, help="When somebody ended it.")
    end_mark = fields.Integer(
        readonly=True, copy=False, help="Number of the newest journal item at that moment."
    )

    _agreed_idx = models.Index("(customer_id) WHERE date_agreed IS NOT NULL")
    _name_unique = models.UniqueIndex(
        "(company_id, name)", "The number of a payment plan is given once in a company."
    )
    _count_possible = models.Constraint(
        f"CHECK (instalment_count BETWEEN 1 AND {MOST})",
        f"A payment plan has 1 to {MOST} instalments.",
    )
    _limit_positive = models.Constraint(
        "CHECK (missed_limit > 0)", "A plan breaks after one missed instalment or more."
    )

    # === COMPUTE METHODS === #

    @api.depends("item_ids.amount")
    def _compute_amount(self):
        for plan in self:
            plan.amount = sum(plan.item_ids.mapped("amount"))

    @api.depends("account_id")
    def _compute_missed_limit(self):
        for plan in self:
            company = plan.account_id.company_id or plan.env.company
            plan.missed_limit = plan.missed_limit or company.collect_plan_missed_limit

    @api.depends("amount", "instalment_ids.date", "promise_ids.state", "promise_ids.amount_kept")
    def _compute_progress(self):
        for plan in self:
            waiting = plan.promise_ids.filtered(lambda promise: promise.state == "open")
            plan.amount_kept = sum(plan.promise_ids.mapped("amount_kept"))
            plan.progress = 100 * plan.amount_kept / plan.amount if plan.amount else 0
            plan.date_next = min(waiting.mapped("date_promised"), default=False)
            plan.date_last = max(plan.instalment_ids.filtered("date").mapped("date"), default=False)

    @api.depends("replaced_by_ids.state")
    def _compute_replaced_by_id(self):
        for plan in self:
            newer = plan.replaced_by_ids.filtered(lambda other: other.state != "cancelled")
            plan.replaced_by_id = newer.sorted("id")[-1:]

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/payment-plans/{plan.id}"
        return result

    # === ONCHANGE METHODS === #

    @api.onchange("item_ids", "instalment_count", "interval", "date_first")
    def _onchange_distribution(self):
        """Spread the amount anew: given dates stay, the amounts are shared out among them."""
        if self.interval == "dates" and not self.instalment_ids:
            return None
        try:
            values = self._get_distribution()
        except ValidationError as error:
            return {"warning": {"title": self.env._("Instalments"), "message": error.args[0]}}
        self.instalment_ids = [Command.clear(), *map(Command.create, values)]
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect`: a proposal without instalments gets equal ones."""
        for vals in vals_list:
            vals.pop("amount", None)  # the items decide
            if not self.env.su and any(map(vals.get, self._state_fields - {"state"})):
                raise AccessError(self.env._("A payment plan is agreed by its buttons."))
        plans = super(ArCollectPaymentPlan, self.with_context(**{WHOLE: INNER})).create(vals_list)
        for plan in plans.filtered(lambda plan: not plan.instalment_ids):
            plan.instalment_ids = [Command.create(values) for values in plan._get_distribution()]
        for company, group in plans.grouped("company_id").items():
            for plan in group.sudo().filtered(lambda plan: not plan.name):  # sudo: not by hand
                plan.name = self._get_next_name(company)
        plans = plans.with_env(self.env)
        plans._check_whole()
        return plans

    def write(self, vals):
        """Override of `ar_collect` to check items and instalments together."""
        here = self.with_context(**{WHOLE: INNER})
        result = super(ArCollectPaymentPlan, here).write(vals)
        if not vals.keys().isdisjoint({"item_ids", "instalment_ids", "currency_id"}):
            self._check_whole()
        return result

    # === ACTION METHODS === #

    def action_distribute(self):
        """Share the amount out equally; given dates stay."""
        self.check_access("write")
        for plan in self:
            values = plan._get_distribution()
            plan.instalment_ids = [Command.clear(), *map(Command.create, values)]

    # === BUSINESS METHODS === #

    @api.model
    def _get_next_name(self, company):
        """The number of the next plan of a company; each company counts on its own.

        :rtype: str
        """
        sequences = self.env["ir.sequence"].sudo().with_company(company)  # sudo: not by hand
        mine = Domain("code", "=", SEQUENCE) & Domain("company_id", "=", company.id)
        if not sequences.search_count(mine, limit=1):
            sequences.create(
                {
                    "name": self.env._("Payment plans of %s", company.name),
                    "code": SEQUENCE,
                    "company_id": company.id,
                    "prefix": "PLAN/%(range_year)s/",
                    "padding": 4,
                    "use_date_range": True,
                }
            )
        return sequences.next_by_code(SEQUENCE, sequence_date=company._get_collect_today())

    def _get_distribution(self):
        """Values of equal instalments, on their days.

        :rtype: list of dict
        :raise ValidationError: when there is not enough for so many
        """
        self.ensure_one()
        given = self.interval == "dates" and self.instalment_ids
        dates = sorted(day for day in self.instalment_ids.mapped("date") if day) if given else []
        count = len(dates) if given else self.instalment_count
        try:
            amounts = split(self.amount, count, self.currency_id.rounding)
        except ValueError:
            raise ValidationError(
                self.env._(
                    "%(amount)s cannot be paid in %(count)s instalments.",
                    amount=self._format_amount(),
                    count=count,
                )
            ) from None
        if not given:
            step = "month" if self.interval == "dates" else self.interval
            dates = (self.date_first and days(self.date_first, count, step)) or [False] * count
        return [{"date": day, "amount": amount} for day, amount in zip(dates, amounts, strict=True)]

    # --- what is checked

    def _check_change(self, vals):
        """Override of `ar_collect`: a proposal may be changed, but not its customer."""
        if self.env.su:
            return
        if not self._state_fields.isdisjoint(vals):
            raise AccessError(self.env._("A payment plan is agreed by its buttons."))
        if not self._said_fields.isdisjoint(vals):
            self._check_proposed()
        if "account_id" in vals:
            raise UserError(self.env._("A payment plan stays with its customer."))

    def _check_proposed(self):
        """Refuse to change what was agreed.

        :raise UserError: naming a plan
        """
        if agreed := self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._(
                    "%s is not a proposal any more: what was agreed stays. Renegotiate it to agree"
                    " on something else.",
                    agreed[0].name,
                )
            )

    def _check_whole(self):
        """Refuse a plan whose instalments do not come to what is to be paid, or not in order."""
        if is_inner(self.env, WHOLE):
            return
        for plan in self:
            for part in (*plan.item_ids, *plan.instalment_ids):
                plan._check_is_amount(part.amount)
            plan._check_sum()
            if not all(line.amount > 0 for line in plan.instalment_ids):
                raise ValidationError(plan.env._("Each instalment must be above zero."))
            dates = plan.instalment_ids.mapped("date")
            if len(set(dates)) < len(dates):
                raise ValidationError(
                    plan.env._("Two instalments are on the same day: each has a day of its own.")
                )

    def _check_sum(self):
        """Refuse what is empty, or does not add up."""
        self.ensure_one()
        if not self.item_ids:
            raise ValidationError(
                self.env._("Choose the invoices that are to be paid in instalments.")
            )
        if not self.instalment_ids:
            raise ValidationError(self.env._("A payment plan has one instalment at least."))
        total = sum(self.instalment_ids.mapped("amount"))
        if self.currency_id.compare_amounts(total, self.amount) != 0:
            raise ValidationError(
                self.env._(
                    "The instalments come to %(total)s, the items to %(amount)s.",
                    total=self.currency_id.format(total),
                    amount=self.currency_id.format(self.amount),
                )
            )

    @api.model
    def _get_running_on(self, line_ids):
        """The plans in force on journal items, as the ledger says by now.

        :param list line_ids: ids of `account.move.line`
        :return: the plans, as superuser
        :rtype: recordset of `ar.collect.payment.plan`
        """
        domain = Domain("item_ids.line_id", "in", line_ids) & Domain("ended_on", "=", False)
        agreed = self.sudo().search(  # sudo: whoever asks is told that there is one
            domain & Domain("date_agreed", "!=", False)
        )
        if agreed:
            agreed.promise_ids._judge()
        return agreed.filtered(lambda plan: plan.state in RUNNING)

    # --- effect on the account

    def _apply(self):
        """Override of `ar_collect`: a proposal has no effect."""
        agreed = self.filtered("date_agreed")
        return super(ArCollectPaymentPlan, agreed)._apply()

    # --- what is told

    def _note_on_account(self, event):
        """Override of `ar_collect` to note it in the plan's own chatter as well."""
        self._message_log_batch({plan.id: plan._get_note_body(event) for plan in self})
        return super()._note_on_account(event)

    def _get_event_title(self, event):
        """Override of `ar_collect` for what happens to payment plans."""
        self.ensure_one()
        plan = self.env._(
            "%(name)s, %(amount)s in %(count)s instalments",
            name=self.name,
            amount=self._format_amount(),
            count=len(self.instalment_ids),
        )
        match event:
            case "created":
                return self.env._("Payment plan proposed: %s", plan)
            case "agreed":
                return self.env._("Payment plan agreed: %s", plan)
            case "paused":
                return self.env._("Payment plan paused: %s", plan)
            case "cancelled":
                return self.env._("Payment plan cancelled: %s", plan)
            case "replaced":
                return self.env._("Payment plan replaced by another agreement: %s", plan)
            case "broken":
                return self.env._("Payment plan broken: %s", plan)
            case "done":
                return self.env._("Payment plan done: %s", plan)
            case "active":
                return self.env._("Payment plan in force again: %s", plan)
        return super()._get_event_title(event)
