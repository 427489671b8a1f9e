import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-version",
        abstract: "Show, compare, restore and give up the versions of the warehouse.",
        discussion: """
            Every load, rollback, restore and retention is a version, and the warehouse knows what it held at each. A \
            version is named by its number, by a tag, as latest, or by one of these with ~2 behind it for the second \
            one before that: latest~1 is the one before the latest, and -1 is short for it.

            Tables on a terminal, JSON elsewhere.

            Examples:
              rd-version list
              rd-version diff latest~1 latest
              rd-version rollback latest~1 --plan
              rd-version tag year-end 12
              rd-version snapshot year-end --to /mnt/backup/year-end
              rd-version list | jq -r 'select(.status == "committed") | [.version, .money_after] | @csv'
            """, version: suiteVersion,
        subcommands: [
            ListCommand.self, ShowCommand.self, DiffCommand.self, RollbackCommand.self, TagCommand.self,
            SnapshotCommand.self, ArchiveCommand.self, RestoreCommand.self, PruneCommand.self,
        ])

    static func main() { runCommand(Self.self, arguments: namingVersions(CommandLine.arguments.dropFirst())) }

    /// The options whose value is no version: a `-1` behind one of them stays what it is, and is refused.
    private static let valued: Set = ["--database-url", "--keep", "--log-format", "--members", "--to", "--wait"]

    /// The arguments with `latest~1` for a `-1`, which would be taken for an option.
    private static func namingVersions(_ arguments: ArraySlice<String>) -> [String] {
        var isValue = false
        return arguments.map { argument in
            defer { isValue = valued.contains(argument) }
            let back = argument.dropFirst()
            guard !isValue, argument.hasPrefix("-"), !back.isEmpty, back.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return argument }
            return "latest~\(back)"
        }
    }
}
