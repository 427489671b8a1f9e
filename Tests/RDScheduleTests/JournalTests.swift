import RDBytes
import RDSchedule
import Testing

@Suite struct JournalTests {
    /// Some hours of a busy timetable: failures, retries, skips, chains, a pause and a cancelled run.
    private func busy() throws -> Desk {
        let jobs: [JSONValue] = [
            ["name": "a", "every": 60, "retry": ["limit": 2, "first": 5]],
            ["name": "b", "after": [["job": "a", "when": "always"]]], ["name": "c", "every": 90, "overlap": "queue"],
            ["name": "d", "every": 45, "overlap": "kill"], ["name": "e", "every": 3600, "catchup": "all"],
        ]
        var desk = Desk(try timetable(jobs))
        var random = SystemRandomNumberGenerator()
        for step in 1..<600 {
            desk.at(Int64(step) * 17)
            for job in ["a", "b", "c", "d", "e"] where Int.random(in: 0..<3, using: &random) == 0 {
                desk.end(job, [0, 0, 65, 75].randomElement() ?? 0)
            }
        }
        desk.tell(.paused(job: "c", by: "me"))
        if let run = desk.scheduler.state.active.values.first { desk.tell(.cancelled(run: run.id, by: "me")) }
        if let run = desk.scheduler.state.running.first {
            desk.tell(.kept(run: run.id, keeper: ProcessMark(pid: 8, ticks: 2, boot: "b")))
        }
        desk.tell(.alarmed(job: "e", since: 12))
        return desk
    }

    @Test func theStateIsTheSumOfTheEvents() throws {
        let desk = try busy()
        var state = SchedulerState()
        for event in desk.events {
            let line = JournalLine.write(event)
            #expect(JournalLine.read(line.dropLast()) == .event(event))
            state.apply(event)
        }
        #expect(state == desk.scheduler.state)
    }

    @Test func aShorterJournalSaysTheSame() throws {
        let state = try busy().scheduler.state
        let line = JournalLine.write(JournalEvent(at: 1, .known(state)))
        guard case .event(let event) = JournalLine.read(line.dropLast()) else {
            Issue.record("not an event: \(line.prefix(200))")
            return
        }
        var read = SchedulerState()
        read.apply(event)
        #expect(read == state)
    }

    @Test func aLineThatWasAlteredOrCutIsNone() throws {
        let line = JournalLine.write(JournalEvent(at: 1_700_000_000_000, .paused(job: "a", by: "me"))).dropLast()
        #expect(JournalLine.read(line) != .flawed)
        for length in 0..<line.utf8.count { #expect(JournalLine.read(line.prefix(length)) == .flawed) }
        for place in line.indices where line[place] != "9" {
            var altered = String(line)
            altered.replaceSubrange(place...place, with: "9")
            #expect(JournalLine.read(altered[...]) == .flawed)
        }
    }
}
