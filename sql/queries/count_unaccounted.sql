-- One number, which must be 0: rows that were read and are neither fact nor reject, and facts that no load claims or
-- that are gone.
SELECT coalesce(sum(abs(r.records_processed - v.inserted - v.updated - v.unchanged
                        - (SELECT count(*) FROM retail_dw.etl_rejects AS e WHERE e.run = v.run AND e.status <> 'not_loaded'))), 0)
       + abs((SELECT count(*) FROM retail_dw.fact_sales) - coalesce(sum(v.inserted), 0)) AS unaccounted
FROM retail_dw.data_versions AS v
JOIN retail_dw.etl_job_runs AS r ON r.version_id = v.version_id;
