import RDBytes
import RDSchedule
import Testing

/// When a success should have come.
@Suite struct OverdueTests {
    private let hour: Int64 = 3600
    private let day: Int64 = 86400

    private func hourly() throws -> Timetable { try timetable([["name": "a", "every": 3600, "expect_within": 600]]) }

    private func daily(_ time: String) throws -> Timetable {
        try timetable([["name": "a", "at": [.string(time)], "expect_within": 3600]])
    }

    /// A run that somebody asked for and that ended well.
    private func ask(_ desk: inout Desk, _ cause: Run.Cause, for date: Int64) {
        let run = Run(id: "\(cause) \(date)", job: "a", date: date, cause: cause, notBefore: desk.clock)
        desk.tell(.queued(run))
        desk.tell(.began(run: run.id, owner: ProcessMark(pid: 9, ticks: 1, boot: "b"), log: "log"))
        desk.end("a")
    }

    @Test func aSuccessIsExpectedAfterEachFire() throws {
        var desk = Desk(try hourly())
        #expect(desk.scheduler.overdue(now: 4200).isEmpty)
        #expect(desk.scheduler.overdue(now: 4201).map(\.since) == [4200])
        desk.at(hour)
        desk.end("a")
        #expect(desk.scheduler.overdue(now: 7800).isEmpty)
        #expect(desk.scheduler.overdue(now: 7801).count == 1)
    }

    @Test(arguments: [Run.Cause.manual, .backfill])
    func aRunForThePastRaisesNothing(cause: Run.Cause) throws {
        var desk = Desk(try hourly(), at: 100 * hour)
        desk.at(101 * hour)
        desk.end("a")
        ask(&desk, cause, for: hour)
        #expect(desk.scheduler.overdue(now: 102 * hour + 600).isEmpty)
        #expect(desk.scheduler.overdue(now: 102 * hour + 601).map(\.since) == [102 * hour + 600])
    }

    @Test(arguments: [(Run.Cause.manual, true), (.backfill, false)])
    func aRunForTheDateThatIsOverdueIsItsSuccess(cause: Run.Cause, covers: Bool) throws {
        var desk = Desk(try hourly())
        desk.clock = hour + 1000
        ask(&desk, cause, for: hour)
        #expect(desk.scheduler.overdue(now: hour + 1000).isEmpty == covers)
    }

    @Test func aRunForTheFutureSilencesNothing() throws {
        var desk = Desk(try hourly())
        desk.clock = hour - 100
        ask(&desk, .manual, for: 50 * hour)
        #expect(desk.scheduler.overdue(now: hour + 601).map(\.since) == [hour + 600])
    }

    @Test func aJobThatWasResumedIsExpectedFromItsNextFireOn() throws {
        var desk = Desk(try hourly())
        desk.tell(.paused(job: "a", by: "me"))
        desk.clock = 5 * hour + 1800
        desk.tell(.resumed(job: "a", by: "me"))
        #expect(desk.scheduler.overdue(now: 5 * hour + 1801).isEmpty)
        #expect(desk.scheduler.overdue(now: 6 * hour + 601).map(\.since) == [6 * hour + 600])
    }

    @Test func anotherTimeCountsFromTheChange() throws {
        var desk = Desk(try daily("23:00"))
        desk.at(23 * hour)
        desk.end("a")
        desk.clock = day + 12 * hour
        desk.scheduler.use(try daily("01:00"))
        desk.decide()
        #expect(desk.scheduler.overdue(now: day + 12 * hour).isEmpty)
        #expect(desk.scheduler.overdue(now: 2 * day + 2 * hour + 1).map(\.since) == [2 * day + 2 * hour])
    }
}
