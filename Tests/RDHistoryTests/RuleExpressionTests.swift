import RDBytes
import RDHistory
import RDTesting
import Testing

@Suite struct RuleExpressionTests {
    private static let words = RuleWords(
        dimensions: ["completeness", "validity", "uniqueness", "accuracy", "consistency"],
        gates: ["ingestion", "cleaning"])

    private func parse(_ text: String) throws(RuleSyntaxError) -> RuleExpression {
        try RuleExpression(parsing: text, words: Self.words)
    }

    @Test func rulesAreRead() throws {
        let rule = try parse("completeness(customer_id) >= 0.95")
        #expect(rule.subject == .score(dimension: "completeness", columns: ["customer_id"], part: .all, gate: nil))
        #expect(rule.comparison == .atLeast)
        #expect(rule.limit == ExactNumber(millionths: 950_000))
        #expect(
            try parse(" uniqueness ( invoice_no , stock_code , by country ) at cleaning>95% ").subject
                == .score(
                    dimension: "uniqueness", columns: ["invoice_no", "stock_code"], part: .by("country"),
                    gate: "cleaning"))
        #expect(
            try parse("validity(*, in 'United Kingdom')=1").subject
                == .score(dimension: "validity", columns: nil, part: .of("United Kingdom"), gate: nil))
        for text in ["accuracy >= 1", "accuracy() >= 1", "accuracy(*) >= 1"] {
            #expect(try parse(text).subject == .score(dimension: "accuracy", columns: nil, part: .all, gate: nil))
        }
        #expect(try parse("money >= -12.5").subject == .number(.money))
        #expect(try parse("rejects <= 10").limit == ExactNumber(10))
    }

    @Test(arguments: [
        ("", 0, "one of"), ("completenes >= 1", 0, "one of completeness"), ("completeness(", 13, "a column"),
        ("completeness(customer_id 0.9", 25, "')'"), ("completeness(customer_id) 0.95", 26, "one of >="),
        ("completeness(customer_id) >= x", 29, "a number"), ("completeness >= 2", 16, "a share"),
        ("completeness >= 0.9 and more", 20, "nothing more"), ("rows >= 5%", 9, "no share"),
        ("rows(a) > 1", 4, "one of >="), ("validity(a, by) > 1", 14, "the column"),
        ("validity at noon > 1", 12, "one of ingestion"), ("validity(a, in 'x) > 1", 15, "a quote"),
        ("validity(*, a) > 1", 12, "'by COLUMN'"), ("rows > 1.2.3", 7, "a number"), ("score > 1", 0, "one of"),
    ])
    func flawsArePointedAt(text: String, offset: Int, expected: String) {
        let error = #expect(throws: RuleSyntaxError.self) { try parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.expected.contains(expected) == true)
        #expect(error?.exitCode == .usage)
    }

    @Test func thePictureMarksTheCharacter() throws {
        let error = #expect(throws: RuleSyntaxError.self) { try parse("rows ! 1") }
        #expect(error?.picture == "  rows ! 1\n       ^")
        #expect(
            error?.message
                == "the rule is wrong at character 6: one of >=, >, <=, <, =, != should stand in place of '! 1'")
    }

    @Test(arguments: [
        (">=", true, true, false), (">", true, false, false), ("<=", false, true, true), ("<", false, false, true),
        ("=", false, true, false), ("!=", true, false, true),
    ])
    func comparisons(sign: String, more: Bool, same: Bool, less: Bool) throws {
        let rule = try parse("rows \(sign) 10")
        #expect(rule.isKept(by: ExactNumber(11)) == more)
        #expect(rule.isKept(by: ExactNumber(10)) == same)
        #expect(rule.isKept(by: ExactNumber(9)) == less)
    }

    @Test func anyTextIsReadOrRefused() {
        var random = SeededRandom(7)
        let letters = "completeness(rows,by at%)>=<!'0.95-_ é\n"
        for _ in 0..<5000 {
            let text = String(decoding: random.bytes(upTo: 40, of: letters), as: UTF8.self)
            do throws(RuleSyntaxError) { _ = try parse(text) } catch {
                #expect((0...text.count).contains(error.offset))
            }
        }
    }

    @Test(arguments: [
        ("0.750733", "0.750733"), ("1", "1"), ("-12.50", "-12.5"), ("0.0000001", "0"),
        ("99999999999999999999.5", "99999999999999999999.5"), ("999999999999999999999", nil), (".5", nil), ("1.", nil),
        ("", nil), ("-", nil), ("1e3", nil), ("--1", nil),
    ])
    func exactNumbers(text: String, back: String?) {
        #expect(ExactNumber(text)?.text == back)
    }

    @Test func sharesAreRoundedDown() {
        #expect(ExactNumber(share: 1, of: 3_000_000)?.text == "0.999999")
        #expect(ExactNumber(share: 135_080, of: 541_909)?.text == "0.750733")
        #expect(ExactNumber(share: 0, of: 0) == nil)
    }
}
