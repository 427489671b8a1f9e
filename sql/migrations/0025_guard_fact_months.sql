-- The month of a partition is read from its name. A condition on the month may be held against every table of the
-- database before the partitions are picked out, as the planner does once it knows the size of the catalogue: so the
-- name is looked at in the same expression. A partition that somebody named otherwise has no month here.
CREATE OR REPLACE VIEW retail_dw.fact_months AS
SELECT CASE WHEN c.relname ~ '^fact_sales_\d{4}_\d{2}$' THEN to_date(substr(c.relname, 12), 'YYYY_MM') END AS month,
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
