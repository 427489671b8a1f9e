import Foundation
import RDBytes
import RDChain
import RDSchedule
import RDSupervise
import Testing

@Suite final class RunSiteTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/rd-site-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var site: RunSite {
        RunSite(folder: folder, executables: "/suite", environment: ["PATH=/bin", "KEPT=1", "OVER=caller", "RD_JOB=x"])
    }

    private func job(_ more: JSONValue) throws -> Job {
        var json: JSONValue = ["name": "a", "run": "true"]
        for member in more.members ?? [] { json[member.name] = member.value }
        return try Job(json, zone: .utc)
    }

    private let run = Run(id: "run-1", job: "a", date: 0, cause: .file, attempt: 2, notBefore: 0, file: "/in/x.csv")

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    @Test func variablesOfTheJobComeBeforeThoseOfTheCaller() throws {
        try write("# a comment\n\nFILE='quoted text'\nexport OVER=file\nBOTH=file\nEMPTY=\n", "vars")
        let job = try job(["env": ["BOTH": "job"], "env_file": "vars"])
        let variables = try site.variables(job, run)
        #expect(
            Set(variables) == [
                "PATH=/suite:/bin", "KEPT=1", "FILE=quoted text", "OVER=file", "BOTH=job", "EMPTY=", "RD_JOB=a",
                "RD_RUN_ID=run-1", "RD_SCHEDULED_FOR=1970-01-01T00:00:00+00:00", "RD_ATTEMPT=2", "RD_FILE=/in/x.csv",
            ])
    }

    @Test func aFileOfVariablesThatIsWrongIsSaidWithItsLine() throws {
        try write("A=1\nno variable\n", "vars")
        let error = #expect(throws: RDError.self) { try site.variables(try job(["env_file": "vars"]), run) }
        #expect(error?.message.contains("line 2") == true)
        let missing = #expect(throws: RDError.self) { try site.variables(try job(["env_file": "none"]), run) }
        #expect(missing?.exitCode == .noInput)
    }

    @Test func aPathThatCannotBeExecutedIsAFileForBash() throws {
        try write("echo\n", "pipeline.sh")
        let file = try site.order(try job(["run": "./pipeline.sh"]), run, log: "log")
        #expect(file.isFile && file.text == "\(folder)/./pipeline.sh")
        let command = try site.order(try job(["run": "./pipeline.sh --all | cat"]), run, log: "log")
        #expect(!command.isFile)
        #expect(command.workingDirectory == folder)
    }

    @Test func theEndOfALogIsInWholeLines() throws {
        try write((0..<1000).map { "line \($0)\n" }.joined(), "long.log")
        let log = RunLog("\(folder)/long.log")
        #expect(log.tail(lines: 2) == ["line 998", "line 999"])
        #expect(log.tail(lines: 100, bytes: 20) == ["line 998", "line 999"])
        #expect(RunLog("\(folder)/none.log").tail().isEmpty)
        let event = #"{"body":"no such file","attributes":{"process.executable.name":"rd-ingest"}}"#
        try write("{\"rows_in\":1}\n\(event)\nthe end\n", "people.log")
        #expect(
            RunLog("\(folder)/people.log").readableTail() == [#"{"rows_in":1}"#, "rd-ingest: no such file", "the end"])
    }

    @Test func theEndOfALogIsNotLostToItsLineEnds() throws {
        try write((0..<2000).map { "line \($0)\r\n" }.joined(), "dos.log")
        #expect(RunLog("\(folder)/dos.log").tail(lines: 2) == ["line 1998", "line 1999"])
        try write("first\n" + String(repeating: "x", count: 9000) + "\n", "long.log")
        #expect(RunLog("\(folder)/long.log").tail() == [String(repeating: "x", count: 8191)])
        try write(String(repeating: "x", count: 9000), "open.log")
        #expect(RunLog("\(folder)/open.log").tail().first?.count == 8192)
    }

    @Test func aFileOfVariablesMayHaveEitherKindOfLineEnd() throws {
        try write("\u{FEFF}A=1\r\n\r\nB='two words'\r\n# c\r\n", "vars")
        let variables = try site.variables(try job(["env_file": "vars"]), run)
        #expect(variables.contains("A=1") && variables.contains("B=two words"))
    }

    @Test func rowsAreThoseOfTheLastLoad() throws {
        try write("text\n{\"status\":\"committed\",\"rows_in\":12}\n{\"rows_in\":34}\nmore\n", "load.log")
        #expect(RunLog("\(folder)/load.log").rows == 34)
        try write("{\"rows_in\"\n", "other.log")
        #expect(RunLog("\(folder)/other.log").rows == nil)
    }

    @Test func oldLogsAreRemovedRunByRun() throws {
        for name in ["1.log", "1.log.1", "2.log", "3.log", "3.log.1"] { try write("x", name) }
        RunLog.prune(folder, keep: 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["2.log", "3.log", "3.log.1"])
        RunLog.prune(folder, keep: 1, besides: ["2"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["2.log", "3.log", "3.log.1"])
    }

    @Test func aProcessIsKnownByItsStart() {
        let me = ProcessMark.current
        #expect(me.isAlive)
        #expect(!ProcessMark(pid: me.pid, ticks: me.ticks + 1, boot: me.boot).isAlive)
        #expect(!ProcessMark(pid: me.pid, ticks: me.ticks, boot: "another").isAlive)
    }

    @Test func metricsAreWhatPrometheusReads() throws {
        let json: JSONValue = ["kind": "timetable", "slots": 1, "jobs": [["name": "a", "run": "true", "every": 60]]]
        var scheduler = Scheduler(try Timetable(json) { _ in .utc }, SchedulerState()) { _ in "r" }
        _ = scheduler.decide(now: 0, chance: 0)
        _ = scheduler.decide(now: 60_000, chance: 0)
        scheduler.apply(JournalEvent(at: 60_000, .began(run: "r", owner: .current, log: "")))
        let ending = Run.Ending(status: .success, code: 0, at: 61_500, rows: 7)
        scheduler.apply(JournalEvent(at: 61_500, .ended(run: "r", ending)))
        let text = metricsText(scheduler, now: 62_000)
        for line in [
            "rd_job_last_success_timestamp_seconds{job=\"a\"} 61.500", "rd_job_last_duration_seconds{job=\"a\"} 1.500",
            "rd_job_last_exit_code{job=\"a\"} 0", "rd_job_last_rows{job=\"a\"} 7", "rd_job_running{job=\"a\"} 0",
        ] { #expect(text.contains(line + "\n")) }
    }
}
