-- Which runs a trouble was counted for: the scheduler raises an alert at once, and rd-alert run finds the same run in the
-- history later, maybe after others of the same job. It is one failure.
CREATE TABLE retail_dw.alert_runs (
    fingerprint text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (fingerprint, run)
);
COMMENT ON TABLE retail_dw.alert_runs IS 'Which runs each trouble was counted for, so that a run counts once';
COMMENT ON COLUMN retail_dw.alert_runs.fingerprint IS 'The trouble, as in quality_alerts';
COMMENT ON COLUMN retail_dw.alert_runs.run IS 'The run';
COMMENT ON COLUMN retail_dw.alert_runs.counted_at IS 'When';
