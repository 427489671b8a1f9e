public import RDBytes
import RDHistory

/// What `rd-quality anomalies` writes.
public struct AnomalyReport {
    private let judged: [(run: HistoryRun, verdicts: [RunVerdict])]
    private let all: Bool

    /// Of runs that were judged; with `all` of every verdict.
    public init(_ judged: [(run: HistoryRun, verdicts: [RunVerdict])], all: Bool) {
        self.judged = judged
        self.all = all
    }

    /// What is not where it was expected, oldest first.
    public var anomalies: [RunVerdict] { judged.flatMap(\.verdicts).filter { $0.verdict.status == .anomaly } }

    /// Each run with its counts, followed by its verdicts.
    public var objects: [JSONValue] {
        judged.flatMap { run, verdicts in
            let head: JSONValue = [
                "type": "run", "run": .string(run.run), "job": .string(run.job), "source": .string(run.sourceName),
                "began": .string(iso8601(run.began)), "version": run.version.map { .integer($0) } ?? .null,
                "status": .string(Self.status(of: verdicts).rawValue),
                "numbers": .integer(Set(verdicts.map(\.number)).count),
                "anomalies": .integer(Self.numbers(verdicts, .anomaly)),
            ]
            return [head] + verdicts.filter { all || $0.verdict.status == .anomaly }.map(\.json)
        }
    }

    private static func numbers(_ verdicts: [RunVerdict], _ status: AnomalyStatus) -> Int {
        Set(verdicts.filter { $0.verdict.status == status }.map(\.number)).count
    }

    /// `anomaly` where one number is, `learning` where no method could say anything of any.
    private static func status(of verdicts: [RunVerdict]) -> AnomalyStatus {
        if verdicts.contains(where: { $0.verdict.status == .anomaly }) { return .anomaly }
        return verdicts.contains { $0.verdict.status == .expected } ? .expected : .learning
    }

    /// The same for people: cells of a table, its head first, and a line that adds up.
    public var lines: [String] {
        let shown = judged.flatMap { run, verdicts in
            verdicts.filter { all || $0.verdict.status == .anomaly }.map { (run, $0) }
        }
        let learning = judged.count { Self.status(of: $0.verdicts) == .learning }
        var total =
            "\(judged.count) \(judged.count == 1 ? "run" : "runs") judged, \(anomalies.count) \(anomalies.count == 1 ? "anomaly" : "anomalies")"
        if learning > 0 { total += "; \(learning) with too few runs before: learning" }
        if judged.isEmpty { return ["every run was judged before"] }
        if shown.isEmpty { return [total] }
        let head = ["began", "job", "number", "method", "status", "value", "expected", "from", "to"]
        let cells = shown.map { run, one in
            let verdict = one.verdict
            let values = [verdict.value, verdict.expected, verdict.low, verdict.high].map { one.number.kind.text($0) }
            return [
                "\(day(run.began)) \(clock(run.began))", run.job, one.number.subject, verdict.method.rawValue,
                verdict.status.rawValue,
            ] + values
        }
        return Self.columns([head] + cells, left: 5) + ["", total]
    }

    private static func columns(_ cells: [[String]], left: Int) -> [String] {
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < left ? cell + space : space + cell
            }
            return padded.joined(separator: "  ")
        }
    }
}

extension NumberKind {
    /// A number of this kind for people; `-` where there is none.
    func text(_ value: Double?) -> String {
        guard let value else { return "-" }
        switch self {
        case .score: return percentText(value)
        case .rows, .rejects: return groupedText(value, places: 0)
        case .money: return groupedText(value, places: 2)
        case .duration: return groupedText(value, places: 1) + " s"
        }
    }
}
