import Glibc
import RDBytes
import RDProcess

/// The log of one run: what its stages wrote to standard output and standard error.
public struct RunLog: Sendable {
    /// Where it is.
    public let path: String

    /// The log at `path`.
    public init(_ path: String) { self.path = path }

    /// The last lines, at most so many and so many bytes; empty where there is no log.
    public func tail(lines: Int = 20, bytes: Int = 8192) -> [String] {
        guard let source = try? FileSource(path: path) else { return [] }
        let size = lseek(source.descriptor, 0, SEEK_END)
        lseek(source.descriptor, max(0, size - off_t(bytes)), SEEK_SET)
        let all = textLines((try? readAll(source)) ?? [])
        // A line that the limit cuts in two is left out, unless there is no other.
        let whole = (size > bytes ? all.dropFirst() : all[...]).filter { !$0.isEmpty }
        return Array((whole.isEmpty ? all.filter { !$0.isEmpty } : whole).suffix(lines))
    }

    /// The last lines for people, who may be others than those who may read the log: of an event line who says it and
    /// what, and passwords hidden.
    public func readableTail() -> [String] {
        tail().map { line in
            guard line.hasPrefix("{"), let event = try? JSONValue(parsing: line), let body = event["body"]?.string,
                let executable = event["attributes"]?["process.executable.name"]?.string
            else { return Secrets.hidden(line) }
            return Secrets.hidden("\(executable): \(body)")
        }
    }

    /// The rows that a load of this run says it read; nil where none says so.
    public var rows: Int? {
        for line in tail(lines: 50, bytes: 1 << 16).reversed() where line.contains("\"rows_in\"") {
            if let json = try? JSONValue(parsing: line), let rows = json["rows_in"]?.integer { return rows }
        }
        return nil
    }

    /// How many logs of a job are kept where nobody says otherwise.
    public static let usualCount = 100

    /// How many logs of a job the last scheduler of the timetable was told to keep; `logs` is the folder of all of them.
    /// Runs that a command begins go by it too.
    static func keptCount(_ logs: String) -> Int {
        let text = (try? readAll(FileSource(path: "\(logs)/keep"))).map { String(decoding: $0, as: UTF8.self) }
        return text.flatMap { Int($0.prefix { $0.isNumber }) }.map { max($0, 1) } ?? usualCount
    }

    /// Notes how many logs of a job are to be kept.
    public static func keep(_ count: Int, in logs: String) throws {
        try makeFolder(logs, mode: 0o700)
        try writeAtomically(Array("\(count)\n".utf8), to: "\(logs)/keep")
    }

    /// Removes all but the newest `count` logs of a folder, and those of the runs in `active`; their names sort by time.
    public static func prune(_ folder: String, keep count: Int, besides active: Set<String> = []) {
        guard let names = try? filesOf(folder) else { return }
        let runs = Set(names.map { $0.split(separator: ".").first.map(String.init) ?? $0 }).sorted()
        let old = Set(runs.dropLast(count)).subtracting(active)
        for name in names where old.contains(name.split(separator: ".").first.map(String.init) ?? name) {
            removeFile("\(folder)/\(name)")
        }
    }
}
