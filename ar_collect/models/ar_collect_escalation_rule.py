# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .account_condition import check_condition
from .ar_collect_strategy_step import TONES

#: Who is asked for help.
RECIPIENTS = [
    ("salesperson", "Salesperson of the customer"),
    ("leader", "Leader of the salesperson"),
    ("manager", "Collections manager"),
    ("user", "A certain person"),
]
#: Conditions that are numbers; 0: not asked for.
THRESHOLDS = ("min_attempts", "min_broken", "min_days_late", "min_amount", "silence_days")
#: Longer than anybody waits for an answer, or until a rule holds again.
MAX_DAYS = 730


class ArCollectEscalationRule(models.Model):
    """When a customer is too much for the collector alone: who is asked for what, and by when.

    Of the conditions, those that are given must all hold.
    """

    _name = "ar.collect.escalation.rule"
    _description = "Escalation Rule"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="Why somebody is asked; shown to that person."
    )
    sequence = fields.Integer(
        default=10, help="Of several rules that ask the same person, the first one does."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id", string="Company Currency"
    )

    # --- when
    min_attempts = fields.Integer(
        string="Attempts Without Contact",
        help="At least so many attempts since the debt is due, and since somebody responsible was"
        " reached; 0: whatever.",
    )
    min_broken = fields.Integer(
        string="Broken Promises",
        help="At least so many promises not kept since the debt is due; 0: whatever.",
    )
    min_days_late = fields.Integer(
        string="Days Late", help="The oldest item is late by at least so many days; 0: whatever."
    )
    min_amount = fields.Monetary(
        string="Overdue", help="At least so much is overdue, in company currency; 0: whatever."
    )
    dispute_late = fields.Boolean(
        string="Dispute Past Its Deadline",
        help="Asks although all is disputed, as that is what it is about. While the customer is"
        " asked, no deadline runs.",
    )
    silence_days = fields.Integer(
        string="Days of Silence",
        help="The customer has not answered for so many days a notice that names items still open:"
        " no word, no promise, no dispute, no payment; 0: whatever.",
    )
    silence_tone = fields.Selection(
        TONES,
        string="Since a Notice of Tone",
        required=True,
        default="2_firm",
        help="Or of a firmer one.",
    )
    domain = fields.Char(
        string="Only Customers", required=True, default="[]", help="On the collection account."
    )
    conditions = fields.Char(string="When", compute="_compute_conditions")

    # --- whom, what, by when
    recipient = fields.Selection(RECIPIENTS, string="Ask", required=True, default="salesperson")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    question = fields.Text(
        string="What Is Asked",
        required=True,
        translate=True,
        help="Said above the story of the customer, in the language of the person.",
    )
    deadline_days = fields.Integer(
        string="Working Days to Answer",
        required=True,
        default=3,
        help="Days on which the person works. After that it comes back to the collector.",
    )
    repeat_days = fields.Integer(
        string="Again After (days)",
        default=14,
        help="When the rule still holds so many days after the answer, it asks again; 0: not"
        " before it is about newer debts.",
    )
    problem = fields.Text(
        readonly=True, copy=False, help="Why the last run had to leave this rule out."
    )
    match_count = fields.Integer(string="Would Ask Now", compute="_compute_match_count")

    _thresholds_not_negative = models.Constraint(
        f"CHECK ({' AND '.join(f'COALESCE({name}, 0) >= 0' for name in THRESHOLDS)})",
        "A condition cannot be negative.",
    )
    _deadline_days_range = models.Constraint(
        f"CHECK (deadline_days BETWEEN 1 AND {MAX_DAYS})",
        "Give at least one working day to answer, and two years at most.",
    )
    _repeat_days_range = models.Constraint(
        f"CHECK (COALESCE(repeat_days, 0) BETWEEN 0 AND {MAX_DAYS})",
        "It comes again within two years, or not at all (0).",
    )
    _user_named = models.Constraint(
        "CHECK (recipient != 'user' OR user_id IS NOT NULL)", "Choose the person to ask."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or rule.env.company).currency_id

    @api.depends(*THRESHOLDS, "dispute_late", "silence_tone", "domain", "currency_id")
    @api.depends_context("lang")
    def _compute_conditions(self):
        for rule in self:
            rule.conditions = " · ".join(rule._get_condition_texts())

    @api.depends(*THRESHOLDS, "dispute_late", "silence_tone", "domain", "recipient", "user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_match_count(self):
        for rule in self:  # few are shown at once: the form has one
            rule.match_count = len(rule._get_matches()) if rule._origin else 0

    # === CONSTRAINT METHODS === #

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            check_condition(rule, rule._fields["domain"]._description_string(rule.env))

    @api.constrains(*THRESHOLDS, "dispute_late", "domain", "active")
    def _check_conditions(self):
        for rule in self:
            if not rule._get_condition_texts():
                raise ValidationError(
                    rule.env._(
                        "“%s” would ask about every customer who is late: give a condition.",
                        rule.name,
                    )
                )

    @api.constrains("recipient", "user_id", "company_id")
    def _check_person(self):
        for rule in self.sudo():  # sudo: whether a person works in the company is no secret
            user = rule.user_id
            if rule.recipient != "user" or not user:
                continue
            if user.share or (rule.company_id and rule.company_id not in user.company_ids):
                raise ValidationError(
                    rule.env._("%s does not work in this company: choose somebody else.", user.name)
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: a rule that was changed is tried again."""
        if "problem" not in vals:
            vals = {**vals, "problem": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: also what happened in another company
        escalations = self.env["ar.collect.escalation"].sudo()  # sudo: see above
        used = escalations.search([("rule_id", "in", self.ids)], limit=1).rule_id
        if used:
            raise UserError(
                self.env._("“%s” has asked already: archive it instead of deleting it.", used.name)
            )

    # === ACTION METHODS === #

    def action_open_matches(self):
        """Open the customers that the rule would ask about now.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "ar.collect.account",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._get_matches())],
        }

    # === BUSINESS METHODS === #

    def _get_condition_texts(self):
        """The conditions in words.

        :return: list of str; empty: there is none
        """
        self.ensure_one()
        texts = []
        if self.min_attempts:
            texts.append(self.env._("%s attempts without contact", self.min_attempts))
        if self.min_broken:
            texts.append(self.env._("%s broken promises", self.min_broken))
        if self.min_days_late:
            texts.append(self.env._("%s days late", self.min_days_late))
        if self.min_amount:
            texts.append(self.env._("%s overdue", self.currency_id.format(self.min_amount)))
        if self.dispute_late:
            texts.append(self.env._("dispute past its deadline"))
        if self.silence_days:
            tones = dict(self._fields["silence_tone"]._description_selection(self.env))
            texts.append(
                self.env._(
                    "silent for %(days)s days (%(tone)s)",
                    days=self.silence_days,
                    tone=tones[self.silence_tone].split(":")[0],
                )
            )
        if (self.domain or "[]").strip() != "[]":
            texts.append(self.env._("certain customers"))
        return texts
