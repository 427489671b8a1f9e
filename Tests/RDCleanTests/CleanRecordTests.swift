import RDBytes
import RDClean
import RDRecord
import Testing

@Suite struct CleanRecordTests {
    @Test func anOrdinarySale() throws {
        let result = try clean([record()])
        #expect(
            result.records.first?.text
                == #"{"invoice_no":"536365","stock_code":"85123A","description":"WHITE HEART","quantity":6,"#
                + #""invoice_date":"2010-12-01T08:26:00","unit_price":2.55,"customer_id":"17850","#
                + #""country":"United Kingdom","transaction_type":"sale","line":1}"#)
    }

    @Test(
        arguments: [
            ("536365", "85123A", 6, "2.55", "sale", nil), ("536365", "85123A", -6, "2.55", "return", nil),
            ("C536365", "85123A", -6, "2.55", "return", nil), ("C536365", "85123A", 6, "2.55", "return", 1),
            ("C536365", "POST", -1, "18", "return", nil), ("A563185", "B", 1, "11062.06", "adjustment", nil),
            ("A563186", "B", 1, "-11062.06", "adjustment", -1), ("536589", "21777", -10, "0", "adjustment", nil),
            ("536370", "POST", 3, "18", "postage", nil), ("536370", "BANK CHARGES", 1, "15", "fee", nil),
            ("536370", "AMAZONFEE", -1, "13541.33", "fee", -1), ("536370", "M", 1, "2", "manual", nil),
            ("536370", "gift_0001_20", 1, "16.67", "voucher", nil), ("536370", "D", -1, "27.5", "discount", -1),
            ("536370", "S", 1, "1", "sample", nil), ("536370", "84879", -1, "-2", "return", 1),
        ] as [(String, String, Int, String, String, Int?)])
    func transactionTypes(
        invoice: String, code: String, quantity: Int, price: String, type: String, sign: Int?
    ) throws {
        let row = record(
            ("invoice_no", .string(invoice)), ("stock_code", .string(code)), ("quantity", .integer(quantity)),
            ("unit_price", .number(price)))
        let result = try clean([row])
        let first = try #require(result.records.first)
        #expect(first["transaction_type"]?.string == type)
        #expect(first["sign"]?.integer == sign)
        #expect(first["quantity"]?.integer == abs(quantity))
        #expect(first["unit_price"]?.number?.hasPrefix("-") == false)
        #expect(result.ledger.moneyIn == result.ledger.moneyOut)
    }

    @Test func gapsAreFilledAndToldOf() throws {
        for empty in [JSONValue.null, "", "  "] {
            let result = try clean([record(("customer_id", empty), ("description", empty), ("country", empty))])
            let first = try #require(result.records.first)
            #expect(first["customer_id"]?.string == "GUEST")
            #expect(first["description"]?.string == "Unknown")
            #expect(first["country"]?.string == "Unspecified")
            #expect(first["imputed"] == ["description", "customer_id", "country"])
            #expect(result.metric("imputed", "customer_id") == "1")
        }
    }

    @Test(arguments: [
        ("  A  B\tC  ", "A B C"), ("A\nB", "A B"), ("\u{A0}A\u{A0} \u{A0}B", "A B"), ("5\" NAIL", "5\" NAIL"),
        ("CAF\u{C9}  X", "CAF\u{C9} X"), ("ABCDEFG  HIJKLMNO  P", "ABCDEFG HIJKLMNO P"), ("A\\  B", "A\\ B"),
    ])
    func whiteSpace(text: String, tidy: String) throws {
        #expect(try clean([record(("description", .string(text)))]).records.first?["description"]?.string == tidy)
    }

    @Test func recordsOfOtherTools() throws {
        let spaced = record().replacing(",", with: " , ").replacing(":", with: " : ")
            .replacing("08 : 26 : 00", with: "08:26:00")
        let quoted = record(("quantity", "6"), ("unit_price", "2.550"), ("stock_code", "B"))
        let escaped = record(("stock_code", "C")).replacing("\"C\"", with: #""\u0043""#)
        let again = record(("stock_code", "C"))
        let result = try clean([spaced, quoted, escaped, again])
        #expect(result.records.count == 3)
        #expect(result.records[1]["unit_price"]?.number == "2.55")
        #expect(result.records[2]["stock_code"]?.string == "C")
        #expect(result.rejects == ["duplicate"])
    }

    @Test func badRecords() throws {
        let result = try clean([
            "not json", record(("quantity", .null)), record(("quantity", "six")), record(("unit_price", "x")),
            record(("stock_code", [1])), record(("invoice_date", "yesterday")),
            record(("invoice_date", "2199-01-01T00:00:00")), record(("invoice_no", "\u{2603}")),
            record(("unit_price", .number("1.00001"))),
            record(("quantity", .number("999999999999")), ("unit_price", .number("999999999"))),
            record(("transaction_type", "gift")),
        ])
        #expect(
            result.rejects == [
                "bad_json", "missing_value", "bad_integer", "bad_decimal", "bad_type", "bad_datetime",
                "date_out_of_range", "bad_pattern", "number_out_of_range", "amount_out_of_range",
                "bad_transaction_type",
            ])
        #expect(result.ledger.isBalanced)
    }

    @Test func cleaningTwiceChangesNothing() throws {
        let once = try clean([
            record(), record(("invoice_no", "C1"), ("quantity", -1)),
            record(("invoice_no", "A2"), ("unit_price", .number("-3"))),
            record(("invoice_no", "3"), ("customer_id", .null)),
        ])
        let twice = try clean(once.records.map(\.text))
        let stripped = once.records.map { record -> JSONValue in
            var copy = record
            copy["imputed"] = nil
            return copy
        }
        #expect(twice.records == stripped)
        #expect(twice.ledger.moneyOut == once.ledger.moneyOut)
    }
}
