-- Taking the warehouse to another state, as a new version: rows that are not in it leave to the archive, rows that are
-- come back. What leaves stands in temporary tables leaving_<table> (keys), what comes back in returning_<table> (whole
-- rows); rollback fills them from the archive, restore from files.
CREATE FUNCTION retail_dw.open_exchange() RETURNS void
LANGUAGE sql AS $$
    CREATE TEMP TABLE leaving_facts (transaction_datetime timestamp, sales_key bigint) ON COMMIT DROP;
    CREATE TEMP TABLE leaving_customers (customer_key integer) ON COMMIT DROP;
    CREATE TEMP TABLE leaving_products (product_key integer) ON COMMIT DROP;
    CREATE TEMP TABLE leaving_countries (country_key integer) ON COMMIT DROP;
    CREATE TEMP TABLE returning_facts (LIKE retail_dw.fact_sales) ON COMMIT DROP;
    CREATE TEMP TABLE returning_customers (LIKE retail_dw.dim_customers) ON COMMIT DROP;
    CREATE TEMP TABLE returning_products (LIKE retail_dw.dim_products) ON COMMIT DROP;
    CREATE TEMP TABLE returning_countries (LIKE retail_dw.dim_country) ON COMMIT DROP;
$$;
COMMENT ON FUNCTION retail_dw.open_exchange() IS 'Makes the temporary tables that exchange_rows reads';

-- Facts that come back: a month that has no partition is built beside the table, as a load does.
CREATE FUNCTION retail_dw.return_facts() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    month date;
    part text;
BEGIN
    FOR month IN SELECT DISTINCT date_trunc('month', transaction_datetime)::date FROM returning_facts ORDER BY 1 LOOP
        part := retail_dw.fact_month_name(month);
        IF to_regclass('retail_dw.' || part) IS NULL THEN
            PERFORM retail_dw.create_fact_month(month);
            EXECUTE format('INSERT INTO retail_dw.%I SELECT * FROM returning_facts WHERE transaction_datetime >= %L AND transaction_datetime < %L',
                part, month, month + interval '1 month');
            PERFORM retail_dw.index_fact_month(month);
            PERFORM retail_dw.attach_fact_month(month);
        ELSE
            INSERT INTO retail_dw.fact_sales SELECT * FROM returning_facts
            WHERE transaction_datetime >= month AND transaction_datetime < month + interval '1 month';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION retail_dw.return_facts() IS 'Brings the rows of returning_facts into the fact table';

-- Months that are empty are dropped, so that the next load builds them anew. That needs a lock that nobody who reads
-- holds: where one does, for longer than half a second, the month stays as it is, empty.
CREATE FUNCTION retail_dw.drop_empty_months() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
    is_filled boolean;
    dropped integer := 0;
BEGIN
    SET LOCAL lock_timeout = '500ms';
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass ORDER BY 1 LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part) INTO is_filled;
        CONTINUE WHEN is_filled;
        BEGIN
            EXECUTE format('DROP TABLE %s', part);
            dropped := dropped + 1;
        EXCEPTION WHEN lock_not_available THEN
            EXIT;
        END;
    END LOOP;
    SET LOCAL lock_timeout = 0;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION retail_dw.drop_empty_months() IS 'Drops partitions without rows, unless readers hold them; gives their number';

CREATE FUNCTION retail_dw.exchange_rows(version integer, OUT inserted bigint, OUT updated bigint, OUT removed bigint, OUT money numeric)
LANGUAGE plpgsql AS $$
BEGIN
    ANALYZE leaving_facts; ANALYZE returning_facts; ANALYZE leaving_customers; ANALYZE leaving_products;
    UPDATE returning_facts SET version_id = version;
    SELECT (SELECT count(*) FROM returning_facts) - twins.facts, twins.facts, (SELECT count(*) FROM leaving_facts) - twins.facts
    INTO inserted, updated, removed
    FROM (SELECT count(*) AS facts FROM returning_facts JOIN leaving_facts USING (transaction_datetime, sales_key)) AS twins;

    WITH kept AS (
        INSERT INTO retail_dw.fact_sales_archive
        SELECT f.*, version FROM retail_dw.fact_sales AS f JOIN leaving_facts USING (transaction_datetime, sales_key)
        RETURNING net_amount
    )
    SELECT (SELECT coalesce(sum(net_amount), 0) FROM returning_facts) - (SELECT coalesce(sum(net_amount), 0) FROM kept)
    INTO money;
    INSERT INTO retail_dw.dim_customers_archive
    SELECT c.*, version FROM retail_dw.dim_customers AS c JOIN leaving_customers USING (customer_key);
    INSERT INTO retail_dw.dim_products_archive
    SELECT p.*, version FROM retail_dw.dim_products AS p JOIN leaving_products USING (product_key);
    INSERT INTO retail_dw.dim_country_archive
    SELECT d.*, version FROM retail_dw.dim_country AS d JOIN leaving_countries USING (country_key);

    SET CONSTRAINTS retail_dw.dim_customers_no_overlap, retail_dw.dim_products_stock_code_key,
        retail_dw.dim_country_country_name_key DEFERRED;
    INSERT INTO retail_dw.dim_country AS d (country_key, country_name, version_id)
    SELECT country_key, country_name, version FROM returning_countries
    ON CONFLICT (country_key) DO UPDATE SET country_name = excluded.country_name, version_id = excluded.version_id;
    INSERT INTO retail_dw.dim_products AS p
        (product_key, stock_code, description, unit_price, last_sold_at, version_id, described_at, is_note, priced_at,
         is_inferred)
    SELECT product_key, stock_code, description, unit_price, last_sold_at, version, described_at, is_note, priced_at,
           is_inferred
    FROM returning_products
    ON CONFLICT (product_key) DO UPDATE
    SET stock_code = excluded.stock_code, description = excluded.description, unit_price = excluded.unit_price,
        last_sold_at = excluded.last_sold_at, version_id = excluded.version_id, described_at = excluded.described_at,
        is_note = excluded.is_note, priced_at = excluded.priced_at, is_inferred = excluded.is_inferred;
    INSERT INTO retail_dw.dim_customers AS c
        (customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current,
         version_id, named_at, is_inferred)
    SELECT customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current,
           version, named_at, is_inferred
    FROM returning_customers
    ON CONFLICT (customer_key) DO UPDATE
    SET country_key = excluded.country_key, customer_id = excluded.customer_id, customer_name = excluded.customer_name,
        country = excluded.country, effective_date = excluded.effective_date, expiry_date = excluded.expiry_date,
        is_current = excluded.is_current, version_id = excluded.version_id, named_at = excluded.named_at,
        is_inferred = excluded.is_inferred;

    DELETE FROM retail_dw.fact_sales AS f USING leaving_facts AS l
    WHERE f.transaction_datetime = l.transaction_datetime AND f.sales_key = l.sales_key;
    PERFORM retail_dw.return_facts();
    DELETE FROM retail_dw.dim_customers AS c USING leaving_customers AS l
    WHERE c.customer_key = l.customer_key AND c.version_id < version;
    DELETE FROM retail_dw.dim_products AS p USING leaving_products AS l
    WHERE p.product_key = l.product_key AND p.version_id < version;
    DELETE FROM retail_dw.dim_country AS d USING leaving_countries AS l
    WHERE d.country_key = l.country_key AND d.version_id < version;
    SET CONSTRAINTS retail_dw.dim_customers_no_overlap, retail_dw.dim_products_stock_code_key,
        retail_dw.dim_country_country_name_key IMMEDIATE;
END
$$;
COMMENT ON FUNCTION retail_dw.exchange_rows(integer) IS 'Lets the rows of leaving_* go to the archive and brings in those of returning_*, as this version; gives the facts inserted, updated and removed and by how much net money changed';

CREATE FUNCTION retail_dw.effective_versions(version integer) RETURNS SETOF integer
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
$$;
COMMENT ON FUNCTION retail_dw.effective_versions(integer) IS 'The versions whose effect is in the state after this one: a rollback brings back those of the version it went to';

CREATE FUNCTION retail_dw.fill_roll_back(target integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leaving_facts SELECT transaction_datetime, sales_key FROM retail_dw.fact_sales WHERE version_id > target;
    INSERT INTO leaving_customers SELECT customer_key FROM retail_dw.dim_customers WHERE version_id > target;
    INSERT INTO leaving_products SELECT product_key FROM retail_dw.dim_products WHERE version_id > target;
    INSERT INTO leaving_countries SELECT country_key FROM retail_dw.dim_country WHERE version_id > target;
    INSERT INTO returning_facts
    SELECT sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id, line_no,
           source_line, unit_price, line_total, net_amount, transaction_type, invoice_no, source_version_id
    FROM retail_dw.fact_sales_archive WHERE version_id <= target AND to_version_id > target;
    INSERT INTO returning_customers
    SELECT customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current,
           version_id, named_at, is_inferred
    FROM retail_dw.dim_customers_archive WHERE version_id <= target AND to_version_id > target;
    INSERT INTO returning_products
    SELECT product_key, stock_code, description, unit_price, last_sold_at, version_id, described_at, is_note, priced_at,
           is_inferred
    FROM retail_dw.dim_products_archive WHERE version_id <= target AND to_version_id > target;
    INSERT INTO returning_countries
    SELECT country_key, country_name, version_id FROM retail_dw.dim_country_archive
    WHERE version_id <= target AND to_version_id > target;
    -- A row that a later version wrote, and that has come to be what it was, stays.
    WITH same AS (
        DELETE FROM returning_facts AS r USING retail_dw.fact_sales AS f
        WHERE f.transaction_datetime = r.transaction_datetime AND f.sales_key = r.sales_key
          AND (f.quantity, f.customer_key, f.product_key, f.country_key, f.line_no, f.source_line, f.unit_price, f.line_total,
               f.net_amount, f.transaction_type, f.invoice_no, f.source_version_id)
              IS NOT DISTINCT FROM (r.quantity, r.customer_key, r.product_key, r.country_key, r.line_no, r.source_line,
               r.unit_price, r.line_total, r.net_amount, r.transaction_type, r.invoice_no, r.source_version_id)
        RETURNING r.transaction_datetime, r.sales_key
    )
    DELETE FROM leaving_facts AS l USING same AS s
    WHERE l.transaction_datetime = s.transaction_datetime AND l.sales_key = s.sales_key;
    WITH same AS (
        DELETE FROM returning_customers AS r USING retail_dw.dim_customers AS c
        WHERE c.customer_key = r.customer_key AND to_jsonb(c) - 'version_id' = to_jsonb(r) - 'version_id'
        RETURNING r.customer_key
    )
    DELETE FROM leaving_customers AS l USING same AS s WHERE l.customer_key = s.customer_key;
    WITH same AS (
        DELETE FROM returning_products AS r USING retail_dw.dim_products AS p
        WHERE p.product_key = r.product_key AND to_jsonb(p) - 'version_id' = to_jsonb(r) - 'version_id'
        RETURNING r.product_key
    )
    DELETE FROM leaving_products AS l USING same AS s WHERE l.product_key = s.product_key;
    WITH same AS (
        DELETE FROM returning_countries AS r USING retail_dw.dim_country AS d
        WHERE d.country_key = r.country_key AND d.country_name = r.country_name
        RETURNING r.country_key
    )
    DELETE FROM leaving_countries AS l USING same AS s WHERE l.country_key = s.country_key;
END
$$;
COMMENT ON FUNCTION retail_dw.fill_roll_back(integer) IS 'Fills leaving_* and returning_* with what differs from the state at this version';

-- The quality state: what was measured and set aside by the loads that are in effect.
CREATE VIEW retail_dw.quality_in_effect AS
SELECT m.*, v.version_number
FROM retail_dw.data_quality_metrics AS m
JOIN retail_dw.data_versions AS v USING (run)
WHERE v.version_number = (SELECT max(version_number) FROM retail_dw.data_versions WHERE kind = 'load' AND status = 'committed');
COMMENT ON VIEW retail_dw.quality_in_effect IS 'The figures of the latest load that is in effect; a rollback brings back those of the version it goes to';
COMMENT ON COLUMN retail_dw.quality_in_effect.version_number IS 'The version of that load';
DO $$
DECLARE
    described record;
BEGIN
    FOR described IN SELECT attname, col_description(attrelid, attnum) AS words FROM pg_attribute
            WHERE attrelid = 'retail_dw.data_quality_metrics'::regclass AND attnum > 0 LOOP
        EXECUTE format('COMMENT ON COLUMN retail_dw.quality_in_effect.%I IS %L', described.attname, described.words);
    END LOOP;
END
$$;

ALTER TABLE retail_dw.etl_rejects ADD CONSTRAINT etl_rejects_status_check
    CHECK (status IN ('open', 'resolved', 'rolled_back'));
COMMENT ON COLUMN retail_dw.etl_rejects.status IS 'open until somebody resolves it; rolled_back while its load is';
CREATE FUNCTION retail_dw.settle_rejects() RETURNS void
LANGUAGE sql AS $$
    UPDATE retail_dw.etl_rejects AS r SET status = CASE v.status WHEN 'committed' THEN 'open' ELSE 'rolled_back' END
    FROM retail_dw.data_versions AS v
    WHERE v.run = r.run AND r.status = CASE v.status WHEN 'committed' THEN 'rolled_back' ELSE 'open' END
$$;
COMMENT ON FUNCTION retail_dw.settle_rejects() IS 'Lets rejected rows be open where their load is in effect, and rolled_back where it is not';

CREATE FUNCTION retail_dw.roll_back(target integer, run uuid, job_name text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    target_id integer := retail_dw.version_id_of(target);
    last_version retail_dw.data_versions;
    new_id integer := nextval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'));
    done record;
BEGIN
    IF target < 1 THEN
        RAISE EXCEPTION 'there is no version %: the first is 1', target USING ERRCODE = 'no_data_found';
    END IF;
    SELECT * INTO STRICT last_version FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1;
    PERFORM retail_dw.open_exchange();
    PERFORM retail_dw.fill_roll_back(target_id);
    SELECT * INTO done FROM retail_dw.exchange_rows(new_id);
    INSERT INTO retail_dw.data_versions
        (version_id, version_number, run, job_name, records_count, status, kind, restores_version_id, inserted, updated,
         unchanged, removed, money_before, money_after)
    VALUES (new_id, last_version.version_number + 1, run, job_name, done.inserted + done.updated, 'committed',
            'rollback', target_id, done.inserted, done.updated, 0, done.removed, last_version.money_after,
            last_version.money_after + done.money);
    UPDATE retail_dw.data_versions AS v SET status = CASE WHEN e.version_id IS NULL THEN 'rolled_back' ELSE 'committed' END
    FROM retail_dw.data_versions AS o LEFT JOIN retail_dw.effective_versions(new_id) AS e (version_id) USING (version_id)
    WHERE o.version_id = v.version_id AND v.status <> CASE WHEN e.version_id IS NULL THEN 'rolled_back' ELSE 'committed' END;
    PERFORM retail_dw.settle_rejects();
    PERFORM retail_dw.drop_empty_months();
    RETURN last_version.version_number + 1;
END
$$;
COMMENT ON FUNCTION retail_dw.roll_back(integer, uuid, text) IS 'Brings facts and dimensions to the state of a version number, as a new version, and gives its number. The caller holds the warehouse''s lock';

CREATE FUNCTION retail_dw.prune_versions(versions integer[], as_history text, uri text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    UPDATE retail_dw.data_versions SET history = as_history, archive_uri = uri WHERE version_number = ANY (versions);
    CREATE TEMP TABLE stale ON COMMIT DROP AS
    SELECT DISTINCT version_id, to_version_id FROM retail_dw.fact_sales_archive
    UNION SELECT DISTINCT version_id, to_version_id FROM retail_dw.dim_customers_archive
    UNION SELECT DISTINCT version_id, to_version_id FROM retail_dw.dim_products_archive
    UNION SELECT DISTINCT version_id, to_version_id FROM retail_dw.dim_country_archive;
    DELETE FROM stale WHERE EXISTS (SELECT FROM retail_dw.data_versions AS v WHERE v.history = 'kept'
        AND v.version_id >= stale.version_id AND v.version_id < stale.to_version_id);
    WITH dropped AS (
        DELETE FROM retail_dw.fact_sales_archive AS a USING stale AS s
        WHERE a.version_id = s.version_id AND a.to_version_id = s.to_version_id RETURNING 1
    )
    SELECT count(*) INTO gone FROM dropped;
    DELETE FROM retail_dw.dim_customers_archive AS a USING stale AS s
    WHERE a.version_id = s.version_id AND a.to_version_id = s.to_version_id;
    DELETE FROM retail_dw.dim_products_archive AS a USING stale AS s
    WHERE a.version_id = s.version_id AND a.to_version_id = s.to_version_id;
    DELETE FROM retail_dw.dim_country_archive AS a USING stale AS s
    WHERE a.version_id = s.version_id AND a.to_version_id = s.to_version_id;
    DROP TABLE stale;
    RETURN gone;
END
$$;
COMMENT ON FUNCTION retail_dw.prune_versions(integer[], text, text) IS 'Gives up the history of these versions: archived rows that no other version needs are deleted; gives the number of facts among them';
