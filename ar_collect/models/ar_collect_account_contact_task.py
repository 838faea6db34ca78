# Part of ar_collect. License LGPL-3.
"""The task to find whom to turn to, before a customer's invoices fall due."""

from odoo import api, fields, models
from odoo.tools import SQL

from . import contact_health
from .account_move import SQL_NOT_CHASED

#: Customers handled between two commits.
BATCH = 500
#: A task that was done without a contact being found comes back after so many days.
AGAIN_DAYS = 14


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    contact_task_date = fields.Date(
        string="Contact Asked For",
        readonly=True,
        copy=False,
        help="When the collector was last given the task to find an accounts-payable contact.",
    )

    # === CRON METHODS === #

    @api.model
    def _cron_check_contacts(self):
        """Open and close the tasks to find a contact. Only called by ir.cron: it commits."""
        progress = self.env["ir.cron"]._commit_progress
        self.env["ar.collect.contact.request"]._process_expired()
        progress(remaining=1)
        while handled := self._retry(self._process_contact_tasks):
            if not progress(handled, remaining=1):
                return
        progress(remaining=0)

    # === BUSINESS METHODS === #

    def _get_planned_activities(self):
        """Override of `ar_collect`: to find somebody is no step with the customer.

        It neither takes the place of the row's next action nor brings the customer into the day's
        work.
        """
        planned = super()._get_planned_activities()
        kind = self._get_contact_task_type()
        for account_id, activities in planned.items():
            planned[account_id] = [
                activity for activity in activities if activity.activity_type_id != kind
            ]
        return planned

    @api.model
    def _process_contact_tasks(self, limit=BATCH):
        """Open one batch of tasks where a contact is missing, and close those that are no longer
        needed; never commits.

        Who counts as a contact for payments, if an e-mail or a call is likely to arrive:
        whoever has the role accounts payable; an invoice address; and the customer's own address
        as long as nobody at the customer was ever given a role.

        :param int limit: customers opened and customers closed, at most
        :return: how many tasks were opened and closed
        :rtype: int
        """
        # sudo: the system's own tasks
        return self.sudo()._handle_contact_tasks(SQL("TRUE"), limit)  # sudo: see above

    def _update_contact_tasks(self):
        """Open or close the task of these customers at once, after their contacts have changed."""
        if self:
            accounts = self.sudo()  # sudo: the system's own tasks
            accounts._handle_contact_tasks(SQL("account.id = ANY(%s)", self.ids), len(self))

    def _handle_contact_tasks(self, condition, limit):
        """See :meth:`_process_contact_tasks`.

        :param SQL condition: on the alias `account`
        """
        companies = self.env["res.company"].search([("collect_contact_tasks", "=", True)])
        if not companies:
            return 0
        self.env.flush_all()
        calendar = self._get_contact_calendar(companies)
        self.env.cr.execute(self._get_contact_task_query(calendar, condition, limit, missing=True))
        opened = self.browse([row[0] for row in self.env.cr.fetchall()])
        self.env.cr.execute(self._get_contact_task_query(calendar, condition, limit, missing=False))
        closed = self.browse([row[0] for row in self.env.cr.fetchall()])
        opened._open_contact_tasks()
        closed._close_contact_tasks()
        return len(opened) + len(closed)

    def _open_contact_tasks(self):
        if not self:
            return
        # no e-mail about each: the collector finds them in the worklist
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        model_id = self.env["ir.model"]._get_id(self._name)
        type_id = self._get_contact_task_type().id
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        self.mapped("display_name")  # core names each activity's document by itself
        activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": account.id,
                    "activity_type_id": type_id,
                    "user_id": account.user_id.id,
                    "date_deadline": today[account.company_id.id],
                    "automated": True,
                }
                for account in self
            ]
        )
        for day, accounts in self.grouped(lambda account: today[account.company_id.id]).items():
            accounts.contact_task_date = day

    def _close_contact_tasks(self):
        if not self:
            return
        activities = self.env["mail.activity"].search(self._get_contact_task_domain())
        text = self.env._("An accounts-payable contact is known, or none is needed any more.")
        activities.write({"active": False, "feedback": text})
        self.contact_task_date = False

    def _get_contact_task_domain(self):
        return [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("activity_type_id", "=", self._get_contact_task_type().id),
        ]

    @api.model
    def _get_contact_task_type(self):
        return self.env.ref("ar_collect.mail_activity_type_find_contact")

    @api.model
    def _get_contact_calendar(self, companies):
        """SQL rows (company id, today, last due date that matters)."""
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        return SQL(", ").join(
            SQL(
                "(%s, %s::date, %s::date)",
                company.id,
                today[company.id],
                fields.Date.add(today[company.id], days=company.collect_contact_days),
            )
            for company in companies
        )

    @api.model
    def _get_contact_task_query(self, calendar, condition, limit, missing):
        """SQL of the customers whose task is to be opened, or to be closed.

        The rows are locked, those that another worker holds left out; that worker writes the day of
        the task on them, so that one who has not seen it yet fails and starts over.

        :param bool missing: True: a task is needed and not there; False: the other way round
        """
        needed = SQL(
            "(%s AND NOT %s)", self._get_payment_due_condition(), self._get_payable_condition()
        )
        task = SQL(
            """
            EXISTS (SELECT FROM mail_activity task
                     WHERE task.res_model = 'ar.collect.account' AND task.res_id = account.id
                       AND task.activity_type_id = %s AND task.active)
            """,
            self._get_contact_task_type().id,
        )
        known = SQL("(%s OR account.contact_task_date IS NOT NULL)", task)
        again = SQL(
            "COALESCE(account.contact_task_date, '-infinity') <= company.today - %s", AGAIN_DAYS
        )
        return SQL(
            """
              WITH company (id, today, horizon) AS (VALUES %(calendar)s)
            SELECT account.id
              FROM ar_collect_account account
              JOIN company ON company.id = account.company_id
             WHERE %(condition)s AND %(wanted)s
             ORDER BY account.id
             LIMIT %(limit)s
               FOR NO KEY UPDATE OF account SKIP LOCKED
            """,
            calendar=calendar,
            condition=condition,
            limit=limit,
            wanted=SQL("%s AND NOT %s AND %s", again, task, needed)
            if missing
            else SQL("%s AND NOT %s", known, needed),
        )

    @api.model
    def _get_payment_due_condition(self):
        """SQL condition on `account` and `company`: something is overdue, or will soon be due."""
        return SQL(
            """
            (account.amount_overdue > account.amount_excluded
             OR account.amount_not_due > 0 AND EXISTS (
                SELECT FROM res_partner partner
                  JOIN account_move_line line ON line.partner_id = partner.id
                  JOIN account_account ON account_account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE partner.commercial_partner_id = account.partner_id
                   AND line.company_id = account.company_id AND line.parent_state = 'posted'
                   AND (line.reconciled IS TRUE OR line.amount_residual != 0)
                   AND line.amount_residual > 0
                   AND COALESCE(line.date_maturity, line.date) <= company.horizon
                   AND line.no_followup IS NOT TRUE
                   AND account_account.account_type = 'asset_receivable'
                   AND account_account.non_trade IS NOT TRUE
                   AND (%s) IS NOT TRUE))
            """,
            SQL_NOT_CHASED,
        )

    @api.model
    def _get_payable_condition(self):
        """SQL condition on `account`: it is known whom to turn to for payments."""
        contact = SQL("contact")
        return SQL(
            """
            EXISTS (
                SELECT FROM res_partner contact
                 WHERE contact.commercial_partner_id = account.partner_id AND contact.active
                   AND (contact.type = 'invoice'
                        OR EXISTS (SELECT FROM ar_collect_contact_role_partner_rel rel
                                     JOIN ar_collect_contact_role role ON role.id = rel.role_id
                                    WHERE rel.partner_id = contact.id
                                      AND role.code = 'accounts_payable')
                        OR contact.id = account.partner_id AND NOT EXISTS (
                           SELECT FROM ar_collect_contact_role_partner_rel rel
                             JOIN res_partner colleague ON colleague.id = rel.partner_id
                            WHERE colleague.commercial_partner_id = account.partner_id))
                   AND (%(can_mail)s OR %(can_call)s AND NOT (
                        SELECT %(unanswered)s FROM (%(calls)s) AS log)))
            """,
            can_mail=contact_health.can_mail(contact),
            can_call=contact_health.can_call(contact),
            unanswered=contact_health.is_unanswered(),
            calls=contact_health.calls(contact),
        )
