import Glibc

/// All processes of this machine, as /proc told of one after the other. Each entry is true of one moment; a process
/// that began meanwhile may be missing, and one that was there all the time is not.
struct ProcessTable {
    private let stats: [Int32: ProcessStat]
    private let byParent: [Int32: [Int32]]

    /// Reads /proc.
    init() {
        let all = processNumbers().compactMap { number in ProcessStat(number).map { (number, $0) } }
        self.init(Dictionary(all) { first, _ in first })
    }

    /// A table of these entries.
    init(_ stats: [Int32: ProcessStat]) {
        self.stats = stats
        byParent = Dictionary(grouping: stats.keys.sorted()) { stats[$0]?.parent ?? 0 }
    }

    subscript(_ process: Int32) -> ProcessStat? { stats[process] }

    func children(of process: Int32) -> [Int32] { byParent[process] ?? [] }

    /// `roots` and all that is under them, parents before their children.
    func family(of roots: [Int32]) -> [Int32] {
        var all = roots
        var next = 0
        while next < all.count {
            all += children(of: all[next])
            next += 1
        }
        return all
    }
}

/// The numbers of all processes that may be seen.
func processNumbers() -> [Int32] {
    guard let handle = opendir("/proc") else { return [] }
    defer { closedir(handle) }
    var all: [Int32] = []
    while let entry = readdir(handle) {
        let number = Int32(truncatingIfNeeded: withUnsafeBytes(of: &entry.pointee.d_name) { decimal($0) })
        if number > 0 { all.append(number) }
    }
    return all
}
