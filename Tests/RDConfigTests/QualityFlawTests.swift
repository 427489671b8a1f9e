import RDBytes
import RDConfig
import Testing

/// What quality rules may not say.
@Suite struct QualityFlawTests {
    private func flaws(_ rule: String, gate: String = "cleaning", head: String = "min_rows: 0") -> [String] {
        let text = "kind: quality-rules\nversion: 1\n\(head)\ngates:\n  \(gate):\n    - {\(rule)}"
        guard case .flawed(let flaws) = Configuration.compile(text, file: "f") else { return [] }
        return flaws.map(\.description)
    }

    @Test(
        arguments: [
            ("dimension: completeness, warn: 95%", "f:6:7: a rule lacks 'rule'"),
            ("rule: a, warn: 95%", "f:6:7: the rule a lacks 'dimension'"),
            ("rule: a, dimension: completness, warn: 95%", "f:6:28: found 'completness'; expected one of completeness"),
            ("rule: a, dimension: completeness, wurn: 95%", "f:6:42: unknown key 'wurn' in a rule"),
            ("rule: a, dimension: completeness", "f:6:7: the rule a lacks 'warn' and 'fail'"),
            ("rule: a, dimension: completeness, warn: 95", "found '95'; expected the least share of good ones as in"),
            ("rule: a, dimension: completeness, warn: 101%", "no share is above 100 %"),
            ("rule: a, dimension: completeness, warn: 1.5", "no share is above 100 %"),
            ("rule: a, dimension: completeness, warn: -5%", "no share is below 0 %"),
            (
                "rule: a, dimension: completeness, warn: -9223372036854775808.0",
                "found '-9223372036854775808.0'; expected"
            ),
            ("rule: a, dimension: completeness, warn: 0%", "no share is below 0 %"),
            ("rule: a, dimension: completeness, warn: [95%]", "found a list; expected a text for warn of a"),
            ("rule: a, dimension: completeness, warn: -1 rows", "found '-1 rows'; expected"),
            ("rule: a, dimension: completeness, warn: 90%, fail: 95%", "fail of a must be below its warn"),
            ("rule: a, dimension: completeness, warn: 90%, fail: 90%", "fail of a must be below its warn"),
            ("rule: a, dimension: completeness, warn: 9 rows, fail: 8 rows", "fail of a must be above its warn"),
            ("rule: a, dimension: completeness, warn: 9 rows, fail: 80%", "must both be shares, or both rows"),
            ("rule: a, dimension: completeness, column: land, warn: 9%", "found 'land'; expected one of invoice_no"),
            ("rule: a, dimension: completeness, columns: country, warn: 9%", "expected a list for columns of a"),
            ("rule: a, dimension: completeness, columns: [country, country], warn: 9%", "stands twice in a"),
            ("rule: a, dimension: completeness, columns: [country], column: country, warn: 9%", "either column or"),
            ("rule: a, dimension: completeness, check: positive, warn: 9%", "completeness takes no check"),
            ("rule: a, dimension: accuracy, warn: 9%", "f:6:7: the rule a lacks 'check'"),
            ("rule: a, dimension: accuracy, check: intervals, warn: 9%", "expected one of positive for the check"),
            ("rule: a, dimension: accuracy, check: positive, column: country, warn: 9%", "accuracy takes no column"),
            ("rule: a, dimension: validity, pattern: A, warn: 9%", "pattern is for a rule of one column"),
            ("rule: a, dimension: validity, column: country, pattern: '(', warn: 9%", "the pattern '(' is wrong"),
            ("rule: a, dimension: validity, column: quantity, pattern: A, warn: 9%", "quantity takes no pattern here"),
            ("rule: a, dimension: validity, column: country, min: 1, warn: 9%", "country takes no min here"),
            ("rule: a, dimension: validity, column: quantity, min: x, warn: 9%", "found 'x'; expected a number"),
            ("rule: a, dimension: validity, column: quantity, min: 2, max: 1, warn: 9%", "max of a is below its min"),
            ("rule: a, dimension: validity, column: country, one_of: [], warn: 9%", "one_of of a has no value"),
            ("rule: a, dimension: validity, column: country, one_of: [A, A], warn: 9%", "'A' stands twice in a"),
            ("rule: a, dimension: completeness, column: country, one_of: [A], warn: 9%", "one_of is for rules of"),
            ("rule: a, dimension: uniqueness, warn: 9%", "the rule a lacks 'columns': the key"),
            (
                "rule: a, dimension: uniqueness, column: country, by: quantity, warn: 9%",
                "expected one of country, stock_code"
            ),
            ("rule: a, dimension: completeness, by: quantity, warn: 9%", "expected one of country, stock_code"),
            ("rule: a, dimension: completeness, table: fact_sales, warn: 9%", "a table is for the rules of warehouse"),
            ("rule: a, dimension: completeness, min_rows: few, warn: 9%", "expected a whole number"),
        ] as [(String, String)])
    func eachIsTold(rule: String, expected: String) {
        let found = flaws(rule)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func whatAGateCannotMeasure() {
        #expect(
            flaws("rule: a, dimension: uniqueness, column: country, warn: 9%", gate: "ingestion").first?
                .contains("uniqueness is measured at cleaning and warehouse, not at ingestion") == true)
        #expect(
            flaws("rule: a, dimension: accuracy, check: positive, warn: 9%", gate: "ingestion").first?
                .contains("accuracy is not measured at ingestion") == true)
        #expect(
            flaws("rule: a, dimension: completeness, column: description, warn: 9%", gate: "loading").first?
                .contains("found 'description'; expected one of invoice_no") == true)
        #expect(
            flaws("rule: a, dimension: validity, table: dim_country, column: country_name, warn: 9%", gate: "warehouse")
                .first?.contains("lacks a pattern, min, max or one_of") == true)
        #expect(
            flaws("rule: a, dimension: consistency, table: fact_sales, check: intervals, warn: 9%", gate: "warehouse")
                .first?.contains("intervals is about dim_customers, not fact_sales") == true)
        #expect(flaws("rule: a", gate: "cleening").first?.contains("did you mean 'cleaning'?") == true)
    }

    @Test func aNameStandsOnceAGate() {
        let rule = "rule: a, dimension: completeness, warn: 9%"
        #expect(flaws("\(rule)}\n    - {\(rule)") == ["f:7:7: the rule 'a' stands twice in cleaning"])
    }

    @Test(arguments: ["95%", "99.95 %", "0.95", "1.0", "10 rows", "1 row", "0 rows"])
    func thresholds(text: String) {
        #expect(flaws("rule: a, dimension: completeness, fail: \(text)") == [])
    }
}
