import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDWarehouse

struct SnapshotCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Write a version to a folder, to be restored from.",
        discussion: """
            Facts month by month, dimensions and the list of versions as compressed CSV (zstd where it is installed, \
            else gzip), and a manifest with rows, money and hashes. The folder has its name once it is whole and on \
            disk. Loads go on meanwhile.

            Examples:
              rd-version snapshot
              rd-version snapshot year-end --to /mnt/backup/year-end
            """)

    @OptionGroup var options: VersionOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The version: a number, a tag, latest, latest~1.", transform: VersionReference.init)
    var version = VersionReference.latest

    @Option(help: .init("The folder; snapshots/version-N in the state folder otherwise.", valueName: "folder"))
    var to: String?

    @Flag(help: "Replace the snapshot that is there already.")
    var force = false

    func validate() throws {
        guard to?.isEmpty != true else { throw ValidationError("--to must name a folder") }
    }

    func run() throws {
        let snapshot = try Snapshot.write(
            version, to: versionFolder(to, in: "snapshots"), ifThere: force ? .replace : .refuse,
            createdAt: Clock.nowText(), try options.connect())
        try options.answer([snapshot.json], snapshot.account)
    }
}

extension Snapshot {
    /// What was written, for people.
    var account: [String] {
        let facts = grouped(manifest["facts"]?.integer ?? 0)
        return [
            "version \(version.number): \(facts) facts worth \(manifest["net_amount"]?.string ?? "-")",
            "\(folder): \(manifest.files.count) files, \(sizeText(compressedBytes))",
        ]
    }
}
