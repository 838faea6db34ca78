-- the least that has to be known: the money each open promise got, by item
SELECT item.promise_id, SUM(match.debit_amount_currency)
  FROM ar_collect_promise promise
  JOIN ar_collect_promise_item item ON item.promise_id = promise.id
  JOIN account_move_line line ON line.id = item.line_id
  LEFT JOIN account_partial_reconcile match ON match.debit_move_id = item.line_id
  LEFT JOIN account_move_line credit ON credit.id = match.credit_move_id
                                    AND credit.parent_state = 'posted'
 WHERE promise.state = 'open'
 GROUP BY item.promise_id;
