import Glibc

/// What a process does at a moment.
enum Activity {
    /// It computes, or could and waits for a processor.
    case computing
    /// It waits for bytes of a pipe, a file or a terminal.
    case input
    /// It waits until a pipe, a file or a disk has taken its bytes.
    case output
    /// It waits for anything else: a server, a lock, the time.
    case elsewhere
    /// It waits for its own children, so they tell what the stage does.
    case children
}

/// What the main thread of a process does, by its state and by the system call that it is in. Where /proc/PID/syscall
/// may not be read, /proc/PID/wchan knows pipes at least.
func activity(of process: Int32, _ stat: ProcessStat) -> Activity? {
    switch stat.state {
    case UInt8(ascii: "Z"), UInt8(ascii: "X"): return nil
    case UInt8(ascii: "R"): return .computing
    case UInt8(ascii: "T"), UInt8(ascii: "t"): return .elsewhere
    default: break
    }
    guard let text = readProc("/proc/\(process)/syscall") else { return activityByChannel(process) }
    if text.starts(with: "running".utf8) { return .computing }
    let fields = text.split(separator: 0x20, maxSplits: 2)
    guard let number = fields.first.map({ decimal($0) }) else { return .elsewhere }
    switch number {
    case let call where SystemCall.reads.contains(call):
        return isSocket(process, fields[1]) ? .elsewhere : .input
    case let call where SystemCall.writes.contains(call):
        return isSocket(process, fields[1]) ? .elsewhere : .output
    case let call where SystemCall.flushes.contains(call): return .output
    case let call where SystemCall.waits.contains(call): return .children
    default: return .elsewhere
    }
}

private func activityByChannel(_ process: Int32) -> Activity {
    let text = String(decoding: readProc("/proc/\(process)/wchan") ?? [], as: UTF8.self)
    if text.contains("pipe_read") || text.contains("pipe_wait_readable") { return .input }
    if text.contains("pipe_write") || text.contains("pipe_wait_writable") { return .output }
    return text.contains("do_wait") ? .children : .elsewhere
}

/// Whether the descriptor that the first argument of a system call names (`0x3`) is a socket: then it is not a
/// neighbour in the chain that is waited for.
private func isSocket(_ process: Int32, _ argument: ArraySlice<UInt8>) -> Bool {
    let digits = String(decoding: argument.dropFirst(2), as: UTF8.self)
    guard let number = Int32(digits, radix: 16) else { return false }
    var target = [CChar](repeating: 0, count: 16)
    guard readlink("/proc/\(process)/fd/\(number)", &target, target.count - 1) > 0 else { return false }
    return String(decoding: target.prefix(7).map { UInt8(bitPattern: $0) }, as: UTF8.self) == "socket:"
}

/// The numbers of Linux's system calls: read, readv, pread, splice, sendfile; write, writev, pwrite; fsync, fdatasync;
/// wait4 and waitid.
private enum SystemCall {
    #if arch(x86_64)
        static let reads: Set<Int64> = [0, 19, 17, 275, 40]
        static let writes: Set<Int64> = [1, 20, 18]
        static let flushes: Set<Int64> = [74, 75]
        static let waits: Set<Int64> = [61, 247]
    #else
        // The table that arm64, riscv64 and loongarch64 share.
        static let reads: Set<Int64> = [63, 65, 67, 76, 71]
        static let writes: Set<Int64> = [64, 66, 68]
        static let flushes: Set<Int64> = [82, 83]
        static let waits: Set<Int64> = [260, 95]
    #endif
}

/// How long a stage was seen in each state, in nanoseconds.
struct ActivityTimes: Equatable {
    var computing: Int64 = 0
    var input: Int64 = 0
    var output: Int64 = 0
    var elsewhere: Int64 = 0

    mutating func add(_ activity: Activity, _ nanoseconds: Int64) {
        switch activity {
        case .computing: computing += nanoseconds
        case .input: input += nanoseconds
        case .output: output += nanoseconds
        case .elsewhere, .children: elsewhere += nanoseconds
        }
    }

    /// The shares of a life of `lifetime` nanoseconds that used `cpu` nanoseconds of a processor. Computing is measured
    /// and not sampled, unless samples saw more: a stage that could compute and had no processor. The rest is divided
    /// as the samples are; where there are none nobody knows, and it is nothing of the three.
    func shares(cpu: Int64, lifetime: Int64) -> (input: Double, computing: Double, output: Double) {
        let seen = computing + input + output + elsewhere
        let measured = lifetime > 0 ? min(1, Double(cpu) / Double(lifetime)) : 0
        guard seen > 0 else { return (0, measured, 0) }
        let busy = max(measured, Double(computing) / Double(seen))
        let waits = input + output + elsewhere
        guard waits > 0 else { return (0, busy, 0) }
        let rest = (1 - busy) / Double(waits)
        return (rest * Double(input), busy, rest * Double(output))
    }
}
