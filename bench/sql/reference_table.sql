-- The same ledger figures as the addon keeps, in a plain table.
DROP TABLE IF EXISTS bench_reference;
CREATE TABLE bench_reference (
    partner_id int, company_id int,
    amount_balance numeric, amount_not_due numeric, amount_1_30 numeric, amount_31_60 numeric,
    amount_61_90 numeric, amount_91_plus numeric, amount_credit numeric, amount_overdue numeric,
    amount_excluded numeric, oldest_due_date date, open_count int, overdue_count int,
    last_payment_date date, last_payment_amount numeric, paid_count int, late_count int,
    own_delay_days float8,
    PRIMARY KEY (partner_id, company_id));
