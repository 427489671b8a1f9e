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

-- Runs of one job that read files of the same name are one series; a trouble of one series is over when a run of it goes
-- well.
CREATE FUNCTION retail_dw.source_series(job_run retail_dw.etl_job_runs) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(regexp_replace(regexp_replace(
        coalesce((SELECT v.source_uri FROM retail_dw.data_versions AS v WHERE v.version_id = job_run.version_id),
                 job_run.stream->'source'->>'uri'),
        '^.*/(?=[^/])|/+$', '', 'g'), '#?[0-9]+', '#', 'g'), ''), '-')
$$;
COMMENT ON FUNCTION retail_dw.source_series(retail_dw.etl_job_runs) IS 'The name of what a run read, without its folder and with # for digits';

CREATE FUNCTION retail_dw.run_has_trouble(job_run retail_dw.etl_job_runs, alert_kind text, subject text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE alert_kind
        -- A check that measured all of its rules did what it should, also where the data are bad.
        WHEN 'job_failure' THEN job_run.status = 'failed' AND (job_run.kind, job_run.code) IS DISTINCT FROM ('check', 'quality_gate')
        ELSE EXISTS (SELECT FROM retail_dw.data_quality_metrics AS m
                     WHERE m.job_id = job_run.job_id AND m.gate || '/' || m.rule = subject AND m.status <> 'pass')
    END
$$;
COMMENT ON FUNCTION retail_dw.run_has_trouble(retail_dw.etl_job_runs, text, text) IS 'True of a run that is why there is an alert of this kind (job_failure, quality_violation) and subject';

CREATE FUNCTION retail_dw.run_is_without_trouble(job_run retail_dw.etl_job_runs, alert_kind text, subject text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT retail_dw.run_has_trouble(job_run, 'job_failure', subject)
        AND (alert_kind = 'job_failure'
             OR NOT retail_dw.run_has_trouble(job_run, alert_kind, subject)
                AND EXISTS (SELECT FROM retail_dw.data_quality_metrics AS m
                            WHERE m.job_id = job_run.job_id AND m.gate = split_part(subject, '/', 1)))
$$;
COMMENT ON FUNCTION retail_dw.run_is_without_trouble(retail_dw.etl_job_runs, text, text) IS 'True of a run that went well and, for a quality_violation, measured the gate and found the rule within its limits or no more there';
