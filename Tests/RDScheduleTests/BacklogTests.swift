import RDBytes
import RDSchedule
import Testing

/// A day of seconds that passed while nobody looked: it is decided on bit by bit, and in time that grows with it and not
/// with its square.
@Suite struct BacklogTests {
    private let day: Int64 = 86400

    private func secondly(_ rule: String) throws -> Timetable {
        try timetable([["name": "a", "every": 1, "catchup": .string(rule), "catchup_window": 86400]])
    }

    /// Lets a scheduler decide until nothing follows any more. Gives the number of events in each round.
    private func rounds(_ desk: inout Desk) -> [Int] {
        var rounds: [Int] = []
        while let wake = desk.scheduler.nextWake(), wake <= desk.clock { rounds.append(desk.decide().events.count) }
        return rounds
    }

    @Test(.timeLimit(.minutes(1))) func aDayOfSecondsIsDecidedBitByBit() throws {
        let table = try secondly("all")
        var desk = Desk(table, Desk(table).scheduler.state, at: day)
        let rounds = rounds(&desk)
        #expect(rounds.count > 30 && rounds.allSatisfy { $0 <= 4001 })
        #expect(desk.scheduler.state.active.count == 10_000)
        #expect(desk.skips.count == 76_400 && desk.missed == 0)
        #expect(desk.at(day) == ["a@1"])
        var state = SchedulerState()
        for event in desk.events { state.apply(event) }
        #expect(state.active.count == 10_000)
    }

    @Test(.timeLimit(.minutes(1))) func whatIsOlderThanTheWindowIsMissedAtOnce() throws {
        let table = try secondly("all")
        var desk = Desk(table, Desk(table).scheduler.state, at: day + 10_000)
        #expect(desk.missed == 9999)
        _ = rounds(&desk)
        #expect(desk.missed == 9999)
        #expect(desk.at(day + 10_000) == ["a@10000"])
    }

    @Test(.timeLimit(.minutes(1))) func ofManyThatWaitTheFirstBegins() throws {
        let table = try timetable([
            ["name": "files", "on_file": ["path": "/in/*", "settle": 0]], ["name": "other", "every": 60],
        ])
        var desk = Desk(table)
        let job = try #require(table["files"])
        let (events, runs) = desk.scheduler.arrive((0..<3000).map { "/in/\($0)" }, for: job, now: 1000) { $0 + $1 }
        desk.events += events
        var dates: [String] = []
        for second in 1...1000 {
            dates += desk.at(Int64(second)).filter { $0.hasPrefix("files@") }
            desk.end("files")
        }
        #expect(dates == runs.prefix(1000).map { "files@\($0.date)" })
    }
}
