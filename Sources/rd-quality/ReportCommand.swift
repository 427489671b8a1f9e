import ArgumentParser
import RDBytes
import RDFilter
import RDHistory
import RDProcess
import RDReport

/// The forms of a report.
enum ReportForm: String, CaseIterable, ExpressibleByArgument {
    case table, ndjson, markdown, html
}

struct ReportCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Say how good the data were, in one page.",
        discussion: """
            Days, rules against their thresholds with their courses, columns before and after cleaning, anomalies, \
            rejects with samples, money before and after each rule, and the partitions. A table on a terminal and \
            NDJSON in a pipe; html is one file that needs no network and no script.

            Examples:
              rd-quality report
              rd-quality report --format html --output report.html
              rd-quality report --run v12 --since 90d --format markdown
              rd-quality report | jq -c 'select(.type == "rule" and (.on_target | not)) | [.gate, .rule, .reached]'
            """)

    @OptionGroup var options: WarehouseOptions

    @Option(
        help: .init(
            "From then on: 90d, 12h, 8w ago, or 2026-01-31; thirty days otherwise.", valueName: "time"))
    var since: String?

    @Option(
        name: .customLong("run"),
        help: .init("Look closely at this run, and end with it; the newest load otherwise.", valueName: "run"))
    var only: String?

    @Option(help: "The form; a table on a terminal and ndjson elsewhere.") var format: ReportForm?
    @Option(name: .shortAndLong, help: .init("Write to this file, all of it or nothing.", valueName: "file"))
    var output: String?

    @Option(help: .init("The share of runs that should pass each rule.", valueName: "share")) var target = "95%"

    var common: CommonOptions { options.common }

    func validate() throws {
        if Self.share(target) == nil {
            throw ValidationError("--target is a share like 95% or 0.95, and '\(target)' is none")
        }
    }

    func run() throws {
        let now = Clock.unixMilliseconds()
        let since = try since.map { try Since.milliseconds($0, now: now) }
        let store = HistoryStore(try options.connect())
        let run = try only.map { try store.run(named: $0) }
        let report = try store.report(since: since, run: run, target: Self.share(target) ?? ExactNumber(1), now: now)
        let text = text(of: report)
        guard let output else { return try printLines([String(text.dropLast())]) }
        try writeAtomically(Array(text.utf8), to: output)
        options.log.write(.info, "wrote \(output), \(sizeText(text.utf8.count))")
    }

    private func text(of report: QualityReport) -> String {
        switch format ?? (options.isForPrograms && output == nil || options.json ? .ndjson : .table) {
        case .table: report.lines.map { $0 + "\n" }.joined()
        case .ndjson: report.objects.map { $0.text + "\n" }.joined()
        case .markdown: report.markdown
        case .html: report.page
        }
    }

    private static func share(_ text: String) -> ExactNumber? {
        let number = ExactNumber(text.hasSuffix("%") ? text.dropLast() : text[...])
        let millionths = number.map { text.hasSuffix("%") ? $0.millionths / 100 : $0.millionths }
        return millionths.flatMap { (0...1_000_000).contains($0) ? ExactNumber(millionths: $0) : nil }
    }
}
