import Glibc

/// What a file under /proc says, up to 4096 bytes; nil where it is not there or not to be read.
func readProc(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { space, count in
        count = max(0, read(descriptor, space.baseAddress, space.count))
    }
    return bytes.isEmpty ? nil : bytes
}

/// What /proc/PID/stat says of a process.
struct ProcessStat {
    /// R, S, D, T, Z and so on.
    let state: UInt8
    let parent: Int32
    let group: Int32
    let session: Int32
    /// The processors' time that it used itself, in ticks.
    let ticks: Int64
    let startTicks: UInt64
    /// The first 15 bytes of its program's name.
    let name: String

    /// Gone, but for its entry.
    var hasEnded: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    init?(_ process: Int32) {
        guard let text = readProc("/proc/\(process)/stat"), let open = text.firstIndex(of: UInt8(ascii: "(")),
            let close = text.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        // A name may hold blanks and parentheses; what follows the last one has neither.
        let fields = text[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first else { return nil }
        func number(_ index: Int) -> Int64 { decimal(fields[index]) }
        self.state = state
        parent = Int32(truncatingIfNeeded: number(1))
        group = Int32(truncatingIfNeeded: number(2))
        session = Int32(truncatingIfNeeded: number(3))
        ticks = number(11) + number(12)
        startTicks = UInt64(truncatingIfNeeded: number(19))
        name = String(decoding: text[(open + 1)..<close], as: UTF8.self)
    }
}

/// The number that the digits at the start of `text` make, after a sign.
func decimal(_ text: some Sequence<UInt8>) -> Int64 {
    var value: Int64 = 0
    var negative = false
    for byte in text {
        if byte == UInt8(ascii: "-") { negative = true; continue }
        guard byte >= 0x30, byte <= 0x39 else { break }
        value = value &* 10 &+ Int64(byte - 0x30)
    }
    return negative ? -value : value
}

/// Bytes that a process read and wrote so far; it may have ended, as long as nobody waited for it.
func bytesMoved(_ process: Int32) -> (read: Int64, written: Int64)? {
    guard let text = readProc("/proc/\(process)/io") else { return nil }
    func value(_ name: String) -> Int64 { fieldValue(text, name) ?? 0 }
    return (value("rchar:"), value("wchar:"))
}

/// The most memory that a process's present program had, in bytes; nil once it has ended.
func peakMemory(_ process: Int32) -> Int64? {
    readProc("/proc/\(process)/status").flatMap { fieldValue($0, "VmHWM:") }.map { $0 * 1024 }
}

private func fieldValue(_ text: [UInt8], _ name: String) -> Int64? {
    for line in text.split(separator: 0x0A) where line.starts(with: name.utf8) {
        return decimal(line.dropFirst(name.utf8.count).drop { $0 == 0x20 || $0 == 0x09 })
    }
    return nil
}
