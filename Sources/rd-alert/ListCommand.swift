import ArgumentParser
import RDAlert
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess

/// Which alerts `list` shows by their state.
enum StatusChoice: String, CaseIterable, ExpressibleByArgument {
    case unresolved, open, acknowledged, resolved, all

    var statuses: [AlertStatus] {
        switch self {
        case .unresolved: [.open, .acknowledged]
        case .open: [.open]
        case .acknowledged: [.acknowledged]
        case .resolved: [.resolved]
        case .all: []
        }
    }
}

struct ListCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List alerts: those that are not over, the worst first.",
        discussion: """
            Examples:
              rd-alert list
              rd-alert list --status resolved --since 7d | jq -s 'map(.seconds_to_recover) | add / length'
            """)

    @OptionGroup var options: AlertOptions
    var common: CommonOptions { options.common }

    @Option(help: "Those that are unresolved, open, acknowledged or resolved; or all.") var status = StatusChoice
        .unresolved
    @Option(help: "Only those of this kind.") var kind: AlertKind?
    @Option(help: "Only those that are at least so bad.") var severity: AlertSeverity?
    @Option(help: "Only those of this job.") var job: String?
    @Option(
        help: .init("Only those that came in the last while: 12h, 7d.", valueName: "span"), transform: spanArgument)
    var since: Int64?
    @Option(help: .init("List at most so many.", valueName: "number")) var limit = 1000

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        var filter = AlertStore.Filter()
        filter.statuses = status.statuses
        filter.kind = kind
        filter.severity = severity
        filter.job = job
        filter.since = since.map { Clock.unixMilliseconds() - $0 * 1000 }
        filter.limit = limit
        let found = try options.connect().list(filter)
        try options.answer(found.map(\.json), AlertRecord.table(found, now: Clock.unixMilliseconds()))
    }
}
