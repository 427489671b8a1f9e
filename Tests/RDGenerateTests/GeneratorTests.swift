import RDBytes
import RDGenerate
import Testing

@Suite struct GeneratorTests {
    private func file(_ change: (inout GeneratorOptions) -> Void = { _ in }) throws -> (bytes: [UInt8], truth: Truth) {
        var options = GeneratorOptions()
        options.rows = 5000
        change(&options)
        let sink = MemorySink()
        var generator = Generator(options)
        try generator.run(to: sink)
        return (sink.bytes, generator.truth)
    }

    @Test func theSameSeedMakesTheSameBytes() throws {
        #expect(try file().bytes == file().bytes)
        #expect(try file().bytes != file { $0.seed = 2 }.bytes)
    }

    @Test func theTruthIsWhatAnIndependentCountFinds() throws {
        for seed in UInt64(1)...3 {
            let (bytes, truth) = try file {
                $0.seed = seed
                $0.delimiter = UInt8(ascii: "|")
                $0.encoding = .utf8
                $0.badRowRate = 20_000
            }
            var seen: Set<String> = []
            var duplicates = 0
            var rejects = 0
            var net = Int128(0)
            let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").dropFirst()
            for row in rows {
                let cells = row.split(separator: "|", omittingEmptySubsequences: false)
                guard cells.count == 8, let quantity = Int128(cells[3]), !cells[4].hasPrefix("99/"),
                    let price = Decimal4.sum(String(cells[5]))
                else {
                    rejects += 1
                    continue
                }
                guard seen.insert("\(cells[0]) \(cells[1])").inserted else {
                    duplicates += 1
                    continue
                }
                net += quantity * price
            }
            #expect(rows.count == 5000)
            #expect(truth.rejects == rejects)
            #expect(truth.duplicates == duplicates)
            #expect(truth.facts == seen.count)
            #expect(truth.netAmount == net)
            #expect(rejects > 50 && duplicates > 50)
        }
    }

    @Test func formsDifferInTheirBytesOnly() throws {
        let truth = try file().truth
        let wide = try file { $0.encoding = .utf16BE }
        #expect(wide.bytes.prefix(4) == [0xFE, 0xFF, 0, UInt8(ascii: "I")])
        #expect(wide.truth.netAmount == truth.netAmount)
        let suffixed = try file { $0.hasCustomerSuffix = true }
        #expect(String(decoding: suffixed.bytes, as: UTF8.self).contains(".0,United Kingdom"))
        #expect(suffixed.truth.facts == truth.facts)
        #expect(try !file { $0.hasCR = false }.bytes.contains(0x0D))
    }
}
