public import RDBytes
public import RDProcess

/// A value that the settings file or the environment gives to an option, or to the suite as a whole.
public struct Setting: Equatable, Sendable {
    /// The executable whose option it is; nil for what the suite as a whole is told.
    public let executable: String?
    /// The key: the option's name with `_` for `-`, or that of a plain setting.
    public let name: String
    /// The value; options that may stand several times have several.
    public let values: [String]
    /// Where it came from, for people: `rd.yaml:7 (profile production)`, `RD_LOAD_WAIT in the environment`.
    public let origin: String

    /// True where the environment says it for every executable.
    public var isForAll: Bool { origin.hasPrefix("RD_LOG_FORMAT ") || origin.hasPrefix("RD_QUIET ") }

    /// A setting.
    public init(executable: String?, name: String, values: [String], origin: String) {
        (self.executable, self.name, self.values, self.origin) = (executable, name, values, origin)
    }
}

/// What the settings file (`rd.yaml`) says, for the profile that is chosen.
public struct Settings: Sendable {
    /// The file; nil where there is none.
    public let file: String?
    /// The profile; nil where the file has none that is chosen.
    public let profile: String?
    /// What it sets: a profile's values stand in place of those for all.
    public let values: [Setting]

    /// The settings of no file.
    public static let none = Settings(file: nil, profile: nil, values: [])

    private init(file: String?, profile: String?, values: [Setting]) {
        (self.file, self.profile, self.values) = (file, profile, values)
    }

    /// Reads the compiled form of `file` for `profile`, or for the file's own choice where that is nil.
    /// - Throws: exit 78 where the file has no such profile.
    public init(_ json: JSONValue, file: String, profile: String?) throws(RDError) {
        let chosen = profile ?? json["profile"]?.string
        var found = Self.read(json["all"], "\(file):", suffix: "")
        if let chosen {
            guard let own = json["profiles"]?[chosen] else {
                let known = (json["profiles"]?.members ?? []).map(\.name).joined(separator: ", ")
                throw RDError(
                    .configuration, "\(file) has no profile '\(chosen)'",
                    remedy: "set RD_PROFILE to one of: \(known)")
            }
            let values = Self.read(own, "\(file):", suffix: " (profile \(chosen))")
            found.removeAll { old in values.contains { $0.executable == old.executable && $0.name == old.name } }
            found += values
        }
        self.init(file: file, profile: chosen, values: found)
    }

    private static func read(_ list: JSONValue?, _ prefix: String, suffix: String) -> [Setting] {
        (list?.array ?? []).map { entry in
            Setting(
                executable: entry["executable"]?.string, name: entry["name"]?.string ?? "",
                values: (entry["values"]?.array ?? []).compactMap(\.string),
                origin: "\(prefix)\(entry["line"]?.integer ?? 0)\(suffix)")
        }
    }

    /// The file that holds: `RD_CONFIG`; else the first that is there of `rd.yaml` in the current folder (where the
    /// user, or root, owns it), `rd.yaml` in the state folder, and the machine's.
    public static func findFile(home: String) -> String? {
        if let given = environment("RD_CONFIG") { return given == "/dev/null" ? nil : given }
        if isOwnFile("rd.yaml") { return "rd.yaml" }
        return [home + "/rd.yaml", "/etc/retail-data-platform/rd.yaml"].first { isReadable($0) }
    }

    /// The settings of this installation, for the profile that `RD_PROFILE` names.
    /// - Throws: exit 66 for a file that cannot be read, exit 78 for one that is wrong.
    public static func load(_ folders: Folders = Folders()) throws -> Settings {
        guard let file = findFile(home: folders.home) else {
            guard let profile = environment("RD_PROFILE") else { return .none }
            throw RDError(
                .configuration, "RD_PROFILE asks for the profile '\(profile)', and there is no rd.yaml",
                remedy: "name the file in RD_CONFIG, or unset RD_PROFILE")
        }
        let json = try ConfigurationReader(folders).read(file, default: "rd.yaml")
        guard json["kind"]?.string == "settings" else {
            throw RDError(.configuration, "\(file) is not a file of settings", remedy: "it begins with kind: settings")
        }
        return try Settings(json, file: file, profile: environment("RD_PROFILE"))
    }
}
