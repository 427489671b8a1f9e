import ArgumentParser
import RDBytes
import RDFilter
import RDWarehouse

/// What to do with rows that were set aside.
struct RejectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects", abstract: "Look at rows that were set aside, and retry them.",
        subcommands: [RejectsListCommand.self, RejectsShowCommand.self, RejectsRetryCommand.self])
}

/// Which rejects a command is about.
struct RejectOptions: ParsableArguments {
    @Option(help: .init("Only those of this code.", valueName: "code")) var code: String?
    @Option(help: .init("Only those of this run: its identity, or the beginning of it.", valueName: "run"))
    var run: String?
    @Option(help: .init("Only those of this source, as rd-ingest named it.", valueName: "uri")) var source: String?

    var filter: RejectFilter {
        var filter = RejectFilter()
        filter.code = code
        filter.run = run?.lowercased()
        filter.source = source
        return filter
    }
}

struct RejectsListCommand: SuiteCommand {
    enum Status: String, CaseIterable, ExpressibleByArgument {
        case open, resolved, superseded, rolledBack = "rolled_back", notLoaded = "not_loaded", all
    }

    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Count rejects by run, stage and code.",
        discussion: """
            Of a load that failed the first 1,000 of each stage and code are kept, as not_loaded: they say what stopped \
            it, and cannot be retried, since nothing of its source was loaded.

            Examples:
              rd-quality rejects list
              rd-quality rejects list --status all --code bad_pattern | jq .count
              rd-quality rejects list --each --run 0198 | jq -r .raw
            """)

    @OptionGroup var options: WarehouseOptions
    @OptionGroup var chosen: RejectOptions
    @Option(
        help:
            "Only those that are open, resolved, superseded, rolled_back or not_loaded; or all. Open ones otherwise, and with --run those that were not loaded too."
    )
    var status: Status?
    @Flag(help: "List each reject.") var each = false
    @Option(help: .init("List at most so many.", valueName: "n")) var limit = 1_000

    var common: CommonOptions { options.common }

    private var statuses: [String] {
        let chosen: [Status] =
            status.map { $0 == .all ? [] : [$0] } ?? (chosen.run == nil ? [.open] : [.open, .notLoaded])
        return chosen.map(\.rawValue)
    }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        var filter = chosen.filter
        filter.statuses = statuses
        let store = RejectStore(try options.connect())
        if each {
            let found = try store.all(filter, limit: limit)
            return try options.answer(found.map(\.json), Self.lines(found))
        }
        let counts = try store.counts(filter)
        try options.answer(counts, Self.table(counts))
    }

    private static func table(_ counts: [JSONValue]) -> [String] {
        if counts.isEmpty { return ["no such rejects"] }
        let names = ["source", "stage", "code", "status", "run", "version", "count", "first_id", "first_line"]
        return columnLines(
            [names.map { $0.replacing("_", with: " ") }]
                + counts.map { line in names.map { line[$0]?.string ?? line[$0]?.number ?? "-" } }, left: 5)
    }

    private static func lines(_ found: [StoredReject]) -> [String] {
        if found.isEmpty { return ["no such rejects"] }
        return columnLines(
            [["id", "line", "code", "field", "detail"]]
                + found.map {
                    ["\($0.id)", $0.line.map(String.init) ?? "-", $0.code, $0.field ?? "-", $0.detail ?? ""]
                },
            left: 5)
    }
}

struct RejectsShowCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a reject with its line, byte and raw text.",
        discussion: """
            Examples:
              rd-quality rejects show 17
              rd-quality rejects show 17 --raw
            """)

    @OptionGroup var options: WarehouseOptions
    @Argument(help: "The reject, as list --each has it.") var id: Int
    @Flag(help: "Only what the row held, as it stood.") var raw = false

    var common: CommonOptions { options.common }

    func run() throws {
        var filter = RejectFilter()
        filter.statuses = []
        filter.ids = [id]
        guard let found = try RejectStore(try options.connect()).all(filter, limit: 1).first else {
            throw RDError(.noInput, "there is no reject \(id)", remedy: "see: rd-quality rejects list --each")
        }
        if raw { return try printLines([found.raw ?? ""]) }
        let members = found.json.members ?? []
        let width = members.map(\.name.count).max() ?? 0
        try options.answer(
            [found.json],
            members.map { member in
                let name = member.name.replacing("_", with: " ")
                let space = String(repeating: " ", count: width - member.name.count + 2)
                return name + space + (member.value.string ?? member.value.number ?? "-")
            })
    }
}
