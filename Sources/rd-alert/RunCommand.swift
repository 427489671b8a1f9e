import ArgumentParser
import RDAlert
import RDAlertChannel
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess

struct RunCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Look at the runs since the last look, raise and end alerts, tell the channels.",
        discussion: """
            Failed runs, rules of quality that warn or fail, anomalies, runs that took much longer than those before, \
            and jobs whose next run is overdue. What was raised and is over again before anybody was told is only \
            written down. What a channel could not be told is tried again at each look.

            Exit 0 also where there are alerts or a channel is dead; 69 where no database answers, which is an alert too.

            Examples:
              rd-alert run
              rd-alert run --plan
              rd-alert run | jq -r 'select(.event == "opened") | .alert.message'
            """)

    @OptionGroup var options: AlertOptions
    @OptionGroup var chosen: SettingsOptions
    var common: CommonOptions { options.common }

    @Flag(help: "Say what would be raised and what is over; change nothing and tell nobody.")
    var plan = false

    func run() throws {
        let settings = try chosen.settings()
        let desk = options.desk(settings)
        let store = try connect(desk)
        if plan {
            let look = try store.look(now: Clock.unixMilliseconds(), settings, isPlan: true) { _ in }
            return try answer(look, Dispatch.Report())
        }
        try desk.replay(store)
        var look = try store.look(now: Clock.unixMilliseconds(), settings, log: desk.note)
        let fingerprint = Alert.fingerprint(.jobFailure, job: AlertSubject.ownJob, subject: Self.database)
        if let over = try store.settle(fingerprint, at: Clock.unixMilliseconds(), note: "it answers again") {
            desk.note([AlertNotice(.resolved, over)])
            look.notices.append(AlertNotice(.resolved, over))
        }
        let report = try desk.dispatch(isSending: chosen.send).tellAll(store)
        options.complain(report)
        try answer(look, report)
    }

    private static let database = "database"

    /// A warehouse that cannot be reached is a trouble that somebody has to know of.
    private func connect(_ desk: AlertDesk) throws -> AlertStore {
        do {
            return try options.connect()
        } catch let error as any CodedError where !plan {
            let alert = Alert(
                .jobFailure, .critical, job: AlertSubject.ownJob, subject: Self.database,
                message: "the warehouse cannot be looked at: \(error.message)", occurredAt: Clock.unixMilliseconds())
            options.complain(desk.raiseWithoutWarehouse(alert, isSending: chosen.send).1)
            throw error
        }
    }

    private func answer(_ look: AlertStore.Look, _ report: Dispatch.Report) throws {
        func count(_ event: AlertEvent) -> Int { look.notices.count { $0.event == event } }
        let counts: [(String, Int)] = [
            ("runs", look.runs), ("opened", count(.opened)), ("repeated", count(.repeated)),
            ("resolved", count(.resolved)), ("told", report.told.count), ("waiting", report.waiting),
        ]
        var summary: JSONValue = .object(counts.map { .init($0.0, .integer($0.1)) })
        summary["dead_channels"] = .array(report.failures.map { .string($0.channel) })
        let words = counts.map { "\(grouped($0.1)) \($0.0)" }.joined(separator: ", ")
        try options.answer(
            look.notices.map(\.json) + [["summary": summary]], look.notices.map(\.account) + [words])
    }
}
