import RDBytes
import RDIngest
import RDQuality
import RDRecord
import Testing

/// The ingestion gate, measured while rows are read.
@Suite struct GateTests {
    private func gates(_ rules: JSONValue..., isLate: Bool = false) throws -> GateSettings {
        GateSettings(
            try QualityRules(["kind": "quality-rules", "gates": ["ingestion": .array(rules)]]), isLate: isLate)
    }

    private let customers: JSONValue = [
        "rule": "customers", "dimension": "completeness", "columns": ["customer_id"], "unit": "share",
        "warn": 900_000, "fail": 500_000,
    ]
    private let products: JSONValue = [
        "rule": "products", "dimension": "validity", "columns": ["stock_code"], "unit": "rows", "warn": 0, "fail": 2,
    ]
    private let noCustomer = "536365,85123A,WHITE HEART,6,12/13/2010 8:26,2.55,,United Kingdom\n"
    private let badProduct = "536365,8512?,WHITE HEART,6,12/13/2010 8:26,2.55,17850,United Kingdom\n"

    private func rows(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    @Test func figuresStandBeforeTheEnd() throws {
        let gates = try gates(customers, products)
        let result = ingest(header + rows(3, row) + noCustomer + badProduct) { $0.gates = gates }
        let metrics = result.control("metric")
        #expect(metrics.map { $0["rule"]?.string } == ["customers", "products"])
        #expect(metrics[0]["value"]?.number == "0.75")
        #expect(metrics[0]["n"]?.integer == 4)
        #expect(metrics.map { $0["status"]?.string } == ["warn", "warn"])
        #expect(metrics[1]["bad"]?.integer == 1)
        #expect(result.lines.last?.hasPrefix(#"{"@rd":"close""#) == true)
        #expect(result.error == nil)
    }

    @Test func aFailureAbortsTheStream() throws {
        let gates = try gates(customers)
        let result = ingest(header + row + rows(3, noCustomer)) { $0.gates = gates }
        #expect(result.records.count == 4)
        #expect(result.control("metric").first?["status"]?.string == "fail")
        let abort = try #require(result.control("abort").first)
        #expect(abort["code"]?.string == "quality_gate")
        #expect(
            abort["detail"]?.string
                == "quality gate ingestion: completeness of customer_id is 25 % of 4 and should be at least 50 % "
                + "(rule customers)")
        #expect(result.control("close").isEmpty)
    }

    @Test func aCountThatIsOverDoesNotReadTheRest() throws {
        let gates = try gates(products)
        let text = header + rows(3, badProduct) + rows(20_000, row)
        let early = ingest(text) {
            $0.gates = gates
            $0.chunkSize = 100
        }
        #expect(early.records.count < 200)
        #expect(early.control("abort").first?["code"]?.string == "quality_gate")
        let late = try self.gates(products, isLate: true)
        let whole = ingest(text) { $0.gates = late }
        #expect(whole.records.count == 20_000)
        #expect(whole.control("abort").first?["code"]?.string == "quality_gate")
    }

    @Test func aShareStopsOnlyWhereTheSizeMakesItSure() throws {
        let gates = try gates(customers)
        let text = header + rows(10_000, noCustomer) + rows(100, row)
        let sized = ingest([Array(text.utf8)], isFile: true) {
            $0.gates = gates
            $0.chunkSize = 100
        }
        #expect(sized.records.count < 10_000)
        #expect(sized.control("abort").count == 1)
        let pipe = ingest(text) {
            $0.gates = gates
            $0.chunkSize = 100
        }
        #expect(pipe.records.count == 10_100)
        #expect(pipe.control("abort").count == 1)
    }

    @Test func aBareStreamHasNoFiguresAndIsJudgedAllTheSame() throws {
        let gates = try gates(customers)
        let result = ingest(header + row + rows(3, noCustomer)) {
            $0.gates = gates
            $0.isBare = true
        }
        #expect(result.lines.count == 4)
        #expect(result.lines.allSatisfy { !$0.contains("@rd") })
    }

    @Test func strictTakesAWarningForAFailure() throws {
        let gates = try gates(customers)
        let result = ingest(header + rows(3, row) + noCustomer) {
            $0.gates = gates
            $0.isStrict = true
        }
        #expect(result.error?.message.hasPrefix("--strict: ingestion: completeness of customer_id is 75 %") == true)
    }

    @Test func valuesAndSegmentsOfRewrittenRows() throws {
        let gates = try gates(
            [
                "rule": "lands", "dimension": "validity", "columns": ["country"], "one_of": ["Österreich", "A \"B\""],
                "unit": "rows", "warn": 0, "fail": .null,
            ],
            [
                "rule": "parts", "dimension": "completeness", "columns": ["customer_id"], "by": "country",
                "unit": "rows", "warn": 0, "fail": .null,
            ],
            [
                "rule": "prices", "dimension": "validity", "columns": ["unit_price"], "min": "2.55", "max": "2.55",
                "unit": "rows", "warn": 0, "fail": .null,
            ],
            [
                "rule": "ids", "dimension": "validity", "columns": ["customer_id"], "pattern": "[0-9]{5}",
                "unit": "rows", "warn": 0, "fail": .null,
            ])
        var bytes = Array(header.utf8)
        bytes += Array("536365,85123A,X,6,12/13/2010 8:26,2.55,17850.0,".utf8) + [0xD6] + Array("sterreich\n".utf8)
        bytes += Array("536365,85123A,X,6,12/13/2010 8:26,2.54,,\"A \"\"B\"\"\"\n".utf8)
        bytes += Array("536365,85123A,X,6,12/13/2010 8:26,2.55,X,Utopia\n".utf8)
        let result = ingest([bytes]) { $0.gates = gates }
        let figures = result.control("metric").map {
            "\($0["rule"]?.string ?? "") \($0["segment"]?.string ?? "-") \($0["bad"]?.integer ?? -1)/\($0["n"]?.integer ?? -1)"
        }
        #expect(
            figures == [
                "lands - 1/3", "parts Österreich 0/1", "parts A \"B\" 1/1", "parts Utopia 0/1", "prices - 1/3",
                "ids - 1/2",
            ])
    }
}
