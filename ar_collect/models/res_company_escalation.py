# Part of ar_collect. License LGPL-3.
from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    # === BUSINESS METHODS === #

    def _get_collect_manager(self):
        """Who decides in collections, whatever happens.

        :return: who is told of broken promises, else of disputes, else any manager in the company,
            the administrator last
        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        # sudo: who is a manager is no secret
        company = self.sudo()  # sudo: see above
        managers = company.env.ref("ar_collect.group_manager").all_user_ids
        root, admin = company.env.ref("base.user_root"), company.env.ref("base.user_admin")
        candidates = (
            company.collect_promise_escalation_user_id,
            company.collect_dispute_manager_id,
            *(managers - root - admin).sorted("id"),
        )
        fit = (
            user
            for user in candidates
            if user.active and not user.share and company in user.company_ids
        )
        return next(fit, admin)
