import RDBytes
import RDFilter
import RDProcess
import RDRecord
import RDTesting
import Testing

/// What must never happen: a `close` line after a stream that had none.
@Suite struct BrokenStreamTests {
    static let whole = openLine() + "{\"a\":1}\n{\"a\":2}\n" + closeLine(rows: 2)

    /// Cut anywhere after its first line, a stream ends with an `abort` line and exit 76.
    @Test func neverClosesAStreamThatWasCut() throws {
        let bytes = Array(Self.whole.utf8)
        let first = openLine().utf8.count
        for size in first..<bytes.count - 1 {
            let found = runLoop(MemorySource(bytes[..<size]), try testSetting())
            #expect(found.error?.exitCode == .streamBroken, "cut at \(size)")
            #expect(found.control("close").isEmpty, "cut at \(size)")
            let abort = found.control("abort")
            #expect(abort.map { $0["code"]?.string } == ["stream_broken"] && found.lines.last == abort.last?.text)
            #expect(["{\"a\":1}", "{\"a\":2}"].starts(with: found.records), "cut at \(size)")
        }
    }

    /// A first line that was cut is no stream at all, and the next filter must not take it for an empty one.
    @Test func refusesAnOpenLineThatWasCut() throws {
        let bytes = Array(openLine().utf8)
        for size in 7..<bytes.count - 1 {
            let found = runLoop(MemorySource(bytes[..<size]), try testSetting())
            #expect(found.error?.exitCode == .streamBroken, "cut at \(size)")
            #expect(found.lines == found.control("abort").map(\.text) && found.lines.count == 1, "cut at \(size)")
        }
    }

    @Test(arguments: [
        whole + "{\"a\":3}\n", whole + openLine(), whole + whole, whole + "{\"@rd\":\"metric\"}\n",
        openLine() + openLine(), "{\"a\":1}\n" + openLine(), "{\"a\":1}\n" + closeLine(rows: 1), closeLine(rows: 0),
        openLine() + "{\"@rd\":\"close\"}\n", openLine() + "{\"@rd\":\n",
    ])
    func refusesLinesOutOfPlace(_ input: String) throws {
        let found = runLoop(input, try testSetting())
        #expect(found.error?.exitCode == .streamBroken)
        #expect(found.control("close").isEmpty)
        #expect(found.control("abort").count == 1)
    }

    @Test(arguments: [("data", ExitCode.data), ("stream_broken", .streamBroken), ("other", .data)])
    func passesOnThatTheStageBeforeGaveUp(_ code: String, _ exitCode: ExitCode) throws {
        let abort = #"{"@rd":"abort","stage":"ingest","code":"\#(code)","detail":"line 7"}"#
        let found = runLoop(openLine() + "{\"a\":1}\n" + abort + "\n", try testSetting())
        #expect(found.error?.exitCode == exitCode)
        #expect(found.error?.message == "ingest gave up (\(code)): line 7")
        #expect(found.records == ["{\"a\":1}"] && found.control("close").isEmpty)
        #expect(found.control("abort").count == 1)
        #expect(found.control("abort").first?["stage"] == "echo")
        #expect(found.control("abort").first?["code"]?.string == code)
        #expect(found.control("abort").first?["detail"]?.string?.contains("line 7") == true)
    }

    @Test func givesUpWhereTheStageDoes() throws {
        let found = runLoop(openLine() + "{\"a\":1}\n{\"fatal\":1}\n" + closeLine(rows: 2), try testSetting())
        #expect(found.error == RDError(.data, "a fatal record"))
        #expect(found.records == ["{\"a\":1}"] && found.control("close").isEmpty)
        #expect(found.control("abort").map { $0["code"]?.string } == ["data"])
    }

    /// The metrics of a stage that gives up stand before its `abort` line, which has the code of its error.
    @Test func givesUpAtTheEndWhereTheStageJudgesSo() throws {
        let found = runLoop(openLine() + "{\"doubt\":1}\n" + closeLine(rows: 1), try testSetting())
        #expect(found.error?.exitCode == .data)
        #expect(found.control("metric").count == 1 && found.control("close").isEmpty)
        #expect(found.control("abort").map { $0["code"]?.string } == ["doubt"])
        #expect(found.control("abort").first?["detail"]?.string == "there is doubt")
    }

    @Test func warnsOfWhatTheStageWarnsOf() throws {
        let input = openLine() + "{\"worry\":1}\n" + closeLine(rows: 1)
        #expect(runLoop(input, try testSetting()).control("close").count == 1)
        let found = runLoop(input, try testSetting(["--strict"]))
        #expect(found.error?.message == "--strict: a worry")
        #expect(found.control("abort").count == 1)
    }

    @Test func isStrictWhereAsked() throws {
        let input = openLine() + "{\"a\":\"bad\"}\n" + closeLine(rows: 1)
        #expect(runLoop(input, try testSetting()).error == nil)
        let found = runLoop(input, try testSetting(["--strict"]))
        #expect(found.error?.exitCode == .data)
        #expect(found.control("close").isEmpty && found.control("abort").count == 1)
        #expect(runLoop(Self.whole, try testSetting(["--strict"])).error == nil)
    }

    @Test func recordsAProgramBetweenTwoFilters() throws {
        let input = openLine(channel: "pipe:1:1") + "{\"a\":1}\n" + closeLine(rows: 5)
        var setting = try testSetting()
        setting.inputChannel = "pipe:1:2"
        let ledger =
            runLoop(input, setting).control("close").first?["ledger"]?.array?.compactMap(StageLedger.init) ?? []
        #expect(ledger.map(\.stage) == ["ingest", StageLedger.opaque, "echo"])
        try StageLedger.verify(ledger)
        setting.isStrict = true
        #expect(runLoop(input, setting).error?.exitCode == .data)
    }

    /// `tee` and `pv` are programs too, but nothing to be warned of.
    @Test func recordsAProgramThatTookNothingWithoutAWarning() throws {
        let input = openLine(channel: "pipe:1:1") + "{\"a\":1}\n" + closeLine(rows: 1)
        var setting = try testSetting(["--strict"])
        setting.inputChannel = "pipe:1:2"
        let found = runLoop(input, setting)
        let ledger = found.control("close").first?["ledger"]?.array ?? []
        #expect(ledger.map { $0["stage"]?.string } == ["ingest", StageLedger.opaque, "echo"])
        #expect(found.error == nil)
    }

    @Test func callsALossBetweenNeighboursADefect() throws {
        var setting = try testSetting()
        setting.inputChannel = "pipe:1:1"
        let found = runLoop(openLine(channel: "pipe:1:1") + "{\"a\":1}\n" + closeLine(rows: 5), setting)
        #expect(found.error?.exitCode == .internalError)
        #expect(found.control("close").isEmpty)
    }

    /// What fails on the way is told as it is, and the stream has no end.
    @Test func neverClosesAStreamThatCannotBeReadOrWritten() throws {
        final class Failing: ByteSource {
            let source = MemorySource((openLine() + "{\"a\":1}\n").utf8)
            var wouldWait: Bool { false }
            func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
                let got = source.read(into: space)
                if got == 0 { throw RDError(.io, "the disk is gone") }
                return got
            }
        }
        let found = runLoop(Failing(), try testSetting())
        #expect(found.error == RDError(.io, "the disk is gone"))
        #expect(found.control("close").isEmpty)
        let full = try FileSink(creating: "/dev/full")
        var loop = FilterLoop(EchoStage(), from: MemorySource(Self.whole.utf8), to: full, try testSetting())
        let error = #expect(throws: RDError.self) { try loop.run() }
        #expect(error?.exitCode == .io)
        try full.close()
    }
}
