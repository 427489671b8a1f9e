-- Every row that was read is a fact or a reject, for each committed load: unaccounted must be 0. What of a load's facts
-- no later load has updated still carries its version: still_there.
SELECT v.version_number AS version,
       v.source_uri AS source,
       r.records_processed AS rows_read,
       v.inserted + v.updated + v.unchanged AS facts,
       x.rejects,
       r.records_processed - v.inserted - v.updated - v.unchanged - x.rejects AS unaccounted,
       f.still_there
FROM retail_dw.data_versions AS v
JOIN retail_dw.etl_job_runs AS r ON r.version_id = v.version_id
CROSS JOIN LATERAL (SELECT count(*) AS still_there FROM retail_dw.fact_sales AS s WHERE s.version_id = v.version_id) AS f
CROSS JOIN LATERAL (SELECT count(*) AS rejects FROM retail_dw.etl_rejects AS e WHERE e.run = v.run AND e.status <> 'not_loaded') AS x
ORDER BY v.version_number;
