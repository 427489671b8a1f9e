public import RDBytes
import RDRecord

/// Reads on in a text until its values say in which order dates are written and which mark decimals have.
public struct ValueSniffer {
    /// What proves an order of dates.
    public struct DateProof: Equatable, Sendable {
        /// The order.
        public var order: DateOrder
        /// The line that proves it.
        public var line: Int
        /// The date on that line.
        public var text: String
    }

    /// What proves the order of dates; nil where nothing did.
    public private(set) var dates: DateProof?
    /// True where some date could be read in two ways.
    public private(set) var sawAmbiguous = false
    /// The first date that could be read in two ways.
    public private(set) var firstAmbiguous: (line: Int, text: String)?
    /// The line and text of the first decimal written with a point, and with a comma.
    public private(set) var point: (line: Int, text: String)?
    /// The same of the first written with a comma.
    public private(set) var comma: (line: Int, text: String)?
    private var rows = 0
    private let header: Header
    private let settled: Bool

    /// A sniffer for records of this header. `datesArePinned` leaves the dates alone.
    public init(_ header: Header, datesArePinned: Bool) {
        self.header = header
        settled = datesArePinned
    }

    /// True where nothing more can be learnt: the dates are decided, and a thousand rows have shown their decimals.
    public var isDone: Bool { (settled || dates != nil) && (rows >= 1000 || point != nil) }

    /// Reads records until everything is known or the text ends.
    public mutating func read(_ reader: inout DelimitedReader) throws {
        while !isDone {
            switch try reader.next() {
            case .end: return
            case .flaw: continue
            case .more: try reader.fill()
            case .record:
                let window = UnsafeRawBufferPointer(start: reader.address, count: reader.windowEnd)
                look(window.bytes, reader.cells, line: reader.line)
            }
        }
    }

    private mutating func look(_ window: RawSpan, _ cells: borrowing CellTable, line: Int) {
        guard cells.count == header.names.count else { return }
        rows += 1
        if !settled, dates == nil, let cell = header.cells[Field.invoiceDate] {
            lookAtDate(window, window.trimmed(cells[cell].range), line)
        }
        if let cell = header.cells[Field.unitPrice] {
            let range = window.trimmed(cells[cell].range)
            if point == nil, window.firstIndex(of: 0x2E, in: range) != nil { point = (line, window.text(range)) }
            if comma == nil, window.firstIndex(of: 0x2C, in: range) != nil { comma = (line, window.text(range)) }
        }
    }

    private mutating func lookAtDate(_ window: RawSpan, _ range: Range<Int>, _ line: Int) {
        guard let written = WrittenDate(window, range) else { return }
        if let order = written.proves {
            if order != .iso || !sawAmbiguous { dates = DateProof(order: order, line: line, text: window.text(range)) }
        } else if written.timestamp(.us) != nil, firstAmbiguous == nil {
            sawAmbiguous = true
            firstAmbiguous = (line, window.text(range))
        }
    }
}

extension ValueSniffer {
    /// The order of dates as a decision; exit 65 where the text has dates and none proves an order.
    public func dateDecision(_ pins: IngestPins, file: String) throws(RDError) -> Decision {
        if let pinned = pins.dates {
            return Decision("date_order", pinned.rawValue, evidence: Decision.pinned, flag: "--dates")
        }
        if let dates {
            let why = "line \(dates.line): \(dates.text)"
            return Decision("date_order", dates.order.rawValue, evidence: why, flag: "--dates")
        }
        if let firstAmbiguous {
            throw RDError(
                .data,
                "\(file): the order of dates cannot be told: '\(firstAmbiguous.text)' on line \(firstAmbiguous.line) "
                    + "and every other date looked at reads as month first and as day first",
                remedy: "give --dates us (month first) or --dates eu (day first), or a larger --sniff-bytes on a pipe")
        }
        return Decision("date_order", DateOrder.iso.rawValue, evidence: "no date seen", flag: "--dates")
    }

    /// The mark of decimals as a decision; exit 65 where a comma may as well part the thousands.
    public func markDecision(_ pins: IngestPins, file: String) throws(RDError) -> Decision {
        let flag = "--decimal-mark"
        if let pinned = pins.decimalMark {
            let value = String(decoding: [pinned], as: UTF8.self)
            return Decision("decimal_mark", value, evidence: Decision.pinned, flag: flag)
        }
        if let point {
            return Decision("decimal_mark", ".", evidence: "line \(point.line): \(point.text)", flag: flag)
        }
        guard let comma else { return Decision("decimal_mark", ".", evidence: "no mark seen", flag: flag) }
        let places = comma.text.split(separator: ",", omittingEmptySubsequences: false).last?.count ?? 0
        guard places != 3 else {
            throw RDError(
                .data, "\(file): '\(comma.text)' on line \(comma.line) may be a decimal or have its thousands parted",
                remedy: "give --decimal-mark comma or --decimal-mark point")
        }
        return Decision("decimal_mark", ",", evidence: "line \(comma.line): \(comma.text)", flag: flag)
    }
}
