import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDRecord

/// Which lines are shown, and how.
struct LogChoice: ParsableArguments {
    @Option(help: .init("Only those of this run.", valueName: "id"))
    var run: String?

    @Option(
        help: .init(
            "Only those since then: an age (90m, 12h, 2d) or a moment (2026-11-23, ISO 8601 in UTC).", valueName: "when"
        ))
    var since: String?

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    func validate() throws {
        if let run, trace(run).count != 32 { throw ValidationError("'\(run)' is not the identity of a run") }
        if let since, moment(since) == nil {
            throw ValidationError("'\(since)' is neither an age such as 12h nor a moment such as 2026-11-23T08:00:00Z")
        }
    }

    /// Shows the lines of `files`, in the order of their times.
    func show(_ files: [String], from severity: String) throws {
        let start = since.flatMap(moment) ?? ""
        let wanted = run.map(trace)
        let least = Self.rank(severity)
        var found: [(time: String, line: String)] = []
        for file in files where isReadable(file) {
            for line in try readAll(FileSource(path: file)).split(separator: 0x0A) {
                guard let event = Array(line).withUnsafeBytes({ try? JSONValue(parsing: $0.bytes) }),
                    let time = event["timestamp"]?.string, time >= start,
                    wanted == nil || event["traceId"]?.string == wanted,
                    Self.rank(event["severityText"]?.string ?? "") >= least
                else { continue }
                let isJSON = json || fileKind(1) != .terminal
                found.append((time, isJSON ? String(decoding: line, as: UTF8.self) : Self.text(event, time)))
            }
        }
        for event in try chainEvents() where least == 0 && (event["timestamp"]?.string ?? "") >= start {
            let time = event["timestamp"]?.string ?? ""
            let line = json || fileKind(1) != .terminal ? event.text : Self.text(event, time)
            if !found.contains(where: { $0.line == line }) { found.append((time, line)) }
        }
        // A stable order: lines of one moment stay as they were written.
        let sorted = found.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        try printLines(sorted.map(\.element.line))
    }

    /// What the chain of a run wrote, where the scheduler ran it: its event lines as they are, other text as the body of
    /// an event of the moment of the last one before it.
    private func chainEvents() throws -> [JSONValue] {
        guard let run = run.flatMap({ RunID($0) }) else { return [] }
        var events: [JSONValue] = []
        for path in Self.chainLogs(run) {
            var time = ""
            for line in try readAll(FileSource(path: path)).split(separator: 0x0A) {
                let json = Array(line).withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
                if let json, let moment = json["timestamp"]?.string {
                    time = moment
                    events.append(json)
                    continue
                }
                events.append(
                    [
                        "timestamp": .string(time), "severityText": "INFO",
                        "body": .string(String(decoding: line, as: UTF8.self)),
                        "attributes": ["process.executable.name": "rd-sched", "rd.log": .string(path)],
                        "traceId": .string(trace(run.text)),
                    ])
            }
        }
        return events
    }

    private static func chainLogs(_ run: RunID) -> [String] {
        let folder = Folders().home + "/sched"
        return ((try? filesOf(folder)) ?? []).sorted().flatMap { timetable in
            ((try? filesOf("\(folder)/\(timetable)/logs")) ?? []).sorted().map {
                "\(folder)/\(timetable)/logs/\($0)/\(run.text).log"
            }
        }.filter(isReadable)
    }

    /// One event for people: `2026-11-23 12:02:03 WARN  rd-clean: text`.
    private static func text(_ event: JSONValue, _ time: String) -> String {
        let attributes = event["attributes"]
        let severity = event["severityText"]?.string ?? ""
        let when = time.prefix(19).map { $0 == "T" ? " " : String($0) }.joined()
        let who = attributes?["process.executable.name"]?.string ?? ""
        var body = event["body"]?.string ?? ""
        if let words = attributes?["process.command_args"]?.array?.compactMap(\.string) {
            let user = attributes?["process.owner"]?.string ?? ""
            body = "\(user): \(words.joined(separator: " ")): " + (attributes?["rd.audit.phase"]?.string ?? "")
            if let code = attributes?["exit.code"]?.integer { body += ", exit \(code)" }
        }
        let padding = String(repeating: " ", count: max(0, 5 - severity.count))
        return "\(when) \(severity)\(padding) \(who): \(body)"
    }

    private static func rank(_ severity: String) -> Int {
        switch severity.lowercased() {
        case "error": 2
        case "warn": 1
        default: 0
        }
    }

    private func trace(_ run: String) -> String { run.lowercased().filter { $0.isHexDigit } }

    /// The moment as our lines have it, in UTC.
    private func moment(_ text: String) -> String? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        if let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
            (0...100_000).contains(count)
        {
            return Clock.iso8601(Clock.unixMilliseconds() - count * unit * 1000)
        }
        let shape = Array("dddd-dd-ddTdd:dd:dd")
        let bytes = text.hasSuffix("Z") ? Array(text.dropLast()) : Array(text)
        guard [10, 16, 19].contains(bytes.count) else { return nil }
        for (index, sign) in bytes.enumerated() {
            let isRight =
                switch shape[index] {
                case "d": sign.isASCII && sign.isNumber
                case "T": sign == "T" || sign == " "
                default: sign == shape[index]
                }
            guard isRight else { return nil }
        }
        return String(bytes).map { $0 == " " ? "T" : String($0) }.joined()
    }
}
