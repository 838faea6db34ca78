# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.ar_collect_escalation_rule import MAX_DAYS, RECIPIENTS


class ArCollectEscalationAsk(models.TransientModel):
    """Asks somebody for help with a customer, in the words of the collector."""

    _name = "ar.collect.escalation.ask"
    _description = "Escalate a Customer"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    recipient = fields.Selection(RECIPIENTS, string="Ask", required=True, default="salesperson")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    is_fallback = fields.Boolean(compute="_compute_user_id", store=True, precompute=True)
    reason = fields.Char(
        string="In Short", required=True, default=lambda self: self.env._("Please help")
    )
    question = fields.Text(
        string="What Is Asked",
        required=True,
        help="The story of the customer is told below it: what is owed, since when, what was said.",
    )
    deadline_days = fields.Integer(string="Working Days to Answer", required=True, default=3)

    # === COMPUTE METHODS === #

    @api.depends("account_id", "recipient")
    def _compute_user_id(self):
        for wizard in self:
            wizard.is_fallback = False
            if wizard.recipient == "user" or not wizard.account_id:
                wizard.user_id = wizard.user_id if wizard.recipient == "user" else False
                continue
            # sudo: who sells to the customer is told by name alone
            escalations = self.env["ar.collect.escalation"].sudo()  # sudo: see above
            account = wizard.account_id.sudo()  # sudo: see above
            wanted = [(account, wizard.recipient, self.env["res.users"])]
            [(user, is_fallback)] = escalations._choose_people(account.company_id, wanted)
            wizard.user_id = user.id
            wizard.is_fallback = is_fallback

    # === CONSTRAINT METHODS === #

    @api.constrains("deadline_days")
    def _check_deadline_days(self):
        for wizard in self:
            if not 1 <= wizard.deadline_days <= MAX_DAYS:
                raise ValidationError(
                    wizard.env._("Give at least one working day to answer, and two years at most.")
                )

    # === ACTION METHODS === #

    def action_ask(self):
        """Ask: the person gets a task and a mail.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        account = self.account_id
        account.check_access("write")
        if self.user_id == self.env.user:
            raise UserError(self.env._("Choose somebody else than yourself."))
        account._ask_for_help(
            self.user_id,
            {
                "recipient": self.recipient,
                "is_fallback": self.is_fallback,
                "reason": self.reason,
                "question": self.question,
                "deadline_days": self.deadline_days,
            },
        )
        return {"type": "ir.actions.act_window_close"}
