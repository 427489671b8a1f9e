import RDBytes
import RDRecord
import RDTesting
import Testing

/// A run that every stream of these tests is of.
let testRun = RunID(milliseconds: 1_700_000_000_000, random: Array(0..<10))

/// An `open` line with the stages named.
func openLine(_ stages: [String] = ["ingest"], run: RunID = testRun) -> String {
    writtenText { out in
        var open = StreamOpen(run: run, job: "test", source: ["uri": "x.csv"])
        open.stages = stages.map { StreamOpen.Stage($0, options: [:], mapping: []) }
        open.append(to: &out)
    }
}

/// A `close` line with the accounts given.
func closeLine(_ ledger: [StageLedger] = [], run: RunID = testRun) -> String {
    writtenText { StreamClose(run: run, ledger: ledger).append(to: &$0) }
}

@Suite struct StreamStateTests {
    /// The state after `lines`, where `record` stands for a record.
    static func state(after lines: [String]) throws -> StreamState {
        var state = StreamState()
        for line in lines {
            if line == "record" {
                if state.phase == .fresh { state.beginBare(run: testRun, job: "bare") }
                try state.expectRecord()
            } else {
                try state.take(controlLine(line))
            }
        }
        return state
    }

    static func exitCode(after lines: [String]) -> ExitCode? {
        do {
            try state(after: lines).finish()
            return nil
        } catch {
            return (error as? RDError)?.exitCode
        }
    }

    static let reject = #"{"@rd":"reject","stage":"ingest"}"#
    static let unknown = #"{"@rd":"watermark"}"#
    static let abort = #"{"@rd":"abort","stage":"clean","code":"data","detail":"too bad"}"#
    static let broken = #"{"@rd":"abort","stage":"clean","code":"stream_broken","detail":"cut"}"#

    @Test func takesWholeStreams() {
        #expect(Self.exitCode(after: []) == nil)
        #expect(Self.exitCode(after: [openLine(), closeLine()]) == nil)
        #expect(Self.exitCode(after: [openLine(), "record", Self.reject, Self.unknown, "record", closeLine()]) == nil)
        #expect(Self.exitCode(after: ["record", "record"]) == nil)
        #expect(Self.exitCode(after: ["record", Self.reject]) == nil)
    }

    @Test(arguments: [
        [openLine()], [openLine(), "record"], [openLine(), Self.reject], [openLine(), openLine()],
        ["record", openLine()], [closeLine()], ["record", closeLine()], [openLine(), closeLine(), "record"],
        [openLine(), closeLine(), Self.reject], [openLine(), closeLine(), Self.unknown],
        [openLine(), closeLine(), closeLine()], [openLine(), closeLine(), openLine()],
        [openLine(), closeLine(run: RunID(milliseconds: 1, random: Array(0..<10)))],
        [openLine(), #"{"@rd":"close","run":"x"}"#], [openLine(), #"{"@rd":"close","ledger":[{"stage":"x"}]}"#],
        [#"{"@rd":"open"}"#], [#"{"@rd":"open","v":2,"run":"not a uuid"}"#], [openLine(), Self.broken],
        [#"{"@rd":"open","v":99,"run":"\#(testRun.text)"}"#],
    ])
    func callsWrongOrdersBroken(_ lines: [String]) {
        #expect(Self.exitCode(after: lines) == .streamBroken)
    }

    @Test func handsOnWhyTheStageUpstreamGaveUp() throws {
        let state = try Self.state(after: [openLine(), "record", Self.abort])
        #expect(state.phase == .aborted)
        #expect(throws: RDError(.data, "clean gave up (data): too bad")) { try state.finish() }
        #expect(throws: RDError.self) { try state.expectRecord() }
        #expect(Self.exitCode(after: [Self.abort]) == .data)
    }

    @Test func saysWhichStageWasLastHeardOf() throws {
        let state = try Self.state(after: [openLine(["ingest", "clean"])])
        #expect(state.lastHeardOf == "clean")
        let error = #expect(throws: RDError.self) { try state.finish() }
        #expect(error?.message.contains("last heard of is clean") == true)
    }

    @Test func givesABareStreamARunOfItsOwn() throws {
        let state = try Self.state(after: ["record"])
        #expect(state.open?.isBare == true)
        #expect(state.open?.run == testRun)
        #expect(state.lastHeardOf == "nobody")
    }

    @Test func readsBackTheOpenLine() throws {
        let text = openLine(["ingest"])
        var open = try StreamOpen(controlLine(text))
        #expect(open.run == testRun && open.job == "test" && open.source["uri"] == "x.csv" && !open.isBare)
        var stage = StreamOpen.Stage(
            "clean", options: ["dedupe": "key"], mapping: [ColumnMapping("quantity", "quantity", "made positive")])
        stage.channel = "pipe:1:2"
        open.stages.append(stage)
        let again = try StreamOpen(controlLine(writtenText { open.append(to: &$0) }))
        #expect(again.stages.map(\.name) == ["ingest", "clean"])
        #expect(again.stages.last?.channel == "pipe:1:2")
        #expect(again.stages.last?.json["options"]?["dedupe"] == "key")
        #expect(again.stages.last?.json["mapping"]?.array?.first?["rule"] == "made positive")
    }

    @Test func keepsMembersThatItDoesNotKnow() throws {
        let text = #"{"@rd":"open","v":2,"run":"\#(testRun.text)","job":"j","source":null,"later":[1],"stages":[]}"#
        #expect(writtenText { (try? StreamOpen(controlLine(text)))?.append(to: &$0) } == text + "\n")
    }
}
