-- The tables of the star schema, with what they hold. Partitions are counted with their table.
SELECT c.relname AS "table",
       (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM retail_dw.%I', c.relname),
                                            false, true, '')))[1]::text::bigint AS rows,
       pg_size_pretty(coalesce((SELECT sum(pg_total_relation_size(p.relid)) FROM pg_partition_tree(c.oid) AS p),
                               pg_total_relation_size(c.oid))) AS size,
       substring(obj_description(c.oid) FROM '^[^.:;]*') AS holds
FROM pg_class AS c
WHERE c.relnamespace = 'retail_dw'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname;
