import Foundation
import RDBytes
import RDConfig
import RDQuality
import RDRecord
import Testing

/// A gate as a filter of its own, over records of each shape.
@Suite struct QualityStageTests {
    private func schema() throws -> SalesSchema {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "pipelines/schema.yaml"), encoding: .utf8)
        guard case .compiled(let json) = Configuration.compile(text, file: "f") else { return try SalesSchema(.null) }
        return try SalesSchema(json)
    }

    private struct Passed {
        var lines: [String]
        var figures: [String]
        var segments: [String]
        var ledger: StageLedger
        var isFailed: Bool
    }

    private func pass(
        _ gate: Gate, _ lines: [String], memory: Int = 1 << 20, _ rules: String...
    ) throws -> Passed {
        try pass(gate, lines, rules, memory: memory)
    }

    private func pass(_ gate: Gate, _ lines: [String], _ rules: [String], memory: Int) throws -> Passed {
        let text =
            "kind: quality-rules\nversion: 1\ngates:\n  \(gate.rawValue):\n"
            + rules.map { "    - {\($0)}\n" }.joined()
        guard case .compiled(let json) = Configuration.compile(text, file: "f") else {
            throw RDError(.configuration, "\(Configuration.compile(text, file: "f"))")
        }
        var stage = QualityStage(
            gate, settings: GateSettings(try QualityRules(json)), schema: try schema(), memory: memory,
            makeFile: { MemorySpillFile() })
        var out = ByteBuffer()
        for line in lines {
            var bytes = ByteBuffer()
            bytes.append(text: line)
            try stage.record(bytes.bytes.bytes, into: &out)
        }
        stage.finish(into: &out)
        let all = out.text.split(separator: "\n").map(String.init)
        let metrics = try all.filter { $0.hasPrefix(#"{"@rd":"metric""#) }.map { try JSONValue(parsing: $0) }
        return Passed(
            lines: all.filter { !$0.hasPrefix(#"{"@rd""#) },
            figures: metrics.map {
                "\($0["rule"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
            },
            segments: metrics.map {
                "\($0["rule"]?.string ?? "") \($0["segment"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
            }, ledger: stage.ledger, isFailed: (try? stage.judge()) == nil)
    }

    private func raw(_ changes: (String, JSONValue)...) -> String {
        var json: JSONValue = [
            "invoice_no": "536365", "stock_code": "85123A", "description": "HEART", "quantity": 6,
            "invoice_date": "2010-12-01T08:26:00", "unit_price": .number("2.55"), "customer_id": "17850",
            "country": "France",
        ]
        for (name, value) in changes { json[name] = value }
        return json.text
    }

    private func fact(_ changes: (String, JSONValue)...) -> String {
        var json: JSONValue = [
            "fact": "sales", "invoice_no": "536365", "stock_code": "85123A", "customer_id": "17850",
            "country": "France", "transaction_datetime": "2010-12-01T08:26:00", "date_key": 20_101_201, "quantity": 6,
            "unit_price": .number("2.55"), "line_total": .number("15.3"), "net_amount": .number("15.3"),
            "transaction_type": "sale",
        ]
        for (name, value) in changes { json[name] = value }
        return json.text
    }

    private let members = [
        #"{"dim":"country","country_name":"France"}"#, #"{"dim":"customer","customer_id":"17850","country":"France"}"#,
    ]
    private let product = #"{"dim":"product","stock_code":"85123A"}"#

    @Test func everyLineGoesOnAsItIs() throws {
        let lines = [raw(), "no json", #"{ "invoice_no" : 5 }"#, raw(("extra", "x"))]
        let passed = try pass(.ingestion, lines, "rule: a, dimension: consistency, check: well_formed, warn: 0.5")
        #expect(passed.lines == lines)
        #expect(passed.figures == ["a 1/4"])
        #expect(passed.ledger.rowsIn == 4 && passed.ledger.rowsOut == 4)
        #expect(Decimal4.text(passed.ledger.moneyOut) == "30.6000")
        #expect(passed.ledger.isBalanced)
    }

    @Test func valuesAreLookedAtEachByItself() throws {
        let lines = [
            raw(("stock_code", "8?"), ("unit_price", "cheap"), ("customer_id", .null), ("invoice_date", "soon")),
            raw(("quantity", .number("6.5")), ("description", " ")), raw(("country", [1])), raw(),
        ]
        let passed = try pass(
            .ingestion, lines, "rule: cells, dimension: completeness, warn: 0.5",
            "rule: values, dimension: validity, warn: 0.5",
            "rule: dates, dimension: validity, column: invoice_date, warn: 0.5",
            "rule: prices, dimension: validity, column: unit_price, min: 3, fail: 0 rows")
        #expect(passed.figures == ["cells 2/32", "values 5/30", "dates 1/4", "prices 4/4"])
        #expect(passed.isFailed)
    }

    @Test func keysAreCounted() throws {
        let escaped = raw(("stock_code", "A")).replacing("\"A\"", with: #""\u0041""#)
        let passed = try pass(
            .cleaning, [raw(("stock_code", "A")), escaped, raw(("stock_code", "B")), raw(("stock_code", "B"))],
            "rule: a, dimension: uniqueness, columns: [invoice_no, stock_code], warn: 0.9",
            "rule: b, dimension: uniqueness, columns: [customer_id], warn: 0.9")
        #expect(passed.figures == ["a 2/4", "b 3/4"])
    }

    @Test func cleanedRecordsAndTheirMoney() throws {
        let lines = [
            raw(("transaction_type", "sale")), raw(("transaction_type", "return")),
            raw(("transaction_type", "adjustment"), ("sign", -1)), raw(("transaction_type", "sale"), ("quantity", 0)),
        ]
        let passed = try pass(
            .cleaning, lines, "rule: a, dimension: accuracy, check: positive, by: country, warn: 0.9")
        #expect(passed.figures == ["a 1/4"])
        #expect(Decimal4.text(passed.ledger.moneyIn) == "-15.3000")
    }

    @Test func factsAndTheirMembers() throws {
        let lines =
            members + [fact(), fact(("country", "Spain")), fact(("stock_code", "B")), fact(("line_total", 15))]
            + [fact(("net_amount", .number("-15.3"))), product]
        let passed = try pass(
            .loading, lines, "rule: members, dimension: consistency, check: dimensions, fail: 1 row",
            "rule: exact, dimension: accuracy, check: line_total, fail: 0 rows",
            "rule: cells, dimension: completeness, fail: 90%")
        #expect(passed.lines == lines)
        #expect(passed.figures == ["members 2/5", "exact 1/5", "cells 0/35"])
        #expect(passed.isFailed)
        #expect(passed.ledger.rowsIn == 5)
        #expect(Decimal4.text(passed.ledger.moneyOut) == "45.9000")
    }

    @Test func whatAShapeDoesNotTellIsNotCounted() throws {
        let passed = try pass(
            .loading, [raw(), raw()], "rule: members, dimension: consistency, check: dimensions, fail: 0 rows",
            "rule: exact, dimension: accuracy, check: line_total, warn: 90%")
        #expect(passed.figures == ["members 0/0", "exact 0/0"])
        let facts = try pass(
            .transformation, [fact()], "rule: cells, dimension: completeness, warn: 90%",
            "rule: names, dimension: completeness, column: description, warn: 90%")
        #expect(facts.figures == ["cells 0/7", "names 0/0"])
    }

    @Test func customersWhoChangeCountry() throws {
        let lines = [
            raw(), raw(("country", "Spain")), raw(("country", "Spain")), raw(("customer_id", "GUEST")),
            raw(("customer_id", "GUEST"), ("country", "Spain")),
        ]
        let passed = try pass(
            .transformation, lines, "rule: a, dimension: consistency, check: one_country, warn: 0.9")
        #expect(passed.figures == ["a 1/5"])
    }

    @Test func aLineThatIsTooLongIsSetAside() throws {
        var stage = QualityStage(
            .ingestion, settings: GateSettings(), schema: try schema(), memory: 1 << 20, makeFile: { MemorySpillFile() }
        )
        var out = ByteBuffer()
        var head = ByteBuffer()
        head.append(text: "{")
        stage.oversized(head.bytes.bytes, size: 2_000_000, into: &out)
        #expect(out.text.contains(#""code":"line_too_long""#))
        #expect(stage.ledger.isBalanced && stage.ledger.rejectedTotal == 1)
    }

    @Test func aWrongValueCountsInItsSegmentAndAnAbsentOneNotAtAll() throws {
        let segments = try segments(
            .loading,
            [
                raw(("quantity", "six")), raw(("quantity", 7)), raw(("country", "EIRE")), raw(("country", .null)),
                fact("1", "A", "France"),
            ], "rule: valid, dimension: validity, column: quantity, by: country, warn: 50%",
            "rule: full, dimension: completeness, columns: [customer_id, unit_price], by: country, warn: 50%",
            "rule: total, dimension: accuracy, check: line_total, by: country, warn: 50%")
        #expect(
            segments == [
                "valid (none) 0/1", "valid France 1/3", "valid EIRE 0/1", "full (none) 0/2", "full France 0/6",
                "full EIRE 0/2", "total France 0/1",
            ])
        let absent = try self.segments(
            .transformation, [raw(), fact("1", "A", "France")],
            "rule: full, dimension: completeness, column: description, by: country, warn: 50%")
        #expect(absent == ["full France 0/1"])
    }

    @Test func factsWaitForTheirMembersInTheirSegment() throws {
        let members = [
            #"{"dim":"country","country_name":"France"}"#, #"{"dim":"country","country_name":"EIRE"}"#,
            #"{"dim":"customer","customer_id":"1","country":"France"}"#,
        ]
        let facts = [
            fact("1", "A", "France"), fact("1", "A", "EIRE"), fact("1", "B", "EIRE"), fact("2", "A", "France"),
        ]
        let rule = "rule: a, dimension: consistency, check: dimensions"
        let lines = members + facts + [#"{"dim":"product","stock_code":"A"}"#]
        #expect(
            try segments(
                .loading, lines, rule + ", by: country, warn: 50%", rule.replacing("a,", with: "b,") + ", warn: 1%")
                == ["a France 1/2", "a EIRE 1/2", "b  2/4"])
    }

    @Test(arguments: [1 << 26, 1 << 16]) func whatIsRememberedIsExactInLittleMemory(memory: Int) throws {
        // Each customer comes in two countries by turns, far apart: all but the first of it is a change.
        let customers = 6000
        var lines: [String] = []
        for turn in 0..<3 {
            for customer in 0..<customers {
                lines.append(
                    raw(("customer_id", .string("C\(customer)")), ("country", turn % 2 == 0 ? "France" : "EIRE")))
            }
        }
        let passed = try pass(
            .transformation, lines, memory: memory,
            "rule: a, dimension: consistency, check: one_country, warn: 50%")
        #expect(passed.figures == ["a \(2 * customers)/\(3 * customers)"])
    }

    private func fact(_ customer: String, _ product: String, _ country: String) -> String {
        let json: JSONValue = [
            "fact": "sales", "invoice_no": "536365", "stock_code": .string(product), "customer_id": .string(customer),
            "country": .string(country), "transaction_datetime": "2010-12-01T08:26:00", "date_key": 20_101_201,
            "quantity": 2, "unit_price": .number("2.50"), "line_total": .number("5.0000"),
            "net_amount": .number("5.0000"), "transaction_type": "sale",
        ]
        return json.text
    }

    private func segments(_ gate: Gate, _ lines: [String], _ rules: String...) throws -> [String] {
        try pass(gate, lines, rules, memory: 1 << 20).segments
    }
}
