import RDBytes
import Yams

extension Configuration {
    /// The settings that are no option of a command, by key, with the variable of the environment that each is.
    public static let plainSettings = [
        "database_url": "RD_DATABASE_URL", "database_url_file": "RD_DATABASE_URL_FILE", "job": "RD_JOB",
        "log_format": "RD_LOG_FORMAT", "quiet": "RD_QUIET", "log_file": "RD_LOG_FILE", "audit_file": "RD_AUDIT_FILE",
        "temporary_folder": "TMPDIR",
    ]

    static func settings(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["kind", "version", "profile", "all", "profiles"]
        let members = reader.members(document, known: known, what: "the settings")
        version(members, document, &reader)
        let profiles = members["profiles"].map { reader.members($0, known: [], what: "profiles") } ?? [:]
        let profile = members["profile"].flatMap { reader.string($0, "profile") }
        if let profile, let node = members["profile"], profiles[profile] == nil {
            let near = nearest(profile, Array(profiles.keys)).map { "; did you mean '\($0)'?" } ?? ""
            reader.fail(node, "found '\(profile)'; expected one of the profiles below\(near)")
        }
        return [
            "kind": "settings", "version": 1, "profile": .optional(profile),
            "all": .array(members["all"].map { section($0, "all", &reader) } ?? []),
            "profiles": .object(
                profiles.keys.sorted().map { name in
                    .init(name, .array(profiles[name].map { section($0, "the profile \(name)", &reader) } ?? []))
                }),
        ]
    }

    /// Settings of one profile: plain ones, and a mapping of options for each executable.
    private static func section(_ node: Node, _ what: String, _ reader: inout YAMLReader) -> [JSONValue] {
        // A profile without a setting is a profile still.
        if case .scalar(let scalar) = node, scalar.string.isEmpty || scalar.string == "null" { return [] }
        let plain = plainSettings.keys.sorted()
        let names = reader.members(node, known: [], what: what)
        for (key, _) in node.mapping ?? [:] {
            guard let name = key.string, !name.hasPrefix("rd-"), plainSettings[name] == nil else { continue }
            let near = nearest(name, plain).map { "; did you mean '\($0)'?" } ?? ""
            reader.fail(
                key,
                "unknown key '\(name)' in \(what); expected an executable (rd-...) or one of "
                    + "\(plain.joined(separator: ", "))\(near)")
        }
        if let url = names["database_url"], let text = url.string, Secrets.hidden(text) != text {
            reader.fail(
                url, "a password stands in database_url; put the URL into a file and name it in database_url_file")
        }
        var found: [JSONValue] = []
        for name in names.keys.sorted() {
            guard let value = names[name] else { continue }
            if name.hasPrefix("rd-") {
                let options = reader.members(value, known: [], what: "\(name) of \(what)")
                for option in options.keys.sorted() {
                    if let value = options[option] { found += setting(name, option, value, &reader) }
                }
            } else {
                found += setting(nil, name, value, &reader)
            }
        }
        return found
    }

    private static func setting(
        _ executable: String?, _ name: String, _ node: Node, _ reader: inout YAMLReader
    ) -> [JSONValue] {
        let values =
            if case .sequence = node, executable != nil {
                reader.list(node, name).compactMap { reader.string($0, "a value of \(name)") }
            } else {
                [reader.string(node, name)].compactMap(\.self)
            }
        if executable != nil, name.contains("-") {
            reader.fail(node, "found '\(name)'; options have '_' in place of '-' here")
        }
        return [
            [
                "executable": .optional(executable), "name": .string(name),
                "values": .array(values.map { .string($0) }), "line": .integer(node.mark?.line ?? 0),
            ]
        ]
    }
}
