import ArgumentParser
import RDBytes
import RDFilter
import RDHistory
import RDProcess
import RDQuality
import RDReport

struct BacktestCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "List the past runs that a rule would have stopped.",
        discussion: """
            RULE is a number, a comparison and a limit. A number is a dimension of its columns, of all of them (*) or \
            of a check, at one gate or at all that measured it, of all rows or by the values of a column; or rows, \
            rejects, money or duration (seconds) of the run.

            Examples:
              rd-quality backtest 'completeness(customer_id) >= 0.95' --since 90d
              rd-quality backtest 'uniqueness(invoice_no, stock_code) at cleaning >= 98.5%'
              rd-quality backtest 'accuracy(positive, by country) >= 90%' --min-rows 1000
              rd-quality backtest 'rejects <= 10000' --job daily
            """)

    @OptionGroup var options: WarehouseOptions

    @Argument(help: .init("The rule.", valueName: "rule")) var rule: String

    @Option(help: .init("Runs from then on: 90d, 12h, 8w ago, or 2026-01-31.", valueName: "time")) var since = "90d"
    @Option(help: .init("Only runs of this job.", valueName: "name")) var job: String?
    @Option(help: .init("A score of fewer rows than this keeps the rule.", valueName: "count")) var minRows = 0

    @Option(
        help: .init(
            "The rules that say what parts the rows; pipelines/quality.yaml otherwise.", valueName: "file"))
    var rules: String?

    var common: CommonOptions { options.common }

    func validate() throws {
        guard minRows >= 0 else { throw ValidationError("--min-rows cannot be negative") }
    }

    func run() throws {
        let rule = try read()
        let from = try Since.milliseconds(since, now: Clock.unixMilliseconds())
        let known = try QualityRules(ConfigurationReader().read(rules, default: "quality.yaml"))
        let store = HistoryStore(try options.connect())
        let runs = try store.runs(since: from).filter { run in job.map { $0 == run.job } ?? true }
        let figures = try store.figures(of: runs)
        let found = Backtest(rule, runs, figures, rules: known, minimum: minRows)
        if found.runs.isEmpty { throw Self.nothing(figures, runs.count, since) }
        try options.answer(found.objects, Self.lines(found))
    }

    private func read() throws -> RuleExpression {
        let words = RuleWords(
            dimensions: Dimension.allCases.map(\.rawValue), gates: Gate.allCases.map(\.rawValue))
        do throws(RuleSyntaxError) {
            return try RuleExpression(parsing: rule, words: words)
        } catch {
            // For people the mark stands under the character; programs have its number.
            if fileKind(2) == .terminal { printPicture(error.picture) }
            throw error
        }
    }

    private func printPicture(_ text: String) {
        let sink = FileSink(2, name: "standard error")
        try? Array((text + "\n").utf8).withUnsafeBytes { try sink.write($0) }
    }

    private static func nothing(_ figures: [Int: [HistoryFigure]], _ runs: Int, _ since: String) -> RDError {
        let known = Set(figures.values.joined().filter { $0.segment == nil }.map(\.text)).sorted()
        return RDError(
            .noInput,
            runs == 0 ? "there is no run since \(since)" : "none of \(runs) runs since \(since) measured that",
            remedy: known.isEmpty ? nil : "they measured " + known.joined(separator: "; "))
    }

    private static func lines(_ found: Backtest) -> [String] {
        let stopped = found.stopped
        let total =
            "\(found.rule.text): \(stopped.count) of \(found.runs.count) runs would have stopped, "
            + "\(stopped.count { !$0.isGood }) of them failed anyway"
        if found.breaches.isEmpty { return [total] }
        let head = ["began", "run", "job", "status", "measured", "value", "bad", "of"]
        let cells = found.objects.dropFirst().map { row in
            [
                row["began"]?.string ?? "", row["run"]?.string ?? "", row["job"]?.string ?? "",
                row["status"]?.string ?? "", row["measured"]?.string ?? "", row["value"]?.number ?? "",
                row["bad"]?.integer.map { grouped($0) } ?? "-", row["n"]?.integer.map { grouped($0) } ?? "-",
            ]
        }
        return columnLines([head] + cells, left: 5) + ["", total]
    }
}
