import RDBytes
import RDQuality
import RDRecord
import RDTransform
import Testing

/// The transformation gate, measured while facts are made.
@Suite struct GateTests {
    private func figures(_ records: [JSONValue], _ rules: JSONValue...) throws -> [String] {
        let rules = try QualityRules(["kind": "quality-rules", "gates": ["transformation": .array(rules)]])
        return try transform(records, gates: GateSettings(rules)).lines.filter { $0["rule"] != nil }.map {
            "\($0["rule"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1) \($0["status"]?.string ?? "")"
        }
    }

    private func rule(_ name: String, _ others: (String, JSONValue)...) -> JSONValue {
        var json: JSONValue = ["rule": .string(name), "unit": "share", "warn": 750_000, "fail": 500_000]
        for (key, value) in others { json[key] = value }
        return json
    }

    @Test func amountsAndCountries() throws {
        let found = try figures(
            [
                cleaned(), cleaned(("country", "Spain")), cleaned(("country", "Spain")), cleaned(("country", "France")),
                cleaned(("customer_id", "GUEST")), cleaned(("customer_id", "GUEST"), ("country", "Spain")),
                cleaned(("unit_price", 0)), cleaned(("quantity", .number("900000000000000000"))),
            ],
            rule("positive", ("dimension", "accuracy"), ("check", "positive")),
            rule(
                "exact", ("dimension", "accuracy"), ("check", "line_total"), ("unit", "rows"), ("warn", .null),
                ("fail", 0)),
            rule("lands", ("dimension", "consistency"), ("check", "one_country")))
        #expect(found == ["positive 1/7 pass", "exact 1/8 fail", "lands 2/7 warn"])
    }

    @Test func whatIsMissingOrWrong() throws {
        let found = try figures(
            [
                cleaned(), cleaned(("customer_id", .null)), cleaned(("description", .null)),
                cleaned(("transaction_type", "gift")), cleaned(("stock_code", "a\"b")),
            ],
            rule("cells", ("dimension", "completeness"), ("columns", ["customer_id", "description"])),
            rule("codes", ("dimension", "validity"), ("columns", ["stock_code"]), ("pattern", "A|a\"b")),
            rule("parts", ("dimension", "completeness"), ("columns", ["description"]), ("by", "stock_code")),
            rule("form", ("dimension", "consistency"), ("check", "well_formed")))
        #expect(
            found == [
                "cells 2/7 warn", "codes 0/3 pass", "parts 1/2 warn", "parts 0/1 pass", "form 1/5 pass",
            ])
    }
}
