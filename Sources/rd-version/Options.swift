import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDRecord
import RDWarehouse

/// What every command of rd-version is told.
struct VersionOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    /// Where event lines go.
    var log: Log { common.log("rd-version") }

    /// True where programs read the answer.
    var isForPrograms: Bool { json || fileKind(1) != .terminal }

    /// A session in a warehouse.
    func connect() throws -> Connection { try database.connectToWarehouse(log) }

    /// Another session in it.
    func reconnect() throws -> Connection { try database.connect(log) }

    /// Writes the answer: `lines` for people, one object a line for programs.
    func answer(_ objects: @autoclosure () -> [JSONValue], _ lines: @autoclosure () -> [String]) throws {
        try printLines(isForPrograms ? objects().map(\.text) : lines())
    }
}

/// What the commands are told that change the warehouse.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Say what would change, and change nothing.")
    var plan = false

    @Flag(help: "Agree beforehand, instead of being asked.")
    var yes = false

    @OptionGroup var lock: LockOptions

    /// True where somebody at a terminal has to be shown what would change, and asked.
    var isAsking: Bool { !yes && fileKind(0) == .terminal }
}

/// How long to wait for others.
struct LockOptions: ParsableArguments {
    @Option(
        help: .init("Wait so long for a load or another change to end; three seconds at least.", valueName: "seconds"))
    var wait = 0

    func validate() throws {
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait must be from 0 to 86400 seconds") }
    }
}

/// The name of a new run.
func newRun() -> String {
    let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)).text
    ProcessRun.set(run)
    return run
}

/// The folder that `--to` names, or one of the version's own in `folder` of the state folder; from the root.
func versionFolder(_ to: String?, in folder: String) -> (Int) -> String {
    { number in absolutePath(to ?? "\(Folders().home)/\(folder)/version-\(number)") }
}
