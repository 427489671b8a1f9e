import Glibc
import RDBytes
import RDProcess
import RDSchedule
import RDTesting
import Testing

@testable import RDSupervise

/// Where files are while their runs go on, and after.
@Suite struct ArrivalsTests {
    private let folder: TemporaryFolder
    private let log = Log(name: "test", isSilent: true)

    init() throws { folder = try TemporaryFolder() }

    private var site: RunSite { RunSite(folder: folder.path, executables: "/suite", environment: []) }

    private func scheduler(_ jobs: JSONValue) throws -> Scheduler {
        let json: JSONValue = ["kind": "timetable", "slots": 1, "jobs": jobs]
        return Scheduler(try Timetable(json) { _ in .utc }, SchedulerState()) { _ in "r" }
    }

    private let watching: JSONValue = [["name": "a", "run": "true", "on_file": ["path": "*.csv"]]]

    /// A file as a run has it that is queued.
    private func claim(_ name: String, _ run: String, _ scheduler: inout Scheduler, attempt: Int = 1) throws {
        let place = Arrivals.place(folder.file(name), run)
        try makeFolder(folderOf(place))
        try writeAtomically(Array(name.utf8), to: place)
        let queued = Run(id: run, job: "a", date: 0, cause: .file, attempt: attempt, notBefore: 0, file: place)
        scheduler.apply(JournalEvent(at: 0, .queued(queued)))
    }

    private func end(_ run: String, _ status: Run.Status, _ scheduler: inout Scheduler) {
        scheduler.apply(JournalEvent(at: 1, .began(run: run, owner: .current, log: "")))
        scheduler.apply(JournalEvent(at: 2, .ended(run: run, Run.Ending(status: status, code: 0, at: 2))))
    }

    private func names(_ path: String) -> [String] { ((try? filesOf(folder.file(path))) ?? []).sorted() }

    @Test func whatAKilledSchedulerLeftIsMovedByTheNextOne() throws {
        var scheduler = try scheduler(watching)
        for (name, status) in [("good.csv", Run.Status.success), ("bad.csv", .failed)] {
            try claim(name, "run-\(name)", &scheduler)
            end("run-\(name)", status, &scheduler)
        }
        try claim("waits.csv", "run-3", &scheduler)
        try claim("again.csv", "run-4", &scheduler)
        end("run-4", .failed, &scheduler)
        let place = Arrivals.place(folder.file("again.csv"), "run-4")
        let retry = Run(id: "run-5", job: "a", date: 0, cause: .retry, attempt: 2, notBefore: 0, file: place)
        scheduler.apply(JournalEvent(at: 3, .queued(retry)))
        var arrivals = Arrivals()
        arrivals.putBack(scheduler, site, log)
        #expect(names("done") == ["good.csv"] && names("failed") == ["bad.csv"])
        #expect(names(".rd-claimed") == ["run-3", "run-4"])
    }

    @Test func filesOfAJobThatIsGoneAreNotStranded() throws {
        var scheduler = try scheduler(watching)
        try claim("waits.csv", "run-1", &scheduler)
        try claim("tried.csv", "run-2", &scheduler, attempt: 2)
        try claim("runs.csv", "run-3", &scheduler)
        end("run-3", .success, &scheduler)
        #expect(scheduler.fileRunsWithoutJob.isEmpty)
        scheduler.use(try self.scheduler([["name": "b", "run": "true"]]).timetable)
        #expect(scheduler.fileRunsWithoutJob.count == 2)
        for gone in scheduler.fileRunsWithoutJob { scheduler.apply(JournalEvent(at: 3, gone)) }
        var arrivals = Arrivals()
        arrivals.putBack(scheduler, site, log)
        #expect(exists(folder.file("waits.csv")), "nobody worked on it")
        #expect(names("failed") == ["tried.csv"] && names("done") == ["runs.csv"])
        #expect(!exists(folder.file(".rd-claimed")))
    }

    @Test func aFileOfAnUnknownRunIsLeftAlone() throws {
        var other = try scheduler(watching)
        try claim("x.csv", "run-1", &other)
        var arrivals = Arrivals()
        arrivals.putBack(try scheduler(watching), site, log)
        #expect(names(".rd-claimed/run-1") == ["x.csv"])
    }

    @Test func aNameThatIsNoTextIsNoticed() throws {
        let bytes = Array((folder.path + "/").utf8) + [0xFF] + Array(".csv".utf8) + [0]
        let descriptor = bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { creat($0.baseAddress!, 0o600) }
        close(descriptor)
        var arrivals = Arrivals()
        #expect(arrivals.look(try scheduler(watching).timetable, site, now: 1).isEmpty)
        #expect(arrivals.unreadable == [folder.file("\u{FFFD}.csv")])
    }

    /// /dev/shm is a file system of its own on every Linux.
    @Test func aFileMovesToAnotherFileSystem() throws {
        let source = folder.file("x.csv")
        try writeAtomically(Array(repeating: 0x61, count: 3_000_000), to: source)
        chmod(source, 0o640)
        let target = "/dev/shm/rd-test-\(getpid()).csv"
        defer { unlink(target) }
        try moveFile(source, to: target)
        var status = stat()
        #expect(stat(target, &status) == 0 && status.st_size == 3_000_000 && status.st_mode & 0o777 == 0o640)
        #expect(!exists(source) && !exists("/dev/shm/.rd-test-\(getpid()).csv.part"))
        #expect(throws: RDError.self) { try moveFile(target, to: "/no/such/folder/x") }
        #expect(exists(target))
    }

    @Test func aMoveThatWasCutShortIsEnded() throws {
        let (source, target) = (folder.file("x.csv"), "/dev/shm/rd-test-\(getpid())-cut.csv")
        try writeAtomically(Array("text".utf8), to: source)
        defer { unlink(target) }
        try moveFile(source, to: target)
        // As if the source had not been removed yet.
        try moveFile(target, to: source)
        try writeAtomically(Array("text".utf8), to: target)
        var status = stat()
        stat(source, &status)
        let descriptor = open(target, O_WRONLY)
        futimens(descriptor, [status.st_atim, status.st_mtim])
        close(descriptor)
        #expect(isCopy(target, of: source))
        try moveFile(source, to: target)
        #expect(!exists(source) && exists(target))
    }

    /// Nothing waits for a file on its way to another file system: here one whose bytes are yet to come.
    @Test func aMoveToAnotherFileSystemHoldsNobodyUp() throws {
        let shelf = "/dev/shm/rd-test-\(getpid())-shelf"
        defer { for name in (try? filesOf(shelf)) ?? [] { unlink("\(shelf)/\(name)") } }
        defer { rmdir(shelf) }
        let trigger: JSONValue = ["path": "*.csv", "done": .string(shelf)]
        var scheduler = try scheduler([["name": "a", "run": "true", "on_file": trigger]])
        let job = scheduler.timetable["a"]
        let places = ["run-1", "run-2", "run-3"].map { Arrivals.place(folder.file("x.csv"), $0) }
        try makeFolder(folderOf(places[0]))
        #expect(mkfifo(places[0], 0o600) == 0)
        for run in ["run-2", "run-3"] {
            try claim("x.csv", run, &scheduler)
            end(run, .success, &scheduler)
        }
        var arrivals = Arrivals()
        for place in places { arrivals.put(place, job, site, isGood: true, log) }
        #expect(arrivals.isMoving)
        arrivals.putBack(scheduler, site, log)
        #expect(((try? filesOf(shelf)) ?? []).filter { !$0.hasPrefix(".") }.isEmpty)
        let writer = open(places[0], O_WRONLY)
        #expect(write(writer, "first", 5) == 5)
        close(writer)
        while arrivals.isMoving {
            usleep(1000)
            arrivals.noteMoves(log)
        }
        #expect(try filesOf(shelf).sorted() == ["x.csv", "x.csv.run-2", "x.csv.run-3"])
        let texts = try ["x.csv", "x.csv.run-3"].map { name in
            let text = try readAll(FileSource(path: "\(shelf)/\(name)"))
            return text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        #expect(texts == ["first", "x.csv"])
        #expect(!exists(folder.file(".rd-claimed")))
    }

    @Test func aMoveThatFailsIsTriedAgain() throws {
        let shelf = "/dev/shm/rd-test-\(getpid())-full"
        defer { unlink("\(shelf)/x.csv") }
        defer { rmdir(shelf) }
        let trigger: JSONValue = ["path": "*.csv", "done": .string(shelf)]
        var scheduler = try scheduler([["name": "a", "run": "true", "on_file": trigger]])
        try claim("x.csv", "run-1", &scheduler)
        end("run-1", .success, &scheduler)
        // Where the copy is made there is a folder.
        try makeFolder("\(shelf)/.x.csv.part")
        var arrivals = Arrivals()
        func move() {
            arrivals.nextLook = .min
            repeat { arrivals.putBack(scheduler, site, log) } while arrivals.isMoving
        }
        move()
        #expect(exists(Arrivals.place(folder.file("x.csv"), "run-1")) && !exists("\(shelf)/x.csv"))
        rmdir("\(shelf)/.x.csv.part")
        move()
        #expect(exists("\(shelf)/x.csv") && !exists(folder.file(".rd-claimed")))
    }
}
