import Foundation
import RDSchedule

/// A zone of the system's zone database.
func zone(_ name: String) throws -> Zone {
    if name == "UTC" { return .utc }
    return try Zone(name: name, tzif: [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))))
}

/// The next fires of a cron expression, as ISO 8601 with the zone's offset.
func fires(_ text: String, _ zoneName: String, from: String, _ count: Int = 3) throws -> [String] {
    try fires(.cron(CronExpression(text)), zoneName, from: from, count)
}

/// The next fires of a schedule after the moment `from`.
func fires(_ schedule: Schedule, _ zoneName: String, from: String, _ count: Int = 3) throws -> [String] {
    let zone = try zone(zoneName)
    var at = zone.instant(from) ?? 0
    var found: [String] = []
    for _ in 0..<count {
        guard let fire = schedule.next(after: at, in: zone) else { break }
        at = fire.at
        found.append(zone.iso8601(at))
    }
    return found
}
