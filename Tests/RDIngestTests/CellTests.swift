import RDBytes
import RDIngest
import Testing

/// What becomes of single cells.
@Suite struct CellTests {
    private func cell(_ old: String, _ new: String) -> Ingested { ingest(header + row.replacing(old, with: new)) }

    @Test(arguments: [
        ("17850", "17850"), ("17850.0", "17850"), ("17850.00", "17850"), (" 17850 ", "17850"), ("A-1_b", "A-1_b"),
        ("\"17850\"", "17850"), ("", nil), ("   ", nil), ("\"\"", nil), ("0.0", "0"),
    ])
    func customers(text: String, expected: String?) {
        #expect(cell("17850", text).records.first?["customer_id"] == .optional(expected))
    }

    @Test(arguments: ["17850.5", "1785O?", "17850.0.0", "\u{2603}"]) func badCustomers(text: String) {
        #expect(cell("17850", text).rejects == ["2 bad_pattern"])
    }

    @Test(arguments: [
        ("6", "6"), ("-6", "-6"), ("6.0", "6"), ("+6", "6"), ("006", "6"), ("-0", "0"), ("1000000000", "1000000000"),
    ])
    func quantities(text: String, expected: String) {
        #expect(cell(",6,", ",\(text),").records.first?["quantity"]?.number == expected)
    }

    @Test(arguments: [
        ("six", "bad_integer"), ("6.5", "bad_integer"), ("", "missing_value"), ("6e2", "bad_integer"),
        ("1000000001", "number_out_of_range"), ("999999999999999999", "number_out_of_range"),
        ("99999999999999999999", "bad_integer"), ("-", "bad_integer"), ("1 000", "bad_integer"),
    ])
    func badQuantities(text: String, code: String) {
        #expect(cell(",6,", ",\(text),").rejects == ["2 \(code)"])
    }

    @Test(arguments: [
        ("2.55", "2.55"), ("2.5500", "2.55"), ("2", "2"), (".5", "0.5"), ("2.", "2"), ("-11062.06", "-11062.06"),
        ("0", "0"), ("0.0001", "0.0001"), ("2.55000000", "2.55"), ("1000000000", "1000000000"),
    ])
    func prices(text: String, expected: String) {
        #expect(cell("2.55", text).records.first?["unit_price"]?.number == expected)
    }

    @Test(arguments: [
        ("2.55555", "number_out_of_range"), ("1000000000.01", "number_out_of_range"), ("", "missing_value"),
        ("2.5.5", "bad_decimal"), ("\u{A3}2.55", "bad_decimal"), ("1,5", "ragged_row"), ("NaN", "bad_decimal"),
        ("99999999999999999999", "number_out_of_range"),
    ])
    func badPrices(text: String, code: String) {
        #expect(cell("2.55", text).rejects == ["2 \(code)"])
    }

    @Test(arguments: ["536365", "85123A", "12/13/2010 8:26"]) func whatMustNotBeEmpty(text: String) {
        for empty in ["", "  ", "\"\""] {
            let result = ingest(header + row.replacing(text, with: empty) + row)
            #expect(result.rejects == ["2 missing_value"], "the first row")
            #expect(ingest(header + row + row.replacing(text, with: empty)).rejects == ["3 missing_value"])
        }
    }

    @Test func textsKeepTheirBlanksAndCodesDoNot() {
        let spaced = row.replacing("WHITE HEART", with: "  WHITE  HEART ").replacing("85123A", with: " 85123A ")
        let result = ingest(header + spaced.replacing("United Kingdom", with: " United Kingdom "))
        #expect(result.records.first?["description"]?.string == "  WHITE  HEART ")
        #expect(result.records.first?["stock_code"]?.string == "85123A")
        #expect(result.records.first?["country"]?.string == "United Kingdom")
    }

    @Test func emptyCellsAreNull() {
        let result = ingest(header + "1,A,,2,2010-12-01,1.5,,\n")
        for name in ["description", "customer_id", "country"] { #expect(result.records.first?[name] == .null) }
    }

    @Test func whatJSONMustEscape() {
        let text = "\"A\\B \"\"C\"\" \t\u{1}\u{1F}\u{7F} D\""
        let result = cell("WHITE HEART", text)
        #expect(result.records.first?["description"]?.string == "A\\B \"C\" \t\u{1}\u{1F}\u{7F} D")
    }

    @Test func anAmountThatDoesNotFit() {
        let wide = schema {
            $0.replacing("1000000000", with: "900000000000000")
        }
        let text = header + row.replacing(",6,", with: ",900000000000,").replacing("2.55", with: "90000000") + row
        let result = ingest(text) { $0.schema = wide }
        #expect(result.rejects == ["2 amount_out_of_range"])
        #expect(result.ledger?["money"]?["in"]?.string == "15.3000")
    }

    @Test func moneyOfManyRowsIsExact() {
        var random = SystemRandomNumberGenerator()
        var expected: Int128 = 0
        var text = header
        for _ in 0..<500 {
            let quantity = Int64.random(in: -1_000_000...1_000_000, using: &random)
            let price = Int64.random(in: -99_999_999...99_999_999, using: &random)
            expected += Int128(quantity) * Int128(price)
            text += row.replacing(",6,", with: ",\(quantity),").replacing("2.55", with: Decimal4.text(Int128(price)))
        }
        let money = ingest(text).ledger?["money"]
        #expect(money?["in"]?.string == Decimal4.text(expected))
        #expect(money?["out"]?.string == Decimal4.text(expected))
    }
}
