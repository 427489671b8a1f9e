import RDBytes
import RDSchedule
import Testing

@Suite struct ChainedJobTests {
    private let first: JSONValue = ["name": "a", "every": 60]

    @Test(arguments: [
        ("success", 0, true), ("success", 1, false), ("failed", 1, true), ("failed", 0, false),
        ("always", 0, true), ("always", 1, true),
    ])
    func aJobComesAfterAnother(condition: String, code: Int, runs: Bool) throws {
        let next: JSONValue = ["name": "b", "after": [["job": "a", "when": .string(condition)]]]
        var desk = Desk(try timetable([first, next]))
        desk.at(60)
        desk.end("a", code)
        #expect(desk.at(65) == (runs ? ["b@60"] : []))
        #expect(desk.skips == (runs ? [] : ["b@60 upstream"]))
    }

    @Test func joinsWaitForAllOfTheSameDate() throws {
        let jobs: [JSONValue] = [
            first, ["name": "b", "every": 60],
            ["name": "c", "after": [["job": "a"], ["job": "b", "when": "always"]]],
        ]
        var desk = Desk(try timetable(jobs))
        desk.at(60)
        desk.end("a")
        #expect(desk.at(70).isEmpty)
        desk.end("b", 1)
        #expect(desk.at(80) == ["c@60"])
    }

    /// What somebody runs by hand or for the past leads on to nothing, so that it holds up nothing either.
    @Test(arguments: [Run.Cause.manual, .backfill])
    func aJoinDoesNotWaitForARunThatSomebodyAskedFor(cause: Run.Cause) throws {
        let jobs: [JSONValue] = [
            first, ["name": "b", "every": 60], ["name": "c", "after": [["job": "a"], ["job": "b"]]],
        ]
        var desk = Desk(try timetable(jobs))
        desk.at(60)
        desk.end("a")
        desk.tell(.queued(Run(id: "asked", job: "a", date: 60, cause: cause, notBefore: 60)))
        desk.tell(.began(run: "asked", owner: ProcessMark(pid: 9, ticks: 1, boot: "b"), log: "log"))
        desk.end("b")
        #expect(desk.at(70) == ["c@60"])
    }

    @Test func jobsOfOtherSchedulesAreJoinedByTheDay() throws {
        let jobs: [JSONValue] = [
            ["name": "a", "at": ["01:00"]], ["name": "b", "at": ["02:00"]],
            ["name": "c", "after": [["job": "a"], ["job": "b"]]],
        ]
        var desk = Desk(try timetable(jobs))
        desk.at(3600)
        desk.end("a")
        #expect(desk.at(3700).isEmpty)
        desk.at(7200)
        desk.end("b")
        #expect(desk.at(7300) == ["c@7200"])
    }

    @Test func aRetryComesBeforeWhatFollows() throws {
        var retried = first
        retried["retry"] = ["limit": 1, "first": 10, "jitter": 0]
        retried["every"] = 600
        let jobs: [JSONValue] = [retried, ["name": "b", "after": [["job": "a"]]]]
        var desk = Desk(try timetable(jobs))
        desk.at(600)
        desk.end("a", 75)
        #expect(desk.at(605).isEmpty)
        #expect(desk.scheduler.nextWake() == 610)
        #expect(desk.at(610) == ["a@600"])
        desk.end("a")
        #expect(desk.at(611) == ["b@600"])
    }

    @Test func wrongDataAreNotTriedAgain() throws {
        var retried = first
        retried["retry"] = ["limit": 5]
        var desk = Desk(try timetable([retried]))
        desk.at(60)
        desk.end("a", 65)
        desk.at(61)
        #expect(desk.scheduler.state.active.isEmpty)
    }

    @Test func aLostRunIsCaughtUpThreeTimesAtMost() throws {
        var desk = Desk(try timetable([["name": "a", "every": 6000]]))
        var runs = 0
        for second in 6000..<6010 {
            runs += desk.at(Int64(second)).count
            desk.end("a", 0, .lost)
        }
        #expect(runs == 4)
        var never = Desk(try timetable([["name": "a", "every": 6000, "catchup": "none"]]))
        never.at(6000)
        never.end("a", 0, .lost)
        #expect(never.at(6001).isEmpty)
    }

    @Test func skipsGoDownTheWholeChain() throws {
        let jobs: [JSONValue] = [
            first, ["name": "b", "after": [["job": "a"]]], ["name": "c", "after": [["job": "b"]]],
            ["name": "d", "after": [["job": "c", "when": "always"]]],
        ]
        var desk = Desk(try timetable(jobs))
        desk.at(60)
        desk.end("a", 1)
        #expect(desk.at(61) == ["d@60"])
        #expect(desk.skips == ["b@60 upstream", "c@60 upstream"])
    }
}
