# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 1000


class ArCollectDirty(models.Model):
    """Customers whose ledger has changed since their row was refreshed.

    Only ever appended to by what posts and reconciles, without foreign keys, so that a payment
    neither waits for nor conflicts with a collection account.
    """

    _name = "ar.collect.dirty"
    _description = "Collection Account to Refresh"
    _log_access = False

    partner_ref = fields.Integer(string="Partner", help="Id; empty: every customer.")
    company_ref = fields.Integer(string="Company", help="Id; empty: every company.")

    # === BUSINESS METHODS === #

    @api.model
    def _mark(self, pairs):
        """Note customers to refresh; written once, just before the transaction commits.

        :param pairs: iterable of (partner id or None, company id or None); None stands for all.
        """
        data = self.env.cr.precommit.data
        if (pending := data.get("ar_collect.dirty")) is None:
            pending = data["ar_collect.dirty"] = set()
            self.env.cr.precommit.add(self._flush_pending)
        pending.update(pairs)

    @api.model
    def _flush_pending(self):
        """Append what was marked and wake the refresh, in one statement."""
        pairs = self.env.cr.precommit.data.pop("ar_collect.dirty", None)
        if not pairs:
            return
        cron = self.env.ref("ar_collect.ir_cron_refresh_dirty", raise_if_not_found=False)
        rows = SQL(", ").join(
            SQL("(%s::int4, %s::int4)", partner, company)
            for partner, company in sorted(pairs, key=lambda pair: (pair[0] or 0, pair[1] or 0))
        )
        self.env.cr.execute(
            SQL(
                """
                WITH mark AS (
                    INSERT INTO ar_collect_dirty (partner_ref, company_ref) VALUES %(rows)s
                )
                INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT id, %(now)s FROM ir_cron WHERE id = %(cron)s AND active
                """,
                rows=rows,
                now=fields.Datetime.now(),
                cron=cron.id if cron else None,
            )
        )
        if cron and self.env.cr.rowcount:
            self.env.cr.postcommit.add(cron.sudo()._notifydb)  # sudo: cron records are the system's

    @api.model
    def _take(self, limit=BATCH):
        """Remove a batch of marks, skipping those another worker has.

        :return: list of distinct (partner id or None, company id or None), and how many were taken
        """
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM ar_collect_dirty WHERE id IN (
                    SELECT id FROM ar_collect_dirty ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                ) RETURNING partner_ref, company_ref
                """,
                limit,
            )
        )
        return sorted(set(rows), key=lambda pair: (pair[0] or 0, pair[1] or 0)), len(rows)
