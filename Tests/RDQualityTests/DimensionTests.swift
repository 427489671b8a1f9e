import RDBytes
import RDQuality
import RDRecord
import Testing

/// Each dimension broken on purpose, and what the gate makes of it.
@Suite struct DimensionTests {
    @Test func completenessOfAColumn() throws {
        var watch = GateWatch(
            try rules(.ingestion, "rule: a, dimension: completeness, column: customer_id, warn: 80%, fail: 50%"),
            gate: .ingestion)
        watch.take(3)
        watch.take(1, gaps: noCustomer)
        let metric = try #require(try watch.metrics().first)
        #expect(
            metric.text
                == #"{"@rd":"metric","stage":"ingest","gate":"ingestion","rule":"a","dimension":"completeness","#
                + #""column":"customer_id","segment":null,"unit":"share","value":0.75,"n":4,"bad":1,"warn":0.8,"#
                + #""fail":0.5,"status":"warn"}"#)
        #expect(
            watch.warnings == [
                "ingestion: completeness of customer_id is 75 % of 4 and should be at least 80 % (rule a)"
            ])
        #expect(throws: Never.self) { try watch.judge() }
    }

    @Test func completenessOfAllCells() throws {
        var watch = GateWatch(
            try rules(.ingestion, "rule: a, dimension: completeness, fail: 95%"), gate: .ingestion)
        watch.take(1)
        watch.take(1, gaps: 0b0100_0100)
        watch.reject(.missingValue, "quantity")
        let metric = try #require(try watch.metrics().first)
        #expect(metric["n"]?.integer == 17)
        #expect(metric["bad"]?.integer == 3)
        #expect(metric["column"] == .null)
        #expect(metric["status"]?.string == "fail")
        #expect(throws: GateFailure.self) { try watch.judge() }
    }

    @Test func validityOfWhatIsSetAside() throws {
        var watch = GateWatch(
            try rules(
                .ingestion, "rule: a, dimension: validity, fail: 90%",
                "rule: b, dimension: validity, column: stock_code, fail: 90%",
                "rule: c, dimension: validity, column: customer_id, fail: 90%"),
            gate: .ingestion)
        watch.take(6)
        watch.take(2, gaps: noCustomer)
        watch.reject(.badPattern, "stock_code")
        watch.reject(.dateOutOfRange, "invoice_date")
        watch.reject(.raggedRow, nil)
        let metrics = try watch.metrics()
        #expect(metrics.map { $0["bad"]?.integer } == [2, 1, 0])
        #expect(metrics.map { $0["n"]?.integer } == [64, 9, 6])
        #expect(metrics.map { $0["status"]?.string } == ["pass", "fail", "pass"])
    }

    @Test func validityByAPatternAListAndBounds() throws {
        var pattern = GateWatch(
            try rules(.cleaning, "rule: a, dimension: validity, column: stock_code, pattern: '[0-9]{5}', fail: 1 row"),
            gate: .cleaning)
        var list = GateWatch(
            try rules(
                .cleaning, "rule: a, dimension: validity, column: country, one_of: [France, \"A\\\"B\"], fail: 1 row"),
            gate: .cleaning)
        var bounds = GateWatch(
            try rules(.cleaning, "rule: a, dimension: validity, column: unit_price, min: 0.01, max: 10, fail: 1 row"),
            gate: .cleaning)
        for text in ["12345", "12345", "1234", "POST", "POST"] {
            pattern.see(text)
            pattern.take()
        }
        for (text, isEscaped) in [("France", false), (#"A\"B"#, true), ("Frankreich", false)] {
            list.see(text, isEscaped: isEscaped)
            list.take()
        }
        list.seeNothing(0)
        list.take(gaps: 1 << 7)
        for number: Int64 in [99, 100, 100_000, 100_001] {
            bounds.see(0, number: number)
            bounds.take()
        }
        #expect(try pattern.metrics().map { $0["bad"]?.integer } == [3])
        let listed = try list.metrics()
        #expect(listed.map { $0["bad"]?.integer } == [1])
        #expect(listed.map { $0["n"]?.integer } == [3])
        #expect(listed.map { $0["status"]?.string } == ["pass"])
        #expect(try bounds.metrics().map { $0["bad"]?.integer } == [2])
        #expect(throws: GateFailure.self) { try pattern.judge() }
    }

    @Test func uniquenessOfTheKey() throws {
        var watch = GateWatch(
            try rules(.cleaning, "rule: a, dimension: uniqueness, columns: [invoice_no, stock_code], fail: 80%"),
            gate: .cleaning)
        try watch.deduplicates(by: [0, 1])
        watch.take(3)
        watch.reject(.duplicate, nil)
        #expect(try watch.metrics().first?["value"]?.number == "0.75")
        #expect(throws: GateFailure.self) { try watch.judge() }
    }

    @Test func uniquenessWhereAnotherKeyDropsRows() throws {
        let pair = try rules(.cleaning, "rule: a, dimension: uniqueness, columns: [invoice_no, stock_code], fail: 80%")
        for (key, n, bad) in [(nil, 4, 1), ([0], 4, 1), (Array(0..<8), 6, 3)] as [([Int]?, Int, Int)] {
            var watch = GateWatch(pair, gate: .cleaning)
            try watch.deduplicates(by: key)
            watch.take(4)
            for rule in watch.pairRules { watch.noteRepeat(rule) }
            watch.reject(.duplicate, nil)
            watch.reject(.duplicate, nil)
            let metric = try #require(try watch.metrics().first)
            #expect(metric["n"]?.integer == n)
            #expect(metric["bad"]?.integer == bad)
        }
    }

    @Test func aKeyThatNobodyCounts() throws {
        var watch = GateWatch(
            try rules(.cleaning, "rule: a, dimension: uniqueness, columns: [invoice_no, country], fail: 80%"),
            gate: .cleaning)
        #expect(throws: RDError.self) { try watch.deduplicates(by: [0, 1]) }
        #expect(throws: Never.self) { try watch.deduplicates(by: [7, 0]) }
    }

    @Test func accuracyAndConsistency() throws {
        var watch = GateWatch(
            try rules(
                .transformation, "rule: a, dimension: accuracy, check: line_total, fail: 0 rows",
                "rule: b, dimension: accuracy, check: positive, warn: 50%, fail: 10%",
                "rule: c, dimension: consistency, check: one_country, warn: 90%",
                "rule: d, dimension: consistency, check: well_formed, warn: 90%"),
            gate: .transformation)
        watch.take(8)
        watch.note(.positive)
        watch.note(.oneCountry)
        watch.take()
        watch.reject(.amountOutOfRange, nil)
        watch.reject(.badJSON, nil)
        let metrics = try watch.metrics()
        #expect(
            metrics.map { $0["column"]?.string } == ["line_total", "quantity,unit_price", "customer_id,country", nil])
        #expect(metrics.map { $0["bad"]?.integer } == [1, 1, 1, 1])
        #expect(metrics.map { $0["n"]?.integer } == [10, 9, 9, 11])
        #expect(metrics.map { $0["status"]?.string } == ["fail", "pass", "warn", "pass"])
        #expect(metrics[0]["value"]?.number == "1")
        #expect(metrics[0]["unit"]?.string == "rows")
    }
}
