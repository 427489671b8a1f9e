import RDAlert

/// When a trouble of runs is over: a good run ends only what runs of its own series found.
///
/// Runs of one job are one series where they read files of the same name, digits aside: what `rd-quality anomalies`
/// compares too. A job that loads every file has many, and that one file went well says nothing of another.
extension AlertStore {
    /// True of an alert in `quality_alerts` for whose every bad run there is a later good one of the same series, which
    /// had ended by the moment `$n`, in milliseconds since 1970. Of runs that did not say what they read (a chain that
    /// failed before its load) any good run of the job does. Counted before the alert's last row was resolved is over.
    static func isOverInEachSeries(by moment: String) -> String {
        """
        NOT EXISTS (
            SELECT FROM retail_dw.alert_runs AS c
            JOIN retail_dw.etl_job_runs AS f ON f.run = c.run AND f.job_name = quality_alerts.job_name
            WHERE c.fingerprint = quality_alerts.fingerprint
              AND c.counted_at > coalesce((
                  SELECT max(p.resolved_at) FROM retail_dw.quality_alerts AS p
                  WHERE p.fingerprint = quality_alerts.fingerprint AND p.status = 'resolved'), '-infinity')
              AND retail_dw.run_has_trouble(f, quality_alerts.kind, quality_alerts.subject)
              AND NOT EXISTS (
                  SELECT FROM retail_dw.etl_job_runs AS g
                  WHERE g.job_name = f.job_name AND (g.created_at, g.job_id) > (f.created_at, f.job_id)
                    AND g.created_at + make_interval(secs => g.duration::double precision)
                        <= to_timestamp(\(moment)::numeric / 1000) + interval '2 milliseconds'
                    AND (f.kind <> 'load'
                         OR g.kind = 'load' AND retail_dw.source_series(g) = retail_dw.source_series(f))
                    AND retail_dw.run_is_without_trouble(g, quality_alerts.kind, quality_alerts.subject)))
        """
    }
}
