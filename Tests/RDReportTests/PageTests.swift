import RDHistory
import Testing

@testable import RDReport

@Suite struct PageTests {
    private func run(_ number: Int, detail: String? = nil) -> HistoryRun {
        HistoryRun(
            id: number, run: "run-\(number)", job: "daily <b>", kind: "load",
            status: detail == nil ? "success" : "failed",
            detail: detail, began: 1_767_225_600_000 + Int64(number) * 86_400_000, duration: ExactNumber(12),
            rows: 1000,
            facts: 990, version: number, isRolledBack: false, source: "/data/sales-2026-01-02.csv", isRetry: false,
            ledger: [], money: nil)
    }

    /// More of everything than a warehouse ever has, with texts as long and as bad as they come.
    private func largest() -> QualityReport {
        let bad = String(repeating: "<script>'\"&", count: 30)
        let runs = (0..<1000).map { run($0, detail: $0 == 999 ? bad : nil) }
        let figures = (0..<400).map { number in
            HistoryFigure(
                stage: "clean", gate: "cleaning", rule: "rule_number_\(number)_with_a_long_name",
                dimension: "completeness",
                columns: bad, segment: nil, n: 1000, bad: 10, value: ExactNumber("0.99"), unit: "share",
                warn: ExactNumber("0.98"), fail: ExactNumber("0.9"), status: "pass")
        }
        let all = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, figures) })
        let samples = (0..<3).map { RejectGroup.Sample(run: "r", line: $0, field: bad, detail: bad, raw: bad) }
        return QualityReport(
            made: 0, since: 0, target: ExactNumber(1), runs: runs, focus: runs.last, focusFigures: figures,
            days: ReportDay.all(runs, [:], []), rules: RuleHistory.all(runs.suffix(130), all, Bands([])),
            numbers: [], anomalies: [], unjudged: 0,
            rejects: (0..<60).map { RejectGroup(stage: "clean", code: "c\($0)", rows: 5, open: 1, samples: samples) },
            moneyRules: [],
            months: (0..<240).map { number in
                let month = number % 12 + 1
                return MonthPart(
                    month: "\(2000 + number / 12)-\(month < 10 ? "0" : "")\(month)", partition: "p", facts: number,
                    bytes: 9,
                    net: 1)
            })
    }

    @Test func theLargestPageIsBelowAMegabyteAndHasNothingOfTheTextsInIt() {
        let page = largest().page
        #expect(page.utf8.count < 1_000_000, "\(page.utf8.count)")
        #expect(!page.contains("<script") && !page.contains("daily <b>"))
        #expect(page.contains("&lt;script&gt;"))
        #expect(page.contains("The 120 of 400 that passed least."))
        for outside in ["http:", "https:", "src=", "@import", "url("] { #expect(!page.contains(outside)) }
    }

    @Test func theNameOfASourceIsWhatDeliveriesHaveInCommon() {
        #expect(run(1).sourceName == "sales-#-#-#.csv")
    }
}
