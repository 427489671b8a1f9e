import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct RetentionCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Archive the oldest months of facts to files, and drop them.",
        discussion: """
            Keeps the newest months, counted back from the newest that has facts. The facts of those before, and the \
            history of them, are written to a folder as compressed CSV (zstd where it is installed, else gzip) with a \
            manifest of rows, money and hashes; the files are read back and held against the warehouse; and only then \
            the months are detached and dropped, as a new version of the warehouse, in one transaction. Customers and \
            products stay. A rollback does not bring back what was dropped.

            No load can run meanwhile. Readers are locked out for the commit alone; where they hold the months or the \
            dimensions for too long, that is exit 75 and nothing is dropped.

            Examples:
              rd-db retention --keep 36 --plan
              rd-db retention --keep 36
              rd-db retention --keep 36 --to /mnt/archive/before-2011 --yes
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    var changesSomething: Bool { !plan }

    @Option(help: .init("How many months to keep, the newest that has facts included.", valueName: "months"))
    var keep: Int

    @Option(
        help: .init(
            "The folder of the archive, which must not be there yet; archive/before-YYYY-MM in the state folder "
                + "otherwise.", valueName: "folder"))
    var to: String?

    @Flag(help: "Say which months would go, and change nothing.")
    var plan = false

    @Flag(help: "Agree beforehand, instead of being asked.")
    var yes = false

    @Option(help: .init("Wait so long for a load to end, and for readers of the months.", valueName: "seconds"))
    var wait = 10

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    func validate() throws {
        guard (1...9999).contains(keep) else {
            throw ValidationError("--keep must be from 1 to 9999: at least the newest month stays")
        }
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait must be from 0 to 86400 seconds") }
        guard to?.isEmpty != true else { throw ValidationError("--to must name a folder") }
    }

    func run() throws {
        let log = common.log("rd-db")
        let connection = try database.connectToWarehouse(log)
        let found = try RetentionPlan(keep: keep, in: connection)
        let report = RetentionReport(plan: found, asJSON: json || fileKind(1) != .terminal)
        if plan || found.isEmpty { return try printLines(report.planned) }
        try requireYes(yes, report.summary, account: report.table)
        let retention = Retention(
            found, to: destination, wait: wait,
            now: Clock.unixMilliseconds(), random: randomBytes(10), clock: Clock.monotonicNanoseconds)
        let summary = try retention.apply(to: connection) { try database.connect(log) }
        try printLines(report.done(summary))
    }

    private var destination: Retention.Destination {
        guard let to else { return .below(absolutePath(Folders().home)) }
        return .folder(absolutePath(to))
    }
}
