# Part of ar_collect. License LGPL-3.
from odoo import fields, models

ESCALATION = "ar.collect.escalation"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    collect_escalation_id = fields.Many2one(
        comodel_name=ESCALATION,
        string="Escalation",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The escalation that came back, which is why this was planned.",
    )
    collect_is_aside = fields.Boolean(
        string="Reply That Is No Answer",
        readonly=True,
        help="A reply to an escalation that was not taken as the answer.",
    )

    # === BUSINESS METHODS === #

    def _action_done(self, feedback=False, attachment_ids=None):
        """Override of `mail`: whoever marks the task as done with a word has answered."""
        asked = self.filtered(lambda a: a.res_model == ESCALATION and a.user_id == self.env.user)
        # whatever companies are switched on: the task is theirs
        mine = self.env[ESCALATION].with_context(allowed_company_ids=self.env.user.company_ids.ids)
        escalations = mine.browse(asked.mapped("res_id")).exists()._filtered_access("read")
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback:
            for escalation in escalations.filtered("can_answer"):
                escalation._answer("other", feedback)
        return result
