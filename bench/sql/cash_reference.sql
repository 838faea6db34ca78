-- The cash of some days by week, customers' collector and what it is attributed to, for the plainest
-- case: a match is covered by the promise of its item or not; promises of whatever is owed, payment
-- plans and what promises leave of a match are not looked at.
-- Part of ar_collect. License LGPL-3.
WITH money AS MATERIALIZED (
    SELECT match.amount, credit.date, debit.id AS line_id, account.id AS account_id,
           account.user_id
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
     WHERE credit.date BETWEEN %(first)s AND %(last)s AND credit.parent_state = 'posted'
       AND credit.company_id = ANY(%(companies)s)
)
SELECT DATE_TRUNC('week', money.date), money.user_id,
       CASE WHEN promise.id IS NOT NULL THEN 'promise' WHEN contact.id IS NOT NULL THEN 'contact'
            WHEN notice.id IS NOT NULL THEN 'notice' ELSE 'unprompted' END,
       SUM(money.amount)
  FROM money
  LEFT JOIN LATERAL (
       SELECT promise.id
         FROM ar_collect_promise_item item
         JOIN ar_collect_promise promise ON promise.id = item.promise_id
        WHERE item.line_id = money.line_id
          AND money.date BETWEEN promise.promised_on AND promise.date_promised + 3
        LIMIT 1) AS promise ON TRUE
  LEFT JOIN LATERAL (
       SELECT activity.id
         FROM ar_collect_activity activity
         JOIN ar_collect_outcome outcome ON outcome.id = activity.outcome_id
        WHERE activity.account_id = money.account_id AND activity.user_id IS NOT NULL
          AND (activity.is_contact OR outcome.code = 'sent')
          AND activity.date >= money.date - 14 AND activity.date < money.date + 1
          AND (NOT EXISTS (SELECT FROM ar_collect_activity_line_rel about
                            WHERE about.ar_collect_activity_id = activity.id)
               OR EXISTS (SELECT FROM ar_collect_activity_line_rel about
                           WHERE about.ar_collect_activity_id = activity.id
                             AND about.account_move_line_id = money.line_id))
        ORDER BY activity.date DESC
        LIMIT 1) AS contact ON promise.id IS NULL
  LEFT JOIN LATERAL (
       SELECT notice.id
         FROM ar_collect_notice_item named
         JOIN ar_collect_notice notice ON notice.id = named.notice_id AND notice.state = 'sent'
        WHERE named.line_id = money.line_id AND named.days IS NOT NULL
          AND notice.sent_at >= money.date - 14 AND notice.sent_at < money.date + 1
        ORDER BY notice.sent_at DESC
        LIMIT 1) AS notice ON promise.id IS NULL AND contact.id IS NULL
 GROUP BY 1, 2, 3
