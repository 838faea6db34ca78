# Part of ar_collect. License LGPL-3.
"""Steps that ask somebody for help: a real escalation, with its story and its deadline."""

from odoo import api, fields, models
from odoo.tools import SQL

from .ar_collect_escalation_condition import PROMISE_HOLDS


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    escalation_id = fields.Many2one(
        comodel_name="ar.collect.escalation",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What this step has asked, or what its person was asked about the customer already.",
    )

    # === ACTION METHODS === #

    def action_open_escalation(self):
        """Open what was asked, and what came of it.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.collect.escalation",
            "res_id": self.escalation_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _execute_escalation(self, contents):
        """Ask the people of these steps for help with the customers.

        :param dict contents: NoticeContents by notice id
        """
        if not self:
            return
        self._write_contents(contents)
        for company, notices in self.grouped("company_id").items():
            notices._escalate(company)
        for notice in self:
            notice.subject = notice.escalation_id.reason
        self._done("sent")

    def _escalate(self, company):
        """Ask about the customers of one company; nobody twice about the same one.

        :param recordset company: `res.company`
        """
        accounts = self.account_id
        accounts._refresh(accounts.partner_id, company)  # the story tells what is owed now
        wanted = [(n.account_id, n.step_id.recipient or "manager", n.step_id.user_id) for n in self]
        escalations = self.env["ar.collect.escalation"]
        people = escalations._choose_people(company, wanted)
        asked = escalations._get_asked(accounts)
        new, values = [], []
        for notice, (user, is_fallback) in zip(self, people, strict=True):
            if known := asked.get((notice.account_id.id, user.id)):
                notice.escalation_id = known
                continue
            new.append(notice)
            values.append(notice._prepare_escalation(user, is_fallback))
        held = self._get_promised(accounts)
        for vals in values:
            vals["state"] = "paused" if vals["account_id"] in held else "open"
        if values:
            made = escalations._create_asked(company, company._get_collect_today(), values)
            for notice, escalation in zip(new, made, strict=True):
                notice.escalation_id = escalation

    def _prepare_escalation(self, user, is_fallback):
        """Values of what this step asks, in the language of the person.

        :param recordset user: `res.users` who is asked
        :param bool is_fallback: whether for want of anybody else
        :rtype: dict
        """
        self.ensure_one()
        step = self.step_id.with_context(lang=user.lang or self.env.lang)
        return {
            "account_id": self.account_id.id,
            "step_id": step.id,
            "recipient": step.recipient or "manager",
            "is_fallback": is_fallback,
            "user_id": user.id,
            "reason": step.summary or step.name,
            "question": step.question
            or step.env._("Please decide how we go on with this customer, and say so."),
            "deadline_days": step.deadline_days or 1,
        }

    @api.model
    def _get_promised(self, accounts):
        """The customers of whom a promise holds, about whom nobody is asked meanwhile.

        :param recordset accounts: `ar.collect.account`
        :return: ids of accounts
        :rtype: set
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT account.id FROM ar_collect_account account WHERE account.id = ANY(%s) AND %s",
                accounts.ids,
                PROMISE_HOLDS,
            )
        )
        return {account_id for (account_id,) in rows}

    def _get_task_user(self):
        """Override of `ar_collect`: who is asked is said where the step is shown before."""
        step = self.step_id
        if step.channel != "escalation":
            return super()._get_task_user()
        wanted = [(self.account_id, step.recipient or "manager", step.user_id)]
        [(user, _is_fallback)] = self.env["ar.collect.escalation"]._choose_people(
            self.company_id, wanted
        )
        return user
