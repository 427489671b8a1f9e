@testable import RDClean
import RDTesting
import Testing

@Suite struct ValueCountsTests {
    /// Quartiles times four by rounding each value and sorting.
    private func quartiles(_ values: [Int64], grain: Int64) -> (first: Int128, third: Int128) {
        let sorted = values.map { $0 / grain * grain }.sorted()
        func at(_ quarters: Int) -> Int128 {
            let place = (sorted.count - 1) * quarters
            let low = Int128(sorted[place / 4])
            let high = Int128(sorted[min(place / 4 + 1, sorted.count - 1)])
            return low * Int128(4 - place % 4) + high * Int128(place % 4)
        }
        return (at(1), at(3))
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func anyValuesExactly(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let width = random.pick([1, 2, 10, 1000, 1_000_000])
        let unit = random.pick([1, 100, 10_000]) as Int64
        let values = (0..<1 + random.below(3000)).map { _ in Int64(random.below(width)) * unit }
        var counts = ValueCounts()
        for value in values { counts.add(value) }
        let found = try #require(counts.quartiles)
        let expected = quartiles(values, grain: 1)
        #expect(found == expected)
        #expect(counts.isExact)
        #expect(counts.total == values.count)
        #expect(counts.distinct == Set(values).count)
    }

    @Test(arguments: [(1, 10_000), (10, 10_000), (10_000, 5_000)] as [(Int64, Int)])
    func pastTheLimitValuesAreRoundedNoMoreThanNeeded(unit: Int64, count: Int) throws {
        var random = SeededRandom(7)
        let values = (0..<count).map { Int64($0) * unit }.shuffled(using: &random)
        var counts = ValueCounts(limit: 1000)
        for value in values { counts.add(value) }
        #expect(!counts.isExact)
        #expect(counts.total == count)
        #expect(counts.distinct <= 2048)
        let found = try #require(counts.quartiles)
        let fits = (0...9).map { power in (0..<power).reduce(unit) { grain, _ in grain * 10 } }
            .contains { quartiles(values, grain: $0) == found }
        #expect(fits, "the quartiles are those of values rounded to one grain")
    }

    @Test func nothingHasNoQuartiles() {
        #expect(ValueCounts().quartiles == nil)
        #expect(OutlierBounds(ValueCounts(), factor: 15_000) == nil)
    }

    @Test func theFencesAreTukeys() throws {
        var counts = ValueCounts()
        for value in 1...9 as ClosedRange<Int64> { counts.add(value) }
        // Quartiles 3 and 7, so that the fences are 3 - 6 and 7 + 6.
        let bounds = try #require(OutlierBounds(counts, factor: 15_000))
        #expect(bounds == OutlierBounds(lower: -3, upper: 13))
        #expect(!bounds.excludes(13))
        #expect(bounds.excludes(14))
        #expect(!bounds.excludes(-3))
        #expect(bounds.excludes(-4))
    }

    @Test func valuesThatShareTheirLowBitsDoNotCollide() {
        // Whole pounds in ten-thousandths: the last four bits are always the same.
        var counts = ValueCounts()
        for value in 0..<100_000 as Range<Int64> { counts.add(value * 10_000 * 65_536) }
        #expect(counts.distinct == 100_000)
    }
}
