# Part of ar_collect. License LGPL-3.
"""What has become of contested amounts: credited, paid, written off, still open. The ledger says."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .account_move_line import in_ledger
from .ar_collect_claim import LATER
from .ar_collect_dispute_resolve import UNFOUNDED
from .inner_context import INNER

#: Columns that the ledger decides, of an item and, summed up, of its dispute.
AMOUNTS = ("amount_credited", "amount_paid", "amount_written_off", "amount_remaining")


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    amount_credited = fields.Monetary(
        string="Credited", readonly=True, copy=False, help="By posted credit notes, since opened."
    )
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, copy=False, help="Of what was contested, since opened."
    )
    amount_written_off = fields.Monetary(
        string="Written Off",
        readonly=True,
        copy=False,
        help="Cleared by other entries than credit notes and payments, since opened.",
    )
    amount_remaining = fields.Monetary(
        string="Remaining",
        readonly=True,
        copy=False,
        help="What is still open of what was contested.",
    )
    closed_by_ledger = fields.Boolean(
        readonly=True, copy=False, help="Nothing was left of it: it opens again if that changes."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _judge_scope(self, scope):
        """Bring the amounts of disputes in line with the ledger; close those settled by it.

        The rows of the customers are left to the caller.

        :param RefreshScope scope: which customers of which companies
        :return: the disputes that were closed or opened again, as superuser
        :rtype: recordset
        """
        if not self.env["ar.collect.account"]._has_claims(scope):
            return self.browse()
        disputes = self.with_user(SUPERUSER_ID)  # the notes are nobody's in particular
        disputes = disputes.with_context(active_test=False, lang=None, **{LATER: INNER})
        rows = self.env.execute_query(self._get_judge_query(scope))
        self.invalidate_model(AMOUNTS, flush=False)
        self.env["ar.collect.dispute.item"].invalidate_model([*AMOUNTS, "amount_open"], flush=False)
        changed = disputes.browse(sorted({dispute_id for (dispute_id,) in rows}))
        settled = changed.filtered(lambda dispute: dispute._is_settled())
        again = changed.filtered(
            lambda dispute: dispute.closed_by_ledger and any(dispute.item_ids.mapped("amount_open"))
        )
        settled._close_by_ledger()
        again._reopen("unsettled")
        if settled or again:
            self.env.flush_all()  # the refresh goes on in SQL
        return settled | again

    def _is_settled(self):
        """Whether the ledger leaves nothing to talk about: items in draft are being corrected."""
        self.ensure_one()
        return (
            self.state == "open"
            and not any(self.item_ids.mapped("amount_open"))
            and "draft" not in self.item_ids.line_id.mapped("parent_state")
        )

    @api.model
    def _get_judge_query(self, scope):
        """SQL that writes what has changed; returns the ids of the disputes concerned."""
        return SQL(
            """
            WITH verdict AS (%(verdicts)s),
            changed AS (
                UPDATE ar_collect_dispute_item item
                   SET amount_credited = verdict.credited, amount_paid = verdict.paid,
                       amount_written_off = verdict.written_off,
                       amount_remaining = verdict.remaining, amount_open = verdict.open
                  FROM verdict
                 WHERE verdict.id = item.id
                   AND (item.amount_credited, item.amount_paid, item.amount_written_off,
                        item.amount_remaining, item.amount_open)
                       IS DISTINCT FROM (verdict.credited, verdict.paid, verdict.written_off,
                                         verdict.remaining, verdict.open)
            ), total AS (
                SELECT dispute_id, SUM(credited) AS credited, SUM(paid) AS paid,
                       SUM(written_off) AS written_off, SUM(remaining) AS remaining,
                       SUM(open) AS open
                  FROM verdict
                 GROUP BY dispute_id
            )
            UPDATE ar_collect_dispute dispute
               SET amount_credited = total.credited, amount_paid = total.paid,
                   amount_written_off = total.written_off, amount_remaining = total.remaining
              FROM total
             WHERE total.dispute_id = dispute.id
               AND ((dispute.amount_credited, dispute.amount_paid, dispute.amount_written_off,
                     dispute.amount_remaining)
                    IS DISTINCT FROM (total.credited, total.paid, total.written_off,
                                      total.remaining)
                    OR dispute.state = 'open' AND total.open = 0)
            RETURNING dispute.id
            """,
            verdicts=self._get_verdict_query(scope),
        )

    @api.model
    def _get_verdict_query(self, scope):
        """SELECT of the contested items with what has become of each since it was contested.

        Posted credit notes count for it first, those made for the dispute before others; of several
        disputes on an item the oldest comes first, those without ground come last. Money and other
        entries clear what is not contested first: they count as far as less is open than contested.
        Of an amount accepted in part, the rest is not kept out of dunning.
        """
        before = SQL(
            """
            PARTITION BY line_id ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            """
        )
        return SQL(
            """
            WITH item AS (%(items)s),
            credited AS (
                SELECT item.*,
                       item.own + LEAST(item.amount - item.own, GREATEST(0, item.unclaimed
                           - COALESCE(SUM(item.amount - item.own) OVER before, 0))) AS credited
                  FROM item
                WINDOW before AS (%(before)s)
            ), remaining AS (
                SELECT credited.*,
                       LEAST(amount - credited, GREATEST(0, residual
                           - COALESCE(SUM(amount - credited) OVER before, 0))) AS remaining
                  FROM credited
                WINDOW before AS (%(before)s)
            ), paid AS (
                SELECT remaining.*,
                       LEAST(amount - credited - remaining, GREATEST(0, cash
                           - COALESCE(SUM(amount - credited - remaining) OVER before, 0))) AS paid
                  FROM remaining
                WINDOW before AS (%(before)s)
            )
            SELECT id, dispute_id, credited, paid,
                   amount - credited - remaining - paid AS written_off, remaining,
                   CASE WHEN accepted IS NULL THEN remaining
                        ELSE LEAST(remaining, GREATEST(0, accepted - credited)) END AS open
              FROM paid
            """,
            items=self._get_judged_query(scope),
            before=before,
        )

    @api.model
    def _get_judged_query(self, scope):
        """SELECT of the contested items with what was matched with each since it was contested.

        `own` was credited for the dispute, `unclaimed` credited for none, `cash` is money. What was
        set back to draft settles nothing, although `account` leaves it matched.
        """
        return SQL(
            """
            SELECT item.id, item.dispute_id, item.line_id, item.amount,
                   ROW_NUMBER() OVER (
                       PARTITION BY item.line_id
                       ORDER BY dispute.outcome IS NOT NULL AND dispute.outcome IN %(unfounded)s,
                                item.id
                   ) AS rank,
                   CASE WHEN dispute.outcome = 'accepted_part'
                        THEN COALESCE(item.amount_accepted, 0) END AS accepted,
                   CASE line.parent_state
                        WHEN 'posted' THEN GREATEST(0, line.amount_residual_currency)
                                           + COALESCE(matched.draft, 0)
                        WHEN 'draft' THEN item.amount
                        ELSE 0 END AS residual,
                   LEAST(item.amount, COALESCE(matched.own, 0)) AS own,
                   COALESCE(matched.unclaimed, 0) AS unclaimed,
                   COALESCE(matched.cash, 0) AS cash
              FROM ar_collect_dispute_item item
              JOIN ar_collect_dispute dispute ON dispute.id = item.dispute_id
              LEFT JOIN account_move_line line ON line.id = item.line_id
              LEFT JOIN LATERAL (
                   SELECT SUM(amount) FILTER (WHERE posted AND dispute_id = item.dispute_id) AS own,
                          SUM(amount) FILTER (WHERE posted AND dispute_id IS NULL
                                                AND move_type = 'out_refund') AS unclaimed,
                          SUM(amount) FILTER (WHERE posted AND is_cash) AS cash,
                          SUM(amount) FILTER (WHERE NOT posted) AS draft
                     FROM (SELECT match.debit_amount_currency AS amount,
                                  %(in_ledger)s AS posted, %(is_cash)s AS is_cash,
                                  move.collect_dispute_id AS dispute_id, move.move_type
                             FROM account_partial_reconcile match
                             JOIN account_move_line credit ON credit.id = match.credit_move_id
                             JOIN account_move move ON move.id = credit.move_id
                            WHERE match.debit_move_id = item.line_id
                              AND match.id > item.ledger_mark) AS later
                   ) AS matched ON TRUE
             WHERE dispute.company_id = ANY(%(companies)s::int4[])
               AND item.state != 'cancelled'
               AND %(customers)s
            """,
            is_cash=scope.is_cash("credit"),
            in_ledger=in_ledger("credit"),
            unfounded=UNFOUNDED,
            companies=scope.companies.ids,
            customers=SQL("TRUE")
            if scope.partner_ids is None
            else SQL(
                "(dispute.customer_id = ANY(%(ids)s::int4[]) OR line.partner_id = ANY(%(ids)s))",
                ids=scope.contact_ids,
            ),
        )
