# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_promise_grace_days = fields.Integer(
        string="Days of Grace for Promises",
        default=3,
        help="Calendar days after the promised date during which nobody is chased: a transfer"
        " ordered on a Friday arrives on Monday.",
    )

    collect_promise_escalation_level = fields.Integer(
        string="Escalate Broken Promises",
        help="Number of earlier promises of the same items that were not kept, from which on"
        " another broken promise is told to somebody else as well. 0: never.",
    )
    collect_promise_escalation_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Escalate Broken Promises To",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
    )

    collect_promise_confirm = fields.Boolean(
        string="Confirm Promises",
        default=True,
        help="The contact gets a mail with what was promised; one for all promises of a call.",
    )
    collect_promise_reminder = fields.Boolean(
        string="Remind of Promises", help="The contact gets a mail the day before."
    )
    collect_promise_thanks = fields.Boolean(
        string="Thank for Promises Kept", help="The contact gets a mail when all has arrived."
    )

    _collect_promise_escalation_not_negative = models.Constraint(
        "CHECK (collect_promise_escalation_level >= 0)", "The level cannot be negative."
    )
    _collect_promise_grace_not_negative = models.Constraint(
        "CHECK (collect_promise_grace_days >= 0)", "The days of grace cannot be negative."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: other days of grace let promises count longer, or no more."""
        result = super().write(vals)
        if "collect_promise_grace_days" in vals:
            self.env["ar.collect.dirty"]._mark((None, company.id) for company in self)
        return result

    # === BUSINESS METHODS === #

    def _is_collect_escalated(self, level):
        """Whether a broken promise is told to somebody besides the collector.

        :param int level: how many earlier ones were not kept
        """
        self.ensure_one()
        limit = self.collect_promise_escalation_level
        return bool(limit and level >= limit and self.collect_promise_escalation_user_id)

    def _get_collect_mail_banks(self):
        """The accounts to pay to that mails name: those of the bank journals.

        :rtype: recordset of `res.partner.bank`
        """
        banks = self.sudo().bank_journal_ids.bank_account_id  # sudo: told to customers
        return banks.filtered("active")
