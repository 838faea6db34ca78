# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models

from ..models.ar_collect_escalation import OUTCOMES


class ArCollectEscalationAnswer(models.TransientModel):
    """Asks the person for the answer: one click and a few words."""

    _name = "ar.collect.escalation.answer"
    _description = "Answer an Escalation"

    escalation_id = fields.Many2one(
        comodel_name="ar.collect.escalation", required=True, readonly=True, ondelete="cascade"
    )
    question = fields.Text(related="escalation_id.question", related_sudo=False)
    outcome = fields.Selection(
        OUTCOMES,
        string="What Comes of It",
        required=True,
        compute="_compute_former",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
    )
    answer = fields.Text(
        string="In Your Words",
        compute="_compute_former",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
        help="The collector reads it today.",
    )

    # === COMPUTE METHODS === #

    @api.depends("escalation_id")
    def _compute_former(self):
        for wizard in self:
            wizard.outcome = wizard.escalation_id.outcome
            wizard.answer = wizard.escalation_id.answer

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: only of what one is asked, whose name the dialog would tell."""
        self._check_asked(vals_list)
        return super().create(vals_list)

    def onchange(self, values, field_names, fields_spec):
        """Override of `base` for the same reason."""
        self._check_asked([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_asked(self, vals_list):
        """Refuse to speak of what somebody else is asked.

        :raise AccessError: for an escalation that the user does not see
        """
        ids = [vals["escalation_id"] for vals in vals_list if vals.get("escalation_id")]
        self.env["ar.collect.escalation"].browse(ids).check_access("read")

    # === ACTION METHODS === #

    def action_answer(self):
        """Send the answer to the collector.

        :return: the action that closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        self.escalation_id._answer(self.outcome, self.answer)
        return {"type": "ir.actions.act_window_close"}
