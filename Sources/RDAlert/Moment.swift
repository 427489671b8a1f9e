import RDBytes

/// `2026-11-23T12:02:03.456Z` of the moment `milliseconds` after 1970.
public func momentText(_ milliseconds: Int64) -> String {
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let whole = rest < 0 ? seconds - 1 : seconds
    let fraction = String(1000 + (rest < 0 ? rest + 1000 : rest)).dropFirst()
    return "\(Timestamp(seconds: whole).text).\(fraction)Z"
}

/// The milliseconds since 1970 of an ISO 8601 moment with its zone, `Z` or `+01:00`; nil where it is none. Fractions past
/// the millisecond are cut.
public func parseMoment(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40 else { return nil }
    guard let local = bytes.withUnsafeBytes({ Timestamp($0.bytes, 0..<19) }) else { return nil }
    var index = 19
    var milliseconds: Int64 = 0
    if bytes[index] == UInt8(ascii: ".") {
        let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty,
            let value = Int64(String(decoding: digits.prefix(3) + [0x30, 0x30], as: UTF8.self).prefix(3))
        else { return nil }
        milliseconds = value
        index += 1 + digits.count
    }
    guard index < bytes.count, let zone = offset(String(decoding: bytes[index...], as: UTF8.self)) else { return nil }
    return (local.seconds - zone) * 1000 + milliseconds
}

/// The seconds that a zone is ahead of UTC: `Z`, `+01:00`, `-0530`, `+01`.
private func offset(_ zone: String) -> Int64? {
    if zone == "Z" || zone == "z" { return 0 }
    guard let sign = zone.first, sign == "+" || sign == "-" else { return nil }
    let digits = zone.dropFirst().filter { $0 != ":" }
    guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
        let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.count == 4 ? digits.suffix(2) : "0"),
        hours < 24,
        minutes < 60
    else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
}

/// `Mon, 23 Nov 2026 12:02:03 +0000`, as RFC 5322 has dates.
func mailDate(_ milliseconds: Int64) -> String {
    let stamp = Timestamp(seconds: milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    let days = stamp.seconds >= 0 ? stamp.seconds / 86400 : (stamp.seconds - 86399) / 86400
    // 1970-01-01 was a Thursday.
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let (year, month, day) = stamp.civil
    return "\(weekday), \(day) \(months[month - 1]) \(year) \(stamp.text.suffix(8)) +0000"
}
