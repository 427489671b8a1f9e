/// Ten years, in seconds. What is longer is a slip of the pen, and would not fit where nanoseconds are counted.
let longestSpan: Int64 = 3652 * 86400

/// Reads a span of time: `90s`, `15m`, `6h`, `1d`, `2w`, or several of them from long to short, `1h30m`. Days are 24
/// hours. The result is in seconds, at least 1 and at most ten years.
public func spanOfTime(_ text: String) throws(ScheduleFlaw) -> Int64 {
    let units: [(name: Character, seconds: Int64)] = [("w", 604_800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1)]
    let flaw = ScheduleFlaw("found '\(text)'; expected a span of time like 30s, 15m, 6h, 1d or 1h30m")
    var total: Int64 = 0
    var rest = text[...]
    var used = 0
    while !rest.isEmpty {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard let number = Int64(digits), number <= longestSpan, let letter = rest.first,
            let unit = units[used...].firstIndex(where: { $0.name == letter })
        else { throw flaw }
        total += number * units[unit].seconds
        used = unit + 1
        rest = rest.dropFirst()
    }
    guard total > 0 else { throw flaw }
    guard total <= longestSpan else {
        throw ScheduleFlaw("found '\(text)'; expected a span of time of at most ten years, \(spanText(longestSpan))")
    }
    return total
}

/// A span of time as people write it: `1h30m`.
public func spanText(_ seconds: Int64) -> String {
    var rest = max(seconds, 0)
    var text = ""
    for (name, size) in [("d", 86400), ("h", 3600), ("m", 60)] as [(String, Int64)] where rest >= size {
        text += "\(rest / size)\(name)"
        rest %= size
    }
    return rest > 0 || text.isEmpty ? "\(text)\(rest)s" : text
}
