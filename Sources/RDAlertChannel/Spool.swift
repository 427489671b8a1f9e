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

        /// An entry.
        public init(alert: Alert, told: [String]) {
            self.alert = alert
            self.told = told
        }
    }

    private let path: String

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
            let known = try entries(descriptor).filter {
                $0.alert.fingerprint == fingerprint && $0.alert.occurredAt >= moment
            }
            return Set(known.flatMap(\.told))
        }
    }

    /// Hands all entries to `body` and forgets them once it returns; it should have them committed by then.
    public func replay(_ body: ([Entry]) throws -> Void) throws {
        guard exists(path) else { return }
        try withFile { descriptor in
            let entries = try entries(descriptor)
            if entries.isEmpty { return }
            try body(entries)
            guard ftruncate(descriptor, 0) == 0 else { throw systemError(.io, "cannot write \(path)", errno) }
        }
    }

    private func entries(_ descriptor: Int32) throws -> [Entry] {
        lseek(descriptor, 0, SEEK_SET)
        let text = String(decoding: try readAll(FileSource(descriptor, name: path)), as: UTF8.self)
        // A line that a crash cut off is no alert.
        return text.split(separator: "\n").compactMap { line in
            guard var json = try? JSONValue(parsing: String(line)) else { return nil }
            let told = (json["told"]?.array ?? []).compactMap(\.string)
            json["told"] = nil
            guard let alert = try? Alert(json, job: "-", now: 0) else { return nil }
            return Entry(alert: alert, told: told)
        }
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
