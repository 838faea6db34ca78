# Part of ar_collect. License LGPL-3.
"""What customers do on the portal, for who wants to know whether it is used."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: What is done again within this time belongs to the same visit.
VISIT = timedelta(minutes=30)
#: Days after which it is forgotten who looked when.
KEPT_DAYS = 730
#: Rows that one cleaning takes away, so that it stays short.
CLEANED = 50_000
#: Acts that count once in a visit: pages are loaded again.
LOOKING = ("visit", "statement", "documents")
ACTS = [
    ("visit", "Visit"),
    ("statement", "Statement"),
    ("documents", "Documents"),
    ("payment", "Payment"),
    ("promise", "Promise"),
    ("dispute", "Dispute"),
    ("plan", "Payment Plan"),
    ("question", "Question"),
    ("contacts", "Contacts"),
]


class ArCollectPortalUse(models.Model):
    """One thing that a contact of a customer did on the portal, by login or with a link."""

    _name = "ar.collect.portal.use"
    _description = "Use of the Customer Portal"
    _order = "date DESC, id DESC"
    _rec_name = "act"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    user_id = fields.Many2one(
        related="account_id.user_id", string="Collector", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Visitor",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who logged in, or whom the link was made for.",
    )
    by_link = fields.Boolean(
        string="With a Link", readonly=True, help="Without a login: a link may be passed on."
    )
    act = fields.Selection(ACTS, string="What", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    _last_idx = models.Index("(account_id, date DESC)")

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, account, contact, act, by_link=False):
        """Note what a visitor did; looking at the same within one visit counts once.

        :param recordset account: `ar.collect.account`
        :param recordset contact: `res.partner`
        :param str act: one of :data:`ACTS`
        :param bool by_link: not logged in
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_collect_portal_use
                       (account_id, company_id, customer_id, user_id, partner_id, by_link, act,
                        date, create_date, write_date)
                SELECT account.id, account.company_id, account.partner_id, account.user_id,
                       %(contact)s, %(by_link)s, %(act)s, %(now)s, %(now)s, %(now)s
                  FROM ar_collect_account account
                 WHERE account.id = %(account)s
                   AND NOT (%(act)s IN %(looking)s AND EXISTS (
                       SELECT FROM ar_collect_portal_use
                        WHERE account_id = account.id AND partner_id = %(contact)s
                          AND act = %(act)s AND by_link = %(by_link)s AND date > %(since)s))
                """,
                account=account.id,
                contact=contact.id,
                by_link=by_link,
                act=act,
                looking=LOOKING,
                now=now,
                since=now - VISIT,
            )
        )

    @api.autovacuum
    def _gc_uses(self):
        """Forget who looked when, long ago."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM ar_collect_portal_use WHERE id IN (
                       SELECT id FROM ar_collect_portal_use WHERE date < %s LIMIT %s)
                """,
                fields.Datetime.now() - timedelta(days=KEPT_DAYS),
                CLEANED,
            )
        )
        done = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        return done, int(done == CLEANED)
