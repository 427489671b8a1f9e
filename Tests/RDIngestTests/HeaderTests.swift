import RDBytes
import RDIngest
import Testing

@Suite struct HeaderTests {
    private let cells = "1,A,HEART,2,2010-12-01,1.5,17850,France"

    @Test func theOrderOfColumnsDoesNotMatter() {
        let names = header.dropLast().split(separator: ",").map(String.init)
        let values = cells.split(separator: ",").map(String.init)
        let expected = ingest(header + cells).records.first
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            let order = names.indices.shuffled(using: &random)
            let text = [order.map { names[$0] }, order.map { values[$0] }].map { $0.joined(separator: ",") }
            #expect(ingest(text.joined(separator: "\n")).records.first == expected)
        }
    }

    @Test(arguments: [
        "Invoice No", "INVOICE_NO", "invoice-no", "invoice.no", " invoice ", "\"Invoice No\"", "Invoice\u{A0}No",
        "Order ID",
    ])
    func namesAreFolded(name: String) {
        let result = ingest(header.replacing("InvoiceNo", with: name) + cells)
        #expect(result.error == nil)
        #expect(result.records.first?["invoice_no"]?.string == "1")
    }

    @Test func aMissingColumn() {
        let error = ingest(header.replacing("UnitPrice", with: "Cost per Piece") + cells).error
        #expect(error?.exitCode == .data)
        #expect(error?.message.contains("lacks unit_price") == true)
        #expect(error?.message.contains("found 'InvoiceNo', 'StockCode'") == true)
        #expect(error?.message.contains("'Cost per Piece'") == true)
        #expect(
            error?.message.contains("expected invoice_no, stock_code, quantity, invoice_date, unit_price") == true)
        #expect(error?.remedy?.contains("aliases") == true)
    }

    @Test func optionalColumnsMayBeMissing() {
        let result = ingest("Invoice,SKU,Qty,Date,Price\n1,A,2,2010-12-01,1.5\n")
        #expect(result.error == nil)
        for name in ["description", "customer_id", "country"] { #expect(result.records.first?[name] == .null) }
    }

    @Test func twoNamesForOneColumn() {
        let error = ingest(header.replacing("Country", with: "Price") + cells).error
        #expect(error?.exitCode == .data)
        #expect(error?.message.contains("'UnitPrice' and 'Price' are both unit_price") == true)
    }

    @Test func extraColumnsKeepTheirNames() {
        let names = header.dropLast() + ",Colour,sign,line,@rd,Colour,,\"a \"\"b\"\"\"\n"
        let result = ingest(names + cells + ",red,s,l,r,blue,, x \n")
        #expect(
            result.lines.dropFirst().first?.contains(
                #","Colour":"red","source_sign":"s","source_line":"l","source_@rd":"r","Colour_13":"blue","#
                    + #""column_14":null,"a \"b\"":" x ","line":2}"#) == true, "\(result.lines)")
    }

    @Test func extraColumnsInLatin1() {
        let text = header.dropLast() + ",Gr\u{F6}\u{DF}e\n" + cells + ",\u{E9}\n"
        for isFile in [true, false] {
            let result = ingest([text.unicodeScalars.map { UInt8($0.value) }], isFile: isFile)
            #expect(result.records.first?["Gr\u{F6}\u{DF}e"]?.string == "\u{E9}")
            #expect(result.open?["source"]?["header"]?.array?.last?.string == "Gr\u{F6}\u{DF}e")
        }
    }

    @Test(arguments: ["", "\n", "\r\n"]) func headerOnly(end: String) {
        let result = ingest(String(header.dropLast()) + end)
        #expect(result.error == nil)
        #expect(result.records.isEmpty)
        #expect(result.control("open").count == 1)
        #expect(result.ledger?["in"]?.integer == 0)
        #expect(result.ledger?["out"]?.integer == 0)
    }

    @Test(arguments: [[], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0x0A], [0x0D, 0x0A]] as [[UInt8]])
    func nothing(bytes: [UInt8]) {
        let result = ingest([bytes])
        #expect(result.error?.exitCode == .data)
        #expect(result.lines.isEmpty)
        #expect(result.error?.message.hasPrefix("file0.csv") == true)
    }

    @Test func mappingsNameTheFilesOwnColumns() throws {
        let stage = try #require(ingest(header + cells).open?["stages"]?.array?.first)
        #expect(stage["stage"]?.string == "ingest")
        let pairs = (stage["mapping"]?.array ?? []).map { "\($0["from"]?.string ?? "") \($0["to"]?.string ?? "")" }
        #expect(pairs.first == "InvoiceNo invoice_no")
        #expect(pairs.count == 8)
    }
}
