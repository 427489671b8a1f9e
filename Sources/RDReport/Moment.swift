import RDBytes

/// `2026-11-23T12:02:03Z` of the moment so many milliseconds after 1970.
func iso8601(_ milliseconds: Int64) -> String { "\(day(milliseconds))T\(clock(milliseconds))Z" }

/// `2026-11-23`, in UTC.
func day(_ milliseconds: Int64) -> String {
    let (year, month, day) = Timestamp(seconds: milliseconds / 1000).civil
    return "\(year)-\(two(month))-\(two(day))"
}

/// `12:02:03`, in UTC.
func clock(_ milliseconds: Int64) -> String {
    let second = Timestamp(seconds: milliseconds / 1000).secondOfDay
    return "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
