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
    def _mark(self, pairs, entries=()):
        """Note customers to refresh; written once, just before the transaction commits.

        :param pairs: iterable of (partner id or None, company id or None); None stands for all.
        :param entries: ids of entries whose state has changed: they also concern the customers of
            the items they are matched with
        """
        data = self.env.cr.precommit.data
        if (pending := data.get("ar_collect.dirty")) is None:
            pending = data["ar_collect.dirty"] = (set(), set())
            self.env.cr.precommit.add(self._flush_pending)
        pending[0].update(pairs)
        pending[1].update(entries)

    @api.model
    def _flush_pending(self):
        """Append what was marked and trigger the refresh, in one statement.

        The workers see the trigger when they next look, within a minute; telling them at once would
        take a connection of its own, for which every payment would wait.
        """
        pairs, entries = self.env.cr.precommit.data.pop("ar_collect.dirty", (None, None))
        if not pairs and not entries:
            return
        # not env.ref(): that asks the database whether the record exists, which the query does
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id("ar_collect.ir_cron_refresh_dirty")
        self.env.cr.execute(
            SQL(
                """
                WITH mark AS (
                    INSERT INTO ar_collect_dirty (partner_ref, company_ref) %(rows)s
                )
                INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT id, %(now)s FROM ir_cron WHERE id = %(cron)s AND active
                """,
                rows=self._get_mark_query(pairs, entries),
                now=fields.Datetime.now(),
                cron=cron_id or None,
            )
        )

    @api.model
    def _get_mark_query(self, pairs, entries):
        """SQL rows (partner, company) of what was marked; see :meth:`_mark`."""
        parts = []
        if pairs:
            rows = SQL(", ").join(
                SQL("(%s::int4, %s::int4)", partner, company)
                for partner, company in sorted(pairs, key=lambda pair: (pair[0] or 0, pair[1] or 0))
            )
            parts.append(SQL("VALUES %s", rows))
        if entries:
            matched = SQL(
                """
                SELECT debit.partner_id, debit.company_id
                  FROM account_move_line credit
                  JOIN account_partial_reconcile match ON match.credit_move_id = credit.id
                  JOIN account_move_line debit ON debit.id = match.debit_move_id
                 WHERE credit.move_id = ANY(%s::int4[]) AND debit.partner_id IS NOT NULL
                """,
                sorted(entries),
            )
            parts.append(matched)
        return SQL(" UNION ").join(parts)

    @api.model
    def _work_off(self, process):
        """Process batches until no mark is left. Only called for ir.cron: it commits.

        :param process: takes a batch, see :meth:`_take_batch`; returns how many marks it took
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count([]))
        while taken := self.env["ar.collect.account"]._retry(process):
            if not progress(taken, remaining=self.search_count([])):
                break

    @api.model
    def _take_batch(self, refresh, limit=BATCH):
        """Refresh what a batch of marks is about, which is gone then; never commits.

        :param refresh: called with `res.partner` and `res.company`, None for all of them
        :return: the distinct (partner id or None, company id or None), and how many marks it were
        """
        pairs, taken = self._take(limit)
        partners = {partner for partner, _company in pairs}
        companies = {company for _partner, company in pairs}
        if taken:
            refresh(
                None if None in partners else self.env["res.partner"].browse(partners),
                None if None in companies else self.env["res.company"].browse(companies),
            )
        return pairs, taken

    @api.model
    def _take(self, limit=BATCH):
        """Remove a batch of marks, skipping those another worker has.

        ARRAY: the choice is made once; joined with IN it may run again and take more than asked.

        :return: list of distinct (partner id or None, company id or None), and how many were taken
        """
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM %(marks)s WHERE id = ANY(ARRAY(
                    SELECT id FROM %(marks)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                )) RETURNING partner_ref, company_ref
                """,
                marks=SQL.identifier(self._table),
                limit=limit,
            )
        )
        return sorted(set(rows), key=lambda pair: (pair[0] or 0, pair[1] or 0)), len(rows)
