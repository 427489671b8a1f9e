-- Runs that failed belong into the history too: nothing of their data, but that and why they failed, and what their
-- stages had measured until then.
ALTER TABLE retail_dw.etl_job_runs ADD COLUMN exit_code integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT etl_job_runs_status_check CHECK (status IN ('success', 'failed'));
COMMENT ON COLUMN retail_dw.etl_job_runs.status IS 'success or failed';
COMMENT ON COLUMN retail_dw.etl_job_runs.detail IS 'What is worth saying about the run; of a failed one, why';
COMMENT ON COLUMN retail_dw.etl_job_runs.exit_code IS 'What the load ended with (docs/stream.md)';
COMMENT ON COLUMN retail_dw.etl_job_runs.version_id IS 'The data version it made; null where it failed';
CREATE INDEX etl_job_runs_job_idx ON retail_dw.etl_job_runs (job_name, created_at);
