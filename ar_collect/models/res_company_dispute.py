# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_dispute_grace_days = fields.Integer(
        string="Days of Grace after a Rejection",
        default=5,
        help="Working days after a dispute was rejected during which its amount is not chased.",
    )
    collect_dispute_wait_days = fields.Integer(
        string="Days to Wait for an Answer",
        default=5,
        help="Working days after the customer was asked until somebody looks at it again.",
    )
    collect_dispute_remind_days = fields.Integer(
        string="Days until Customers Are Reminded",
        default=5,
        help="Working days without an answer after which the customer is reminded of our question"
        " on a dispute, by itself. 0: never.",
    )
    collect_dispute_remind_count = fields.Integer(
        string="Most Reminders on a Dispute",
        default=2,
        help="When they have not been answered either, the coordinator gets a task.",
    )
    collect_dispute_acknowledge = fields.Boolean(
        string="Acknowledge Complaints by Mail",
        default=True,
        help="A customer whose mail has become a dispute is told who looks into it and by when.",
    )
    collect_dispute_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Escalate Disputes To",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Is told of disputes that the coordinator does not get resolved either.",
    )
    collect_dispute_manager_days = fields.Integer(
        string="Days until Disputes Are Escalated",
        default=5,
        help="Working days after the deadline; the coordinator is told when it passes.",
    )

    _collect_dispute_days_not_negative = models.Constraint(
        "CHECK (collect_dispute_grace_days >= 0 AND collect_dispute_wait_days >= 0"
        " AND collect_dispute_manager_days >= 0 AND collect_dispute_remind_days >= 0"
        " AND collect_dispute_remind_count >= 0)",
        "The days of disputes cannot be negative.",
    )
