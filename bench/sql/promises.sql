-- one open promise of the whole item for each of the first open items, due over twenty days
WITH item AS (
    SELECT line.id, line.amount_residual_currency AS amount, line.currency_id, line.company_id,
           account.id AS account_id, account.partner_id,
           CURRENT_DATE + (ROW_NUMBER() OVER (ORDER BY line.id) %% 20)::int4 AS day
      FROM account_move_line line
      JOIN account_account receivable ON receivable.id = line.account_id
      JOIN res_partner partner ON partner.id = line.partner_id
      JOIN ar_collect_account account ON account.partner_id = partner.commercial_partner_id
                                     AND account.company_id = line.company_id
     WHERE receivable.account_type = 'asset_receivable'
       AND line.parent_state = 'posted'
       AND line.amount_residual > 0
       AND line.amount_residual_currency > 0
     ORDER BY line.id
     LIMIT %(count)s
), promise AS (
    INSERT INTO ar_collect_promise (account_id, company_id, customer_id, currency_id, amount,
                                    amount_company, amount_kept, date_promised, promised_on,
                                    ledger_mark, level, state, user_id, confirm)
    SELECT account_id, company_id, partner_id, currency_id, amount, amount, 0, day,
           CURRENT_DATE - 30, id, 0, 'open', 1, FALSE
      FROM item
    RETURNING id, ledger_mark
)
INSERT INTO ar_collect_promise_item (promise_id, line_id, amount, amount_kept, company_id,
                                      date_promised, state)
SELECT promise.id, item.id, item.amount, 0, item.company_id, item.day, 'open'
  FROM promise
  JOIN item ON item.id = promise.ledger_mark;
