public import RDBytes
import RDLineage
import RDProcess
public import RDRecord

/// What a run has come to, for its last event.
public struct RunOutcome: Sendable {
    /// Each stage's account.
    public var ledger: [StageLedger]
    /// The `metric` lines of all stages.
    public var quality: [JSONValue] = []
    /// The number of the version; nil where none was made.
    public var version: Int?
    /// Rows written, by table of the warehouse.
    public var written: [String: Int] = [:]
    /// SHA-256 of what was read, where the `open` line did not have it.
    public var sha256: String?
    /// Its size in bytes, likewise.
    public var bytes: Int?

    /// What the accounts of the stages say.
    public init(ledger: [StageLedger]) { self.ledger = ledger }
}

/// The events of one run, as OpenLineage 2-0-2 has them: START when the stream opens, then COMPLETE, FAIL or ABORT.
public struct RunEvents: Sendable {
    let producer: Producer
    let open: JSONValue
    private let run: String
    private let job: String

    /// The events of a run whose stream began with `open` (the `open` line).
    public init(run: String, job: String, open: JSONValue, producer: Producer) {
        self.run = run
        self.job = job
        self.open = open
        self.producer = producer
    }

    /// The same from the `open` line as filters have it. `run` is another run that the stream is loaded by.
    public init(_ open: StreamOpen, run: String? = nil, producer: Producer) {
        self.init(run: run ?? open.run.text, job: open.job, open: open.line, producer: producer)
    }

    /// The run has begun. Times are in milliseconds since 1970.
    public func start(at time: Int64) -> JSONValue { event("START", time, RunOutcome(ledger: []), [], isDone: false) }

    /// The run was committed.
    public func complete(at time: Int64, _ outcome: RunOutcome) -> JSONValue {
        event("COMPLETE", time, outcome, [], isDone: true)
    }

    /// The run has failed and nothing was committed: ABORT where its stream was cut or given up on its way, FAIL for any
    /// other error.
    public func failure(at time: Int64, _ error: any CodedError, _ outcome: RunOutcome) -> JSONValue {
        let message = Facet.errorMessage.member(
            producer, [.init("message", .string(error.description)), .init("programmingLanguage", "SWIFT")])
        return event(error.exitCode == .streamBroken ? "ABORT" : "FAIL", time, outcome, [message], isDone: true)
    }

    private func event(
        _ type: String, _ time: Int64, _ outcome: RunOutcome, _ facets: [JSONValue.Member], isDone: Bool
    ) -> JSONValue {
        let lineage = RunLineage(open: open, ledger: outcome.ledger)
        let datasets = RunDatasets(producer: producer, lineage: lineage, outcome: outcome, isDone: isDone)
        return [
            "eventType": .string(type), "eventTime": .string(Clock.iso8601(time)), "producer": .string(producer.uri),
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": ["runId": .string(run), "facets": .object(runFacets + facets)],
            "job": [
                "namespace": .string(producer.namespace), "name": .string(job), "facets": .object([jobType]),
            ], "inputs": .array(datasets.inputs), "outputs": .array(datasets.outputs),
        ]
    }

    private var runFacets: [JSONValue.Member] {
        var facets = [
            Facet.processingEngine.member(
                producer,
                [
                    .init("version", .string(producer.version)), .init("name", "retail-data-platform"),
                    .init("openlineageAdapterVersion", .string(producer.version)),
                ])
        ]
        if let parent = producer.parent {
            facets.append(
                Facet.parent.member(
                    producer,
                    [
                        .init("run", ["runId": .string(parent.run)]),
                        .init("job", ["namespace": .string(parent.namespace), "name": .string(parent.job)]),
                    ]))
        }
        if let start = producer.nominalStart {
            facets.append(Facet.nominalTime.member(producer, [.init("nominalStartTime", .string(start.text))]))
        }
        return facets
    }

    private var jobType: JSONValue.Member {
        Facet.jobType.member(
            producer,
            [
                .init("processingType", "BATCH"), .init("integration", "RETAIL_DATA_PLATFORM"), .init("jobType", "JOB"),
                .init("emissionPattern", ["eventTrigger": "EVENT_BASED", "eventContentMode": "ACCUMULATIVE"]),
            ])
    }
}
