import RDSchedule
import Testing

/// What changes of the clocks do to fires: cronie's rule.
@Suite struct DaylightTests {
    /// London skips 01:00 to 02:00 on 2026-03-29 and repeats 01:00 to 02:00 on 2026-10-25; New York skips 02:00 to
    /// 03:00 on 2026-03-08 and repeats 01:00 to 02:00 on 2026-11-01; Lord Howe moves by half an hour; Troll by two.
    @Test(
        arguments: [
            ("30 1 * * *", "Europe/London", "2026-03-28T02:00", ["03-29T02:00:00+01:00", "03-30T01:30:00+01:00"]),
            ("0 1 * * *", "Europe/London", "2026-03-28T02:00", ["03-29T02:00:00+01:00", "03-30T01:00:00+01:00"]),
            ("0 2 * * *", "Europe/London", "2026-03-28T12:00", ["03-29T02:00:00+01:00", "03-30T02:00:00+01:00"]),
            ("15,45 1 * * *", "Europe/London", "2026-03-28T12:00", ["03-29T02:00:00+01:00", "03-30T01:15:00+01:00"]),
            ("30 1,2 * * *", "Europe/London", "2026-03-28T12:00", ["03-29T02:00:00+01:00", "03-29T02:30:00+01:00"]),
            ("30 1 * * *", "Europe/London", "2026-10-24T12:00", ["10-25T01:30:00+01:00", "10-26T01:30:00+00:00"]),
            ("30 1 * * *", "Europe/London", "2026-10-25T01:30:00+00:00", ["10-26T01:30:00+00:00"]),
            ("0 2 * * *", "Europe/London", "2026-10-24T12:00", ["10-25T02:00:00+00:00", "10-26T02:00:00+00:00"]),
            (
                "*/30 * * * *", "Europe/London", "2026-10-25T00:30",
                [
                    "10-25T01:00:00+01:00", "10-25T01:30:00+01:00", "10-25T01:00:00+00:00", "10-25T01:30:00+00:00",
                    "10-25T02:00:00+00:00",
                ]
            ),
            (
                "*/30 * * * *", "Europe/London", "2026-03-29T00:00",
                ["03-29T00:30:00+00:00", "03-29T02:00:00+01:00", "03-29T02:30:00+01:00"]
            ),
            ("*/20 1 * * *", "Europe/London", "2026-03-28T01:40", ["03-30T01:00:00+01:00", "03-30T01:20:00+01:00"]),
            (
                "0 * * * *", "America/New_York", "2026-11-01T00:30",
                ["11-01T01:00:00-04:00", "11-01T01:00:00-05:00", "11-01T02:00:00-05:00"]
            ),
            (
                "0 0-4 * * *", "America/New_York", "2026-11-01T00:30",
                ["11-01T01:00:00-04:00", "11-01T02:00:00-05:00", "11-01T03:00:00-05:00"]
            ),
            (
                "0 0-4 * * *", "America/New_York", "2026-03-08T00:30",
                ["03-08T01:00:00-05:00", "03-08T03:00:00-04:00", "03-08T04:00:00-04:00"]
            ),
            // Of two fires that fall onto one moment, cronie runs both, one after the other; here they are one.
            (
                "0 1,2 * * *", "Europe/London", "2026-03-28T12:00",
                ["03-29T02:00:00+01:00", "03-30T01:00:00+01:00", "03-30T02:00:00+01:00"]
            ),
            ("30 2 8 3 *", "America/New_York", "2026-01-01", ["03-08T03:00:00-04:00", "2027-03-08T02:30:00-05:00"]),
            (
                "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00",
                ["10-04T02:30:00+11:00", "10-05T02:15:00+11:00"]
            ),
            (
                "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00",
                ["04-05T01:45:00+11:00", "04-06T01:45:00+10:30"]
            ),
            (
                "0 2 * * *", "Antarctica/Troll", "2026-03-28T12:00",
                ["03-29T03:00:00+02:00", "03-30T02:00:00+02:00"]
            ),
            ("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00", ["2018-11-04T01:00:00-02:00"]),
            ("0 12 * * *", "Pacific/Apia", "2011-12-29T13:00", ["2011-12-31T12:00:00+14:00"]),
            ("30 1 * * *", "Europe/Dublin", "2026-03-28T02:00", ["03-29T02:00:00+01:00"]),
            ("30 2 * * *", "Europe/Berlin", "2126-03-30T12:00", ["2126-03-31T03:00:00+02:00"]),
            ("30 2 * * *", "Asia/Kolkata", "2026-03-28T12:00", ["03-29T02:30:00+05:30"]),
        ] as [(String, String, String, [String])])
    func firesAroundChanges(text: String, zone: String, from: String, expected: [String]) throws {
        let full = expected.map { $0.hasPrefix("2") ? $0 : "2026-\($0)" }
        #expect(try fires(text, zone, from: from, expected.count) == full)
    }

    @Test func intervalsDoNotCareForClocks() throws {
        let found = try fires(.every(1800), "Europe/London", from: "2026-10-25T00:30:00+01:00", 5)
        #expect(
            found == [
                "2026-10-25T01:00:00+01:00", "2026-10-25T01:30:00+01:00", "2026-10-25T01:00:00+00:00",
                "2026-10-25T01:30:00+00:00", "2026-10-25T02:00:00+00:00",
            ])
        #expect(Schedule.every(900).next(after: -1, in: .utc)?.at == 0)
        #expect(Schedule.every(900).next(after: -900, in: .utc)?.at == 0)
        #expect(Schedule.every(900).next(after: -901, in: .utc)?.at == -900)
    }

    @Test func timesOfTheDay() throws {
        let schedule = try Schedule(times: ["14:30", "2:00", "02:00"])
        #expect(
            try fires(schedule, "Europe/Berlin", from: "2026-03-28T15:00", 3) == [
                "2026-03-29T03:00:00+02:00", "2026-03-29T14:30:00+02:00", "2026-03-30T02:00:00+02:00",
            ])
        for text in ["24:00", "2", "02:60", "2:0", "+2:00", "a:bc", "02:00:00", "", "-1:00"] {
            #expect(throws: ScheduleFlaw.self) { try Schedule(times: [text]) }
        }
        #expect(throws: ScheduleFlaw.self) { try Schedule(times: []) }
    }

    @Test func aFireTellsWhatTheClocksDid() throws {
        let london = try zone("Europe/London")
        let schedule = try Schedule(times: ["01:30"])
        let spring = schedule.next(after: london.instant("2026-03-28T12:00") ?? 0, in: london)
        #expect(spring?.shift == .skipped(local: 1_774_747_800))
        let autumn = schedule.next(after: london.instant("2026-10-24T12:00") ?? 0, in: london)
        #expect(autumn?.shift == .repeated)
    }
}
