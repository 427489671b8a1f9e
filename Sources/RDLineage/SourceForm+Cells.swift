import RDBytes

extension SourceForm {
    /// The texts of a record's cells as they stand, without quotes around them.
    func cells(of record: [UInt8]) -> [String] {
        var text = ByteBuffer(capacity: record.count * 2 + 8)
        text.append(text: self.text(of: record))
        var cells = CellTable()
        let scanner = CSVScanner(dialect)
        return text.withSpan { span in
            guard case .record = scanner.scan(span, from: 0, atEnd: true, into: &cells) else { return [] }
            return (0..<cells.count).map { index in
                let cell = cells[index]
                guard cell.doubled, let quote = dialect.quote else { return span.text(cell.range) }
                let one = String(decoding: [quote], as: UTF8.self)
                return span.text(cell.range).replacing(one + one, with: one)
            }
        }
    }

    /// A record's bytes as text, in the encoding that the source was read in.
    public func text(of record: [UInt8]) -> String {
        record.withUnsafeBytes { bytes in
            switch encoding {
            case .latin1, .windows1252:
                var text = ByteBuffer(capacity: record.count * 2 + 8)
                text.appendDecoded(bytes.bytes, 0..<bytes.count, from: encoding ?? .latin1)
                return text.text
            case .utf16LittleEndian, .utf16BigEndian:
                return Self.utf16(bytes, bigEndian: encoding == .utf16BigEndian)
            default: return bytes.bytes.text
            }
        }
    }

    private static func utf16(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool) -> String {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
            let low = UInt16(bytes[bigEndian ? index + 1 : index])
            return low | UInt16(bytes[bigEndian ? index : index + 1]) << 8
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// What `rd-ingest` did to a cell, in words.
    func rule(_ column: String, _ cell: String, _ value: JSONValue) -> String {
        if value == .null { return "an empty cell is null" }
        switch column {
        case "invoice_date":
            let order = decisions["date_order"].map { " as \($0)" } ?? ""
            return "read\(order), written as ISO 8601"
        case "quantity", "unit_price":
            let mark = column == "unit_price" && decisions["decimal_mark"] == "," ? ", the comma is a decimal mark" : ""
            return "a number in its shortest form\(mark)"
        default: return "blanks around it taken off"
        }
    }
}
