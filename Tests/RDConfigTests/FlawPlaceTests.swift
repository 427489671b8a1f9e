import RDBytes
import RDConfig
import Testing

/// Each flaw is told with its line and column, and all of them at once.
@Suite struct FlawPlaceTests {
    private func flaws(_ lines: String...) -> [String] {
        guard case .flawed(let flaws) = Configuration.compile(lines.joined(separator: "\n"), file: "f.yaml") else {
            return []
        }
        return flaws.map(\.description)
    }

    private let rules = ["kind: cleaning-rules", "version: 1"].joined(separator: "\n")

    @Test func unknownKeysAndTheNearestKnownOne() {
        #expect(
            flaws(rules, "impite:", "  country: X") == [
                "f.yaml:3:1: unknown key 'impite' in the rules; expected one of kind, version, impute, "
                    + "invoice_prefixes, special_codes, description_notes, outliers; did you mean 'impute'?"
            ])
        #expect(
            flaws(rules, "impute:", "  customer: X") == [
                "f.yaml:4:3: unknown key 'customer' in impute; expected one of customer_id, description, country"
            ])
    }

    @Test func missingKeys() {
        #expect(flaws("kind: cleaning-rules") == ["f.yaml:1:1: the file lacks 'version'"])
        #expect(
            flaws(rules, "invoice_prefixes:", "  - {prefix: C}") == ["f.yaml:4:5: the entry lacks 'type'"])
        #expect(
            flaws(rules, "invoice_prefixes:", "  - {type: return}") == ["f.yaml:4:5: an invoice prefix lacks 'prefix'"])
    }

    @Test(arguments: [
        ("description_notes:\n  values: check", "4:11: found"),
        ("description_notes:\n  stock_lines: [sail]", "4:17: found 'sail'; expected one of sale"),
        ("description_notes:\n  patterns: ['(']\n  stock_lines: [sale]", "4:14: the pattern '(' is wrong"),
        ("description_notes:\n  lower_case: true", "4:3: found lower_case or patterns without stock_lines"),
        ("description_notes:\n  lower_case: maybe", "4:15: found 'maybe'; expected true or false"),
        ("outliers:\n  method: mad", "4:11: found 'mad'; expected one of iqr for method"),
        ("outliers:\n  factor: 0", "4:11: found '0'; expected a factor"),
        ("outliers:\n  factor: 1.55555", "4:11: found '1.55555'; expected a factor"),
        ("outliers:\n  factor: 100", "4:11: found '100'; expected a factor"),
        ("outliers:\n  factor: [1]", "4:11: found a list; expected a text"),
        ("outliers:\n  columns: [quantity, price]", "4:23: found 'price'; expected one of quantity, unit_price"),
        ("outliers:\n  min_rows: 0", "4:13: found '0'; expected a whole number from 1 to 1000000000"),
        ("outliers:\n  min_rows: many", "4:13: found 'many'; expected a whole number"),
        ("outliers: 5", "3:11: found '5'; expected a mapping for outliers"),
        ("impute: [X]", "3:9: found a list; expected a mapping for impute"),
        ("impute:\n  country:", "4:11: found nothing; expected a text"),
        ("special_codes: POST", "3:16: found 'POST'; expected a list for special_codes"),
        ("special_codes:\n  - POST", "4:5: found 'POST'; expected a mapping for a special code"),
        ("special_codes:\n  - {code: A, type: gift}", "4:21: found 'gift'; expected one of sale, return"),
        ("special_codes:\n  - {type: fee}", "4:5: expected either code or pattern"),
        ("special_codes:\n  - {code: A, pattern: B, type: fee}", "4:5: expected either code or pattern"),
        ("special_codes:\n  - {pattern: '(', type: fee}", "4:15: the pattern '(' is wrong at character"),
        ("version: 1", "2:1: the key 'version' stands twice"),
    ])
    func flawsOfTheRules(text: String, expected: String) {
        let found = flaws(rules, text)
        #expect(found.contains { $0.hasPrefix("f.yaml:" + expected) }, "\(found)")
    }

    @Test func allAtOnce() {
        let found = flaws(
            "kind: cleaning-rules", "version: 7", "impute: 1", "outliers:", "  method: x", "  factor: y", "  what: z")
        #expect(found.count == 5, "\(found)")
    }

    @Test(arguments: [
        ("a: [1", "2:1"), ("a: b: c", "1:5"), ("\ta: 1", "1:1"), ("a: 'x", "1:6"), ("a: {b", "2:1"),
        ("a: &x 1\nb: *y", "2:4"),
        ("a: 1\n---\nb: 2", "2:1"), ("a: \"\\q\"", "1:5"),
    ])
    func whatIsNoYAML(text: String, place: String) {
        let found = flaws(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("f.yaml:\(place)") == true, "\(found)")
        #expect(found.first?.contains("not YAML") == true, "\(found)")
    }

    @Test func theOneKeyTwice() {
        let found = flaws("kind: cleaning-rules", "version: 1", "impute:", "  country: A", "  country: B")
        #expect(found == ["f.yaml:4:3: the key 'country' stands twice"])
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "- 1", "text", "version: 1", "kind: [x]", "kind: 5"])
    func whatHasNoKind(text: String) {
        #expect(flaws(text).count == 1)
    }
}
