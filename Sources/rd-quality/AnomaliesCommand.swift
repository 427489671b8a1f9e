import ArgumentParser
import RDBytes
import RDFilter
import RDHistory
import RDQuality
import RDQualityOptions
import RDReport

/// What --fail-on takes.
enum AnomalyChoice: String, CaseIterable, ExpressibleByArgument {
    case any, score, rows, money, rejects, duration

    func takes(_ kind: NumberKind) -> Bool { self == .any || rawValue == kind.rawValue }
}

struct AnomaliesCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "anomalies", abstract: "Hold the numbers of runs against those of earlier runs.",
        discussion: """
            Judges every run that was not judged yet, or one: each score, rows, money, rejects and duration against \
            the earlier runs of the same job and source. What each method says is kept with the band that it expected. \
            With too few runs it says learning; scores of fewer rows than a rule's min_rows are left out. Exit 65 only \
            where --fail-on asks for it.

            Examples:
              rd-quality anomalies
              rd-quality anomalies --run v12 --all | jq -c 'select(.status == "learning") | .subject'
              rd-quality anomalies --fail-on rows --fail-on money
            """)

    @OptionGroup var options: WarehouseOptions

    @Option(
        name: .customLong("run"),
        help: .init("This run, also where it was judged: its identity, the beginning of it, or v3.", valueName: "run"))
    var only: String?

    @Option(
        help: .init(
            "The rules that say of how few rows a score is left out; pipelines/quality.yaml otherwise.",
            valueName: "file"))
    var rules: String?

    @Flag(help: "Write every verdict, and not only anomalies.") var all = false
    @Flag(help: "Keep nothing of what was found.") var noSave = false

    @Option(
        help: .init(
            "Exit 65 where there is an anomaly of this kind: any, score, rows, money, rejects or duration; may be given several times.",
            valueName: "kind"))
    var failOn: [AnomalyChoice] = []

    var common: CommonOptions { options.common }

    var changesSomething: Bool { !noSave }

    func run() throws {
        let known = try QualityRules(ConfigurationReader().read(rules, default: "quality.yaml"))
        let store = HistoryStore(try options.connect())
        let chosen = try only.map { try store.run(named: $0) }
        let judged = try AnomalySearch(store, rules: known).judge(only: chosen)
        if let chosen, judged.isEmpty {
            throw RDError(.data, "run \(chosen) cannot be judged: it failed, or it was a retry of rejects")
        }
        // What was found is said also where some of it cannot be kept.
        let saved = Result { if !noSave { try store.save(judged) } }
        let report = AnomalyReport(judged, all: all)
        try options.answer(report.objects, report.lines)
        try saved.get()
        let wrong = report.anomalies.filter { one in failOn.contains { $0.takes(one.number.kind) } }
        if let first = wrong.first {
            throw RDError(
                .data,
                "\(wrong.count) \(wrong.count == 1 ? "anomaly" : "anomalies"), the first in \(first.number.subject) of run \(first.run)",
                remedy: "look at them: rd-quality report")
        }
    }
}
