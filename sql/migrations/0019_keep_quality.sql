-- Every figure with its rule and both of its limits; runs that only checked; rejects that a later run resolved.
ALTER TABLE retail_dw.data_quality_metrics
    ADD COLUMN rule text,
    ADD COLUMN unit text NOT NULL DEFAULT 'share',
    ADD COLUMN bad bigint,
    ADD COLUMN warn numeric,
    ADD COLUMN fail numeric,
    ADD CONSTRAINT data_quality_metrics_status_check CHECK (status IN ('pass', 'warn', 'fail'));
UPDATE retail_dw.data_quality_metrics SET fail = threshold;
-- What was measured without a rule is a number and no share.
UPDATE retail_dw.data_quality_metrics SET unit = 'number' WHERE gate IS NULL;
COMMENT ON COLUMN retail_dw.data_quality_metrics.metric_type IS 'What was measured: a dimension of quality (completeness, validity, uniqueness, accuracy, consistency), or a figure of the stage';
COMMENT ON COLUMN retail_dw.data_quality_metrics.score IS 'The figure, in the unit; null where there was nothing to measure';
COMMENT ON COLUMN retail_dw.data_quality_metrics.threshold IS 'What it is held against: fail, or warn where it cannot fail';
COMMENT ON COLUMN retail_dw.data_quality_metrics.gate IS 'The gate it belongs to: ingestion, cleaning, transformation, loading or warehouse; null for figures of no gate';
COMMENT ON COLUMN retail_dw.data_quality_metrics.column_name IS 'The column, several with commas between them; null for all cells or the whole row';
COMMENT ON COLUMN retail_dw.data_quality_metrics.segment IS 'The value of the column that parts the rows; null for all rows';
COMMENT ON COLUMN retail_dw.data_quality_metrics.n IS 'Cells or rows it was measured on';
COMMENT ON COLUMN retail_dw.data_quality_metrics.rule IS 'The rule''s name, once a gate; null for figures of no gate';
COMMENT ON COLUMN retail_dw.data_quality_metrics.unit IS 'share (of good ones), rows (bad ones), or number for figures of no gate';
COMMENT ON COLUMN retail_dw.data_quality_metrics.bad IS 'Bad ones of n';
COMMENT ON COLUMN retail_dw.data_quality_metrics.warn IS 'From where on it warns, in the unit: the least share or the most rows; null for never';
COMMENT ON COLUMN retail_dw.data_quality_metrics.fail IS 'From where on it fails, in the unit; null for never';

ALTER TABLE retail_dw.data_versions ADD COLUMN is_retry boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN retail_dw.data_versions.is_retry IS 'True of a load of rows that an earlier load of the same source set aside';

DROP VIEW retail_dw.quality_in_effect;
CREATE VIEW retail_dw.quality_in_effect AS
SELECT m.*, v.version_number
FROM retail_dw.data_quality_metrics AS m
JOIN retail_dw.data_versions AS v USING (run)
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

ALTER TABLE retail_dw.etl_job_runs ADD COLUMN kind text NOT NULL DEFAULT 'load', ADD COLUMN code text,
    ADD CONSTRAINT etl_job_runs_kind_check CHECK (kind IN ('load', 'rollback', 'restore', 'retention', 'check'));
UPDATE retail_dw.etl_job_runs AS r SET kind = v.kind FROM retail_dw.data_versions AS v
WHERE v.version_id = r.version_id AND v.kind <> 'load';
COMMENT ON TABLE retail_dw.etl_job_runs IS 'One row for each run that reached the warehouse, or that checked it';
COMMENT ON COLUMN retail_dw.etl_job_runs.kind IS 'load, rollback, restore, retention or check; a check measured the tables and changed nothing';

COMMENT ON COLUMN retail_dw.etl_job_runs.code IS 'Why it failed, as a code: quality_gate, stream_broken or data; null where it did not, or where exit_code says it all';

-- A reject that was retried is resolved by the run that took its row. Where that run set the row aside again, the new
-- reject says why now and supersedes the old one.
ALTER TABLE retail_dw.etl_rejects
    ADD COLUMN raw_bytes bigint,
    ADD COLUMN resolved_by uuid,
    ADD COLUMN resolved_at timestamptz,
    ADD COLUMN retry_of bigint,
    DROP CONSTRAINT etl_rejects_status_check,
    ADD CONSTRAINT etl_rejects_status_check CHECK (status IN ('open', 'resolved', 'superseded', 'rolled_back'));
CREATE INDEX etl_rejects_retry_of_idx ON retail_dw.etl_rejects (retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX etl_rejects_resolved_by_idx ON retail_dw.etl_rejects (resolved_by) WHERE resolved_by IS NOT NULL;
COMMENT ON COLUMN retail_dw.etl_rejects.status IS 'open until a retry takes its row (resolved) or sets it aside anew (superseded); rolled_back while its load is';
COMMENT ON COLUMN retail_dw.etl_rejects.raw_bytes IS 'The size of the row where raw is only its head';
COMMENT ON COLUMN retail_dw.etl_rejects.resolved_by IS 'The run that retried it';
COMMENT ON COLUMN retail_dw.etl_rejects.resolved_at IS 'When';
COMMENT ON COLUMN retail_dw.etl_rejects.retry_of IS 'The reject that this one supersedes';

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
    ) AS s
    WHERE s.reject_id = r.reject_id AND r.status <> s.status
$$;
COMMENT ON FUNCTION retail_dw.settle_rejects() IS 'Lets rejected rows be rolled_back where their load is not in effect, open where no retry of them is, and resolved or superseded otherwise';

-- To be called once the rejects of the retry are written.
CREATE FUNCTION retail_dw.resolve_rejects(by_run uuid, of_run uuid, of_stage text, ids int8multirange) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    UPDATE retail_dw.etl_rejects SET resolved_by = by_run, resolved_at = now()
    WHERE run = of_run AND stage = of_stage AND status = 'open' AND reject_id <@ ids;
    GET DIAGNOSTICS taken = ROW_COUNT;
    UPDATE retail_dw.etl_rejects AS n SET retry_of = o.reject_id
    FROM retail_dw.etl_rejects AS o
    WHERE n.run = by_run AND n.retry_of IS NULL AND o.resolved_by = by_run AND o.run = of_run AND n.line = o.line;
    UPDATE retail_dw.etl_rejects AS o
    SET status = CASE WHEN EXISTS (SELECT FROM retail_dw.etl_rejects AS n WHERE n.retry_of = o.reject_id AND n.run = by_run)
                      THEN 'superseded' ELSE 'resolved' END
    WHERE o.resolved_by = by_run;
    RETURN taken;
END
$$;
COMMENT ON FUNCTION retail_dw.resolve_rejects(uuid, uuid, text, int8multirange) IS 'Marks open rejects as retried by a run, whose own rejects supersede those of the same line; gives how many were open';
