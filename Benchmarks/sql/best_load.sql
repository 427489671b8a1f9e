-- Facts that are ready, loaded in the fastest way known: COPY BINARY into the bare table of each month, then the
-- indexes, then the foreign keys checked as a set, then the months are attached; one transaction, durable. The settings
-- are those that rd-load itself uses. The parts between the markers are written out for each month.
BEGIN;
SET LOCAL maintenance_work_mem = '64MB';
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL jit = off;
-- each month
SELECT retail_dw.create_fact_month('{month}') \g /dev/null
\copy {table} ({columns}) FROM '{file}' (FORMAT binary)
-- each month
SELECT retail_dw.index_fact_month('{month}') \g /dev/null
-- each month
SELECT retail_dw.attach_fact_month('{month}') \g /dev/null
-- each month
COMMIT;
