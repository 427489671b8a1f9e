public import RDBytes
public import RDPostgres

/// How people name a version: its number, a tag, or `latest`; with `~2` behind it, the second one before that.
public struct VersionReference: Equatable, Sendable {
    /// What it counts from.
    enum Origin: Equatable, Sendable {
        case number(Int)
        case latest
        case tag(String)
    }

    let origin: Origin
    /// How many versions before it.
    let back: Int

    /// The latest version.
    public static let latest = VersionReference(origin: .latest, back: 0)

    /// The version with this number.
    public init(number: Int) { self.init(origin: .number(number), back: 0) }

    private init(origin: Origin, back: Int) {
        self.origin = origin
        self.back = back
    }

    /// Reads a reference. What cannot be one is exit 64.
    public init(_ text: String) throws(RDError) {
        let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map { String($0) } ?? ""
        guard let back = parts.count < 2 ? 0 : parts[1].isEmpty ? 1 : Int(parts[1]), back >= 0 else {
            throw Self.unreadable(text)
        }
        self.back = back
        if let number = Int(name) {
            origin = .number(number)
        } else if name == "latest" {
            origin = .latest
        } else {
            guard VersionTag.isName(name) else { throw Self.unreadable(text) }
            origin = .tag(name)
        }
    }

    private static func unreadable(_ text: String) -> RDError {
        RDError(
            .usage, "'\(text)' is not the name of a version",
            remedy: "name it by number, by tag, as latest, or as latest~1 for the one before the latest")
    }

    /// The version that it means. One that is not there is exit 65.
    public func resolve(_ connection: Connection) throws -> DataVersion {
        let first = try start(connection)
        guard back > 0 else { return first }
        guard back < first.number else {
            throw RDError(
                .data, "\(self) is past the first version",
                remedy: "the first version is 1, and \(Self(origin: origin, back: 0)) is version \(first.number)")
        }
        return try .find(first.number - back, connection)
    }

    private func start(_ connection: Connection) throws -> DataVersion {
        switch origin {
        case .number(let number): return try .find(number, connection)
        case .latest:
            guard let latest = try DataVersion.latest(connection) else { throw DataVersion.nothingLoaded }
            return latest
        case .tag(let name):
            guard let number = try VersionTag.version(of: name, connection) else {
                throw RDError(.data, "there is no tag '\(name)'", remedy: "rd-version list shows those there are")
            }
            return try .find(number, connection)
        }
    }

    /// The number of the version that it means; 0 means the empty warehouse before the first.
    public func resolveNumber(_ connection: Connection) throws -> Int {
        origin == .number(0) && back == 0 ? 0 : try resolve(connection).number
    }
}

extension VersionReference: CustomStringConvertible {
    /// The reference as people write it.
    public var description: String {
        let name =
            switch origin {
            case .number(let number): String(number)
            case .latest: "latest"
            case .tag(let tag): tag
            }
        return back > 0 ? "\(name)~\(back)" : name
    }
}
