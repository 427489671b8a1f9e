import ArgumentParser
import RDBytes
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct PruneCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Give up the history of old versions.",
        discussion: """
            The versions stay in the list, but what they held cannot be asked for any more, nor rolled back to; what \
            only they needed of the archive is deleted, for good (rd-version archive writes it to files first). The \
            latest version is never pruned, and one that has a tag only with --tagged.

            Asks on a terminal; a script says --yes. With --plan it says which versions would go, and changes nothing.

            Examples:
              rd-version prune --keep 10 --plan
              rd-version prune --before year-end --yes
            """)

    @OptionGroup var options: VersionOptions
    @OptionGroup var change: ChangeOptions
    var common: CommonOptions { options.common }
    var changesSomething: Bool { !change.plan }

    @Option(help: .init("Keep the history of the last so many versions.", valueName: "number"))
    var keep: Int?

    @Option(
        help: .init("Give up that of the versions before this one.", valueName: "version"),
        transform: VersionReference.init)
    var before: VersionReference?

    @Flag(help: "Prune versions that have a tag, too.")
    var tagged = false

    func validate() throws {
        guard (keep == nil) != (before == nil) else { throw ValidationError("name either --keep or --before") }
        guard keep ?? 1 >= 1 else { throw ValidationError("--keep must be at least 1: the latest version stays") }
    }

    func run() throws {
        let connection = try options.connect()
        let bound = before.map { VersionPruning.Bound.beforeVersion($0) } ?? .keep(keep ?? 1)
        func prune(_ bound: VersionPruning.Bound, isPlan: Bool, from latest: Int? = nil) throws -> VersionPruning {
            try VersionPruning.prune(
                connection, bound, tagged: tagged, from: latest, wait: change.lock.wait, isPlan: isPlan,
                reconnect: options.reconnect)
        }
        guard change.plan || !change.yes else { return try answer(prune(bound, isPlan: false)) }
        let planned = try prune(bound, isPlan: true)
        if change.plan || planned.versions.isEmpty { return try answer(planned) }
        try requireYes(false, "This gives up the history of \(planned.names) for good", account: planned.account)
        // What was agreed to is what was shown, whatever the names mean by now.
        try answer(prune(.before(planned.first), isPlan: false, from: planned.latest))
    }

    private func answer(_ done: VersionPruning) throws {
        try options.answer([done.json], done.account)
    }
}

extension VersionPruning {
    /// `version 3`, `versions 1, 2, 4`
    fileprivate var names: String { Self.names(versions) }

    private static func names(_ versions: [Int]) -> String {
        (versions.count == 1 ? "version " : "versions ") + versions.map { String($0) }.joined(separator: ", ")
    }

    fileprivate var account: [String] {
        var lines = versions.isEmpty ? ["nothing to do: there is no history to give up"] : []
        let facts = "\(grouped(archivedFacts)) facts of the archive"
        if !versions.isEmpty, status == "planned" { lines.append("\(names) and \(facts) would go") }
        if !versions.isEmpty, status == "pruned" { lines.append("the history of \(names) is gone, with \(facts)") }
        if !spared.isEmpty { lines.append("\(Self.names(spared)) would go, but for a tag: --tagged") }
        return lines
    }
}
