import RDBytes
import RDConfig
import Testing

/// The timetable: what it compiles to, and each flaw with its place.
@Suite struct TimetableTests {
    private func outcome(_ jobs: String) -> Configuration.Outcome {
        Configuration.compile("kind: timetable\nversion: 1\njobs:\n" + jobs, file: "t.yaml")
    }

    private func flaws(_ jobs: String) -> [String] {
        if case .flawed(let flaws) = outcome(jobs) { flaws.map(\.description) } else { [] }
    }

    private func job(_ keys: String) throws -> JSONValue {
        guard case .compiled(let json) = outcome("- {name: a, run: b, \(keys)}") else {
            Issue.record("\(flaws("- {name: a, run: b, \(keys)}"))")
            return .null
        }
        return json["jobs"]?.array?.first ?? .null
    }

    @Test func oursCompiles() throws {
        guard case .compiled(let json) = Configuration.compile(try ours("timetable.yaml"), file: "t.yaml") else {
            Issue.record("flawed")
            return
        }
        #expect(json["jobs"]?.array?.compactMap { $0["name"]?.string } == ["online-retail", "check-warehouse", "tell"])
    }

    @Test func neitherKindNorVersionNeedBeSaid() throws {
        let long = Configuration.compile("kind: timetable\nversion: 1\njobs: [{name: a, run: b}]", file: "t.yaml")
        for text in ["jobs: [{name: a, run: b}]", "jobs:\n  a: {run: b}\n"] {
            guard case .compiled(let json) = Configuration.compile(text, file: "t.yaml"),
                case .compiled(let same) = long
            else {
                Issue.record("flawed: \(text)")
                return
            }
            #expect(json == same)
        }
        guard
            case .flawed(let flaws) = Configuration.compile("jobs:\n  a: {name: c, run: b}\n  d e: {run: b}", file: "t")
        else {
            Issue.record("compiled")
            return
        }
        #expect(flaws.map(\.line) == [2, 3])
    }

    @Test(
        arguments: [
            ("at: '2:05'", "at", #"["02:05"]"#), ("at: [02:00, 14:00]", "at", #"["02:00","14:00"]"#),
            ("daily: 02:00", "at", #"["02:00"]"#), ("cron: '@hourly'", "cron", #""@hourly""#),
            ("cron: 0 2 L * mon-fri", "cron", #""0 2 L * mon-fri""#), ("every: 1h30m", "every", "5400"),
            ("on_file: '/in/*.csv'", "on_file", #"{"path":"/in/*.csv"}"#),
            (
                "on_file: {path: /in/a.csv, settle: 1m, done: /d, failed: /f}", "on_file",
                #"{"path":"/in/a.csv","settle":60,"done":"/d","failed":"/f"}"#
            ),
            ("env: {B: 1, A: x y}", "env", #"{"A":"x y","B":"1"}"#),
            ("timezone: Asia/Tokyo", "timezone", #""Asia/Tokyo""#),
            ("every: 5m", "timezone", #""UTC""#), ("locks: [x, y]", "locks", #"["x","y"]"#),
            ("retries: 2, backoff: 10s", "retry", #"{"limit":2,"first":10}"#),
            ("retries: 1, retry_on: [75, signal, timeout]", "retry", #"{"limit":1,"on":["75","signal","timeout"]}"#),
            ("at: 02:00, catchup: all, catchup_window: 7d", "catchup_window", "604800"),
            ("at: 02:00, overlap: kill", "overlap", #""kill""#), ("nice: 19", "nice", "19"),
            ("expect_within: 2h", "expect_within", "7200"), ("workdir: /srv", "workdir", #""/srv""#),
        ] as [(String, String, String)])
    func keys(text: String, key: String, expected: String) throws {
        #expect(try job(text)[key]?.text == expected)
    }

    @Test(
        arguments: [
            ("- {name: a}", "4:3: the job a lacks 'run'"), ("- {run: a}", "4:3: a job lacks 'name'"),
            ("- {name: a b, run: c}", "4:10: found 'a b'; expected a name of letters"),
            ("- {name: ../a, run: c}", "4:10: found '../a'"),
            ("- {name: a, run: [b]}", "4:18: found a list; expected a text"),
            ("- {name: a, run: b}\n- {name: a, run: b}", "5:3: the job 'a' stands twice"),
            ("- {name: a, run: b, cron: 0 2 * *}", "4:27: '0 2 * *' has 4 fields; expected five"),
            ("- {name: a, run: b, cron: 61 2 * * *}", "4:27: the minute has '61'"),
            ("- {name: a, run: b, cron: '0 0 30 2 *'}", "4:27: '0 0 30 2 *' matches no day of any year"),
            ("- {name: a, run: b, at: '25:00'}", "4:25: found '25:00'; expected a time of the day from 00:00 to 23:59"),
            ("- {name: a, run: b, at: []}", "4:25: expected at least one time of the day"),
            ("- {name: a, run: b, every: 15}", "4:28: found '15'; expected a span of time like 30s"),
            ("- {name: a, run: b, every: 15m, cron: '@daily'}", "a job has one of cron and every, not both"),
            ("- {name: a, run: b, after: c, at: 02:00}", "a job takes its dates from those it comes after"),
            ("- {name: a, run: b, evry: 15m}", "unknown key 'evry' in a job"),
            ("- {name: a, run: b, evry: 15m}", "did you mean 'every'?"),
            ("- {name: a, run: b, timezone: Mars/Base}", "4:31: found 'Mars/Base'; expected a time zone"),
            ("- {name: a, run: b, timezone: ../passwd}", "found '../passwd'"),
            ("- {name: a, run: b, timezone: Europe}", "found 'Europe'"),
            ("- {name: a, run: b, on_file: '/*/x.csv'}", "wildcards in the last part only"),
            ("- {name: a, run: b, on_file: {settle: 5s}}", "on_file lacks 'path'"),
            ("- {name: a, run: b, on_file: /x, overlap: skip}", "overlap does nothing here"),
            ("- {name: a, run: b, on_file: /x, catchup: all}", "catchup does nothing for a job that the clock"),
            ("- {name: a, run: b, at: 02:00, catchup: none, catchup_window: 1d}", "catchup_window does nothing with"),
            ("- {name: a, run: b, backoff: 5s}", "4:30: backoff does nothing without retries"),
            ("- {name: a, run: b, retry_on: [75]}", "retry_on does nothing without retries"),
            ("- {name: a, run: b, retries: 1, retry_on: [0]}", "found '0'; expected an exit code from 1 to 255"),
            ("- {name: a, run: b, retries: 1, backoff: {first: 1h}}", "the first wait is longer than the cap of 900 s"),
            ("- {name: a, run: b, retries: 1, backoff: {jitter: 101}}", "expected a whole number from 0 to 100"),
            ("- {name: a, run: b, overlap: wait}", "expected one of skip, queue, kill for overlap"),
            ("- {name: a, run: b, nice: -5}", "expected a whole number from 0 to 19"),
            ("- {name: a, run: b, env: {1A: x}}", "'1A' cannot be the name of a variable"),
            ("- {name: a, run: b, env: {RD_JOB: x}}", "RD_JOB is set by the scheduler"),
            ("- {name: a, run: b, env: {A: [x]}}", "found a list; expected a text for A"),
            (
                "- {name: load, run: b}\n- {name: a, run: b, after: laod}",
                "'laod', which is no job of this file; did you mean 'load'?"
            ),
            ("- {name: a, run: b, after: a}", "4:28: jobs wait for each other: a, then a"),
            (
                "- {name: a, run: b, after: b}\n- {name: b, run: b, after: a}",
                "4:28: jobs wait for each other: a, then b, then a"
            ),
            (
                "- {name: b, run: b}\n- {name: a, run: b, after: {b: sometimes}}",
                "expected one of success, always, failed"
            ),
            ("- {name: b, run: b}\n- {name: a, run: b, after: [b, b]}", "'b' stands twice in after"),
            (
                "- {name: x, run: b, at: 02:00}\n- {name: y, run: b, every: 1h}\n- {name: a, run: b, after: [x, y]}",
                "6:28: a joins jobs of different dates, which works by the day only, and every 3600 s is not once a day"
            ),
        ] as [(String, String)])
    func eachFlaw(text: String, expected: String) {
        let found = flaws(text)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        "- {name: x, run: b, at: 02:00}\n- {name: y, run: b, cron: 30 3 * * *}\n- {name: a, run: b, after: [x, y]}",
        "- {name: x, run: b, every: 1h}\n- {name: y, run: b, every: 1h}\n- {name: a, run: b, after: [x, y]}",
        "- {name: x, run: b, every: 1h}\n- {name: y, run: b, after: x}\n- {name: a, run: b, after: [x, {y: always}]}",
        "- {name: x, run: b}\n- {name: a, run: b, after: x}",
    ])
    func jobsThatCanBeJoined(text: String) { #expect(flaws(text) == []) }

    @Test func allFlawsAtOnce() {
        let found = flaws("- {name: a, run: b, at: '99:00', nice: 99, timezone: X}\n- {name: b, every: x}\n- 5")
        #expect(found.count == 6, "\(found)")
    }

    @Test(arguments: ["slots: 0", "timezone: [x]", "env: 5", "job: []"])
    func flawsOfTheWhole(text: String) {
        guard case .flawed = Configuration.compile("kind: timetable\nversion: 1\njobs: []\n\(text)", file: "t") else {
            Issue.record("compiled")
            return
        }
    }
}
