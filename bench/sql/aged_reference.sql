-- Aged receivables of the first customers as of a day: what is open now, later matches taken back.
-- Part of ar_collect. License LGPL-3.
WITH later AS (
    SELECT line_id, SUM(amount) AS amount
      FROM (SELECT debit_move_id AS line_id, amount
              FROM account_partial_reconcile WHERE max_date > %(day)s
             UNION ALL
            SELECT credit_move_id, -amount
              FROM account_partial_reconcile WHERE max_date > %(day)s) AS side
     GROUP BY line_id
)
SELECT partner.complete_name, partner.id, COUNT(*) OVER (),
       SUM(open.amount) FILTER (WHERE open.amount > 0 AND late <= 0),
       SUM(open.amount) FILTER (WHERE open.amount > 0 AND late BETWEEN 1 AND 30),
       SUM(open.amount) FILTER (WHERE open.amount > 0 AND late BETWEEN 31 AND 60),
       SUM(open.amount) FILTER (WHERE open.amount > 0 AND late BETWEEN 61 AND 90),
       SUM(open.amount) FILTER (WHERE open.amount > 0 AND late > 90),
       SUM(open.amount) FILTER (WHERE open.amount < 0),
       SUM(open.amount), MAX(late) FILTER (WHERE open.amount > 0)
  FROM account_move_line line
  JOIN account_account account
    ON account.id = line.account_id AND account.account_type = 'asset_receivable'
  JOIN res_partner contact ON contact.id = line.partner_id
  JOIN res_partner partner ON partner.id = contact.commercial_partner_id
  LEFT JOIN later ON later.line_id = line.id
 CROSS JOIN LATERAL (
       SELECT line.amount_residual + COALESCE(later.amount, 0) AS amount,
              %(day)s::date - COALESCE(line.date_maturity, line.date) AS late) AS open
 WHERE line.company_id = ANY(%(companies)s)
   AND line.parent_state = 'posted'
   AND (line.reconciled IS TRUE OR line.amount_residual != 0)
   AND line.date <= %(day)s AND open.amount != 0
 GROUP BY partner.complete_name, partner.id
 ORDER BY partner.complete_name, partner.id
 LIMIT %(limit)s
