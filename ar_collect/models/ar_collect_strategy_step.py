# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.notice_calendar import Step
from .account_condition import check_condition

#: Ways in which a step reaches somebody.
CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("call", "Call"),
    ("activity", "Task for Somebody Else"),
    ("escalation", "Escalation"),
    ("hold", "Propose a Credit Hold"),
    ("fee", "Propose Late Fees"),
]
#: Channels that reach the customer by themselves; the others are work for somebody of ours.
SENT_CHANNELS = ("email", "sms", "letter")
TONES = [
    ("0_notice", "Notice: before anything is late"),
    ("1_friendly", "Friendly: helps"),
    ("2_firm", "Firm: asks"),
    ("3_final", "Final: states consequences"),
]


class ArCollectStrategyStep(models.Model):
    """What is done with a customer's items so many days after, or before, they are due."""

    _name = "ar.collect.strategy.step"
    _description = "Strategy Step"
    _order = "strategy_id, days, id"

    strategy_id = fields.Many2one(
        comodel_name="ar.collect.strategy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="strategy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id", string="Company Currency"
    )
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Days After Due",
        required=True,
        help="Days from the due date of an item; negative: before it.",
    )
    level = fields.Selection(
        [("customer", "Customer"), ("invoice", "Invoice")],
        required=True,
        default="customer",
        help="Customer: all that is overdue is listed. Invoice: only the items that reach the step.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="email")
    tone = fields.Selection(TONES, required=True, default="1_friendly")
    template_id = fields.Many2one(
        comodel_name="ar.collect.notice.template", string="Text", ondelete="restrict"
    )
    sender = fields.Selection(
        [("collector", "Collector"), ("company", "Company")],
        required=True,
        default="collector",
        help="In whose name it is sent. Without a collector the company is the sender.",
    )
    role_id = fields.Many2one(
        comodel_name="ar.collect.contact.role",
        string="To",
        ondelete="restrict",
        default=lambda self: self._default_role(),
        help="Contacts with this role; without any, the next best contact.",
    )
    cc_role_id = fields.Many2one(
        comodel_name="ar.collect.contact.role",
        string="Copy To",
        ondelete="restrict",
        help="Contacts with this role get a copy of the same e-mail.",
    )
    attachments = fields.Selection(
        [("none", "None"), ("statement", "Statement"), ("invoices", "Invoices")],
        required=True,
        default="none",
        help="What goes with the e-mail, or is printed behind the letter. Invoices that go with it"
        " count as sent once more.",
    )
    automatic = fields.Boolean(
        default=True, help="Goes out by itself; otherwise somebody approves each one."
    )
    min_amount = fields.Monetary(
        string="From", help="In company currency; less than this is not worth the step."
    )
    min_gap = fields.Integer(
        string="Days Since Contact",
        help="Days that have passed since any contact with the customer, whoever made it.",
    )
    domain = fields.Char(
        string="Condition", help="On the collection account; others skip the step."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="For",
        domain="[('share', '=', False)]",
        help="Who gets the task; by default the collector, for a task of somebody else the"
        " customer's salesperson.",
    )
    summary = fields.Char(string="Task", translate=True)
    holdout_percent = fields.Integer(
        string="Left Out at Random (%)",
        help="So many of a hundred small customers do not get the step, to learn what it brings.",
    )
    holdout_amount = fields.Monetary(
        string="Left Out Below", help="Only customers who owe less than this are left out."
    )
    notice_count = fields.Integer(string="Notices", compute="_compute_notice_count")

    _min_gap_not_negative = models.Constraint(
        "CHECK (min_gap >= 0)", "The days since the last contact cannot be negative."
    )
    _min_amount_not_negative = models.Constraint(
        "CHECK (min_amount >= 0)", "The least amount of a step cannot be negative."
    )
    _holdout_range = models.Constraint(
        "CHECK (holdout_percent BETWEEN 0 AND 50)", "At most half of the customers are left out."
    )
    _days_range = models.Constraint(
        "CHECK (days BETWEEN -365 AND 3650)",
        "A step lies between a year before and ten years after the due date.",
    )
    # a step per channel and day: the higher of two on one day could not be told
    _one_per_day = models.UniqueIndex(
        "(strategy_id, channel, days) WHERE active",
        "A strategy has one step per channel and day.",
    )

    # === DEFAULT METHODS === #

    def _default_role(self):
        role = "ar_collect.contact_role_accounts_payable"
        return self.env.ref(role, raise_if_not_found=False)

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for step in self:
            step.currency_id = (step.company_id or self.env.company).currency_id

    def _compute_notice_count(self):
        counts = dict(
            self.env["ar.collect.notice"]._read_group(
                [("step_id", "in", self.ids)], ["step_id"], ["__count"]
            )
        )
        for step in self:
            step.notice_count = counts.get(step, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("channel", "template_id", "active")
    def _check_template(self):
        for step in self.filtered("active"):
            if step.channel in SENT_CHANNELS and not step.template_id:
                raise ValidationError(
                    step.env._("The step “%s” is sent to the customer: choose its text.", step.name)
                )

    @api.constrains("channel", "days", "active")
    def _check_fee_days(self):
        for step in self.filtered("active"):
            if step.channel == "fee" and step.days <= 0:
                raise ValidationError(
                    step.env._(
                        "The step “%s” proposes late fees: put it after the due date.", step.name
                    )
                )

    @api.constrains("domain")
    def _check_domain(self):
        for step in self.filtered("domain"):
            check_condition(step, step.env._("Condition"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to number the strategies' versions."""
        steps = super().create(vals_list)
        steps.strategy_id._raise_version()
        return steps

    def write(self, vals):
        """Override of `base` to number the strategies' versions."""
        result = super().write(vals)
        self.strategy_id._raise_version()
        return result

    def unlink(self):
        """Override of `base`: a step of which notices were made is put away, they keep it."""
        # sudo: whether there are any, in whatever company
        counted = self.sudo().filtered("notice_count")  # sudo: see above
        used = self.browse(counted.ids)
        used.active = False
        return super(ArCollectStrategyStep, self - used).unlink()

    # === BUSINESS METHODS === #

    def _is_sent(self):
        """Whether the step reaches the customer by itself, unlike work for somebody of ours."""
        self.ensure_one()
        return self.channel in SENT_CHANNELS

    def _is_plain(self):
        """Whether every customer who reaches the step meets it: it asks for nothing more.

        :rtype: bool
        """
        self.ensure_one()
        return not self.min_amount and not (self.domain and self.domain != "[]")

    def _for_calendar(self):
        """This step as the calendar of the days to come goes by it.

        :rtype: Step
        """
        return Step(self.id, self.channel, self.days, self.level, self.min_amount, self.min_gap)
