-- What a team did in the last half year: talks, notices, promises and plans, drawn from row numbers.
-- Part of ar_collect. License LGPL-3.

CREATE TEMPORARY TABLE bench_item ON COMMIT DROP AS
SELECT line.id, line.company_id, line.currency_id, COALESCE(line.date_maturity, line.date) AS due,
       line.amount_currency AS amount, line.balance, account.id AS account_id,
       account.partner_id AS customer_id, account.user_id, paid.date AS paid_on,
       HASHINT4(line.id) & 65535 AS draw,
       ROW_NUMBER() OVER (PARTITION BY account.id ORDER BY line.id) AS place,
       COUNT(*) OVER (PARTITION BY account.id) AS places
  FROM account_move_line line
  JOIN account_account receivable ON receivable.id = line.account_id
                                 AND receivable.account_type = 'asset_receivable'
                                 AND receivable.non_trade IS NOT TRUE
  JOIN res_partner partner ON partner.id = line.partner_id
  JOIN ar_collect_account account ON account.partner_id = partner.commercial_partner_id
                                 AND account.company_id = line.company_id
  LEFT JOIN LATERAL (
       SELECT credit.date
         FROM account_partial_reconcile match
         JOIN account_move_line credit ON credit.id = match.credit_move_id
         JOIN account_journal journal ON journal.id = credit.journal_id
                                     AND journal.type IN ('bank', 'cash', 'credit')
        WHERE match.debit_move_id = line.id
        ORDER BY credit.date
        LIMIT 1) AS paid ON TRUE
 WHERE line.parent_state = 'posted' AND line.balance > 0 AND line.amount_currency > 0;
ANALYZE bench_item;

-- eight contacts with every third customer, about any debt or about one item
INSERT INTO ar_collect_activity (account_id, company_id, customer_id, user_id, outcome_id, channel,
                                 direction, is_contact, is_right_party, duration, date)
SELECT account.id, account.company_id, account.partner_id, account.user_id, outcome.id,
       CASE outcome.code WHEN 'sent' THEN 'email' ELSE 'call' END, 'out',
       outcome.code = 'talked', outcome.code = 'talked', 0.1,
       NOW() AT TIME ZONE 'UTC'
       - MAKE_INTERVAL(hours => HASHINT4(account.id * 8 + number) & 4095)
  FROM ar_collect_account account
 CROSS JOIN GENERATE_SERIES(0, 7) AS number
  JOIN ar_collect_outcome outcome
    ON outcome.code = (ARRAY['talked', 'no_answer', 'sent', 'no_answer'])[1 + number %% 4]
 WHERE account.id %% 3 = 0;

INSERT INTO ar_collect_activity_line_rel (ar_collect_activity_id, account_move_line_id)
SELECT activity.id, item.id
  FROM ar_collect_activity activity
  JOIN bench_item item ON item.account_id = activity.account_id
                      AND item.place = 1 + activity.id %% item.places
 WHERE activity.id %% 4 = 0;

-- a notice five days after the due day for every fourth item, those of a day together
WITH named AS (
    SELECT *, DENSE_RANK() OVER (PARTITION BY account_id ORDER BY due) AS cycle
      FROM bench_item
     WHERE draw %% 4 = 0 AND due < CURRENT_DATE - 5
), notice AS (
    INSERT INTO ar_collect_notice (account_id, company_id, customer_id, user_id, step_id, cycle,
                                   channel, state, date_planned, sent_at)
    SELECT account_id, company_id, customer_id, MIN(user_id),
           (SELECT MIN(id) FROM ar_collect_strategy_step), cycle, 'email', 'sent', due + 5,
           due + 5 + TIME '08:00'
      FROM named
     GROUP BY account_id, company_id, customer_id, cycle, due
    RETURNING id, account_id, cycle
)
INSERT INTO ar_collect_notice_item (notice_id, company_id, line_id, currency_id, channel, days,
                                    date_due, amount)
SELECT notice.id, named.company_id, named.id, named.currency_id, 'email', 5, named.due,
       named.amount
  FROM notice
  JOIN named USING (account_id, cycle);

-- of every eighth item that was paid a promise a week before, some for less, some kept too late
WITH promised AS (
    SELECT *, paid_on - 7 AS day, paid_on + draw %% 12 - 6 AS last_day,
           ROUND(amount / (1 + draw / 8 %% 2), 2) AS part
      FROM bench_item
     WHERE draw %% 8 = 1 AND paid_on IS NOT NULL
), promise AS (
    INSERT INTO ar_collect_promise (account_id, company_id, customer_id, currency_id, amount,
                                    amount_company, amount_kept, date_promised, promised_on,
                                    date_kept, ledger_mark, level, state, user_id, channel, confirm)
    SELECT account_id, company_id, customer_id, currency_id, part, ROUND(balance * part / amount, 2),
           CASE WHEN last_day + 3 >= paid_on THEN part ELSE 0 END, last_day, day, paid_on, id, 0,
           CASE WHEN last_day + 3 >= paid_on THEN 'kept' ELSE 'broken' END, user_id, 'call', FALSE
      FROM promised
    RETURNING id, ledger_mark, state, amount_kept
)
INSERT INTO ar_collect_promise_item (promise_id, line_id, amount, amount_kept, company_id,
                                     date_promised, state)
SELECT promise.id, promised.id, part, promise.amount_kept, company_id, last_day, promise.state
  FROM promise
  JOIN promised ON promised.id = promise.ledger_mark;

-- two promises of whatever is owed of every fifth customer
INSERT INTO ar_collect_promise (account_id, company_id, customer_id, currency_id, amount,
                                amount_company, amount_kept, date_promised, promised_on,
                                ledger_mark, level, state, user_id, channel, confirm)
SELECT account.id, account.company_id, account.partner_id, company.currency_id, 500, 500, 0,
       promised.day + 10, promised.day, 0, 0, 'broken', account.user_id, 'call', FALSE
  FROM ar_collect_account account
  JOIN res_company company ON company.id = account.company_id
 CROSS JOIN GENERATE_SERIES(0, 1) AS number
 CROSS JOIN LATERAL (
       SELECT CURRENT_DATE - (HASHINT4(account.id * 2 + number) & 127) AS day) AS promised
 WHERE account.id %% 5 = 0;

-- a payment plan of three instalments of every hundredth item that was paid
WITH agreed AS (
    SELECT * FROM bench_item WHERE draw %% 100 = 2 AND paid_on IS NOT NULL
), plan AS (
    INSERT INTO ar_collect_payment_plan (account_id, company_id, customer_id, currency_id,
                                         instalment_count, missed_limit, state, interval,
                                         date_first, date_agreed, ledger_mark)
    SELECT account_id, company_id, customer_id, currency_id, 3, 2, 'kept', 'month', paid_on,
           paid_on - 7, id
      FROM agreed
    RETURNING id, ledger_mark
), item AS (
    INSERT INTO ar_collect_payment_plan_item (plan_id, line_id, amount)
    SELECT plan.id, plan.ledger_mark, agreed.amount
      FROM plan
      JOIN agreed ON agreed.id = plan.ledger_mark
)
INSERT INTO ar_collect_promise (plan_id, account_id, company_id, customer_id, currency_id, amount,
                                amount_company, amount_kept, date_promised, promised_on,
                                ledger_mark, level, state, user_id, channel, confirm)
SELECT plan.id, account_id, company_id, customer_id, currency_id, ROUND(amount / 3, 2),
       ROUND(balance / 3, 2), ROUND(amount / 3, 2), paid_on + 30 * number, paid_on - 7, agreed.id,
       0, 'kept', user_id, 'call', FALSE
  FROM plan
  JOIN agreed ON agreed.id = plan.ledger_mark
 CROSS JOIN GENERATE_SERIES(0, 2) AS number;
