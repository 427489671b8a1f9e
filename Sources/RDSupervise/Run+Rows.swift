public import RDBytes
public import RDSchedule

extension Run {
    /// The run for programs: what `history` shows.
    public func json(_ job: Job?) -> JSONValue {
        let zone = job?.zone ?? .utc
        func moment(_ milliseconds: Int64?) -> JSONValue {
            milliseconds.map { .string(zone.iso8601($0 / 1000)) } ?? .null
        }
        return [
            "run": .string(id), "job": .string(self.job), "scheduled_for": .string(zone.iso8601(date)),
            "status": .string(statusText), "cause": .string(cause.rawValue), "attempt": .integer(attempt),
            "began": moment(began), "ended": moment(ending?.at), "ms": duration.map { .integer($0) } ?? .null,
            "code": (ending?.code).map { .integer($0) } ?? .null, "rows": (ending?.rows).map { .integer($0) } ?? .null,
            "file": .optional(file), "log": .optional(log), "stages": ending?.stages ?? .null,
        ]
    }

    /// Where the run stands: queued, running, or how it ended.
    public var statusText: String { ending?.status.rawValue ?? (began == nil ? "queued" : "running") }

    /// How long it took, in milliseconds; nil while it goes on.
    public var duration: Int64? {
        guard let began, let ending else { return nil }
        return max(0, ending.at - began)
    }

    /// What the warehouse gets of it.
    var spoolLine: JSONValue {
        [
            "run": .string(id), "job": .string(job), "status": .string(statusText), "scheduled_for": .integer(date),
            "began": .integer(began ?? 0), "ms": .integer(duration ?? 0), "code": .integer(ending?.code ?? -1),
            "attempt": .integer(attempt), "cause": .string(cause.rawValue), "rows": .integer(ending?.rows ?? 0),
            "stages": ending?.stages ?? .array([]),
        ]
    }
}
