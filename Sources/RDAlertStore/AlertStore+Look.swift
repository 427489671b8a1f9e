public import RDAlert
import RDBytes
import RDPostgres

extension AlertStore {
    /// What a look at the history came to.
    public struct Look: Sendable {
        /// Runs that were looked at.
        public var runs = 0
        /// What happened to alerts, in order.
        public var notices: [AlertNotice] = []
    }

    /// Looks at the runs that nobody looked at yet and for those that should have been, raises and ends alerts, and
    /// remembers what it saw: in one transaction, of which there is one at a time, so that each run counts once.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - isPlan: says what it would do, and does nothing.
    ///   - log: gets what happened before it is committed: what is committed is in the log.
    public func look(
        now: Int64, _ settings: AlertSettings, isPlan: Bool = false, log: ([AlertNotice]) -> Void
    ) throws -> Look {
        do {
            return try connection.transaction {
                let look = try look(now, settings)
                if isPlan { throw Planned(look: look) }
                log(look.notices)
                return look
            }
        } catch let planned as Planned {
            return planned.look
        }
    }

    /// Takes the transaction back.
    private struct Planned: Error {
        let look: Look
    }

    private func look(_ now: Int64, _ settings: AlertSettings) throws -> Look {
        try connection.execute("SELECT pg_advisory_xact_lock(hashtext('retail_dw.alert_look'))")
        let reader = RunReader(connection: connection)
        let unseen = try reader.unseen()
        let recent = unseen.filter { $0.ended >= now - Int64(settings.lookBack) * 1000 }
        var look = Look()
        look.runs = recent.count
        for run in recent {
            let slow = try slowness(of: run, reader, settings)
            for finding in run.findings(try reader.figures(of: run), slow) {
                look.notices += try apply(finding, at: run.ended)
            }
        }
        look.notices += try lookAtVerdicts(reader, since: now - Int64(settings.lookBack) * 1000)
        let named = settings.jobs.filter { $0.expectWithin ?? 0 > 0 }.map(\.job)
        for history in try reader.histories(count: settings.missed.runs, named: named) {
            guard let finding = history.finding(now: now, settings) else { continue }
            look.notices += try apply(finding, at: now)
        }
        try reader.markSeen(unseen)
        return look
    }

    private func lookAtVerdicts(_ reader: RunReader, since: Int64) throws -> [AlertNotice] {
        let runs = try reader.unseenVerdicts()
        try reader.markVerdictsSeen(runs.compactMap(\.first?.run))
        return try runs.filter { ($0.first?.ended ?? 0) >= since }.flatMap { verdicts in
            try RunVerdict.findings(verdicts).flatMap { try apply($0, at: verdicts[0].ended) }
        }
    }

    private func slowness(of run: WatchedRun, _ reader: RunReader, _ settings: AlertSettings) throws -> SlowVerdict {
        guard !run.isFailed, run.kind == "load" else { return .learning }
        let fixed = settings.job(run.job)?.slowerThan
        let before = fixed == nil ? try reader.paces(before: run, count: settings.slow.runs) : []
        return SlowVerdict(run.pace, before: before, fixed: fixed, settings.slow)
    }

    private func apply(_ finding: Finding, at moment: Int64) throws -> [AlertNotice] {
        switch finding {
        case .raise(let alert):
            if try isDismissed(alert) { return [] }
            // The scheduler told of it at once. It may be over by now: that is no reason to begin again.
            if alert.kind != .missedRun, try isCounted(alert) { return [] }
            let raised = try raise(alert)
            // That a run is still missing is no news at each look.
            return alert.kind == .missedRun && !raised.isNew ? [] : [raised.notice]
        case .settle(let kind, let job, let subject, let note):
            let fingerprint = Alert.fingerprint(kind, job: job, subject: subject)
            let isOfRuns = kind == .jobFailure || kind == .qualityViolation
            return try settle(
                fingerprint, at: moment, note: note, if: isOfRuns ? Self.isOverInEachSeries(by: "$3") : "true"
            ).map { [AlertNotice(.resolved, $0)] } ?? []
        case .keepRules(let gate, let job, let subjects):
            return try change(
                """
                status = 'resolved', resolved_by = 'rd-alert', resolved_note = 'the rule is no more',
                resolved_at = to_timestamp($4::numeric / 1000)
                """,
                """
                status <> 'resolved' AND kind = 'quality_violation' AND job_name = $1 AND starts_with(subject, $2)
                AND subject <> ALL (SELECT jsonb_array_elements_text($3::jsonb))
                AND last_seen <= to_timestamp($4::numeric / 1000) AND \(Self.isOverInEachSeries(by: "$4"))
                """,
                [job, "\(gate)/", JSONValue.array(subjects.map { .string($0) }).text, String(moment)]
            ).map { AlertNotice(.resolved, $0) }
        }
    }

    /// True where somebody has resolved the alert of just this missing run by hand: a job that is no more.
    private func isDismissed(_ alert: Alert) throws -> Bool {
        guard alert.kind == .missedRun else { return false }
        return try connection.value(
            """
            SELECT count(*) > 0 FROM retail_dw.quality_alerts
            WHERE fingerprint = $1 AND run IS NOT DISTINCT FROM $2::uuid AND status = 'resolved'
              AND resolved_by <> 'rd-alert'
            """, [alert.fingerprint, alert.run]) == "t"
    }
}
