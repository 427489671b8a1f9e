public import ArgumentParser
import Glibc
public import RDAlert
import RDAlertChannel
import RDAlertStore
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDRecord
import RDSchedule

extension AlertKind: ExpressibleByArgument {}
extension AlertSeverity: ExpressibleByArgument {}

/// What every command of rd-alert is told.
struct AlertOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    /// Where event lines go.
    var log: Log { common.log("rd-alert") }

    /// The alerts of a warehouse.
    func connect() throws -> AlertStore { AlertStore(try database.connectToWarehouse(log)) }

    /// Writes the answer: `lines` for people, one object a line for programs.
    func answer(_ objects: @autoclosure () -> [JSONValue], _ lines: @autoclosure () -> [String]) throws {
        try printLines(json || fileKind(1) != .terminal ? objects().map(\.text) : lines())
    }
}

/// Which configuration a command goes by.
struct SettingsOptions: ParsableArguments {
    @Option(help: .init("What is watched and who is told; pipelines/alerts.yaml otherwise.", valueName: "file"))
    var config: String?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Tell the channels.")
    var send = true

    /// The settings; a file that is wrong is exit 78.
    func settings() throws -> AlertSettings {
        try AlertSettings(ConfigurationReader().read(config, default: "alerts.yaml"))
    }
}

/// The surroundings of this process.
let surroundings = Surroundings(
    environment: { environment($0) }, now: { Clock.unixMilliseconds() },
    pause: { milliseconds in
        let end = Clock.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
        while true {
            let left = (end - Clock.monotonicNanoseconds()) / 1_000_000
            guard left > 0 else { return }
            poll(nil, 0, Int32(min(left, 60_000)))
        }
    },
    unique: { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)).text })

/// A span of time of the command line, in seconds.
func spanArgument(_ text: String) throws -> Int64 {
    do {
        return try spanOfTime(text)
    } catch {
        throw ValidationError("found '\(text)'; expected a span of time like 30m, 6h or 1d")
    }
}

extension AlertOptions {
    /// What takes alerts in, complaining on standard error.
    func desk(_ settings: AlertSettings) -> AlertDesk {
        let log = log
        return AlertDesk(settings, state: Folders().home, surroundings) { log.write(.warning, $0) }
    }

    /// Says which channels could not be told, and what waits.
    func complain(_ report: Dispatch.Report) {
        for failure in report.failures {
            log.write(
                .warning, "the channel \(failure.channel) cannot be told: \(failure.reason)",
                attributes: [("alert.channel", .string(failure.channel))])
        }
    }
}
