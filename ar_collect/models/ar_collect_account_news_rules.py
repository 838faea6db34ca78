# Part of ar_collect. License LGPL-3.
"""Whom the rules of the credit hold stop, or let go again: news for salespeople."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Read with the customers that the rules may hold.
READ = ["partner_id", "company_id", "sales_held"]


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    sales_held = fields.Boolean(
        string="Held by Rule for Salespeople",
        readonly=True,
        copy=False,
        help="Whether rules held new orders on credit last night.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _process_company(self, company):
        """Override of `ar_collect`: salespeople hear in the morning whose orders are held.

        As of whom is in collection, nobody is told of all of them when a company has customers for
        the first time.
        """
        status = self.env["ar.collect.refresh.status"]._for_companies(company)
        is_news = status.news_begun  # before this night
        result = super()._process_company(company)
        accounts = self.sudo()  # sudo: settings and figures, not shown
        news = self.env["ar.collect.sales.news"]
        news._try(lambda: accounts._note_rule_holds(company, is_news))
        return result

    @api.model
    def _note_rule_holds(self, company, is_news=True):
        """Note whom rules hold now and did not, and the other way round.

        :param recordset company: `res.company`
        :param bool is_news: whether salespeople are told
        """
        domain = Domain("company_id", "=", company.id) & Domain("sales_held", "=", True)
        if company.collect_hold_active:
            has_seller = Domain("partner_id.user_id", "!=", False)
            domain |= self._get_hold_candidates(company) & has_seller
        accounts = self.search_fetch(domain, READ)
        judged = accounts._judge_holds(by_hand=False)
        changed = accounts.filtered(lambda account: account.sales_held != judged[account][1].stops)
        if not changed:
            return
        self.env.flush_all()
        told = self.env.execute_query(self._get_rule_hold_query(changed.ids, is_news))
        changed.invalidate_recordset(["sales_held"], flush=False)
        if told:
            self.env["ar.collect.sales.news"]._wake()

    @api.model
    def _get_rule_hold_query(self, ids, is_news):
        """SQL that turns the mark of accounts and notes it, but for those held by hand anyway.

        :param list ids: of the accounts that are held now and were not, or the other way round
        :param bool is_news: whether it is noted
        """
        return SQL(
            """
            WITH changed AS (
                UPDATE ar_collect_account SET sales_held = sales_held IS NOT TRUE
                 WHERE id = ANY(%(ids)s)
                RETURNING id, company_id, sales_held, hold, amount_overdue
            )
            INSERT INTO ar_collect_sales_news (account_id, company_id, kind, amount, happened_at,
                                               create_date, write_date)
            SELECT id, company_id, CASE WHEN sales_held THEN 'rule_hold' ELSE 'rule_hold_ended' END,
                   amount_overdue, %(now)s, %(now)s, %(now)s
              FROM changed
             WHERE hold IS NOT TRUE AND %(is_news)s
            RETURNING id
            """,
            ids=ids,
            is_news=is_news,
            now=fields.Datetime.now(),
        )
