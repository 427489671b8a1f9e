import RDBytes

/// Where a secret stands; never in the configuration itself.
public enum SecretSource: Equatable, Sendable {
    /// A variable of the environment.
    case environment(String)
    /// A file that holds nothing else.
    case file(String)
}

/// A URL that is posted to, with its headers.
public struct Endpoint: Equatable, Sendable {
    /// Where the URL stands.
    public let url: SecretSource
    /// Headers by name, and where their values stand.
    public let headers: [Header]

    /// A header of a request.
    public struct Header: Equatable, Sendable {
        /// Its name.
        public let name: String
        /// Where its value stands.
        public let value: SecretSource
    }
}

/// Someone or something that is told of alerts.
public struct ChannelSettings: Equatable, Sendable {
    /// How it is told.
    public enum Form: Equatable, Sendable {
        /// A program that gets the notice as JSON on its standard input.
        case command([String])
        /// A mail, through `sendmail -t`.
        case mail(from: String, to: [String], sendmail: String)
        /// A webhook that takes what Slack's take.
        case slack(Endpoint)
        /// A webhook that takes the notice as JSON.
        case webhook(Endpoint)
    }

    /// Its name.
    public let name: String
    /// How it is told.
    public let form: Form
    /// The least severity that it is told of.
    public let severity: AlertSeverity
    /// The kinds that it is told of.
    public let kinds: [AlertKind]
    /// Seconds that an attempt may take.
    public let timeout: Int
    /// How often it is tried.
    public let attempts: Int
    /// Seconds before the second attempt; each further wait is twice as long.
    public let backoff: Int
    /// Seconds after which it is reminded of what is still open; 0 for never.
    public let remind: Int
    /// Whether it is told that a trouble is over.
    public let tellsResolved: Bool

    /// A channel.
    public init(
        name: String, form: Form, severity: AlertSeverity = .warning, kinds: [AlertKind] = AlertKind.allCases,
        timeout: Int = 10, attempts: Int = 3, backoff: Int = 2, remind: Int = 0, tellsResolved: Bool = true
    ) {
        self.name = name
        self.form = form
        self.severity = severity
        self.kinds = kinds
        self.timeout = timeout
        self.attempts = attempts
        self.backoff = backoff
        self.remind = remind
        self.tellsResolved = tellsResolved
    }

    /// True where it wants to hear of `alert`.
    public func takes(_ alert: Alert) -> Bool { alert.severity >= severity && kinds.contains(alert.kind) }

    /// The seconds before attempt `number`, which is at least 2.
    public func wait(before number: Int) -> Int { min(backoff << min(number - 2, 6), 60) }

    /// The seconds that a notice can take at most, all attempts and waits together.
    public var longest: Int {
        attempts * (timeout + 2) + (attempts < 2 ? 0 : (2...attempts).reduce(0) { $0 + max(wait(before: $1), 60) })
    }
}

extension ChannelSettings {
    /// Reads a channel of the compiled configuration.
    init(_ json: JSONValue) throws(RDError) {
        let kinds = (json["kinds"]?.array ?? []).compactMap { $0.string.flatMap { AlertKind(rawValue: $0) } }
        self.init(
            name: json["channel"]?.string ?? "?", form: try Self.form(json),
            severity: json["severity"]?.string.flatMap { AlertSeverity(rawValue: $0) } ?? .warning,
            kinds: kinds.isEmpty ? AlertKind.allCases : kinds, timeout: json["timeout"]?.integer ?? 10,
            attempts: json["attempts"]?.integer ?? 3, backoff: json["backoff"]?.integer ?? 2,
            remind: json["remind"]?.integer ?? 0, tellsResolved: json["resolved"]?.bool ?? true)
    }

    private static func form(_ json: JSONValue) throws(RDError) -> Form {
        func texts(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
        switch json["type"]?.string {
        case "command": return .command(texts("command"))
        case "mail":
            return .mail(
                from: json["from"]?.string ?? "", to: texts("to"), sendmail: json["sendmail"]?.string ?? "sendmail")
        case "slack": return .slack(try endpoint(json))
        case "webhook": return .webhook(try endpoint(json))
        default: throw RDError(.configuration, "a channel has no known type")
        }
    }

    private static func endpoint(_ json: JSONValue) throws(RDError) -> Endpoint {
        var headers: [Endpoint.Header] = []
        for header in json["headers"]?.array ?? [] {
            headers.append(
                .init(name: header["name"]?.string ?? "", value: try source(header, "value_env", "value_file")))
        }
        return Endpoint(url: try source(json, "url_env", "url_file"), headers: headers)
    }

    private static func source(_ json: JSONValue, _ variable: String, _ file: String) throws(RDError) -> SecretSource {
        if let name = json[variable]?.string { return .environment(name) }
        if let path = json[file]?.string { return .file(path) }
        throw RDError(.configuration, "a channel has neither \(variable) nor \(file)")
    }
}
