import ArgumentParser
import RDBytes
import RDFilter
import RDWarehouse

struct ListCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the versions with what they changed.",
        discussion: """
            Facts that came are marked +, those that changed ~ and those that left -. What a rollback took back is \
            rolled_back; of a version whose history was pruned or archived the state cannot be asked for any more.

            Examples:
              rd-version list
              rd-version list | jq -c 'select(.kind == "rollback")'
            """)

    @OptionGroup var options: VersionOptions
    var common: CommonOptions { options.common }

    func run() throws {
        let versions = try DataVersion.all(try options.connect())
        try options.answer(versions.map(\.json), Self.table(versions))
    }

    private static func table(_ versions: [DataVersion]) -> [String] {
        if versions.isEmpty { return ["no versions: nothing was loaded yet"] }
        let head = ["version", "kind", "status", "when", "facts", "changes", "net money after", "history", "tags"]
        return columnLines([head] + versions.map(\.cells), left: 4)
    }
}

extension DataVersion {
    fileprivate var cells: [String] {
        [
            "\(number)", restores.map { "\(kind) to \($0)" } ?? kind, status, createdAt, grouped(facts.records),
            changes, moneyAfter, history, tags.isEmpty ? "-" : tags.joined(separator: " "),
        ]
    }

    /// `+531,225 ~12 -3`
    var changes: String {
        let parts = [("+", facts.inserted), ("~", facts.updated), ("-", facts.removed)].filter { $0.1 > 0 }
        return parts.isEmpty ? "none" : parts.map { $0.0 + grouped($0.1) }.joined(separator: " ")
    }
}
