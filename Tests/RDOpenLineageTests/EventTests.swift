import RDBytes
@testable import RDOpenLineage
import RDProcess
import RDRecord
import RDTesting
import Testing

private let run = "01a20991-2182-7920-8776-caefa27b21c2"

private func mapping(_ stage: String, _ columns: [(String, String, String)]) -> JSONValue {
    [
        "stage": .string(stage), "options": [:],
        "mapping": .array(
            columns.map { ["from": .string($0.0), "to": .string($0.1), "rule": .string($0.2)] }),
    ]
}

private let open: JSONValue = [
    "@rd": "open", "v": 2, "run": .string(run), "job": "nightly",
    "source": ["uri": "/data/sales.csv", "bytes": 763, "sha256": "aa82", "header": ["Quantity", "UnitPrice", "Odd"]],
    "stages": [
        mapping("ingest", [("Quantity", "quantity", "renamed"), ("UnitPrice", "unit_price", "renamed")]),
        mapping("clean", [("quantity", "quantity", "kept"), ("unit_price", "unit_price", "made positive")]),
        mapping(
            "transform",
            [
                ("quantity", "fact_sales.quantity", "kept"),
                ("quantity", "fact_sales.line_total", "quantity x unit_price"),
                ("unit_price", "fact_sales.line_total", "quantity x unit_price"),
            ]),
    ],
]

private func producer(_ change: (inout Producer) -> Void = { _ in }) -> Producer {
    var producer = Producer(
        version: "0.1.0", place: DatasetPlace(namespace: "postgres://db.example:5432", database: "retail"))
    change(&producer)
    return producer
}

private func outcome() -> RunOutcome {
    var account = StageLedger("load")
    account.rowsIn = 10
    account.rowsOut = 9
    account.rejected = [(code: "duplicate", count: 1)]
    account.moneyOut = 674_500
    var outcome = RunOutcome(ledger: [account])
    outcome.version = 7
    outcome.written = ["fact_sales": 9]
    outcome.quality = [
        metric("ingest", "completeness", "quantity", "0.75", fail: "0.95", status: "fail"),
        metric("clean", "distinct", "quantity", "5", fail: nil, status: "pass"),
        metric("load", "consistency", nil, "1", fail: nil, status: "warn"),
        rule("customers_are_known", segment: "France", "0.62", status: "warn"),
        rule("customers_are_known", segment: nil, "0.9", status: "pass"),
    ]
    return outcome
}

private func metric(
    _ stage: String, _ dimension: String, _ column: String?, _ value: String, fail: String?, status: String
) -> JSONValue {
    [
        "@rd": "metric", "stage": .string(stage), "gate": fail.map { _ in .string(stage) } ?? .null,
        "dimension": .string(dimension), "column": .optional(column), "value": .number(value), "n": 8, "warn": .null,
        "fail": fail.map { .number($0) } ?? .null, "status": .string(status),
    ]
}

private func rule(_ name: String, segment: String?, _ value: String, status: String) -> JSONValue {
    [
        "@rd": "metric", "stage": "ingest", "gate": "ingestion", "rule": .string(name), "dimension": "completeness",
        "column": "quantity", "segment": .optional(segment), "value": .number(value), "n": segment == nil ? 8 : 3,
        "bad": segment == nil ? 2 : 1, "warn": .number("0.7"), "fail": .number("0.5"), "status": .string(status),
    ]
}

/// Every sort of event that the library makes.
private func everyEvent() -> [JSONValue] {
    let child = producer {
        $0.parent = ParentRun(run: run, job: "chain", namespace: "retail-data-platform")
        $0.nominalStart = NominalTime("2026-11-23T02:00:00+01:00")
    }
    let events = RunEvents(run: run, job: "nightly", open: open, producer: child)
    let unknown = RunEvents(run: run, job: "nightly", open: .null, producer: producer())
    var several = open
    several["source"] = ["uri": "a b", "files": ["a", "b"], "header": ["Quantity", "UnitPrice"]]
    return [
        events.start(at: 0), events.complete(at: 1_500, outcome()),
        events.failure(at: 1_500, RDError(.data, "a gate", remedy: "mend it"), outcome()),
        events.failure(at: 1_500, RDError(.streamBroken, "cut"), RunOutcome(ledger: [])),
        unknown.start(at: 0), unknown.failure(at: 1, RDError(.unavailable, "no database"), RunOutcome(ledger: [])),
        RunEvents(run: run, job: "nightly", open: several, producer: producer()).complete(at: 1, outcome()),
    ]
}

@Suite struct EventTests {
    private let events = everyEvent()

    @Test func theLastEventSaysHowTheRunEnded() {
        #expect(
            events.map { $0["eventType"]?.string }
                == ["START", "COMPLETE", "FAIL", "ABORT", "START", "FAIL", "COMPLETE"])
        #expect(events[1]["eventTime"] == "1970-01-01T00:00:01.500Z")
        #expect(events[2]["run"]?["facets"]?["errorMessage"]?["message"] == "a gate; mend it")
        #expect(events[1]["run"]?["facets"]?["errorMessage"] == nil)
    }

    @Test func columnsAreTracedToTheFile() {
        let facets = events[1]["outputs"]?.array?.first?["facets"]
        let fields = facets?["columnLineage"]?["fields"]
        let inputs = fields?["line_total"]?["inputFields"]?.array
        #expect(inputs?.map { $0["field"]?.string } == ["Quantity", "UnitPrice"])
        #expect(inputs?.first?["name"] == "/data/sales.csv")
        #expect(inputs?.first?["transformations"]?.array?.first?["subtype"] == "TRANSFORMATION")
        let plain = fields?["quantity"]?["inputFields"]?.array?.first?["transformations"]?.array?.first
        #expect(plain?["subtype"] == "IDENTITY")
        #expect(facets?["version"]?["datasetVersion"] == "7")
        let both = events[6]["outputs"]?.array?.first?["facets"]?["columnLineage"]?["fields"]?["quantity"]
        #expect(both?["inputFields"]?.array?.map { $0["name"]?.string } == ["a", "b"])
    }

    @Test func figuresAndVerdictsAreCarried() {
        let input = events[1]["inputs"]?.array?.first?["inputFacets"]
        #expect(input?["dataQualityMetrics"]?["columnMetrics"]?["Quantity"] == ["count": 8, "nullCount": 2])
        let assertions = input?["dataQualityAssertions"]?["assertions"]?.array ?? []
        #expect(
            assertions.map { $0["name"]?.string } == [
                "completeness(quantity)", "consistency", "customers_are_known[France]", "customers_are_known",
                "ledger_balance(load)",
            ])
        #expect(assertions.map { $0["success"]?.bool } == [false, false, false, true, true])
        #expect(assertions.map { $0["severity"]?.string } == ["error", "warn", "warn", "error", "error"])
        #expect(assertions.first?["column"] == "Quantity")
        let output = events[1]["outputs"]?.array?.first
        #expect(output?["outputFacets"]?["outputStatistics"]?["rowCount"] == 9)
        let columns = output?["facets"]?["dataQualityMetrics"]?["columnMetrics"]
        #expect(columns?["quantity"]?["distinctCount"] == 5)
        #expect(columns?["net_amount"]?["sum"] == .number("67.4500"))
    }

    @Test func aWarningIsToldAgainstTheLimitThatItIsOver() {
        let input = events[1]["inputs"]?.array?.first?["inputFacets"]
        let assertions = input?["dataQualityAssertions"]?["assertions"]?.array ?? []
        #expect(assertions.map { $0["expected"]?.string } == ["0.95", nil, "0.7", "0.5", "10"])
        #expect(assertions[2]["params"]?["segment"] == "France")
        #expect(assertions[2]["params"]?["rule"] == "customers_are_known")
        #expect(input?["dataQualityMetrics"]?["columnMetrics"]?["Quantity"] == ["count": 8, "nullCount": 2])
    }

    @Test func aRunThatHasOnlyBegunHasNoFigures() {
        #expect(events[0]["inputs"]?.array?.first?["inputFacets"] == nil)
        #expect(events[0]["outputs"]?.array?.first?["outputFacets"] == nil)
    }

    @Test func theOpenLineOfAFilterIsTaken() throws {
        let line = try withSpan(open.text) { try ControlLine($0) }
        let start = RunEvents(try StreamOpen(line), producer: producer()).start(at: 0)
        #expect(start["run"]?["runId"] == .string(run))
        #expect(start["job"]?["name"] == "nightly")
    }

    @Test func everyEventIsValidByThePublishedSchemas() throws {
        let folder = try TemporaryFolder()
        try EventFile(folder.file("events")).append(events)
        let script =
            "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Tests/OpenLineage/validate"
        let (ending, output) = try capture(script, [folder.file("events")])
        let said = String(decoding: output, as: UTF8.self)
        if ending == .exit(77) { return print(said) }
        #expect(ending == .exit(0), "\(said)")
    }
}

@Suite struct ProducerTests {
    @Test(arguments: ["2026-11-23T02:00:00+01:00", "2026-11-23T02:00:00Z", "2026-02-28T23:59:59.123456-11:30"])
    func momentsWithAnOffsetAreTaken(text: String) { #expect(NominalTime(text)?.text == text) }

    @Test(arguments: [
        "soon", "", "2026-11-23", "2026-11-23T02:00:00", "2026-11-23 02:00:00Z", "2026-13-23T02:00:00Z",
        "2026-02-29T02:00:00Z", "2026-11-23T02:00:00.Z", "2026-11-23T02:00:00+0100", "2026-11-23T02:00:00+24:00",
        "2026-11-23T02:00:00+01:00x", "2026-11-23T02:00:00+-1:00",
    ])
    func whatIsNoMomentIsNotTaken(text: String) { #expect(NominalTime(text) == nil) }

    @Test func whatMakesNoSenseInTheEnvironmentIsLeftOut() {
        let bad = ["RD_SCHEDULED_FOR": "soon", "RD_PARENT_RUN_ID": "me"]
        var child = producer()
        #expect(child.adopt { bad[$0] }.count == 2)
        #expect(child.nominalStart == nil && child.parent == nil)
        let good = ["RD_SCHEDULED_FOR": "2026-11-23T02:00:00Z", "RD_PARENT_RUN_ID": run]
        #expect(child.adopt { good[$0] }.isEmpty)
        #expect(child.nominalStart?.text == "2026-11-23T02:00:00Z" && child.parent?.run == run)
    }
}

@Suite struct EventFileTests {
    @Test func eventsAreAppended() throws {
        let folder = try TemporaryFolder()
        let file = EventFile(folder.file("events"))
        try file.append([["a": 1], ["a": 2]])
        try file.append([["a": 3]])
        let bytes = try readAll(FileSource(path: folder.file("events")))
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n")
    }

    @Test func aFileThatCannotBeMadeIsSaid() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: RDError.self) { try EventFile(folder.file("no/where")).append([["a": 1]]) }
        #expect(error?.exitCode == .cannotCreate)
    }

    @Test(arguments: ["ftp://host/", "http://user:s3cret@host/api", "http://ho st/?k=s3cret", "http://?s3cret"])
    func urlsThatMakeNoSenseOrCarryAPasswordAreRefused(url: String) {
        let error = #expect(throws: RDError.self) { try EventPost(url, key: nil) }
        #expect(error?.exitCode == .usage)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func urlsAreToldFromFiles() throws {
        func isFile(_ text: String) throws -> Bool {
            if case .file = try EventTarget(text, key: nil) { true } else { false }
        }
        #expect(try !isFile("HTTPS://host/x"))
        #expect(try isFile("http/events"))
    }

    @Test(arguments: [
        ("http://host:5000", nil, "http://host:5000/api/v1/lineage"),
        ("http://host/base/?code=1", nil, "http://host/base/api/v1/lineage?code=1"),
        ("http://host/api/v1/lineage/", nil, "http://host/api/v1/lineage"),
        ("http://user:p@host", "/other", "http://user:p@host/other"),
    ])
    func theEnvironmentNamesAnEndpoint(url: String, endpoint: String?, whole: String) throws {
        let variables = ["OPENLINEAGE_URL": url, "OPENLINEAGE_ENDPOINT": endpoint]
        #expect(try EventPost(environment: { variables[$0] ?? nil })?.url == whole)
    }

    @Test func theEnvironmentMayHaveNoEndpoint() throws {
        #expect(try EventPost(environment: { _ in nil }) == nil)
        let off = ["OPENLINEAGE_URL": "http://host", "OPENLINEAGE_DISABLED": "true"]
        #expect(try EventPost(environment: { off[$0] }) == nil)
        #expect(throws: RDError.self) { try EventPost(environment: { $0 == "OPENLINEAGE_URL" ? "host" : nil }) }
    }
}
