import RDBytes
import RDRecord
import RDTransform
import Testing

@Suite struct TransformTests {
    @Test func aFactAndItsMembers() throws {
        let (lines, ledger) = try transform([cleaned()])
        #expect(
            lines.map(\.text) == [
                #"{"dim":"country","country_name":"France"}"#,
                #"{"dim":"customer","customer_id":"17850","country":"France","customer_name":null,"effective_date":"2010-12-01T08:26:00"}"#,
                #"{"fact":"sales","invoice_no":"1","stock_code":"A","customer_id":"17850","country":"France","transaction_datetime":"2010-12-01T08:26:00","date_key":20101201,"quantity":6,"unit_price":2.55,"line_total":15.3,"net_amount":15.3,"transaction_type":"sale","line":2}"#,
                #"{"dim":"product","stock_code":"A","description":"HEART","unit_price":2.55,"last_sold_at":"2010-12-01T08:26:00","described_at":"2010-12-01T08:26:00","priced_at":"2010-12-01T08:26:00","is_note":false}"#,
            ])
        #expect(ledger.isBalanced)
        #expect(ledger.moneyOut == 153_000)
    }

    @Test func moneyIsExactAndSigned() throws {
        for _ in 0..<500 {
            let quantity = Int64.random(in: 0...100_000)
            let price = Int64.random(in: 0...99_999_999)
            let type = TransactionType.allCases.randomElement()!
            let sign: Int? = [nil, 1, -1].randomElement()!
            var row = cleaned(("quantity", .integer(quantity)), ("transaction_type", .string("\(type.name)")))
            row["unit_price"] = .number(String(Decimal4.text(Int128(price))))
            row["sign"] = sign.map { .integer($0) }
            let fact = try #require(try transform([row]).lines.first { $0["fact"] != nil })
            let total = Int128(quantity) * Int128(price)
            let net = Int128(sign ?? (type == .return ? -1 : 1)) * total
            #expect(Decimal4.sum(fact["line_total"]?.number ?? "") == total)
            #expect(Decimal4.sum(fact["net_amount"]?.number ?? "") == net)
        }
    }

    @Test func membersComeAgainWhenTheyChange() throws {
        let lines = try transform([
            cleaned(), cleaned(("invoice_no", "2"), ("country", "Spain")),
            cleaned(("invoice_no", "3"), ("country", "Spain")),
            cleaned(("invoice_no", "4"), ("country", "France")), cleaned(("customer_id", "GUEST")),
            cleaned(("customer_id", "GUEST"), ("country", "Spain")),
        ]).lines
        let customers = lines.filter { $0["dim"]?.string == "customer" }
        #expect(customers.map { $0["country"]?.string } == ["France", "Spain", "France", "France"])
        #expect(lines.count { $0["dim"]?.string == "country" } == 2)
    }

    @Test func theLatestProductWins() throws {
        let lines = try transform([
            cleaned(("description", "NEW"), ("invoice_date", "2011-02-01T00:00:00"), ("unit_price", .number("3"))),
            cleaned(
                ("description", "OLD AND LONG"), ("invoice_date", "2011-01-01T00:00:00"), ("unit_price", .number("9"))),
            cleaned(("description", "Unknown"), ("invoice_date", "2011-03-01T00:00:00"), ("unit_price", .number("0"))),
            cleaned(
                ("description", "damaged"), ("invoice_date", "2011-04-01T00:00:00"), ("transaction_type", "adjustment"),
                ("unit_price", .number("0")), ("note", true)),
        ]).lines
        #expect(
            lines.last?.text
                == #"{"dim":"product","stock_code":"A","description":"NEW","unit_price":3,"last_sold_at":"2011-04-01T00:00:00","described_at":"2011-02-01T00:00:00","priced_at":"2011-02-01T00:00:00","is_note":false}"#
        )
    }

    @Test func whatIsNotCleanedIsRejected() throws {
        let (lines, ledger) = try transform([
            cleaned(("transaction_type", .null)), cleaned(("transaction_type", "gift")), cleaned(("quantity", -1)),
            cleaned(("customer_id", .null)), cleaned(("line_no", 0)), cleaned(("invoice_date", "x")),
            cleaned(("quantity", .number("9000000000000")), ("unit_price", .number("9000000000"))),
        ])
        #expect(
            lines.map { $0["code"]?.string } == [
                "missing_value", "bad_transaction_type", "number_out_of_range", "missing_value", "number_out_of_range",
                "bad_datetime", "amount_out_of_range",
            ])
        #expect(ledger.isBalanced)
    }
}
