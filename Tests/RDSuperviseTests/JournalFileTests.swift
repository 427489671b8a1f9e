import Foundation
import RDBytes
import RDSchedule
import RDSupervise
import Testing

@Suite final class JournalFileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/rd-journal-\(UUID().uuidString)"
    private var path: String { folder + "/journal.ndjson" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func scheduler() throws -> Scheduler {
        let json: JSONValue = [
            "kind": "timetable", "slots": 4,
            "jobs": [["name": "a", "run": "true", "every": 60], ["name": "b", "run": "true", "every": 3600]],
        ]
        let table = try Timetable(json) { _ in .utc }
        return Scheduler(table, SchedulerState()) { newRunIdentity($0) }
    }

    /// One step of a scheduler at `seconds`, of which every run ends at once.
    private func step(_ journal: Journal, _ scheduler: inout Scheduler, _ seconds: Int64) throws {
        try journal.write(&scheduler) { draft in
            var events = draft.decide(now: seconds * 1000, chance: 0.5).events
            for run in draft.startable(now: seconds) {
                for kind in [
                    .began(run: run.id, owner: .current, log: "log"),
                    .ended(run: run.id, .init(status: .success, code: 0, at: seconds * 1000)),
                ] as [JournalEvent.Kind] {
                    let event = JournalEvent(at: seconds * 1000, kind)
                    draft.apply(event)
                    events.append(event)
                }
            }
            return (events, ())
        }
    }

    private func contents() throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    @Test func whatWasWrittenIsReadAgain() throws {
        var writer = try scheduler()
        let journal = try Journal(path)
        for minute in 0..<30 { try step(journal, &writer, Int64(minute) * 60) }
        var reader = try scheduler()
        try Journal(path).read(&reader)
        #expect(reader.state == writer.state)
        #expect(reader.state.ended.count == 29)
    }

    @Test func twoProcessesTakeTurns() throws {
        var (one, other) = (try scheduler(), try scheduler())
        let (left, right) = (try Journal(path, limit: 4096), try Journal(path, limit: 4096))
        for minute in 0..<200 {
            if minute % 3 == 0 {
                try step(left, &one, Int64(minute) * 60)
            } else {
                try step(right, &other, Int64(minute) * 60)
            }
        }
        try left.read(&one)
        try right.read(&other)
        #expect(one.state == other.state)
        #expect(one.state.ended.count == 202)
    }

    @Test func aTornLastLineIsTakenAway() throws {
        var writer = try scheduler()
        try step(try Journal(path), &writer, 0)
        let whole = try contents()
        for cut in [1, 10, 60] {
            try (whole + whole.prefix(cut)).write(to: URL(filePath: path))
            var reader = try scheduler()
            try Journal(path).read(&reader)
            #expect(reader.state == writer.state)
            try Journal(path).write(&reader) { _ in ([], ()) }
            #expect(try contents() == whole)
        }
    }

    @Test func aFlawInTheMiddleIsSaidWithItsLine() throws {
        var writer = try scheduler()
        let journal = try Journal(path)
        for minute in 0..<5 { try step(journal, &writer, Int64(minute) * 60) }
        var lines = String(decoding: try contents(), as: UTF8.self).split(separator: "\n").map(String.init)
        lines[2] = lines[2].replacing("60", with: "61")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
        var reader = try scheduler()
        let error = #expect(throws: RDError.self) { try Journal(self.path).read(&reader) }
        #expect(error?.exitCode == .data)
        #expect(error?.message.contains("line 3:") == true)
    }

    @Test func aLongJournalIsMadeShorterAndSaysTheSame() throws {
        var writer = try scheduler()
        let journal = try Journal(path, limit: 10_000)
        for minute in 0..<2000 { try step(journal, &writer, Int64(minute) * 60) }
        var reader = try scheduler()
        try Journal(path).read(&reader)
        #expect(reader.state == writer.state)
        #expect(try contents().count < 1_000_000)
        #expect(String(decoding: try contents().prefix(200), as: UTF8.self).contains("\"event\":\"known\""))
    }

    @Test func whatCannotBeWrittenIsNotDecided() throws {
        var writer = try scheduler()
        let journal = try Journal(path)
        try step(journal, &writer, 0)
        let before = writer.state
        struct Trouble: Error {}
        #expect(throws: Trouble.self) {
            try journal.write(&writer) { draft -> ([JournalEvent], Void) in
                _ = draft.decide(now: 60_000, chance: 0.5)
                throw Trouble()
            }
        }
        #expect(writer.state == before)
    }

    @Test func theLockSaysWhoHoldsIt() throws {
        let path = folder + "/lock"
        #expect(SchedulerLock.holder(path) == nil)
        let lock = try SchedulerLock(path, now: 0)
        withExtendedLifetime(lock) {}
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("1970-01-01T00:00:00.000Z"))
    }
}
