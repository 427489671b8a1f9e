import RDBytes
import RDProcess

/// A line on the terminal that says how far a filter is: records, records a second, bytes and, where the size is
/// known, the time left. Silent where standard error is no terminal. Of the filters of a pipe only the first shows one:
/// they share the terminal's line.
public struct Progress {
    private let isShown: Bool
    private let name: String
    private let every: Int
    private let total: Int?
    private let started = Clock.monotonicNanoseconds()
    private var shownAt: Int64 = 0
    private var nextRows: Int
    private var isDirty = false

    /// Progress of `name`, looked at every `every` records; `total` is the size of the input in bytes.
    public init(name: String, every: Int, total: Int? = nil, isQuiet: Bool) {
        self.name = name
        self.every = every
        self.total = total
        nextRows = every
        isShown = !isQuiet && fileKind(2) == .terminal
    }

    /// True where a report is due after `rows` records.
    @inline(__always) public func isDue(_ rows: Int) -> Bool { rows >= nextRows }

    /// Reports, at most five times a second.
    public mutating func report(rows: Int, bytes: Int) {
        nextRows = rows + every
        guard isShown else {
            nextRows = .max
            return
        }
        let now = Clock.monotonicNanoseconds()
        guard now - shownAt > 200_000_000 else { return }
        shownAt = now
        isDirty = true
        let seconds = Double(max(now - started, 1)) / 1e9
        var text = "\(name): \(grouped(rows)) records, \(grouped(Int(Double(rows) / seconds)))/s, \(bytes >> 20) MiB"
        if let total, bytes > 0, total > bytes {
            text += ", \(Int(seconds * Double(total - bytes) / Double(bytes)) + 1) s left"
        }
        writeError("\r\u{1B}[K" + text)
    }

    /// Takes the line off the terminal.
    public mutating func clear() {
        if isDirty { writeError("\r\u{1B}[K") }
        isDirty = false
    }
}

/// `541,909`.
public func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var parts: [String] = []
    while digits.count > 3 {
        parts.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
}

/// A progress line that closures can share.
public final class ProgressMeter {
    private var progress: Progress

    /// Progress of `name`, told every `every` records.
    public init(name: String, every: Int, total: Int?, isQuiet: Bool) {
        progress = Progress(name: name, every: every, total: total, isQuiet: isQuiet)
    }

    /// Reports how far the filter is.
    public func report(rows: Int, bytes: Int) {
        if progress.isDue(rows) { progress.report(rows: rows, bytes: bytes) }
    }

    /// Takes the line off the terminal.
    public func clear() { progress.clear() }
}
