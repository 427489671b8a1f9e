import ArgumentParser
import RDAlert
import RDAlertChannel
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess

/// Which alerts a command is about: named one by one, or by what they are about.
struct AlertChoice: ParsableArguments {
    @Argument(help: "The alerts: numbers or fingerprints.") var alerts: [String] = []
    @Option(help: "All unresolved ones of this kind.") var kind: AlertKind?
    @Option(help: "All unresolved ones of this job.") var job: String?
    @Option(help: "All unresolved ones of this subject.") var subject: String?

    func validate() throws {
        let isWide = kind != nil || job != nil || subject != nil
        guard isWide != !alerts.isEmpty else {
            throw ValidationError("name alerts, or choose them by --kind, --job and --subject")
        }
    }

    /// The numbers of the alerts.
    func ids(_ store: AlertStore) throws -> [Int] {
        if !alerts.isEmpty { return try alerts.compactMap { try store.find($0).id } }
        var filter = AlertStore.Filter()
        filter.statuses = [.open, .acknowledged]
        filter.kind = kind
        filter.job = job
        filter.subject = subject
        filter.limit = 100_000
        return try store.list(filter).compactMap(\.id)
    }
}

/// Who did it.
struct PersonOptions: ParsableArguments {
    @Option(help: .init("Who does this; your user name otherwise.", valueName: "name")) var by: String?
    var person: String { by ?? userName() }
}

struct AckCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Say that somebody knows: no more reminders, unless it gets worse.",
        discussion: """
            Examples:
              rd-alert ack 12 --note "supplier asked"
              rd-alert ack --job nightly --kind quality_violation
            """)

    @OptionGroup var options: AlertOptions
    @OptionGroup var chosen: SettingsOptions
    @OptionGroup var choice: AlertChoice
    @OptionGroup var person: PersonOptions
    @Option(help: .init("What there is to say.", valueName: "text")) var note: String?
    var common: CommonOptions { options.common }

    func run() throws {
        try options.change(.acknowledged, chosen, choice) { store, ids in
            try store.acknowledge(ids, by: person.person, note: note)
        }
    }
}

struct ResolveCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say that a trouble is over; channels that were told of it are told that too.",
        discussion: """
            A trouble that is still there comes again with the next run. A missed run that is resolved is not raised \
            again until the job has had another run.

            Examples:
              rd-alert resolve 12 --note "file came by hand"
              rd-alert resolve --kind job_failure --job nightly --subject backup
            """)

    @OptionGroup var options: AlertOptions
    @OptionGroup var chosen: SettingsOptions
    @OptionGroup var choice: AlertChoice
    @OptionGroup var person: PersonOptions
    @Option(help: .init("What there is to say.", valueName: "text")) var note: String?
    var common: CommonOptions { options.common }

    func run() throws {
        try options.change(.resolved, chosen, choice) { store, ids in
            try store.resolve(ids, by: person.person, note: note)
        }
    }
}

struct SilenceCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Let nobody be told of alerts for a while; they are counted all the same.",
        discussion: """
            Holds for the trouble, also where it is over and comes again meanwhile.

            Examples:
              rd-alert silence 12 --for 2h --reason "moving the server"
              rd-alert silence --job nightly --until 2026-12-24T06:00:00Z --reason "holiday"
              rd-alert silence 12 --lift
            """)

    @OptionGroup var options: AlertOptions
    @OptionGroup var chosen: SettingsOptions
    @OptionGroup var choice: AlertChoice
    @OptionGroup var person: PersonOptions
    @Option(
        name: .customLong("for"), help: .init("For so long: 30m, 6h, 1d.", valueName: "span"), transform: spanArgument)
    var span: Int64?
    @Option(help: .init("Until then: 2026-12-24T06:00:00Z.", valueName: "time")) var until: String?
    @Option(help: .init("Why; it is asked for.", valueName: "text")) var reason: String?
    @Flag(help: "Let people be told again.") var lift = false
    var common: CommonOptions { options.common }

    func validate() throws {
        if lift {
            guard span == nil, until == nil, reason == nil else {
                throw ValidationError("--lift does not go with --for, --until and --reason")
            }
            return
        }
        guard (span == nil) != (until == nil) else { throw ValidationError("give either --for or --until") }
        guard reason?.isEmpty == false else { throw ValidationError("give a --reason, for those who wonder later") }
        if let until, parseMoment(until) == nil {
            throw ValidationError("--until \(until) is not a time like 2026-12-24T06:00:00Z")
        }
    }

    func run() throws {
        let now = Clock.unixMilliseconds()
        let moment = until.flatMap(parseMoment) ?? span.map { now + $0 * 1000 }
        if let moment, moment <= now { throw RDError(.usage, "--until \(until ?? "") is past") }
        try options.change(lift ? .unsilenced : .silenced, chosen, choice) { store, ids in
            try store.silence(ids, until: moment, by: person.person, reason: reason)
        }
    }
}

extension AlertOptions {
    /// Changes alerts, notes it in the log, tells the channels and answers with what was changed.
    func change(
        _ event: AlertEvent, _ chosen: SettingsOptions, _ choice: AlertChoice,
        _ body: (AlertStore, [Int]) throws -> [AlertRecord]
    ) throws {
        let desk = desk(try chosen.settings())
        let store = try connect()
        let changed = try body(store, try choice.ids(store))
        desk.note(changed.map { AlertNotice(event, $0) })
        complain(try desk.dispatch(isSending: chosen.send).tellAll(store))
        try answer(
            changed.map(\.json),
            changed.isEmpty ? ["nothing to change"] : changed.map { AlertNotice(event, $0).account })
    }
}
