# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ar_collect_escalation_rule import RECIPIENTS

STATES = [
    ("open", "Waiting"),
    ("paused", "Paused"),
    ("answered", "Answered"),
    ("unanswered", "Not Answered"),
    ("settled", "Settled Meanwhile"),
    ("withdrawn", "Taken Back"),
]
#: States in which it goes on.
OPEN = ("open", "paused")
OUTCOMES = [
    ("will_pay", "The customer will pay"),
    ("talked", "I talked to them"),
    ("credit", "We owe them something: a credit, a correction, a delivery"),
    ("go_on", "Go on collecting"),
    ("hold", "Sell no more on credit"),
    ("other", "Something else"),
]


class ArCollectEscalation(models.Model):
    """Somebody of ours is asked for help with a customer, and what came of it.

    Whoever is asked needs no role of collections: the story is told here, once, as it was. It comes
    back to the collector with the answer, or without when the deadline passes.
    """

    _name = "ar.collect.escalation"
    _description = "Escalation"
    _inherit = ["ar.collect.thread", "mail.activity.mixin"]
    _order = "date_asked DESC, amount DESC, id DESC"
    _rec_names_search = ["customer_id", "reason"]
    _check_company_auto = True

    # --- about whom
    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        related="account_id.partner_id",
        string="Customer",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount = fields.Monetary(
        string="Overdue When Asked", readonly=True, help="In company currency."
    )
    days_late = fields.Integer(
        string="Days Late When Asked", readonly=True, aggregator="avg", help="Of the oldest item."
    )
    date_due = fields.Date(string="Oldest Due When Asked", readonly=True)

    # --- why, whom, what, by when
    rule_id = fields.Many2one(
        comodel_name="ar.collect.escalation.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: a person has asked, or a step of a strategy.",
    )
    step_id = fields.Many2one(
        comodel_name="ar.collect.strategy.step",
        string="Strategy Step",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The step that has asked; empty: a person, or a rule.",
    )
    strategy_id = fields.Many2one(related="step_id.strategy_id")
    reason = fields.Char(readonly=True, help="As the person asked reads it.")
    cycle = fields.Integer(
        string="Time",
        readonly=True,
        default=1,
        aggregator=None,
        help="How often the rule has asked by now.",
    )
    recipient = fields.Selection(RECIPIENTS, string="Asked As", readonly=True)
    is_fallback = fields.Boolean(
        string="Nobody Else",
        readonly=True,
        help="The collections manager was asked because there was nobody else.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    collector_id = fields.Many2one(
        comodel_name="res.users",
        string="Comes Back To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who gets the answer: the collector at that time, else whoever has asked, else the"
        " collections manager.",
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked By",
        readonly=True,
        ondelete="set null",
        help="Empty: a rule has asked, or a step of a strategy.",
    )
    question = fields.Text(string="What Is Asked", readonly=True)
    story = fields.Html(
        readonly=True, sanitize=False, help="As it was when it was asked, in their language."
    )
    date_asked = fields.Date(string="Asked On", required=True, readonly=True, index=True)
    date_resumed = fields.Date(
        string="Asked Again On",
        readonly=True,
        help="When it last went on after a pause, or was asked of somebody else. The days to answer"
        " count from then.",
    )
    deadline_days = fields.Integer(string="Working Days to Answer", readonly=True, aggregator="avg")
    date_deadline = fields.Date(string="Answer By", required=True, readonly=True, index=True)

    # --- what came of it
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True, group_expand=True
    )
    outcome = fields.Selection(OUTCOMES, string="Answer", readonly=True)
    answer = fields.Text(string="In Their Words", readonly=True)
    answered_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="set null")
    answered_at = fields.Datetime(string="Answered On", readonly=True)
    answer_days = fields.Float(
        string="Days to Answer",
        digits=(6, 1),
        readonly=True,
        aggregator="avg",
        help="Working days of the person from the question to the answer; 0: on the same day.",
    )
    is_late = fields.Boolean(
        string="Answered Late", readonly=True, help="After the deadline, when it was back already."
    )
    date_closed = fields.Date(string="Ended On", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_answer = fields.Boolean(compute="_compute_is_mine")
    can_withdraw = fields.Boolean(compute="_compute_is_mine")

    # a rule asks once at a time about a customer; a person or a step one other
    _once = models.UniqueIndex(
        "(account_id, rule_id) WHERE state IN ('open', 'paused')",
        "The rule asks about this customer already.",
    )
    _once_by_hand = models.UniqueIndex(
        "(account_id, user_id) WHERE state IN ('open', 'paused') AND rule_id IS NULL",
        "This person is asked about this customer already. Wait for the answer, or take it back.",
    )

    # === COMPUTE METHODS === #

    @api.depends("customer_id", "reason")
    def _compute_display_name(self):
        for escalation in self:
            parts = [escalation.customer_id.display_name, escalation.reason]
            escalation.display_name = ": ".join(part for part in parts if part)

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        workable = self._filter_workable()
        for escalation in self:
            escalation.is_mine = escalation.user_id == self.env.user
            may_answer = escalation.is_mine or escalation in workable
            escalation.can_answer = may_answer and escalation.state in (*OPEN, "unanswered")
            escalation.can_withdraw = escalation in workable and escalation.state in OPEN

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: rules ask, and people by their button."""
        if not self.env.su:
            raise AccessError(self.env._("Ask with the button “Escalate” on the customer."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `mail`: what was asked and answered stays as it was."""
        if not self.env.su:
            raise AccessError(self.env._("An escalation is changed by its buttons alone."))
        return super().write(vals)

    def message_post(self, **kwargs):
        """Override of `mail`: whoever is asked follows it, and would write to anybody here."""
        if not self.env.su:
            raise AccessError(self.env._("Answer with the button, or write on the customer."))
        return super().message_post(**kwargs)

    # === ACTION METHODS === #

    def action_answer(self):
        """Open the form of the answer.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self._check_may_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer: %s", self.customer_id.display_name),
            "res_model": "ar.collect.escalation.answer",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_escalation_id": self.id},
        }

    def action_withdraw(self):
        """Take the question back: the person has nothing to do any more."""
        for escalation in self:
            if escalation.state not in OPEN:
                raise UserError(self.env._("%s has ended already.", escalation.display_name))
        if self - self._filter_workable():
            raise AccessError(
                self.env._("Only whoever works on the customer takes the question back.")
            )
        self._end("withdrawn", self.env._("taken back by %s", self.env.user.name))

    def action_open_account(self):
        """Open the customer's collection account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.collect.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _filter_workable(self):
        """Those about customers that the user works on.

        :rtype: recordset
        """
        accounts = self.env["ar.collect.account"]
        if not accounts.has_access("write"):
            return self.browse()
        escalations = self.sudo()  # sudo: the id of the account alone
        mine = accounts.browse(escalations.account_id.ids)._filtered_access("write")
        workable = escalations.filtered(lambda escalation: escalation.account_id.id in mine.ids)
        return workable.sudo(self.env.su)

    def _get_once_key(self):
        """What is asked once at a time about a customer: see the indexes."""
        self.ensure_one()
        return self.rule_id or self.user_id

    def _check_may_answer(self):
        """Refuse to answer for others, but for who works on the customer and was told.

        :raise AccessError:
        """
        self.ensure_one()
        self.check_access("read")
        if self.env.user != self.user_id and not self._filter_workable():
            raise AccessError(
                self.env._("Only the person asked answers, or whoever works on the customer.")
            )
        if self.state not in (*OPEN, "answered", "unanswered"):
            raise UserError(self.env._("%s needs no answer any more.", self.display_name))
