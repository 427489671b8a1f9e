import ArgumentParser
import RDAlert
import RDAlertChannel
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess

struct TestCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a test to every channel, or to those named, and say what came of it.",
        discussion: """
            Needs no database. Exit 69 where a channel cannot be told.

            Examples:
              rd-alert test
              rd-alert test mail
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: .init("What is watched and who is told; pipelines/alerts.yaml otherwise.", valueName: "file"))
    var config: String?
    @Flag(help: "Write JSON on a terminal too.") var json = false
    @Argument(help: "The channels.") var channels: [String] = []

    func run() throws {
        let settings = try AlertSettings(ConfigurationReader().read(config, default: "alerts.yaml"))
        let log = common.log("rd-alert")
        let desk = AlertDesk(settings, state: Folders().home, surroundings) { log.write(.warning, $0) }
        let chosen = try choose(settings.channels)
        let alert = Alert(
            .jobFailure, .info, job: AlertSubject.ownJob, subject: "test",
            message: "this is a test; nothing is wrong", occurredAt: Clock.unixMilliseconds())
        let notice = AlertNotice(.test, AlertRecord(alert))
        desk.note([notice])
        let results = chosen.map { tell($0, notice, hiding: desk.secrets) }
        try printLines(json || fileKind(1) != .terminal ? results.map(\.text) : Self.lines(results))
        let dead = results.filter { $0["ok"] == false }.compactMap { $0["channel"]?.string }
        guard dead.isEmpty else {
            throw RDError(
                .unavailable,
                "\(dead.count) of \(results.count) channels cannot be told: \(dead.joined(separator: ", "))")
        }
    }

    private func choose(_ known: [ChannelSettings]) throws -> [ChannelSettings] {
        if channels.isEmpty { return known }
        return try channels.map { name in
            guard let channel = known.first(where: { $0.name == name }) else {
                let names = known.map(\.name).joined(separator: ", ")
                throw RDError(
                    .usage, "there is no channel '\(name)'",
                    remedy: known.isEmpty ? "the configuration has none" : "there are \(names)")
            }
            return channel
        }
    }

    private func tell(_ channel: ChannelSettings, _ notice: AlertNotice, hiding secrets: KnownSecrets) -> JSONValue {
        let began = Clock.monotonicNanoseconds()
        var reason: String?
        do throws(DeliveryFailure) { try channel.tell(notice, hiding: secrets, surroundings) } catch {
            reason = error.reason
        }
        return [
            "channel": .string(channel.name), "ok": .bool(reason == nil), "error": .optional(reason),
            "ms": .integer((Clock.monotonicNanoseconds() - began) / 1_000_000),
        ]
    }

    private static func lines(_ results: [JSONValue]) -> [String] {
        if results.isEmpty { return ["the configuration has no channels: alerts go to the log and the database"] }
        return columnLines(
            results.map { result in
                [
                    result["channel"]?.string ?? "", result["error"]?.string ?? "ok",
                    "\(grouped(result["ms"]?.integer ?? 0)) ms",
                ]
            }, left: 2)
    }
}
