-- the least that has to be known: the customers with an item late enough for a reminder, who owe
-- more than they have to their credit
SELECT partner.commercial_partner_id, line.company_id
  FROM account_move_line line
  JOIN account_account account ON account.id = line.account_id
                              AND account.account_type = 'asset_receivable'
                              AND account.non_trade IS NOT TRUE
  JOIN res_partner partner ON partner.id = line.partner_id
  JOIN account_move move ON move.id = line.move_id
 WHERE line.parent_state = 'posted'
   AND line.reconciled IS NOT TRUE
   AND line.amount_residual != 0
   AND NOT (move.payment_state IN ('in_payment', 'paid', 'reversed', 'blocked', 'invoicing_legacy')
            AND move.amount_residual_signed != 0)
 GROUP BY partner.commercial_partner_id, line.company_id
HAVING MAX(%(today)s::date - COALESCE(line.date_maturity, line.date))
           FILTER (WHERE line.amount_residual > 0 AND line.no_followup IS NOT TRUE) >= %(days)s
   AND SUM(line.amount_residual) FILTER (
           WHERE line.amount_residual < 0
              OR line.no_followup IS NOT TRUE
             AND COALESCE(line.date_maturity, line.date) < %(today)s::date) > 0
