# Part of ar_collect. License LGPL-3.
"""What salespeople hear of collecting from their customers: the events, each of them once."""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

KINDS = [
    ("collection", "In Collection"),
    ("settled", "Settled"),
    ("promise_made", "Promise Made"),
    ("promise_kept", "Promise Kept"),
    ("promise_partial", "Promise Kept in Part"),
    ("promise_broken", "Promise Broken"),
    ("promise_withdrawn", "Promise Withdrawn"),
    ("plan_agreed", "Payment Plan Agreed"),
    ("plan_broken", "Payment Plan Broken"),
    ("dispute_opened", "Dispute Opened"),
    ("dispute_closed", "Dispute Closed"),
    ("hold", "Credit Hold"),
    ("hold_ended", "Credit Hold Ended"),
    ("rule_hold", "Orders Held by Rule"),
    ("rule_hold_ended", "Orders Pass Again"),
    ("released", "Released"),
    ("escalated", "Escalated"),
]
#: What is told at once waits for so long: the events of one call come in one mail.
GATHER = timedelta(minutes=3)
#: News that nobody was sent for so long are none any more (days), but for who had no mail since.
FRESH_DAYS = 14
#: Then the rows are removed (days).
KEEP_DAYS = 90


class ArCollectSalesNews(models.Model):
    """Something that has happened in collecting from a customer.

    Nobody is named as recipient: who looks after the customer when a mail is made hears of it.
    """

    _name = "ar.collect.sales.news"
    _description = "News for Salespeople"
    _order = "happened_at DESC, id DESC"
    _rec_name = "kind"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    customer_id = fields.Many2one(related="account_id.partner_id", string="Customer")
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    happened_at = fields.Datetime(
        string="Happened On", required=True, readonly=True, default=fields.Datetime.now
    )
    amount = fields.Monetary(readonly=True, help="In company currency.")
    date = fields.Date(
        string="Day", readonly=True, help="Promised for, overdue since, or released until."
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        readonly=True,
        ondelete="set null",
        help="Who did it, and is not told of it; empty: it came by itself.",
    )
    res_model = fields.Char(string="Model Behind It", readonly=True)
    res_id = fields.Many2oneReference(string="Behind It", model_field="res_model", readonly=True)
    told_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_sales_news_told",
        column1="news_id",
        column2="user_id",
        readonly=True,
        help="Who was sent it, or knew it before.",
    )

    _happened_idx = models.Index("(happened_at)")

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, values):
        """Write down what has happened; whoever caused it neither waits for it nor fails with it.

        :param list values: of news: `account_id`, `company_id`, `kind` and more; by the user
        """
        if not values:
            return
        author_id = self.env.uid if self.env.uid != SUPERUSER_ID else False
        news = self.sudo()  # sudo: whoever promises, disputes or holds notes it by that

        def note():
            news.create([{"author_id": author_id, **vals} for vals in values])
            news._wake()

        self._try(note)

    @api.model
    def _try(self, task):
        """Do what is but news: what it is about does not fail with it.

        :param task: callable
        """
        self.env.flush_all()  # what is wrong with that is not a matter of the news
        try:
            with self.env.cr.savepoint(flush=False):
                task()
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # starts over, with what caused it
        except Exception:  # what a person does is not kept from it by news of it
            self.env.transaction.clear()  # all but the news is written
            _logger.exception("News for salespeople could not be noted")

    @api.model
    def _wake(self):
        """Let the scheduled action run soon, if anybody wants to hear at once."""
        [(somebody,)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM res_users WHERE collect_sales_news = 'now' AND active)
                    OR EXISTS (SELECT FROM res_company WHERE collect_sales_news = 'now')
                """
            )
        )
        if cron := somebody and self.env.ref("ar_collect.ir_cron_sales_news", False):
            # sudo: whoever caused the news may not see scheduled actions
            cron.sudo()._trigger(at=fields.Datetime.now() + GATHER)  # sudo: see above

    @api.autovacuum
    def _gc_old(self):
        """Forget what nobody is told of any more."""
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("happened_at", "<", old)]).unlink()
