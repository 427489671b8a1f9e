import Glibc
public import RDAlert
import RDBytes
import RDProcess

/// Alerts that came while there was no warehouse to keep them: a file, of which one process at a time makes use.
public struct Spool {
    /// An alert, and the channels that were told of it.
    public struct Entry: Sendable {
        /// The alert.
        public let alert: Alert
        /// The channels that know.
        public let told: [String]
        /// The line of the spool that it was read from.
        fileprivate var line = ""

        /// An entry.
        public init(alert: Alert, told: [String]) {
            self.alert = alert
            self.told = told
        }
    }

    private let path: String
    /// Where lines go that no warehouse takes.
    public var refused: String { path + ".refused" }

    /// The file at `path`.
    public init(path: String) { self.path = path }

    /// Adds an alert. A failure is exit 73 or 74.
    public func append(_ entry: Entry) throws {
        try withFile { descriptor in
            var json = entry.alert.json
            json["told"] = .array(entry.told.map { .string($0) })
            lseek(descriptor, 0, SEEK_END)
            let sink = FileSink(descriptor, name: path)
            try Array((json.text + "\n").utf8).withUnsafeBytes { try sink.write($0) }
        }
    }

    /// The channels that were told of a trouble at or after `moment`, in milliseconds since 1970.
    public func told(_ fingerprint: String, since moment: Int64) throws -> Set<String> {
        guard exists(path) else { return [] }
        return try withFile { descriptor in
            let known = try entries(descriptor).good.filter {
                $0.alert.fingerprint == fingerprint && $0.alert.occurredAt >= moment
            }
            return Set(known.flatMap(\.told))
        }
    }

    /// Hands all entries to `body` and forgets them once it returns; it should have them committed by then. Before it
    /// commits, it has to hand those that the warehouse does not take to `setAside`, which keeps them in a file beside.
    /// What cannot be read is set aside too.
    /// - Parameter complain: told of each line that is set aside, and why.
    public func replay(
        complain: @escaping (String) -> Void,
        _ body: ([Entry], _ setAside: (Entry, String) throws -> Void) throws -> Void
    ) throws {
        guard exists(path) else { return }
        try withFile { descriptor in
            let (entries, bad) = try entries(descriptor)
            for line in bad { try setAside(line.text, line.why, complain) }
            if !entries.isEmpty { try body(entries) { try setAside($0.line, $1, complain) } }
            if entries.isEmpty, bad.isEmpty { return }
            guard ftruncate(descriptor, 0) == 0 else { throw systemError(.io, "cannot write \(path)", errno) }
        }
    }

    private func setAside(_ line: String, _ why: String, _ complain: (String) -> Void) throws {
        try appendLines([line], to: refused, mode: 0o600)
        complain("an alert that came without a warehouse is set aside in \(refused): \(why)")
    }

    private func entries(_ descriptor: Int32) throws -> (good: [Entry], bad: [(text: String, why: String)]) {
        lseek(descriptor, 0, SEEK_SET)
        let text = String(decoding: try readAll(FileSource(descriptor, name: path)), as: UTF8.self)
        var good: [Entry] = []
        var bad: [(String, String)] = []
        for line in text.split(separator: "\n").map(String.init) {
            do { good.append(try Self.entry(line)) } catch { bad.append((line, error.message)) }
        }
        return (good, bad)
    }

    private static func entry(_ line: String) throws(RDError) -> Entry {
        guard var json = try? JSONValue(parsing: line) else { throw RDError(.data, "the line is no JSON") }
        let told = (json["told"]?.array ?? []).compactMap(\.string)
        json["told"] = nil
        var entry = Entry(alert: try Alert(json, job: "-", now: 0), told: told)
        entry.line = line
        return entry
    }

    private func withFile<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try makeFolder(folderOf(path))
        let (descriptor, error) = retryingInterrupts { Int(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)) }
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
        defer { closeDescriptor(Int32(descriptor)) }
        let (locked, trouble) = retryingInterrupts { Int(flock(Int32(descriptor), LOCK_EX)) }
        guard locked == 0 else { throw systemError(.io, "cannot lock \(path)", trouble) }
        return try body(Int32(descriptor))
    }
}
