/// A cell of a delimited record: where its content stands in the buffer.
public struct CSVCell: Equatable, Sendable {
    /// First byte of the content, inside quotes where there are any.
    public var start: Int
    /// Past the last byte of the content.
    public var end: Int
    /// True where the cell stood in quotes.
    public var quoted: Bool
    /// True where the content has doubled quotes that stand for one.
    public var doubled: Bool

    /// A cell with its content at `start..<end`.
    @inlinable public init(start: Int, end: Int, quoted: Bool, doubled: Bool) {
        self.start = start
        self.end = end
        self.quoted = quoted
        self.doubled = doubled
    }

    /// Where the content stands.
    @inlinable public var range: Range<Int> { start..<end }
}

/// The cells of one record. Raw memory, so that handing it on costs no retain.
public struct CellTable: ~Copyable {
    private var base: UnsafeMutablePointer<CSVCell>
    private var capacity = 32
    /// How many cells there are.
    public private(set) var count = 0

    /// No cells.
    public init() { base = .allocate(capacity: 32) }

    deinit { base.deallocate() }

    /// The cell at `index`, bounds-checked.
    public subscript(index: Int) -> CSVCell {
        get {
            precondition(index >= 0 && index < count)
            return base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// True where some cell has doubled quotes in it.
    public private(set) var hasDoubledQuotes = false

    /// Forgets all cells.
    @inline(__always) public mutating func removeAll() {
        count = 0
        hasDoubledQuotes = false
    }

    /// Adds a cell.
    @inline(__always) public mutating func append(_ cell: CSVCell) {
        if count == capacity { grow() }
        base[count] = cell
        count += 1
        if cell.doubled { hasDoubledQuotes = true }
    }

    @inline(never) private mutating func grow() {
        let next = UnsafeMutablePointer<CSVCell>.allocate(capacity: capacity * 2)
        next.moveInitialize(from: base, count: count)
        base.deallocate()
        base = next
        capacity *= 2
    }
}

/// How the cells and records of a delimited text are told apart.
public struct CSVDialect: Equatable, Sendable {
    /// Between cells: comma, semicolon, tab or pipe.
    public var delimiter: UInt8
    /// Around cells; nil where quotes mean nothing.
    public var quote: UInt8?
    /// Between records: LF (with or without a CR before it), or CR alone.
    public var recordEnd: UInt8

    /// A dialect; RFC 4180 by default.
    public init(delimiter: UInt8 = 0x2C, quote: UInt8? = 0x22, recordEnd: UInt8 = 0x0A) {
        self.delimiter = delimiter
        self.quote = quote
        self.recordEnd = recordEnd
    }
}

/// Splits delimited text into records and cells by RFC 4180.
///
/// A quote inside an unquoted cell is text (`5" nail`), as spreadsheets write it. Anything but a delimiter or the
/// record's end after a closing quote is a flaw of that record.
public struct CSVScanner: Sendable {
    /// What the scanner found at a place.
    public enum Outcome: Equatable, Sendable {
        /// A record: its content ends at `contentEnd`, the next begins at `next`, `lines` line ends were passed.
        case record(contentEnd: Int, next: Int, lines: Int)
        /// The record does not end in these bytes.
        case incomplete
        /// A quoted cell was opened at `quote` and the bytes ended before it was closed.
        case unclosedQuote(quote: Int)
        /// Something other than a delimiter follows the closing quote at `quote`.
        case strayQuote(quote: Int)
    }

    /// How cells and records are told apart.
    public let dialect: CSVDialect

    /// A scanner for texts of this dialect.
    public init(_ dialect: CSVDialect) { self.dialect = dialect }

    /// Reads the record that begins at `start`, its cells into `cells` (emptied first). `atEnd` says that no more
    /// bytes follow, so that the last record needs no line end.
    public func scan(_ bytes: RawSpan, from start: Int, atEnd: Bool, into cells: inout CellTable)
        -> Outcome
    {
        cells.removeAll()
        let count = bytes.byteCount
        var index = start
        var lines = 0
        while true {
            if let quote = dialect.quote, index < count, bytes[index] == quote {
                switch quotedCell(bytes, index, quote, atEnd) {
                case .success(let cell):
                    lines += lineEnds(bytes, cell.range)
                    cells.append(cell)
                    index = cell.end + 1
                case .failure(let flaw): return flaw.outcome
                }
            } else {
                let end = cellEnd(bytes, index)
                cells.append(CSVCell(start: index, end: end, quoted: false, doubled: false))
                index = end
            }
            guard index < count else { return atEnd ? finishAtEnd(bytes, index, lines, &cells) : .incomplete }
            if bytes[index] == dialect.delimiter {
                index += 1
                continue
            }
            return finish(bytes, index, lines, atEnd, &cells)
        }
    }

    /// The end of the record at the line end `index` (or, after a quoted cell, at the CR before it).
    @inline(__always) func finish(_ bytes: RawSpan, _ index: Int, _ lines: Int, _ atEnd: Bool, _ cells: inout CellTable)
        -> Outcome
    {
        var next = index
        if bytes[next] == 0x0D, dialect.recordEnd == 0x0A { next += 1 }
        guard next < bytes.byteCount else {
            return atEnd ? .record(contentEnd: index, next: next, lines: lines) : .incomplete
        }
        return .record(contentEnd: dropCR(bytes, index, &cells), next: next + 1, lines: lines + 1)
    }

    /// The end of a last record without a line end.
    @usableFromInline func finishAtEnd(_ bytes: RawSpan, _ index: Int, _ lines: Int, _ cells: inout CellTable)
        -> Outcome
    {
        .record(contentEnd: dropCR(bytes, index, &cells), next: index, lines: lines)
    }

    /// Takes a CR before the line end off the last cell, and says where the record's content ends.
    @inline(__always) func dropCR(_ bytes: RawSpan, _ index: Int, _ cells: inout CellTable) -> Int {
        let last = cells.count - 1
        guard !cells[last].quoted, index > cells[last].start, dialect.recordEnd == 0x0A, bytes[index - 1] == 0x0D
        else { return index }
        cells[last].end = index - 1
        return index - 1
    }

    /// Where the unquoted cell that begins at `start` ends: at a delimiter, a record's end, or the end of the bytes.
    @inline(__always) func cellEnd(_ bytes: RawSpan, _ start: Int) -> Int {
        var index = start
        let count = bytes.byteCount
        while index &+ 8 <= count {
            let word = bytes.word(at: index)
            let special = Swar.equal(word, dialect.delimiter) | Swar.equal(word, dialect.recordEnd)
            if special != 0 { return index &+ special.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count, bytes[index] != dialect.delimiter, bytes[index] != dialect.recordEnd { index &+= 1 }
        return index
    }

    @usableFromInline func lineEnds(_ bytes: RawSpan, _ range: Range<Int>) -> Int {
        var found = 0
        var index = range.lowerBound
        while let at = bytes.firstIndex(of: dialect.recordEnd, in: index..<range.upperBound) {
            found += 1
            index = at + 1
        }
        return found
    }

    @usableFromInline struct Flaw: Error {
        @usableFromInline let outcome: Outcome
    }

    @usableFromInline @inline(never) func quotedCell(_ bytes: RawSpan, _ start: Int, _ quote: UInt8, _ atEnd: Bool)
        -> Result<CSVCell, Flaw>
    {
        let count = bytes.byteCount
        var index = start + 1
        var doubled = false
        while let at = bytes.firstIndex(of: quote, in: index..<count) {
            if at + 1 == count, !atEnd { return .failure(Flaw(outcome: .incomplete)) }
            if at + 1 < count, bytes[at + 1] == quote {
                doubled = true
                index = at + 2
                continue
            }
            guard isCellEnd(bytes, at + 1) else {
                if at + 2 >= count, !atEnd { return .failure(Flaw(outcome: .incomplete)) }
                return .failure(Flaw(outcome: .strayQuote(quote: at)))
            }
            return .success(CSVCell(start: start + 1, end: at, quoted: true, doubled: doubled))
        }
        return .failure(Flaw(outcome: atEnd ? .unclosedQuote(quote: start) : .incomplete))
    }

    private func isCellEnd(_ bytes: RawSpan, _ index: Int) -> Bool {
        guard index < bytes.byteCount else { return true }
        let byte = bytes[index]
        if byte == dialect.delimiter || byte == dialect.recordEnd { return true }
        guard byte == 0x0D, dialect.recordEnd == 0x0A else { return false }
        return index + 1 == bytes.byteCount || bytes[index + 1] == dialect.recordEnd
    }
}
