# Part of ar_collect. License LGPL-3.
"""What the accounts themselves tell salespeople: in collection, settled, on hold."""

from odoo import api, fields, models
from odoo.tools import SQL


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    sales_in_collection = fields.Boolean(
        string="In Collection for Salespeople",
        readonly=True,
        copy=False,
        help="From the day on which it is news that the customer is in collection, until nothing is"
        " overdue any more.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: a credit hold, and its end, are news for salespeople."""
        changed = self.browse()
        if "hold" in vals:
            changed = self.filtered(lambda account: account.hold != bool(vals["hold"]))
        result = super().write(vals)
        self.env["ar.collect.sales.news"]._note(
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "kind": "hold" if account.hold else "hold_ended",
                    "amount": account.amount_overdue,
                }
                for account in changed
            ]
        )
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _note_collection(self, scope):
        """Override of `ar_collect`: note who has come into collection, or settled everything.

        The first time there are customers in a company it is but the beginning: nobody is told of
        all of them.

        :param RefreshScope scope: whose figures are fresh
        """
        if not scope.companies:
            return
        statuses = self.env["ar.collect.refresh.status"]._for_companies(scope.companies)
        begun = statuses.filtered("news_begun").company_id
        rows = self.env.execute_query(self._get_collection_query(scope, begun))
        if scope.partner_ids is None:
            self._begin_news(statuses.filtered(lambda status: not status.news_begun))
        if rows and rows[0][0]:
            self.env["ar.collect.sales.news"]._wake()

    @api.model
    def _begin_news(self, statuses):
        """From now on it is news, in the companies that have customers by now.

        :param recordset statuses: `ar.collect.refresh.status` in whose companies it was not
        """
        for status in statuses:
            if self.search_count([("company_id", "=", status.company_id.id)], limit=1):
                status.news_begun = True

    @api.model
    def _get_collection_query(self, scope, begun):
        """SQL that follows the rows whose figures have crossed the line; returns how many are told.

        :param RefreshScope scope:
        :param recordset begun: `res.company` in which it is news
        """
        return SQL(
            """
            WITH company (id, days, amount) AS (VALUES %(companies)s),
            changed AS (
                UPDATE ar_collect_account account
                   SET sales_in_collection = account.amount_overdue > 0
                  FROM company
                 WHERE company.id = account.company_id
                   AND %(customers)s
                   AND CASE WHEN account.sales_in_collection THEN account.amount_overdue <= 0
                            ELSE account.amount_chasable > company.amount
                                 AND account.amount_chasable > 0
                                 AND account.chase_due_date <= %(today)s - company.days END
                RETURNING account.*
            ), told AS (
                INSERT INTO ar_collect_sales_news (account_id, company_id, kind, amount, date,
                                                   happened_at, create_date, write_date)
                SELECT id, company_id,
                       CASE WHEN sales_in_collection THEN 'collection' ELSE 'settled' END,
                       amount_chasable, CASE WHEN sales_in_collection THEN chase_due_date END,
                       %(now)s, %(now)s, %(now)s
                  FROM changed
                 WHERE company_id = ANY(%(begun)s::int4[])
                RETURNING id
            )
            SELECT COUNT(*) FROM told
            """,
            companies=SQL(", ").join(
                SQL(
                    "(%s, %s, %s)",
                    company.id,
                    company.collect_sales_news_days,
                    company.collect_sales_news_amount,
                )
                for company in scope.companies
            ),
            customers=scope.restrict(SQL("account.partner_id")),
            today=scope.today_of(SQL("account.company_id")),
            begun=begun.ids,
            now=fields.Datetime.now(),
        )

    def _get_news_state(self):
        """How it stands now, in one line.

        :rtype: str
        """
        self.ensure_one()
        if self.amount_overdue:
            amount = self.currency_id.format(self.amount_overdue)
            state = self.env._("%s overdue", amount)
        elif self.hold:
            state = self.env._("nothing is overdue")
        else:
            labels = (
                self.env["res.partner"]._fields["collect_status"]._description_selection(self.env)
            )
            state = dict(labels)[self._get_sales_status()]
        return " · ".join(filter(None, [state, self._get_sales_text()]))

    def _move_talk(self, target):
        """Override of `ar_collect` to let news that nobody was told yet go over as well."""
        news = self.env["ar.collect.sales.news"].sudo()  # sudo: a merge moves all of them
        news.search([("account_id", "in", self.ids)]).account_id = target.id
        return super()._move_talk(target)
