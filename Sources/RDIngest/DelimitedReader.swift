public import RDBytes
public import RDRecord

/// Cuts a delimited text into records, one at a time, in bounded memory whatever comes.
public struct DelimitedReader: ~Copyable {
    /// The longest record that is kept; a longer one is a reject.
    public static let longestRecord = 1 << 20

    /// What comes next.
    public enum Item {
        /// A record whose cells are in `cells`; `range` is its content in the window, without its line end.
        case record(Range<Int>)
        /// A line that is no record. `range` is its head in the window, `size` its bytes, where it all was.
        case flaw(RejectCode, range: Range<Int>, size: Int, detail: String)
        /// The window holds no whole record: call `fill`, then ask again.
        case more
        /// The text has ended.
        case end
    }

    private var buffer: ReadBuffer
    /// How cells and records are told apart.
    public let scanner: CSVScanner
    private let isWide: Bool
    /// The cells of the last record, by their places in the window.
    public private(set) var cells = CellTable()
    /// The line that the last item began on, from 1.
    public private(set) var line = 1
    /// Bytes from the start of the source to the start of the last item.
    public private(set) var offset: Int
    private var nextLine = 1
    private var endsInLine = true
    private var nextOffset: Int

    /// Records of what `buffer` has from now on. `offset` is where in the source that is. `isWide` says that the source
    /// is UTF-16 and the buffer its UTF-8, so that offsets are counted in the source's bytes.
    public init(_ buffer: consuming ReadBuffer, dialect: CSVDialect, offset: Int = 0, isWide: Bool = false) {
        self.buffer = buffer
        scanner = CSVScanner(dialect)
        self.offset = offset
        self.isWide = isWide
        nextOffset = offset
    }

    /// Where the window begins in memory.
    public var address: UnsafeRawPointer { buffer.address }
    /// Bytes of the window that hold something.
    public var windowEnd: Int { buffer.end }
    /// True where `fill` would wait for whoever writes.
    public var wouldWait: Bool { buffer.wouldWait }
    /// Lines that were used, with a last one that has no line end.
    public var linesUsed: Int { nextLine - (endsInLine ? 1 : 0) }
    /// Bytes of the source that were used.
    public var bytesUsed: Int { nextOffset }

    /// The next record or flaw.
    public mutating func next() throws -> Item {
        line = nextLine
        offset = nextOffset
        let start = buffer.start
        guard start < buffer.end else { return buffer.isAtEnd ? .end : .more }
        let window = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)
        switch scanner.scan(window.bytes, from: start, atEnd: buffer.isAtEnd, into: &cells) {
        case .record(let end, let next, let lines):
            if end - start > Self.longestRecord { return try rejectOverflow(before: end) }
            use(upTo: next, lines: lines)
            return .record(start..<end)
        case .strayQuote(let quote):
            return try rejectLine(.strayQuote, "a cell goes on after its closing quote", at: quote)
        case .unclosedQuote(let quote):
            return try rejectLine(.unclosedQuote, "a quoted cell is never closed", at: quote)
        case .incomplete:
            return buffer.count > Self.longestRecord ? try rejectOverflow(before: buffer.end) : .more
        }
    }

    /// Reads on, waiting where nothing is there yet.
    public mutating func fill() throws {
        _ = try buffer.fill(limit: Self.longestRecord + (1 << 16))
    }

    private mutating func use(upTo next: Int, lines: Int) {
        if isWide {
            let window = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)
            nextOffset += window.bytes.utf16Size(buffer.start..<next)
        } else {
            nextOffset += next - buffer.start
        }
        nextLine += lines
        if next == buffer.end, next > buffer.start {
            let last = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)[next - 1]
            endsInLine = last == scanner.dialect.recordEnd
        }
        buffer.use(upTo: next)
    }

    /// The record does not end within the limit: either a quote was not closed before `end`, or the line itself is too
    /// long.
    private mutating func rejectOverflow(before end: Int) throws -> Item {
        let start = buffer.start
        let window = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)
        if window.bytes.firstIndex(of: scanner.dialect.recordEnd, in: start..<end) != nil {
            return try rejectLine(
                .unclosedQuote, "a quoted cell is not closed within \(Self.longestRecord) bytes", at: start)
        }
        return try rejectLine(.lineTooLong, "the line is over \(Self.longestRecord) bytes", at: start)
    }

    /// Sets aside the physical line that the record began on and goes on after it.
    private mutating func rejectLine(_ code: RejectCode, _ detail: String, at place: Int) throws -> Item {
        let start = buffer.start
        let column = place - start + 1
        let text = code == .lineTooLong ? detail : "\(detail) (byte \(column) of the row)"
        while true {
            let window = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)
            let from = buffer.start
            if let end = window.bytes.firstIndex(of: scanner.dialect.recordEnd, in: from..<buffer.end) {
                use(upTo: end + 1, lines: 1)
                return .flaw(code, range: from..<end, size: end - from, detail: text)
            }
            if buffer.isAtEnd {
                let end = buffer.end
                use(upTo: end, lines: 0)
                return .flaw(code, range: from..<end, size: end - from, detail: text)
            }
            if try buffer.fill(limit: Self.longestRecord + (1 << 16)) || buffer.isAtEnd { continue }
            return try skipLongLine(text)
        }
    }

    /// Passes over a line that does not fit the window, and keeps its first 4 KiB at the window's front.
    private mutating func skipLongLine(_ detail: String) throws -> Item {
        let head = min(buffer.end - buffer.start, Reject.rawLimit)
        let kept = UnsafeRawBufferPointer(start: buffer.address + buffer.start, count: head).map { $0 }
        var size = 0
        while true {
            let window = UnsafeRawBufferPointer(start: buffer.address, count: buffer.end)
            if let end = window.bytes.firstIndex(of: scanner.dialect.recordEnd, in: buffer.start..<buffer.end) {
                size += end - buffer.start
                use(upTo: end + 1, lines: 1)
                break
            }
            size += buffer.end - buffer.start
            use(upTo: buffer.end, lines: 0)
            guard try buffer.fill(limit: Self.longestRecord) else { break }
        }
        longHead = kept
        return .flaw(.lineTooLong, range: 0..<0, size: size, detail: detail)
    }

    /// The first 4 KiB of the last line that was too long to keep.
    public private(set) var longHead: [UInt8] = []
}
