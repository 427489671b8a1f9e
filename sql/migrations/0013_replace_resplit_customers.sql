-- A customer's versions follow from its facts: where a fact contradicts what is known (it came late, or was corrected),
-- they are made anew from all of them. Versions keep their keys where they can, so that few facts have to move. Before
-- the first month that retention kept there are no facts: there the versions as they stand are the evidence.
DROP FUNCTION retail_dw.resplit_customers(text[], integer);
CREATE FUNCTION retail_dw.resplit_customers(ids text[], version integer, OUT facts_moved bigint, OUT money_moved numeric)
LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE resplit ON COMMIT DROP AS
    WITH evidence AS (
        SELECT c.customer_id, f.transaction_datetime AS moment, min(d.country_name) AS country
        FROM retail_dw.dim_customers AS c
        JOIN retail_dw.fact_sales AS f USING (customer_key)
        JOIN retail_dw.dim_country AS d ON d.country_key = f.country_key
        WHERE c.customer_id = ANY (ids) AND c.customer_id <> 'GUEST'
        GROUP BY 1, 2
        UNION ALL
        SELECT customer_id, effective_date, country FROM retail_dw.dim_customers
        WHERE customer_id = ANY (ids) AND customer_id <> 'GUEST'
          AND effective_date < (SELECT max(kept_from) FROM retail_dw.retention)
    ), compared AS (
        SELECT *, lag(country) OVER (PARTITION BY customer_id ORDER BY moment) AS before FROM evidence
    ), intervals AS (
        SELECT customer_id, country, moment AS effective_date,
               coalesce(lead(moment) OVER (PARTITION BY customer_id ORDER BY moment), '9999-12-31') AS expiry_date
        FROM compared WHERE country IS DISTINCT FROM before
    ), held AS (
        -- As they were before this load.
        SELECT h.customer_key, h.customer_id, h.country, coalesce(a.effective_date, h.effective_date) AS effective_date,
               coalesce(a.expiry_date, h.expiry_date) AS expiry_date
        FROM retail_dw.dim_customers AS h
        LEFT JOIN retail_dw.dim_customers_archive AS a ON a.customer_key = h.customer_key AND a.to_version_id = version
        WHERE h.customer_id = ANY (ids)
    ), pairs AS (
        SELECT i.customer_id, i.effective_date, h.customer_key, i.effective_date = h.effective_date AS is_same,
               row_number() OVER (PARTITION BY i.customer_id, i.effective_date
                                  ORDER BY i.effective_date = h.effective_date DESC, h.effective_date) AS place
        FROM intervals AS i JOIN held AS h USING (customer_id, country)
        WHERE h.effective_date < i.expiry_date AND i.effective_date < h.expiry_date
    ), kept AS (
        SELECT DISTINCT ON (customer_key) customer_id, effective_date, customer_key FROM pairs WHERE place = 1
        ORDER BY customer_key, is_same DESC, effective_date
    )
    SELECT i.*, k.customer_key IS NULL AS is_new,
           coalesce(k.customer_key, retail_dw.next_customer_key() - 1
               + (row_number() OVER (PARTITION BY k.customer_key IS NULL ORDER BY i.customer_id, i.effective_date))::integer) AS customer_key
    FROM intervals AS i LEFT JOIN kept AS k USING (customer_id, effective_date);

    SET CONSTRAINTS retail_dw.dim_customers_no_overlap DEFERRED;
    INSERT INTO retail_dw.dim_customers_archive
    SELECT c.*, version FROM retail_dw.dim_customers AS c LEFT JOIN resplit AS r USING (customer_key)
    WHERE c.customer_id = ANY (ids) AND c.customer_id <> 'GUEST' AND c.version_id < version
      AND (c.effective_date, c.expiry_date) IS DISTINCT FROM (r.effective_date, r.expiry_date);
    INSERT INTO retail_dw.dim_customers
        (customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current,
         version_id, named_at, is_inferred)
    SELECT r.customer_key, d.country_key, r.customer_id, h.customer_name, r.country, r.effective_date, r.expiry_date,
           r.expiry_date = '9999-12-31', version, h.named_at, h.is_inferred
    FROM resplit AS r JOIN retail_dw.dim_country AS d ON d.country_name = r.country,
         LATERAL (SELECT * FROM retail_dw.dim_customers AS c WHERE c.customer_id = r.customer_id LIMIT 1) AS h
    WHERE r.is_new;
    UPDATE retail_dw.dim_customers AS c
    SET effective_date = r.effective_date, expiry_date = r.expiry_date, is_current = r.expiry_date = '9999-12-31',
        version_id = version
    FROM resplit AS r
    WHERE c.customer_key = r.customer_key AND NOT r.is_new
      AND (c.effective_date, c.expiry_date) IS DISTINCT FROM (r.effective_date, r.expiry_date);

    CREATE TEMP TABLE resplit_moves ON COMMIT DROP AS
    SELECT f.transaction_datetime, f.sales_key, r.customer_key
    FROM retail_dw.dim_customers AS c
    JOIN retail_dw.fact_sales AS f USING (customer_key)
    JOIN resplit AS r ON r.customer_id = c.customer_id AND f.transaction_datetime >= r.effective_date
        AND f.transaction_datetime < r.expiry_date AND r.customer_key <> f.customer_key
    WHERE c.customer_id = ANY (ids);
    ANALYZE resplit_moves;
    WITH kept AS (
        INSERT INTO retail_dw.fact_sales_archive
        SELECT f.*, version FROM retail_dw.fact_sales AS f JOIN resplit_moves USING (transaction_datetime, sales_key)
        WHERE f.version_id < version
        RETURNING net_amount
    )
    SELECT count(*), coalesce(sum(net_amount), 0) INTO facts_moved, money_moved FROM kept;
    UPDATE retail_dw.fact_sales AS f SET customer_key = m.customer_key, version_id = version
    FROM resplit_moves AS m WHERE f.transaction_datetime = m.transaction_datetime AND f.sales_key = m.sales_key;

    DELETE FROM retail_dw.dim_customers AS c
    WHERE c.customer_id = ANY (ids) AND c.customer_id <> 'GUEST'
      AND NOT EXISTS (SELECT FROM resplit AS r WHERE r.customer_key = c.customer_key);
    SET CONSTRAINTS retail_dw.dim_customers_no_overlap IMMEDIATE;
    -- What this load changed and what came out as it was before has not changed.
    WITH same AS (
        DELETE FROM retail_dw.dim_customers_archive AS a USING retail_dw.dim_customers AS c
        WHERE a.to_version_id = version AND a.customer_id = ANY (ids) AND c.customer_key = a.customer_key
          AND to_jsonb(c) - 'version_id' = to_jsonb(a) - 'version_id' - 'to_version_id'
        RETURNING a.customer_key, a.version_id
    )
    UPDATE retail_dw.dim_customers AS c SET version_id = s.version_id FROM same AS s WHERE s.customer_key = c.customer_key;
    DROP TABLE resplit, resplit_moves;
END
$$;
COMMENT ON FUNCTION retail_dw.resplit_customers(text[], integer) IS 'Makes the versions of customers anew from all of their facts and points the facts at them; gives how many facts of earlier versions moved and their net money';

CREATE FUNCTION retail_dw.next_customer_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(customer_key) FROM retail_dw.dim_customers),
                    (SELECT max(customer_key) FROM retail_dw.dim_customers_archive), 0) + 1
$$;
COMMENT ON FUNCTION retail_dw.next_customer_key() IS 'A key that no customer has or had';

CREATE FUNCTION retail_dw.next_product_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(product_key) FROM retail_dw.dim_products),
                    (SELECT max(product_key) FROM retail_dw.dim_products_archive), 0) + 1
$$;
COMMENT ON FUNCTION retail_dw.next_product_key() IS 'A key that no product has or had';

CREATE FUNCTION retail_dw.next_country_key() RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT greatest((SELECT max(country_key) FROM retail_dw.dim_country),
                    (SELECT max(country_key) FROM retail_dw.dim_country_archive), 0) + 1
$$;
COMMENT ON FUNCTION retail_dw.next_country_key() IS 'A key that no country has or had';

CREATE FUNCTION retail_dw.customer_id(key integer) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT customer_id FROM retail_dw.dim_customers WHERE customer_key = key
$$;
COMMENT ON FUNCTION retail_dw.customer_id(integer) IS 'The natural key of a version of a customer';

-- Several lines of one product on one invoice at one moment: their numbers say nothing that the source said. Of the rows
-- in fact_changes (a load's rows that differ from what is there under their number), those that are there under another
-- number of the same invoice line are no change; the rest takes the numbers that are left, in order, and then new ones.
CREATE FUNCTION retail_dw.match_lines() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE lines_held ON COMMIT DROP AS
    WITH groups AS (
        SELECT DISTINCT invoice_no, product_key, transaction_datetime FROM fact_changes
    ), settled AS (
        SELECT n.invoice_no, n.product_key, n.transaction_datetime, n.line_no
        FROM fact_news AS n JOIN groups USING (invoice_no, product_key, transaction_datetime)
        LEFT JOIN fact_changes AS c ON c.sales_key = n.sales_key
        WHERE c.sales_key IS NULL
    )
    SELECT f.*, retail_dw.customer_id(f.customer_key) AS customer_id,
           max(f.line_no) OVER (PARTITION BY f.invoice_no, f.product_key, f.transaction_datetime) AS last_line,
           s.line_no IS NOT NULL AS is_taken
    FROM groups AS g JOIN retail_dw.fact_sales AS f USING (invoice_no, product_key, transaction_datetime)
    LEFT JOIN settled AS s USING (invoice_no, product_key, transaction_datetime, line_no);

    WITH news AS (
        SELECT n.sales_key, n.invoice_no, n.product_key, n.transaction_datetime,
               (retail_dw.customer_id(n.customer_key), n.quantity, n.country_key, n.unit_price, n.line_total, n.net_amount,
                n.transaction_type)::text AS content,
               row_number() OVER (PARTITION BY n.invoice_no, n.product_key, n.transaction_datetime,
                   retail_dw.customer_id(n.customer_key), n.quantity, n.country_key, n.unit_price, n.line_total,
                   n.net_amount, n.transaction_type ORDER BY n.line_no) AS twin
        FROM fact_changes AS n
    ), held AS (
        SELECT h.sales_key, h.invoice_no, h.product_key, h.transaction_datetime,
               (h.customer_id, h.quantity, h.country_key, h.unit_price, h.line_total, h.net_amount,
                h.transaction_type)::text AS content,
               row_number() OVER (PARTITION BY h.invoice_no, h.product_key, h.transaction_datetime, h.customer_id,
                   h.quantity, h.country_key, h.unit_price, h.line_total, h.net_amount, h.transaction_type
                   ORDER BY h.line_no) AS twin
        FROM lines_held AS h WHERE NOT h.is_taken
    ), same AS (
        SELECT n.sales_key AS news_key, h.sales_key AS held_key
        FROM news AS n JOIN held AS h USING (invoice_no, product_key, transaction_datetime, content, twin)
    ), settled AS (
        DELETE FROM fact_changes AS c USING same AS s WHERE c.sales_key = s.news_key
    )
    UPDATE lines_held AS l SET is_taken = true FROM same AS s WHERE l.sales_key = s.held_key;

    WITH rest AS (
        SELECT n.sales_key, n.invoice_no, n.product_key, n.transaction_datetime,
               row_number() OVER (PARTITION BY n.invoice_no, n.product_key, n.transaction_datetime ORDER BY n.line_no) AS place
        FROM fact_changes AS n
    ), free AS (
        SELECT h.*, row_number() OVER (PARTITION BY h.invoice_no, h.product_key, h.transaction_datetime ORDER BY h.line_no) AS place
        FROM lines_held AS h WHERE NOT h.is_taken
    ), ends AS (
        SELECT invoice_no, product_key, transaction_datetime, max(last_line) AS last_line,
               count(*) FILTER (WHERE NOT is_taken) AS slots
        FROM lines_held GROUP BY 1, 2, 3
    )
    UPDATE fact_changes AS c
    SET line_no = coalesce(f.line_no, e.last_line + (r.place - e.slots)::integer), held_key = f.sales_key,
        held_net = f.net_amount, held_customer_key = f.customer_key, held_country_key = f.country_key
    FROM rest AS r JOIN ends AS e USING (invoice_no, product_key, transaction_datetime)
    LEFT JOIN free AS f USING (invoice_no, product_key, transaction_datetime, place)
    WHERE c.sales_key = r.sales_key;
    DROP TABLE lines_held;
END
$$;
COMMENT ON FUNCTION retail_dw.match_lines() IS 'Matches the rows of fact_changes with the facts of the same invoice, product and moment, whatever their line numbers';
