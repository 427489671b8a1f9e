import RDBytes
import RDProcess
public import RDSchedule

/// The zone database of the system.
public enum ZoneDatabase {
    /// The zone called `name`. One that is not there is exit 78.
    public static func zone(_ name: String) throws -> Zone {
        if name == "UTC" { return .utc }
        guard let bytes = try? readAll(FileSource(path: "/usr/share/zoneinfo/\(name)")) else {
            throw RDError(
                .configuration, "the system has no time zone '\(name)'", remedy: "install the package tzdata")
        }
        return try Zone(name: name, tzif: bytes)
    }
}
