import RDBytes
import RDTesting
import Testing

@Suite struct IntegersTests {
    /// Each power of ten and its neighbours, and some numbers between.
    static let interesting: [UInt64] = {
        var values: Set<UInt64> = [0, .max, .max - 1, UInt64(Int64.max), UInt64(Int64.max) + 1]
        var power: UInt64 = 1
        for _ in 0..<20 {
            values.formUnion([power - 1, power, power + 1])
            power = power.multipliedReportingOverflow(by: 10).partialValue
        }
        var random = SeededRandom(1)
        for _ in 0..<500 { values.insert(random.next() >> UInt64(random.below(64))) }
        return values.sorted()
    }()

    @Test func writesUnsignedNumbers() {
        for value in Self.interesting {
            let text = writtenText { $0.append(unsigned: value) }
            #expect(text == String(value))
        }
    }

    @Test func writesSignedNumbers() {
        for value in Self.interesting.map({ Int64(truncatingIfNeeded: $0) }) + [.min, -1, -10] {
            let text = writtenText { $0.append(integer: value) }
            #expect(text == String(value))
        }
    }

    @Test func writesAFixedWidth() {
        #expect(writtenText { $0.append(7, width: 2) } == "07")
        #expect(writtenText { $0.append(2010, width: 4) } == "2010")
        #expect(writtenText { $0.append(0, width: 1) } == "0")
    }

    @Test func readsWhatItWrites() {
        for value in Self.interesting where value < 1_000_000_000_000_000_000 {
            for text in ["\(value)", "+\(value)", "-\(value)"] {
                let read = withSpan("[\(text)]") { $0.integer(1..<$0.byteCount - 1) }
                #expect(read == Int64(text))
            }
        }
    }

    @Test(arguments: ["", "+", "-", "--1", "1-", " 1", "1 ", "1.0", "1e3", "٣", "0x10", "9999999999999999999", "1_000"])
    func refusesWhatIsNoInteger(_ text: String) {
        let read = withSpan(text) { $0.integer(0..<$0.byteCount) }
        #expect(read == nil)
    }

    @Test func readsExactlySoManyDigits() {
        withSpan("2010-12") { span in
            let year = span.digits(0, 4)
            let crossing = span.digits(2, 4)
            #expect(year == 2010)
            #expect(crossing == nil)
        }
    }
}
