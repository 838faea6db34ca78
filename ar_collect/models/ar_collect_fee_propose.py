# Part of ar_collect. License LGPL-3.
"""Proposing late fees: from the ledger, for any number of customers at once.

What was proposed and not decided yet goes on to today; what was decided stays, and interest goes on
after its last day. So it may be asked for as often as one likes.
"""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ar_collect_fee import OPEN
from .ar_collect_payment_plan import RUNNING
from .fee_proposals import FeeProposals


class ArCollectFee(models.Model):
    _inherit = "ar.collect.fee"

    # === BUSINESS METHODS === #

    @api.model
    def _propose(self, accounts, notices=None, line_ids=None):
        """Propose what these customers owe for paying late.

        :param recordset accounts: `ar.collect.account`
        :param recordset|None notices: `ar.collect.notice`, one for a customer: the fee steps
        :param list|None line_ids: open journal items that the steps are about; what was settled
            late belongs to every step. None: all items
        :return: the late fees of which nobody has decided for good, and the items of which nothing
            is claimed, see :meth:`_get_items`, with their ``reason``
        :rtype: tuple
        :raise UserError: no reference rate is known for some day
        """
        accounts.check_access("read")
        fees = self.sudo()  # sudo: proposed from the ledger, whoever asks for it
        accounts = accounts.sudo()  # sudo: see above
        accounts._lock_for_fees()
        rules = fees.env["ar.collect.fee.rule"]._get_for_accounts(accounts)
        ruled = accounts.filtered(lambda account: rules[account])
        since = {account: rules[account].date_from for account in ruled}
        reached = SQL("TRUE")
        if line_ids is not None:
            reached = SQL("(line.amount_residual_currency = 0 OR line.id = ANY(%s))", line_ids)
        items = fees._get_items(ruled, since, reached)
        if line_ids is None:
            fees._drop_unfounded(ruled, rules, items)
        proposals = FeeProposals(fees, rules, fees._get_known(items), notices or [])
        for item in items:
            proposals.add(item)
        proposals.save()
        found = fees.search([("account_id", "in", accounts.ids), ("state", "in", OPEN)])
        return found.with_env(self.env), proposals.left_out

    # --- what it is about

    @api.model
    def _get_items(self, accounts, since, condition):
        """The items of customers' invoices that are late, or were settled late.

        :param recordset accounts: `ar.collect.account`, superuser
        :param dict since: by account, the due date from which on they count
        :param SQL condition: on the journal item `line`
        :return: dicts: ``account``, ``line_id``, ``move_id``, ``name``, ``currency_id``, ``due``,
            ``today``, ``amount`` and ``residual`` (in its currency), ``settlements`` as (day,
            amount), and whether it is ``excluded``, ``disputed`` or ``promised``
        :rtype: list
        """
        if not accounts:
            return []
        accounts.env.flush_all()
        today = self.env["ar.collect.refresh.status"]._get_today(accounts.company_id)
        query = self._get_item_query(accounts, since, today, condition)
        rows = self.env.execute_query_dict(query)
        for row in rows:
            row["account"] = accounts.browse(row["account_id"])
            row["settlements"] = [
                # a credit note says that it was never owed
                (row["due"] if credited else fields.Date.to_date(day), amount)
                for day, amount, credited in row["settlements"] or []
            ]
        return rows

    @api.model
    def _get_item_query(self, accounts, since, today, condition):
        """SQL of :meth:`_get_items`.

        Only documents of sale count, and no invoice that claims late fees itself: no interest on
        interest.
        """
        return SQL(
            """
            SELECT account.id AS account_id, line.id AS line_id, line.move_id,
                   line.move_name AS name, line.currency_id,
                   COALESCE(line.date_maturity, line.date) AS due, span.today,
                   line.amount_currency AS amount, line.amount_residual_currency AS residual,
                   settled.list AS settlements,
                   line.no_followup IS TRUE OR receivable.non_trade IS TRUE
                   OR move.payment_state IN ('blocked', 'invoicing_legacy') AS excluded,
                   EXISTS (SELECT FROM ar_collect_dispute_item item
                            WHERE item.line_id = line.id AND item.state = 'open'
                              AND item.amount_open > 0) AS disputed,
                   EXISTS (SELECT FROM ar_collect_promise_item item
                            WHERE item.line_id = line.id AND item.state = 'open')
                   OR EXISTS (SELECT FROM ar_collect_payment_plan_item item
                               WHERE item.line_id = line.id AND item.state IN %(running)s
                   ) AS promised
              FROM %(lines)s
              JOIN account_account receivable ON receivable.id = line.account_id
              JOIN (VALUES %(spans)s) AS span (id, since, today) ON span.id = account.id
             CROSS JOIN LATERAL (
                   SELECT JSONB_AGG(JSONB_BUILD_ARRAY(
                              match.day, -match.amount, document.move_type = 'out_refund')
                          ) AS list,
                          MAX(match.day) AS last
                     FROM %(settlements)s AS match
                     JOIN account_move_line paying ON paying.id = match.other_id
                     JOIN account_move document ON document.id = paying.move_id
                   ) AS settled
             WHERE %(open)s AND %(condition)s
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND move.collect_is_fee IS NOT TRUE
               AND line.amount_currency > 0
               AND COALESCE(line.date_maturity, line.date) >= span.since
               AND COALESCE(line.date_maturity, line.date) < span.today
               AND (line.amount_residual_currency != 0
                    OR settled.last > COALESCE(line.date_maturity, line.date))
             ORDER BY account.id, due, line.id
            """,
            running=RUNNING,
            lines=accounts._get_statement_lines(),
            spans=SQL(", ").join(
                SQL("(%s, %s::date, %s::date)", a.id, since[a], today[a.company_id.id])
                for a in accounts
            ),
            settlements=accounts._get_statement_settlements(),
            open=accounts._get_statement_condition(),
            condition=condition,
        )

    @api.model
    def _get_known(self, items):
        """What was ever proposed for the invoices of these items, by id of the invoice.

        :rtype: dict
        """
        moves = {item["move_id"] for item in items}
        found = self.search([("move_id", "in", list(moves))], order="date_to, id")
        return found.grouped(lambda fee: fee.move_id.id)

    @api.model
    def _drop_unfounded(self, accounts, rules, items):
        """Delete what was proposed, not decided, and has no ground in the ledger any more.

        :param recordset accounts: `ar.collect.account`
        :param dict rules: by account
        :param list items: all that is or was late, see :meth:`_get_items`
        """
        founded = [
            item["line_id"]
            for item in items
            if self._get_reason(item) or rules[item["account"]]._is_late(item)
        ]
        domain = [("account_id", "in", accounts.ids), ("state", "in", OPEN)]
        self.search([*domain, ("line_id", "not in", founded)]).unlink()

    @api.model
    def _get_reason(self, item):
        """Why nothing is claimed for an item now; None: it may be.

        Nothing is lost by that: interest is proposed for those days as well once it is over.

        :param dict item: see :meth:`_get_items`
        :return: disputed, promised or excluded
        :rtype: str|None
        """
        return next((name for name in ("excluded", "disputed", "promised") if item[name]), None)

    @api.model
    def _get_reason_labels(self):
        """The words for why nothing is claimed.

        :rtype: dict
        """
        return {
            "disputed": self.env._("disputed: no late fee while that is open"),
            "promised": self.env._("promised: no late fee while that is open"),
            "excluded": self.env._("excluded from follow-up"),
            "minimum": self.env._("less than the least amount of the rule"),
        }

    # --- before it is claimed

    def _bring_up_to_date(self):
        """Work these out again from the ledger as it is now, up to the days they are about.

        :raise UserError: naming the first one that may not be claimed now
        """
        fees = self.sudo()  # sudo: worked out from the ledger, whoever claims
        accounts = fees.account_id
        condition = SQL("line.id = ANY(%s)", fees.line_id.ids)
        items = {
            item["line_id"]: item
            for item in fees._get_items(accounts, dict.fromkeys(accounts, date.min), condition)
        }
        for fee in fees:
            fee._bring_one_up_to_date(items.get(fee.line_id.id))

    def _bring_one_up_to_date(self, item):
        reason = self._get_reason(item) if item else None
        if reason:
            self._refuse(self._get_reason_labels()[reason])
        if not item or not self.rule_id._is_late(item):
            self._refuse(self.env._("its invoice is not posted, or was paid in time after all"))
        if self.kind == "interest":
            parts = self.rule_id._get_interest(item, self.date_from, self.date_to)
            if not any(part["amount"] for part in parts):
                self._refuse(self.env._("it was settled in time by what is booked now"))
            values = FeeProposals.get_interest_values(parts)
            if self.currency_id.compare_amounts(values["amount"], self.amount):
                company = self.company_id
                values["amount_company"] = self.currency_id._convert(
                    values["amount"], company.currency_id, company, self.date_to
                )
            self.write(values)

    def _refuse(self, reason):
        """Say why this late fee cannot be claimed."""
        raise UserError(
            self.env._(
                "%(fee)s of %(customer)s cannot be claimed: %(reason)s.",
                fee=self.display_name,
                customer=self.customer_id.display_name,
                reason=reason,
            )
        )
