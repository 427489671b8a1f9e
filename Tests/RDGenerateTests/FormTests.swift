import RDBytes
import RDGenerate
import Testing

/// How a file is written: every form holds the same rows.
struct FormTests {
    private let plain: Made

    init() throws { plain = try Made(rows: 4000, seed: 3) { $0.encoding = .utf8 } }

    @Test func theSameSeedMakesTheSameBytes() throws {
        #expect(try Made(rows: 4000, seed: 3) { $0.encoding = .utf8 }.bytes == plain.bytes)
        #expect(try Made(rows: 4000, seed: 4) { $0.encoding = .utf8 }.bytes != plain.bytes)
    }

    /// These bytes may change with intent only: they are what other machines are compared with.
    @Test func theBytesAreThoseOfEveryMachine() throws {
        var hash = SHA256()
        try Made(rows: 20_000, seed: 1).bytes.withUnsafeBytes { hash.update($0) }
        #expect(SHA256.hex(hash.finalize()) == "8069fc9e5a06d9a527d6e3fc6277350d77788e05d4683d229f2e7203867d9740")
    }

    @Test func theFirstLinesAreTheHeaderAndAnInvoice() {
        let lines = plain.text.split(separator: "\r\n")
        #expect(lines[0] == "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country")
        #expect(lines[1].hasPrefix("536365,"))
        #expect(lines.count == 4001)
    }

    @Test(arguments: [";", "\t", "|"] as [Character])
    func otherDelimitersHoldTheSameCells(delimiter: Character) throws {
        let made = try Made(rows: 4000, seed: 3) {
            $0.encoding = .utf8
            $0.delimiter = delimiter.asciiValue ?? 0
        }
        #expect(made.rows(delimiter: delimiter) == plain.rows())
    }

    @Test func lineEndsCanBeBare() throws {
        let made = try Made(rows: 4000, seed: 3) {
            $0.encoding = .utf8
            $0.hasCR = false
        }
        #expect(made.bytes == plain.bytes.filter { $0 != 0x0D })
    }

    @Test func aByteOrderMarkComesFirst() throws {
        let made = try Made(rows: 4000, seed: 3) { $0.encoding = .utf8BOM }
        #expect(made.bytes == [0xEF, 0xBB, 0xBF] + plain.bytes)
    }

    @Test(arguments: [(GeneratorOptions.Encoding.utf16LE, 0), (.utf16BE, 1)])
    func utf16HoldsTheSameText(encoding: GeneratorOptions.Encoding, low: Int) throws {
        let bytes = try Made(rows: 4000, seed: 3) { $0.encoding = encoding }.bytes
        let units = stride(from: 0, to: bytes.count, by: 2).map { index in
            UInt16(bytes[index + 1 - low]) << 8 | UInt16(bytes[index + low])
        }
        #expect(units.first == 0xFEFF)
        #expect(String(decoding: units.dropFirst(), as: UTF16.self) == plain.text)
    }

    @Test func datesAreWrittenInThreeOrders() throws {
        let european = try Made(rows: 4000, seed: 3) { $0.dates = .eu }.rows()
        let iso = try Made(rows: 4000, seed: 3) { $0.dates = .iso }.rows()
        for (index, cells) in plain.rows().enumerated() {
            let parts = cells[4].split { "/ :".contains($0) }.map(String.init)
            #expect(european[index][4] == "\(parts[1])/\(parts[0])/\(parts[2]) \(parts[3]):\(parts[4])")
            let padded = parts.map { $0.count == 1 ? "0" + $0 : $0 }
            #expect(iso[index][4] == "\(parts[2])-\(padded[0])-\(padded[1])T\(padded[3]):\(padded[4]):00")
        }
    }

    @Test func customersMayBeWrittenAsSpreadsheetsDo() throws {
        let made = try Made(rows: 4000, seed: 3) { $0.hasCustomerSuffix = true }
        let customers = made.rows().map { $0[6] }
        #expect(customers == plain.rows().map { $0[6].isEmpty ? "" : $0[6] + ".0" })
    }

    @Test func descriptionsMayHoldLineEnds() throws {
        let rows = try Made(rows: 4000, seed: 3) { $0.quotedNewlineRate = 500_000 }.rows()
        #expect(rows.count == 4000)
        #expect(rows.allSatisfy { $0.count == 8 })
        #expect((0.4...0.6).contains(rows.share { $0[2].hasPrefix("NEW\n") }))
    }

    @Test(arguments: [1, 5, 13, 60])
    func rowsAreSpreadOverTheMonths(months: Int) throws {
        let made = try Made(rows: 30_000) { $0.months = months }
        #expect(made.truth.months.count == months)
        #expect(made.truth.months.first?.month == 201_012)
    }

    @Test func lateInvoicesAreAMonthBehind() throws {
        let dates = try Made(rows: 4000, seed: 3) {
            $0.unsortedRate = 200_000
            $0.dates = .iso
        }.rows().map { $0[4] }
        #expect(dates != dates.sorted())
        #expect(dates.allSatisfy { $0 >= "2010-12-01T08:00:00" })
    }

    @Test func whatTheSinkThrowsComesOut() {
        #expect(throws: RDError(.io, "full")) {
            var generator = Generator(GeneratorOptions())
            try generator.run(to: FullSink())
        }
    }
}

/// Takes the first half megabyte and then nothing more.
private final class FullSink: ByteSink {
    private var isFull = false

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if isFull { throw RDError(.io, "full") }
        isFull = true
    }
}
