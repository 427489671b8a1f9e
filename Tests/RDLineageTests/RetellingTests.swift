import RDBytes
import RDClean
import RDLineage
import RDRecord
import RDTransform
import Testing

@Suite struct RetellingTests {
    private func retell(_ row: String, header: String = salesHeader) throws -> Retelling {
        // A second row, so that the order of dates can be told.
        let certain = "536370,22752,LAMP,1,12/13/2010 8:45,18,12583,France"
        let read = try ReadSource([Array("\(header)\n\(row)\n\(certain)\n".utf8)])
        var options = CleanOptions(makeFile: { throw RDError(.io, "no file") })
        options.memory = 1 << 20
        let clean = CleanStage(schema: ourRules.schema, rules: ourRules.cleaning, options: options)
        let lineage = read.run([clean.entry.json, TransformStage().entry.json])
        return try Retelling(try read.form.find(line: 2, check: .hash), read.form, lineage, ourRules)
    }

    private func step(_ retelling: Retelling, _ stage: String, _ column: String) -> Retelling.Step? {
        retelling.steps.first { $0.stage == stage && $0.column == column }
    }

    @Test func eachChangeIsToldWithBeforeAndAfter() throws {
        let told = try retell("C536366,85123A,  WHITE   LAMP ,-2,12/1/2010 8:28,7.650,,")
        #expect(step(told, "ingest", "invoice_date")?.after == "2010-12-01T08:28:00")
        #expect(step(told, "ingest", "unit_price")?.before == "7.650")
        #expect(step(told, "ingest", "customer_id")?.rule == "an empty cell is null")
        #expect(step(told, "clean", "description")?.after == "WHITE LAMP")
        #expect(step(told, "clean", "quantity")?.after == 2)
        #expect(step(told, "clean", "customer_id")?.after == "GUEST")
        #expect(step(told, "clean", "customer_id")?.rule == "imputed: it is missing")
        #expect(step(told, "clean", "transaction_type")?.after == "return")
        #expect(step(told, "transform", "line_total")?.before == ["quantity": 2, "unit_price": .number("7.65")])
        #expect(step(told, "transform", "net_amount")?.after == .number("-15.3"))
        #expect(told.fact?["customer_id"] == "GUEST")
        #expect(told.reject == nil)
    }

    @Test func whatDoesNotChangeIsLeftOut() throws {
        let told = try retell("536366,85123A,LAMP,2,12/1/2010 8:28,7.65,17850,France")
        #expect(told.steps.map(\.column) == ["invoice_date", "transaction_type", "date_key", "line_total"])
    }

    @Test func aRowThatIsSetAsideTodaySaysWhy() throws {
        let told = try retell("536366,85123A,LAMP,two,12/1/2010 8:28,7.65,17850,France")
        #expect(told.fact == nil)
        #expect(told.reject?["code"] == "bad_integer")
    }

    @Test func aStreamThatBeganElsewhereCannotBeToldAgain() throws {
        let read = try ReadSource([Array("\(salesHeader)\n536366,85123A,LAMP,2,12/13/2010 8:28,7.65,1,France\n".utf8)])
        let line = try read.form.find(line: 2, check: .hash)
        #expect(throws: RDError.self) { try Retelling(line, read.form, RunLineage(open: [:], ledger: []), ourRules) }
    }
}
