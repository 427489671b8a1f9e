-- What the warehouse held at a version.
CREATE FUNCTION retail_dw.version_id_of(version integer) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
DECLARE
    held record;
BEGIN
    IF version = 0 THEN
        RETURN 0;
    END IF;
    SELECT v.version_id, v.history, v.archive_uri INTO held FROM retail_dw.data_versions AS v WHERE v.version_number = version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no version %', version USING ERRCODE = 'no_data_found',
            HINT = coalesce((SELECT 'there are versions 1 to ' || max(version_number) FROM retail_dw.data_versions),
                            'nothing was loaded yet');
    ELSIF held.history <> 'kept' THEN
        RAISE EXCEPTION 'the history of version % was %', version, held.history USING ERRCODE = 'no_data_found',
            HINT = CASE held.history WHEN 'archived' THEN 'bring it back with: rd-version restore ' || held.archive_uri
                                      ELSE 'choose a version whose history is kept' END;
    END IF;
    RETURN held.version_id;
END
$$;
COMMENT ON FUNCTION retail_dw.version_id_of(integer) IS 'The key of a version number, 0 for the empty warehouse before the first; an error where there is no such version or its history is gone';

CREATE FUNCTION retail_dw.fact_sales_as_of(version integer) RETURNS SETOF retail_dw.fact_sales
LANGUAGE sql STABLE AS $$
    SELECT * FROM retail_dw.fact_sales WHERE version_id <= (SELECT retail_dw.version_id_of(version))
    UNION ALL
    SELECT sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id, line_no,
           source_line, unit_price, line_total, net_amount, transaction_type, invoice_no, source_version_id
    FROM retail_dw.fact_sales_archive
    WHERE version_id <= (SELECT retail_dw.version_id_of(version))
      AND to_version_id > (SELECT retail_dw.version_id_of(version))
$$;
COMMENT ON FUNCTION retail_dw.fact_sales_as_of(integer) IS 'The facts as they were after a version';

CREATE FUNCTION retail_dw.dim_customers_as_of(version integer) RETURNS SETOF retail_dw.dim_customers
LANGUAGE sql STABLE AS $$
    SELECT * FROM retail_dw.dim_customers WHERE version_id <= (SELECT retail_dw.version_id_of(version))
    UNION ALL
    SELECT customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current,
           version_id, named_at, is_inferred
    FROM retail_dw.dim_customers_archive
    WHERE version_id <= (SELECT retail_dw.version_id_of(version))
      AND to_version_id > (SELECT retail_dw.version_id_of(version))
$$;
COMMENT ON FUNCTION retail_dw.dim_customers_as_of(integer) IS 'The customers as they were after a version';

CREATE FUNCTION retail_dw.dim_products_as_of(version integer) RETURNS SETOF retail_dw.dim_products
LANGUAGE sql STABLE AS $$
    SELECT * FROM retail_dw.dim_products WHERE version_id <= (SELECT retail_dw.version_id_of(version))
    UNION ALL
    SELECT product_key, stock_code, description, unit_price, last_sold_at, version_id, described_at, is_note, priced_at,
           is_inferred
    FROM retail_dw.dim_products_archive
    WHERE version_id <= (SELECT retail_dw.version_id_of(version))
      AND to_version_id > (SELECT retail_dw.version_id_of(version))
$$;
COMMENT ON FUNCTION retail_dw.dim_products_as_of(integer) IS 'The products as they were after a version';

CREATE FUNCTION retail_dw.dim_country_as_of(version integer) RETURNS SETOF retail_dw.dim_country
LANGUAGE sql STABLE AS $$
    SELECT * FROM retail_dw.dim_country WHERE version_id <= (SELECT retail_dw.version_id_of(version))
    UNION ALL
    SELECT country_key, country_name, version_id FROM retail_dw.dim_country_archive
    WHERE version_id <= (SELECT retail_dw.version_id_of(version))
      AND to_version_id > (SELECT retail_dw.version_id_of(version))
$$;
COMMENT ON FUNCTION retail_dw.dim_country_as_of(integer) IS 'The countries as they were after a version';

-- What differs between two versions.
CREATE FUNCTION retail_dw.diff_facts(before integer, after integer)
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
    ), codes AS (
        SELECT product_key, stock_code FROM retail_dw.dim_products
        UNION SELECT product_key, stock_code FROM retail_dw.dim_products_archive
    ), people AS (
        SELECT customer_key, customer_id FROM retail_dw.dim_customers
        UNION SELECT customer_key, customer_id FROM retail_dw.dim_customers_archive
    ), changed AS MATERIALIZED (
        SELECT s.*, stock_code, customer_id FROM states AS s JOIN codes USING (product_key) JOIN people USING (customer_key)
        WHERE in_before <> in_after
    ), pairs AS (
        SELECT coalesce(x.transaction_datetime, y.transaction_datetime) AS moment,
               CASE WHEN x.stock_code IS NULL THEN 'inserted' WHEN y.stock_code IS NULL THEN 'removed'
                    WHEN (x.customer_id, x.country_key, x.quantity, x.unit_price, x.line_total, x.net_amount,
                          x.transaction_type)
                        IS DISTINCT FROM (y.customer_id, y.country_key, y.quantity, y.unit_price, y.line_total,
                                          y.net_amount, y.transaction_type) THEN 'updated'
                    WHEN x.customer_key <> y.customer_key THEN 'moved' END AS change
        FROM (SELECT * FROM changed WHERE in_before) AS x
        FULL JOIN (SELECT * FROM changed WHERE in_after) AS y USING (invoice_no, stock_code, line_no, transaction_datetime)
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
COMMENT ON FUNCTION retail_dw.diff_facts(integer, integer) IS 'Months whose facts differ between two versions: facts inserted, updated, moved to another version of their customer and removed, and the month''s rows and net money at both';

CREATE FUNCTION retail_dw.diff_members(before integer, after integer)
RETURNS TABLE (dimension text, member text, change text, content_before jsonb, content_after jsonb)
LANGUAGE sql STABLE AS $$
    WITH x AS (
        SELECT 'customers' AS dimension, customer_id AS member, effective_date AS since,
               to_jsonb(c) - 'version_id' AS content FROM retail_dw.dim_customers_as_of(before) AS c
        UNION ALL
        SELECT 'products', stock_code, NULL, to_jsonb(p) - 'version_id' FROM retail_dw.dim_products_as_of(before) AS p
        UNION ALL
        SELECT 'countries', country_name, NULL, to_jsonb(d) - 'version_id' FROM retail_dw.dim_country_as_of(before) AS d
    ), y AS (
        SELECT 'customers' AS dimension, customer_id AS member, effective_date AS since,
               to_jsonb(c) - 'version_id' AS content FROM retail_dw.dim_customers_as_of(after) AS c
        UNION ALL
        SELECT 'products', stock_code, NULL, to_jsonb(p) - 'version_id' FROM retail_dw.dim_products_as_of(after) AS p
        UNION ALL
        SELECT 'countries', country_name, NULL, to_jsonb(d) - 'version_id' FROM retail_dw.dim_country_as_of(after) AS d
    )
    SELECT coalesce(x.dimension, y.dimension), coalesce(x.member, y.member),
           CASE WHEN x.content IS NULL THEN 'added' WHEN y.content IS NULL THEN 'removed' ELSE 'changed' END,
           x.content, y.content
    FROM x FULL JOIN y ON x.dimension = y.dimension AND x.member = y.member AND coalesce(x.since, '-infinity') = coalesce(y.since, '-infinity')
    WHERE x.content IS DISTINCT FROM y.content
    ORDER BY 1, 2, coalesce(x.since, y.since)
$$;
COMMENT ON FUNCTION retail_dw.diff_members(integer, integer) IS 'Members of the dimensions that differ between two versions: added, removed or changed, with their content at both';
