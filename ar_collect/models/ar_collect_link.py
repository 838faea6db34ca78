# Part of ar_collect. License LGPL-3.
"""Links with which a customer opens a page of ours without logging in."""

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Random bytes of a link: nobody guesses one, so there is nothing to be slowed down.
TOKEN_BYTES = 24
#: Days after which a link that has expired is forgotten: unused, and used.
UNUSED_DAYS, USED_DAYS = 30, 730
#: Rows that one cleaning takes away, so that it stays short.
CLEANED = 50_000


class ArCollectLink(models.Model):
    """A link that was given to one contact of one customer, for one purpose, for some days.

    What is stored is a digest of it: whoever reads the table, or a copy of it, cannot open a page.
    It shows the customer it was made for, and nothing when that is another one by now: the contact
    has left or went to another customer, or the customer became part of another one.
    """

    _name = "ar.collect.link"
    _description = "Link for a Customer"
    _order = "id DESC"
    _rec_name = "partner_id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Whose account it shows; merging customers changes it, moving a customer does not.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Made For",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    purpose = fields.Selection(
        selection=[("statement", "Statement")], required=True, readonly=True, default="statement"
    )
    expires = fields.Datetime(string="Valid Until", required=True, readonly=True)
    revoked = fields.Boolean(string="Withdrawn", readonly=True)
    token_hash = fields.Char(
        required=True, readonly=True, copy=False, groups="base.group_system", string="Digest"
    )
    visit_count = fields.Integer(string="Visits", readonly=True)
    first_visit = fields.Datetime(readonly=True)
    last_visit = fields.Datetime(readonly=True)
    state = fields.Selection(
        selection=[("open", "Works"), ("revoked", "Withdrawn"), ("expired", "Expired")],
        compute="_compute_state",
    )

    # found by its digest alone: how long that takes says nothing about the link
    _token_hash_unique = models.UniqueIndex("(token_hash)")
    _expires_idx = models.Index("(expires)")

    # === COMPUTE METHODS === #

    @api.depends("revoked", "expires")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            link.state = "revoked" if link.revoked else "open" if link.expires > now else "expired"

    # === ACTION METHODS === #

    def action_revoke(self):
        """Withdraw links: the page they lead to is gone.

        :raise AccessError: without the right to change the customer's account
        """
        self.account_id.check_access("write")
        for link in self.filtered(lambda link: link.state == "open"):
            link.sudo().revoked = True  # sudo: checked on the account
            link.account_id._message_log(
                body=self.env._("The link for %s was withdrawn.", link.partner_id.display_name)
            )

    # === BUSINESS METHODS === #

    # --- giving

    @api.model
    def _give(self, pairs, purpose, days):
        """Make links, in one insertion for all.

        :param list pairs: (`ar.collect.account`, `res.partner`), which belong together
        :param str purpose: what they open
        :param int|None days: how long they work; None: as each company has set
        :return: the secret part of each link, in the order of the pairs; it is nowhere stored
        :rtype: list
        """
        tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _pair in pairs]
        now = fields.Datetime.now()
        self.sudo().create(  # sudo: nobody makes links but we
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "customer_id": account.partner_id.id,
                    "partner_id": partner.id,
                    "purpose": purpose,
                    "expires": now + timedelta(days or account.company_id.collect_link_days),
                    "token_hash": self._get_digest(token),
                }
                for (account, partner), token in zip(pairs, tokens, strict=True)
            ]
        )
        return tokens

    @api.model
    def _get_digest(self, token):
        """What is stored of a link; a random text of this length needs no salt."""
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    # --- using

    @api.model
    def _get_by_token(self, token, purpose):
        """The link somebody opens, if it still leads anywhere; empty for any other text.

        One question for all: one that has expired takes as long as one that never was.

        :param str token: last part of the address
        :param str purpose: what is opened
        :return: link, with superuser rights
        """
        links = self.sudo()  # sudo: whoever has the link need not be logged in
        links.env.flush_all()
        rows = links.env.execute_query(
            SQL(
                """
                SELECT link.id
                  FROM ar_collect_link link
                  JOIN ar_collect_account account ON account.id = link.account_id
                  JOIN res_company company ON company.id = link.company_id
                  JOIN res_partner contact ON contact.id = link.partner_id
                 WHERE link.token_hash = %(digest)s AND link.purpose = %(purpose)s
                   AND link.revoked IS NOT TRUE AND link.expires > %(now)s
                   AND account.company_id = link.company_id AND company.active
                   AND account.partner_id = link.customer_id
                   AND contact.commercial_partner_id = link.customer_id AND contact.active
                   AND (contact.collect_left_date IS NULL
                        OR contact.collect_left_date > %(now)s::date)
                """,
                digest=self._get_digest(token),
                purpose=purpose,
                now=fields.Datetime.now(),
            )
        )
        return links.browse(row[0] for row in rows)

    def _count_visit(self):
        """Note that the page was opened."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collect_link
                   SET visit_count = COALESCE(visit_count, 0) + 1, last_visit = %(now)s,
                       first_visit = COALESCE(first_visit, %(now)s)
                 WHERE id = %(id)s
                """,
                now=fields.Datetime.now(),
                id=self.id,
            )
        )
        self.invalidate_recordset(["visit_count", "first_visit", "last_visit"])
        self._on_visit()

    def _on_visit(self):
        """To be overridden by what follows a customer's visit; called in superuser mode."""

    # --- forgetting

    @api.autovacuum
    def _gc_links(self):
        """Forget links that have expired long ago; those that were used are kept for longer."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM ar_collect_link WHERE id IN (
                       SELECT id FROM ar_collect_link
                        WHERE expires < %(unused)s AND COALESCE(visit_count, 0) = 0
                           OR expires < %(used)s
                        LIMIT %(limit)s)
                """,
                unused=now - timedelta(days=UNUSED_DAYS),
                used=now - timedelta(days=USED_DAYS),
                limit=CLEANED,
            )
        )
        done = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        return done, int(done == CLEANED)
