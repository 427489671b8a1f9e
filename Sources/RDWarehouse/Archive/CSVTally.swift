/// Counts the records of a CSV text and adds up one of its columns, fed piece by piece.
struct CSVTally {
    /// Records so far, the header among them.
    private(set) var records = 0
    /// The sum of the column, in ten thousandths.
    private(set) var sum: Int128 = 0
    private let column: Int
    private var place = 0
    private var isQuoted = false
    private var isHeader = true
    private var value: Int128 = 0
    private var isNegative = false
    /// Digits after the point; nil before it.
    private var places: Int?

    /// Adds up the column at this place, from 0; none where it is nil.
    init(summing column: Int?) { self.column = column ?? -1 }

    /// Takes the next bytes.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()  // a doubled quote closes and opens again
            } else if isQuoted {
                continue
            } else if byte == UInt8(ascii: ",") {
                if place == column { endNumber() }
                place += 1
            } else if byte == UInt8(ascii: "\n") {
                endRecord()
            } else if place == column {
                addDigit(byte)
            }
        }
    }

    private mutating func endRecord() {
        if place == column { endNumber() }
        place = 0
        records += 1
        isHeader = false
    }

    private mutating func addDigit(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            value = value &* 10 &+ Int128(byte - UInt8(ascii: "0"))
            places = places.map { $0 + 1 }
        case UInt8(ascii: "-"): isNegative = true
        case UInt8(ascii: "."): places = 0
        default: break
        }
    }

    private mutating func endNumber() {
        if !isHeader {
            for _ in (places ?? 0)..<max(places ?? 0, 4) { value = value &* 10 }
            sum &+= isNegative ? 0 &- value : value
        }
        value = 0
        isNegative = false
        places = nil
    }
}
