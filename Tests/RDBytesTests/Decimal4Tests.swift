import RDBytes
import RDTesting
import Testing

@Suite struct Decimal4Tests {
    static func parse(_ text: String, mark: UInt8 = 0x2E) throws(Decimal4.Flaw) -> Int64 {
        let result: Result<Int64, Decimal4.Flaw> = withSpan("|\(text)|") { span in
            do throws(Decimal4.Flaw) {
                return .success(try Decimal4.parse(span, 1..<span.byteCount - 1, mark: mark))
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    @Test(arguments: [
        ("0", 0), ("2.55", 25_500), ("-2.55", -25_500), ("+1", 10_000), (".5", 5000), ("5.", 50_000), ("007", 70_000),
        ("0.0001", 1), ("1.00010", 10_001), ("38970.0", 389_700_000), ("1e3", 10_000_000), ("1E+3", 10_000_000),
        ("25.5e-1", 25_500), ("-1e-4", -1), ("10000e-8", 1), ("0e39", 0), ("0.00000000000000000000", 0), ("-0", 0),
        ("922337203685477.5807", Int64.max), ("-922337203685477.5808", Int64.min), ("9.223372036854775807e14", .max),
        ("0000000000000000000000000000000000000001.5", 15_000), ("99999999999999.9999", 999_999_999_999_999_999),
    ])
    func readsNumbers(_ text: String, _ expected: Int64) throws {
        #expect(try Self.parse(text) == expected)
    }

    @Test(arguments: [
        "", "-", "+", ".", "-.", "1.2.3", "--1", "1-", "1 ", " 1", "abc", "1e", "1e+", "1ex", "e5", "0x1", "1,5",
        "1e99", "1e-9223372036854775808", "1e9223372036854775807",
    ])
    func refusesWhatIsNoNumber(_ text: String) {
        #expect(throws: Decimal4.Flaw.malformed) { try Self.parse(text) }
    }

    @Test(arguments: ["0.00001", "1.23456", "-2.00001", "1e-5", "15e-5", "123456789012345678901e-30"])
    func refusesMorePlacesThanItKeeps(_ text: String) {
        #expect(throws: Decimal4.Flaw.tooPrecise) { try Self.parse(text) }
    }

    @Test(arguments: [
        "922337203685477.5808", "-922337203685477.5809", "922337203685478", "1e15", "1e39", "99999999999999999999",
        "1" + String(repeating: "0", count: 60), "-1e38",
    ])
    func refusesWhatDoesNotFit(_ text: String) {
        #expect(throws: Decimal4.Flaw.outOfRange) { try Self.parse(text) }
    }

    @Test func takesAnotherMark() throws {
        #expect(try Self.parse("2,55", mark: UInt8(ascii: ",")) == 25_500)
        #expect(try Self.parse("1234567890123456,5e-3", mark: UInt8(ascii: ",")) == 12_345_678_901_234_565)
        #expect(throws: Decimal4.Flaw.malformed) { try Self.parse("2.55", mark: UInt8(ascii: ",")) }
    }

    @Test func writesNoMorePlacesThanItNeeds() {
        let cases: [(Int64, String)] = [
            (0, "0"), (1, "0.0001"), (-1, "-0.0001"), (10_000, "1"), (25_500, "2.55"), (10_010, "1.001"),
            (.max, "922337203685477.5807"), (.min, "-922337203685477.5808"),
        ]
        for (value, expected) in cases {
            let text = writtenText { Decimal4.append(value, to: &$0) }
            #expect(text == expected)
        }
    }

    @Test func readsBackWhatItWrites() throws {
        var random = SeededRandom(4)
        for _ in 0..<20_000 {
            let value = Int64(bitPattern: random.next()) >> Int64(random.below(64))
            let text = writtenText { Decimal4.append(value, to: &$0) }
            #expect(try Self.parse(text) == value)
            #expect(try Self.parse(text + (text.contains(".") ? "000" : ".00000")) == value)
        }
    }

    @Test(arguments: [
        (Int128(0), "0.0000"), (1, "0.0001"), (-1, "-0.0001"), (97_477_479_340, "9747747.9340"), (-20_000, "-2.0000"),
    ])
    func writesSums(_ sum: Int128, _ expected: String) {
        #expect(Decimal4.text(sum) == expected)
        #expect(Decimal4.sum(expected) == sum)
    }

    @Test func readsBackSums() {
        var random = SeededRandom(5)
        for _ in 0..<5000 {
            let wide = Int128(bitPattern: UInt128(random.next()) << 64 | UInt128(random.next()))
            let sum = wide >> Int128(random.below(128))
            #expect(Decimal4.sum(Decimal4.text(sum)) == sum)
        }
        #expect(Decimal4.sum(Decimal4.text(.max)) == .max)
        #expect(Decimal4.sum(Decimal4.text(.min)) == .min)
    }

    @Test(arguments: [
        "", "-", ".5", "1.", "1.23456", "1.-5", "1.+5", "a", "1e3", "1 ", String(repeating: "9", count: 38),
    ])
    func refusesWhatIsNoSum(_ text: String) {
        #expect(Decimal4.sum(text) == nil)
    }
}
