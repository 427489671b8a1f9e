-- A surrogate key is given once. The highest that was given stands in the tables, as long as their archives remember it:
-- what pruning makes them forget is kept here, so that a snapshot which still has the key means the same member by it.
CREATE TABLE retail_dw.surrogate_keys (
    dimension text PRIMARY KEY,
    last_key integer NOT NULL
);
COMMENT ON TABLE retail_dw.surrogate_keys IS 'How far the surrogate keys of the dimensions were given out when history was last given up';
COMMENT ON COLUMN retail_dw.surrogate_keys.dimension IS 'The dimension''s table';
COMMENT ON COLUMN retail_dw.surrogate_keys.last_key IS 'The highest key that was given out by then; it never goes back';
INSERT INTO retail_dw.surrogate_keys VALUES ('dim_customers', 0), ('dim_products', 0), ('dim_country', 0);

CREATE OR REPLACE FUNCTION retail_dw.next_customer_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(customer_key) FROM retail_dw.dim_customers),
                    (SELECT max(customer_key) FROM retail_dw.dim_customers_archive),
                    (SELECT last_key FROM retail_dw.surrogate_keys WHERE dimension = 'dim_customers'), 0) + 1
$$;

CREATE OR REPLACE FUNCTION retail_dw.next_product_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(product_key) FROM retail_dw.dim_products),
                    (SELECT max(product_key) FROM retail_dw.dim_products_archive),
                    (SELECT last_key FROM retail_dw.surrogate_keys WHERE dimension = 'dim_products'), 0) + 1
$$;

CREATE OR REPLACE FUNCTION retail_dw.next_country_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(country_key) FROM retail_dw.dim_country),
                    (SELECT max(country_key) FROM retail_dw.dim_country_archive),
                    (SELECT last_key FROM retail_dw.surrogate_keys WHERE dimension = 'dim_country'), 0) + 1
$$;

-- A key is forgotten in no other way than by a deletion from an archive: whoever deletes there need not think of this.
CREATE FUNCTION retail_dw.keep_surrogate_keys() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE retail_dw.surrogate_keys AS k SET last_key = n.next_key - 1
    FROM (VALUES ('dim_customers', retail_dw.next_customer_key()), ('dim_products', retail_dw.next_product_key()),
                 ('dim_country', retail_dw.next_country_key())) AS n (dimension, next_key)
    WHERE n.dimension = k.dimension AND k.last_key < n.next_key - 1;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION retail_dw.keep_surrogate_keys() IS 'Remembers how far the surrogate keys were given out, before a statement that may delete the last row which has one';
CREATE TRIGGER dim_customers_archive_keys BEFORE DELETE OR TRUNCATE ON retail_dw.dim_customers_archive
    FOR EACH STATEMENT EXECUTE FUNCTION retail_dw.keep_surrogate_keys();
CREATE TRIGGER dim_products_archive_keys BEFORE DELETE OR TRUNCATE ON retail_dw.dim_products_archive
    FOR EACH STATEMENT EXECUTE FUNCTION retail_dw.keep_surrogate_keys();
CREATE TRIGGER dim_country_archive_keys BEFORE DELETE OR TRUNCATE ON retail_dw.dim_country_archive
    FOR EACH STATEMENT EXECUTE FUNCTION retail_dw.keep_surrogate_keys();

-- In warehouses where a key was given twice before, a fact's names are those that its key stood for when the fact lived.
CREATE FUNCTION retail_dw.key_owners(dimension regclass, key_column text, name_column text)
RETURNS TABLE (key integer, name text, from_version integer, to_version integer)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'WITH lives AS (
            SELECT %1$I AS key, %2$I::text AS name, version_id FROM %3$s
            UNION ALL SELECT %1$I, %2$I::text, version_id FROM %3$s_archive
        ), turns AS (
            SELECT *, lag(l.name) OVER (PARTITION BY l.key ORDER BY version_id) AS before FROM lives AS l
        )
        SELECT t.key, t.name, CASE WHEN t.before IS NULL THEN 0 ELSE version_id END,
               coalesce(lead(version_id) OVER (PARTITION BY t.key ORDER BY version_id), 2147483647)
        FROM turns AS t WHERE t.name IS DISTINCT FROM t.before', key_column, name_column, dimension);
END
$$;
COMMENT ON FUNCTION retail_dw.key_owners(regclass, text, text) IS 'Which member each surrogate key of a dimension stands for, from a version on and until before another; a key that was given once stands for one';

CREATE OR REPLACE FUNCTION retail_dw.diff_facts(before integer, after integer)
RETURNS TABLE (month date, inserted bigint, updated bigint, moved bigint, removed bigint, facts_before bigint,
               facts_after bigint, money_before numeric, money_after numeric)
LANGUAGE sql STABLE AS $$
    WITH bounds AS MATERIALIZED (
        SELECT retail_dw.version_id_of(before) AS a, retail_dw.version_id_of(after) AS b
    ), lives AS (
        SELECT transaction_datetime, invoice_no, product_key, line_no, customer_key, country_key, quantity, unit_price,
               line_total, net_amount, transaction_type, version_id, NULL::integer AS to_version_id
        FROM retail_dw.fact_sales
        UNION ALL
        SELECT transaction_datetime, invoice_no, product_key, line_no, customer_key, country_key, quantity, unit_price,
               line_total, net_amount, transaction_type, version_id, to_version_id
        FROM retail_dw.fact_sales_archive
    ), states AS (
        SELECT l.*, version_id <= a AND coalesce(to_version_id > a, true) AS in_before,
               version_id <= b AND coalesce(to_version_id > b, true) AS in_after
        FROM lives AS l, bounds
    ), changed AS MATERIALIZED (
        SELECT s.*, CASE WHEN in_before THEN a ELSE b END AS seen_at FROM states AS s, bounds WHERE in_before <> in_after
    ), codes AS MATERIALIZED (
        SELECT * FROM retail_dw.key_owners('retail_dw.dim_products', 'product_key', 'stock_code')
    ), people AS MATERIALIZED (
        SELECT * FROM retail_dw.key_owners('retail_dw.dim_customers', 'customer_key', 'customer_id')
    ), places AS MATERIALIZED (
        SELECT * FROM retail_dw.key_owners('retail_dw.dim_country', 'country_key', 'country_name')
    ), named AS (
        SELECT s.*, p.name AS stock_code, c.name AS customer_id, d.name AS country
        FROM changed AS s
        JOIN codes AS p ON p.key = s.product_key AND p.from_version <= s.seen_at AND p.to_version > s.seen_at
        JOIN people AS c ON c.key = s.customer_key AND c.from_version <= s.seen_at AND c.to_version > s.seen_at
        JOIN places AS d ON d.key = s.country_key AND d.from_version <= s.seen_at AND d.to_version > s.seen_at
    ), pairs AS (
        SELECT coalesce(x.transaction_datetime, y.transaction_datetime) AS moment,
               CASE WHEN x.stock_code IS NULL THEN 'inserted' WHEN y.stock_code IS NULL THEN 'removed'
                    WHEN (x.customer_id, x.country, x.quantity, x.unit_price, x.line_total, x.net_amount,
                          x.transaction_type)
                        IS DISTINCT FROM (y.customer_id, y.country, y.quantity, y.unit_price, y.line_total,
                                          y.net_amount, y.transaction_type) THEN 'updated'
                    WHEN x.customer_key <> y.customer_key THEN 'moved' END AS change
        FROM (SELECT * FROM named WHERE in_before) AS x
        FULL JOIN (SELECT * FROM named WHERE in_after) AS y USING (invoice_no, stock_code, line_no, transaction_datetime)
    ), changes AS (
        SELECT date_trunc('month', moment)::date AS month, count(*) FILTER (WHERE change = 'inserted') AS inserted,
               count(*) FILTER (WHERE change = 'updated') AS updated, count(*) FILTER (WHERE change = 'moved') AS moved,
               count(*) FILTER (WHERE change = 'removed') AS removed
        FROM pairs WHERE change IS NOT NULL GROUP BY 1
    ), totals AS (
        SELECT date_trunc('month', transaction_datetime)::date AS month, count(*) FILTER (WHERE in_before) AS facts_before,
               count(*) FILTER (WHERE in_after) AS facts_after,
               coalesce(sum(net_amount) FILTER (WHERE in_before), 0)::numeric(24, 4) AS money_before,
               coalesce(sum(net_amount) FILTER (WHERE in_after), 0)::numeric(24, 4) AS money_after
        FROM states GROUP BY 1
    )
    SELECT month, inserted, updated, moved, removed, facts_before, facts_after, money_before, money_after
    FROM changes JOIN totals USING (month) ORDER BY 1
$$;

CREATE OR REPLACE FUNCTION retail_dw.fact_month_history(first_day date)
RETURNS TABLE (sales_key bigint, transaction_datetime timestamp, invoice_no text, line_no integer, stock_code text,
               customer_id text, country text, transaction_type text, quantity bigint, unit_price numeric,
               line_total numeric, net_amount numeric, date_key integer, customer_key integer, product_key integer,
               country_key integer, version_id integer, source_version_id integer, source_line integer,
               to_version_id integer)
LANGUAGE sql STABLE AS $$
    SELECT f.sales_key, f.transaction_datetime, f.invoice_no, f.line_no, p.name, c.name, d.name,
           f.transaction_type, f.quantity, f.unit_price, f.line_total, f.net_amount, f.date_key, f.customer_key,
           f.product_key, f.country_key, f.version_id, f.source_version_id, f.source_line, f.to_version_id
    FROM retail_dw.fact_sales_archive AS f
    LEFT JOIN retail_dw.key_owners('retail_dw.dim_products', 'product_key', 'stock_code') AS p
        ON p.key = f.product_key AND p.from_version < f.to_version_id AND p.to_version >= f.to_version_id
    LEFT JOIN retail_dw.key_owners('retail_dw.dim_customers', 'customer_key', 'customer_id') AS c
        ON c.key = f.customer_key AND c.from_version < f.to_version_id AND c.to_version >= f.to_version_id
    LEFT JOIN retail_dw.key_owners('retail_dw.dim_country', 'country_key', 'country_name') AS d
        ON d.key = f.country_key AND d.from_version < f.to_version_id AND d.to_version >= f.to_version_id
    WHERE f.transaction_datetime >= first_day AND f.transaction_datetime < first_day + interval '1 month'
$$;
