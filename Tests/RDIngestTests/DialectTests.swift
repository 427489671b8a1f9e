import RDBytes
import RDIngest
import Testing

@Suite struct DialectTests {
    @Test(arguments: [(",", ","), (";", ";"), ("\t", "\t"), ("|", "|")])
    func delimiters(delimiter: String, expected: String) {
        let result = ingest((header + row).replacing(",", with: delimiter))
        #expect(result.error == nil)
        #expect(result.open?["source"]?["delimiter"]?.string == expected)
        #expect(result.records.first?["stock_code"]?.string == "85123A")
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func lineEnds(end: String) {
        let result = ingest((header + row + row).replacing("\n", with: end))
        #expect(result.records.count == 2)
        #expect(result.records.last?["line"]?.integer == 3)
        #expect(result.records.last?["country"]?.string == "United Kingdom")
    }

    @Test func quotedCellsWithDelimitersQuotesAndLineEnds() {
        let quoted = row.replacing("WHITE HEART", with: "\"A, \"\"B\"\"\nC\"")
        let result = ingest(header + quoted + row)
        #expect(result.records.map { $0["description"]?.string } == ["A, \"B\"\nC", "WHITE HEART"])
        #expect(result.records.map { $0["line"]?.integer } == [2, 4])
    }

    @Test func everyPieceSizeGivesTheSame() {
        let quoted = row.replacing("WHITE HEART", with: "\"A, \"\"B\"\"\r\nC\"")
        let text = (header + quoted + row + "536366,1,X,six,12/13/2010 8:26,1,1,France\n").replacing("\n", with: "\r\n")
        let whole = ingest(text).lines
        for step in 1...80 { #expect(ingest(text, step: step).lines == whole) }
    }

    @Test func decimalCommas() {
        let text = (header + row).replacing(",", with: ";").replacing("2.55", with: "2,55")
        let result = ingest(text)
        #expect(result.records.first?["unit_price"]?.number == "2.55")
        #expect(result.open?["source"]?["decimal_mark"]?.string == ",")
        let unclear = ingest(text.replacing("2,55", with: "2,550"))
        #expect(unclear.error?.exitCode == .data)
        #expect(unclear.error?.remedy?.contains("--decimal-mark") == true)
    }

    @Test func headersByAnyNameAndOrder() {
        let result = ingest(
            "Country,Price,Customer ID,invoice,invoice_date,SKU,Qty,Colour\nFrance,1.5,17850.0,1,2010-12-01,A,2,red\n")
        #expect(
            result.records.first
                == [
                    "invoice_no": "1", "stock_code": "A", "description": .null, "quantity": 2,
                    "invoice_date": "2010-12-01T00:00:00", "unit_price": .number("1.5"), "customer_id": "17850",
                    "country": "France", "Colour": "red", "line": 2,
                ])
    }

    @Test func aMissingColumnSaysWhatWasFoundAndExpected() {
        let error = ingest("Invoice,Thing\n1,2\n").error
        #expect(error?.exitCode == .data)
        #expect(error?.message.contains("'Thing'") == true)
        #expect(error?.message.contains("stock_code") == true)
    }

    @Test func twoColumnsOfOneName() {
        #expect(
            ingest("Invoice,InvoiceNo,StockCode,Quantity,InvoiceDate,Price\n").error?.message.contains("both") == true)
    }

    @Test func emptyAndHeaderOnly() {
        #expect(ingest("").error?.exitCode == .data)
        let result = ingest(header)
        #expect(result.error == nil)
        #expect(result.ledger?["in"]?.integer == 0)
    }
}
