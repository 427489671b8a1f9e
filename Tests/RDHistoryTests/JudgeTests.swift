import RDHistory
import Testing

@Suite struct JudgeTests {
    private func points(_ values: [Double], count: Int? = nil) -> [Point] {
        values.enumerated().map { run, value in
            Point(run: "run-\(run)", moment: Int64(run) * 86_400_000, value: value, count: count)
        }
    }

    private func verdict(_ method: AnomalyMethod, _ kind: NumberKind, _ points: [Point]) throws -> AnomalyVerdict {
        try #require(Judge().verdicts(kind, points[...]).first { $0.method == method })
    }

    @Test func theMedianAndItsDeviation() throws {
        let scale = try #require(RobustScale([1, 1, 2, 2, 4, 6, 9]))
        #expect(scale.center == 2)
        #expect(scale.scale == 1.482602218505602)
        #expect(RobustScale([]) == nil)
        #expect(RobustScale([5, 5, 5])?.scale == 0)
        #expect(abs((RobustScale([0, 0, 0, 4])?.scale ?? 0) - 1.2533141373155) < 1e-12)
        #expect(median([4, 1]) == 2.5)
    }

    @Test(arguments: NumberKind.allCases) func aColdStartIsLearningWhateverComes(kind: NumberKind) {
        let wild = points([0, 1, 0.5, 1, 0, 1, 0.2, 0.9, 1, 0, 1, 0, 1])
        for count in 1...3 {
            #expect(Judge().verdicts(kind, wild[..<count]).allSatisfy { $0.status == .learning })
        }
        for count in 4...wild.count {
            let verdicts = Judge().verdicts(kind, wild[..<count])
            #expect(verdicts.filter { $0.method != .drop }.allSatisfy { $0.status == .learning && $0.low == nil })
        }
        #expect(Judge().verdicts(kind, []).isEmpty)
    }

    @Test(arguments: [(0.9, true), (0.900001, false), (1.0, false), (0.5, true)])
    func aDropIsATenthOrMore(value: Double, isDrop: Bool) throws {
        let verdict = try verdict(.drop, .score, points([1, 1, 1, 1, value], count: 1_000_000))
        #expect((verdict.status == .anomaly) == isDrop)
        #expect(verdict.expected == 1)
        #expect(verdict.high == 1)
        #expect(abs((verdict.low ?? 0) - 0.9) < 1e-6)
    }

    @Test func aTenthOfEightTenthsIsADropToo() throws {
        #expect(try verdict(.drop, .score, points([0.8, 0.8, 0.8, 0.72], count: 1_000_000)).status == .anomaly)
    }

    @Test(arguments: [1, 10, 20, 20_000]) func aDropIsADropOfHoweverManyRows(count: Int) throws {
        #expect(try verdict(.drop, .score, points([1, 1, 1, 0.7], count: count)).status == .anomaly)
        #expect(try verdict(.drop, .score, points([0.8, 0.8, 0.8, 0.72], count: count)).status == .anomaly)
        #expect(try verdict(.drop, .score, points([0.8, 0.8, 0.8, 0.721], count: count)).status == .expected)
    }

    @Test func onlyScoresDrop() {
        #expect(!Judge().verdicts(.rows, points([1, 1, 1, 1])[...]).contains { $0.method == .drop })
    }

    @Test func theBandIsTheMedianAndThreeAndAHalfDeviations() throws {
        let history = (0..<20).map { $0 % 2 == 0 ? 90.0 : 110 }
        let good = try verdict(.robustZ, .rows, points(history + [151]))
        #expect(good.status == .expected)
        #expect(good.expected == 100)
        #expect(abs((good.high ?? 0) - (100 + 3.5 * 14.82602218505602)) < 1e-9)
        #expect(try verdict(.robustZ, .rows, points(history + [152])).status == .anomaly)
        #expect(try verdict(.robustZ, .rows, points(history + [48])).status == .anomaly)
    }

    @Test func whatNeverMovedMayMoveALittle() throws {
        let same = [Double](repeating: 1, count: 20)
        #expect(try verdict(.robustZ, .score, points(same + [0.9995], count: 1_000_000)).status == .expected)
        #expect(try verdict(.robustZ, .score, points(same + [0.99], count: 1_000_000)).status == .anomaly)
        let none = [Double](repeating: 0, count: 20)
        #expect(try verdict(.robustZ, .rejects, points(none + [3])).status == .expected)
        #expect(try verdict(.robustZ, .rejects, points(none + [4])).status == .anomaly)
    }

    @Test func gettingBetterIsNoAnomaly() throws {
        let low = (0..<20).map { 0.5 + Double($0 % 3) / 1000 }
        for method in [AnomalyMethod.drop, .robustZ, .ewma] {
            #expect(try verdict(method, .score, points(low + [1], count: 1_000_000)).status == .expected)
        }
        #expect(try verdict(.robustZ, .rejects, points([Double](repeating: 900, count: 20) + [0])).status == .expected)
    }

    @Test func theLimitsOfTheMovingAverageGrowWithItsAge() throws {
        // Fourteen runs for the baseline, the fifteenth is the first of the chart: L σ √(λ/(2-λ) (1-(1-λ)²) + u).
        let history = (0..<14).map { $0 % 2 == 0 ? 90.0 : 110 }
        let first = try verdict(.ewma, .duration, points(history + [100]))
        let sigma = 14.82602218505602 * (14.0 / 13).squareRoot()
        let level = 1.2533141373155 * 1.2533141373155 / 14
        #expect(abs((first.high ?? 0) - (100 + 3.2 * sigma * (0.04 + level).squareRoot())) < 1e-6)
        let later = try verdict(.ewma, .duration, points(history + [Double](repeating: 100, count: 14)))
        #expect((later.high ?? 0) > (first.high ?? 0))
        let steady = 0.2 / 1.8 * (1 - (0..<28).reduce(1.0) { product, _ in product * 0.8 })
        #expect(abs((later.high ?? 0) - (100 + 3.2 * sigma * (steady + level).squareRoot())) < 1e-6)
    }

    @Test func theMovingAverageIsOfWhatRunsAreOff() throws {
        let verdict = try verdict(.ewma, .duration, points([Double](repeating: 100, count: 14) + [110, 110]))
        #expect(abs(verdict.statistic - (100 + 0.2 * 10 + 0.8 * 0.2 * 10)) < 1e-9)
    }

    @Test func aQuietSundayIsExpectedAndAQuietMondayIsNot() throws {
        // 1970-01-05 was a Monday.
        let week = [1000.0, 1010, 990, 1000, 1005, 400, 300]
        var history = (0..<49).map { run -> Point in
            let value = week[run % 7] + Double(run * 7 % 11) - 5
            return Point(run: "run-\(run)", moment: Int64(run + 4) * 86_400_000, value: value)
        }
        #expect(try verdict(.weekday, .rows, history).status == .expected)
        #expect(try verdict(.robustZ, .rows, history).status == .skipped)
        #expect(history[48].weekday == 6)
        history.append(Point(run: "holiday", moment: Int64(53) * 86_400_000, value: 300))
        #expect(history[49].weekday == 0)
        #expect(try verdict(.weekday, .rows, history).status == .anomaly)
    }
}
