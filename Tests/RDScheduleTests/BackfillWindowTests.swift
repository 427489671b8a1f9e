import RDSchedule
import Testing

@Suite struct BackfillWindowTests {
    private func windows(
        _ from: String, _ to: String, _ size: BackfillWindow.Size, _ name: String = "UTC"
    ) throws -> [String] {
        let zone = try zone(name)
        return try BackfillWindow.windows(from: from, to: to, size, in: zone).map {
            "\(zone.iso8601($0.start).prefix(10)) \(zone.iso8601($0.end).prefix(10))"
        }
    }

    @Test func monthsBeginWhereTheCalendarDoes() throws {
        #expect(
            try windows("2010-12-15", "2011-02", .month) == [
                "2010-12-15 2011-01-01", "2011-01-01 2011-02-01", "2011-02-01 2011-03-01",
            ])
    }

    @Test func theLastDayIsPartOfIt() throws {
        #expect(try windows("2012-02-28", "2012-02-29", .day) == ["2012-02-28 2012-02-29", "2012-02-29 2012-03-01"])
        #expect(try windows("2010", "2011", .year) == ["2010-01-01 2011-01-01", "2011-01-01 2012-01-01"])
        #expect(try windows("2011", "2011-01-01", .year) == ["2011-01-01 2011-01-02"])
    }

    @Test func weeksBeginOnMonday() throws {
        #expect(
            try windows("2026-11-20", "2026-12-01", .week) == [
                "2026-11-20 2026-11-23", "2026-11-23 2026-11-30", "2026-11-30 2026-12-02",
            ])
    }

    @Test func daysFollowTheClocksOfTheZone() throws {
        let zone = try zone("Europe/London")
        let days = try BackfillWindow.windows(from: "2026-03-28", to: "2026-03-30", .day, in: zone)
        #expect(days.map { ($0.end - $0.start) / 3600 } == [24, 23, 24])
        #expect(
            days.map { zone.iso8601($0.start).suffix(14) } == ["00:00:00+00:00", "00:00:00+00:00", "00:00:00+01:00"])
    }

    @Test(arguments: [
        ("2011-13", "2012"), ("2011", "2010"), ("2011-02-30", "2012"), ("11", "2012"), ("2011-1", "2012"), ("", ""),
    ])
    func noStretch(from: String, to: String) {
        #expect(throws: ScheduleFlaw.self) { try windows(from, to, .month) }
    }
}
