import RDAlert
import RDBytes
import Yams

/// Reads one channel of the alerts.
struct AlertChannelReader {
    let node: Node
    let members: [String: Node]
    let name: String
    var json: JSONValue

    private static let common = [
        "channel", "type", "severity", "kinds", "timeout", "attempts", "backoff", "remind", "resolved",
    ]
    /// The keys of each type, besides those that all have.
    private static let types: [(type: String, keys: [String])] = [
        ("command", ["command"]), ("mail", ["from", "to", "sendmail"]), ("slack", ["url_env", "url_file", "headers"]),
        ("webhook", ["url_env", "url_file", "headers"]),
    ]

    static func read(_ node: Node, _ reader: inout YAMLReader) -> JSONValue {
        // A URL is looked for first, so that it gets an answer of its own and is not quoted.
        if case .mapping(let mapping) = node, let place = mapping["url"] {
            reader.fail(
                place, "a webhook's URL is a secret; expected url_env: VARIABLE or url_file: PATH in place of url")
            return .object([])
        }
        let type = typeName(node)
        let own = types.first { $0.type == type }?.keys
        let known = common + (own ?? types.flatMap(\.keys))
        let members = reader.members(node, known: known, what: own == nil ? "a channel" : "a \(type ?? "") channel")
        let name = reader.required(members, "channel", in: node, "a channel").flatMap { reader.string($0, "channel") }
        var channel = AlertChannelReader(
            node: node, members: members, name: name ?? "?", json: ["channel": .optional(name)])
        channel.readType(&reader)
        channel.readCommon(&reader)
        return channel.json
    }

    private static func typeName(_ node: Node) -> String? {
        guard case .mapping(let mapping) = node else { return nil }
        return mapping["type"]?.string
    }

    private mutating func readType(_ reader: inout YAMLReader) {
        guard let place = reader.required(members, "type", in: node, "the channel \(name)"),
            let type = reader.oneOf(place, Self.types.map(\.type), "the type of \(name)")
        else { return }
        json["type"] = .string(type)
        switch type {
        case "command": json["command"] = .array(readCommand(&reader))
        case "mail": readMail(&reader)
        default: readWebhook(&reader)
        }
    }

    private func readCommand(_ reader: inout YAMLReader) -> [JSONValue] {
        guard let place = reader.required(members, "command", in: node, "the channel \(name)") else { return [] }
        let words = reader.list(place, "command: the program and its arguments").compactMap {
            reader.string($0, "a word of the command")
        }
        if words.isEmpty { reader.fail(place, "found no words; expected the program and its arguments for command") }
        return words.map { .string($0) }
    }

    private mutating func readMail(_ reader: inout YAMLReader) {
        json["from"] = reader.required(members, "from", in: node, "the channel \(name)")
            .flatMap { address($0, "from", &reader) }
        if let place = reader.required(members, "to", in: node, "the channel \(name)") {
            let to = reader.list(place, "to").compactMap { address($0, "to", &reader) }
            if to.isEmpty { reader.fail(place, "found nobody; expected the addresses of \(name)") }
            json["to"] = .array(to)
        }
        let program = members["sendmail"].flatMap { reader.string($0, "sendmail") }
        json["sendmail"] = .string(program ?? "/usr/sbin/sendmail")
    }

    /// A plain address: what could end it, begin another, or be taken for a header is none.
    private func address(_ node: Node, _ what: String, _ reader: inout YAMLReader) -> JSONValue? {
        guard let text = reader.string(node, what) else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !"<>,;:\"()[]\\".utf8.contains(byte)
        }
        if isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 254 { return .string(text) }
        reader.fail(node, "found '\(text)'; expected an address like ops@example.org for \(what)")
        return nil
    }

    private mutating func readWebhook(_ reader: inout YAMLReader) {
        readSecret(members, "url", node, "the channel \(name)", into: &json, &reader)
        let headers = (members["headers"].map { reader.list($0, "headers") } ?? []).map { entry -> JSONValue in
            let known = ["name", "value_env", "value_file"]
            let parts = reader.members(entry, known: known, what: "a header")
            var header: JSONValue = .object([])
            if let place = reader.required(parts, "name", in: entry, "a header"),
                let text = reader.string(place, "name")
            {
                if !text.utf8.allSatisfy(Self.isToken) {
                    reader.fail(place, "found '\(text)'; expected the name of a header, like Authorization")
                }
                header["name"] = .string(text)
            }
            readSecret(parts, "value", entry, "a header", into: &header, &reader)
            return header
        }
        json["headers"] = .array(headers)
    }

    /// Where a secret stands: `NAME_env` or `NAME_file`.
    private func readSecret(
        _ parts: [String: Node], _ what: String, _ node: Node, _ whose: String, into json: inout JSONValue,
        _ reader: inout YAMLReader
    ) {
        let names = ["\(what)_env", "\(what)_file"]
        guard (parts[names[0]] == nil) != (parts[names[1]] == nil) else {
            reader.fail(node, "expected either \(names[0]) or \(names[1]) in \(whose)")
            return
        }
        for name in names { json[name] = parts[name].flatMap { reader.string($0, name) }.map { .string($0) } }
        if let place = parts[names[0]], let variable = json[names[0]]?.string,
            !variable.utf8.allSatisfy({ Self.isToken($0) && $0 != 0x2D }) || variable.utf8.count > 100
        {
            // It may be the secret itself, so it is not quoted.
            reader.fail(place, "expected the name of a variable for \(names[0]), and not what it holds")
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
            || byte == 0x5F
    }

    private mutating func readCommon(_ reader: inout YAMLReader) {
        json["severity"] = members["severity"]
            .flatMap { reader.oneOf($0, AlertSeverity.allCases.map(\.rawValue), "severity") }.map { .string($0) }
        if let place = members["kinds"] {
            let kinds = reader.list(place, "kinds").compactMap {
                reader.oneOf($0, AlertKind.allCases.map(\.rawValue), "a kind")
            }
            if kinds.isEmpty { reader.fail(place, "found no kind; expected some, or no key kinds for all of them") }
            json["kinds"] = .array(kinds.map { .string($0) })
        }
        for (key, most) in [("timeout", Int64(300)), ("backoff", 300), ("remind", .max)] {
            guard let place = members[key], let seconds = Configuration.span(place, key, &reader) else { continue }
            if seconds > most { reader.fail(place, "found \(seconds) s for \(key); expected at most \(most) s") }
            json[key] = .integer(seconds)
        }
        json["attempts"] = members["attempts"].flatMap { reader.integer($0, "attempts", in: 1...10) }
            .map { .integer($0) }
        json["resolved"] = members["resolved"].flatMap { reader.bool($0, "resolved") }.map { .bool($0) }
    }
}
