import RDBytes
import RDSchedule
import Testing

@Suite struct SchedulerTests {
    private func minutely(_ more: JSONValue = [:]) throws -> Timetable {
        var job: JSONValue = ["name": "a", "every": 60]
        for member in more.members ?? [] { job[member.name] = member.value }
        return try timetable([job])
    }

    @Test func aNewJobRunsFromItsNextFireOn() throws {
        var desk = Desk(try minutely(), at: 90)
        #expect(desk.at(119).isEmpty)
        #expect(desk.at(120) == ["a@120"])
        desk.end("a")
        #expect(desk.at(121).isEmpty)
        #expect(desk.at(180) == ["a@180"])
    }

    @Test func aFireDuringARunIsSkippedQueuedOrKills() throws {
        var skip = Desk(try minutely())
        skip.at(60)
        #expect(skip.at(120).isEmpty)
        #expect(skip.skips == ["a@120 overlap"])

        var queue = Desk(try minutely(["overlap": "queue"]))
        queue.at(60)
        #expect(queue.at(120).isEmpty)
        queue.end("a")
        #expect(queue.at(121) == ["a@120"])

        var kill = Desk(try minutely(["overlap": "kill"]))
        kill.at(60)
        kill.clock = 120
        #expect(kill.decide().stops.count == 1)
        kill.end("a", 143, .cancelled)
        #expect(kill.at(121) == ["a@120"])
    }

    @Test(
        arguments: [("none", [], 5), ("latest", ["a@18000"], 4), ("all", ["a@3600"], 0)] as [(String, [String], Int)])
    func whatPassedWhileNobodyLooked(rule: String, runs: [String], missed: Int) throws {
        let table = try minutely(["catchup": .string(rule), "every": 3600])
        var hourly = Desk(table, Desk(table).scheduler.state, at: 5 * 3600 + 600)
        #expect(hourly.missed == missed)
        #expect(hourly.at(5 * 3600 + 601) == runs)
    }

    @Test func whatIsTwoMinutesLateIsOnTime() throws {
        let table = try minutely(["catchup": "none", "every": 3600])
        let known = Desk(table).scheduler.state
        var slow = Desk(table, known, at: 3720)
        #expect(slow.at(3720) == ["a@3600"] && slow.missed == 0)
        var late = Desk(table, known, at: 3721)
        #expect(late.at(3721).isEmpty && late.missed == 1)
    }

    @Test func aRunForADateLeavesThatOfTheTimetable() throws {
        var desk = Desk(try minutely(["every": 3600]))
        desk.tell(.queued(Run(id: "asked", job: "a", date: 3600, cause: .manual, notBefore: 0)))
        desk.tell(.began(run: "asked", owner: ProcessMark(pid: 9, ticks: 1, boot: "b"), log: "log"))
        desk.end("a")
        #expect(desk.at(3600) == ["a@3600"])
    }

    @Test func whatIsOlderThanTheWindowIsMissed() throws {
        let table = try minutely(["catchup": "all", "every": 3600, "catchup_window": 7200])
        let desk = Desk(table)
        var late = Desk(table, desk.scheduler.state, at: 5 * 3600 + 600)
        #expect(late.missed == 3)
        var dates: [String] = []
        for second in 0..<3 {
            dates += late.at(5 * 3600 + 601 + Int64(second))
            late.end("a")
        }
        #expect(dates == ["a@14400", "a@18000"])
    }

    @Test func aClockThatIsSetBackRunsNothingTwice() throws {
        var desk = Desk(try minutely())
        for minute in 1...5 {
            #expect(desk.at(Int64(minute) * 60) == ["a@\(minute * 60)"])
            desk.end("a")
        }
        #expect(desk.at(130).isEmpty)
        #expect(desk.at(240).isEmpty)
        #expect(desk.at(300).isEmpty)
        #expect(desk.at(360) == ["a@360"])
    }

    @Test func aClockThatWasSetBackMeanwhileDoesNotKeepJobsFromRunning() throws {
        var desk = Desk(try minutely(), at: 86400)
        desk.at(86460)
        desk.end("a")
        var later = Desk(try minutely(), desk.scheduler.state, at: 3600)
        #expect(later.at(3660) == ["a@3660"])
    }

    @Test func aClockThatIsSetForwardsCatchesUp() throws {
        var desk = Desk(try minutely(["every": 3600, "catchup": "latest"]))
        #expect(desk.at(86400 + 600) == ["a@86400"])
        #expect(desk.missed == 23)
    }

    @Test func aPausedJobDoesNotRunAndMissesNothing() throws {
        var desk = Desk(try minutely())
        desk.tell(.paused(job: "a", by: "me"))
        #expect(desk.at(600).isEmpty)
        desk.tell(.resumed(job: "a", by: "me"))
        #expect(desk.at(601).isEmpty)
        #expect(desk.at(660) == ["a@660"])
        #expect(desk.missed == 0)
    }

    @Test func anotherTriggerCountsFromNow() throws {
        var desk = Desk(try minutely())
        desk.clock = 1000
        desk.scheduler.use(try minutely(["every": 500]))
        #expect(desk.at(1000).isEmpty)
        #expect(desk.at(1500) == ["a@1500"])
    }

    @Test func aJobThatIsGoneTakesItsQueueAlong() throws {
        var desk = Desk(try minutely(["overlap": "queue"]))
        desk.at(60)
        desk.at(120)
        desk.scheduler.use(try timetable([["name": "b", "every": 60]]))
        desk.at(125)
        #expect(desk.scheduler.state.active.count == 1)
    }

    @Test func aJobThatWasPutBackMissedNothingMeanwhile() throws {
        let other: JSONValue = ["name": "b"]
        let both = try timetable([["name": "a", "every": 3600, "catchup": "all"], other])
        var desk = Desk(both)
        desk.at(3600)
        desk.end("a")
        desk.at(4000)
        desk.scheduler.use(try timetable([other]))
        desk.at(4001)
        var later = Desk(both, desk.scheduler.state, at: 5 * 3600 + 600)
        #expect(later.missed == 0)
        #expect(later.at(5 * 3600 + 601).isEmpty)
        #expect(later.at(6 * 3600) == ["a@\(6 * 3600)"])
    }

    @Test func slotsAndLocksAreKept() throws {
        let jobs = (0..<5).map { ["name": .string("j\($0)"), "every": 60] as JSONValue }
        var few = Desk(try timetable(jobs, slots: 2))
        #expect(few.at(60).count == 2)
        few.end("j0")
        few.end("j1")
        #expect(few.at(61).count == 2)

        let sharing = (0..<3).map { ["name": .string("j\($0)"), "every": 60, "locks": ["x"]] as JSONValue }
        var one = Desk(try timetable(sharing))
        #expect(one.at(60).count == 1)
        #expect(one.at(61).isEmpty)
    }
}
