import RDBytes
import RDConfig
import RDRecord
import Testing

/// What a schema may not say.
@Suite struct SchemaFlawTests {
    private func flaws(_ old: String, _ new: String) throws -> [String] {
        let text = try ours("schema.yaml")
        #expect(text.contains(old))
        guard case .flawed(let flaws) = Configuration.compile(text.replacing(old, with: new), file: "f") else {
            return []
        }
        return flaws.map(\.description)
    }

    @Test(
        arguments: [
            ("  - name: country", "  - name: contry", "expected one of invoice_no"),
            ("  - name: country", "  - name: contry", "did you mean 'country'?"),
            ("  - name: country", "  - name: contry", "the field 'country' is missing"),
            ("  - name: country", "  - name: stock_code", "the field 'stock_code' stands twice"),
            ("    type: text\n", "", "lacks 'type'"), ("type: decimal", "type: money", "expected one of code, text"),
            ("type: integer", "type: text", "the type of quantity is integer"),
            ("type: datetime", "type: text", "the type of invoice_date is datetime"),
            ("required: true", "required: maybe", "expected true or false for required"),
            ("required: true", "required: 1", "expected true or false for required"),
            ("aliases: [Qty, Units, Count, Amount Sold]", "aliases: Qty", "expected a list for aliases of quantity"),
            ("aliases: [Qty, Units, Count, Amount Sold]", "aliases: [[Qty]]", "expected a text for an alias"),
            ("aliases: [Qty,", "aliases: [sku,", "is an alias of stock_code too"),
            ("aliases: [Qty,", "aliases: [Stock_Code,", "is an alias of stock_code too"),
            ("aliases: [Qty,", "aliases: [customer-id,", "is an alias of customer_id too"),
            ("'[A-Za-z0-9_-]{1,32}'", "'[A-Za-z0-9_-]{32,1}'", "is wrong at character"),
            ("min: -1000000000", "min: few", "expected a number for min of quantity"),
            ("min: -1000000000", "min: 1.23456", "expected a number for min of quantity"),
            ("max: 1000000000", "max: -2000000000", "max of quantity is below its min"),
            ("min: 1990-01-01T00:00:00", "min: 1/1/1990", "expected an ISO 8601 date for min of invoice_date"),
            ("    type: id\n", "    type: id\n    min: 5\n", "expected no bound for min of customer_id"),
            ("    type: text\n", "    type: text\n    min: 5\n", "expected no bound"),
            ("    type: integer\n", "    type: integer\n    pattern: '[0-9]+'\n", "quantity takes no pattern"),
            ("nullable: false", "nullable: true", "invoice_no cannot be nullable"),
        ] as [(String, String, String)])
    func eachIsTold(old: String, new: String, expected: String) throws {
        let found = try flaws(old, new)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func theFlawHasItsPlace() throws {
        let text = try ours("schema.yaml")
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex { $0.contains("type: decimal") }
        let found = try flaws("type: decimal", "type: decimol")
        #expect(found.first?.hasPrefix("f:\((line ?? 0) + 1):11: found 'decimol'") == true, "\(found)")
        #expect(found.first?.hasSuffix("did you mean 'decimal'?") == true)
    }

    @Test func whatMayBeChanged() throws {
        for (old, new) in [
            ("aliases: [Qty,", "aliases: [Anzahl, Qty, qty, QTY,"), ("required: false", "required: true"),
            ("pattern: '[A-Za-z0-9_-]{1,32}'", ""), ("max: 2050-12-31T23:59:59", "max: 2099-12-31"),
            ("    type: text\n", "    type: text\n    pattern: '[A-Z]+'\n"),
        ] {
            #expect(try flaws(old, new).isEmpty, "\(new)")
        }
    }

    @Test func theCompiledFormIsTheSchema() throws {
        guard case .compiled(let json) = Configuration.compile(try ours("schema.yaml"), file: "f") else {
            Issue.record("does not compile")
            return
        }
        let schema = try SalesSchema(json)
        #expect(schema.columns.map(\.name) == Field.source)
        #expect(schema.columns.map(\.isRequired) == [true, true, false, true, true, true, false, false])
        #expect(schema.columns.map(\.isNullable) == [false, false, true, false, false, false, true, true])
        #expect(schema[Field.quantity].greatest == 10_000_000_000_000)
        #expect(schema[Field.country].aliases == ["country", "country", "countryname", "region", "market"])
    }
}
