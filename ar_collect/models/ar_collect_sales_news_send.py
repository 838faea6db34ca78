# Part of ar_collect. License LGPL-3.
"""News for salespeople, sent: to whom the customer belongs now, once, with what one may see."""

import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL, OrderedSet

from .ar_collect_sales_news import FRESH_DAYS, KEEP_DAYS

_logger = logging.getLogger(__name__)

#: Customers that a mail tells of; the others are counted.
SHOWN = 50


class ArCollectSalesNews(models.Model):
    _inherit = "ar.collect.sales.news"

    # === CRON METHODS === #

    @api.model
    def _cron_send(self):
        """Make the mails whose time has come, each person's by itself. Only called by ir.cron."""
        work_through = self.env["ar.collect.account"]._work_through
        work_through(self._get_due_users(), self._process, self._note_failure)

    # === BUSINESS METHODS === #

    @api.model
    def _get_due_users(self):
        """Who may have something to hear by now.

        :rtype: recordset of `res.users`
        """
        oldest = dict(self.env.execute_query(self._get_waiting_query()))
        leaders = self.env["res.users"].search(
            [("collect_sales_news_team", "=", True), ("share", "=", False)]
        )
        # a leader has still to hear what the salesperson was told at once
        waiting = leaders.browse(OrderedSet([*oldest, *leaders.ids]))
        fit = waiting.filtered(lambda user: user.active and not user.share and user.email)
        dues = fit._get_collect_sales_news_dues()
        return fit.filtered(
            lambda user: (
                user in dues and (user in leaders or oldest.get(user.id, dues[user]) <= dues[user])
            )
        )

    @api.model
    def _get_waiting_query(self):
        """SELECT of the people with news of their own customers, and the oldest of it."""
        self.env.flush_all()
        return SQL(
            """
            SELECT partner.user_id, MIN(news.happened_at)
              FROM ar_collect_sales_news news
              JOIN ar_collect_account account ON account.id = news.account_id
              JOIN res_partner partner ON partner.id = account.partner_id
             WHERE partner.user_id IS NOT NULL AND %s
             GROUP BY partner.user_id
             ORDER BY partner.user_id
            """,
            self._get_untold(SQL("partner.user_id")),
        )

    @api.model
    def _get_untold(self, user):
        """SQL condition: has somebody still to hear of `news`? Not of what one did oneself.

        What is older than :data:`FRESH_DAYS` is told if it happened since the last mail: whoever
        was on leave for longer hears of it.

        :param SQL user: id of the person
        """
        now = fields.Datetime.now()
        return SQL(
            """
            (news.happened_at > %(kept)s
             AND news.happened_at > LEAST(%(fresh)s, (
                    SELECT reader.told_at FROM ar_collect_sales_reader reader
                     WHERE reader.user_id = %(user)s))
             AND news.author_id IS DISTINCT FROM %(user)s
             AND NOT EXISTS (SELECT FROM ar_collect_sales_news_told told
                              WHERE told.news_id = news.id AND told.user_id = %(user)s)
             AND NOT EXISTS (SELECT FROM ar_collect_sales_reader reader
                              WHERE reader.user_id = %(user)s AND reader.since >= news.happened_at))
            """,
            kept=now - timedelta(days=KEEP_DAYS),
            fresh=now - timedelta(days=FRESH_DAYS),
            user=user,
        )

    @api.model
    def _process(self, user):
        """Make the mail of somebody, if there is news and its time has come. Never commits.

        :param recordset user: `res.users`
        :return: the mail, or none
        :rtype: recordset of `mail.mail`
        """
        mails = self.env["mail.mail"]
        reader = self.env["ar.collect.sales.reader"]._take(user)
        until = reader and user._get_collect_sales_news_dues().get(user)
        if not until or self._is_told(reader, until):
            return mails
        companies = user.company_ids - self._get_reported_companies(user)
        news = self._take(user, companies, until)
        reader.problem = False
        if not news:
            return mails
        reader.told_at = fields.Datetime.now()
        return self._queue(user, news)

    @api.model
    def _is_told(self, reader, until):
        """Whether somebody had the mail of this day or week: what is found since waits.

        Older news come to somebody with a customer, or with a colleague whom one leads.
        """
        at_once = reader.user_id._get_collect_sales_news() == "now"
        return not at_once and bool(reader.told_at) and reader.told_at >= until

    @api.model
    def _note_failure(self, user, error):
        """Say on the row of somebody why there was no mail; what was taken is told next time."""
        _logger.error("News for %s could not be sent", user.login, exc_info=error)
        self.env["ar.collect.sales.reader"]._for_users(user).problem = str(error)

    # --- whose, and what

    @api.model
    def _take(self, user, companies, until):
        """The news that somebody is told now, marked as told in this transaction.

        Nothing as long as all of it is newer than the moment: it waits for the next mail.

        :param recordset user: `res.users`
        :param recordset companies: `res.company`
        :param datetime until: see ``_get_collect_sales_news_dues``
        :return: as superuser, oldest first
        """
        pairs = self._get_sellers(user, companies)
        if not pairs:
            return self.browse()
        self.env.flush_all()
        rows = self.env.execute_query(self._get_take_query(user, pairs, until))
        taken = self.sudo().browse(sorted(news_id for (news_id,) in rows))  # sudo: own customers'
        taken.invalidate_recordset(["told_ids"])
        seen = taken._filter_seen(user)
        return seen._filter_net()._filter_true().sorted(lambda n: (n.happened_at, n.id))

    @api.model
    def _get_sellers(self, user, companies):
        """Whose customers somebody hears of: the own, and those of the people one leads if wished.

        :return: pairs of the ids of company and salesperson
        :rtype: list
        """
        led = user._get_collect_led_by_company(companies) if user.collect_sales_news_team else {}
        return [
            (company.id, seller.id)
            for company in companies
            for seller in user | led.get(company, user)
        ]

    @api.model
    def _get_take_query(self, user, pairs, until):
        """SQL that marks the news as told and returns their ids."""
        return SQL(
            """
            WITH waiting AS (
                SELECT news.id, news.happened_at
                  FROM ar_collect_sales_news news
                  JOIN ar_collect_account account ON account.id = news.account_id
                  JOIN res_partner partner ON partner.id = account.partner_id
                  JOIN UNNEST(%(companies)s::int4[], %(sellers)s::int4[]) AS pair (company, seller)
                    ON pair.company = news.company_id AND pair.seller = partner.user_id
                 WHERE %(untold)s
                   AND news.happened_at > COALESCE(%(since)s::timestamp, '-infinity')
            )
            INSERT INTO ar_collect_sales_news_told (news_id, user_id)
            SELECT id, %(user)s FROM waiting
             WHERE (SELECT MIN(happened_at) FROM waiting) <= %(until)s
            ON CONFLICT DO NOTHING
            RETURNING news_id
            """,
            companies=[company_id for company_id, _seller_id in pairs],
            sellers=[seller_id for _company_id, seller_id in pairs],
            untold=self._get_untold(SQL("%s", user.id)),
            since=user._get_collect_sales_news_since() or None,
            user=user.id,
            until=until,
        )

    def _filter_seen(self, user):
        """Those of customers that somebody may read at all."""
        partners = self.customer_id.with_user(user)
        partners = partners.with_context(allowed_company_ids=user.company_ids.ids)
        seen = set(partners._filtered_access("read").ids)
        return self.filtered(lambda news: news.customer_id.id in seen)

    # --- the mail

    @api.model
    def _queue(self, user, news):
        """Put the mail into Odoo's queue."""
        mine = news.with_context(lang=user.lang, tz=user.tz)
        company = news.company_id if len(news.company_id) == 1 else user.company_id
        mails = self.env["mail.mail"].sudo()  # sudo: the mail is the system's
        return mails.create(
            {
                "subject": mine._get_subject(),
                "body_html": mine._get_body(user),
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": [Command.link(user.partner_id.id)],
                "auto_delete": True,
            }
        )

    def _get_body(self, user):
        """The whole mail.

        :rtype: Markup
        """
        return self.env["ir.qweb"]._render(
            "ar_collect.mail_sales_news",
            {
                **self._get_values(user),
                "title": self._get_subject(),
                "frequency": user._get_collect_sales_news(),
                "link": f"{self.browse().get_base_url()}/odoo/collections-my-customers"
                + ("?led=1" if user.collect_sales_news_team else ""),
            },
        )

    def _get_values(self, user):
        """What the template of the news needs.

        :param recordset user: `res.users` who reads it
        :rtype: dict
        """
        return {
            "blocks": self._get_blocks(user, SHOWN),
            "more": max(0, len(self.account_id) - SHOWN),
        }
