# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Seconds after which a page that no longer says it is open counts as closed.
STALE_AFTER = 90


class ArCollectCallLock(models.Model):
    """Who has the call page of which customer open, so that no two collectors call at once.

    A table of its own: saying so every half minute must not touch the account's row.
    """

    _name = "ar.collect.call.lock"
    _description = "Open Call Page"
    _log_access = False

    account_id = fields.Many2one(
        comodel_name="ar.collect.account", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(string="Last Seen", required=True, readonly=True)

    _account_unique = models.Constraint(
        "UNIQUE (account_id)", "One collector at a time has a customer's page open."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, account):
        """Say that the user has a customer's page open, unless a colleague has.

        :param recordset account: `ar.collect.account`, one
        :return: the colleague who has it open, empty when the user has it now
        :rtype: recordset of `res.users`
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_collect_call_lock AS lock (account_id, user_id, date)
                VALUES (%(account)s, %(user)s, %(now)s)
                ON CONFLICT (account_id) DO UPDATE
                SET user_id = EXCLUDED.user_id, date = EXCLUDED.date
                WHERE lock.user_id = EXCLUDED.user_id OR lock.date < %(stale)s
                """,
                account=account.id,
                user=self.env.uid,
                now=now,
                stale=now - timedelta(seconds=STALE_AFTER),
            ),
            # two who press the button together: the second request is begun anew by Odoo, and
            # that is no error
            log_exceptions=False,
        )
        taken = bool(self.env.cr.rowcount)
        self.invalidate_model(flush=False)
        return self.env["res.users"] if taken else self._get_holders(account)[account.id]

    @api.model
    def _release(self, account):
        """Say that the user has left a customer's page."""
        self.search(
            [("account_id", "=", account.id), ("user_id", "=", self.env.uid)], limit=1
        ).unlink()

    @api.model
    def _get_holders(self, accounts):
        """The colleagues who have customers' pages open now.

        :param recordset accounts: `ar.collect.account`
        :return: `res.users` by account id; oneself is not a colleague
        :rtype: dict
        """
        alive = fields.Datetime.now() - timedelta(seconds=STALE_AFTER)
        locks = self.search(
            [
                ("account_id", "in", accounts.ids),
                ("user_id", "!=", self.env.uid),
                ("date", ">=", alive),
            ]
        )
        return {lock.account_id.id: lock.user_id for lock in locks}

    @api.autovacuum
    def _gc_stale(self):
        """Forget the pages that were closed without a word."""
        stale = fields.Datetime.now() - timedelta(days=1)
        self.search([("date", "<", stale)]).unlink()
