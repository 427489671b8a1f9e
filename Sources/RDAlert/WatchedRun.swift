/// A run as the history has it.
public struct WatchedRun: Equatable, Sendable {
    /// Its row in `etl_job_runs`.
    public let id: Int
    /// Its identity.
    public let run: String
    /// Its job.
    public let job: String
    /// load, rollback, restore, retention or check.
    public let kind: String
    /// Whether it failed.
    public let isFailed: Bool
    /// What it ended with.
    public let exitCode: Int
    /// Why it failed, as a code.
    public let code: String?
    /// What there is to say about it.
    public let detail: String?
    /// When it began, in milliseconds since 1970.
    public let began: Int64
    /// How long it took, and for how many rows.
    public let pace: RunPace

    /// A run.
    public init(
        id: Int, run: String, job: String, kind: String, isFailed: Bool, exitCode: Int = 0, code: String? = nil,
        detail: String? = nil, began: Int64, pace: RunPace
    ) {
        self.id = id
        self.run = run
        self.job = job
        self.kind = kind
        self.isFailed = isFailed
        self.exitCode = exitCode
        self.code = code
        self.detail = detail
        self.began = began
        self.pace = pace
    }

    /// How long it took, in milliseconds.
    public var milliseconds: Int { pace.milliseconds }

    /// When it ended, in milliseconds since 1970.
    public var ended: Int64 { began + Int64(milliseconds) }
}

/// A figure of a gate, as `data_quality_metrics` has it.
public struct GateFigure: Equatable, Sendable {
    /// The gate.
    public let gate: String
    /// The rule.
    public let rule: String
    /// completeness, validity, uniqueness, accuracy or consistency.
    public let dimension: String
    /// The stage that measured it.
    public let stage: String
    /// The columns, with commas between them; nil for all.
    public let column: String?
    /// The part of the rows; nil for all.
    public let segment: String?
    /// True for a number of bad rows, false for a share of good ones.
    public let countsRows: Bool
    /// The figure, a decimal number; nil where there was nothing to measure.
    public let score: String?
    /// From where on it warns and fails.
    public let warn: String?, fail: String?
    /// pass, warn or fail.
    public let status: String

    /// A figure.
    public init(
        gate: String, rule: String, dimension: String, stage: String, column: String?, segment: String?,
        countsRows: Bool, score: String?, warn: String?, fail: String?, status: String
    ) {
        self.gate = gate
        self.rule = rule
        self.dimension = dimension
        self.stage = stage
        self.column = column
        self.segment = segment
        self.countsRows = countsRows
        self.score = score
        self.warn = warn
        self.fail = fail
        self.status = status
    }

    /// What an alert of it is about.
    public var subject: String { "\(gate)/\(rule)" }

    var isFailed: Bool { status == "fail" }

    /// The limit that is out of reach.
    var limit: String? { isFailed ? fail ?? warn : warn ?? fail }

    /// `completeness of customer_id at ingestion is 75.0733 %, at least 95 % wanted`.
    var words: String {
        let of = column.map { " of \($0.replacing(",", with: ", "))" } ?? ""
        let part = segment.map { " in \($0)" } ?? ""
        let found = score.map { countsRows ? "\($0) bad rows" : percentText($0) } ?? "not known"
        let wanted = limit.map { countsRows ? ", at most \($0) wanted" : ", at least \(percentText($0)) wanted" } ?? ""
        return "\(dimension)\(of) at \(gate)\(part) is \(found)\(wanted)"
    }
}

/// A share as people read it: `0.750733` is `75.0733 %`. What is no plain decimal number stays what it is.
func percentText(_ share: String) -> String {
    let parts = share.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, whole.allSatisfy({ $0.isASCII && $0.isNumber }) else {
        return share
    }
    let fraction = String(parts.count > 1 ? parts[1] : "")
    let padded = fraction + String(repeating: "0", count: max(2 - fraction.count, 0))
    var digits = String((whole + padded.prefix(2)).drop { $0 == "0" })
    if digits.isEmpty { digits = "0" }
    let rest = String(padded.dropFirst(2).reversed().drop { $0 == "0" }.reversed())
    return rest.isEmpty ? "\(digits) %" : "\(digits).\(rest) %"
}
