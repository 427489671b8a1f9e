-- Rows may come out of order: one from before what is known of a customer, with another country. Then the customer's
-- versions are made anew from all facts, and the facts are pointed at them. Keys that are there are used again, in order
-- of time; versions that no longer exist are removed once no fact has them.
CREATE FUNCTION retail_dw.resplit_customers(ids text[], version integer, OUT facts_moved bigint, OUT money_moved numeric)
LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE resplit ON COMMIT DROP AS
    WITH seen AS (
        SELECT c.customer_id, f.transaction_datetime AS moment, f.country_key,
               lag(f.country_key) OVER w AS before
        FROM retail_dw.fact_sales AS f
        JOIN retail_dw.dim_customers AS c USING (customer_key)
        WHERE c.customer_id = ANY (ids)
        WINDOW w AS (PARTITION BY c.customer_id ORDER BY f.transaction_datetime, f.sales_key)
    ), starts AS (
        SELECT DISTINCT ON (customer_id, moment) customer_id, country_key, moment
        FROM seen WHERE country_key IS DISTINCT FROM before
        ORDER BY customer_id, moment, country_key
    ), kept AS (
        SELECT *, lag(country_key) OVER (PARTITION BY customer_id ORDER BY moment) AS before FROM starts
    ), intervals AS (
        SELECT customer_id, country_key, moment AS effective_date,
               coalesce(lead(moment) OVER (PARTITION BY customer_id ORDER BY moment), '9999-12-31') AS expiry_date,
               row_number() OVER (PARTITION BY customer_id ORDER BY moment) AS place
        FROM kept WHERE country_key IS DISTINCT FROM before
    ), held AS (
        SELECT customer_id, customer_key, customer_name,
               row_number() OVER (PARTITION BY customer_id ORDER BY effective_date) AS place
        FROM retail_dw.dim_customers WHERE customer_id = ANY (ids)
    )
    SELECT i.*, h.customer_key IS NULL AS is_new,
           coalesce(h.customer_key, (SELECT max(customer_key) FROM retail_dw.dim_customers)
               + (row_number() OVER (PARTITION BY h.customer_key IS NULL ORDER BY i.customer_id, i.place))::integer) AS customer_key
    FROM intervals AS i LEFT JOIN held AS h USING (customer_id, place);

    SET CONSTRAINTS retail_dw.dim_customers_version_key DEFERRED;
    -- No version may look current while the others change.
    UPDATE retail_dw.dim_customers SET is_current = false, expiry_date = effective_date + interval '1 microsecond'
    WHERE customer_id = ANY (ids);
    UPDATE retail_dw.dim_customers AS c
    SET effective_date = r.effective_date, expiry_date = r.expiry_date, is_current = r.expiry_date = '9999-12-31',
        country_key = r.country_key, country = d.country_name, version_id = version
    FROM resplit AS r JOIN retail_dw.dim_country AS d USING (country_key)
    WHERE c.customer_key = r.customer_key AND NOT r.is_new;
    INSERT INTO retail_dw.dim_customers
        (customer_key, country_key, customer_id, country, effective_date, expiry_date, is_current, version_id)
    SELECT r.customer_key, r.country_key, r.customer_id, d.country_name, r.effective_date, r.expiry_date,
           r.expiry_date = '9999-12-31', version
    FROM resplit AS r JOIN retail_dw.dim_country AS d USING (country_key) WHERE r.is_new;

    WITH moved AS (
        UPDATE retail_dw.fact_sales AS f SET customer_key = r.customer_key
        FROM retail_dw.dim_customers AS c, resplit AS r
        WHERE c.customer_id = ANY (ids) AND c.customer_key = f.customer_key AND r.customer_id = c.customer_id
          AND f.transaction_datetime >= r.effective_date AND f.transaction_datetime < r.expiry_date
          AND f.customer_key <> r.customer_key
        RETURNING f.net_amount
    )
    SELECT count(*), coalesce(sum(net_amount), 0) INTO facts_moved, money_moved FROM moved;

    DELETE FROM retail_dw.dim_customers AS c
    WHERE c.customer_id = ANY (ids) AND NOT EXISTS (SELECT FROM resplit AS r WHERE r.customer_key = c.customer_key);
    SET CONSTRAINTS retail_dw.dim_customers_version_key IMMEDIATE;
    DROP TABLE resplit;
END
$$;
COMMENT ON FUNCTION retail_dw.resplit_customers(text[], integer) IS 'Makes the versions of customers anew from all of their facts and points the facts at them; gives how many facts moved and their net money';
