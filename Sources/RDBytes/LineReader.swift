/// Cuts a source into lines that end in LF.
///
/// Of a line longer than `longest` only the size and the first 4 KiB are kept (`oversizedHead`), so that memory stays
/// bounded whatever comes.
public struct LineReader: ~Copyable {
    /// A line in the reader's window, valid until the next `fill`.
    public struct Line {
        /// Where its bytes stand, without the line end.
        public let range: Range<Int>
        /// False for a last line that no LF ends.
        public let isTerminated: Bool
        /// Bytes of the whole line where it was too long to keep; nil otherwise.
        public let oversize: Int?
    }

    private var buffer: ReadBuffer
    private let longest: Int
    /// Bytes of the window that are known to hold no line end.
    private var scanned = 0
    /// Bytes of an oversized line that were passed over.
    private var passed = 0
    /// The first 4 KiB of the oversized line that `next` gave last.
    public private(set) var oversizedHead: [UInt8] = []

    /// Lines of `source`, of at most `longest` bytes.
    public init(_ source: any ByteSource, capacity: Int = 1 << 18, longest: Int = 1 << 20) {
        buffer = ReadBuffer(source, capacity: min(capacity, longest + 1))
        self.longest = longest
    }

    /// True where the next `fill` would wait for whoever writes.
    public var wouldWait: Bool { buffer.wouldWait }

    /// The next line that stands in the window; nil where `fill` must be called first.
    public mutating func next() -> Line? {
        if passed == 0, !oversizedHead.isEmpty { oversizedHead = [] }
        let from = buffer.start + scanned
        if let newline = newline(from: from) { return line(to: newline, isTerminated: true) }
        scanned = buffer.count
        guard buffer.isAtEnd, buffer.count + passed > 0 else { return nil }
        return line(to: buffer.end, isTerminated: false)
    }

    private func newline(from index: Int) -> Int? {
        let end = buffer.end
        guard index < end else { return nil }
        return buffer.withSpan { $0.firstIndex(of: 0x0A, in: index..<end) }
    }

    private mutating func line(to end: Int, isTerminated: Bool) -> Line {
        let range = buffer.start..<end
        let size = range.count + passed
        if size > longest { keepHead(range) }
        scanned = 0
        passed = 0
        buffer.use(upTo: isTerminated ? end + 1 : end)
        return size > longest
            ? Line(range: 0..<0, isTerminated: isTerminated, oversize: size)
            : Line(range: range, isTerminated: isTerminated, oversize: nil)
    }

    /// Reads more. False at the end of the source; then `next` may still give a last line without its LF.
    public mutating func fill() throws -> Bool {
        if buffer.count > longest {
            keepHead(buffer.start..<buffer.end)
            passed += buffer.count
            buffer.use(upTo: buffer.end)
            scanned = 0
        }
        return try buffer.fill(limit: longest + (1 << 18))
    }

    private mutating func keepHead(_ range: Range<Int>) {
        guard oversizedHead.isEmpty else { return }
        let head = range.lowerBound..<min(range.upperBound, range.lowerBound + 4096)
        oversizedHead = buffer.withSpan { $0.extracting(head).withUnsafeBytes { Array($0) } }
    }

    /// The bytes of `line`, for as long as `body` runs.
    @_transparent public borrowing func withLine<R>(_ line: Line, _ body: (RawSpan) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: address + line.range.lowerBound, count: line.range.count).bytes)
    }

    /// Where the window begins in memory; for `withLine`.
    public var address: UnsafeRawPointer { buffer.address }
}
