import RDBytes
import RDQuality
import RDRecord

/// Rows that are set aside, and when they are too many.
extension Ingest {
    @inline(never)
    mutating func reject(
        _ flaw: RowConverter.Flaw, _ raw: RawSpan, _ line: Int, _ offset: Int, _ input: InputFile, _ text: RowText,
        isShown: Bool = false
    ) throws {
        let (place, start) = place(linesBefore + line, bytesBefore + offset)
        let record = Reject(
            stage: "ingest", line: place, offset: start, code: flaw.code, field: flaw.field, detail: flaw.detail)
        rejects.add(flaw.code)
        gate.reject(flaw.code, flaw.field, isShown: isShown)
        if !settings.isBare {
            var decoded = ByteBuffer(capacity: raw.byteCount + 64)
            text.appendReadable(raw, to: &decoded)
            let size = raw.byteCount
            decoded.withSpan { record.append(to: &out, raw: $0, size: max(size, $0.byteCount)) }
        }
        guard settings.limit == .count(0) || isOverLimit else { return }
        let column = flaw.field.map { ", column \($0)" } ?? ""
        throw RDError(
            .data,
            "\(input.uri):\(line): byte \(offset)\(column): \(flaw.code.rawValue): \(flaw.detail)"
                + (settings.limit == .count(0) ? "" : "; that is \(rejects.total) bad rows of \(rows)"),
            remedy: "mend the row, or let it be set aside with --on-error reject and a higher --max-errors")
    }

    /// The line and byte offset of the present row in the source: those given, but for rows that are read anew.
    func place(_ line: Int, _ offset: Int) -> (line: Int, offset: Int?) {
        guard let rows = settings.origin?.rows else { return (line, offset) }
        let row = rows[min(self.rows, rows.count) - 1]
        return (row.line, row.offset)
    }

    var isOverLimit: Bool {
        if case .count(let count) = settings.limit { rejects.total > count } else { false }
    }

    mutating func rejectFlaw(
        _ reader: borrowing DelimitedReader, _ code: RejectCode, _ range: Range<Int>, _ size: Int, _ detail: String,
        _ input: InputFile, _ text: RowText
    ) throws {
        rows += 1
        let sized = code == .lineTooLong ? "\(detail): \(size) bytes" : detail
        let flaw = RowConverter.Flaw(code: code, field: nil, detail: sized)
        let line = reader.line
        let offset = reader.offset
        guard code == .lineTooLong, range.isEmpty else {
            let window = UnsafeRawBufferPointer(start: reader.address, count: reader.windowEnd)
            return try reject(flaw, window.bytes.extracting(range), line, offset, input, text)
        }
        let head = reader.longHead
        try head.withUnsafeBytes { bytes in
            try reject(flaw, bytes.bytes, line, offset, input, text)
        }
    }

    func contradiction(_ written: String, _ line: Int, _ file: String, _ proof: String) -> RDError {
        RDError(
            .data, "\(file): the order of dates is not one: \(proof), but line \(line): \(written)",
            remedy: "mend the file, or pin the order with --dates us or --dates eu to set such rows aside")
    }

}
