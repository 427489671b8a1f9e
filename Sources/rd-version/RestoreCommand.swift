import ArgumentParser
import RDBytes
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct RestoreCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make the warehouse hold what a snapshot does, as a new version.",
        discussion: """
            First every file is read and held against the manifest: hashes, rows and money. Then, in one transaction, \
            facts and dimensions become what the snapshot holds; rows that are the same stay untouched. Works in the \
            warehouse that wrote the snapshot and in an empty one, which then gets the list of versions too; one with \
            other versions is refused.

            Asks on a terminal; a script says --yes. With --plan it says what would change, and changes nothing.

            Examples:
              rd-version restore /mnt/backup/year-end --plan
              rd-version restore /mnt/backup/year-end --yes
            """)

    @OptionGroup var options: VersionOptions
    @OptionGroup var change: ChangeOptions
    var common: CommonOptions { options.common }
    var changesSomething: Bool { !change.plan }

    @Argument(help: "The folder of the snapshot.")
    var folder: String

    func run() throws {
        let snapshot = try SnapshotReader(folder: absolutePath(folder))
        let connection = try options.connect()
        let question = "This makes the warehouse hold version \(snapshot.version) of \(folder)"
        try options.perform(change, { _ in question }) { isPlan, planned in
            try Warehouse.restore(
                connection, snapshot, from: planned?.latest, run: newRun(), job: "restore", wait: change.lock.wait,
                isPlan: isPlan, reconnect: options.reconnect)
        }
    }
}
