import RDBytes
import RDRecord

/// What a description is worth: a better one is never replaced by a worse one, however late that comes.
enum DescriptionWorth: Int8 {
    /// There is none, or what stands in for a missing one.
    case none
    /// A note about stock: `damaged`, `lost`, `?`.
    case note
    /// What the product is called.
    case name

    /// The worth of the description at `range`, from the mark that `rd-clean` leaves on notes. In a stream that it has
    /// not seen (`marksNotes` is false) an adjustment's description without an upper case letter is a note as well.
    @inline(__always)
    init(_ line: RawSpan, _ range: Range<Int>?, _ type: TransactionType, _ table: FieldTable, marksNotes: Bool) {
        guard let range, !Self.isPlaceholder(line, range, table) else {
            self = .none
            return
        }
        let mark = table[Field.note]
        if mark.kind == .bool {
            self = line[mark.range.lowerBound] == UInt8(ascii: "t") ? .note : .name
        } else if type == .adjustment, !marksNotes {
            self = Self.hasUpperCase(line, range, table[Field.description]) ? .name : .note
        } else {
            self = .name
        }
    }

    /// `rd-clean` says which columns it filled, in their order; the word itself is what its rules put there at first.
    @inline(__always)
    private static func isPlaceholder(_ line: RawSpan, _ range: Range<Int>, _ table: FieldTable) -> Bool {
        if range.count == 7, line.equals(range, "Unknown") { return true }
        let imputed = table[Field.imputed]
        return imputed.kind == .nested && isListed(line, imputed.range)
    }

    /// True where `description` is in the list of names at `range`.
    private static func isListed(_ line: RawSpan, _ range: Range<Int>) -> Bool {
        let name: StaticString = "\"description\""
        let size = name.utf8CodeUnitCount
        guard range.count > size else { return false }
        return (range.lowerBound...range.upperBound - size).contains { line.equals($0..<$0 + size, name) }
    }

    @inline(never) private static func hasUpperCase(_ line: RawSpan, _ range: Range<Int>, _ value: FieldValue) -> Bool {
        guard value.kind == .escapedString else { return line.extracting(range).hasUpperCase }
        var plain = ByteBuffer(capacity: range.count)
        plain.appendUnescaped(line, range)
        return plain.bytes.bytes.hasUpperCase
    }
}
