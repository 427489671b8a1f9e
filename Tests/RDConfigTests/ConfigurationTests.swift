import RDBytes
import RDConfig
import Testing

@Suite struct ConfigurationTests {
    private func flaws(_ text: String) -> [String] {
        if case .flawed(let flaws) = Configuration.compile(text, file: "f") { flaws.map(\.description) } else { [] }
    }

    @Test(arguments: ["schema.yaml", "cleaning.yaml", "quality.yaml"]) func oursCompile(name: String) throws {
        #expect(flaws(try ours(name)) == [])
    }

    @Test func theCompiledFormIsComplete() throws {
        guard case .compiled(let json) = Configuration.compile(try ours("schema.yaml"), file: "f") else {
            Issue.record("does not compile")
            return
        }
        #expect(json["fields"]?.array?.count == 8)
        #expect(json["fields"]?.array?[0]["aliases"]?.array?.contains("invoicenumber") == true)
        #expect(json["fields"]?.array?[4]["max"]?.string == "2050-12-31T23:59:59")
    }

    @Test(arguments: [
        (
            "required: true\n    nullable: false\n    aliases: [Invoice,", "requird: true\n    aliases: [Invoice,",
            "unknown key 'requird' in a field"
        ),
        ("type: integer", "type: intager", "did you mean 'integer'?"),
        ("pattern: '[A-Za-z]{0,3}[0-9]{1,18}'", "pattern: '[A-Za-z'", "the class is never closed"),
        ("min: 1990-01-01T00:00:00", "min: 2090-01-01T00:00:00", "max of invoice_date is below its min"),
        ("aliases: [Qty,", "aliases: [Price,", "is an alias of"),
        ("name: country", "name: land", "expected one of"),
    ])
    func flawsOfTheSchema(old: String, new: String, expected: String) throws {
        let text = try ours("schema.yaml")
        #expect(text.contains(old))
        let found = flaws(text.replacing(old, with: new))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        ("{code: POST, type: postage}", "{code: POST, type: postge}", "did you mean 'postage'?"),
        ("{code: POST, type: postage}", "{code: POST, pattern: X, type: postage}", "either code or pattern"),
        ("factor: 1.5", "factor: -1", "expected a factor above 0"),
        ("columns: [quantity, unit_price]", "columns: quantity", "expected a list"),
        ("customer_id: GUEST", "customer_id: [GUEST]", "expected a text"),
        ("version: 1", "version: 2", "expected a whole number from 1 to 1"),
    ])
    func flawsOfTheRules(old: String, new: String, expected: String) throws {
        let text = try ours("cleaning.yaml")
        #expect(text.contains(old))
        let found = flaws(text.replacing(old, with: new))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func whatIsNoConfiguration() {
        #expect(flaws("").first?.contains("empty") == true)
        #expect(flaws("a: [1").first?.contains("not YAML") == true)
        #expect(flaws("kind: cleaning-rule\nversion: 1").first?.contains("did you mean 'cleaning-rules'?") == true)
        #expect(flaws("- 1").first?.contains("kind:") == true)
    }
}
