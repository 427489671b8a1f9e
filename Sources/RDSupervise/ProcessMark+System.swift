import Glibc
import RDBytes
import RDProcess
import RDRecord
public import RDSchedule

extension ProcessMark {
    /// This process.
    public static var current: ProcessMark {
        ProcessMark(pid: getpid(), ticks: startTicks(getpid()) ?? 0, boot: bootIdentity())
    }

    /// True while the process lives: the same number, since the same start of the machine, begun at the same moment. A
    /// process that ended and that nobody has asked after is not alive.
    public var isAlive: Bool { boot == Self.bootIdentity() && Self.startTicks(pid) == ticks }

    /// When a process was started, in the kernel's ticks; nil where there is none.
    static func startTicks(_ pid: Int32) -> UInt64? {
        guard let bytes = try? readAll(FileSource(path: "/proc/\(pid)/stat")) else { return nil }
        // The name of the program, in parentheses, may hold anything.
        guard let end = bytes.lastIndex(of: 0x29) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }

    /// The identity of the machine's start.
    static func bootIdentity() -> String {
        let bytes = (try? readAll(FileSource(path: "/proc/sys/kernel/random/boot_id"))) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }
}

/// True where a process has this run in its environment: for chains whose keeper nobody wrote down.
public func hasProcess(ofRun run: String) -> Bool {
    guard let names = try? filesOf("/proc") else { return false }
    let wanted = Array("RD_RUN_ID=\(run)".utf8)
    return names.contains { name in
        guard Int32(name) != nil, let bytes = try? readAll(FileSource(path: "/proc/\(name)/environ")) else {
            return false
        }
        return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
}

/// A new run's identity: a UUID of version 7, so that names sort by time. `milliseconds` since 1970.
public func newRunIdentity(_ milliseconds: Int64) -> String {
    RunID(milliseconds: milliseconds, random: randomBytes(10)).text
}
