import RDBytes
import RDRecord
import RDTesting
import Testing

@Suite struct LedgerTests {
    static func ledger(_ stage: String, in rowsIn: Int, out rowsOut: Int, rejected: Int = 0, money: Int128 = 0)
        -> StageLedger
    {
        var ledger = StageLedger(stage)
        ledger.rowsIn = rowsIn
        ledger.rowsOut = rowsOut
        if rejected > 0 { ledger.rejected = [("duplicate", rejected)] }
        ledger.moneyIn = money
        ledger.moneyOut = money
        return ledger
    }

    @Test func readsBackRandomAccounts() throws {
        var random = SeededRandom(1)
        for _ in 0..<300 {
            var ledger = Self.ledger(random.text(upTo: 8), in: random.below(1 << 40), out: random.below(1000))
            ledger.moneyIn = Int128(Int64(bitPattern: random.next())) * 1000
            ledger.moneyOut = -ledger.moneyIn - Int128(random.below(10_000))
            ledger.milliseconds = random.below(100_000)
            ledger.rejected = (0..<random.below(4)).map { ("code_\($0)", random.below(100)) }
            ledger.members = (0..<random.below(3)).map { ("dim_\($0)", random.below(100)) }
            ledger.rules = (0..<random.below(3)).map {
                .init("rule \($0)", rows: random.below(10), money: Int128(Int64(bitPattern: random.next())))
            }
            let line = closeLine([ledger])
            let close = try StreamClose(controlLine(line))
            #expect(close.ledger == [ledger])
            #expect(writtenText { close.append(to: &$0) } == line)
        }
    }

    @Test func writesMoneyWithAllFourPlaces() {
        let json = Self.ledger("load", in: 3, out: 2, rejected: 1, money: -12_345).json
        #expect(
            json.text == #"{"stage":"load","in":3,"out":2,"rejected":{"duplicate":1},"ms":0,"#
                + #""money":{"in":"-1.2345","out":"-1.2345","rules":{}}}"#)
    }

    @Test(arguments: [
        "1", "{}", #"{"stage":"x","in":1,"out":1}"#, #"{"stage":"x","in":1,"out":1,"money":{"in":1,"out":"0.0000"}}"#,
        #"{"stage":"x","in":1.5,"out":1,"money":{"in":"0","out":"0"}}"#,
        #"{"stage":"x","in":-1,"out":1,"money":{"in":"0","out":"0"}}"#,
        #"{"stage":"x","in":9223372036854775807,"out":1,"money":{"in":"0","out":"0"}}"#,
        #"{"stage":"x","in":1,"out":1,"rejected":{"a":-1},"money":{"in":"0","out":"0"}}"#,
        #"{"stage":"x","in":1,"out":1,"money":{"in":"99999999999999999999999999999999999999","out":"0"}}"#,
    ])
    func refusesWhatIsNoAccount(_ text: String) throws {
        #expect(StageLedger(try JSONValue(parsing: text)) == nil)
    }

    @Test func takesBalancedChains() throws {
        try StageLedger.verify([])
        try StageLedger.verify([
            Self.ledger("ingest", in: 10, out: 8, rejected: 2), Self.ledger("clean", in: 8, out: 8),
            Self.ledger(StageLedger.opaque, in: 8, out: 3), Self.ledger("load", in: 3, out: 3),
        ])
    }

    @Test(arguments: [
        [ledger("clean", in: 10, out: 9)], [ledger("clean", in: 10, out: 10, rejected: 1)],
        [ledger("ingest", in: 10, out: 10), ledger("clean", in: 9, out: 9)],
        [ledger("ingest", in: 10, out: 10), ledger(StageLedger.opaque, in: 9, out: 1)],
    ])
    func refusesWhatDoesNotBalance(_ chain: [StageLedger]) {
        let error = #expect(throws: RDError.self) { try StageLedger.verify(chain) }
        #expect(error?.exitCode == .internalError)
    }

    /// A stream that came to its end, whose last filter wrote to `channel`.
    static func closed(_ ledger: [StageLedger], channel: String? = nil, isExact: Bool = true) throws -> StreamState {
        var state = StreamState()
        var open = StreamOpen(run: testRun, job: "test", source: ["uri": "x.csv"])
        var stage = StreamOpen.Stage("ingest", options: [:], mapping: [])
        stage.channel = channel
        stage.isExact = isExact
        open.stages = [stage]
        try state.take(controlLine(writtenText { open.append(to: &$0) }))
        try state.take(controlLine(closeLine(ledger)))
        return state
    }

    @Test func recordsWhatAProgramBetweenTookAway() throws {
        let ingest = Self.ledger("ingest", in: 10, out: 10, money: 500)
        let chain = try Self.closed([ingest]).upstream(rowsIn: 4, moneyIn: 200, input: nil)
        #expect(chain.map(\.stage) == ["ingest", StageLedger.opaque])
        #expect(chain[1].rowsIn == 10 && chain[1].rowsOut == 4)
        #expect(chain[1].moneyIn == 500 && chain[1].moneyOut == 200)
        try StageLedger.verify(chain + [Self.ledger("clean", in: 4, out: 4)])
    }

    @Test func recordsMoneyThatChangedWithoutARow() throws {
        let ingest = Self.ledger("ingest", in: 10, out: 10, money: 500)
        let chain = try Self.closed([ingest]).upstream(rowsIn: 10, moneyIn: 501, input: nil)
        #expect(chain.map(\.stage) == ["ingest", StageLedger.opaque])
    }

    @Test func hasNoOpaqueStageWhereNothingChanged() throws {
        let ingest = Self.ledger("ingest", in: 10, out: 10, money: 500)
        let one = "pipe:1:1"
        #expect(
            try Self.closed([ingest], channel: one).upstream(rowsIn: 10, moneyIn: 500, input: one) == [ingest])
        #expect(try Self.closed([]).upstream(rowsIn: 10, moneyIn: 500, input: nil).isEmpty)
    }

    @Test func recordsAProgramThatTookNothing() throws {
        let ingest = Self.ledger("ingest", in: 10, out: 10, money: 500)
        let state = try Self.closed([ingest], channel: "pipe:1:1")
        let chain = try state.upstream(rowsIn: 10, moneyIn: 500, input: "pipe:1:2")
        #expect(chain.map(\.stage) == ["ingest", StageLedger.opaque])
        #expect(chain[1].isEven && chain[1].rowsIn == 10)
        try StageLedger.verify(chain + [Self.ledger("clean", in: 10, out: 10)])
    }

    @Test(arguments: [
        ["file:1:1", "pipe:1:2"], ["pipe:1:1", "file:1:2"], ["file:1:1", "file:1:1"], [nil, "pipe:1:2"],
        ["pipe:1:1", nil],
    ])
    func infersNothingFromFiles(channels: [String?]) throws {
        let ingest = Self.ledger("ingest", in: 10, out: 10, money: 500)
        let state = try Self.closed([ingest], channel: channels[0])
        #expect(try state.upstream(rowsIn: 10, moneyIn: 500, input: channels[1]) == [ingest])
    }

    @Test func callsADifferenceBetweenNeighboursADefect() throws {
        let ledger = [Self.ledger("ingest", in: 10, out: 10)]
        let state = try Self.closed(ledger, channel: "pipe:1:1")
        let error = #expect(throws: RDError.self) {
            try state.upstream(rowsIn: 9, moneyIn: 0, input: "pipe:1:1")
        }
        #expect(error?.exitCode == .internalError)
        let unsure = try Self.closed(ledger, channel: "pipe:1:1", isExact: false)
        #expect(try unsure.upstream(rowsIn: 9, moneyIn: 0, input: "pipe:1:1").count == 2)
    }

    @Test func carriesTheSourcesHashWhereItIsKnownLate() throws {
        var close = StreamClose(run: testRun, ledger: [])
        close.sourceHash = "abc"
        close.sourceBytes = 12
        let again = try StreamClose(controlLine(writtenText { close.append(to: &$0) }))
        #expect(again.sourceHash == "abc" && again.sourceBytes == 12 && again.run == testRun.text)
    }
}
