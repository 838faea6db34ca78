-- What happened to every customer, in plain tables of the schema `bench`; ids are final.

-- Customers: 8 percent are invoiced in EUR, 15 percent have a contact that pays, 10 percent trade with two companies.
CREATE UNLOGGED TABLE bench.customer AS
SELECT n,
       %(partner0)s + n AS partner_id,
       CASE WHEN kid IS NOT NULL THEN %(partner0)s + %(customers)s + kid END AS kid_id,
       bench.u(n, 2) < 0.08 AS foreign_currency,
       CASE WHEN bench.u(n, 3) < 0.15 THEN 15 WHEN bench.u(n, 3) < 0.8 THEN 30 ELSE 45 END AS term_days,
       CASE WHEN bench.u(n, 4) < 0.45 THEN -4 WHEN bench.u(n, 4) < 0.8 THEN 8 ELSE 35 END AS habit,
       bench.u(n, 5) < 0.10 AS two_companies
  FROM (
        SELECT n, CASE WHEN has_kid THEN count(*) FILTER (WHERE has_kid) OVER (ORDER BY n) END AS kid
          FROM (SELECT n, bench.u(n, 1) < 0.15 AS has_kid FROM generate_series(1, %(customers)s) n) c
       ) numbered;
ALTER TABLE bench.customer ADD PRIMARY KEY (n);

-- One row per business event. Few customers have many documents, many have few; 5 percent have nothing
-- open and 3 percent have no past. Neighbours in time belong to different customers, as in real ledgers.
CREATE UNLOGGED TABLE bench.event AS
SELECT k,
       flavour,
       c.n,
       c.foreign_currency AS fx,
       CASE WHEN c.two_companies AND bench.u(k, 11) < 0.5 THEN 2 ELSE 1 END AS company,
       dated AS date,
       dated + CASE WHEN flavour IN ('instalment', 'instalments') THEN 30 ELSE c.term_days END AS due,
       amount,
       round(amount * 0.4, 2) AS first_amount,
       least(%(today)s::date - 1, greatest(dated, dated + c.term_days + c.habit + ((bench.u(k, 12) - 0.5) * 20)::int)) AS paid_on,
       k AS settlement
  FROM (
        SELECT k,
               k <= %(paid)s AS past,
               CASE
                   WHEN k <= %(paid)s THEN CASE
                       WHEN bench.u(k, 13) < 0.90 THEN 'paid'
                       WHEN bench.u(k, 13) < 0.94 THEN 'two'
                       WHEN bench.u(k, 13) < 0.98 THEN 'grouped'
                       ELSE 'reversed' END
                   ELSE CASE
                       WHEN bench.u(k, 13) < 0.79 THEN 'open'
                       WHEN bench.u(k, 13) < 0.85 THEN 'partial'
                       WHEN bench.u(k, 13) < 0.91 THEN 'instalment'
                       WHEN bench.u(k, 13) < 0.94 THEN 'instalments'
                       WHEN bench.u(k, 13) < 0.97 THEN 'refund'
                       WHEN bench.u(k, 13) < 0.99 THEN 'unapplied'
                       ELSE 'opening' END
               END AS flavour,
               1 + mod(
                   (CASE
                       WHEN k <= %(paid)s THEN %(customers)s * (0.03 + 0.97 * power(bench.u(k, 14), 1.6))
                       ELSE %(customers)s * 0.95 * power(bench.u(k, 14), 1.6)
                   END)::bigint * 7919, %(customers)s) AS n,
               %(today)s::date - CASE
                   WHEN k <= %(paid)s THEN 60 + (bench.u(k, 15) * 1000)::int
                   ELSE (power(bench.u(k, 15), 1.7) * 180)::int
               END AS dated
          FROM generate_series(1, %(paid)s + %(open)s) k
       ) drawn
  JOIN bench.customer c USING (n),
       LATERAL (
           SELECT CASE WHEN c.foreign_currency
                       THEN 20 * ceil(1 + 100 * power(bench.u(k, 16), 3))::numeric
                       ELSE round((20 + 2000 * power(bench.u(k, 16), 3))::numeric, 2) END AS amount
       ) drawn_amount;

-- Payments of several invoices at once: one a month and customer.
UPDATE bench.event
   SET settlement = grouped.first_k, paid_on = grouped.last_day
  FROM (
        SELECT k,
               min(k) OVER monthly AS first_k,
               max(paid_on) OVER monthly AS last_day
          FROM bench.event
         WHERE flavour = 'grouped'
        WINDOW monthly AS (PARTITION BY n, company, date_trunc('month', due))
       ) grouped
 WHERE grouped.k = event.k;

-- Journal entries, numbered in order of date as they would have been posted.
CREATE UNLOGGED TABLE bench.move AS
SELECT %(move0)s + row_number() OVER by_date AS id,
       CASE WHEN role = 'pay' THEN %(payment0)s + row_number() OVER (PARTITION BY role = 'pay' ORDER BY date, k, part) END AS payment_id,
       row_number() OVER (PARTITION BY role, company, extract(year FROM date), CASE role WHEN 'ent' THEN extract(month FROM date) END ORDER BY date, k, part) AS number,
       role, k, part, n, fx, company, date, amount
  FROM (
        SELECT 'inv' AS role, k, 1 AS part, n, fx, company, date, amount
          FROM bench.event WHERE flavour NOT IN ('refund', 'unapplied', 'opening')
         UNION ALL
        SELECT 'ref', k, 1, n, fx, company, CASE flavour WHEN 'reversed' THEN paid_on ELSE date END, amount
          FROM bench.event WHERE flavour IN ('refund', 'reversed')
         UNION ALL
        SELECT 'ent', k, 1, n, false, company, date, bench.in_company(amount, fx)
          FROM bench.event WHERE flavour = 'opening'
         UNION ALL
        SELECT 'pay', k, 1, n, fx, company, paid_on, amount
          FROM bench.event WHERE flavour IN ('paid', 'unapplied')
         UNION ALL
        SELECT 'pay', k, 1, n, fx, company, paid_on, first_amount
          FROM bench.event WHERE flavour IN ('two', 'partial', 'instalment')
         UNION ALL
        SELECT 'pay', k, 2, n, fx, company, least(paid_on + 9, %(today)s::date - 1), amount - first_amount
          FROM bench.event WHERE flavour = 'two'
         UNION ALL
        SELECT 'pay', settlement, 1, n, fx, company, paid_on, sum(amount)
          FROM bench.event WHERE flavour = 'grouped' GROUP BY settlement, n, fx, company, paid_on
       ) entry
WINDOW by_date AS (ORDER BY date, k, role, part);
CREATE INDEX ON bench.move (k, role);

-- Journal items: `part` is the instalment for receivable lines and 0 for their counterparts.
-- Instalments: 40 percent and the rest 30 days later. Half of the opening balances have no due date.
CREATE UNLOGGED TABLE bench.line AS
SELECT %(line0)s + row_number() OVER (ORDER BY id, receivable, part) AS id,
       id AS move_id, receivable, part, amount, open_amount, maturity
  FROM (
        SELECT id, false AS receivable, 0 AS part,
               CASE WHEN role IN ('ref', 'pay') THEN amount ELSE -amount END AS amount,
               CASE WHEN role = 'pay' THEN amount ELSE 0 END AS open_amount,
               CASE WHEN role = 'pay' THEN date END AS maturity
          FROM bench.move
         UNION ALL
        SELECT m.id, true, 1,
               CASE WHEN e.flavour IN ('instalment', 'instalments') THEN first_amount ELSE m.amount END,
               CASE WHEN e.flavour IN ('open', 'opening') THEN m.amount
                    WHEN e.flavour = 'instalments' THEN first_amount
                    WHEN e.flavour = 'partial' THEN e.amount - first_amount
                    ELSE 0 END,
               CASE WHEN role = 'inv' OR bench.u(k, 21) < 0.5 THEN due END
          FROM bench.move m JOIN bench.event e USING (k)
         WHERE role IN ('inv', 'ent')
         UNION ALL
        SELECT m.id, true, 2, e.amount - first_amount, e.amount - first_amount, due + 30
          FROM bench.move m JOIN bench.event e USING (k)
         WHERE role = 'inv' AND e.flavour IN ('instalment', 'instalments')
         UNION ALL
        SELECT m.id, true, 1, -m.amount,
               CASE WHEN e.flavour IN ('refund', 'unapplied') THEN -m.amount ELSE 0 END, m.date
          FROM bench.move m JOIN bench.event e USING (k)
         WHERE role IN ('ref', 'pay')
       ) item;

-- Reconciliations: always the first receivable line of the invoice with one of a counterpart.
CREATE UNLOGGED TABLE bench.full AS
SELECT settlement, %(full0)s + row_number() OVER (ORDER BY min(paid_on), settlement) AS id
  FROM bench.event
 WHERE flavour IN ('paid', 'two', 'grouped', 'reversed')
 GROUP BY settlement;

CREATE UNLOGGED TABLE bench.partial AS
SELECT %(partial0)s + row_number() OVER (ORDER BY c.id, e.k) AS id,
       d.id AS debit_move, dl.id AS debit_line, c.id AS credit_move, cl.id AS credit_line,
       f.id AS full_id, e.fx, e.company, greatest(d.date, c.date) AS max_date, c.payment_id,
       CASE e.flavour WHEN 'grouped' THEN e.amount ELSE c.amount END AS amount
  FROM bench.event e
  JOIN bench.move d ON d.k = e.k AND d.role = 'inv'
  JOIN bench.line dl ON dl.move_id = d.id AND dl.receivable AND dl.part = 1
  JOIN bench.move c ON c.k = e.settlement AND c.role = CASE e.flavour WHEN 'reversed' THEN 'ref' ELSE 'pay' END
  JOIN bench.line cl ON cl.move_id = c.id AND cl.receivable
  LEFT JOIN bench.full f ON f.settlement = e.settlement
 WHERE e.flavour IN ('paid', 'two', 'grouped', 'reversed', 'partial', 'instalment');

ANALYZE bench.customer, bench.event, bench.move, bench.line, bench.partial, bench.full;
