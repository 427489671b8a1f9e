public import RDBytes
public import RDLineage

extension StoredRun {
    /// The events of a run that the warehouse remembers, START and how it ended.
    public func events(_ producer: Producer) -> [JSONValue] {
        let events = RunEvents(run: run, job: job, open: open, producer: producer)
        let end = began + Int64(milliseconds)
        var outcome = RunOutcome(ledger: ledger)
        outcome.quality = quality
        outcome.version = version
        outcome.sha256 = sha256
        outcome.bytes = bytes
        if version != nil { outcome.written["fact_sales"] = facts.inserted + facts.updated }
        guard status != "success" else { return [events.start(at: began), events.complete(at: end, outcome)] }
        let code = ExitCode(rawValue: Int32(truncatingIfNeeded: exitCode)) ?? .internalError
        let error = RDError(code, detail ?? "the run ended as \(status)")
        return [events.start(at: began), events.failure(at: end, error, outcome)]
    }
}
