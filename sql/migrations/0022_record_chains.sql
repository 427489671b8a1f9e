-- What the scheduler knows of a run: for when it was, what asked for it, which attempt it was and how its whole chain of
-- stages ended. A run that a stage of it wrote down itself (a load, a check) gets that beside; any other run gets a row
-- of its own.
ALTER TABLE retail_dw.etl_job_runs
    ADD COLUMN scheduled_for timestamptz,
    ADD COLUMN cause text,
    ADD COLUMN attempt integer,
    ADD COLUMN chain_status text,
    ADD COLUMN chain_seconds numeric(12, 3),
    ADD COLUMN stages jsonb,
    DROP CONSTRAINT etl_job_runs_kind_check,
    ADD CONSTRAINT etl_job_runs_kind_check CHECK (kind IN ('load', 'rollback', 'restore', 'retention', 'check', 'chain')),
    ADD CONSTRAINT etl_job_runs_chain_status_check
        CHECK (chain_status IN ('success', 'failed', 'timeout', 'cancelled', 'lost'));
CREATE UNIQUE INDEX etl_job_runs_chain_idx ON retail_dw.etl_job_runs (run) WHERE kind = 'chain';
COMMENT ON COLUMN retail_dw.etl_job_runs.kind IS 'load, rollback, restore, retention or check; a check measured the tables and changed nothing; chain: a run of the scheduler of which no stage wrote a row';
COMMENT ON COLUMN retail_dw.etl_job_runs.scheduled_for IS 'The logical date that the scheduler ran it for; null where no scheduler did';
COMMENT ON COLUMN retail_dw.etl_job_runs.cause IS 'What made the scheduler run it: schedule, catchup, file, after, retry, manual or backfill';
COMMENT ON COLUMN retail_dw.etl_job_runs.attempt IS 'Which attempt at its logical date it was, from 1';
COMMENT ON COLUMN retail_dw.etl_job_runs.chain_status IS 'How the whole chain of stages ended: success, failed, timeout, cancelled or lost';
COMMENT ON COLUMN retail_dw.etl_job_runs.chain_seconds IS 'How long the whole chain took';
COMMENT ON COLUMN retail_dw.etl_job_runs.stages IS 'What each stage used: exit code, processor time, memory, bytes';

CREATE FUNCTION retail_dw.record_chain(chain jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    is_good boolean := chain ->> 'status' = 'success';
BEGIN
    UPDATE retail_dw.etl_job_runs SET scheduled_for = to_timestamp((chain ->> 'scheduled_for')::bigint),
        cause = chain ->> 'cause', attempt = (chain ->> 'attempt')::integer, chain_status = chain ->> 'status',
        chain_seconds = (chain ->> 'ms')::numeric / 1000, stages = chain -> 'stages'
    WHERE run = (chain ->> 'run')::uuid;
    IF FOUND THEN
        RETURN;
    END IF;
    INSERT INTO retail_dw.etl_job_runs (job_name, status, records_processed, duration, created_at, run, kind, exit_code,
        detail, scheduled_for, cause, attempt, chain_status, chain_seconds, stages)
    VALUES (chain ->> 'job', CASE WHEN is_good THEN 'success' ELSE 'failed' END, (chain ->> 'rows')::bigint,
        (chain ->> 'ms')::numeric / 1000, to_timestamp((chain ->> 'began')::numeric / 1000), (chain ->> 'run')::uuid,
        'chain', (chain ->> 'code')::integer, CASE WHEN NOT is_good THEN chain ->> 'status' END,
        to_timestamp((chain ->> 'scheduled_for')::bigint), chain ->> 'cause', (chain ->> 'attempt')::integer,
        chain ->> 'status', (chain ->> 'ms')::numeric / 1000, chain -> 'stages')
    ON CONFLICT (run) WHERE kind = 'chain' DO NOTHING;
END
$$;
COMMENT ON FUNCTION retail_dw.record_chain(jsonb) IS 'Writes down a run of the scheduler, as its journal has it; doing it again changes nothing';
