import RDHistory
import RDTesting
import Testing

@testable import RDReport

@Suite struct MarkupTests {
    @Test(arguments: [
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
        ("\" onload=\"x", "&quot; onload=&quot;x"), ("&lt;", "&amp;lt;"),
        ("a\u{0}b\u{1B}[31m", "a\u{FFFD}b\u{FFFD}[31m"),
        ("two\nlines", "two lines"), ("\u{202E}evil", "\u{FFFD}evil"), ("Crème brûlée", "Crème brûlée"),
    ])
    func nothingOfATextIsMarkup(text: String, expected: String) { #expect(html(text) == expected) }

    @Test func noTextBreaksOut() {
        var random = SeededRandom(3)
        for _ in 0..<2000 {
            let escaped = html(random.text(upTo: 60))
            #expect(!escaped.contains { "<>\"'".contains($0) })
        }
    }

    @Test(arguments: [
        (1.0, "100 %"), (0.750733, "75.07 %"), (0.999999, "99.9999 %"), (0.9999, "99.9900 %"), (0.99, "99 %"),
        (0, "0 %"),
        (0.5, "50 %"), (0.006, "0.60 %"),
    ])
    func sharesForPeople(share: Double, text: String) { #expect(percentText(share) == text) }

    @Test func numbersForPeople() {
        #expect(groupedText(1_234_567) == "1,234,567")
        #expect(groupedText(-12.345, places: 2) == "-12.35" || groupedText(-12.345, places: 2) == "-12.34")
        #expect(groupedText(0.04, places: 1) == "0.0")
        #expect(moneyText(-644_160_110) == "-64,416.01")
        #expect(moneyText(49) == "0.00")
        #expect(shortText(999) == "999")
        #expect(shortText(42_450) == "42.5k" || shortText(42_450) == "42.4k")
        #expect(shortText(1_200_000) == "1.2M")
        #expect(coordinate(-0.25) == "-0.3" && coordinate(12) == "12")
    }

    private func points(_ values: [Double]) -> [HistoryPoint] {
        values.enumerated().map { index, value in
            HistoryPoint(
                began: Int64(index) * 86_400_000, value: value, low: index > 2 ? 0.9 : nil, high: index > 2 ? 1 : nil,
                status: value < 0.8 ? "fail" : "pass", isOdd: value < 0.9)
        }
    }

    @Test func aSparklineHoldsItsValuesAndWhatIsNearThem() {
        let spark = Sparkline(points([0.97, 0.96, 0.95, 0.96, 0.85, 0.7]), warn: 0.8, fail: -50, words: "a < b")
        #expect(spark.range.contains(0.7) && spark.range.contains(0.97) && spark.range.contains(1))
        #expect(!spark.range.contains(-50))
        #expect(spark.svg.contains("<title>a &lt; b</title>"))
        #expect(spark.svg.contains("class=\"odd\"") && spark.svg.contains("class=\"fail\""))
        #expect(spark.svg.contains("class=\"limit warn\"") && !spark.svg.contains("class=\"limit fail\""))
        #expect(spark.blocks == "████▅▁")
    }

    @Test func aSparklineOfOneValueOrOfNone() {
        #expect(Sparkline(points([1]), words: "one").svg.contains("circle"))
        #expect(Sparkline(points([]), words: "none").svg == "")
        #expect(Sparkline(points([0, 0, 0]), words: "level").blocks == "▄▄▄")
    }

    @Test func aYearOfMonthsIsARow() {
        let months = (11...14).map { number in
            MonthPart(
                month: number > 12 ? "2011-0\(number - 12)" : "2010-\(number)", partition: "p", facts: number * 1000,
                bytes: 1,
                net: 0)
        }
        let svg = HeatMap(months: months).svg
        #expect(svg.components(of: "<rect") == 4)
        #expect(svg.contains(">2010<") && svg.contains(">2011<"))
        #expect(HeatMap(months: []).svg == "")
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
