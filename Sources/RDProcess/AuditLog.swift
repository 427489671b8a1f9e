import Glibc
public import RDBytes

/// The account of everything that changed the warehouse or the timetable: who, when, by which command, and what came
/// of it. Lines are only ever appended, and each carries the hash of the one before it, so that one which was changed
/// or taken out shows.
public struct AuditLog: Sendable {
    /// What a line of the account says of a command.
    public enum Phase: String, Sendable {
        /// The command is about to do its work; where no `end` follows, it was killed.
        case begin
        /// The command came to its end, with the exit code that stands beside.
        case end
    }

    /// The file.
    public let path: String

    /// The account at `path`.
    public init(_ path: String) { self.path = path }

    /// The account of this installation: `RD_AUDIT_FILE`, or `audit.ndjson` in the state folder.
    public init(home: String) { self.init(environment("RD_AUDIT_FILE") ?? home + "/audit.ndjson") }

    /// Appends what `command` (its words, passwords hidden) does or did, and brings it to the disk.
    /// - Throws: exit 73 or 74 where the file cannot be written.
    public func record(_ phase: Phase, _ executable: String, _ command: [String], exitCode: Int32? = nil)
        throws(RDError)
    {
        try makeFolder(folderOf(path))
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write the audit log \(path)", errno) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw systemError(.io, "cannot lock \(path)", errno) }
        let (previous, isTorn) = try last(descriptor)
        var line = ByteBuffer(capacity: 1024)
        // A line that was cut by a full disk or a power failure stays as it is, on a line of its own.
        if isTorn { line.append(0x0A) }
        line.append(json: event(phase, executable, command, exitCode, previous))
        line.append(0x0A)
        let isWritten = line.withBytes { write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten, fdatasync(descriptor) == 0 else {
            throw systemError(.io, "cannot write the audit log \(path)", errno)
        }
    }

    private func event(
        _ phase: Phase, _ executable: String, _ command: [String], _ exitCode: Int32?, _ previous: String?
    ) -> JSONValue {
        let words = ([executable] + command).map { JSONValue.string(Secrets.hidden($0)) }
        var attributes: [(String, JSONValue)] = [
            ("rd.audit.phase", .string(phase.rawValue)), ("process.command_args", .array(words)),
            ("process.pid", .integer(getpid())), ("process.owner", .string(userName())),
            ("host.name", .string(Self.host)),
        ]
        if let login = environment("SUDO_USER") { attributes.append(("rd.audit.sudo_user", .string(login))) }
        if let job = environment("RD_JOB") { attributes.append(("rd.job", .string(job))) }
        if let exitCode { attributes.append(("exit.code", .integer(exitCode))) }
        attributes.append(("rd.audit.previous", .optional(previous)))
        let isGood = (exitCode ?? 0) == 0
        let body = phase == .begin ? "\(executable) begins" : "\(executable) ended with exit code \(exitCode ?? 0)"
        return LogEvent(executable: executable, severity: isGood ? .info : .error, body: body, attributes: attributes)
            .json
    }

    /// The hash of the last whole line; nil where there is none yet. `isTorn` where a part of a line follows.
    private func last(_ descriptor: Int32) throws(RDError) -> (hash: String?, isTorn: Bool) {
        let size = lseek(descriptor, 0, SEEK_END)
        var tail: [UInt8] = []
        var start = size
        // Lines are a few hundred bytes; a command line may make one as long as the system allows.
        while start > 0, tail.dropLast().count(where: { $0 == 0x0A }) < 2 {
            let step = min(start, 1 << 14)
            start -= step
            var block = [UInt8](repeating: 0, count: Int(step))
            guard pread(descriptor, &block, Int(step), start) == Int(step) else {
                throw systemError(.io, "cannot read the audit log \(path)", errno)
            }
            tail = block + tail
        }
        guard let end = tail.lastIndex(of: 0x0A) else { return (nil, size > 0) }
        let lineStart = tail[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (SHA256.hex(of: tail[lineStart..<end]), end != tail.count - 1)
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, 255) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension AuditLog {
    /// The numbers of the lines, from 1, that do not carry the hash of the line before them, or are no line of the
    /// account: where something was changed, taken out or cut; and how many lines there are.
    public func breaks() throws -> (lines: [Int], count: Int) {
        var found: [Int] = []
        var count = 0
        var previous: String?
        let lines = try readAll(FileSource(path: path)).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.dropLast(lines.last?.isEmpty == true ? 1 : 0).enumerated() {
            let event = Array(line).withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
            let claimed = event?["attributes"]?["rd.audit.previous"]
            if claimed == nil || claimed != .optional(previous) { found.append(index + 1) }
            previous = SHA256.hex(of: line)
            count += 1
        }
        return (found, count)
    }
}

extension SHA256 {
    fileprivate static func hex(of bytes: ArraySlice<UInt8>) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hex(hash.finalize())
    }
}

/// Who runs this process: the user's name, or number where it has none.
public func userName() -> String {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return String(geteuid()) }
    return String(cString: name)
}
