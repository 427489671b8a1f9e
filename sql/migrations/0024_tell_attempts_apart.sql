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
