import RDBytes
import RDFilter
import RDLineage
import RDOpenLineage
import RDPostgres
import RDProcess
import RDRecord
import RDServer
import RDWarehouse

/// Tells other tools of the load: that it has begun, before it does anything, and how it ended. What they cannot be
/// told is a warning; it changes nothing about the load.
final class Events {
    private let target: EventTarget
    private let log: Log
    private let now: () -> Int64
    private var producer: Producer
    /// The runs that were told to have begun: that of the stream, and the load's own where it is another.
    private var begun: [String] = []

    /// Nil where nobody is to be told. `option` names a file or a URL, or else OpenLineage's own variables a URL. A file
    /// that cannot be written is exit 73 and a URL that makes no sense 64, before anything is loaded; of the
    /// environment it is a warning.
    init?(_ option: String?, _ database: Database, _ log: Log, now: @escaping () -> Int64 = Clock.unixMilliseconds)
        throws
    {
        guard let target = try Self.target(option, log) else { return nil }
        if case .file = target { try target.send([]) }
        (self.target, self.log, self.now) = (target, log, now)
        let address = database.address
        producer = Producer(
            version: suiteVersion,
            place: DatasetPlace(host: address.host, port: address.port, database: address.database))
        for flaw in producer.adopt(environment) { log.write(.warning, "\(flaw); the events go without it") }
    }

    private static func target(_ option: String?, _ log: Log) throws -> EventTarget? {
        if let option { return try EventTarget(option, key: environment("OPENLINEAGE_API_KEY")) }
        do throws(RDError) {
            return try EventPost(environment: environment).map { .post($0) }
        } catch {
            log.write(.warning, "OPENLINEAGE_URL is left out: \(error.message)")
            return nil
        }
    }

    /// The load is in a session now, which knows best where the warehouse is.
    func connected(_ connection: Connection) { producer.place = DatasetPlace(connection) }

    /// A run begins.
    func begin(_ open: StreamOpen, _ run: String) {
        begun.append(run)
        tell { [RunEvents(open, run: run, producer: producer).start(at: now())] }
    }

    /// The load was committed, or the source had been loaded before and nothing was to be done.
    func complete(_ summary: LoadSummary, _ account: LoadAccount?, _ connect: () throws -> Connection) {
        guard let account else { return }
        var outcome = RunOutcome(ledger: summary.ledger.isEmpty ? account.ledger : summary.ledger)
        outcome.quality = summary.quality
        outcome.version = summary.version
        outcome.written["fact_sales"] = summary.facts.inserted + summary.facts.updated
        tell { [try events(account, connect, &outcome).complete(at: now(), outcome)] }
    }

    /// The load has failed: nothing was committed.
    func fail(_ error: any Error, _ account: LoadAccount?, _ connect: () throws -> Connection) {
        guard let account, !begun.isEmpty else { return }
        let coded = error as? any CodedError ?? RDError(.internalError, "\(error)")
        var outcome = RunOutcome(ledger: account.ledger)
        outcome.quality = account.metrics
        tell { [try events(account, connect, &outcome).failure(at: now(), coded, outcome)] }
    }

    private func events(_ account: LoadAccount, _ connect: () throws -> Connection, _ outcome: inout RunOutcome) throws
        -> RunEvents
    {
        outcome.sha256 = account.sha256
        outcome.bytes = account.bytes
        if begun.count > 1 { try restate(connect) }
        return RunEvents(account.open, run: begun.last, producer: producer)
    }

    /// The stream's own run was said to begin again, but was committed long ago: its end is told again as it was.
    private func restate(_ connect: () throws -> Connection) throws {
        let store = RunStore(try connect())
        var stored = try store.run(begun[0])
        stored.quality = try store.quality(of: stored.run)
        try target.send([stored.events(producer)[1]])
    }

    private func tell(_ events: () throws -> [JSONValue]) {
        do {
            try target.send(events())
        } catch {
            let why = (error as? any CodedError)?.message ?? "\(error)"
            log.write(.warning, "the events of the run could not be told: \(why)")
        }
    }
}
