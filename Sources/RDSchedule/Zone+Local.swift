public import RDBytes

extension Zone {
    /// What a reading of the zone's clocks stands for.
    public enum Reading: Equatable, Sendable {
        /// One instant.
        case once(Int64)
        /// Two, because the clocks were set back.
        case twice(first: Int64, second: Int64)
        /// None, because the clocks were set forward at `at`, by `seconds`.
        case skipped(at: Int64, seconds: Int)
    }

    /// The clocks' reading at `instant`.
    public func local(_ instant: Int64) -> Timestamp { Timestamp(seconds: instant + Int64(offset(at: instant))) }

    /// The instants at which the clocks read `local`.
    public func instants(of local: Timestamp) -> Reading {
        let reach: Int64 = 26 * 3600
        var found: [Int64] = []
        var part = stretch(at: local.seconds - reach)
        var gap: (at: Int64, seconds: Int)?
        while true {
            let instant = local.seconds - Int64(part.offset)
            if instant >= part.start, instant < part.end { found.append(instant) }
            guard part.end < local.seconds + reach else { break }
            let next = stretch(at: part.end)
            if instant >= part.end, local.seconds - Int64(next.offset) < part.end, gap == nil {
                gap = (part.end, next.offset - part.offset)
            }
            part = next
        }
        if found.count > 1 { return .twice(first: found[0], second: found[1]) }
        if let only = found.first { return .once(only) }
        return gap.map { .skipped(at: $0.at, seconds: $0.seconds) } ?? .once(local.seconds - Int64(part.offset))
    }

    /// `2026-03-29T02:00:00+01:00`, the zone's clocks at `instant` and their offset.
    public func iso8601(_ instant: Int64) -> String {
        let offset = offset(at: instant)
        let minutes = abs(offset) / 60
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let sign = offset < 0 ? "-" : "+"
        return "\(local(instant).text)\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// Reads ISO 8601: with an offset or `Z` it names an instant; without one it is a reading of the zone's clocks, the
    /// first of two, and the moment after a gap. Nil where it is no such time.
    public func instant(_ text: String) -> Int64? {
        var date = text
        var offset: Int?
        if text.hasSuffix("Z") || text.hasSuffix("z") {
            date = String(text.dropLast())
            offset = 0
        } else if text.utf8.count > 16, let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }),
            text.distance(from: text.startIndex, to: sign) > 10
        {
            guard let given = Self.offset(text[sign...]) else { return nil }
            date = String(text[..<sign])
            offset = given
        }
        guard let local = Timestamp(date) else { return nil }
        if let offset { return local.seconds - Int64(offset) }
        switch instants(of: local) {
        case .once(let instant), .twice(let instant, _), .skipped(let instant, _): return instant
        }
    }

    private static func offset(_ text: Substring) -> Int? {
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.utf8.count == 2 || digits.utf8.count == 4, let number = Int(digits), digits.first != "-" else {
            return nil
        }
        let (hours, minutes) = digits.utf8.count == 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 18, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (text.first == "-" ? -1 : 1)
    }
}

extension Timestamp {
    /// Reads `2026-03-29T02:00:00`, also without seconds or time, or with a blank for the `T`; nil otherwise.
    public init?(_ text: String) {
        var bytes = ByteBuffer(capacity: 64)
        bytes.append(text: text)
        guard let read = bytes.withSpan({ Timestamp($0, 0..<$0.byteCount) }) else { return nil }
        self = read
    }
}
