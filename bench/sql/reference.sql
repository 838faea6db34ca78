-- The yardstick: the ledger figures of every customer and company in one plain statement.
-- What makes it fast: ids as constants; the condition of the addon's covering index repeated, for
-- index-only scans where it exists; settlements summed up before they meet the items, and kept
-- MATERIALIZED without HAVING, else the planner expects few rows and loops over the partners.
WITH today (company_id, today) AS (
    SELECT unnest(%(company_ids)s), unnest(%(todays)s::date[])),
idle_move AS (
    SELECT id FROM account_move
     WHERE payment_state IN ('in_payment', 'paid', 'reversed', 'blocked', 'invoicing_legacy')
       AND state = 'posted' AND amount_residual != 0),
open_item AS (
    SELECT p.commercial_partner_id AS partner_id, l.company_id, l.amount_residual AS residual,
           coalesce(l.date_maturity, l.date) AS due,
           t.today - coalesce(l.date_maturity, l.date) AS age,
           l.no_followup IS TRUE AS no_followup,
           l.account_id = ANY(%(non_trade)s::int[]) OR m.id IS NOT NULL AS idle
      FROM account_move_line l
      JOIN today t ON t.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
      LEFT JOIN idle_move m ON m.id = l.move_id
     WHERE l.account_id = ANY(%(receivable)s) AND l.parent_state = 'posted'
       AND (l.reconciled IS TRUE OR l.amount_residual != 0) AND l.amount_residual != 0),
balance AS (
    SELECT partner_id, company_id,
           sum(residual) AS amount_balance,
           sum(residual) FILTER (WHERE residual > 0 AND age <= 0) AS amount_not_due,
           sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 1 AND 30) AS amount_1_30,
           sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 31 AND 60) AS amount_31_60,
           sum(residual) FILTER (WHERE residual > 0 AND age BETWEEN 61 AND 90) AS amount_61_90,
           sum(residual) FILTER (WHERE residual > 0 AND age > 90) AS amount_91_plus,
           sum(residual) FILTER (WHERE residual < 0) AS amount_credit,
           sum(residual) FILTER (WHERE residual > 0 AND age > 0) AS amount_overdue,
           sum(residual) FILTER (WHERE (no_followup OR idle) AND residual > 0 AND age > 0
                                    OR idle AND residual < 0) AS amount_excluded,
           min(due) FILTER (WHERE residual > 0) AS oldest_due_date,
           count(*) AS open_count,
           count(*) FILTER (WHERE residual > 0 AND age > 0) AS overdue_count
      FROM open_item
     GROUP BY partner_id, company_id),
settled AS MATERIALIZED (
    SELECT r.debit_move_id,
           max(r.max_date) FILTER (WHERE c.journal_id = ANY(%(cash)s)) AS paid_on,
           bool_and(c.id IS NOT NULL) AS by_posted
      FROM account_partial_reconcile r
      LEFT JOIN account_move_line c
             ON c.id = r.credit_move_id AND c.parent_state = 'posted'
            AND (c.reconciled IS TRUE OR c.amount_residual != 0)
     GROUP BY r.debit_move_id),
paid AS (
    SELECT p.commercial_partner_id AS partner_id, l.company_id, s.paid_on,
           s.paid_on - coalesce(l.date_maturity, l.date) AS delay
      FROM settled s
      JOIN account_move_line l ON l.id = s.debit_move_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE s.by_posted AND s.paid_on IS NOT NULL
       AND l.account_id = ANY(%(receivable)s) AND l.parent_state = 'posted'
       AND (l.reconciled IS TRUE OR l.amount_residual != 0) AND l.amount_residual = 0
       AND l.balance > 0 AND l.no_followup IS NOT TRUE AND NOT l.journal_id = ANY(%(cash)s)),
behaviour AS (
    SELECT partner_id, company_id, count(*) AS paid_count,
           count(*) FILTER (WHERE delay > 0) AS late_count,
           (SELECT avg(last_six)
              FROM unnest((array_agg(delay ORDER BY paid_on DESC, delay DESC))[1:6]) last_six
           ) AS own_delay_days
      FROM paid
     GROUP BY partner_id, company_id),
payment_day AS (
    SELECT p.commercial_partner_id AS partner_id, l.company_id, l.date, -sum(l.balance) AS amount
      FROM account_move_line l
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id = ANY(%(receivable)s) AND l.parent_state = 'posted'
       AND (l.reconciled IS TRUE OR l.amount_residual != 0)
       AND l.balance < 0 AND l.journal_id = ANY(%(cash)s)
     GROUP BY p.commercial_partner_id, l.company_id, l.date),
payment AS (
    SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, date, amount
      FROM payment_day
     ORDER BY partner_id, company_id, date DESC)
INSERT INTO bench_reference AS kept
SELECT partner_id, company_id,
       coalesce(amount_balance, 0), coalesce(amount_not_due, 0), coalesce(amount_1_30, 0),
       coalesce(amount_31_60, 0), coalesce(amount_61_90, 0), coalesce(amount_91_plus, 0),
       coalesce(amount_credit, 0), coalesce(amount_overdue, 0), coalesce(amount_excluded, 0),
       oldest_due_date, coalesce(open_count, 0), coalesce(overdue_count, 0),
       payment.date, coalesce(payment.amount, 0),
       coalesce(paid_count, 0), coalesce(late_count, 0), coalesce(own_delay_days, 0)
  FROM balance
  FULL JOIN behaviour USING (partner_id, company_id)
  FULL JOIN payment USING (partner_id, company_id)
    ON CONFLICT (partner_id, company_id) DO UPDATE
   SET (amount_balance, amount_not_due, amount_1_30, amount_31_60, amount_61_90, amount_91_plus,
        amount_credit, amount_overdue, amount_excluded, oldest_due_date, open_count,
        overdue_count, last_payment_date, last_payment_amount, paid_count, late_count,
        own_delay_days) = ROW(
        EXCLUDED.amount_balance, EXCLUDED.amount_not_due, EXCLUDED.amount_1_30,
        EXCLUDED.amount_31_60, EXCLUDED.amount_61_90, EXCLUDED.amount_91_plus,
        EXCLUDED.amount_credit, EXCLUDED.amount_overdue, EXCLUDED.amount_excluded,
        EXCLUDED.oldest_due_date, EXCLUDED.open_count, EXCLUDED.overdue_count,
        EXCLUDED.last_payment_date, EXCLUDED.last_payment_amount, EXCLUDED.paid_count,
        EXCLUDED.late_count, EXCLUDED.own_delay_days)
 WHERE kept.* IS DISTINCT FROM EXCLUDED.*
