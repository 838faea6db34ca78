# Part of ar_collect. License LGPL-3.
"""“Sell no more on credit”: what comes of that answer."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_collect_account_hold_hand import PROPOSAL

DECISIONS = [
    ("proposed", "Proposed"),
    ("done", "Put on Hold"),
    ("declined", "No Hold"),
]


class ArCollectEscalation(models.Model):
    """A credit hold is the decision of a manager of collections. Where one was asked and answers
    so, that is it; what anybody else answers is put before the managers, who need one click. What
    they decide is kept: a hold that is lifted later is not proposed again.
    """

    _inherit = "ar.collect.escalation"

    hold_decision = fields.Selection(
        DECISIONS,
        string="Credit Hold",
        readonly=True,
        groups="ar_collect.group_inquiry",
        help="What became of the answer to sell no more on credit. Empty: nobody has proposed it, or"
        " the customer was on hold already.",
    )
    hold_decided_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        groups="ar_collect.group_inquiry",
        ondelete="set null",
    )
    hold_decided_at = fields.Datetime(
        string="Hold Decided On", readonly=True, groups="ar_collect.group_inquiry"
    )
    is_hold_proposed = fields.Boolean(
        string="Hold Proposed",
        compute="_compute_is_hold_proposed",
        groups="ar_collect.group_manager",
        help="The answer is to sell no more on credit, and no manager has decided about it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("hold_decision", "account_id.hold", "account_id.hold_until")
    def _compute_is_hold_proposed(self):
        for escalation in self:
            is_open = escalation.hold_decision == "proposed"
            escalation.is_hold_proposed = is_open and not escalation.account_id._is_held_for_good()

    # === ACTION METHODS === #

    def action_set_hold(self):
        """Do what was answered: stop new business on credit, with the answer as the reason."""
        self._check_hold_proposed()
        self.account_id._set_hold(self._get_hold_reason())

    def action_decline_hold(self):
        """Sell on credit all the same; the collector goes on."""
        self._check_hold_proposed()
        self._decide_hold("declined")
        self._withdraw_proposal()
        escalation = self.sudo()  # sudo: noted by the system
        title = self.env._("No credit hold, though it was proposed")
        body = self.env["ar.collect.hold.release"]._join(title, self._get_hold_reason())
        escalation._log_on_accounts({escalation: body}, self.env.user.partner_id)

    # === BUSINESS METHODS === #

    def _check_hold_proposed(self):
        """Refuse to decide where nothing is proposed, or for who is no manager.

        :raise UserError: where nobody proposes a hold
        """
        self.ensure_one()
        self.env["ar.collect.hold.release"]._check_manager()
        self.check_access("read")
        if not self.is_hold_proposed:
            raise UserError(self.env._("Nobody proposes a credit hold here any more."))

    def _follow_hold(self, former):
        """Put the customer on hold, propose it, or take the proposal of a former answer back.

        :param str|bool former: the outcome before
        """
        escalation = self.sudo()  # sudo: whoever answers does not see the account
        if escalation.outcome == former:
            # while nobody has decided, the managers read the last words
            escalation._get_proposal_tasks().write({"note": escalation._get_proposal_note()})
            return
        escalation._withdraw_proposal()
        if escalation.hold_decision == "proposed":
            escalation.hold_decision = False
        if escalation.outcome != "hold" or escalation.account_id._is_held_for_good():
            return
        decides = self.user_id == self.env.user
        if decides and self.env.user.has_group("ar_collect.group_manager"):
            self.account_id._set_hold(self._get_hold_reason())
            self._decide_hold("done")
        else:
            escalation._propose_hold()

    def _decide_hold(self, decision):
        """Keep what was decided; the caller has checked that the user may.

        :param str decision: see :data:`DECISIONS`
        """
        # sudo: see above; nobody writes on an escalation
        self.sudo().write(  # sudo: ~
            {
                "hold_decision": decision,
                "hold_decided_by_id": self.env.uid,
                "hold_decided_at": fields.Datetime.now(),
            }
        )

    def _propose_hold(self):
        """Give the managers a task each, without an e-mail."""
        self.write(
            {
                "hold_decision": "proposed",
                "hold_decided_by_id": False,
                "hold_decided_at": False,
            }
        )
        kind = self.env.ref(PROPOSAL, raise_if_not_found=False)
        if not kind:
            return
        company = self.company_id
        managers = company._get_collect_hold_managers()
        values = {
            "res_model_id": self.env["ir.model"]._get_id("ar.collect.account"),
            "res_id": self.account_id.id,
            "activity_type_id": kind.id,
            "automated": True,
            "collect_escalation_id": self.id,
            "date_deadline": company._get_collect_today(),
            "note": self._get_proposal_note(),
        }
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create([{**values, "user_id": manager.id} for manager in managers])

    def _get_proposal_tasks(self):
        """The tasks in which managers are asked because of these answers, as superuser."""
        kind = self.env.ref(PROPOSAL, raise_if_not_found=False)
        activities = self.env["mail.activity"].sudo()  # sudo: the tasks of all managers
        if not kind:
            return activities
        return activities.search(
            [("collect_escalation_id", "in", self.ids), ("activity_type_id", "=", kind.id)]
        )

    def _withdraw_proposal(self):
        self._get_proposal_tasks().unlink()

    def _get_proposal_note(self):
        return Markup('<p style="white-space: pre-line">%s</p>') % self._get_hold_reason()

    def _get_hold_reason(self):
        """Who wants it, and what they say.

        :rtype: str
        """
        said = self.env._("%s: sell no more on credit.", self.answered_by_id.name)
        return f"{said} {self.answer}" if self.answer else said
