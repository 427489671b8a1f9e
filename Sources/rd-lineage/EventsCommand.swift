public import ArgumentParser
import RDBytes
import RDFilter
import RDLineage
public import RDOpenLineage
import RDProcess
import RDRecord

struct EventsCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Tell other tools of a run, as OpenLineage events.",
        discussion: """
            START and how the run ended (COMPLETE, FAIL or ABORT), to standard output, one a line, or to a file or a \
            URL. A key for the URL is read from OPENLINEAGE_API_KEY. The parent run and the time that the run was due \
            are those of RD_PARENT_RUN_ID, RD_PARENT_JOB and RD_SCHEDULED_FOR where no option names them.

            Examples:
              rd-lineage events | jq .eventType
              rd-lineage events v3 --openlineage events.ndjson
              rd-lineage events --url http://marquez.example:5000/api/v1/lineage
            """)

    @OptionGroup var options: LineageOptions

    @Option(help: .init("Append the events to this file, or send them to this URL.", valueName: "file|url"))
    var openlineage: String?
    @Option(help: .init("Send each event to this URL, by POST.", valueName: "url")) var url: String?
    @Option(help: .init("The namespace of the job.", valueName: "name")) var namespace = Producer.defaultNamespace
    @Option(help: .init("The run that started this one.", valueName: "uuid")) var parentRun: String?
    @Option(help: .init("The job of that run.", valueName: "name")) var parentJob: String?
    @Option(help: .init("When the run was due, in ISO 8601 with an offset.", valueName: "time"))
    var nominalTime: NominalTime?

    @Argument(help: .init("The run, as for show.", valueName: "run")) var name: String?

    var common: CommonOptions { options.common }

    func validate() throws {
        if let url, !url.lowercased().hasPrefix("http") {
            throw ValidationError("--url \(url) is not an http or https URL")
        }
        if let parentRun, RunID(parentRun) == nil { throw ValidationError("--parent-run \(parentRun) is not a UUID") }
    }

    func run() throws {
        let targets = try [openlineage, url].compactMap { $0 }.map {
            try EventTarget($0, key: environment("OPENLINEAGE_API_KEY"))
        }
        let connection = try options.connect()
        let store = RunStore(connection)
        var stored = try store.run(name)
        stored.quality = try store.quality(of: stored.run)
        let events = stored.events(producer(DatasetPlace(connection)))
        for target in targets { try target.send(events) }
        if targets.isEmpty { try options.write(events.map { $0.text + "\n" }.joined()) }
    }

    /// Who tells, with what options or else the environment say of the run's start.
    private func producer(_ place: DatasetPlace) -> Producer {
        var producer = Producer(version: suiteVersion, place: place)
        producer.namespace = namespace
        producer.nominalStart = nominalTime
        let flaws = producer.adopt { name in
            switch name {
            case "RD_PARENT_RUN_ID": parentRun ?? environment(name)
            case "RD_PARENT_JOB": parentJob ?? environment(name)
            default: environment(name)
            }
        }
        for flaw in flaws { common.log("rd-lineage").write(.warning, "\(flaw); the events go without it") }
        return producer
    }
}

extension NominalTime: ExpressibleByArgument {
    /// The moment that an option names.
    public init?(argument: String) { self.init(argument) }
}
