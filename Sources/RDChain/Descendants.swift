import CRDChain
import Glibc

/// The children of a process, those of all its threads. One that begins or ends just now may be missing.
func children(of process: Int32) -> [Int32] {
    guard kernelListsChildren else { return ProcessTable().children(of: process) }
    guard let handle = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(handle) }
    var all: [Int32] = []
    while let entry = readdir(handle) {
        let thread = withUnsafeBytes(of: &entry.pointee.d_name) { decimal($0) }
        guard thread > 0, let text = readLong("/proc/\(process)/task/\(thread)/children") else { continue }
        all += text.split(separator: UInt8(ascii: " ")).map { Int32(truncatingIfNeeded: decimal($0)) }
    }
    return all
}

/// What `descendants` of several processes can share, so that /proc is read once for all of them; nil where the kernel
/// lists children, which is less to read.
func tableForDescendants() -> ProcessTable? { kernelListsChildren ? nil : ProcessTable() }

/// Kernels may be built without these files; containers' kernels of other makes have none.
private let kernelListsChildren = access("/proc/self/task/\(getpid())/children", R_OK) == 0

/// A file under /proc of any length.
func readLong(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while case let count = read(descriptor, &block, block.count), count > 0 { all += block[..<count] }
    return all
}

/// All processes under `process`, parents before their children: by `table`, or else as the kernel lists them.
func descendants(of process: Int32, in table: ProcessTable? = tableForDescendants()) -> [Int32] {
    if let table { return Array(table.family(of: [process]).dropFirst()) }
    var all: [Int32] = []
    var next = children(of: process)
    while !next.isEmpty {
        all += next
        next = next.flatMap { children(of: $0) }
    }
    return all
}

/// A process that no other one is taken for.
struct ProcessKey: Hashable {
    let process: Int32
    let startTicks: UInt64
}

/// Sends `signal` to the very process that `key` names, even where its number was given to another one meanwhile.
/// False where it is gone or not ours to signal.
@discardableResult func signalProcess(_ key: ProcessKey, _ signal: Int32) -> Bool {
    let descriptor = rd_pidfd_open(key.process)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard ProcessStat(key.process)?.startTicks == key.startTicks else { return false }
    return rd_pidfd_signal(descriptor, signal) == 0
}
