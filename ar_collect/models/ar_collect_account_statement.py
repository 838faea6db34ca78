# Part of ar_collect. License LGPL-3.
"""What a statement of a customer says: open items, or activity between two dates."""

from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.statement import merge_conversions, run_balance, sum_up
from .account_journal import CASH_JOURNAL_TYPES


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_statement_data(self, date_from=None, date_to=None):
        """The statements of these customers, as data: no texts, whatever the language.

        Without dates it is about what is open now; with one, about what happened between them. All
        amounts are in the documents' currency, so exchange differences never appear. The number of
        queries does not depend on how many customers there are.

        :param date|None date_from: first day of the activity; None: from the beginning
        :param date|None date_to: last day of the activity; None: today
        :return: by id of the account, dict with ``account``, ``kind`` ("open" or "activity"),
            ``date`` (as of), ``date_from``, ``date_to`` and ``blocks``, a list by currency of dict
            with ``currency``; ``items`` and ``credits`` as :meth:`_prepare_statement_item` has
            them; the figures of `tools.statement.sum_up`; and of an activity ``opening``,
            ``closing``, ``charged``, ``settled`` and ``rows``, each with ``amount``, ``balance``
        :rtype: dict
        :raise AccessError: for a customer the user does not see
        """
        self.check_access("read")
        date_from, date_to = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        accounts = self.sudo()  # sudo: it holds all items of the customer, whoever makes it
        accounts.env.flush_all()
        days = accounts._get_statement_days(date_to)
        is_activity = bool(date_from or date_to)
        if is_activity:
            date_to = date_to or max(days.values(), default=None)
        items = accounts._get_statement_items(days, is_activity and date_to)
        activity = accounts._get_statement_activity(date_from, date_to) if is_activity else {}
        return {
            account.id: {
                "account": account.sudo(self.env.su),
                "kind": "activity" if is_activity else "open",
                "date": days[account.id],
                "date_from": date_from,
                "date_to": date_to,
                "blocks": account._get_statement_blocks(
                    items[account.id], activity.get(account.id, {}), is_activity
                ),
            }
            for account in accounts
        }

    def _get_statement_days(self, date_to=None):
        """The day by which items are late, by account: today, or the last day of the activity."""
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        return {account.id: date_to or today[account.company_id.id] for account in self}

    def _get_statement_blocks(self, items, activity, is_activity):
        """One block for each currency in which something is open or happened.

        :param dict items: lists by currency id
        :param dict activity: (opening, rows) by currency id
        :rtype: list
        """
        self.ensure_one()
        ids = items.keys() | activity.keys()
        currencies = self.env["res.currency"].browse(ids)
        currencies = currencies.sorted(lambda money: (money != self.currency_id, money.name))
        blocks = []
        for currency in currencies:
            found = sorted(items.get(currency.id, []), key=lambda item: item["order"])
            block = {
                "currency": currency,
                "items": [item for item in found if item["open"] > 0],
                "credits": [item for item in found if item["open"] < 0],
                **sum_up(found, currency.round),
            }
            if is_activity:
                block |= self._get_statement_movements(
                    currency, *activity.get(currency.id, (0, []))
                )
            if found or any(block.get(name) for name in ("opening", "rows")):
                blocks.append(block)
        return blocks

    @api.model
    def _get_statement_movements(self, currency, opening, rows):
        """What happened in a currency, with the balance after each row."""
        rows, closing = run_balance(opening, rows, currency.round)
        return {
            "opening": currency.round(opening),
            "rows": rows,
            "charged": currency.round(sum(row["amount"] for row in rows if row["amount"] > 0)),
            "settled": currency.round(sum(row["amount"] for row in rows if row["amount"] < 0)),
            "closing": closing,
        }

    # --- items that are open

    def _get_statement_items(self, days, date_to):
        """The open items, with what is said of them.

        :param dict days: by account id, the day by which they are late
        :param date|bool date_to: open at the end of this day; False: now
        :return: lists of dict by currency id by account id
        :rtype: dict
        """
        found = defaultdict(lambda: defaultdict(list))
        rows = self.env.execute_query_dict(self._get_statement_item_query(date_to))
        lines = self.env["account.move.line"].browse(row["line_id"] for row in rows)
        claims = lines._get_collect_claims()
        for row in rows:
            item = self._prepare_statement_item(row, days[row["account_id"]], claims)
            found[row["account_id"]][row["currency_id"]].append(item)
        return found

    @api.model
    def _prepare_statement_item(self, row, today, claims):
        """An open item as statements have it; to be extended.

        :param dict row: of the database
        :param dict claims: see `_get_collect_claims`
        :return: ``line_id``, ``move_id``, ``kind``, ``name`` (of the document), ``ref`` (the
            customer's), ``payment_ref``, ``date``, ``due_date``, ``days_late``, ``amount``,
            ``open``, ``disputed``, ``promised``, ``promise_date``, ``in_plan``, ``in_payment``
        :rtype: dict
        """
        said = claims.get(row["line_id"], {}) if row["open"] > 0 else {}
        late = max((today - row["due_date"]).days, 0) if row["open"] > 0 else 0
        return {
            **row,
            "order": (row["due_date"], row["name"] or "", row["line_id"]),
            "days_late": late,
            "disputed": min(said.get("collect_disputed_amount", 0), row["open"]) if said else 0,
            "promised": said.get("collect_promised_amount", 0),
            "promise_date": said.get("collect_promise_date") or None,
            "in_plan": bool(said.get("collect_plan_id")),
        }

    def _get_statement_item_query(self, date_to):
        """SQL of the open items, now or at the end of a day."""
        return SQL(
            """
            SELECT account.id AS account_id, line.currency_id, %(columns)s,
                   line.move_id, line.account_id AS receivable_id, %(kind)s AS kind,
                   move.payment_reference AS payment_ref,
                   COALESCE(move.invoice_date, line.date) AS date,
                   line.amount_currency AS amount, rest.open,
                   move.payment_state = 'in_payment' AS in_payment
              FROM %(lines)s
             CROSS JOIN LATERAL (SELECT %(open)s AS open) AS rest
             WHERE %(condition)s AND rest.open != 0
            """,
            columns=self._get_statement_columns(),
            kind=self._get_statement_kind(),
            lines=self._get_statement_lines(),
            open=self._get_statement_open(date_to),
            condition=SQL(
                "%s AND %s",
                self._get_statement_condition(),
                SQL("line.date <= %s", date_to)
                if date_to
                # the condition of core's index, so that settled items are not even looked at
                else SQL("line.reconciled IS NOT TRUE AND line.amount_residual_currency != 0"),
            ),
        )

    @api.model
    def _get_statement_open(self, date_to):
        """SQL of what is open of an item; what was matched after the day given was still open."""
        if not date_to:
            return SQL("line.amount_residual_currency")
        return SQL(
            """
            line.amount_residual_currency
            - COALESCE((SELECT SUM(match.amount) FROM %s AS match WHERE match.day > %s), 0)
            """,
            self._get_statement_settlements(),
            date_to,
        )

    @api.model
    def _get_statement_settlements(self):
        """SQL of what an item was matched with: columns ``other_id``, ``amount``, ``day`` and
        ``is_exchange``.

        An exchange difference is booked days later, when books are closed; it belongs to the day of
        the match that it was made for.
        """
        return SQL(
            """
            (SELECT part.other_id, part.amount, COALESCE(cause.day, part.max_date) AS day,
                    cause.day IS NOT NULL AS is_exchange
               FROM (SELECT credit_move_id AS other_id, max_date, -debit_amount_currency AS amount
                       FROM account_partial_reconcile
                      WHERE debit_move_id = line.id
                      UNION ALL
                     SELECT debit_move_id, max_date, credit_amount_currency
                       FROM account_partial_reconcile
                      WHERE credit_move_id = line.id) AS part
               JOIN account_move_line booked ON booked.id = part.other_id
               LEFT JOIN LATERAL (
                    SELECT MIN(max_date) AS day
                      FROM account_partial_reconcile
                     WHERE exchange_move_id = booked.move_id) AS cause ON TRUE
              WHERE part.amount != 0)
            """
        )

    # --- what happened

    def _get_statement_activity(self, date_from, date_to):
        """What happened between two dates, and the balance before.

        :return: (opening, rows) by currency id by account id
        :rtype: dict
        """
        date_from = date_from or date.min
        openings, rows = defaultdict(float), defaultdict(list)
        query = self._get_statement_opening_query(date_from)
        for account_id, currency_id, amount in self.env.execute_query(query):
            openings[account_id, currency_id] += amount
        for row in self.env.execute_query_dict(self._get_statement_row_query(date_from, date_to)):
            rows[row["account_id"], row["currency_id"]].append(row)
        matches = self.env.execute_query_dict(self._get_statement_match_query(date_to))
        for match in merge_conversions(matches):
            key = match["account_id"], match["currency_id"]
            if match["date"] < date_from:
                openings[key] += match["amount"]
            else:
                rows[key].append(match)
        keys = openings.keys() | rows.keys()
        found = defaultdict(dict)
        for account_id, currency_id in keys:
            key = account_id, currency_id
            found[account_id][currency_id] = openings.get(key, 0), rows.get(key, [])
        return found

    def _get_statement_opening_query(self, date_from):
        """SQL of the balance before a day: what was matched across currencies is not in it."""
        return SQL(
            """
            SELECT account.id, line.currency_id, SUM(line.amount_currency)
              FROM %(lines)s
             WHERE %(condition)s AND line.date < %(date_from)s
             GROUP BY account.id, line.currency_id
            """,
            lines=self._get_statement_lines(),
            condition=self._get_statement_condition(),
            date_from=date_from,
        )

    def _get_statement_row_query(self, date_from, date_to):
        """SQL of the items between two dates, settled ones as well."""
        return SQL(
            """
            SELECT account.id AS account_id, line.currency_id, %(columns)s,
                   %(kind)s AS kind, line.date, line.amount_currency AS amount, NULL AS other
              FROM %(lines)s
             WHERE %(condition)s AND line.amount_currency != 0
               AND line.date BETWEEN %(date_from)s AND %(date_to)s
            """,
            columns=self._get_statement_columns(),
            kind=self._get_statement_kind(),
            lines=self._get_statement_lines(),
            condition=self._get_statement_condition(),
            date_from=date_from,
            date_to=date_to,
        )

    def _get_statement_match_query(self, date_to):
        """SQL of what settled an item from outside of its block of the statement.

        A payment in another currency, another customer's payment, or what the conversion of one
        left over: it changes what is open here, and is no item of this block.
        """
        return SQL(
            """
            SELECT account.id AS account_id, line.currency_id, %(columns)s,
                   'match' AS kind, match.day AS date, match.amount, match.is_exchange,
                   CASE WHEN other_partner.commercial_partner_id = account.partner_id
                             AND other.company_id = line.company_id
                             AND other.parent_state = 'posted'
                        THEN other.move_name END AS other
              FROM %(lines)s
             CROSS JOIN LATERAL %(settlements)s AS match
              JOIN account_move_line other ON other.id = match.other_id
              LEFT JOIN res_partner other_partner ON other_partner.id = other.partner_id
             WHERE %(condition)s AND match.day <= %(date_to)s
               AND NOT (other_partner.commercial_partner_id IS NOT DISTINCT FROM account.partner_id
                        AND other.company_id = line.company_id
                        AND other.currency_id = line.currency_id
                        AND other.parent_state = 'posted'
                        AND NOT match.is_exchange)
            """,
            columns=self._get_statement_columns(),
            lines=self._get_statement_lines(),
            settlements=self._get_statement_settlements(),
            condition=self._get_statement_condition(),
            date_to=date_to,
        )

    # --- parts of the queries

    def _get_statement_lines(self):
        """SQL of the customers' journal items, those of their contacts included."""
        return SQL(
            """
                   ar_collect_account account
              JOIN res_partner contact ON contact.commercial_partner_id = account.partner_id
              JOIN account_move_line line
                ON line.partner_id = contact.id AND line.company_id = account.company_id
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = line.journal_id
            """
        )

    def _get_statement_condition(self):
        """SQL condition on the items a statement is about: posted receivables of these accounts."""
        receivables = self.env.execute_query(
            SQL("SELECT id FROM account_account WHERE account_type = 'asset_receivable'")
        )
        return SQL(
            """
            account.id = ANY(%(accounts)s)
            AND line.account_id = ANY(%(receivables)s)
            AND line.parent_state = 'posted'
            -- an entry that only books an exchange difference; most of them are of no amount here
            AND NOT (line.amount_currency != 0 AND EXISTS (
                SELECT FROM account_partial_reconcile
                 WHERE exchange_move_id = line.move_id))
            """,
            accounts=self.ids,
            receivables=[row[0] for row in receivables],
        )

    @api.model
    def _get_statement_columns(self):
        """SQL of what all rows show: their document, and when it was due."""
        return SQL(
            """
            line.id AS line_id, line.move_name AS name,
            COALESCE(NULLIF(move.ref, ''), '') AS ref,
            COALESCE(line.date_maturity, line.date) AS due_date
            """
        )

    @api.model
    def _get_statement_kind(self):
        """SQL of what kind of document an item is of."""
        return SQL(
            """
            CASE WHEN move.move_type = 'out_invoice' THEN 'invoice'
                 WHEN move.move_type = 'out_refund' THEN 'credit_note'
                 WHEN move.move_type = 'out_receipt' THEN 'receipt'
                 WHEN journal.type IN %s AND line.amount_currency < 0 THEN 'payment'
                 WHEN journal.type IN %s THEN 'repayment'
                 ELSE 'entry' END
            """,
            CASH_JOURNAL_TYPES,
            CASH_JOURNAL_TYPES,
        )
