public import RDBytes
public import RDLineage

extension StoredRun {
    /// The events of a run that the warehouse remembers, START and how it ended.
    public func events(_ producer: Producer) -> [JSONValue] {
        let events = RunEvents(run: run, job: job, open: open, producer: producer)
        return [events.start(at: began), end(events)]
    }

    private func end(_ events: RunEvents) -> JSONValue {
        let end = began + Int64(milliseconds)
        var outcome = RunOutcome(ledger: ledger)
        outcome.quality = quality
        outcome.version = version
        outcome.sha256 = sha256
        outcome.bytes = bytes
        if version != nil { outcome.written["fact_sales"] = facts.inserted + facts.updated }
        if status == "success" { return events.complete(at: end, outcome) }
        let code = ExitCode(rawValue: Int32(truncatingIfNeeded: exitCode)) ?? .internalError
        return events.failure(at: end, RDError(code, detail ?? "the run ended as \(status)"), outcome)
    }
}
