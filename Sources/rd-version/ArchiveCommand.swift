import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDWarehouse

struct ArchiveCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Move the history of a version from the database into files.",
        discussion: """
            Writes a snapshot, reads it back and holds it against the manifest; only then what the database kept for \
            this version alone is deleted. The version stays in the list, and rd-version restore brings its state \
            back. The latest version cannot be archived: it is the present state.

            Examples:
              rd-version archive 3
              rd-version archive 3 --to /mnt/archive/version-3
            """)

    @OptionGroup var options: VersionOptions
    @OptionGroup var lock: LockOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The version: a number, a tag, latest~1.", transform: VersionReference.init)
    var version: VersionReference

    @Option(help: .init("The folder; archive/version-N in the state folder otherwise.", valueName: "folder"))
    var to: String?

    func validate() throws {
        guard to?.isEmpty != true else { throw ValidationError("--to must name a folder") }
    }

    func run() throws {
        let done = try VersionArchiving.archive(
            version, to: versionFolder(to, in: "archive"), createdAt: Clock.nowText(), wait: lock.wait,
            try options.connect(), reconnect: options.reconnect)
        let gone = "the database's archive is \(grouped(done.archivedFacts)) facts smaller"
        try options.answer([done.json], done.snapshot.account + [gone])
    }
}
