/// Exact decimal numbers with four places: an integer count of ten-thousandths.
///
/// Prices and amounts are held so and never as floating point, so that sums match to the penny. The range of a
/// single value is that of `Int64` (922 trillion); sums are kept in `Int128`.
public enum Decimal4 {
    /// Ten-thousandths in one.
    public static let scale: Int64 = 10_000

    /// Why a text is not a decimal of four places.
    public enum Flaw: Error, Equatable {
        /// Not a number at all.
        case malformed
        /// More than four places that are not zero.
        case tooPrecise
        /// Past what 64 bits hold.
        case outOfRange
    }

    /// Reads `range` of `line`: an optional sign, digits, and a fraction after `mark` with up to four places
    /// that are not zero; an exponent (as `jq` may write) is taken too.
    @inlinable public static func parse(_ line: RawSpan, _ range: Range<Int>, mark: UInt8 = 0x2E) throws(Flaw) -> Int64
    {
        var index = range.lowerBound
        let end = range.upperBound
        guard index < end else { throw .malformed }
        let negative = line[index] == 0x2D
        if negative || line[index] == 0x2B { index += 1 }
        var value: Int64 = 0
        let wholeStart = index
        while index < end, line[index] &- 0x30 < 10 {
            value = value &* 10 &+ Int64(line[index] &- 0x30)
            index += 1
        }
        let wholeDigits = index - wholeStart
        guard wholeDigits <= 14 else { return try parseSlowly(line, range, mark: mark) }
        var places = 0
        if index < end, line[index] == mark {
            index += 1
            while index < end, places < 4, line[index] &- 0x30 < 10 {
                value = value &* 10 &+ Int64(line[index] &- 0x30)
                index += 1
                places += 1
            }
        }
        guard index == end, wholeDigits + places > 0 else { return try parseSlowly(line, range, mark: mark) }
        while places < 4 {
            value &*= 10
            places += 1
        }
        return negative ? -value : value
    }

    /// The same for long fractions, exponents and wide numbers, one digit at a time with every overflow seen.
    @usableFromInline @inline(never) static func parseSlowly(_ line: RawSpan, _ range: Range<Int>, mark: UInt8)
        throws(Flaw) -> Int64
    {
        var digits = Digits()
        try digits.read(line, range, mark: mark)
        return try digits.scaled()
    }

    /// Appends `value` (ten-thousandths) as JSON number text with no more places than it needs.
    public static func append(_ value: Int64, to out: inout ByteBuffer) {
        if value < 0 { out.append(0x2D) }
        let magnitude = value.magnitude
        out.append(unsigned: magnitude / 10_000)
        var fraction = Int(magnitude % 10_000)
        guard fraction != 0 else { return }
        out.append(0x2E)
        var divisor = 1000
        while fraction != 0 {
            out.append(UInt8(0x30 + fraction / divisor))
            fraction %= divisor
            divisor /= 10
        }
    }

    /// A sum as text with all four places, as the ledger carries money: `9747747.9340`.
    public static func text(_ sum: Int128) -> String {
        let magnitude = sum.magnitude
        let fraction = String(magnitude % 10_000)
        let padding = String(repeating: "0", count: 4 - fraction.utf8.count)
        return "\(sum < 0 ? "-" : "")\(magnitude / 10_000).\(padding)\(fraction)"
    }

    /// Reads the ledger's form back; nil where the text is not one, or does not fit.
    public static func sum(_ text: String) -> Int128? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : "0"
        guard let first = parts.first, let whole = Int128(first), (1...4).contains(fraction.utf8.count),
            fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let places = Int128(fraction + String(repeating: "0", count: 4 - fraction.utf8.count))
        else { return nil }
        let (scaled, isTooWide) = whole.multipliedReportingOverflow(by: 10_000)
        let (sum, overflows) =
            first.hasPrefix("-")
            ? scaled.subtractingReportingOverflow(places) : scaled.addingReportingOverflow(places)
        return isTooWide || overflows ? nil : sum
    }
}

/// A decimal number as its digits and the power of ten they are scaled by.
private struct Digits {
    var negative = false
    var value: Int128 = 0
    var exponent = 0

    mutating func read(_ line: RawSpan, _ range: Range<Int>, mark: UInt8) throws(Decimal4.Flaw) {
        var index = range.lowerBound
        let end = range.upperBound
        if index < end, line[index] == 0x2D || line[index] == 0x2B {
            negative = line[index] == 0x2D
            index += 1
        }
        var seen = 0
        var inFraction = false
        while index < end {
            let byte = line[index]
            if byte == mark, !inFraction {
                inFraction = true
            } else if byte &- 0x30 < 10 {
                seen += 1
                guard value < 1_000_000_000_000_000_000_000_000_000_000 else { throw .outOfRange }
                value = value * 10 + Int128(byte - 0x30)
                if inFraction { exponent -= 1 }
            } else if byte | 0x20 == 0x65, seen > 0 {
                guard let power = Int(line.text(index + 1..<end)), power.magnitude < 40 else { throw .malformed }
                exponent += power
                break
            } else {
                throw .malformed
            }
            index += 1
        }
        guard seen > 0 else { throw .malformed }
    }

    func scaled() throws(Decimal4.Flaw) -> Int64 {
        var result = value
        var power = exponent + 4
        while power < 0, result != 0 {
            guard result % 10 == 0 else { throw .tooPrecise }
            result /= 10
            power += 1
        }
        while power > 0, result != 0 {
            result *= 10
            power -= 1
            guard result <= Int128(Int64.max) else { throw .outOfRange }
        }
        guard let exact = Int64(exactly: negative ? -result : result) else { throw .outOfRange }
        return exact
    }
}
