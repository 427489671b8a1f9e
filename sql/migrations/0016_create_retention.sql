-- The months of the fact table, and how the oldest of them are given up.
CREATE VIEW retail_dw.fact_months AS
SELECT to_date(substr(c.relname, 12), 'YYYY_MM') AS month,
       c.relname::text AS partition,
       coalesce(f.facts, 0) AS facts,
       pg_total_relation_size(c.oid) AS bytes,
       coalesce(f.net_amount, 0)::numeric(24, 4) AS net_amount,
       f.first_moment,
       f.last_moment
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
LEFT JOIN (
    SELECT tableoid, count(*) AS facts, sum(net_amount) AS net_amount, min(transaction_datetime) AS first_moment,
           max(transaction_datetime) AS last_moment
    FROM retail_dw.fact_sales GROUP BY 1
) AS f ON f.tableoid = c.oid
WHERE i.inhparent = 'retail_dw.fact_sales'::regclass
ORDER BY 1;
COMMENT ON VIEW retail_dw.fact_months IS 'The partitions of the fact table, with their rows counted';
COMMENT ON COLUMN retail_dw.fact_months.month IS 'The first day of the month';
COMMENT ON COLUMN retail_dw.fact_months.partition IS 'The table that holds it';
COMMENT ON COLUMN retail_dw.fact_months.facts IS 'Rows';
COMMENT ON COLUMN retail_dw.fact_months.bytes IS 'Bytes on disk, with indexes';
COMMENT ON COLUMN retail_dw.fact_months.net_amount IS 'Sum of net_amount';
COMMENT ON COLUMN retail_dw.fact_months.first_moment IS 'The earliest transaction_datetime';
COMMENT ON COLUMN retail_dw.fact_months.last_moment IS 'The latest transaction_datetime';

-- Facts of before kept_from do not come back by a load, but by the restoring of a version they may: a later retention
-- to the same day then has a row of its own.
ALTER TABLE retail_dw.retention DROP CONSTRAINT retention_pkey, ADD PRIMARY KEY (version_id);
COMMENT ON COLUMN retail_dw.retention.facts IS 'Facts that were dropped';

-- What is archived of a month: the rows with the names that their keys stand for, so that the file is readable by itself.
CREATE FUNCTION retail_dw.fact_month_rows(first_day date)
RETURNS TABLE (sales_key bigint, transaction_datetime timestamp, invoice_no text, line_no integer, stock_code text,
               customer_id text, country text, transaction_type text, quantity bigint, unit_price numeric,
               line_total numeric, net_amount numeric, date_key integer, customer_key integer, product_key integer,
               country_key integer, version_id integer, source_version_id integer, source_line integer)
LANGUAGE sql STABLE AS $$
    SELECT f.sales_key, f.transaction_datetime, f.invoice_no, f.line_no, p.stock_code, c.customer_id, d.country_name,
           f.transaction_type, f.quantity, f.unit_price, f.line_total, f.net_amount, f.date_key, f.customer_key,
           f.product_key, f.country_key, f.version_id, f.source_version_id, f.source_line
    FROM retail_dw.fact_sales AS f
    LEFT JOIN retail_dw.dim_products AS p USING (product_key)
    LEFT JOIN retail_dw.dim_customers AS c USING (customer_key)
    LEFT JOIN retail_dw.dim_country AS d ON d.country_key = f.country_key
    WHERE f.transaction_datetime >= first_day AND f.transaction_datetime < first_day + interval '1 month'
$$;
COMMENT ON FUNCTION retail_dw.fact_month_rows(date) IS 'The facts of the month that begins on this day, with their natural keys';

CREATE FUNCTION retail_dw.fact_month_history(first_day date)
RETURNS TABLE (sales_key bigint, transaction_datetime timestamp, invoice_no text, line_no integer, stock_code text,
               customer_id text, country text, transaction_type text, quantity bigint, unit_price numeric,
               line_total numeric, net_amount numeric, date_key integer, customer_key integer, product_key integer,
               country_key integer, version_id integer, source_version_id integer, source_line integer,
               to_version_id integer)
LANGUAGE sql STABLE AS $$
    WITH products AS (
        SELECT product_key, stock_code FROM retail_dw.dim_products
        UNION SELECT product_key, stock_code FROM retail_dw.dim_products_archive
    ), customers AS (
        SELECT customer_key, customer_id FROM retail_dw.dim_customers
        UNION SELECT customer_key, customer_id FROM retail_dw.dim_customers_archive
    ), countries AS (
        SELECT country_key, country_name FROM retail_dw.dim_country
        UNION SELECT country_key, country_name FROM retail_dw.dim_country_archive
    )
    SELECT f.sales_key, f.transaction_datetime, f.invoice_no, f.line_no, p.stock_code, c.customer_id, d.country_name,
           f.transaction_type, f.quantity, f.unit_price, f.line_total, f.net_amount, f.date_key, f.customer_key,
           f.product_key, f.country_key, f.version_id, f.source_version_id, f.source_line, f.to_version_id
    FROM retail_dw.fact_sales_archive AS f
    LEFT JOIN products AS p USING (product_key)
    LEFT JOIN customers AS c USING (customer_key)
    LEFT JOIN countries AS d ON d.country_key = f.country_key
    WHERE f.transaction_datetime >= first_day AND f.transaction_datetime < first_day + interval '1 month'
$$;
COMMENT ON FUNCTION retail_dw.fact_month_history(date) IS 'The archived rows of the facts of the month that begins on this day, with their natural keys';

-- Months before a day, with what they hold in the fact table and in its archive.
CREATE FUNCTION retail_dw.months_before(day date)
RETURNS TABLE (month date, partition text, facts bigint, bytes bigint, net_amount numeric, history bigint,
               history_net_amount numeric)
LANGUAGE sql STABLE AS $$
    WITH past AS (
        SELECT date_trunc('month', transaction_datetime)::date AS month, count(*) AS facts, sum(net_amount) AS net_amount
        FROM retail_dw.fact_sales_archive WHERE transaction_datetime < day GROUP BY 1
    )
    SELECT coalesce(m.month, h.month), m.partition, coalesce(m.facts, 0), coalesce(m.bytes, 0),
           coalesce(m.net_amount, 0)::numeric(24, 4), coalesce(h.facts, 0), coalesce(h.net_amount, 0)::numeric(24, 4)
    FROM (SELECT * FROM retail_dw.fact_months WHERE month < day) AS m FULL JOIN past AS h ON h.month = m.month
    ORDER BY 1
$$;
COMMENT ON FUNCTION retail_dw.months_before(date) IS 'The months before a day: partition (null where there is none), facts, bytes and net money, and the rows and net money that the archive holds of them';

-- Drops partitions. That needs a lock which nobody who reads holds, and while one waits for it, others who want to read
-- wait too: so it is asked for in short tries, between which everybody may read. Dropping a partition as it is takes
-- less than DETACH and then DROP, which would lock out the readers of the dimensions as well.
CREATE FUNCTION retail_dw.drop_fact_months(partitions text[], seconds integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    tables text := (SELECT string_agg(format('retail_dw.%I', part), ', ') FROM unnest(partitions) AS part);
    until timestamptz := clock_timestamp() + seconds * interval '1 second';
    readers text;
BEGIN
    IF tables IS NULL THEN
        RETURN;
    END IF;
    LOOP
        BEGIN
            SET LOCAL lock_timeout = '400ms';
            EXECUTE 'LOCK TABLE ONLY retail_dw.fact_sales, ' || tables || ' IN ACCESS EXCLUSIVE MODE';
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF clock_timestamp() >= until THEN
                SELECT string_agg(DISTINCT pid::text, ', ') INTO readers FROM pg_locks
                WHERE pid <> pg_backend_pid() AND granted AND relation IN (
                    SELECT 'retail_dw.fact_sales'::regclass::oid
                    UNION SELECT ('retail_dw.' || quote_ident(part))::regclass::oid FROM unnest(partitions) AS part);
                RAISE EXCEPTION 'readers hold the months that are to be dropped%',
                    coalesce(': process ' || readers || ' of the server', '') USING ERRCODE = 'lock_not_available',
                    HINT = 'nothing was dropped; run again when they are done, or wait for them with --wait SECONDS';
            END IF;
        END;
        PERFORM pg_sleep(0.6);
    END LOOP;
    EXECUTE 'DROP TABLE ' || tables;
    SET LOCAL lock_timeout = 0;
END
$$;
COMMENT ON FUNCTION retail_dw.drop_fact_months(text[], integer) IS 'Drops partitions of the fact table; gives up where readers hold them for longer than so many seconds';

CREATE FUNCTION retail_dw.retain(day date, run uuid, job_name text, uri text, OUT version_id integer, OUT version_number integer)
LANGUAGE plpgsql AS $$
DECLARE
    last_version retail_dw.data_versions;
    dropped record;
BEGIN
    SELECT * INTO STRICT last_version FROM retail_dw.data_versions AS v ORDER BY v.version_number DESC LIMIT 1;
    SELECT coalesce(sum(m.facts), 0) AS facts, coalesce(sum(m.net_amount), 0) AS net_amount INTO dropped
    FROM retail_dw.months_before(day) AS m;
    version_number := last_version.version_number + 1;
    INSERT INTO retail_dw.data_versions AS v
        (version_number, run, job_name, records_count, status, kind, inserted, updated, unchanged, removed, money_before,
         money_after)
    VALUES (version_number, run, job_name, 0, 'committed', 'retention', 0, 0, 0, dropped.facts, last_version.money_after,
            last_version.money_after - dropped.net_amount)
    RETURNING v.version_id INTO retain.version_id;
    INSERT INTO retail_dw.retention (kept_from, version_id, facts, net_amount, archive_uri)
    VALUES (day, retain.version_id, dropped.facts, dropped.net_amount, uri);
    DELETE FROM retail_dw.fact_sales_archive WHERE transaction_datetime < day;
END
$$;
COMMENT ON FUNCTION retail_dw.retain(date, uuid, text, text) IS 'Records that the months before a day are dropped, as a new version, and deletes their history; the partitions go by drop_fact_months. The caller holds the warehouse''s lock';

-- What retention dropped no rollback brings back.
CREATE OR REPLACE FUNCTION retail_dw.effective_versions(version integer) RETURNS SETOF integer
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE effective AS (
        SELECT v.version_id, v.version_number, v.kind, v.restores_version_id FROM retail_dw.data_versions AS v
        WHERE v.version_id = version
        UNION ALL
        SELECT v.version_id, v.version_number, v.kind, v.restores_version_id
        FROM effective AS e JOIN retail_dw.data_versions AS v
            ON CASE e.kind WHEN 'rollback' THEN v.version_id = e.restores_version_id
                           WHEN 'restore' THEN v.version_id = e.restores_version_id
                           ELSE v.version_number = e.version_number - 1 END
    )
    SELECT version_id FROM effective
    UNION
    SELECT r.version_id FROM retail_dw.data_versions AS r
    WHERE r.kind = 'retention'
      AND r.version_number < (SELECT v.version_number FROM retail_dw.data_versions AS v WHERE v.version_id = version)
$$;
COMMENT ON FUNCTION retail_dw.effective_versions(integer) IS 'The versions whose effect is in the state after this one: a rollback brings back those of the version it went to, except what retention dropped';
