# Part of ar_collect. License LGPL-3.
"""Escalations of a collection account: how many are open, and the button to ask by hand."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_collect_escalation import OPEN


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    escalation_ids = fields.One2many(
        comodel_name="ar.collect.escalation", inverse_name="account_id", string="Escalations"
    )
    escalation_open_count = fields.Integer(
        string="Open Escalations", compute="_compute_escalation_count"
    )
    escalation_count = fields.Integer(compute="_compute_escalation_count")

    # === COMPUTE METHODS === #

    @api.depends("escalation_ids.state")
    def _compute_escalation_count(self):
        rows = self.env["ar.collect.escalation"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        )
        self.escalation_count = self.escalation_open_count = 0
        for account, state, count in rows:
            account.escalation_count += count
            if state in OPEN:
                account.escalation_open_count += count

    # === ACTION METHODS === #

    def action_escalate(self):
        """Open the form to ask somebody for help with this customer.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Escalate: %s", self.partner_id.display_name),
            "res_model": "ar.collect.escalation.ask",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_open_escalations(self):
        """Open what was asked about this customer.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id("ar_collect.ar_collect_escalation_action"),
            "domain": [("account_id", "=", self.id)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _ask_for_help(self, user, values):
        """Ask somebody about this customer, by hand.

        :param recordset user: `res.users`
        :param dict values: recipient, is_fallback, reason, question, deadline_days
        :return: `ar.collect.escalation`
        :rtype: recordset
        """
        self.ensure_one()
        self.check_access("write")
        company = self.company_id
        # sudo: a collector asks by this alone
        escalations = self.env["ar.collect.escalation"].sudo()  # sudo: see above
        if not escalations._is_fit(user.sudo(), company):  # sudo: see above
            raise UserError(
                self.env._("%s does not work in this company: choose somebody else.", user.name)
            )
        if (self.id, user.id) in escalations._get_asked_pairs(self):
            raise UserError(
                self.env._(
                    "%s is asked about this customer already. Wait for the answer, or take the"
                    " question back.",
                    user.name,
                )
            )
        values = {
            **values,
            "account_id": self.id,
            "user_id": user.id,
            "requester_id": self.env.uid,
        }
        return escalations._create_asked(company, company._get_collect_today(), [values])

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: whom somebody was asked about, that is kept."""
        return [*super()._get_hollow_domain(), ("escalation_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let escalations go over as well; none is asked twice."""
        escalations = self.sudo().escalation_ids  # sudo: like the rows
        mine = escalations.filtered(lambda escalation: escalation.state in OPEN)
        theirs = target.sudo().escalation_ids.filtered(lambda e: e.state in OPEN)  # sudo: see above
        asked = {escalation._get_once_key() for escalation in theirs}
        double = mine.filtered(lambda escalation: escalation._get_once_key() in asked)
        double._end("withdrawn", self.env._("asked about the customer it became one with"))
        escalations.write({"account_id": target.id})
        return super()._move_talk(target)
