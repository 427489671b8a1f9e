import RDBytes
import RDClean
import RDRecord
import Testing

/// Each code that a row may be set aside with.
@Suite struct RejectedRecordTests {
    @Test(
        arguments: [
            ("invoice_no", .null, "missing_value"), ("invoice_no", "  ", "missing_value"),
            ("stock_code", "", "missing_value"), ("quantity", .null, "missing_value"),
            ("unit_price", "", "missing_value"), ("invoice_date", .null, "missing_value"),
            ("invoice_no", "X-1", "bad_pattern"), ("stock_code", "-A", "bad_pattern"),
            ("quantity", "six", "bad_integer"), ("quantity", .number("6.5"), "bad_integer"),
            ("unit_price", "2,55", "bad_decimal"), ("unit_price", .number("2.55555"), "number_out_of_range"),
            ("unit_price", .number("1e30"), "number_out_of_range"), ("invoice_date", "12/1/2010 8:26", "bad_datetime"),
            ("invoice_date", "2010-02-30T00:00:00", "bad_datetime"),
            ("invoice_date", "1989-12-31T23:59:59", "date_out_of_range"),
            ("invoice_date", "2051-01-01T00:00:00", "date_out_of_range"), ("invoice_no", [1], "bad_type"),
            ("quantity", true, "bad_type"), ("description", [1], "bad_type"), ("description", false, "bad_type"),
            ("customer_id", ["a": 1], "bad_type"), ("country", true, "bad_type"),
            ("transaction_type", "gift", "bad_transaction_type"), ("transaction_type", 1, "bad_transaction_type"),
        ] as [(String, JSONValue, String)])
    func valuesByColumn(column: String, value: JSONValue, code: String) throws {
        let result = try clean([record((column, value)), record()])
        #expect(result.rejects == [code])
        #expect(result.records.count == 1, "a row that was set aside is no first one of its key")
        let reject = try #require(result.lines.first)
        #expect(reject["field"]?.string == column)
        #expect(reject["stage"]?.string == "clean")
        #expect(reject["line"]?.integer == 1)
        #expect(reject["detail"]?.string?.isEmpty == false)
        #expect(result.ledger.rejected.map(\.code) == [code])
        #expect(result.ledger.isBalanced)
    }

    @Test(arguments: ["", "x", "{", "[]", "1", "{\"a\":1", "{\"a\":1}x", "{a:1}", "{\"a\":\"\u{1}\"}", "{\"a\":01}"])
    func whatIsNoRecord(line: String) throws {
        let result = try clean([line, record()])
        #expect(result.rejects == ["bad_json"])
        #expect(result.lines.first?["raw"]?.string == line)
        #expect(result.records.first?["line"]?.integer == 2)
    }

    @Test(arguments: [
        (Int64.max, "2"), (Int64.max / 10_000, "2"), (-2, "461168601842738.7904"), (Int64.min, "1"),
    ])
    func moneyThatDoesNotFit(quantity: Int64, price: String) throws {
        for type in [JSONValue.null, "sale", "return"] {
            let row = record(
                ("quantity", .integer(quantity)), ("unit_price", .number(price)), ("transaction_type", type))
            let result = try clean([row, record()])
            #expect(result.rejects.count == 1)
            #expect(["amount_out_of_range", "bad_integer"].contains(result.rejects.first))
            #expect(result.ledger.moneyOut == 153_000)
        }
    }

    @Test func aLineThatWouldGetTooLong() throws {
        let room = (1 << 20) - record().utf8.count
        let wide = record(("description", .string(String(repeating: "x", count: room + "WHITE HEART".utf8.count))))
        #expect(wide.utf8.count == 1 << 20)
        let result = try clean([wide, record()])
        #expect(result.rejects == ["line_too_long"])
        #expect(result.records.count == 1)
        #expect(result.ledger.moneyIn == 306_000)
        #expect(result.ledger.moneyOut == 153_000)
        #expect(result.ledger.rules == [.init("reject", rows: 1, money: 153_000)])
    }

    @Test func rowsThatCannotBeImputed() throws {
        let rules = """
            kind: cleaning-rules
            version: 1
            """
        let result = try clean(
            [record(("customer_id", .null)), record(), record(("stock_code", "B"), ("country", ""))],
            rules: rules)
        #expect(result.rejects == ["missing_value", "missing_value"])
        #expect(result.records.map { $0["line"]?.integer } == [2])
    }

    @Test func theMoneyOfRejectsIsAccountedFor() throws {
        let result = try clean([
            record(("invoice_date", "x")), record(("stock_code", "?"), ("quantity", -1)), record(), record(),
        ])
        #expect(result.rejects == ["bad_datetime", "bad_pattern", "duplicate"])
        #expect(
            result.ledger.rules == [
                .init("dedupe", rows: 1, money: 153_000), .init("reject", rows: 2, money: 153_000 - 25_500),
            ])
        #expect(result.ledger.moneyIn == 3 * 153_000 - 25_500)
        #expect(result.ledger.moneyOut == 153_000)
    }
}
