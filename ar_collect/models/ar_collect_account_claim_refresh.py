# Part of ar_collect. License LGPL-3.
"""What promises and disputes take out of the amount to chase, in the pass over the ledger.

A claim counts on items that are overdue and not excluded, in company currency, never beyond what is
left of the item: disputes first, then the promise, less what was paid of it since. A promise without
items counts on whatever the customer's other items leave overdue. It counts until its date and the
company's days of grace are over, whether somebody judges it or not. The items of a payment plan
count while the plan is in force.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger

#: Up to so many customers it pays to ask first whether there are claims at all: it takes longer to
#: plan the query than to run it.
FEW = 50


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    @api.model
    def _get_claim_query(self, scope):
        """Override of `ar_collect` for promises and disputes.

        What is said of items, of everything, and what is overdue, summed up by customer in one go:
        the sums are small, but the planner cannot know, and would loop over a join.
        """
        if not self._has_claims(scope):
            return super()._get_claim_query(scope)
        return SQL(
            """
            WITH promise AS MATERIALIZED (%(promises)s),
            part (partner_id, company_id, disputed, promised, free, overdue, day, broken) AS (
                %(items)s
                 UNION ALL
                SELECT partner_id, company_id, 0, 0, free, 0, day, broken FROM promise
                 UNION ALL
                %(overdue)s
            )
            SELECT partner_id, company_id,
                   SUM(disputed) AS amount_disputed,
                   SUM(promised) + GREATEST(0, LEAST(
                       SUM(free), SUM(overdue) - SUM(disputed) - SUM(promised)
                   )) AS amount_promised,
                   MIN(day) AS next_promise_date,
                   SUM(broken)::int4 AS broken_promise_count
              FROM part
             GROUP BY partner_id, company_id
            """,
            promises=self._get_promise_query(scope),
            items=self._get_item_claim_query(scope),
            overdue=self._get_free_overdue_query(scope),
        )

    @api.model
    def _has_claims(self, scope):
        """Whether anything was ever said by the customers or of their items; of many, always.

        :param RefreshScope scope: remembers the answer
        """
        if scope.has_claims is None:
            many = scope.partner_ids is None or len(scope.partner_ids) > FEW
            scope.has_claims = many or self._find_claims(scope)
        return scope.has_claims

    @api.model
    def _find_claims(self, scope):
        """See :meth:`_has_claims`; an item may have gone to another customer since."""
        [(found,)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM ar_collect_promise
                                WHERE customer_id = ANY(%(customers)s::int4[]))
                    OR EXISTS (SELECT FROM ar_collect_dispute
                                WHERE customer_id = ANY(%(customers)s::int4[]))
                    OR EXISTS (SELECT FROM account_move_line line
                                WHERE line.partner_id = ANY(%(customers)s::int4[])
                                  AND %(in_ledger)s
                                  AND (EXISTS (SELECT FROM ar_collect_promise_item item
                                                WHERE item.line_id = line.id)
                                    OR EXISTS (SELECT FROM ar_collect_dispute_item item
                                                WHERE item.line_id = line.id)
                                    OR EXISTS (SELECT FROM ar_collect_payment_plan_item item
                                                WHERE item.line_id = line.id)))
                """,
                customers=scope.contact_ids,
                in_ledger=in_ledger("line"),
            )
        )
        return found

    @api.model
    def _by_company(self, scope, column, value):
        """SQL of what depends on the company of a row: a constant where all companies agree.

        :param SQL column: with the company's id
        :param value: function of a company that gives something SQL can hold
        """
        values = {company.id: value(company) for company in scope.companies}
        usual = next(iter(values.values()))
        cases = [
            SQL("WHEN %s THEN %s", company_id, value)
            for company_id, value in values.items()
            if value != usual
        ]
        return (
            SQL("CASE %s %s ELSE %s END", column, SQL(" ").join(cases), usual) if cases else usual
        )

    # --- what counts

    @api.model
    def _get_counts_condition(self, scope, promise):
        """SQL condition: does a promise count today? Its grace is over in the company's time zone.

        :param str promise: alias of what has `date_promised`, `company_id` and `state`
        """
        return SQL(
            "%(state)s = 'open' AND %(date)s >= %(first)s",
            state=SQL.identifier(promise, "state"),
            date=SQL.identifier(promise, "date_promised"),
            first=self._by_company(
                scope,
                SQL.identifier(promise, "company_id"),
                lambda company: SQL(
                    "%s::date",
                    scope.today[company.id] - timedelta(days=company.collect_promise_grace_days),
                ),
            ),
        )

    @api.model
    def _get_promise_query(self, scope):
        """The promises that count and those not kept: what each has to say of its customer.

        `free` is promised without naming items, and has not come yet. By the customer the account
        belongs to by now.
        """
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id, promise.company_id,
                   CASE WHEN promise.state = 'open' AND promise.plan_id IS NULL
                         AND NOT EXISTS (SELECT FROM ar_collect_promise_item item
                                          WHERE item.promise_id = promise.id)
                        THEN %(rest)s ELSE 0 END AS free,
                   CASE WHEN promise.state = 'open' THEN promise.date_promised END AS day,
                   (promise.state = 'broken')::int4 AS broken
              FROM ar_collect_promise promise
              JOIN res_partner partner ON partner.id = promise.customer_id
             WHERE promise.company_id = ANY(%(companies)s::int4[])
               AND promise.state IN ('open', 'broken')
               AND (promise.state = 'broken' OR %(counts)s)
               AND %(customers)s
            """,
            rest=self._get_promise_rest(scope),
            companies=scope.companies.ids,
            counts=self._get_counts_condition(scope, "promise"),
            customers=SQL("TRUE")
            if scope.partner_ids is None
            else SQL("promise.customer_id = ANY(%s::int4[])", scope.contact_ids),
        )

    @api.model
    def _get_promise_rest(self, scope):
        """SQL of what has not come yet of a `promise`, in company currency."""
        return SQL(
            """
            ROUND(promise.amount_company
                  * (1 - COALESCE(promise.amount_kept, 0) / promise.amount), %s)
            """,
            self._by_company(
                scope,
                SQL("promise.company_id"),
                lambda company: SQL("%s", company.currency_id.decimal_places),
            ),
        )

    @api.model
    def _get_item_claim_query(self, scope):
        """By journal item: what is disputed and promised of it, in company currency."""
        return SQL(
            """
            SELECT partner_id, company_id, disputed, LEAST(promised, residual - disputed),
                   0, 0, NULL::date, 0
              FROM (SELECT partner.commercial_partner_id AS partner_id, line.company_id,
                           line.amount_residual AS residual,
                           %(disputed)s AS disputed, %(promised)s AS promised
                      FROM (%(said)s) AS said
                      JOIN account_move_line line ON line.id = said.line_id
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE %(chased)s
                       AND line.amount_residual_currency > 0) AS item
            """,
            said=self._get_said_query(scope),
            disputed=self._get_share_in_company(scope, SQL("said.disputed")),
            promised=self._get_share_in_company(scope, SQL("said.promised")),
            chased=self._get_chased_condition(scope),
        )

    @api.model
    def _get_said_query(self, scope):
        """By journal item: what is disputed and still promised of it, in its currency.

        By the owner of the journal item, which may have gone to another customer since. Of some
        customers it reads `receivable`, see ``_get_ledger_query``.
        """
        return SQL(
            """
            SELECT line_id, SUM(disputed) AS disputed, SUM(promised) AS promised
              FROM (SELECT item.line_id, CASE item.state
                               WHEN 'open' THEN item.amount_open
                               ELSE item.amount_remaining END AS disputed, 0 AS promised
                      FROM ar_collect_dispute_item item
                     WHERE item.state = 'open' OR item.date_chase > %(today)s
                     UNION ALL
                    SELECT item.line_id, 0, item.amount - COALESCE(item.amount_kept, 0)
                      FROM ar_collect_promise_item item
                     WHERE %(counts)s
                     UNION ALL
                    SELECT item.line_id, 0, item.amount - COALESCE(item.amount_paid, 0)
                      FROM ar_collect_payment_plan_item item
                     WHERE item.state IN ('active', 'paused')) AS item
             WHERE line_id IS NOT NULL AND %(mine)s
             GROUP BY line_id
            """,
            today=scope.today_of(SQL("item.company_id")),
            counts=self._get_counts_condition(scope, "item"),
            mine=SQL("TRUE")
            if scope.partner_ids is None
            # ARRAY: the journal items in scope are looked up first
            else SQL("line_id = ANY(ARRAY(SELECT id FROM receivable WHERE residual != 0))"),
        )

    @api.model
    def _get_share_in_company(self, scope, amount):
        """SQL of an amount of a journal item (alias `line`) in company currency, as it is booked.

        :param SQL amount: in the item's currency; beyond what is left of it nothing counts
        """
        return SQL(
            """
            ROUND(line.amount_residual * LEAST(1, %(amount)s / line.amount_residual_currency),
                  %(digits)s)
            """,
            amount=amount,
            digits=self._by_company(
                scope,
                SQL("line.company_id"),
                lambda company: SQL("%s", company.currency_id.decimal_places),
            ),
        )

    @api.model
    def _get_chased_condition(self, scope):
        """SQL condition on `line`: is it an overdue item that is not excluded?"""
        return SQL(
            """
            line.account_id = ANY(%(accounts)s::int4[])
            AND line.account_id != ALL(%(non_trade)s::int4[])
            AND line.company_id = ANY(%(companies)s::int4[])
            AND %(in_ledger)s
            AND line.amount_residual > 0
            AND COALESCE(line.date_maturity, line.date) < %(today)s
            AND line.no_followup IS NOT TRUE
            AND NOT EXISTS (SELECT FROM account_move move
                             WHERE move.id = line.move_id AND %(not_chased)s)
            """,
            accounts=scope.account_ids,
            non_trade=scope.non_trade_ids,
            companies=scope.companies.ids,
            in_ledger=in_ledger("line"),
            today=scope.today_of(SQL("line.company_id")),
            not_chased=SQL_NOT_CHASED,
        )

    @api.model
    def _get_free_overdue_query(self, scope):
        """The overdue items that are not excluded, of who promised without naming items.

        ARRAY: they are looked up by customer, the rest of the ledger is not read.
        """
        return SQL(
            """
            SELECT partner.commercial_partner_id, line.company_id,
                   0, 0, 0, line.amount_residual, NULL, 0
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.partner_id = ANY(ARRAY(
                       SELECT contact.id FROM res_partner contact
                        WHERE contact.commercial_partner_id IN (
                              SELECT partner_id FROM promise WHERE free > 0)
                   ))
               AND %(chased)s
            """,
            chased=self._get_chased_condition(scope),
        )
