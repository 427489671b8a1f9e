import RDBytes
import RDClean
import RDRecord
import Testing

/// Records as `jq`, `mlr` and other tools write them.
@Suite struct ForeignRecordTests {
    private func one(_ line: String) throws -> JSONValue { try #require(try clean([line]).records.first) }

    @Test func numbersWhereTextsAreExpected() throws {
        let line = record(
            ("invoice_no", 536_365), ("stock_code", 22_752), ("description", 20_713), ("customer_id", 17_850),
            ("country", 49))
        let result = try one(line)
        #expect(result["invoice_no"]?.string == "536365")
        #expect(result["stock_code"]?.string == "22752")
        #expect(result["description"]?.string == "20713")
        #expect(result["customer_id"]?.string == "17850")
        #expect(result["country"]?.string == "49")
        #expect(result["imputed"] == nil)
    }

    @Test func numbersInQuotesAndOfOtherForms() throws {
        for (quantity, price) in [("\"6\"", "\"2.55\""), ("6.0", "2.550"), ("6e0", "255e-2"), ("\" 6 \"", "\" 2.55\"")]
        {
            let line = record().replacing("\"quantity\":6", with: "\"quantity\":\(quantity)")
                .replacing("\"unit_price\":2.55", with: "\"unit_price\":\(price)")
            let result = try one(line)
            #expect(result["quantity"]?.number == "6")
            #expect(result["unit_price"]?.number == "2.55")
        }
    }

    @Test func whiteSpaceBetweenTokens() throws {
        let spaced = "  { " + record().dropFirst().dropLast().split(separator: ",").joined(separator: " ,\t") + " } \r"
        #expect(try one(spaced) == (try one(record())))
    }

    @Test func escapesOfOtherTools() throws {
        let pairs = [
            (#"\u0057HITE \u0048EART"#, "WHITE HEART"), (#"A\/B"#, "A/B"), (#"\u00a3\u20ac"#, "\u{A3}\u{20AC}"),
            (#"\ud83d\ude00"#, "\u{1F600}"), (#"A\u0020\u0020B"#, "A B"), (#"A\u00a0\u000aB"#, "A B"),
            (#"\u0009"#, "Unknown"), (#"A\u0022B\\"#, "A\"B\\"),
        ]
        for (written, text) in pairs {
            let result = try one(record().replacing("WHITE HEART", with: written))
            #expect(result["description"]?.string == text)
        }
    }

    @Test func theSameKeyInAnyForm() throws {
        let escaped = record(("stock_code", "A/B")).replacing("A/B", with: #"A\/B"#)
        let unicode = record(("stock_code", "A/B")).replacing("A/B", with: #"\u0041\u002fB"#)
        let number = record(("stock_code", "A/B"), ("invoice_no", 536_365))
        let result = try clean([record(("stock_code", "A/B")), escaped, unicode, number])
        #expect(result.rejects == ["duplicate", "duplicate", "duplicate"])
        #expect(result.records.first?["stock_code"]?.string == "A/B")
    }

    @Test func extraMembersStayAsTheyAre() throws {
        let line = record(
            ("Colour", "red \"x\""), ("nested", [1, ["a": .null]]), ("flag", true), ("n", .number("1.50")))
        let text = try one(line).text
        #expect(text.contains(#""Colour":"red \"x\"","nested":[1,{"a":null}],"flag":true,"n":1.50,"transaction_type""#))
    }

    @Test func membersInAnyOrder() throws {
        var random = SystemRandomNumberGenerator()
        let expected = try one(record(("line", 7)))
        let members = try #require(try JSONValue(parsing: record(("line", 7))).members)
        for _ in 0..<20 {
            #expect(try one(JSONValue.object(members.shuffled(using: &random)).text) == expected)
        }
    }

    @Test func bareStreamsAreNumberedAndOthersKeepTheirLines() throws {
        let rows = [record(), record(("stock_code", "B"), ("line", 77)), record(("stock_code", "C"))]
        #expect(try clean(rows).records.map { $0["line"]?.integer } == [1, 77, 3])
    }

    @Test func transformedRecordsComeTooLate() throws {
        for line in [#"{"fact":"sales"}"#, #"{"dim":"product"}"#] {
            let error = #expect(throws: RDError.self) { try clean([line]) }
            #expect(error?.exitCode == .data)
            #expect(error?.remedy?.contains("before rd-transform") == true)
        }
    }
}
