-- The balances at 25 ends of months and what happened between them: each event joined with the ends.
-- Part of ar_collect. License LGPL-3.
WITH moment AS (
    SELECT LEAST(%(day)s::date,
                 (DATE_TRUNC('month', %(day)s::date) - MAKE_INTERVAL(months => ago)
                  + INTERVAL '1 month - 1 day')::date) AS day
      FROM GENERATE_SERIES(0, %(months)s) AS ago
), item AS (
    SELECT line.id, line.date, COALESCE(line.date_maturity, line.date) AS due, line.balance,
           journal.type AS kind
      FROM account_move_line line
      JOIN account_account account
        ON account.id = line.account_id AND account.account_type = 'asset_receivable'
       AND account.non_trade IS NOT TRUE
      JOIN account_journal journal ON journal.id = line.journal_id
     WHERE line.company_id = ANY(%(companies)s) AND line.partner_id IS NOT NULL
       AND line.parent_state = 'posted'
       AND (line.reconciled IS TRUE OR line.amount_residual != 0)
), event AS (
    SELECT date, due, balance > 0 AS is_debit, balance AS amount,
           CASE WHEN kind = 'sale' THEN balance END AS sales,
           CASE WHEN kind IN ('bank', 'cash', 'credit') AND balance < 0 THEN -balance END AS cash,
           NULL::numeric AS weight
      FROM item
     UNION ALL
    SELECT match.max_date, debit.due, TRUE, -match.amount, NULL, NULL,
           CASE WHEN credit.kind IN ('bank', 'cash', 'credit')
                THEN match.amount * (match.max_date - debit.due) END
      FROM account_partial_reconcile match
      JOIN item debit ON debit.id = match.debit_move_id
      LEFT JOIN item credit ON credit.id = match.credit_move_id
     UNION ALL
    SELECT match.max_date, NULL, FALSE, match.amount, NULL, NULL, NULL
      FROM account_partial_reconcile match
      JOIN item credit ON credit.id = match.credit_move_id
)
SELECT moment.day, SUM(amount),
       SUM(amount) FILTER (WHERE is_debit AND due >= day),
       SUM(amount) FILTER (WHERE is_debit AND due < day AND due >= day - 30),
       SUM(amount) FILTER (WHERE is_debit AND due < day - 30 AND due >= day - 60),
       SUM(amount) FILTER (WHERE is_debit AND due < day - 60 AND due >= day - 90),
       SUM(amount) FILTER (WHERE is_debit AND due < day - 90),
       SUM(amount) FILTER (WHERE NOT is_debit),
       SUM(sales), SUM(cash), SUM(weight)
  FROM moment
  JOIN event ON event.date <= moment.day
 GROUP BY moment.day
