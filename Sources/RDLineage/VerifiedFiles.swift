import Glibc
import RDBytes
import RDProcess

/// Files whose SHA-256 was computed before, so that a question about one that nobody has touched since need not read all
/// of it again. They are kept in a file of the state folder, one a line.
///
/// A file is known again by its device, inode and size, and by when its content and when the file itself last changed, to
/// the nanosecond; the latter no program can set. One that changed in the last two seconds is not kept, since a change
/// within one tick of the clock would not show.
public struct VerifiedFiles: Sendable {
    /// What tells whether a file is the same that it was.
    struct Identity: Equatable {
        let device: Int
        let inode: Int
        let size: Int
        let modified: Int
        let changed: Int
    }

    /// A file that was read whole.
    struct Entry {
        var identity: Identity
        var sha256: String
        /// How lines were counted: what ends them, and the encoding where it is a wide one.
        var form: String
        var lines: Int
        /// Where line 1 and every so many further lines begin.
        var offsets: [Int]
        /// When it was read, in milliseconds since 1970.
        var at: Int64
    }

    /// Lines from one known offset to the next.
    static let stride = 4096
    private static let mostEntries = 32

    private let path: String
    private let now: @Sendable () -> Int64

    /// The files that `path` tells of. `now` gives milliseconds since 1970.
    public init(_ path: String, now: @escaping @Sendable () -> Int64) {
        self.path = path
        self.now = now
    }

    /// What is known of the file behind `descriptor`; nil where it was never read, or has changed since.
    func entry(_ descriptor: Int32, form: String) -> Entry? {
        guard let identity = Self.identity(descriptor) else { return nil }
        return entries().first { $0.identity == identity && $0.form == form }
    }

    /// Keeps what a file was found to be whose identity was `before` when the reading began, unless it changed on the way.
    /// That it cannot be kept costs the next question some time, and is no failure.
    func keep(_ descriptor: Int32, _ before: Identity?, form: String, sha256: String, lines: Int, offsets: [Int]) {
        guard let before, before == Self.identity(descriptor), before.changed / 1_000_000 < Int(now()) - 2000 else {
            return
        }
        let entry = Entry(
            identity: before, sha256: sha256, form: form, lines: lines, offsets: offsets, at: now())
        let others = entries().filter {
            $0.form != form || $0.identity.device != before.device || $0.identity.inode != before.inode
        }
        let text = (others.suffix(Self.mostEntries - 1) + [entry]).map { Self.json($0).text + "\n" }.joined()
        try? makeFolder(folderOf(path))
        try? writeAtomically(Array(text.utf8), to: path)
    }

    static func identity(_ descriptor: Int32) -> Identity? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        func nanoseconds(_ time: timespec) -> Int { time.tv_sec * 1_000_000_000 + time.tv_nsec }
        return Identity(
            device: Int(truncatingIfNeeded: status.st_dev), inode: Int(truncatingIfNeeded: status.st_ino),
            size: Int(status.st_size), modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
    }
}

extension VerifiedFiles {
    private func entries() -> [Entry] {
        guard let source = try? FileSource(path: path), let bytes = try? readAll(source) else { return [] }
        return bytes.split(separator: 0x0A).compactMap { line in
            line.withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }.flatMap(Self.entry)
        }
    }

    private static func json(_ entry: Entry) -> JSONValue {
        let identity = entry.identity
        return [
            "device": .integer(identity.device), "inode": .integer(identity.inode), "size": .integer(identity.size),
            "modified": .integer(identity.modified), "changed": .integer(identity.changed),
            "sha256": .string(entry.sha256), "form": .string(entry.form), "lines": .integer(entry.lines),
            "at": .integer(Int(entry.at)), "offsets": .array(entry.offsets.map { .integer($0) }),
        ]
    }

    private static func entry(_ json: JSONValue) -> Entry? {
        func number(_ name: String) -> Int? { json[name]?.integer }
        guard let device = number("device"), let inode = number("inode"), let size = number("size"),
            let modified = number("modified"), let changed = number("changed"), let sha256 = json["sha256"]?.string,
            let form = json["form"]?.string, let lines = number("lines"), let at = number("at"),
            let offsets = json["offsets"]?.array?.compactMap(\.integer), offsets.first == 0,
            offsets.count == max(0, lines - 1) / stride + 1
        else { return nil }
        return Entry(
            identity: Identity(device: device, inode: inode, size: size, modified: modified, changed: changed),
            sha256: sha256, form: form, lines: lines, offsets: offsets, at: Int64(at))
    }
}
