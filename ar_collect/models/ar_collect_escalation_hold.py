# Part of ar_collect. License LGPL-3.
"""“Sell no more on credit”: what comes of that answer."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_collect_account_hold_hand import PROPOSAL


class ArCollectEscalation(models.Model):
    """A credit hold is the decision of a manager of collections. Where one was asked and answers
    so, that is it; what anybody else answers is put before the managers, who need one click.
    """

    _inherit = "ar.collect.escalation"

    is_hold_proposed = fields.Boolean(
        string="Hold Proposed",
        compute="_compute_is_hold_proposed",
        groups="ar_collect.group_manager",
        help="The answer is to sell no more on credit, and the customer is not on hold.",
    )

    # === COMPUTE METHODS === #

    @api.depends("outcome", "state", "account_id.hold")
    def _compute_is_hold_proposed(self):
        for escalation in self:
            said = escalation.state == "answered" and escalation.outcome == "hold"
            escalation.is_hold_proposed = said and not escalation.account_id.hold

    # === ACTION METHODS === #

    def action_set_hold(self):
        """Do what was answered: stop new business on credit, with the answer as the reason."""
        self.ensure_one()
        self.env["ar.collect.hold.release"]._check_manager()
        self.check_access("read")
        if not self.is_hold_proposed:
            raise UserError(self.env._("Nobody proposes a credit hold here any more."))
        self.account_id._set_hold(self._get_hold_reason())

    # === BUSINESS METHODS === #

    def _follow_hold(self):
        """Put the customer on hold, propose it, or take the proposal of a former answer back."""
        activities = self.env["mail.activity"].sudo()  # sudo: tasks for the managers
        kind = self.env.ref(PROPOSAL, raise_if_not_found=False)
        if not kind:
            return
        self._withdraw_back(activities, kind)
        escalation = self.sudo()  # sudo: whoever answers does not see the account
        if escalation.outcome != "hold" or escalation.account_id.hold:
            return
        decides = self.user_id == self.env.user
        if decides and self.env.user.has_group("ar_collect.group_manager"):
            self.account_id._set_hold(self._get_hold_reason())
        else:
            escalation._propose_hold(activities, kind)

    def _propose_hold(self, activities, kind):
        """Give the managers a task each, without an e-mail."""
        company = self.company_id
        managers = company._get_collect_hold_managers()
        values = {
            "res_model_id": self.env["ir.model"]._get_id("ar.collect.account"),
            "res_id": self.account_id.id,
            "activity_type_id": kind.id,
            "automated": True,
            "collect_escalation_id": self.id,
            "date_deadline": company._get_collect_today(),
            "note": Markup('<p style="white-space: pre-line">%s</p>') % self._get_hold_reason(),
        }
        activities = activities.with_context(mail_activity_quick_update=True)
        activities.create([{**values, "user_id": manager.id} for manager in managers])

    def _get_hold_reason(self):
        """Who wants it, and what they say.

        :rtype: str
        """
        said = self.env._("%s: sell no more on credit.", self.answered_by_id.name)
        return f"{said} {self.answer}" if self.answer else said
