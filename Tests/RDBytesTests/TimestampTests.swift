import RDBytes
import RDTesting
import Testing

@Suite struct TimestampTests {
    static func read(_ text: String) -> Timestamp? {
        withSpan("|\(text)|") { Timestamp($0, 1..<$0.byteCount - 1) }
    }

    /// Counts the days one by one from 1970 on, without any formula.
    @Test func knowsEveryDayOfACentury() {
        var days: Int64 = 0
        for year in 1970...2101 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                let month = index + 1
                if year >= 1999 { checkMonth(year, month, length, days) }
                days += Int64(length)
            }
        }
    }

    private func checkMonth(_ year: Int, _ month: Int, _ length: Int, _ first: Int64) {
        #expect(Timestamp.days(inMonth: month, of: year) == length)
        for day in 1...length {
            let seconds = (first + Int64(day) - 1) * 86_400
            let moment = Timestamp(year: year, month: month, day: day)
            #expect(moment?.seconds == seconds)
            let last = Timestamp(seconds: seconds + 86_399)
            #expect(last.civil == (year, month, day))
            #expect(last.dateKey == (year * 100 + month) * 100 + day)
            #expect(last.secondOfDay == 86_399)
        }
        #expect(Timestamp(year: year, month: month, day: length + 1) == nil)
        #expect(Timestamp(year: year, month: month, day: 0) == nil)
    }

    @Test func knowsTheDaysBefore1970() {
        #expect(Timestamp(seconds: -1).text == "1969-12-31T23:59:59")
        #expect(Timestamp(year: 1, month: 1, day: 1)?.text == "0001-01-01T00:00:00")
        #expect(Timestamp(year: 1600, month: 2, day: 29)?.text == "1600-02-29T00:00:00")
        #expect(Timestamp(year: 1900, month: 2, day: 29) == nil)
    }

    @Test func readsBackWhatItWrites() {
        var random = SeededRandom(6)
        let least = Timestamp(year: 1, month: 1, day: 1)!.seconds
        let greatest = Timestamp(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59)!.seconds
        for _ in 0..<5000 {
            let moment = Timestamp(seconds: Int64.random(in: least...greatest, using: &random))
            #expect(Self.read(moment.text) == moment)
        }
        for edge in [least, greatest, 0, -1] {
            #expect(Self.read(Timestamp(seconds: edge).text)?.seconds == edge)
        }
    }

    @Test(arguments: [
        ("2010-12-01T08:26:00", "2010-12-01T08:26:00"), ("2010-12-01 08:26:00", "2010-12-01T08:26:00"),
        ("2010-12-01 08:26", "2010-12-01T08:26:00"), ("2010-12-01", "2010-12-01T00:00:00"),
        ("2010-12-01T08:26:59.000", "2010-12-01T08:26:59"), ("2012-02-29T23:59:59", "2012-02-29T23:59:59"),
    ])
    func readsTheFormsOfISO8601(_ text: String, _ expected: String) {
        #expect(Self.read(text)?.text == expected)
    }

    @Test(arguments: [
        "", "2010", "2010-12", "2010-12-1", "10-12-01", "2010-13-01", "2010-00-01", "2011-02-29", "2010-12-32",
        "2010-12-00", "0000-01-01", "2010/12/01", "2010-12-01T", "2010-12-01T08", "2010-12-01T08:2", "2010-12-01T24:00",
        "2010-12-01T23:60", "2010-12-01T23:59:60", "2010-12-01T08:26:", "2010-12-01T08:26:0", "2010-12-01T08:26:00Z",
        "2010-12-01T08:26:00+01:00", "2010-12-01T08:26:00.", "2010-12-01T08:26:00.5", "2010-12-01T08.26",
        "2010-12-01x08:26", " 2010-12-01", "2010-12-01 ", "-010-12-01", "２010-12-01",
    ])
    func refusesOtherTexts(_ text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func comparesByTime() {
        #expect(Timestamp(seconds: 1) < Timestamp(seconds: 2))
        #expect(Self.read("2009-12-31T23:59:59")! < Self.read("2010-01-01T00:00:00")!)
    }
}
