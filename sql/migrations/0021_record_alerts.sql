-- Troubles that somebody should know of: each once, with how often it came, until it is over; who was told; and which
-- runs were looked at for them.
CREATE TABLE retail_dw.quality_alerts (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint text COLLATE "C" NOT NULL,
    kind text NOT NULL CONSTRAINT quality_alerts_kind_check
        CHECK (kind IN ('quality_violation', 'anomaly', 'job_failure', 'performance_degradation', 'missed_run')),
    severity text NOT NULL CONSTRAINT quality_alerts_severity_check
        CHECK (severity IN ('info', 'warning', 'critical')),
    job_name text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    run uuid,
    stage text,
    value numeric,
    threshold numeric,
    status text NOT NULL DEFAULT 'open' CONSTRAINT quality_alerts_status_check
        CHECK (status IN ('open', 'acknowledged', 'resolved')),
    count bigint NOT NULL DEFAULT 1,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    acknowledged_note text,
    resolved_at timestamptz,
    resolved_by text,
    resolved_note text,
    time_to_recover interval GENERATED ALWAYS AS (resolved_at - first_seen) STORED,
    silenced_until timestamptz,
    silenced_by text,
    silence_reason text,
    CONSTRAINT quality_alerts_resolved_check CHECK ((status = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX quality_alerts_unresolved_idx ON retail_dw.quality_alerts (fingerprint) WHERE status <> 'resolved';
CREATE INDEX quality_alerts_fingerprint_idx ON retail_dw.quality_alerts (fingerprint, alert_id);
COMMENT ON TABLE retail_dw.quality_alerts IS 'Troubles: each is one row from its first alert until it is resolved (rd-alert)';
COMMENT ON COLUMN retail_dw.quality_alerts.alert_id IS 'Surrogate key';
COMMENT ON COLUMN retail_dw.quality_alerts.fingerprint IS 'Which trouble it is: a hash of kind, job and subject. One row of a fingerprint is unresolved';
COMMENT ON COLUMN retail_dw.quality_alerts.kind IS 'quality_violation, anomaly, job_failure, performance_degradation or missed_run';
COMMENT ON COLUMN retail_dw.quality_alerts.severity IS 'info, warning or critical: that of the last alert';
COMMENT ON COLUMN retail_dw.quality_alerts.job_name IS 'The job it is about';
COMMENT ON COLUMN retail_dw.quality_alerts.subject IS 'What of the job it is about: gate/rule, run, duration, interval';
COMMENT ON COLUMN retail_dw.quality_alerts.message IS 'What the last alert says';
COMMENT ON COLUMN retail_dw.quality_alerts.run IS 'The run of the last alert; of a missed run the last that there was';
COMMENT ON COLUMN retail_dw.quality_alerts.stage IS 'The stage of that run';
COMMENT ON COLUMN retail_dw.quality_alerts.value IS 'The number that is out of bounds; of durations and intervals in seconds';
COMMENT ON COLUMN retail_dw.quality_alerts.threshold IS 'The bound';
COMMENT ON COLUMN retail_dw.quality_alerts.status IS 'open, acknowledged (somebody knows: no reminders) or resolved';
COMMENT ON COLUMN retail_dw.quality_alerts.count IS 'How often it came';
COMMENT ON COLUMN retail_dw.quality_alerts.first_seen IS 'When it first came';
COMMENT ON COLUMN retail_dw.quality_alerts.last_seen IS 'When it last came';
COMMENT ON COLUMN retail_dw.quality_alerts.acknowledged_at IS 'When somebody acknowledged it';
COMMENT ON COLUMN retail_dw.quality_alerts.acknowledged_by IS 'Who';
COMMENT ON COLUMN retail_dw.quality_alerts.acknowledged_note IS 'With which words';
COMMENT ON COLUMN retail_dw.quality_alerts.resolved_at IS 'When it was over';
COMMENT ON COLUMN retail_dw.quality_alerts.resolved_by IS 'Who said so; rd-alert where the next good run did';
COMMENT ON COLUMN retail_dw.quality_alerts.resolved_note IS 'Why';
COMMENT ON COLUMN retail_dw.quality_alerts.time_to_recover IS 'From its first alert to the resolution; null until then';
COMMENT ON COLUMN retail_dw.quality_alerts.silenced_until IS 'Until when nobody is told; a later row of the same fingerprint takes it over';
COMMENT ON COLUMN retail_dw.quality_alerts.silenced_by IS 'Who asked for that';
COMMENT ON COLUMN retail_dw.quality_alerts.silence_reason IS 'Why';

CREATE TABLE retail_dw.alert_deliveries (
    alert_id bigint NOT NULL REFERENCES retail_dw.quality_alerts ON DELETE CASCADE,
    channel text NOT NULL,
    event text,
    severity text,
    told_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    failed_at timestamptz,
    error text,
    claimed_until timestamptz,
    PRIMARY KEY (alert_id, channel)
);
COMMENT ON TABLE retail_dw.alert_deliveries IS 'What each channel was told of each alert';
COMMENT ON COLUMN retail_dw.alert_deliveries.alert_id IS 'The alert';
COMMENT ON COLUMN retail_dw.alert_deliveries.channel IS 'The channel, as pipelines/alerts.yaml names it';
COMMENT ON COLUMN retail_dw.alert_deliveries.event IS 'What it was last told: opened, escalated, reminder or resolved; null for nothing yet';
COMMENT ON COLUMN retail_dw.alert_deliveries.severity IS 'The severity that it was told';
COMMENT ON COLUMN retail_dw.alert_deliveries.told_at IS 'When';
COMMENT ON COLUMN retail_dw.alert_deliveries.failures IS 'Times in a row that it could not be told, all attempts of one look being one';
COMMENT ON COLUMN retail_dw.alert_deliveries.failed_at IS 'When that last was';
COMMENT ON COLUMN retail_dw.alert_deliveries.error IS 'Why; secrets are left out';
COMMENT ON COLUMN retail_dw.alert_deliveries.claimed_until IS 'While a process is telling it: until when others keep away';

CREATE TABLE retail_dw.alert_looks (
    job_id bigint PRIMARY KEY REFERENCES retail_dw.etl_job_runs ON DELETE CASCADE,
    looked_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE retail_dw.alert_looks IS 'Which runs rd-alert run has looked at';
COMMENT ON COLUMN retail_dw.alert_looks.job_id IS 'The run, by its row in etl_job_runs';
COMMENT ON COLUMN retail_dw.alert_looks.looked_at IS 'When';

CREATE TABLE retail_dw.alert_verdict_looks (
    run uuid PRIMARY KEY,
    looked_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE retail_dw.alert_verdict_looks IS 'Of which runs rd-alert run has looked at the verdicts of rd-quality anomalies, which may come later than the run';
COMMENT ON COLUMN retail_dw.alert_verdict_looks.run IS 'The run';
COMMENT ON COLUMN retail_dw.alert_verdict_looks.looked_at IS 'When';
