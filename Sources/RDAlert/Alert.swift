public import RDBytes

/// What kind of trouble an alert tells of.
public enum AlertKind: String, CaseIterable, Sendable {
    /// A rule of the data's quality is out of bounds.
    case qualityViolation = "quality_violation"
    /// A number of a run is not where earlier runs let expect it.
    case anomaly
    /// A run failed.
    case jobFailure = "job_failure"
    /// A run took much longer than those before it.
    case performanceDegradation = "performance_degradation"
    /// A run that should have been was not.
    case missedRun = "missed_run"
}

/// How bad it is, from bad to worse.
public enum AlertSeverity: String, CaseIterable, Sendable, Comparable {
    case info, warning, critical

    /// True where `left` is less bad.
    public static func < (left: AlertSeverity, right: AlertSeverity) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One trouble at one moment.
public struct Alert: Equatable, Sendable {
    /// What kind of trouble.
    public var kind: AlertKind
    /// How bad.
    public var severity: AlertSeverity
    /// The job it is about.
    public var job: String
    /// What of the job it is about: a rule, a number, a channel. With kind and job it says which trouble it is.
    public var subject: String
    /// What happened, for people.
    public var message: String
    /// The run; nil where there is none.
    public var run: String?
    /// The stage of the run.
    public var stage: String?
    /// The number that is out of bounds, as JSON writes it.
    public var value: String?
    /// The bound.
    public var threshold: String?
    /// When it happened, in milliseconds since 1970.
    public var occurredAt: Int64

    /// An alert.
    public init(
        _ kind: AlertKind, _ severity: AlertSeverity, job: String, subject: String, message: String,
        run: String? = nil, stage: String? = nil, value: String? = nil, threshold: String? = nil, occurredAt: Int64
    ) {
        self.kind = kind
        self.severity = severity
        self.job = job
        self.subject = subject
        self.message = message
        self.run = run
        self.stage = stage
        self.value = value
        self.threshold = threshold
        self.occurredAt = occurredAt
    }

    /// Which trouble it is: the same for the same kind, job and subject, whatever the numbers, the run and the words are.
    public var fingerprint: String { Self.fingerprint(kind, job: job, subject: subject) }

    /// The fingerprint of a trouble: 16 hexadecimal digits.
    public static func fingerprint(_ kind: AlertKind, job: String, subject: String) -> String {
        let identity: JSONValue = [.string(kind.rawValue), .string(job), .string(subject)]
        return String(SHA256.hex(of: identity.text).prefix(16))
    }

    /// Its members, as programs read them.
    public var json: JSONValue {
        func number(_ text: String?) -> JSONValue { text.map { .number($0) } ?? .null }
        return [
            "fingerprint": .string(fingerprint), "kind": .string(kind.rawValue), "severity": .string(severity.rawValue),
            "job": .string(job), "subject": .string(subject), "message": .string(message), "run": .optional(run),
            "stage": .optional(stage), "value": number(value), "threshold": number(threshold),
            "occurred_at": .string(momentText(occurredAt)),
        ]
    }
}
