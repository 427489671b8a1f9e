import RDBytes
import RDQuality
import RDRecord
import Testing

@Suite struct VerdictTests {
    private func watch(_ rule: String, minimum: Int = 0, isLate: Bool = false) throws -> GateWatch {
        GateWatch(try rules(.ingestion, rule, minimum: minimum), gate: .ingestion, isLate: isLate)
    }

    @Test(arguments: [(0, "pass"), (5, "pass"), (6, "warn"), (10, "warn"), (11, "fail")])
    func sharesAtTheirThresholds(bad: Int, status: String) throws {
        var watch = try watch("rule: a, dimension: completeness, column: country, warn: 95%, fail: 0.9")
        watch.take(100 - bad)
        watch.take(bad, gaps: 1 << 7)
        #expect(try watch.metrics().first?["status"]?.string == status)
    }

    @Test(arguments: [(2, "pass"), (3, "warn"), (5, "warn"), (6, "fail")])
    func countsAtTheirThresholds(bad: Int, status: String) throws {
        var watch = try watch("rule: a, dimension: completeness, column: country, warn: 2 rows, fail: 5 rows")
        watch.take(bad, gaps: 1 << 7)
        #expect(try watch.metrics().first?["status"]?.string == status)
    }

    @Test func aShareOfFewRowsIsWrittenAndNotJudged() throws {
        var few = try watch("rule: a, dimension: completeness, column: country, fail: 90%", minimum: 10)
        few.take(9, gaps: 1 << 7)
        let metric = try #require(try few.metrics().first)
        #expect(metric["value"]?.number == "0")
        #expect(metric["status"]?.string == "pass")
        few.take(1, gaps: 1 << 7)
        #expect(try few.metrics().first?["status"]?.string == "fail")

        var count = try watch("rule: a, dimension: completeness, column: country, fail: 0 rows", minimum: 10)
        count.take(1, gaps: 1 << 7)
        #expect(try count.metrics().first?["status"]?.string == "fail")
    }

    @Test func nothingIsNoShare() throws {
        var watch = try watch("rule: a, dimension: completeness, fail: 90%")
        let metric = try #require(try watch.metrics().first)
        #expect(metric["value"] == .null)
        #expect(metric["status"]?.string == "pass")
    }

    @Test func theShareIsRoundedDown() throws {
        var watch = try watch("rule: a, dimension: completeness, column: customer_id, warn: 100%")
        watch.take(2_999_999)
        watch.take(1, gaps: noCustomer)
        let metric = try #require(try watch.metrics().first)
        #expect(metric["value"]?.number == "0.999999")
        #expect(metric["status"]?.string == "warn")
        #expect(watch.warnings.first?.contains("is 99.99 % of 3000000") == true)
    }

    @Test func eachSegmentHasItsFigure() throws {
        var watch = GateWatch(
            try rules(
                .cleaning, "rule: a, dimension: accuracy, check: positive, by: country, warn: 60%",
                "rule: b, dimension: completeness, column: customer_id, by: country, fail: 60%"),
            gate: .cleaning)
        for (country, isPositive, gaps) in [
            ("France", true, 0), ("France", false, noCustomer), ("Spain", true, 0), ("EIRE", true, 0),
            ("EIRE", false, 0), ("", false, noCustomer),
        ] as [(String, Bool, UInt8)] {
            if country.isEmpty { watch.seeNothing(0) } else { watch.see(country) }
            if !isPositive { watch.note(.positive) }
            watch.take(gaps: gaps)
        }
        let metrics = try watch.metrics()
        let figures = metrics.map {
            "\($0["rule"]?.string ?? "") \($0["segment"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
        }
        #expect(
            figures == [
                "a (none) 1/1", "a France 1/2", "a Spain 0/1", "a EIRE 1/2", "b (none) 1/1", "b France 1/2",
                "b Spain 0/1", "b EIRE 0/2",
            ])
        #expect(
            watch.warnings == [
                "cleaning: accuracy (positive) in (none) is 0 % of 1 and should be at least 60 % "
                    + "(rule a, and in 2 more)"
            ])
        #expect(throws: GateFailure.self) { try watch.judge() }
    }

    @Test func everyDimensionHasSegments() throws {
        var watch = GateWatch(
            try rules(
                .cleaning, "rule: form, dimension: consistency, check: well_formed, by: country, warn: 60%",
                "rule: valid, dimension: validity, by: country, warn: 60%",
                "rule: full, dimension: completeness, column: customer_id, by: country, warn: 60%",
                "rule: once, dimension: uniqueness, columns: [invoice_no, stock_code], by: country, warn: 60%"),
            gate: .cleaning)
        try watch.deduplicates(by: [Field.invoiceNo, Field.stockCode])
        watch.see("France")
        watch.take(gaps: noCustomer)
        watch.see("France")
        watch.noteRepeat(3)
        watch.take()
        watch.see("EIRE")
        watch.reject(.badPattern, "stock_code", isShown: true)
        watch.see("EIRE")
        watch.reject(.missingValue, "customer_id", isShown: true)
        watch.see("EIRE")
        watch.reject(.duplicate, nil, isShown: true)
        watch.reject(.badJSON, nil)
        let figures = try watch.metrics().map {
            "\($0["rule"]?.string ?? "") \($0["segment"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
        }
        #expect(
            figures == [
                "form (none) 1/1", "form France 0/2", "form EIRE 0/3", "valid France 0/15", "valid EIRE 1/1",
                "full France 1/2", "full EIRE 1/1", "once France 1/2", "once EIRE 1/1",
            ])
    }

    @Test func theSegmentsOfExactTotals() throws {
        var watch = GateWatch(
            try rules(
                .transformation, "rule: a, dimension: accuracy, check: line_total, by: country, warn: 60%",
                "rule: b, dimension: consistency, check: one_country, by: customer_id, warn: 60%"),
            gate: .transformation)
        func show(_ country: String, _ customer: String, _ watch: inout GateWatch) {
            for index in 0..<watch.watchCount {
                var bytes = ByteBuffer()
                bytes.append(text: watch.watchedSlot(index) == Field.country ? country : customer)
                watch.see(index, bytes.bytes.bytes, 0..<bytes.count)
            }
        }
        show("France", "17", &watch)
        watch.take()
        show("EIRE", "17", &watch)
        watch.note(.oneCountry)
        watch.take()
        show("EIRE", "18", &watch)
        watch.reject(.amountOutOfRange, "quantity", isShown: true)
        let figures = try watch.metrics().map {
            "\($0["rule"]?.string ?? "") \($0["segment"]?.string ?? "") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
        }
        #expect(figures == ["a France 0/1", "a EIRE 1/2", "b 17 1/2"])
    }

    @Test func manySegmentsAreCountedTogether() throws {
        var watch = GateWatch(
            try rules(.ingestion, "rule: a, dimension: completeness, by: customer_id, warn: 60%"), gate: .ingestion)
        for number in 0..<1000 {
            watch.see("C\(number)")
            watch.take()
        }
        let metrics = try watch.metrics()
        #expect(metrics.count < 260)
        #expect(metrics.contains { $0["segment"]?.string == "(others)" })
        #expect(metrics.reduce(0) { $0 + ($1["n"]?.integer ?? 0) } == 8000)
    }

    @Test func aCountThatIsOverStopsAtOnce() throws {
        var watch = try watch("rule: a, dimension: completeness, column: country, fail: 2 rows")
        var out = ByteBuffer()
        watch.take(2, gaps: 1 << 7)
        try watch.checkpoint(further: nil, into: &out)
        #expect(out.text == "")
        watch.take(1, gaps: 1 << 7)
        let error = #expect(throws: GateFailure.self) { try watch.checkpoint(further: nil, into: &out) }
        #expect(error?.exitCode == .data)
        #expect(error?.abortCode == "quality_gate")
        #expect(
            error?.message
                == "quality gate ingestion: completeness of country: 3 of 3 are bad, and 2 may be (rule a)")
        #expect(error?.remedy?.contains("--fail-late") == true)
        #expect(out.text.contains(#""status":"fail""#))
    }

    @Test func aShareStopsOnceItIsSure() throws {
        var watch = try watch("rule: a, dimension: completeness, column: country, fail: 50%")
        var out = ByteBuffer()
        watch.take(60, gaps: 1 << 7)
        try watch.checkpoint(further: nil, into: &out)
        try watch.checkpoint(further: 60, into: &out)
        #expect(out.text == "")
        #expect(throws: GateFailure.self) { try watch.checkpoint(further: 59, into: &out) }
    }

    @Test func aLateGateReadsOn() throws {
        var watch = try watch("rule: a, dimension: completeness, column: country, fail: 0 rows", isLate: true)
        var out = ByteBuffer()
        watch.take(1, gaps: 1 << 7)
        try watch.checkpoint(further: 0, into: &out)
        #expect(out.text == "")
        watch.finish(into: &out)
        let error = #expect(throws: GateFailure.self) { try watch.judge() }
        #expect(error?.remedy?.contains("--fail-late") == false)
    }
}
