# Part of ar_collect. License LGPL-3.
"""Where customers stand with their credit: read from the ledger at the moment of a decision."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.credit_hold import LEVELS, Standing, Verdict, judge
from .account_move import SQL_NOT_CHASED
from .account_move_line import in_ledger
from .refresh_scope import RefreshScope


class ArCollectHold(models.AbstractModel):
    """Reads as superuser, and stores nothing: only call it for documents the user may see.

    A standing is of a customer (commercial partner) in a company, in that company's currency.
    """

    _name = "ar.collect.hold"
    _description = "Credit Hold"

    # === BUSINESS METHODS === #

    @api.model
    def _get_standings(self, customers, companies):
        """Where customers stand, in as many queries for one as for a thousand.

        :param recordset customers: `res.partner`, commercial ones
        :param recordset companies: `res.company`
        :return dict: :class:`Standing` by (customer id, company id)
        """
        self = self.sudo().with_context(active_test=False)  # sudo: see the class
        companies = companies.with_env(self.env)
        active = companies.filtered("collect_hold_active")
        held = self._get_held(customers, companies)
        standings = {
            (customer_id, company.id): Standing(**held.get((customer_id, company.id), {}))
            for customer_id in customers.ids
            for company in companies
        }
        if active and customers:
            standings |= self._read_standings(customers.ids, active, held)
        return standings

    @api.model
    def _get_ledger_standings(self, customers, companies):
        """Where customers stand, also in companies that hold nobody by rule.

        See :meth:`_get_standings`.
        """
        self = self.sudo().with_context(active_test=False)  # sudo: see the class
        companies = companies.with_env(self.env)
        held = self._get_held(customers, companies)
        return self._read_standings(customers.ids, companies, held)

    @api.model
    def _may_hold(self, standing):
        """Whether there is anything that could hold this customer, whatever is ordered."""
        return standing.by_hand or standing.overdue > 0 or self._has_limit(standing)

    @api.model
    def _has_limit(self, standing):
        return standing.limit > 0 or standing.group_limit > 0

    @api.model
    def _judge(self, standing, company, amount=0, limits=None):
        """What holds a customer who is about to owe some more.

        :param Standing standing: of the customer in that company
        :param float amount: in company currency
        :param limits: of that company, where many are judged
        :rtype: Verdict
        """
        if not standing:
            return Verdict()
        rounded = company.currency_id.round
        standing = standing.adding(amount)
        return judge(
            Standing(
                by_hand=standing.by_hand,
                overdue=rounded(standing.overdue),
                late={level: rounded(late) for level, late in standing.late.items()},
                oldest=standing.oldest,
                exposure=rounded(standing.exposure),
                limit=standing.limit,
                group_exposure=rounded(standing.group_exposure),
                group_limit=standing.group_limit,
            ),
            limits or company._get_collect_hold_limits(),
        )

    @api.model
    def _explain(self, verdict, standing, company, amount=0):
        """What holds a customer, in words.

        :param Verdict verdict: see :meth:`_judge`
        :return: list of sentences
        """
        money = company.sudo().currency_id.format  # sudo: the currency of a document that is seen
        standing = standing.adding(amount)
        said = []
        if "by_hand" in verdict.causes:
            said += self._explain_by_hand(standing)
        if not {"late", "amount"}.isdisjoint(verdict.causes):
            said.append(
                self.env._(
                    "%(amount)s is overdue, the oldest of it for %(days)s days.",
                    amount=money(standing.overdue),
                    days=standing.oldest,
                )
            )
        if "limit" in verdict.causes:
            said.append(
                self.env._(
                    "%(amount)s would be used of a credit limit of %(limit)s.",
                    amount=money(standing.exposure),
                    limit=money(standing.limit),
                )
            )
        if "group" in verdict.causes:
            # no figures: they are of other customers
            said.append(self.env._("The credit limit of the group would be exceeded."))
        return said

    @api.model
    def _explain_by_hand(self, standing):
        """What the manager said who stopped it.

        :rtype: list
        """
        said = [self.env._("Credit was stopped by a collections manager.")]
        if standing.hand_until:
            day = format_date(self.env, standing.hand_until)
            said = [self.env._("Credit was stopped by a collections manager, until %s.", day)]
        if standing.hand_reason:
            said.append(self.env._("The reason: %s", standing.hand_reason))
        return said

    @api.model
    def _explain_plainly(self, verdict):
        """The same without figures, for who sees none of this customer.

        :rtype: list
        """
        said = []
        if "by_hand" in verdict.causes:
            said.append(self.env._("Credit was stopped by a collections manager."))
        if not {"late", "amount"}.isdisjoint(verdict.causes):
            said.append(self.env._("Invoices are overdue."))
        if "limit" in verdict.causes:
            said.append(self.env._("The credit limit would be exceeded."))
        if "group" in verdict.causes:
            said.append(self.env._("The credit limit of the group would be exceeded."))
        return said

    # --- from the ledger

    @api.model
    def _get_held(self, customers, companies):
        """Whom a manager has put on hold, why, and until when.

        :return dict: values of a :class:`Standing` by (customer id, company id)
        """
        accounts = self.env["ar.collect.account"]
        found = accounts.search_fetch(
            accounts._get_held_domain(companies) & Domain("partner_id", "in", customers.ids),
            ["partner_id", "company_id", "hold_reason", "hold_until"],
        )
        return {
            (account.partner_id.id, account.company_id.id): {
                "by_hand": True,
                "hand_reason": account.hold_reason or "",
                "hand_until": account.hold_until or None,
            }
            for account in found
        }

    @api.model
    def _read_standings(self, customer_ids, companies, held):
        """See :meth:`_get_standings`; of companies with rules.

        :param dict held: see :meth:`_get_held`
        """
        groups = self._get_groups(customer_ids, companies)
        wanted = set(customer_ids).union(*groups.values(), groups)
        figures = self._read_figures(sorted(wanted), companies)
        grouped = self._sum_groups(groups, figures, companies)
        return {
            (customer_id, company.id): self._get_standing(
                figures[customer_id, company.id],
                held.get((customer_id, company.id), {}),
                grouped.get((customer_id, company.id), {}),
            )
            for customer_id in customer_ids
            for company in companies
        }

    @api.model
    def _get_standing(self, figures, by_hand, group):
        """A standing from what the other methods say of a customer.

        :param dict figures: see :meth:`_read_figures`
        :param dict by_hand: see :meth:`_get_held`
        :param dict group: see :meth:`_sum_groups`
        """
        covered = float(figures["credit"]) - float(figures["free"])
        return Standing(
            **by_hand,
            overdue=float(figures["overdue"]) + covered,
            late={level: float(figures[f"late_{level}"]) + covered for level in LEVELS[1:]},
            oldest=figures["oldest"],
            exposure=self._get_exposure(figures),
            limit=float(figures["credit_limit"]),
            **group,
        )

    @api.model
    def _get_exposure(self, figures):
        return float(figures["balance"]) + float(figures["unbilled"])

    @api.model
    def _read_figures(self, customer_ids, companies):
        """What the ledger says, less what customers say of it.

        :return dict: row by (customer id, company id)
        """
        self.env.flush_all()
        scope = RefreshScope(companies, customer_ids)
        rows = self.env.execute_query_dict(self._get_figures_query(scope))
        return {(row["partner_id"], row["company_id"]): row for row in rows}

    @api.model
    def _get_figures_query(self, scope):
        """SELECT with a row per customer and company, all in company currency.

        `overdue` and `late_*` are without disputes and, where these are trusted, promises; `free`
        was promised without naming items, `credit` (negative) is matched with nothing yet.
        """
        return SQL(
            """
            WITH company (id, warn, approve, block, promised) AS (VALUES %(companies)s),
            receivable AS MATERIALIZED (%(receivable)s),
            promise AS MATERIALIZED (%(promise)s),
            item AS (%(item)s),
            sums AS (%(sums)s),
            free AS (SELECT partner_id, company_id, SUM(free) AS amount FROM promise GROUP BY 1, 2),
            unbilled (partner_id, company_id, amount) AS (%(unbilled)s)
            SELECT partner.id AS partner_id, company.id AS company_id,
                   COALESCE(sums.balance, 0) AS balance,
                   COALESCE(sums.credit, 0) AS credit,
                   COALESCE(sums.overdue, 0) AS overdue,
                   COALESCE(sums.late_warn, 0) AS late_warn,
                   COALESCE(sums.late_approve, 0) AS late_approve,
                   COALESCE(sums.late_block, 0) AS late_block,
                   COALESCE(sums.oldest, 0) AS oldest,
                   CASE WHEN company.promised THEN COALESCE(free.amount, 0) ELSE 0 END AS free,
                   COALESCE(unbilled.amount, 0) AS unbilled,
                   GREATEST(0, COALESCE((partner.credit_limit ->> company.id::text)::numeric,
                                        %(limit)s, 0)) AS credit_limit
              FROM res_partner partner
             CROSS JOIN company
              LEFT JOIN sums ON sums.partner_id = partner.id AND sums.company_id = company.id
              LEFT JOIN free ON free.partner_id = partner.id AND free.company_id = company.id
              LEFT JOIN unbilled ON unbilled.partner_id = partner.id
                                AND unbilled.company_id = company.id
             WHERE partner.id = ANY(%(customers)s::int4[])
            """,
            companies=self._get_company_values(scope),
            receivable=self._get_receivable_query(scope),
            promise=self.env["ar.collect.account"]._get_promise_query(scope),
            item=self._get_item_query(scope),
            sums=self._get_sums_query(),
            unbilled=self._get_unbilled_query(scope),
            limit=self.env["ar.collect.account"]._get_default_credit_limit(SQL("company.id")),
            customers=scope.partner_ids,
        )

    @api.model
    def _get_company_values(self, scope):
        """SQL rows: company id, days past due of each level, whether promises are trusted."""
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s)",
                company.id,
                company.collect_hold_warn_days,
                company.collect_hold_approve_days,
                company.collect_hold_block_days,
                company.collect_hold_promised,
            )
            for company in scope.companies
        )

    @api.model
    def _get_receivable_query(self, scope):
        """SELECT of the open trade receivable items, with what is left of each.

        `idle` ones are in the balance, but nobody is asked to pay them.
        """
        return SQL(
            """
            SELECT line.id, partner.commercial_partner_id AS partner_id, line.company_id,
                   line.amount_residual AS residual, line.amount_residual_currency,
                   %(today)s - COALESCE(line.date_maturity, line.date) AS days,
                   line.no_followup IS TRUE AND line.amount_residual > 0
                   OR EXISTS (SELECT FROM account_move move
                               WHERE move.id = line.move_id AND %(not_chased)s) AS idle
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s::int4[])
               AND line.account_id != ALL(%(non_trade)s::int4[])
               AND line.company_id = ANY(%(companies)s::int4[])
               AND %(in_ledger)s
               AND line.amount_residual != 0
               AND %(partners)s
            """,
            today=scope.today_of(SQL("line.company_id")),
            not_chased=SQL_NOT_CHASED,
            accounts=scope.account_ids,
            non_trade=scope.non_trade_ids,
            companies=scope.companies.ids,
            in_ledger=in_ledger("line"),
            partners=scope.restrict_line(),
        )

    @api.model
    def _get_item_query(self, scope):
        """SELECT of each open item with what is neither disputed nor, if trusted, promised.

        What is said of items is put below them and summed up, not joined: the planner expects few
        items, and would work out all that was said anew for each.
        """
        accounts = self.env["ar.collect.account"]
        return SQL(
            """
            SELECT known.partner_id, known.company_id, known.days, known.residual, known.idle,
                   GREATEST(0, known.residual - known.disputed
                       - CASE WHEN company.promised THEN known.promised ELSE 0 END) AS rest
              FROM (SELECT MAX(partner_id) AS partner_id, MAX(company_id) AS company_id,
                           MAX(days) AS days, SUM(residual) AS residual, BOOL_OR(idle) AS idle,
                           SUM(disputed) AS disputed, SUM(promised) AS promised
                      FROM (SELECT id, partner_id, company_id, days, residual, idle,
                                   0 AS disputed, 0 AS promised
                              FROM receivable
                             UNION ALL
                            SELECT line.id, NULL, NULL, NULL, NULL, NULL,
                                   %(disputed)s, %(promised)s
                              FROM (%(said)s) AS said
                              JOIN account_move_line line ON line.id = said.line_id
                             WHERE line.amount_residual_currency > 0) AS part
                     GROUP BY id) AS known
              JOIN company ON company.id = known.company_id
            """,
            said=accounts._get_said_query(scope),
            disputed=accounts._get_share_in_company(scope, SQL("said.disputed")),
            promised=accounts._get_share_in_company(scope, SQL("said.promised")),
        )

    @api.model
    def _get_sums_query(self):
        """SELECT of the items summed up by customer; days past due begin after the due date."""
        late = SQL("item.days > 0 AND item.residual > 0 AND NOT item.idle")
        return SQL(
            """
            SELECT item.partner_id, item.company_id,
                   SUM(item.residual) AS balance,
                   SUM(item.residual) FILTER (WHERE item.residual < 0 AND NOT item.idle) AS credit,
                   SUM(item.rest) FILTER (WHERE %(late)s) AS overdue,
                   MAX(item.days) FILTER (WHERE %(late)s AND item.rest > 0) AS oldest,
                   %(levels)s
              FROM item
              JOIN company ON company.id = item.company_id
             GROUP BY item.partner_id, item.company_id
            """,
            late=late,
            levels=SQL(", ").join(
                SQL(
                    "SUM(item.rest) FILTER (WHERE %s AND item.days >= %s) AS %s",
                    late,
                    SQL.identifier("company", level),
                    SQL.identifier(f"late_{level}"),
                )
                for level in LEVELS[1:]
            ),
        )

    @api.model
    def _get_unbilled_query(self, scope):
        """SELECT of what is ordered and not invoiced: partner_id, company_id, amount.

        To be overridden by what takes orders.
        """
        return SQL("SELECT NULL::int4, NULL::int4, NULL::numeric WHERE FALSE")

    # --- groups of companies

    @api.model
    def _get_groups(self, customer_ids, companies):
        """The groups of companies that customers belong to, where these matter.

        :return dict: by the parent on top, the ids of all customers below it and itself
        """
        if not any(companies.mapped("collect_hold_group")):
            return {}
        self.env["res.partner"].flush_model(["commercial_partner_id", "parent_id"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE above (id, parent_id) AS (
                    SELECT id, parent_id FROM res_partner WHERE id = ANY(%s)
                     UNION
                    SELECT parent.id, parent.parent_id
                      FROM above JOIN res_partner parent ON parent.id = above.parent_id
                ), below (top_id, id) AS (
                    SELECT id, id FROM above WHERE parent_id IS NULL
                     UNION
                    SELECT below.top_id, child.id
                      FROM below JOIN res_partner child ON child.parent_id = below.id
                )
                SELECT top_id, partner.id
                  FROM below JOIN res_partner partner ON partner.id = below.id
                 WHERE partner.commercial_partner_id = partner.id
                """,
                customer_ids,
            )
        )
        groups = defaultdict(list)
        for top_id, customer_id in rows:
            groups[top_id].append(customer_id)
        return {top_id: ids for top_id, ids in groups.items() if len(ids) > 1}

    @api.model
    def _sum_groups(self, groups, figures, companies):
        """What the groups owe, and may owe.

        :return dict: values of a :class:`Standing` by (customer id, company id), of those in groups
        """
        found = {}
        for company in companies.filtered("collect_hold_group"):
            for top_id, customer_ids in groups.items():
                exposure = sum(
                    self._get_exposure(figures[customer_id, company.id])
                    for customer_id in customer_ids
                )
                limit = float(figures[top_id, company.id]["credit_limit"])
                for customer_id in customer_ids:
                    found[customer_id, company.id] = {
                        "group_id": top_id,
                        "group_exposure": exposure,
                        "group_limit": limit,
                    }
        return found
