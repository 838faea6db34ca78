-- Deterministic stand-in for random(): the same (row, salt) always gives the same number in [0, 1).
CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.u(k bigint, salt int) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT (hashint8extended(k, salt::bigint) & 9007199254740991)::float8 / 9007199254740992';

-- Company currency for a document amount; EUR amounts are multiples of 4, so nothing is rounded.
CREATE OR REPLACE FUNCTION bench.in_company(amount numeric, foreign_currency bool) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT CASE WHEN foreign_currency THEN round(amount / 0.8, 2) ELSE amount END';
