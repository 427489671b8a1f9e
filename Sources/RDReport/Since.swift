public import RDBytes

/// From when on runs are looked at: so long ago (`90d`, `12h`, `8w`), or a day in UTC (`2026-01-31`).
public enum Since {
    /// Milliseconds since 1970. What is neither is exit 64.
    public static func milliseconds(_ text: String, now: Int64) throws(RDError) -> Int64 {
        let units: [Character: Int64] = ["h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        if let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...100_000).contains(count)
        {
            return now - count * unit
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        if parts.map(\.count) == [4, 2, 2], numbers.count == 3,
            let day = Timestamp(year: numbers[0], month: numbers[1], day: numbers[2])
        {
            return day.seconds * 1000
        }
        throw RDError(
            .usage, "'\(text)' is no time to begin at", remedy: "write it like 90d, 12h, 8w or 2026-01-31")
    }
}
