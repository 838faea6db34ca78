# Part of ar_collect. License LGPL-3.
"""Credit holds that a manager sets and lifts by hand: why, until when, and who proposed it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

PROPOSAL = "ar_collect.mail_activity_type_hold_proposal"


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    hold_reason = fields.Text(
        tracking=True, help="Why a manager stopped credit: salespeople of the customer read it."
    )
    hold_until = fields.Date(
        string="On Hold Until",
        tracking=True,
        help="The last day, in the company's time zone; empty: until a manager lifts it.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: the reason goes with the hold; what is proposed is decided."""
        if vals.get("hold", True):
            result = super().write(vals)
            if vals.get("hold"):
                self._settle_hold_proposals()
            return result
        return super().write({**vals, "hold_reason": False, "hold_until": False})

    # === ACTION METHODS === #

    def action_set_hold(self):
        """Ask why, then stop new business on credit."""
        return self._get_hold_action(self.env._("Put on Credit Hold"))

    def action_release_hold(self):
        """Ask why, then allow new business on credit again."""
        return self._get_hold_action(self.env._("Lift the Credit Hold"))

    # === BUSINESS METHODS === #

    def _get_hold_action(self, name):
        self.ensure_one()
        self.env["ar.collect.hold.release"]._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_hold_set_action"
        )
        return {**action, "name": name, "context": {"default_account_id": self.id}}

    def _set_hold(self, reason, until=False):
        """Stop new business on credit; only managers of collections may write it.

        :param str reason: why
        :param date|bool until: the last day; False: until it is lifted
        :raise UserError: for a day that has passed
        """
        for company in self.company_id if until else ():
            if until < company._get_collect_today():
                raise UserError(self.env._("Choose a last day: today or later."))
        self._write_hold({"hold": True, "hold_reason": reason, "hold_until": until})
        title = self.env._("Put on credit hold")
        if until:
            day = format_date(self.env, until)
            title = self.env._("Put on credit hold until %s", day)
        self._log_hold(title, reason)

    def _lift_hold(self, reason):
        """Allow new business on credit again.

        :param str reason: why
        """
        self._write_hold({"hold": False})
        self._log_hold(self.env._("Credit hold lifted"), reason)

    def _write_hold(self, values):
        """Write what a note tells with the reason: it need not be told twice."""
        self.with_context(tracking_disable=True).write(values)

    def _get_merged_hold(self, target):
        """What holds another row when this one goes into it: nobody is freed by that.

        The later end wins, and none is the latest; both reasons are kept.

        :rtype: dict
        """
        held = (target | self).filtered("hold")
        if self not in held:
            return {}
        ends = held.mapped("hold_until")
        reasons = dict.fromkeys(reason for reason in held.mapped("hold_reason") if reason)
        return {
            "hold": True,
            "hold_reason": "\n".join(reasons) or False,
            "hold_until": max(ends) if all(ends) else False,
        }

    def _log_hold(self, title, reason):
        body = self.env["ar.collect.hold.release"]._join(title, reason)
        self._message_log_batch(dict.fromkeys(self.ids, body))

    def _get_hold_proposals(self):
        """The tasks in which managers are asked to put these customers on hold, as superuser."""
        kind = self.env.ref(PROPOSAL, raise_if_not_found=False)
        tasks = self.sudo().activity_ids  # sudo: the tasks of all managers
        return tasks.filtered(lambda task: kind and task.activity_type_id == kind)

    def _settle_hold_proposals(self):
        """These customers are on hold: nobody need decide about it any more."""
        self._get_hold_proposals().write({"active": False})
        answers = self.sudo().escalation_ids  # sudo: whoever holds may see fewer
        proposed = answers.filtered(lambda escalation: escalation.hold_decision == "proposed")
        if proposed:
            proposed._decide_hold("done")

    def _is_held_for_good(self):
        """Whether a manager's hold has no last day: then there is nothing to propose.

        :rtype: bool
        """
        self.ensure_one()
        return self.hold and not self.hold_until

    @api.model
    def _get_held_domain(self, companies):
        """Customers whom a manager's hold stops today, in the time zone of each company.

        :param recordset companies: `res.company`
        :rtype: Domain
        """
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        in_time = Domain("hold_until", "=", False) | Domain.OR(
            Domain("company_id", "=", company_id) & Domain("hold_until", ">=", day)
            for company_id, day in today.items()
        )
        return Domain("hold", "=", True) & Domain("company_id", "in", companies.ids) & in_time

    @api.model
    def _process_holds_over(self):
        """Lift the holds whose last day has passed; that they count no more is known before."""
        held = self.search(Domain("hold", "=", True) & Domain("hold_until", "!=", False))
        over = held - held.filtered_domain(self._get_held_domain(held.company_id))
        if over:
            over._lift_hold(self.env._("Its last day has passed."))
