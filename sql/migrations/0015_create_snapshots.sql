-- A version in files, and back. What a file holds leaves out version_id, the version that wrote a row in this warehouse:
-- a state that was restored has the same files, byte by byte, as the one that they were made of. Versions go by number.
CREATE FUNCTION retail_dw.snapshot_facts(version integer, first_day date)
RETURNS TABLE (sales_key bigint, transaction_datetime timestamp, invoice_no text, product_key integer, line_no integer,
               customer_key integer, country_key integer, date_key integer, transaction_type text, quantity bigint,
               unit_price numeric, line_total numeric, net_amount numeric, source_version integer, source_line integer)
LANGUAGE sql STABLE AS $$
    SELECT f.sales_key, f.transaction_datetime, f.invoice_no, f.product_key, f.line_no, f.customer_key, f.country_key,
           f.date_key, f.transaction_type, f.quantity, f.unit_price, f.line_total, f.net_amount, v.version_number,
           f.source_line
    FROM retail_dw.fact_sales_as_of(version) AS f
    LEFT JOIN retail_dw.data_versions AS v ON v.version_id = f.source_version_id
    WHERE f.transaction_datetime >= first_day AND f.transaction_datetime < first_day + interval '1 month'
$$;
COMMENT ON FUNCTION retail_dw.snapshot_facts(integer, date) IS 'The facts of a version and of the month that begins on this day, as a snapshot holds them';

CREATE FUNCTION retail_dw.snapshot_customers(version integer)
RETURNS TABLE (customer_key integer, customer_id text, customer_name text, named_at timestamp, country_key integer,
               country text, effective_date timestamp, expiry_date timestamp, is_current boolean, is_inferred boolean)
LANGUAGE sql STABLE AS $$
    SELECT customer_key, customer_id, customer_name, named_at, country_key, country, effective_date, expiry_date,
           is_current, is_inferred
    FROM retail_dw.dim_customers_as_of(version)
$$;
COMMENT ON FUNCTION retail_dw.snapshot_customers(integer) IS 'The customers of a version, as a snapshot holds them';

CREATE FUNCTION retail_dw.snapshot_products(version integer)
RETURNS TABLE (product_key integer, stock_code text, description text, described_at timestamp, is_note boolean,
               unit_price numeric, priced_at timestamp, last_sold_at timestamp, is_inferred boolean)
LANGUAGE sql STABLE AS $$
    SELECT product_key, stock_code, description, described_at, is_note, unit_price, priced_at, last_sold_at, is_inferred
    FROM retail_dw.dim_products_as_of(version)
$$;
COMMENT ON FUNCTION retail_dw.snapshot_products(integer) IS 'The products of a version, as a snapshot holds them';

CREATE FUNCTION retail_dw.snapshot_countries(version integer)
RETURNS TABLE (country_key integer, country_name text)
LANGUAGE sql STABLE AS $$
    SELECT country_key, country_name FROM retail_dw.dim_country_as_of(version)
$$;
COMMENT ON FUNCTION retail_dw.snapshot_countries(integer) IS 'The countries of a version, as a snapshot holds them';

CREATE FUNCTION retail_dw.snapshot_versions(version integer)
RETURNS TABLE (version_number integer, kind text, restores_version integer, run uuid, job_name text, records_count bigint,
               inserted bigint, updated bigint, unchanged bigint, removed bigint, facts_moved bigint, money_moved numeric,
               money_before numeric, money_after numeric, source_uri text, source_sha256 text, source_bytes bigint,
               is_partial boolean, is_bare boolean, created_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT v.version_number, v.kind, o.version_number, v.run, v.job_name, v.records_count, v.inserted, v.updated,
           v.unchanged, v.removed, v.facts_moved, v.money_moved, v.money_before, v.money_after, v.source_uri,
           v.source_sha256, v.source_bytes, v.is_partial, v.is_bare, v.created_at
    FROM retail_dw.data_versions AS v
    LEFT JOIN retail_dw.data_versions AS o ON o.version_id = v.restores_version_id
    WHERE v.version_number <= version
$$;
COMMENT ON FUNCTION retail_dw.snapshot_versions(integer) IS 'A version and those before it, as a snapshot holds them';

-- The files are copied into temporary tables of the same columns, and compared with what is there.
CREATE FUNCTION retail_dw.open_restore() RETURNS void
LANGUAGE sql AS $$
    SELECT retail_dw.open_exchange();
    CREATE TEMP TABLE restored_facts ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_facts(0, '2000-01-01') WITH NO DATA;
    CREATE TEMP TABLE restored_customers ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_customers(0) WITH NO DATA;
    CREATE TEMP TABLE restored_products ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_products(0) WITH NO DATA;
    CREATE TEMP TABLE restored_countries ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_countries(0) WITH NO DATA;
    CREATE TEMP TABLE restored_versions ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_versions(0) WITH NO DATA;
$$;
COMMENT ON FUNCTION retail_dw.open_restore() IS 'Makes the temporary tables that the files of a snapshot are copied into, and those of open_exchange';

CREATE FUNCTION retail_dw.add_restored_versions(version integer, uri text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
BEGIN
    INSERT INTO retail_dw.data_versions
        (version_number, kind, run, job_name, records_count, status, inserted, updated, unchanged, removed, facts_moved,
         money_moved, money_before, money_after, source_uri, source_sha256, source_bytes, is_partial, is_bare, created_at,
         history, archive_uri)
    SELECT r.version_number, r.kind, r.run, r.job_name, r.records_count, 'committed', r.inserted, r.updated, r.unchanged,
           r.removed, r.facts_moved, r.money_moved, r.money_before, r.money_after, r.source_uri, r.source_sha256,
           r.source_bytes, r.is_partial, r.is_bare, r.created_at,
           CASE r.version_number WHEN version THEN 'archived' ELSE 'pruned' END,
           CASE r.version_number WHEN version THEN uri END
    FROM restored_versions AS r
    WHERE NOT EXISTS (SELECT FROM retail_dw.data_versions AS v WHERE v.version_number = r.version_number)
    ORDER BY r.version_number;
    GET DIAGNOSTICS added = ROW_COUNT;
    UPDATE retail_dw.data_versions AS v SET restores_version_id = o.version_id
    FROM restored_versions AS r JOIN retail_dw.data_versions AS o ON o.version_number = r.restores_version
    WHERE v.version_number = r.version_number AND v.restores_version_id IS NULL;
    RETURN added;
END
$$;
COMMENT ON FUNCTION retail_dw.add_restored_versions(integer, text) IS 'Adds the versions of restored_versions that the warehouse does not know, without their history; gives their number';

CREATE FUNCTION retail_dw.fill_restore() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE restored_facts AS r SET source_version = v.version_id
    FROM retail_dw.data_versions AS v
    WHERE v.version_number = r.source_version AND v.version_id <> v.version_number;
    ANALYZE restored_facts; ANALYZE restored_customers; ANALYZE restored_products;

    INSERT INTO leaving_facts
    SELECT f.transaction_datetime, f.sales_key FROM retail_dw.fact_sales AS f
    WHERE NOT EXISTS (SELECT FROM restored_facts AS r
        WHERE r.transaction_datetime = f.transaction_datetime AND r.sales_key = f.sales_key
          AND (r.invoice_no, r.product_key, r.line_no, r.customer_key, r.country_key, r.date_key, r.transaction_type,
               r.quantity, r.unit_price, r.line_total, r.net_amount, r.source_version, r.source_line)
              IS NOT DISTINCT FROM
              (f.invoice_no, f.product_key, f.line_no, f.customer_key, f.country_key, f.date_key, f.transaction_type,
               f.quantity, f.unit_price, f.line_total, f.net_amount, f.source_version_id, f.source_line));
    INSERT INTO returning_facts
        (sales_key, transaction_datetime, invoice_no, product_key, line_no, customer_key, country_key, date_key,
         transaction_type, quantity, unit_price, line_total, net_amount, source_version_id, source_line, version_id)
    SELECT r.*, 0 FROM restored_facts AS r
    LEFT JOIN retail_dw.fact_sales AS f USING (transaction_datetime, sales_key)
    LEFT JOIN leaving_facts AS l USING (transaction_datetime, sales_key)
    WHERE f.sales_key IS NULL OR l.sales_key IS NOT NULL;

    INSERT INTO leaving_customers
    SELECT c.customer_key FROM retail_dw.dim_customers AS c
    WHERE NOT EXISTS (SELECT FROM restored_customers AS r WHERE r.customer_key = c.customer_key
          AND (r.customer_id, r.customer_name, r.named_at, r.country_key, r.country, r.effective_date, r.expiry_date,
               r.is_current, r.is_inferred)
              IS NOT DISTINCT FROM
              (c.customer_id, c.customer_name, c.named_at, c.country_key, c.country, c.effective_date, c.expiry_date,
               c.is_current, c.is_inferred));
    INSERT INTO returning_customers
        (customer_key, customer_id, customer_name, named_at, country_key, country, effective_date, expiry_date, is_current,
         is_inferred, version_id)
    SELECT r.*, 0 FROM restored_customers AS r
    LEFT JOIN retail_dw.dim_customers AS c USING (customer_key) LEFT JOIN leaving_customers AS l USING (customer_key)
    WHERE c.customer_key IS NULL OR l.customer_key IS NOT NULL;

    INSERT INTO leaving_products
    SELECT p.product_key FROM retail_dw.dim_products AS p
    WHERE NOT EXISTS (SELECT FROM restored_products AS r WHERE r.product_key = p.product_key
          AND (r.stock_code, r.description, r.described_at, r.is_note, r.unit_price, r.priced_at, r.last_sold_at,
               r.is_inferred)
              IS NOT DISTINCT FROM
              (p.stock_code, p.description, p.described_at, p.is_note, p.unit_price, p.priced_at, p.last_sold_at,
               p.is_inferred));
    INSERT INTO returning_products
        (product_key, stock_code, description, described_at, is_note, unit_price, priced_at, last_sold_at, is_inferred,
         version_id)
    SELECT r.*, 0 FROM restored_products AS r
    LEFT JOIN retail_dw.dim_products AS p USING (product_key) LEFT JOIN leaving_products AS l USING (product_key)
    WHERE p.product_key IS NULL OR l.product_key IS NOT NULL;

    INSERT INTO leaving_countries
    SELECT d.country_key FROM retail_dw.dim_country AS d
    WHERE NOT EXISTS (SELECT FROM restored_countries AS r
        WHERE r.country_key = d.country_key AND r.country_name = d.country_name);
    INSERT INTO returning_countries (country_key, country_name, version_id)
    SELECT r.*, 0 FROM restored_countries AS r
    WHERE NOT EXISTS (SELECT FROM retail_dw.dim_country AS d
        WHERE d.country_key = r.country_key AND d.country_name = r.country_name);
END
$$;
COMMENT ON FUNCTION retail_dw.fill_restore() IS 'Fills leaving_* and returning_* with what differs between the tables and restored_*';

CREATE FUNCTION retail_dw.restore_version(version integer, run uuid, job_name text, uri text) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    money numeric := coalesce((SELECT v.money_after FROM retail_dw.data_versions AS v ORDER BY v.version_number DESC LIMIT 1), 0);
    new_number integer;
    new_id integer;
    target_id integer;
    done record;
BEGIN
    PERFORM retail_dw.add_restored_versions(version, uri);
    new_id := nextval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'));
    new_number := (SELECT max(v.version_number) + 1 FROM retail_dw.data_versions AS v);
    target_id := (SELECT v.version_id FROM retail_dw.data_versions AS v WHERE v.version_number = version);
    PERFORM retail_dw.fill_restore();
    PERFORM retail_dw.extend_dim_date(min(transaction_datetime)::date, max(transaction_datetime)::date)
    FROM returning_facts HAVING count(*) > 0;
    SELECT * INTO done FROM retail_dw.exchange_rows(new_id);
    -- Keys that came with the files are taken: the next load must not give them out again.
    PERFORM setval('retail_dw.fact_sales_sales_key_seq', k.last_key)
    FROM (SELECT max(sales_key) AS last_key FROM returning_facts) AS k, retail_dw.fact_sales_sales_key_seq AS s
    WHERE k.last_key >= s.last_value;
    INSERT INTO retail_dw.data_versions
        (version_id, version_number, run, job_name, records_count, status, kind, restores_version_id, inserted, updated,
         unchanged, removed, money_before, money_after)
    VALUES (new_id, new_number, run, job_name, done.inserted + done.updated, 'committed', 'restore', target_id,
            done.inserted, done.updated, 0, done.removed, money, money + done.money);
    UPDATE retail_dw.data_versions AS v SET status = CASE WHEN e.version_id IS NULL THEN 'rolled_back' ELSE 'committed' END
    FROM retail_dw.data_versions AS o LEFT JOIN retail_dw.effective_versions(new_id) AS e (version_id) USING (version_id)
    WHERE o.version_id = v.version_id AND v.status <> CASE WHEN e.version_id IS NULL THEN 'rolled_back' ELSE 'committed' END;
    PERFORM retail_dw.settle_rejects();
    RETURN new_number;
END
$$;
COMMENT ON FUNCTION retail_dw.restore_version(integer, uuid, text, text) IS 'Makes facts and dimensions what restored_* hold, the files of this version, as a new version, and gives its number. The caller holds the warehouse''s lock, and calls drop_empty_months at the end';
