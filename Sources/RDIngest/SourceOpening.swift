import RDBytes
import RDRecord

/// A file whose form has been found out, ready to give its records.
struct OpenedSource: ~Copyable {
    var reader: DelimitedReader
    let header: Header
    let decisions: [Decision]
    let order: DateOrder
    let mark: UInt8
    let encoding: EncodingState
}

/// What is known about the encoding while records come.
enum EncodingState: Equatable {
    /// All bytes so far are ASCII; the first that is not decides.
    case undecided
    /// Decided; `proof` is the line or the evidence it was decided from, nil where it is pinned or proved by the whole
    /// file.
    case decided(TextEncoding, proof: String?)
}

/// Finds out the form of one file: encoding, delimiter, quotes, header, order of dates, decimal mark.
struct SourceOpener {
    let schema: SalesSchema
    let pins: IngestPins
    let sniffBytes: Int
    /// Bytes that the dialect is looked for in.
    static let dialectBytes = 1 << 16

    /// Opens `input`, of which `source` gives the bytes.
    func open(_ input: InputFile, _ source: any ByteSource) throws -> OpenedSource {
        var buffer = ReadBuffer(source)
        while buffer.count < Self.dialectBytes, try buffer.fill(limit: 1 << 18) {}
        guard buffer.count > 0 else {
            throw RDError(.data, "\(input.uri) is empty: it has no header", remedy: "check what should have filled it")
        }
        let (encoding, decision, bom) = try encoding(of: input, buffer)
        if encoding.isWide {
            let rest = Array(buffer.unused.dropFirst(bom))
            buffer = ReadBuffer(UTF16Source(PrefixedSource(rest, then: source), bigEndian: encoding == .utf16BigEndian))
            while buffer.count < Self.dialectBytes, try buffer.fill(limit: 1 << 18) {}
        } else {
            buffer.use(upTo: buffer.start + bom)
        }
        let sniffer = DialectSniffer(schema: schema, pins: pins, file: input.uri)
        let window = buffer.unused
        let finding = try sniffer.sniff(
            window.bytes.extracting(first: Self.dialectBytes), encoding,
            atEnd: buffer.isAtEnd && window.count <= Self.dialectBytes)
        let header = try Header(finding.header, schema: schema, file: input.uri)
        let values = try lookAtValues(input, &buffer, finding.dialect, header, encoding, bom)
        let dates = try values.dateDecision(pins, file: input.uri)
        let mark = try values.markDecision(pins, file: input.uri)
        var reader = DelimitedReader(buffer, dialect: finding.dialect, offset: bom, isWide: encoding.isWide)
        try skipHeader(&reader, input.uri)
        return OpenedSource(
            reader: reader, header: header, decisions: [decision] + finding.decisions + [dates, mark],
            order: DateOrder(rawValue: dates.value)!, mark: mark.value.utf8.first!,
            encoding: state(encoding, decision, input))
    }

    private func state(_ encoding: TextEncoding, _ decision: Decision, _ input: InputFile) -> EncodingState {
        if decision.value == "us-ascii" { return .undecided }
        let isCertain = pins.encoding != nil || encoding.isWide || input.evidence != nil
        return .decided(encoding, proof: isCertain ? nil : decision.evidence)
    }

    private func skipHeader(_ reader: inout DelimitedReader, _ file: String) throws {
        while true {
            switch try reader.next() {
            case .record: return
            case .more: try reader.fill()
            case .flaw(_, _, _, let detail): throw RDError(.data, "\(file):1: the header cannot be read: \(detail)")
            case .end: return
            }
        }
    }

    /// The encoding, how it was found out, and the size of a byte order mark.
    private func encoding(of input: InputFile, _ buffer: borrowing ReadBuffer) throws -> (TextEncoding, Decision, Int) {
        let start = Array(buffer.unused.prefix(4096))
        let mark = Self.byteOrderMark(start)
        func decide(_ value: String, _ why: String) -> Decision {
            Decision("encoding", value, evidence: why, flag: "--encoding")
        }
        if let pinned = pins.encoding {
            let size = mark?.encoding == pinned ? mark!.size : 0
            return (pinned, decide(pinned.rawValue, Decision.pinned), size)
        }
        if let mark { return (mark.encoding, decide(mark.encoding.rawValue, "byte order mark"), mark.size) }
        if let wide = Self.wideWithoutMark(start) {
            return (wide, decide(wide.rawValue, "every other one of the first bytes is zero"), 0)
        }
        if Self.isCompressed(start) {
            throw RDError(.data, "\(input.uri) is compressed", remedy: "decompress it: gzip -dc FILE | rd-ingest -")
        }
        var evidence = TextEvidence()
        // No more than is always there, or the decision would depend on how fast a pipe is filled.
        evidence.update(buffer.unused.bytes.extracting(first: Self.dialectBytes))
        if let whole = input.evidence { evidence = whole }
        guard let found = evidence.encoding else {
            if input.evidence != nil { return (.utf8, decide("utf-8", evidence.words), 0) }
            return (.utf8, decide("us-ascii", evidence.words + "; the first byte above 0x7F decides"), 0)
        }
        return (found, decide(found.rawValue, evidence.words), 0)
    }

    private static func byteOrderMark(_ start: [UInt8]) -> (encoding: TextEncoding, size: Int)? {
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if start.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if start.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return nil
    }

    private static func wideWithoutMark(_ start: [UInt8]) -> TextEncoding? {
        guard start.count >= 8 else { return nil }
        let pairs = start.count / 2
        let even = (0..<pairs).count { start[2 * $0] == 0 }
        let odd = (0..<pairs).count { start[2 * $0 + 1] == 0 }
        if odd * 10 > pairs * 9, even * 10 < pairs { return .utf16LittleEndian }
        if even * 10 > pairs * 9, odd * 10 < pairs { return .utf16BigEndian }
        return nil
    }

    private static func isCompressed(_ start: [UInt8]) -> Bool {
        [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]].contains {
            start.starts(with: $0)
        }
    }
}

extension SourceOpener {
    /// Looks at values as far as it takes: in a file that can be opened again, to its end; on a pipe, in a window of at
    /// most `sniffBytes`, which is then read from where it stands.
    private func lookAtValues(
        _ input: InputFile, _ buffer: inout ReadBuffer, _ dialect: CSVDialect, _ header: Header,
        _ encoding: TextEncoding, _ bom: Int
    ) throws -> ValueSniffer {
        if let again = try input.reopen?() {
            let source: any ByteSource =
                encoding.isWide ? UTF16Source(again, bigEndian: encoding == .utf16BigEndian) : again
            return try sniff(ReadBuffer(source), dialect, header)
        }
        while true {
            let window = WindowSource(buffer.unused, isWhole: buffer.isAtEnd, recordEnd: dialect.recordEnd)
            let found = try sniff(ReadBuffer(window), dialect, header)
            if found.isDone || buffer.isAtEnd || buffer.count >= sniffBytes { return found }
            let goal = min(max(buffer.count * 2, 1 << 18), sniffBytes)
            while buffer.count < goal, try buffer.fill(limit: sniffBytes) {}
            if buffer.count < goal, !buffer.isAtEnd { return found }
        }
    }

    private func sniff(_ buffer: consuming ReadBuffer, _ dialect: CSVDialect, _ header: Header) throws
        -> ValueSniffer
    {
        var sniffer = ValueSniffer(header, datesArePinned: pins.dates != nil)
        var reader = DelimitedReader(buffer, dialect: dialect)
        try skipHeader(&reader, "")
        try sniffer.read(&reader)
        return sniffer
    }
}

/// Gives the bytes of a window, up to the last line end where more may follow.
private final class WindowSource: ByteSource {
    private let bytes: UnsafeRawBufferPointer
    private var given = 0

    init(_ window: UnsafeRawBufferPointer, isWhole: Bool, recordEnd: UInt8) {
        let end = isWhole ? nil : window.lastIndex(of: recordEnd)
        bytes = UnsafeRawBufferPointer(rebasing: window[..<(end.map { $0 + 1 } ?? window.count)])
    }

    var wouldWait: Bool { false }

    func read(into space: UnsafeMutableRawBufferPointer) -> Int {
        let size = min(space.count, bytes.count - given)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[given..<given + size]))
        given += size
        return size
    }
}
