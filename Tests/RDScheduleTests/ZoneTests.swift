import Foundation
import RDBytes
import RDSchedule
import Testing

@Suite struct ZoneTests {
    /// Every zone of the system against Foundation, which reads the same files with other code.
    @Test func everyZoneOfTheSystem() throws {
        var seen = 0
        for name in TimeZone.knownTimeZoneIdentifiers {
            guard let other = TimeZone(identifier: name), let ours = try? zone(name) else { continue }
            seen += 1
            for year in stride(from: 1971, through: 2090, by: 1) {
                for month in [1, 3, 4, 7, 10, 11] {
                    guard let day = Timestamp(year: year, month: month, day: 28) else { continue }
                    let at = Date(timeIntervalSince1970: Double(day.seconds))
                    let offset = other.secondsFromGMT(for: at)
                    if ours.offset(at: day.seconds) != offset {
                        Issue.record("\(name) at \(day.text): \(ours.offset(at: day.seconds)), not \(offset)")
                        break
                    }
                }
            }
        }
        #expect(seen > 300)
    }

    @Test func readingsOfClocks() throws {
        let london = try zone("Europe/London")
        let spring = try #require(Timestamp("2026-03-29T01:30"))
        #expect(london.instants(of: spring) == .skipped(at: 1_774_746_000, seconds: 3600))
        let autumn = try #require(Timestamp("2026-10-25T01:30"))
        #expect(london.instants(of: autumn) == .twice(first: 1_792_888_200, second: 1_792_891_800))
        let summer = try #require(Timestamp("2026-07-01T12:00"))
        #expect(london.instants(of: summer) == .once(1_782_903_600))
    }

    @Test(
        arguments: [
            ("2026-07-01T12:00:00Z", 1_782_907_200), ("2026-07-01T12:00", 1_782_903_600),
            ("2026-07-01T12:00+05:30", 1_782_887_400), ("2026-07-01", 1_782_860_400),
            ("2026-07-01T12:00:00-0700", 1_782_932_400), ("2026-07-01T12:00:00+02", 1_782_900_000),
        ] as [(String, Int64)])
    func readsMoments(text: String, expected: Int64) throws {
        #expect(try zone("Europe/London").instant(text) == expected)
    }

    @Test(arguments: [
        "", "now", "2026-02-30", "2026-07-01T25:00", "2026-07-01T12:00+1", "2026-07-01T12:00+99:00",
        "2026-07-01T12:00+05:77", "2026-7-1", "2026-07-01T12:00:00.5Z",
    ])
    func refusesOthers(text: String) { #expect(Zone.utc.instant(text) == nil) }

    @Test func everyMomentComesBack() throws {
        for name in ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] {
            let zone = try zone(name)
            for hour in stride(from: Int64(1_760_000_000), to: 1_800_000_000, by: 3_607) {
                #expect(zone.instant(zone.iso8601(hour)) == hour)
            }
        }
    }

    @Test func brokenFiles() throws {
        let whole = [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/London")))
        for length in 0..<whole.count { _ = try? Zone(name: "x", tzif: Array(whole[..<length])) }
        for place in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[place] ^= 0xFF
            _ = (try? Zone(name: "x", tzif: bytes))?.offset(at: 4_000_000_000)
        }
        #expect(throws: ScheduleFlaw.self) { try Zone(name: "x", tzif: Array("no zone at all".utf8)) }
        #expect(throws: ScheduleFlaw.self) { try Zone(name: "x", tzif: Array(whole[..<100])) }
    }

    @Test(
        arguments: [
            ("30s", 30), ("15m", 900), ("6h", 21600), ("1d", 86400), ("2w", 1_209_600), ("1h30m", 5400),
            ("1d1h1m1s", 90061), ("520w", 314_496_000),
        ] as [(String, Int64)])
    func spans(text: String, seconds: Int64) throws { #expect(try spanOfTime(text) == seconds) }

    @Test(arguments: [
        "", "15", "m", "0m", "-5m", "1m1h", "1m1m", "1.5h", "1 h", "1y", "999999999999999999999s", "20000w", "3653d",
    ])
    func noSpans(text: String) { #expect(throws: ScheduleFlaw.self) { try spanOfTime(text) } }

    @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (5400, "1h30m"), (90061, "1d1h1m1s")] as [(Int64, String)])
    func spanTexts(seconds: Int64, text: String) { #expect(spanText(seconds) == text) }
}
