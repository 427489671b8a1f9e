-- A run's identity is that of its stream, and a stream that was kept may be loaded again after a gate stopped it: what
-- was measured belongs to the attempt, which is a row of etl_job_runs.
ALTER TABLE retail_dw.data_quality_metrics
    ADD COLUMN job_id bigint REFERENCES retail_dw.etl_job_runs ON DELETE CASCADE;
-- Figures are written in the transaction of their row, which gives both the same moment.
UPDATE retail_dw.data_quality_metrics AS m SET job_id = (
    SELECT r.job_id FROM retail_dw.etl_job_runs AS r WHERE r.run = m.run
    ORDER BY r.created_at = m.created_at DESC, r.kind <> 'chain' DESC, r.job_id DESC LIMIT 1);
CREATE INDEX data_quality_metrics_job_idx ON retail_dw.data_quality_metrics (job_id);
COMMENT ON COLUMN retail_dw.data_quality_metrics.run IS 'The run; a stream that was loaded again under its own run has several attempts';
COMMENT ON COLUMN retail_dw.data_quality_metrics.job_id IS 'The attempt that measured it, by its row in etl_job_runs';

DROP VIEW retail_dw.quality_in_effect;
CREATE VIEW retail_dw.quality_in_effect AS
SELECT m.*, v.version_number
FROM retail_dw.data_quality_metrics AS m
JOIN retail_dw.etl_job_runs AS r USING (job_id)
JOIN retail_dw.data_versions AS v USING (version_id)
WHERE v.version_number = (SELECT max(version_number) FROM retail_dw.data_versions
                          WHERE kind = 'load' AND status = 'committed' AND NOT is_retry);
COMMENT ON VIEW retail_dw.quality_in_effect IS 'The figures of the latest load of a source that is in effect, retries aside; a rollback brings back those of the version it goes to';
COMMENT ON COLUMN retail_dw.quality_in_effect.version_number IS 'The version of that load';
DO $$
DECLARE
    described record;
BEGIN
    FOR described IN SELECT attname, col_description(attrelid, attnum) AS words FROM pg_attribute
            WHERE attrelid = 'retail_dw.data_quality_metrics'::regclass AND attnum > 0 AND NOT attisdropped LOOP
        EXECUTE format('COMMENT ON COLUMN retail_dw.quality_in_effect.%I IS %L', described.attname, described.words);
    END LOOP;
END
$$;

-- What a load that failed had set aside: enough of it to see what stopped it. Nothing of its source was loaded, so there
-- is nothing to retry; a later load of the source has rejects of its own, maybe under the same run.
ALTER TABLE retail_dw.etl_rejects
    DROP CONSTRAINT etl_rejects_status_check,
    ADD CONSTRAINT etl_rejects_status_check
        CHECK (status IN ('open', 'resolved', 'superseded', 'rolled_back', 'not_loaded'));
COMMENT ON COLUMN retail_dw.etl_rejects.status IS 'open until a retry takes its row (resolved) or sets it aside anew (superseded); rolled_back while its load is; not_loaded where its load failed';

CREATE OR REPLACE FUNCTION retail_dw.settle_rejects() RETURNS void
LANGUAGE sql AS $$
    UPDATE retail_dw.etl_rejects AS r SET status = s.status
    FROM (
        SELECT e.reject_id,
               -- One that was resolved by hand stays so.
               CASE WHEN e.status = 'resolved' AND e.resolved_by IS NULL THEN 'resolved'
                    WHEN v.status <> 'committed' THEN 'rolled_back'
                    WHEN w.status IS DISTINCT FROM 'committed' THEN 'open'
                    WHEN EXISTS (SELECT FROM retail_dw.etl_rejects AS n WHERE n.retry_of = e.reject_id
                                 AND n.run = e.resolved_by) THEN 'superseded'
                    ELSE 'resolved' END AS status
        FROM retail_dw.etl_rejects AS e
        JOIN retail_dw.data_versions AS v USING (run)
        LEFT JOIN retail_dw.data_versions AS w ON w.run = e.resolved_by
        WHERE e.status <> 'not_loaded'
    ) AS s
    WHERE s.reject_id = r.reject_id AND r.status <> s.status
$$;
