-- What the history of runs says of each number of a run: whether it is where it was expected, and where that was.
CREATE TABLE retail_dw.quality_verdicts (
    verdict_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run uuid NOT NULL,
    job_name text NOT NULL,
    source_name text NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL CONSTRAINT quality_verdicts_kind_check
        CHECK (kind IN ('score', 'rows', 'money', 'rejects', 'duration')),
    gate text,
    rule text,
    segment text,
    method text NOT NULL CONSTRAINT quality_verdicts_method_check
        CHECK (method IN ('drop', 'robust_z', 'ewma', 'weekday')),
    status text NOT NULL CONSTRAINT quality_verdicts_status_check
        CHECK (status IN ('learning', 'skipped', 'expected', 'anomaly')),
    value numeric NOT NULL,
    statistic numeric NOT NULL,
    expected numeric,
    low numeric,
    high numeric,
    history integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT quality_verdicts_key UNIQUE (run, subject, method)
);
CREATE INDEX quality_verdicts_anomalies_idx ON retail_dw.quality_verdicts (created_at) WHERE status = 'anomaly';
COMMENT ON TABLE retail_dw.quality_verdicts IS 'What each method says of each number of a run, with the band that it was expected in (rd-quality anomalies)';
COMMENT ON COLUMN retail_dw.quality_verdicts.verdict_id IS 'Surrogate key';
COMMENT ON COLUMN retail_dw.quality_verdicts.run IS 'The run';
COMMENT ON COLUMN retail_dw.quality_verdicts.job_name IS 'Its job; a number is held against earlier runs of the same job and source';
COMMENT ON COLUMN retail_dw.quality_verdicts.source_name IS 'The name of what was read, without its folder and with # for digits';
COMMENT ON COLUMN retail_dw.quality_verdicts.subject IS 'The number: rows, money, rejects, duration, or gate/rule[/segment]';
COMMENT ON COLUMN retail_dw.quality_verdicts.kind IS 'score, rows, money, rejects or duration';
COMMENT ON COLUMN retail_dw.quality_verdicts.gate IS 'The gate of a score';
COMMENT ON COLUMN retail_dw.quality_verdicts.rule IS 'The rule of a score';
COMMENT ON COLUMN retail_dw.quality_verdicts.segment IS 'The part of the rows; null for all';
COMMENT ON COLUMN retail_dw.quality_verdicts.method IS 'drop, robust_z, ewma or weekday';
COMMENT ON COLUMN retail_dw.quality_verdicts.status IS 'learning (too few runs yet), skipped (another method is the one for this number), expected or anomaly';
COMMENT ON COLUMN retail_dw.quality_verdicts.value IS 'The number';
COMMENT ON COLUMN retail_dw.quality_verdicts.statistic IS 'What is held against the band: the number, for ewma the moving average';
COMMENT ON COLUMN retail_dw.quality_verdicts.expected IS 'The middle of what was expected; null while learning or skipped, as are low and high';
COMMENT ON COLUMN retail_dw.quality_verdicts.low IS 'The least that was expected; null for no limit';
COMMENT ON COLUMN retail_dw.quality_verdicts.high IS 'The most that was expected; null for no limit';
COMMENT ON COLUMN retail_dw.quality_verdicts.history IS 'Runs that it was held against';
COMMENT ON COLUMN retail_dw.quality_verdicts.created_at IS 'When it was judged';
