-- What each collector did in some days, a statement for each kind, and the cash of whoever was
-- credited with it, for the same plain case as in cash_reference.sql.
-- Part of ar_collect. License LGPL-3.
WITH done AS (
    SELECT activity.user_id, COUNT(*) AS attempts,
           COUNT(*) FILTER (WHERE activity.is_right_party) AS reached,
           COUNT(DISTINCT activity.date::date) AS days
      FROM ar_collect_activity activity
     WHERE activity.date >= %(first)s AND activity.date < %(last)s::date + 1
       AND activity.direction = 'out' AND activity.company_id = ANY(%(companies)s)
     GROUP BY activity.user_id
), promised AS (
    SELECT user_id, COUNT(*) FILTER (WHERE promised_on BETWEEN %(first)s AND %(last)s) AS promises,
           COUNT(*) FILTER (WHERE state IN ('kept', 'partial', 'broken') AND COALESCE(
               date_kept, date_promised + 4) BETWEEN %(first)s AND %(last)s) AS judged,
           COUNT(*) FILTER (WHERE state = 'kept' AND COALESCE(
               date_kept, date_promised) BETWEEN %(first)s AND %(last)s) AS kept
      FROM ar_collect_promise
     WHERE company_id = ANY(%(companies)s)
     GROUP BY user_id
), cash AS (
    SELECT COALESCE(promise.user_id, contact.user_id) AS user_id, SUM(match.amount) AS amount
      FROM account_move_line credit
      JOIN account_journal journal ON journal.id = credit.journal_id
                                  AND journal.type IN ('bank', 'cash', 'credit')
      JOIN account_partial_reconcile match ON match.credit_move_id = credit.id
      JOIN account_move_line debit ON debit.id = match.debit_move_id
                                  AND debit.parent_state = 'posted'
      JOIN account_account ledger ON ledger.id = debit.account_id
                                 AND ledger.account_type = 'asset_receivable'
      JOIN res_partner partner ON partner.id = debit.partner_id
      JOIN ar_collect_account account ON account.partner_id = partner.commercial_partner_id
                                     AND account.company_id = debit.company_id
      LEFT JOIN LATERAL (
           SELECT promise.user_id
             FROM ar_collect_promise_item item
             JOIN ar_collect_promise promise ON promise.id = item.promise_id
            WHERE item.line_id = debit.id
              AND credit.date BETWEEN promise.promised_on AND promise.date_promised + 3
            LIMIT 1) AS promise ON TRUE
      LEFT JOIN LATERAL (
           SELECT activity.user_id
             FROM ar_collect_activity activity
             JOIN ar_collect_outcome outcome ON outcome.id = activity.outcome_id
            WHERE activity.account_id = account.id AND activity.user_id IS NOT NULL
              AND (activity.is_contact OR outcome.code = 'sent')
              AND activity.date >= credit.date - 14 AND activity.date < credit.date + 1
              AND (NOT EXISTS (SELECT FROM ar_collect_activity_line_rel about
                                WHERE about.ar_collect_activity_id = activity.id)
                   OR EXISTS (SELECT FROM ar_collect_activity_line_rel about
                               WHERE about.ar_collect_activity_id = activity.id
                                 AND about.account_move_line_id = debit.id))
            ORDER BY activity.date DESC
            LIMIT 1) AS contact ON promise.user_id IS NULL
     WHERE credit.date BETWEEN %(first)s AND %(last)s AND credit.parent_state = 'posted'
       AND credit.company_id = ANY(%(companies)s)
     GROUP BY 1
)
SELECT user_id, attempts, reached, days, promises, judged, kept, amount
  FROM done
  FULL JOIN promised USING (user_id)
  FULL JOIN cash USING (user_id)
