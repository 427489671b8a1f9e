import RDBytes
import RDFilter
import RDProcess
import RDRecord
import RDTesting
import Testing

@Suite struct FilterLoopTests {
    static let unknown = #"{"@rd":"watermark","at":3}"#
    static let whole =
        openLine() + "{\"a\":1}\n\n\(unknown)\n{\"a\":\"bad\"}\n \t\n" + #"{"@rd":"reject","stage":"ingest"}"#
        + "\n{\"a\":2}\n" + closeLine(rows: 3)

    /// The same output whatever the pieces that the input comes in.
    @Test func passesAStreamThrough() throws {
        let expected = runLoop(Self.whole, try testSetting())
        #expect(expected.error == nil)
        #expect(expected.records == ["{\"a\":1}", "{\"a\":2}"])
        for step in 1...40 {
            let found = runLoop(Self.whole, step: step, try testSetting())
            #expect(found.text == expected.text && found.error == nil, "pieces of \(step)")
        }
    }

    @Test func addsItselfToTheFirstAndTheLastLine() throws {
        var setting = try testSetting()
        setting.outputChannel = "pipe:1:2"
        setting.inputChannel = "pipe:1:1"
        let found = runLoop(Self.whole, setting)
        let open = try #require(found.control("open").first)
        #expect(found.lines.first == open.text && found.lines.last == found.control("close").first?.text)
        #expect(open["stages"]?.array?.map { $0["stage"]?.string } == ["ingest", "echo"])
        #expect(open["stages"]?.array?.last?["channel"] == "pipe:1:2")
        #expect(open["stages"]?.array?.last?["input"] == "pipe:1:1")
        #expect(open["stages"]?.array?.last?["exact"] == nil)
        #expect(open["stages"]?.array?.last?["options"] == ["loud": true])
        let ledger = found.control("close").first?["ledger"]?.array?.compactMap(StageLedger.init) ?? []
        #expect(ledger.map(\.stage) == ["ingest", "echo"])
        #expect(ledger.last?.rowsIn == 3 && ledger.last?.rowsOut == 2 && ledger.last?.rejectedTotal == 1)
        #expect(found.control("metric").count == 1)
    }

    @Test func keepsLinesItDoesNotKnowInTheirPlace() throws {
        let lines = runLoop(Self.whole, try testSetting()).lines
        let place = try #require(lines.firstIndex(of: Self.unknown))
        #expect(lines[place - 1] == "{\"a\":1}")
        #expect(lines[place + 1].contains("\"stage\":\"echo\""))
        #expect(lines[place + 2] == #"{"@rd":"reject","stage":"ingest"}"#)
    }

    @Test func givesABareStreamARun() throws {
        for input in ["{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":2}"] {
            let found = runLoop(input, try testSetting())
            #expect(found.error == nil && found.records == ["{\"a\":1}", "{\"a\":2}"])
            let open = found.control("open").first
            #expect(open?["bare"] == true && open?["run"]?.string == testRun.text && open?["job"] == "test")
            #expect(found.control("close").first?["ledger"]?.array?.count == 1)
        }
    }

    @Test func writesNothingForNothing() throws {
        for input in ["", "\n", " \n\n"] {
            let found = runLoop(input, try testSetting())
            #expect(found.error == nil && found.text.isEmpty)
        }
    }

    @Test func setsAsideLinesThatAreTooLong() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 1 << 20) + "\"}\n"
        for (before, after) in [("", ""), (openLine(), closeLine(rows: 3))] {
            let found = runLoop("\(before){\"a\":1}\n\(long){\"a\":2}\n\(after)", try testSetting())
            #expect(found.error == nil && found.records == ["{\"a\":1}", "{\"a\":2}"])
            #expect(found.control("reject").map { $0["raw_bytes"]?.integer } == [long.utf8.count - 1])
        }
    }

    /// A source that makes the loop write after every piece, as a slow pipe does.
    final class SlowSource: ByteSource {
        private let source: MemorySource
        init(_ text: String, step: Int) { source = MemorySource(text.utf8, step: step) }
        var wouldWait: Bool { true }
        func read(into space: UnsafeMutableRawBufferPointer) -> Int { source.read(into: space) }
    }

    @Test func writesRecordsOnlyWhereItIsBare() throws {
        let setting = try testSetting(["--bare"])
        for step in [1, 7, 1000] {
            #expect(runLoop(Self.whole, step: step, setting).text == "{\"a\":1}\n{\"a\":2}\n")
            #expect(runLoop(SlowSource(Self.whole, step: step), setting).text == "{\"a\":1}\n{\"a\":2}\n")
        }
        let cut = runLoop(SlowSource(openLine() + "{\"a\":1}\n", step: 9), setting)
        #expect(cut.text == "{\"a\":1}\n" && cut.error?.exitCode == .streamBroken)
    }

    /// Output does not wait for more input where there is none yet.
    @Test func writesWhatItHasBeforeItWaits() throws {
        final class Watching: ByteSource {
            let pieces: [String]
            let sink: MemorySink
            var seen: [String] = []
            init(_ pieces: [String], _ sink: MemorySink) { (self.pieces, self.sink) = (pieces, sink) }
            var wouldWait: Bool { true }
            func read(into space: UnsafeMutableRawBufferPointer) -> Int {
                seen.append(sink.text)
                guard seen.count <= pieces.count else { return 0 }
                let piece = Array(pieces[seen.count - 1].utf8)
                space.copyBytes(from: piece)
                return piece.count
            }
        }
        let sink = MemorySink()
        let source = Watching(["{\"a\":1}\n", "{\"a\":2}\n"], sink)
        var loop = FilterLoop(EchoStage(), from: source, to: sink, try testSetting())
        try loop.run()
        #expect(source.seen.count == 3)
        #expect(source.seen[1].hasSuffix("{\"a\":1}\n") && source.seen[2].hasSuffix("{\"a\":2}\n"))
    }
}
