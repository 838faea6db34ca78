-- The plan as Odoo stores it. Every column that Odoo fills on posting is filled here.
-- `bench.company` (one row per company: accounts, journals, currencies) comes from bench.chart.

INSERT INTO res_partner (
    id, name, complete_name, commercial_company_name, commercial_partner_id, parent_id, country_id,
    lang, type, street, city, email, email_normalized, phone, phone_sanitized, active, is_company,
    partner_share, color, message_bounce, customer_rank, supplier_rank, autopost_bills,
    create_uid, write_uid, create_date, write_date)
SELECT partner_id, name, name, name, partner_id, NULL, conf.country_id,
       'en_US', 'contact', n || ' Main Street', 'Town ' || mod(n, 400),
       'customer' || n || '@customers.example', 'customer' || n || '@customers.example',
       '+1 212 555 ' || lpad(mod(n, 10000)::text, 4, '0'), '+1212555' || lpad(mod(n, 10000)::text, 4, '0'),
       true, true, true, 0, 0, coalesce(documents, 0), 0, 'ask',
       1, 1, now(), now()
  FROM bench.customer c
  JOIN bench.company conf ON conf.position = 1
  LEFT JOIN (SELECT n, count(*) AS documents FROM bench.move WHERE role <> 'ent' GROUP BY n) m USING (n),
       LATERAL (SELECT (ARRAY['Amber', 'Birch', 'Cobalt', 'Delta', 'Elm', 'Fjord', 'Garnet', 'Harbor'])[1 + mod(n * 31, 8)]
                       || ' Trading ' || lpad(n::text, 6, '0') AS name) named;

INSERT INTO res_partner (
    id, name, complete_name, commercial_company_name, commercial_partner_id, parent_id, country_id,
    lang, type, street, city, email, email_normalized, active, is_company,
    partner_share, color, message_bounce, customer_rank, supplier_rank, autopost_bills,
    create_uid, write_uid, create_date, write_date)
SELECT c.kid_id, 'Accounts payable', p.name || ', Accounts payable', p.name, p.id, p.id, p.country_id,
       p.lang, 'contact', p.street, p.city, 'payables' || n || '@customers.example', 'payables' || n || '@customers.example',
       true, false, true, 0, 0, 0, 0, 'ask', 1, 1, now(), now()
  FROM bench.customer c JOIN res_partner p ON p.id = c.partner_id
 WHERE c.kid_id IS NOT NULL;

CREATE UNLOGGED TABLE bench.entry AS
SELECT m.*,
       conf.company_id, conf.currency_id AS company_currency_id,
       CASE WHEN m.fx THEN conf.foreign_currency_id ELSE conf.currency_id END AS currency_id,
       CASE role WHEN 'pay' THEN conf.bank_journal_id WHEN 'ent' THEN conf.misc_journal_id ELSE conf.sale_journal_id END AS journal_id,
       CASE role WHEN 'pay' THEN conf.outstanding_account_id WHEN 'ent' THEN conf.equity_account_id ELSE conf.income_account_id END AS counterpart_account_id,
       conf.receivable_account_id, conf.payment_method_line_id, conf.payment_method_id,
       conf.fiscal_position_id,
       prefix, prefix || lpad(number::text, greatest(5, length(number::text)), '0') AS name,
       c.partner_id AS commercial_partner_id,
       CASE WHEN c.kid_id IS NOT NULL AND role = 'pay' AND bench.u(m.k, 20) < 0.25 THEN c.kid_id ELSE c.partner_id END AS partner_id,
       e.flavour, e.due, conf.user_id,
       CASE WHEN e.flavour IN ('instalment', 'instalments') THEN conf.instalment_term_id
            ELSE (conf.terms ->> c.term_days::text)::int END AS term_id
  FROM bench.move m
  JOIN bench.event e USING (k)
  JOIN bench.customer c ON c.n = m.n
  JOIN bench.company conf ON conf.position = m.company,
       LATERAL (SELECT CASE role WHEN 'inv' THEN 'INV/' WHEN 'ref' THEN 'RINV/' WHEN 'pay' THEN conf.bank_code || '/' ELSE 'MISC/' END
                       || extract(year FROM m.date) || '/'
                       || CASE role WHEN 'ent' THEN to_char(m.date, 'MM') || '/' ELSE '' END AS prefix) prefixed
 ORDER BY m.id;
ALTER TABLE bench.entry ADD PRIMARY KEY (id);
ANALYZE bench.entry;

-- The invoice a payment or credit note was made for, to name it there.
CREATE UNLOGGED TABLE bench.reference AS
SELECT p.credit_move AS move_id, min(e.name) AS name, min(p.debit_move) AS debit_move
  FROM bench.partial p JOIN bench.entry e ON e.id = p.debit_move
 GROUP BY p.credit_move;
ANALYZE bench.reference;

INSERT INTO account_move (
    id, sequence_prefix, sequence_number, name, journal_id, company_id, origin_payment_id,
    invoice_payment_term_id, fiscal_position_id, partner_id, commercial_partner_id,
    partner_shipping_id, currency_id,
    invoice_user_id, ref, state, move_type, auto_post, payment_reference, payment_state,
    invoice_partner_display_name, date, invoice_date, invoice_date_due, invoice_currency_rate,
    amount_untaxed, amount_tax, amount_total, amount_residual, amount_untaxed_signed,
    amount_untaxed_in_currency_signed, amount_tax_signed, amount_total_signed,
    amount_total_in_currency_signed, amount_residual_signed, always_tax_exigible, checked,
    posted_before, made_sequence_gap, is_manually_modified, reversed_entry_id,
    create_uid, write_uid, create_date, write_date)
SELECT e.id, e.prefix, e.number, e.name, e.journal_id, e.company_id, e.payment_id,
       CASE WHEN invoice THEN e.term_id END,
       CASE WHEN role <> 'ent' THEN e.fiscal_position_id END,
       CASE WHEN role <> 'ent' THEN e.partner_id END,
       CASE WHEN role <> 'ent' THEN e.commercial_partner_id END,
       CASE WHEN invoice THEN e.partner_id END,
       e.currency_id,
       CASE WHEN invoice THEN e.user_id END,
       CASE role WHEN 'ent' THEN 'Opening balance' WHEN 'pay' THEN r.name WHEN 'ref' THEN 'Reversal of: ' || r.name END,
       'posted',
       CASE role WHEN 'inv' THEN 'out_invoice' WHEN 'ref' THEN 'out_refund' ELSE 'entry' END,
       'no',
       CASE WHEN role = 'inv' THEN e.name END,
       CASE WHEN flavour = 'open' AND bench.u(k, 22) < 0.005 THEN 'blocked'
            WHEN NOT invoice OR flavour IN ('open', 'instalments', 'refund') THEN 'not_paid'
            WHEN flavour IN ('partial', 'instalment') THEN 'partial'
            WHEN flavour = 'reversed' AND role = 'inv' THEN 'reversed'
            ELSE 'paid' END,
       CASE WHEN role = 'ent' THEN '#Created by: OdooBot' ELSE p.complete_name END,
       e.date,
       CASE WHEN invoice THEN e.date END,
       CASE role WHEN 'inv' THEN last_due ELSE e.date END,
       CASE WHEN NOT invoice THEN 0 WHEN fx THEN 0.8 ELSE 1 END,
       CASE WHEN invoice THEN amount ELSE 0 END, 0, amount,
       CASE WHEN invoice THEN abs(residual) ELSE 0 END,
       CASE WHEN invoice THEN sign * bench.in_company(amount, fx) ELSE bench.in_company(amount, fx) END,
       CASE WHEN invoice THEN sign * amount ELSE amount END, 0,
       CASE WHEN invoice THEN sign * bench.in_company(amount, fx) ELSE bench.in_company(amount, fx) END,
       CASE WHEN invoice THEN sign * amount ELSE amount END,
       CASE WHEN invoice THEN bench.in_company(residual, fx) ELSE 0 END,
       NOT invoice, true, true, false, invoice,
       CASE WHEN role = 'ref' THEN r.debit_move END,
       1, 1, e.date + time '10:00', e.date + time '10:00'
  FROM bench.entry e
  JOIN res_partner p ON p.id = e.partner_id
  JOIN (SELECT move_id, sum(open_amount) FILTER (WHERE receivable) AS residual,
               max(maturity) FILTER (WHERE receivable) AS last_due
          FROM bench.line GROUP BY move_id) l ON l.move_id = e.id
  LEFT JOIN bench.reference r ON r.move_id = e.id,
       LATERAL (SELECT role IN ('inv', 'ref') AS invoice, CASE role WHEN 'ref' THEN -1 ELSE 1 END AS sign) kind
 ORDER BY e.id;

INSERT INTO account_payment (
    id, move_id, journal_id, company_id, payment_method_line_id, payment_method_id, currency_id,
    partner_id, outstanding_account_id, destination_account_id, name, state, payment_type,
    partner_type, memo, date, amount, amount_company_currency_signed, is_reconciled, is_matched,
    is_sent, create_uid, write_uid, create_date, write_date)
SELECT e.payment_id, e.id, e.journal_id, e.company_id, e.payment_method_line_id, e.payment_method_id,
       e.currency_id, e.partner_id, e.counterpart_account_id, e.receivable_account_id, e.name,
       CASE WHEN flavour IN ('paid', 'two', 'grouped') THEN 'paid' ELSE 'in_process' END,
       'inbound', 'customer', r.name, e.date, e.amount, bench.in_company(e.amount, e.fx),
       flavour <> 'unapplied', false, false, 1, 1, e.date + time '10:00', e.date + time '10:00'
  FROM bench.entry e
  LEFT JOIN bench.reference r ON r.move_id = e.id
 WHERE role = 'pay'
 ORDER BY e.id;

INSERT INTO account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
SELECT id, 1, 1, now(), now() FROM bench.full ORDER BY id;

CREATE UNLOGGED TABLE bench.matching AS
SELECT line_id, min(full_id) AS full_id, coalesce(min(full_id)::text, 'P' || min(id)) AS number
  FROM (SELECT debit_line AS line_id, full_id, id FROM bench.partial
         UNION ALL
        SELECT credit_line, full_id, id FROM bench.partial) side
 GROUP BY line_id;
ANALYZE bench.matching;

INSERT INTO account_move_line (
    id, move_id, journal_id, company_id, company_currency_id, sequence, account_id, currency_id,
    partner_id, payment_id, full_reconcile_id, move_name, parent_state, ref, name, matching_number,
    display_type, date, invoice_date, date_maturity, debit, credit, balance, amount_currency,
    amount_residual, amount_residual_currency, quantity, price_unit, price_subtotal, price_total,
    discount, discount_amount_currency, discount_balance, is_storno, reconciled, no_followup,
    deductible_amount, create_uid, write_uid, create_date, write_date)
SELECT l.id, e.id, e.journal_id, e.company_id, e.company_currency_id,
       CASE WHEN term THEN 12000 ELSE 100 END,
       CASE WHEN l.receivable THEN e.receivable_account_id ELSE e.counterpart_account_id END,
       e.currency_id,
       CASE WHEN role = 'ent' AND NOT l.receivable THEN NULL ELSE e.partner_id END,
       e.payment_id, match.full_id, e.name, 'posted',
       CASE role WHEN 'ent' THEN 'Opening balance' WHEN 'pay' THEN r.name WHEN 'ref' THEN 'Reversal of: ' || r.name END,
       CASE WHEN role = 'ent' THEN 'Opening balance' WHEN role = 'pay' THEN 'Manual Payment'
            WHEN NOT term THEN 'Goods' WHEN role = 'inv' THEN e.name END,
       match.number,
       CASE WHEN term THEN 'payment_term' ELSE 'product' END,
       e.date,
       CASE WHEN invoice THEN e.date END,
       l.maturity,
       greatest(in_company, 0), greatest(-in_company, 0), in_company, l.amount,
       bench.in_company(l.open_amount, e.fx), l.open_amount,
       CASE WHEN term THEN 0 ELSE 1 END,
       CASE WHEN invoice AND NOT term THEN e.amount ELSE 0 END,
       CASE WHEN term THEN 0 WHEN invoice THEN e.amount ELSE l.amount END,
       CASE WHEN term THEN 0 WHEN invoice THEN e.amount ELSE l.amount END,
       0, CASE WHEN term THEN 0 END, CASE WHEN term THEN 0 END, false,
       l.receivable AND l.open_amount = 0,
       role = 'ent', 100, 1, 1, e.date + time '10:00', e.date + time '10:00'
  FROM bench.line l
  JOIN bench.entry e ON e.id = l.move_id
  LEFT JOIN bench.matching match ON match.line_id = l.id
  LEFT JOIN bench.reference r ON r.move_id = e.id,
       LATERAL (SELECT role IN ('inv', 'ref') AS invoice, role IN ('inv', 'ref') AND l.receivable AS term,
                       bench.in_company(l.amount, e.fx) AS in_company) kind
 ORDER BY l.id;

INSERT INTO account_partial_reconcile (
    id, debit_move_id, credit_move_id, full_reconcile_id, debit_currency_id, credit_currency_id,
    company_id, max_date, amount, debit_amount_currency, credit_amount_currency,
    create_uid, write_uid, create_date, write_date)
SELECT p.id, debit_line, credit_line, full_id, cur.currency_id, cur.currency_id, conf.company_id, max_date,
       bench.in_company(amount, fx), amount, amount, 1, 1, max_date + time '10:00', max_date + time '10:00'
  FROM bench.partial p
  JOIN bench.company conf ON conf.position = p.company,
       LATERAL (SELECT CASE WHEN fx THEN conf.foreign_currency_id ELSE conf.currency_id END AS currency_id) cur
 ORDER BY p.id;

INSERT INTO account_move__account_payment (invoice_id, payment_id)
SELECT debit_move, payment_id FROM bench.partial WHERE payment_id IS NOT NULL;
