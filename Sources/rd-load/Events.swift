import RDBytes
import RDFilter
import RDLineage
import RDOpenLineage
import RDPostgres
import RDProcess

/// The file that tells other tools how a run ended.
struct Events {
    private let file: EventFile
    private let log: Log

    /// Makes sure that the file can be written before anything is loaded: exit 73.
    init(_ path: String, _ log: Log) throws {
        file = EventFile(path)
        self.log = log
        try file.append([])
    }

    /// Tells of a run that is in the history. What became of the load stands by now, so that a failure is a warning.
    func tell(of run: String, _ connect: () throws -> Connection) {
        do {
            let connection = try connect()
            let store = RunStore(connection)
            guard !run.isEmpty, try store.isKnown(run) else { return }
            var stored = try store.run(run)
            stored.quality = try store.quality(of: stored.run)
            var producer = Producer(version: suiteVersion, place: try DatasetPlace(connection))
            producer.adopt(environment)
            try file.append(stored.events(producer))
        } catch {
            let why = (error as? any CodedError)?.message ?? "\(error)"
            log.write(.warning, "the events of the run could not be told: \(why)")
        }
    }
}
