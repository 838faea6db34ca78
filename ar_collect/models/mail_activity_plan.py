# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _get_collect_plan(self):
        """What is planned, as `_schedule_follow_up` of the account takes it; fit for JSON.

        :return: empty for no plan
        :rtype: dict
        """
        if not self:
            return {}
        return {
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary or "",
            "collect_datetime": fields.Datetime.to_string(self.collect_datetime) or False,
            "date_deadline": fields.Date.to_string(self.date_deadline),
            "user_id": self.user_id.id,
        }
