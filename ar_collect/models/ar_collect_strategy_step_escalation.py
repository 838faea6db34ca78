# Part of ar_collect. License LGPL-3.
"""The step at which somebody is asked for help: who, for what, and by when."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ar_collect_escalation_rule import MAX_DAYS, RECIPIENTS


class ArCollectStrategyStep(models.Model):
    _inherit = "ar.collect.strategy.step"

    recipient = fields.Selection(
        RECIPIENTS,
        string="Ask",
        compute="_compute_recipient",
        store=True,
        precompute=True,
        readonly=False,
        help="Who is asked for help with the customer. Where there is nobody like that, it is the"
        " collections manager.",
    )
    question = fields.Text(
        string="What Is Asked",
        translate=True,
        help="Said above the story of the customer, in the language of the person. Empty: to decide"
        " how to go on.",
    )
    deadline_days = fields.Integer(
        string="Working Days to Answer",
        default=3,
        help="Days on which the person works. After that it comes back to the collector.",
    )

    _deadline_days_range = models.Constraint(
        f"CHECK (channel != 'escalation' OR deadline_days BETWEEN 1 AND {MAX_DAYS})",
        "Give at least one working day to answer, and two years at most.",
    )

    # === COMPUTE METHODS === #

    @api.depends("channel", "user_id")
    def _compute_recipient(self):
        """Who is named is asked; else the collections manager, until somebody else is chosen."""
        for step in self:
            if step.channel != "escalation":
                step.recipient = False
            elif step.user_id:
                step.recipient = "user"
            else:
                former = step.recipient
                step.recipient = former if former not in (False, "user") else "manager"

    # === CONSTRAINT METHODS === #

    @api.constrains("channel", "recipient", "user_id", "active")
    def _check_recipient(self):
        for step in self.filtered(lambda step: step.active and step.channel == "escalation"):
            if not step.recipient or (step.recipient == "user" and not step.user_id):
                raise ValidationError(
                    step.env._("The step “%s” asks somebody for help: choose whom.", step.name)
                )
