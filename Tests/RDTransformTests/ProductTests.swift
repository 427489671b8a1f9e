import RDBytes
import RDRecord
import RDTesting
import RDTransform
import Testing

/// What a product is called and costs in the end, whatever the order its rows come in.
@Suite struct ProductTests {
    private func product(_ rows: [JSONValue]) throws -> JSONValue {
        try #require(try transform(rows).lines.first { $0["dim"]?.string == "product" })
    }

    private func row(_ month: Int, _ description: String, _ price: String, _ type: String = "sale") -> JSONValue {
        cleaned(
            ("invoice_no", .integer(month)), ("description", .string(description)), ("unit_price", .number(price)),
            ("invoice_date", .string("2011-\(month < 10 ? "0" : "")\(month)-01T00:00:00")),
            ("transaction_type", .string(type)))
    }

    @Test func inEveryOrderTheSame() throws {
        let rows = [
            row(1, "OLD", "9"), row(2, "NEW", "3"), row(3, "Unknown", "0"), row(4, "damaged", "0", "adjustment"),
        ]
        for order in permutations(rows) {
            let found = try product(order)
            #expect(found["description"]?.string == "NEW")
            #expect(found["unit_price"]?.number == "3")
            #expect(found["last_sold_at"]?.string == "2011-04-01T00:00:00")
        }
    }

    @Test func junkStandsWhereThereIsNothingElse() throws {
        for order in permutations([row(1, "damaged", "0", "adjustment"), row(3, "Unknown", "0")]) {
            let found = try product(order)
            #expect(found["description"]?.string == "damaged")
            #expect(found["described_at"]?.string == "2011-01-01T00:00:00")
            #expect(found["is_note"]?.bool == true)
        }
    }

    @Test func whatWasNeverToldIsNull() throws {
        for order in permutations([row(1, "Unknown", "0"), row(2, "", "0"), filled(3, "Unbekannt")]) {
            let found = try product(order)
            #expect(found["description"] == .null)
            #expect(found["described_at"] == .null)
            #expect(found["priced_at"] == .null)
            #expect(found["unit_price"]?.number == "0")
            #expect(found["is_note"]?.bool == false)
            #expect(found["last_sold_at"]?.string == "2011-03-01T00:00:00")
        }
    }

    @Test func eachValueHasItsOwnTime() throws {
        for order in permutations([row(1, "NAME", "0"), row(2, "Unknown", "7"), row(3, "", "0")]) {
            let found = try product(order)
            #expect(found["description"]?.string == "NAME")
            #expect(found["described_at"]?.string == "2011-01-01T00:00:00")
            #expect(found["unit_price"]?.number == "7")
            #expect(found["priced_at"]?.string == "2011-02-01T00:00:00")
            #expect(found["last_sold_at"]?.string == "2011-03-01T00:00:00")
        }
    }

    /// A record whose description `rd-clean` filled by rules of its user.
    private func filled(_ month: Int, _ description: String) -> JSONValue {
        var json = row(month, description, "0")
        json["imputed"] = ["description", "customer_id"]
        return json
    }

    private func marked(_ row: JSONValue, _ mark: JSONValue = true) -> JSONValue {
        var json = row
        json["note"] = mark
        return json
    }

    @Test func aMarkedNoteNeverReplacesAName() throws {
        let rows = [row(1, "NAME", "1"), marked(row(2, "check", "0")), marked(row(3, "DAMAGED", "0", "adjustment"))]
        for order in permutations(rows) {
            let found = try product(order)
            #expect(found["description"]?.string == "NAME")
            #expect(found["described_at"]?.string == "2011-01-01T00:00:00")
            #expect(found["is_note"]?.bool == false)
        }
        for order in permutations(Array(rows.dropFirst())) {
            let found = try product(order)
            #expect(found["description"]?.string == "DAMAGED")
            #expect(found["is_note"]?.bool == true)
        }
    }

    @Test(
        arguments: [
            ("lost", .absent, true, false), ("lost", .absent, false, true), ("lost", .no, false, false),
            ("PINK BOX", .absent, false, false), ("PINK BOX", .yes, true, true),
            ("\u{E9}t\u{E9}", .absent, false, true),
            ("\u{C9}t\u{E9}", .absent, false, false), ("20713", .absent, false, true),
            ("\"x\" \\", .absent, false, true),
        ] as [(String, Mark, Bool, Bool)])
    func adjustmentsAreNotesWhereNobodyMarkedThem(
        text: String, mark: Mark, hasPassedClean: Bool, isNote: Bool
    ) throws {
        var line = row(1, text, "0", "adjustment")
        line["note"] = mark == .absent ? nil : .bool(mark == .yes)
        let lines = try transform([line], after: hasPassedClean ? ["ingest", "clean"] : ["ingest"]).lines
        #expect(lines.last?["description"]?.string == text)
        #expect(lines.last?["is_note"]?.bool == isNote)
    }

    enum Mark: Sendable { case absent, yes, no }

    @Test func ofOneMomentTheGreaterWins() throws {
        for order in permutations([row(1, "A", "3"), row(1, "MUCH LONGER", "2"), row(1, "MUCH", "1")]) {
            let found = try product(order)
            #expect(found["description"]?.string == "MUCH LONGER")
            #expect(found["unit_price"]?.number == "3")
        }
    }

    @Test func longAndShortDescriptionsReplaceEachOther() throws {
        var random = SeededRandom(5)
        for _ in 0..<200 {
            let names = (1...9).map { _ in String(repeating: random.pick(["X", "\u{C9}"]), count: 1 + random.below(30))
            }
            let rows = names.enumerated().map { row($0.offset + 1, $0.element, "1") }
            #expect(try product(rows.shuffled(using: &random))["description"]?.string == names.last)
        }
    }

    @Test func oncePerProductInTheOrderTheyCame() throws {
        let rows = ["C", "A", "B", "A", "C"].map { cleaned(("stock_code", .string($0))) }
        let lines = try transform(rows).lines
        #expect(lines.suffix(3).map { $0["stock_code"]?.string } == ["C", "A", "B"])
        #expect(lines.count { $0["dim"]?.string == "product" } == 3)
    }

    private func permutations(_ rows: [JSONValue]) -> [[JSONValue]] {
        guard rows.count > 1 else { return [rows] }
        return rows.indices.flatMap { index in
            var rest = rows
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
