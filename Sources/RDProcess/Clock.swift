import Glibc

/// The time, read in executables and handed down to libraries.
public enum Clock {
    /// Nanoseconds of a clock that never jumps.
    public static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static func unixMilliseconds() -> Int64 { read(CLOCK_REALTIME) / 1_000_000 }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `2026-11-23T12:02:03.456Z` of the moment `milliseconds` after 1970.
    public static func iso8601(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
    }
}

/// Bytes that nobody can guess.
public func randomBytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
}

/// A variable of the environment; nil where it is not set or empty.
public func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// The folder that holds the running executable.
public func executableFolder() -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let size = readlink("/proc/self/exe", &path, path.count - 1)
    guard size > 0 else { return "." }
    let text = String(decoding: path[..<size].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return folderOf(text)
}

extension Clock {
    /// The current moment as ISO 8601 in UTC.
    public static func nowText() -> String { iso8601(unixMilliseconds()) }
}
