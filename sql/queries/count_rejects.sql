-- Why rows were set aside, by load, stage and code.
SELECT v.version_number AS version, e.stage, e.code, count(*) AS rows
FROM retail_dw.etl_rejects AS e
JOIN retail_dw.data_versions AS v ON v.run = e.run AND e.status <> 'not_loaded'
GROUP BY 1, 2, 3
ORDER BY 1, 4 DESC;
