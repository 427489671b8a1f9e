-- Ninety daily runs in an empty warehouse, the same each time: weekends are quiet, sales grow a little, and every number
-- strays. Planted: run 40 has half of its rows, run 55 too few customers (a warning), run 63 so few that its gate stopped
-- it, descriptions get fewer from run 70 on, run 80 has five times the rejects, one of them with markup in its text.
BEGIN;
CREATE FUNCTION pg_temp.stray(seed text) RETURNS double precision LANGUAGE sql AS $$
    SELECT sum(('x' || substr(md5(seed || part), 1, 8))::bit(32)::bigint / 4294967296.0) - 6 FROM generate_series(1, 12) AS part
$$;
CREATE TEMP TABLE made AS
SELECT i, md5('run' || i)::uuid AS run, '2026-01-01 02:00+00'::timestamptz + make_interval(days => i - 1) AS at,
       '/data/sales-' || to_char('2026-01-01'::date + i - 1, 'YYYY-MM-DD') || '.csv' AS source, i = 63 AS failed,
       (50000 * (ARRAY[1.05, 1.0, 1.0, 1.1, 0.95, 0.4, 0.6])[extract(isodow FROM '2026-01-01'::date + i - 1)::int]
        * (1 + 0.001 * i) * (1 + 0.04 * pg_temp.stray('rows' || i)) * CASE WHEN i = 40 THEN 0.5 ELSE 1 END)::bigint AS n
FROM generate_series(1, 90) AS i;
ALTER TABLE made ADD COLUMN rejects bigint, ADD COLUMN duplicates bigint, ADD COLUMN money_in numeric(24, 4),
    ADD COLUMN money_dup numeric(24, 4), ADD COLUMN money_rej numeric(24, 4), ADD COLUMN seconds numeric(12, 3);
UPDATE made SET rejects = (n * 0.004 * (1 + 0.1 * pg_temp.stray('rej' || i)) * CASE WHEN i = 80 THEN 5 ELSE 1 END)::bigint,
    duplicates = (n * 0.0197 * (1 + 0.03 * pg_temp.stray('dup' || i)))::bigint,
    money_in = n * 17.9873 * (1 + 0.05 * pg_temp.stray('money' || i)), seconds = 3 + n * 0.00004 * (1 + 0.1 * pg_temp.stray('time' || i));
UPDATE made SET money_dup = duplicates * 6.0291, money_rej = CASE WHEN i % 9 = 0 THEN -1 ELSE 1 END * rejects * 11.5;

INSERT INTO retail_dw.data_versions (version_id, version_number, run, job_name, records_count, status, inserted, updated,
    unchanged, money_before, money_after, source_uri, source_bytes, created_at)
SELECT v, v, run, 'daily', facts, 'committed', facts, 0, 0, money - own, money, source, n * 84, at
FROM (SELECT *, row_number() OVER (ORDER BY i) AS v, n - rejects - duplicates AS facts, money_in - money_dup - money_rej AS own,
             sum(money_in - money_dup - money_rej) OVER (ORDER BY i) AS money FROM made WHERE NOT failed) AS m;
INSERT INTO retail_dw.etl_job_runs (job_name, status, records_processed, duration, created_at, run, version_id, ledger, stream,
    detail, exit_code, code)
SELECT 'daily', CASE WHEN failed THEN 'failed' ELSE 'success' END, n, seconds, at, made.run, version_id,
    CASE WHEN failed THEN '[]' ELSE jsonb_build_array(
        jsonb_build_object('stage', 'ingest', 'in', n, 'out', n - rejects, 'rejected', jsonb_build_object('bad_datetime', rejects - rejects / 3, 'ragged_row', rejects / 3), 'ms', 900,
            'money', jsonb_build_object('in', money_in::text, 'out', (money_in - money_rej)::text, 'rules', jsonb_build_object('reject', jsonb_build_object('rows', rejects, 'money', money_rej::text)))),
        jsonb_build_object('stage', 'clean', 'in', n - rejects, 'out', n - rejects - duplicates, 'rejected', jsonb_build_object('duplicate', duplicates), 'ms', 1000,
            'money', jsonb_build_object('in', (money_in - money_rej)::text, 'out', (money_in - money_rej - money_dup)::text, 'rules', jsonb_build_object('dedupe', jsonb_build_object('rows', duplicates, 'money', money_dup::text)))),
        jsonb_build_object('stage', 'load', 'in', n - rejects - duplicates, 'out', n - rejects - duplicates, 'rejected', '{}'::jsonb, 'ms', 1500,
            'money', jsonb_build_object('in', (money_in - money_rej - money_dup)::text, 'out', (money_in - money_rej - money_dup)::text, 'rules', '{}'::jsonb))) END,
    jsonb_build_object('source', jsonb_build_object('uri', source, 'bytes', n * 84)),
    CASE WHEN failed THEN 'quality gate ingestion: completeness of customer_id is 43 % and should be at least 50 % (rule customers_are_known)' END,
    CASE WHEN failed THEN 65 ELSE 0 END, CASE WHEN failed THEN 'quality_gate' END
FROM made LEFT JOIN retail_dw.data_versions AS v ON v.run = made.run ORDER BY i;
DO $$ BEGIN PERFORM setval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'), 89); END $$;

-- The rule, its limits, and its bad ones of n.
CREATE TEMP TABLE figures AS
SELECT i, run, at, failed, g.* FROM made, LATERAL (VALUES
    (1, 'ingest', 'ingestion', 'rows_have_their_form', 'consistency', NULL, NULL, 'share', n, rejects / 3, 0.99, 0.9),
    (2, 'ingest', 'ingestion', 'cells_are_filled', 'completeness', NULL, NULL, 'share', n * 8, (n * 0.25)::bigint, NULL, 0.95),
    (3, 'ingest', 'ingestion', 'customers_are_known', 'completeness', 'customer_id', NULL, 'share', n,
        (n * CASE i WHEN 55 THEN 0.38 WHEN 63 THEN 0.57 ELSE 0.249 + 0.004 * pg_temp.stray('cust' || i) END)::bigint, 0.7, 0.5),
    (4, 'ingest', 'ingestion', 'descriptions_are_there', 'completeness', 'description', NULL, 'share', n,
        (n * (0.003 + 0.0004 * pg_temp.stray('desc' || i) + CASE WHEN i >= 70 THEN 0.0005 * (i - 69) ELSE 0 END))::bigint, 0.99, 0.8),
    (5, 'ingest', 'ingestion', 'values_are_valid', 'validity', NULL, NULL, 'share', n * 7, rejects - rejects / 3, 0.98, 0.9),
    (6, 'clean', 'cleaning', 'customers_are_filled', 'completeness', 'customer_id', NULL, 'share', n - rejects - duplicates, 0, NULL, 1),
    (7, 'clean', 'cleaning', 'descriptions_are_filled', 'completeness', 'description', NULL, 'share', n - rejects - duplicates, 0, NULL, 0.99),
    (8, 'clean', 'cleaning', 'sales_are_unique', 'uniqueness', 'invoice_no,stock_code', NULL, 'share', n - rejects, duplicates, 0.95, 0.8),
    (9, 'clean', 'cleaning', 'amounts_are_positive', 'accuracy', 'quantity,unit_price', NULL, 'share', n - rejects - duplicates, (n * 0.0047)::bigint, 0.98, 0.85),
    (10, 'clean', 'cleaning', 'amounts_are_positive_by_country', 'accuracy', 'quantity,unit_price', 'United Kingdom', 'share', n * 9 / 10, (n * 0.004)::bigint, 0.9, NULL),
    (11, 'clean', 'cleaning', 'amounts_are_positive_by_country', 'accuracy', 'quantity,unit_price', 'France', 'share', n / 10, CASE WHEN i % 30 = 0 THEN n / 80 ELSE n / 1500 END, 0.9, NULL),
    (12, 'transform', 'transformation', 'line_totals_are_exact', 'accuracy', 'line_total', NULL, 'rows', n - rejects - duplicates, 0, NULL, 0),
    (13, 'load', 'loading', 'facts_have_their_members', 'consistency', NULL, NULL, 'rows', n - rejects - duplicates, 0, NULL, 0)
) AS g (place, stage, gate, rule, dimension, columns, segment, unit, n, bad, warn, fail) WHERE NOT failed OR stage = 'ingest';
INSERT INTO retail_dw.data_quality_metrics (table_name, metric_type, score, threshold, created_at, run, stage, gate, column_name,
    segment, n, status, rule, unit, bad, warn, fail, job_id)
SELECT CASE WHEN gate = 'loading' THEN 'fact_sales' ELSE stage END, dimension,
    CASE unit WHEN 'share' THEN trunc((n - bad)::numeric / n, 6) ELSE bad END, coalesce(fail, warn), at, run, stage, gate, columns,
    segment, n, CASE WHEN fail IS NOT NULL AND (CASE unit WHEN 'share' THEN (n - bad)::numeric / n < fail ELSE bad > fail END) THEN 'fail'
        WHEN warn IS NOT NULL AND (CASE unit WHEN 'share' THEN (n - bad)::numeric / n < warn ELSE bad > warn END) THEN 'warn' ELSE 'pass' END,
    rule, unit, bad, warn, fail, (SELECT job_id FROM retail_dw.etl_job_runs AS r WHERE r.run = figures.run)
FROM figures ORDER BY i, place;

INSERT INTO retail_dw.etl_rejects (run, stage, line, byte_offset, code, field, detail, raw, status, created_at)
SELECT run, 'ingest', 100 + i, 8400 + i, CASE WHEN i % 3 = 0 THEN 'ragged_row' ELSE 'bad_datetime' END,
    CASE WHEN i % 3 = 0 THEN NULL ELSE 'invoice_date' END, CASE WHEN i % 3 = 0 THEN '7 cells, and the header has 8' ELSE 'not a date' END,
    CASE WHEN i = 80 THEN '536365,85123A,"<script>alert(''x'')</script> & <b>bold</b>",6,32/13/2010,2.55,17850,United Kingdom'
         ELSE '5' || i || ',22423,REGENCY CAKESTAND 3 TIER,1,' || CASE WHEN i % 3 = 0 THEN '' ELSE 'yesterday,' END || '12.75,13408,United Kingdom' END, 'open', at
FROM made WHERE NOT failed;
INSERT INTO retail_dw.etl_rejects (run, stage, line, code, field, detail, raw, status, created_at)
SELECT run, 'clean', 200 + i, 'duplicate', 'invoice_no', 'repeats line 17',
    '{"invoice_no":"536409","stock_code":"21866","quantity":1,"unit_price":1.25}', CASE WHEN i < 5 THEN 'resolved' ELSE 'open' END, at
FROM made WHERE NOT failed AND i % 2 = 0;
COMMIT;
