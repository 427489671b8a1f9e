-- What a load brought, in figures that do not depend on the way of loading.
SELECT json_build_object(
    'facts', count(*),
    'line_total', coalesce(sum(line_total), 0)::text,
    'net_amount', coalesce(sum(net_amount), 0)::text,
    'products', (SELECT count(*) FROM retail_dw.dim_products),
    'customer_versions', (SELECT count(*) FROM retail_dw.dim_customers),
    'countries', (SELECT count(*) FROM retail_dw.dim_country),
    'months', (SELECT count(*) FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass),
    'foreign_keys', (SELECT count(*) FROM pg_constraint AS c
                     JOIN pg_inherits AS i ON i.inhrelid = c.conrelid
                     WHERE i.inhparent = 'retail_dw.fact_sales'::regclass AND c.contype = 'f' AND c.convalidated),
    'indexes', (SELECT count(*) FROM pg_index AS x
                JOIN pg_inherits AS i ON i.inhrelid = x.indrelid
                WHERE i.inhparent = 'retail_dw.fact_sales'::regclass AND x.indisvalid)
)
FROM retail_dw.fact_sales;
