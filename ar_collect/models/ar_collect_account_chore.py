# Part of ar_collect. License LGPL-3.
"""What keeps reminders from going out and is ours to do: invoices never sent, credits not matched.

Each makes one task on the customer. It is closed by itself once it is of no use, and does not come
again for a while when somebody has closed it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from .first_texts import get_first
from .notice_query import NoticeQuery

ACCOUNT = "ar.collect.account"
#: Types of tasks by what they are about.
TYPES = {
    "not_sent": "ar_collect.mail_activity_type_send_invoices",
    "credits": "ar_collect.mail_activity_type_match_credits",
}
#: New tasks of a kind in a company and a day: where nothing was ever sent they would be thousands.
MOST = 200
#: Customers looked at for them.
LOOKED_AT = 1000
#: A task that somebody has closed does not come again for so many days.
AGAIN_DAYS = 14


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    unsent_move_ids = fields.Many2many(
        comodel_name="account.move",
        string="Invoices Never Sent",
        compute="_compute_unsent_move_ids",
        help="Those that a task asks to send before the customer is reminded of them.",
    )
    unsent_count = fields.Integer(compute="_compute_unsent_move_ids")
    has_credit_task = fields.Boolean(compute="_compute_has_credit_task")

    # === COMPUTE METHODS === #

    @api.depends("activity_ids")
    def _compute_unsent_move_ids(self):
        for account in self:
            # sudo: whoever the task is for; the invoices are opened with one's own rights
            moves = account.sudo().activity_ids.collect_move_ids  # sudo: see above
            unsent = moves.filtered(lambda m: m.state == "posted" and not m.is_move_sent)
            account.unsent_move_ids = unsent
            account.unsent_count = len(unsent)

    @api.depends("activity_ids")
    def _compute_has_credit_task(self):
        kind = self.env.ref(TYPES["credits"], raise_if_not_found=False)
        for account in self:
            # sudo: whoever the task is for
            tasks = account.sudo().activity_ids  # sudo: see above
            account.has_credit_task = bool(kind) and kind in tasks.activity_type_id

    # === ACTION METHODS === #

    def action_send_invoices(self):
        """Open core's window to send the invoices that were never sent.

        :return: window action
        :rtype: dict
        """
        moves = self.env["account.move"].browse(self.unsent_move_ids.ids)
        return moves.action_send_and_print()

    def action_match_credits(self):
        """Open all that is open of this customer, to match credits and payments with it.

        :return: window action
        :rtype: dict
        """
        return self.action_open_items("balance")

    # === BUSINESS METHODS === #

    def _get_planned_activities(self):
        """Override of `ar_collect`: our own chores are no step with the customer."""
        planned = super()._get_planned_activities()
        kinds = self._get_chore_types().values()
        for account_id, activities in planned.items():
            planned[account_id] = [
                activity for activity in activities if activity.activity_type_id not in kinds
            ]
        return planned

    @api.model
    def _get_chore_types(self):
        """The types of the tasks, by what they are about; without those somebody has deleted.

        :rtype: dict
        """
        found = {
            kind: self.env.ref(xmlid, raise_if_not_found=False) for kind, xmlid in TYPES.items()
        }
        return {kind: activity_type for kind, activity_type in found.items() if activity_type}

    @api.model
    def _update_chores(self, company):
        """Open and close the tasks of a company; never commits.

        :param recordset company: `res.company`
        """
        for kind, activity_type in self._get_chore_types().items():
            tasks = self._get_chores(company, activity_type)
            held = [account_id for account_id, task_id in tasks.items() if task_id]
            wanted = getattr(self, f"_find_{kind}")(company, held)
            new = [account_id for account_id in wanted if account_id not in tasks][:MOST]
            self.browse(new)._open_chores(kind, activity_type, wanted)
            gone = [task_id for account_id, task_id in tasks.items() if account_id not in wanted]
            self.env["mail.activity"].browse(filter(None, gone))._end_collect_chores()

    @api.model
    def _get_chores(self, company, activity_type):
        """The customers with such a task, or for whom somebody has closed one of late.

        :return dict: id of the open task, or None, by account id
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT task.res_id, MAX(task.id) FILTER (WHERE task.active)
                  FROM mail_activity task
                  JOIN ar_collect_account account ON account.id = task.res_id
                 WHERE task.res_model = %(model)s AND task.activity_type_id = %(type)s
                   AND account.company_id = %(company)s
                   AND (task.active
                        OR task.date_done > %(since)s AND task.collect_is_needless IS NOT TRUE)
                 GROUP BY task.res_id
                """,
                model=ACCOUNT,
                type=activity_type.id,
                company=company.id,
                since=company._get_collect_today() - timedelta(days=AGAIN_DAYS),
            )
        )
        return dict(rows)

    def _open_chores(self, kind, activity_type, wanted):
        """Give out the task, without an e-mail each.

        :param str kind: of :data:`TYPES`
        :param recordset activity_type: `mail.activity.type`
        :param dict wanted: what it is about, by account id
        """
        if not self:
            return
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        model_id = self.env["ir.model"]._get_id(ACCOUNT)
        self.mapped("display_name")  # core names each activity's document by itself
        admin = self.env.ref("base.user_admin")
        values = []
        for account in self:
            about = wanted[account.id]
            user = account._get_chore_user(kind, about) or admin
            values.append(
                {
                    "res_model_id": model_id,
                    "res_id": account.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "date_deadline": today[account.company_id.id],
                    "automated": True,
                    **getattr(account.with_context(lang=user.lang), f"_describe_{kind}")(about),
                }
            )
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create(values)

    def _get_chore_user(self, kind, about):
        """Who gets the task: the collector, else who is responsible for the invoices, else who the
        managers' tasks go to; credits are matched by somebody who may. Empty: nobody known.

        :param str kind: of :data:`TYPES`
        :param about: what the task is about
        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        users = self.acting_user_id | self.user_id
        if kind == "not_sent":
            users |= about.invoice_user_id.filtered(lambda user: not user.share)
        users |= self.company_id.collect_promise_escalation_user_id
        users = users.filtered("active")
        if kind == "credits":
            users = users.filtered(lambda user: user.has_group("account.group_account_invoice"))
        return users[:1]

    # --- invoices that were never sent

    @api.model
    def _find_not_sent(self, company, held):
        """The customers with invoices that would be reminded of, had they been sent.

        :param recordset company: `res.company`
        :param list held: ids of the accounts with a task
        :return dict: `account.move` by account id
        """
        if not company.collect_notice_require_sent:
            return {}
        partners = self._get_chore_partners(self._get_unsent_query(company), held)
        query = self._get_chore_query(company, partners)
        if not partners or query.is_empty():
            return {}
        rows = query.run(lambda: self.env.execute_query(self._get_not_sent_query(query)))
        moves = self.env["account.move"]
        all_ids = [move_id for _account_id, move_ids in rows for move_id in move_ids]
        return {
            account_id: moves.browse(move_ids).with_prefetch(all_ids)
            for account_id, move_ids in rows
        }

    @api.model
    def _get_not_sent_query(self, query):
        """SELECT of the invoices that some step would be about, by customer, the most open first.

        :param NoticeQuery query:
        """
        firsts = SQL(", ").join(
            SQL("(%s, %s)", strategy.id, min(strategy.step_ids.mapped("days")))
            for strategy in query.strategies
        )
        return SQL(
            """
            WITH %s, first (strategy_id, days) AS (VALUES %s)
            SELECT item.account_id, ARRAY_AGG(DISTINCT line.move_id)
              FROM item
              JOIN first ON first.strategy_id = item.strategy_id
                        AND first.days <= item.days_late
              JOIN account_move_line line ON line.id = item.line_id
             WHERE item.reason = 'not_sent'
             GROUP BY item.account_id
             ORDER BY SUM(item.residual) DESC, item.account_id
            """,
            query._get_items(),
            firsts,
        )

    @api.model
    def _get_unsent_query(self, company):
        """SELECT of the customers with open invoices that were never sent, the most open first."""
        return SQL(
            """
            SELECT partner.commercial_partner_id
              FROM account_move move
              JOIN res_partner partner ON partner.id = move.partner_id
             WHERE move.company_id = %s AND move.state = 'posted'
               AND move.move_type = 'out_invoice' AND move.is_move_sent IS NOT TRUE
               AND move.payment_state IN ('not_paid', 'partial')
             GROUP BY partner.commercial_partner_id
             ORDER BY SUM(move.amount_residual_signed) DESC, partner.commercial_partner_id
             LIMIT %s
            """,
            company.id,
            LOOKED_AT,
        )

    def _describe_not_sent(self, moves):
        """What the task to send invoices says.

        :param recordset moves: `account.move`
        :return dict: values
        """
        moves = moves.sorted("invoice_date_due")
        names = ", ".join(get_first(self.env, moves.mapped("name")))
        return {
            "summary": self.env._("Send the invoices first: %s", names),
            "note": self.env._("Never sent, so reminders leave them out."),
            "collect_move_ids": moves.ids,
        }

    # --- credits and payments that are not matched

    @api.model
    def _find_credits(self, company, held):
        """The customers who are not reminded as what has come in covers what is owed.

        :param recordset company: `res.company`
        :param list held: ids of the accounts with a task
        :return dict: amount of what has come in by account id
        """
        partners = self._get_chore_partners(self._get_unmatched_query(company), held)
        query = self._get_chore_query(company, partners)
        if not partners or query.is_empty():
            return {}
        return dict(query.run(lambda: self.env.execute_query(self._get_covered_query(query))))

    @api.model
    def _get_covered_query(self, query):
        """SELECT of what has come in from those who are not reminded for it, the most first.

        :param NoticeQuery query:
        """
        return SQL(
            """
            WITH %s
            SELECT credit.account_id, -credit.amount
              FROM credit
             WHERE credit.account_id IN (
                   SELECT account_id FROM (%s) AS decided WHERE reason = 'credits')
             ORDER BY credit.amount, credit.account_id
            """,
            query._get_items(),
            query.get_decisions(),
        )

    @api.model
    def _get_unmatched_query(self, company):
        """SELECT of the customers who owe and have paid or been credited, best covered first."""
        return SQL(
            """
            SELECT account.partner_id
              FROM ar_collect_account account
             WHERE account.company_id = %(company)s AND account.open_count > 0
               AND (account.amount_credit < 0 OR account.partner_id IN (
                    SELECT partner.commercial_partner_id
                      FROM account_bank_statement_line statement
                      JOIN res_partner partner ON partner.id = statement.partner_id
                     WHERE statement.company_id = %(company)s AND statement.amount > 0
                       AND statement.is_reconciled IS NOT TRUE))
             ORDER BY account.amount_overdue + account.amount_credit, account.id
             LIMIT %(limit)s
            """,
            company=company.id,
            limit=LOOKED_AT,
        )

    def _describe_credits(self, amount):
        """What the task to match credits says.

        :param float amount: what has come in
        :return dict: values
        """
        money = format_amount(self.env, amount, self.currency_id)
        return {
            "summary": self.env._("Match %s of credits and payments first", money),
            "note": self.env._("It covers what is due, so no reminder goes out."),
        }

    # --- what both need

    @api.model
    def _get_chore_partners(self, query, held):
        """The customers to look at: those of a query, and those with a task.

        :rtype: recordset of `res.partner`
        """
        found = [row[0] for row in self.env.execute_query(query)]
        return self.env["res.partner"].browse(found) | self.browse(held).partner_id

    @api.model
    def _get_chore_query(self, company, partners):
        """The statements of the planning about some customers alone.

        :rtype: NoticeQuery
        """
        scope = self.env["ar.collect.notice"]._get_scope(company, partners)
        return NoticeQuery(self.env, scope)
