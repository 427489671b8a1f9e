import ArgumentParser
import RDBytes
import RDFilter
import RDWarehouse

struct DiffCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two versions: rows and money by month, members of the dimensions.",
        discussion: """
            Version 0 is the empty warehouse before the first. A fact is moved where it only belongs to another \
            version of its customer. In JSON there is a line for each month, then one for each member, and one with \
            the total.

            Examples:
              rd-version diff latest~1 latest
              rd-version diff 3 5 | jq -c 'select(.dimension == "customers")'
            """)

    @OptionGroup var options: VersionOptions
    var common: CommonOptions { options.common }

    @Argument(
        help: "The version to compare: a number, a tag, latest, latest~1; 0 for the empty warehouse.",
        transform: VersionReference.init)
    var before: VersionReference

    @Argument(help: "The version to compare it with.", transform: VersionReference.init)
    var after: VersionReference

    @Option(help: .init("List so many members on a terminal.", valueName: "number"))
    var members = 20

    func validate() throws {
        guard members >= 0 else { throw ValidationError("--members must be at least 0") }
    }

    func run() throws {
        let diff = try VersionDiff(before, after, try options.connect())
        try options.answer(diff.lines + [["total": diff.total]], diff.account(members: members))
    }
}
