public import RDBytes
import RDProcess

/// The account of an archive, in its `manifest.json`: what it is of, and every file.
public struct ArchiveManifest: Equatable, Sendable {
    /// What the archive holds: `retention`, `version`.
    public var kind: String
    /// What else is to be said of it, by name.
    public var facts: [JSONValue.Member]
    /// Its files.
    public var files: [ArchiveFile]

    /// The manifest's name in the folder.
    public static let name = "manifest.json"
    private static let format = "retail-data-platform archive 1"

    /// A manifest of these files.
    public init(kind: String, facts: [JSONValue.Member], files: [ArchiveFile]) {
        self.kind = kind
        self.facts = facts
        self.files = files
    }

    /// What `facts` says under a name; nil where it does not.
    public subscript(_ name: String) -> JSONValue? { facts.first { $0.name == name }?.value }

    /// Reads the manifest of an archive. One that is missing is exit 66, one that cannot be read 65.
    public init(folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        let bytes = try readAll(try FileSource(path: path))
        let json = try? bytes.withUnsafeBytes { try JSONValue(parsing: $0.bytes) }
        guard let json, json["format"]?.string == Self.format, let kind = json["kind"]?.string,
            let files = json["files"]?.array, let members = json.members
        else { throw Self.unreadable(path) }
        self.kind = kind
        self.facts = members.filter { !["format", "kind", "files"].contains($0.name) }
        self.files = try files.map { entry in
            guard let file = ArchiveFile(entry) else { throw Self.unreadable(path) }
            return file
        }
        guard Self.haveSums(self.files) else {
            throw RDError(
                .data, "\(path) cannot be true: its counts are more than any archive holds",
                remedy: "take the archive from a backup")
        }
    }

    /// True where rows, bytes and money of all files add up to numbers that fit: whoever uses the manifest adds them.
    private static func haveSums(_ files: [ArchiveFile]) -> Bool {
        func fit<Number: FixedWidthInteger>(_ counts: [Number]) -> Bool {
            var sum: Number = 0
            return counts.allSatisfy { count in
                let (total, overflows) = sum.addingReportingOverflow(count)
                sum = total
                return !overflows
            }
        }
        return fit(files.map(\.rows)) && fit(files.map(\.bytes)) && fit(files.map(\.compressedBytes))
            && fit(files.map { $0.netAmount ?? 0 })
    }

    private static func unreadable(_ path: String) -> RDError {
        RDError(.data, "\(path) is not the manifest of an archive", remedy: "name the folder of an archive")
    }

    /// The manifest as JSON, a line for each fact and each file.
    public var text: String {
        let head: [JSONValue.Member] = [.init("format", .string(Self.format)), .init("kind", .string(kind))]
        let lines = (head + facts).map { "  \(JSONValue.string($0.name).text): \($0.value.text),\n" }
        let entries = files.map { "    \($0.json.text)" }.joined(separator: ",\n")
        return "{\n\(lines.joined())  \"files\": [\n\(entries)\n  ]\n}\n"
    }
}
