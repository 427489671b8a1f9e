import RDBytes
import RDClean
import Testing

/// Notes about stock are marked, names of goods are not.
@Suite struct NoteTests {
    private func isNote(
        _ description: JSONValue, quantity: Int = 6, price: String = "2.55", rules: String? = nil
    ) throws -> Bool {
        let row = record(
            ("description", description), ("quantity", .integer(quantity)), ("unit_price", .number(price)))
        return try #require(try clean([row], rules: rules).records.first)["note"]?.bool ?? false
    }

    @Test(arguments: ["?", "??", "check", "CHECK", " Damaged ", "found", "thrown  away", "had been put aside"])
    func listedOnesOnAnyLine(_ text: String) throws {
        #expect(try isNote(.string(text)))
        #expect(try isNote(.string(text), quantity: -6, price: "0"))
    }

    @Test(arguments: ["wet boxes", "sold as 22467", "Unsaleable, destroyed.", "? sold as sets?", "Found by jackie"])
    func othersOnLinesOfStock(_ text: String) throws {
        #expect(try isNote(.string(text), quantity: -6, price: "0"))
        #expect(try isNote(.string(text), quantity: 6, price: "0"))
        #expect(try !isNote(.string(text)))
    }

    @Test(arguments: ["WHITE HANGING HEART", "Manual", "POLYESTER FILLER PAD 45x45cm", "CHECKERS", "Adjust bad debt"])
    func names(_ text: String) throws {
        #expect(try !isNote(.string(text)))
        #expect(try !isNote(.string(text), quantity: -6, price: "0"))
    }

    @Test func whatIsMissingIsNoNote() throws {
        #expect(try !isNote(.null, quantity: -6, price: "0"))
        #expect(try !isNote("  ", quantity: -6, price: "0"))
    }

    @Test func theRulesDecide() throws {
        let rules = """
            kind: cleaning-rules
            version: 1
            impute: {description: Unknown, customer_id: GUEST, country: Unspecified}
            description_notes:
              values: [Rubbish]
              stock_lines: [sale]
              patterns: ['X+']
            """
        #expect(try isNote("RUBBISH", rules: rules))
        #expect(try isNote("XXX", rules: rules))
        #expect(try !isNote("check", rules: rules))
        #expect(try !isNote("XXX", quantity: -6, price: "0", rules: rules))
        #expect(try !isNote("lower", rules: rules))
        #expect(try !isNote("check", rules: "kind: cleaning-rules\nversion: 1"))
    }
}
