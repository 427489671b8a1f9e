extension ByteBuffer {
    /// Appends `value` in decimal.
    @inlinable public mutating func append(unsigned value: UInt64) {
        reserve(20)
        if value < 10 {
            append(UInt8(truncatingIfNeeded: value) &+ 0x30)
            return
        }
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, value >= bound {
            digits += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var rest = value
        var index = count + digits
        setCount(index)
        while digits > 0 {
            index -= 1
            digits -= 1
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30, toByteOffset: index, as: UInt8.self)
            rest /= 10
        }
    }

    /// Appends `value` in decimal with its sign where it is negative.
    @inlinable public mutating func append(integer value: Int64) {
        if value < 0 { append(0x2D) }
        append(unsigned: value.magnitude)
    }

    /// Appends `value` as exactly `width` decimal digits; the caller makes sure that it fits.
    @inlinable public mutating func append(_ value: Int, width: Int) {
        reserve(width)
        var rest = value
        var index = count + width
        let first = count
        setCount(index)
        while index > first {
            index -= 1
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30, toByteOffset: index, as: UInt8.self)
            rest /= 10
        }
    }
}

extension RawSpan {
    /// The integer in `range`: an optional sign and digits, nothing else; nil where it is not one or does not fit.
    @inlinable public func integer(_ range: Range<Int>) -> Int64? {
        var index = range.lowerBound
        let end = range.upperBound
        guard index < end else { return nil }
        let negative = self[index] == 0x2D
        if negative || self[index] == 0x2B { index += 1 }
        guard index < end, end - index <= 18 else { return nil }
        var value: Int64 = 0
        while index < end {
            let digit = self[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        return negative ? -value : value
    }
}
