import RDBytes
import RDClean
import RDQuality
import RDRecord
import Testing

/// The cleaning gate, measured while records are cleaned.
@Suite struct GateTests {
    private func gates(_ rules: JSONValue...) throws -> GateSettings {
        GateSettings(try QualityRules(["kind": "quality-rules", "gates": ["cleaning": .array(rules)]]))
    }

    private func rule(_ name: String, _ dimension: String, _ others: (String, JSONValue)...) -> JSONValue {
        var json: JSONValue = [
            "rule": .string(name), "dimension": .string(dimension), "unit": "share", "warn": 1_000_000, "fail": .null,
        ]
        for (key, value) in others { json[key] = value }
        return json
    }

    private func figures(_ result: Cleaned) -> [String] {
        result.lines.filter { $0["rule"] != nil }.map {
            "\($0["rule"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
        }
    }

    @Test func whatIsImputedIsThere() throws {
        let gates = try gates(
            rule("cells", "completeness"), rule("lands", "validity", ("columns", ["country"]), ("one_of", ["France"])))
        let result = try clean([
            record(("country", "France")), record(("stock_code", "B"), ("customer_id", .null), ("country", .null)),
            record(("stock_code", "C"), ("quantity", .null)),
        ]) { $0.gates = gates }
        #expect(figures(result) == ["cells 1/17", "lands 1/2"])
    }

    @Test func withoutAPlaceholderItIsNot() throws {
        let gates = try gates(rule("customers", "completeness", ("columns", ["customer_id"])))
        let rules = "kind: cleaning-rules\nversion: 1\nimpute: {description: Unknown, country: Unspecified}"
        let result = try clean([record(), record(("stock_code", "B"), ("customer_id", .null))], rules: rules) {
            $0.gates = gates
        }
        #expect(figures(result) == ["customers 1/2"])
    }

    @Test(arguments: [
        (CleanOptions.Dedupe.key, ["sales 2/4"]), (.exact, ["sales 2/4"]), (.off, ["sales 2/4"]),
    ])
    func repeatedPairs(dedupe: CleanOptions.Dedupe, expected: [String]) throws {
        let gates = try gates(rule("sales", "uniqueness", ("columns", ["invoice_no", "stock_code"])))
        let result = try clean([record(), record(), record(("quantity", 7)), record(("stock_code", "B"))]) {
            $0.gates = gates
            $0.dedupe = dedupe
        }
        #expect(figures(result) == expected)
    }

    @Test func amountsOfNothingByCountry() throws {
        let gates = try gates(
            rule("amounts", "accuracy", ("check", "positive")),
            rule("parts", "accuracy", ("check", "positive"), ("by", "country")))
        let result = try clean([
            record(("country", "France")), record(("stock_code", "B"), ("unit_price", 0), ("country", "France")),
            record(("stock_code", "C"), ("quantity", -5)), record(("stock_code", "D"), ("quantity", 0)),
            record(("stock_code", "E"), ("country", "\"X\"")),
        ]) { $0.gates = gates }
        #expect(figures(result) == ["amounts 2/5", "parts 1/2", "parts 1/2", "parts 0/1"])
        #expect(
            result.lines.filter { $0["rule"]?.string == "parts" }.map { $0["segment"]?.string }
                == ["France", "United Kingdom", "\"X\""])
    }

    @Test func numbersAreLookedAtAsTheyGoOut() throws {
        let gates = try gates(
            rule("quantities", "validity", ("columns", ["quantity"]), ("min", "1"), ("max", "9")),
            rule("prices", "validity", ("columns", ["unit_price"]), ("max", "2.55")))
        let result = try clean([
            record(("quantity", -5)), record(("stock_code", "B"), ("quantity", -10), ("unit_price", .number("-2.56"))),
        ]) { $0.gates = gates }
        #expect(figures(result) == ["quantities 1/2", "prices 1/2"])
    }

    @Test func valuesAgainstTheSchema() throws {
        let gates = try gates(
            rule("dates", "validity", ("columns", ["invoice_date"])),
            rule("form", "consistency", ("check", "well_formed")))
        let result = try clean([
            record(), record(("stock_code", "B"), ("invoice_date", "2199-01-01T00:00:00")), "no json",
        ]) { $0.gates = gates }
        #expect(figures(result) == ["dates 1/2", "form 1/3"])
    }

    @Test func aKeyThatIsNotCountedIsSaidBeforehand() throws {
        var options = CleanOptions(makeFile: { MemorySpillFile() })
        options.gates = try gates(rule("sales", "uniqueness", ("columns", ["invoice_no", "country"])))
        let error = #expect(throws: RDError.self) { try options.checkGate() }
        #expect(error?.exitCode == .configuration)
        options.key = [Field.country, Field.invoiceNo]
        #expect(throws: Never.self) { try options.checkGate() }
    }
}
