# Part of ar_collect. License LGPL-3.
"""How many promises of the same were not kept before."""

from odoo import api, models
from odoo.tools import SQL


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override of `ar_collect`: it was not kept, which later promises should know."""
        result = super().action_cancel()
        self._update_levels()
        return result

    # === BUSINESS METHODS === #

    def _update_levels(self):
        """Count for these promises and the later ones of the same items how many were not kept.

        An instalment is a promise of the items of its plan; what was left of a plan when something
        else was agreed counts as one. For a promise without items the earlier ones of its customer
        without items count. Those that ended because nothing was left to pay do not.
        """
        if not self.ids:
            return
        self.flush_model(["state", "end_reason", "plan_id"])
        self.env.execute_query(
            SQL(
                """
                WITH %(pairs)s, counted AS (
                    SELECT pair.id, COUNT(DISTINCT CASE
                               WHEN earlier.state IN ('partial', 'broken') THEN earlier.id
                               WHEN earlier.plan_id = later.plan_id THEN NULL
                               WHEN earlier.state = 'replaced' OR earlier.end_reason = 'withdrawn'
                               THEN COALESCE(-earlier.plan_id, earlier.id) END) AS level
                      FROM pair
                      JOIN ar_collect_promise later ON later.id = pair.id
                      LEFT JOIN ar_collect_promise earlier ON earlier.id = pair.earlier_id
                     GROUP BY pair.id
                )
                UPDATE ar_collect_promise promise
                   SET level = counted.level
                  FROM counted
                 WHERE counted.id = promise.id AND promise.level IS DISTINCT FROM counted.level
                RETURNING promise.id
                """,
                pairs=self._get_earlier_query(),
            )
        )
        self.invalidate_model(["level"], flush=False)

    def _get_earlier_query(self):
        """Common table `pair`: these promises and later ones of the same, each with earlier ones.

        Of a later one all items are looked at, also those that these promises do not have. ARRAY:
        promises and journal items are looked up, the rest is not read.

        :rtype: SQL
        """
        return SQL(
            """
            concerned AS MATERIALIZED (%(concerned)s),
            said AS MATERIALIZED (%(said)s),
            pair AS (
                SELECT later.promise_id AS id, earlier.promise_id AS earlier_id
                  FROM concerned
                  JOIN said later ON later.promise_id = concerned.promise_id
                  LEFT JOIN said earlier ON earlier.line_id = later.line_id
                                        AND earlier.promise_id < later.promise_id
                 UNION
                SELECT later.id, earlier.id
                  FROM ar_collect_promise mine
                  JOIN ar_collect_promise later ON later.account_id = mine.account_id
                  LEFT JOIN ar_collect_promise earlier
                         ON earlier.account_id = mine.account_id
                        AND earlier.id < later.id AND %(earlier_is_free)s
                 WHERE mine.id = ANY(%(ids)s) AND %(mine_is_free)s AND %(later_is_free)s
            )
            """,
            ids=self.ids,
            concerned=SQL(
                "SELECT DISTINCT promise_id FROM (%s) AS promised WHERE line_id = ANY(ARRAY(%s))",
                self._get_promised_query(),
                SQL(
                    "SELECT line_id FROM (%s) AS promised WHERE promise_id = ANY(%s)",
                    self._get_promised_query(),
                    self.ids,
                ),
            ),
            said=SQL(
                "SELECT promise_id, line_id FROM (%s) AS promised WHERE line_id = ANY(ARRAY(%s))",
                self._get_promised_query(),
                SQL(
                    "SELECT line_id FROM (%s) AS promised WHERE promise_id = ANY(ARRAY(%s))",
                    self._get_promised_query(),
                    SQL("SELECT promise_id FROM concerned"),
                ),
            ),
            **{
                f"{alias}_is_free": SQL(
                    "%s IS NULL AND NOT EXISTS (SELECT FROM ar_collect_promise_item item"
                    " WHERE item.promise_id = %s)",
                    SQL.identifier(alias, "plan_id"),
                    SQL.identifier(alias, "id"),
                )
                for alias in ("mine", "later", "earlier")
            },
        )

    @api.model
    def _get_promised_query(self):
        """By promise the journal items it is about: its own, or those of its plan.

        :rtype: SQL
        """
        return SQL(
            """
            SELECT item.promise_id, item.line_id
              FROM ar_collect_promise_item item
             UNION ALL
            SELECT promise.id, item.line_id
              FROM ar_collect_payment_plan_item item
              JOIN ar_collect_promise promise ON promise.plan_id = item.plan_id
            """
        )
