-- Where the columns of fact_sales come from in the latest load: every chain of rows of data_lineage, followed back until no
-- row goes on. The ends are the columns of the source; the load's own numbers have none.
WITH RECURSIVE step AS (
    SELECT l.source_table, l.source_column, l.target_table, l.target_column
    FROM retail_dw.data_lineage AS l
    WHERE l.run = (SELECT n.run FROM retail_dw.data_lineage AS n ORDER BY n.lineage_id DESC LIMIT 1)
), chain AS (
    SELECT target_column AS fact_column, target_table AS at_table, target_column AS at_column
    FROM step
    WHERE target_table = 'fact_sales'
    UNION
    SELECT c.fact_column, s.source_table, s.source_column
    FROM chain AS c
    JOIN step AS s ON s.target_table = c.at_table AND s.target_column = c.at_column
)
SELECT c.fact_column, c.at_table AS source, c.at_column AS source_column
FROM chain AS c
WHERE NOT EXISTS (SELECT FROM step AS s WHERE s.target_table = c.at_table AND s.target_column = c.at_column)
ORDER BY 1, 2, 3;
