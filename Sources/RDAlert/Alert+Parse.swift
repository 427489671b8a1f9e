public import RDBytes
import RDRecord

extension Alert {
    private static let members = [
        "kind", "severity", "job", "subject", "message", "run", "stage", "value", "threshold", "occurred_at",
        "fingerprint",
    ]
    private static let longestName = 200
    private static let longestMessage = 4000
    private static let longestNumber = 40
    /// Far beyond any number of data, and within those that PostgreSQL and every reader of JSON can hold.
    private static let greatestExponent = 100

    /// Reads an alert that a program wrote: `kind` and `subject` must be there; severity is otherwise `warning`, the job
    /// `job`, the moment `now`. Anything unknown or of another type is exit 65 with what was expected.
    public init(_ json: JSONValue, job: String, now: Int64) throws(RDError) {
        guard let given = json.members else { throw RDError(.data, "an alert must be a JSON object") }
        for member in given where !Self.members.contains(member.name) {
            throw RDError(
                .data, "an alert has no member '\(member.name.prefix(80))'",
                remedy: "it may have \(Self.members.dropLast().joined(separator: ", "))")
        }
        let kind: AlertKind = try Self.choice(json, "kind", otherwise: nil)
        guard let subject = try Self.text(json, "subject") else { throw RDError(.data, "an alert lacks 'subject'") }
        let words = kind.rawValue.replacing("_", with: " ")
        self.init(
            kind, try Self.choice(json, "severity", otherwise: .warning), job: try Self.text(json, "job") ?? job,
            subject: subject, message: try Self.text(json, "message") ?? "\(words): \(subject)",
            run: try Self.run(json), stage: try Self.text(json, "stage"), value: try Self.number(json, "value"),
            threshold: try Self.number(json, "threshold"), occurredAt: try Self.moment(json) ?? now)
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ json: JSONValue, _ name: String, otherwise: Choice?
    ) throws(RDError) -> Choice {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value = present(json, name) else {
            if let otherwise { return otherwise }
            throw RDError(.data, "an alert lacks '\(name)'", remedy: "it is one of \(known)")
        }
        guard let text = value.string, let choice = Choice(rawValue: text) else {
            throw RDError(.data, "'\(name)' of an alert is \(value.text.prefix(80)); expected one of \(known)")
        }
        return choice
    }

    private static func text(_ json: JSONValue, _ name: String) throws(RDError) -> String? {
        guard let value = present(json, name) else { return nil }
        guard let text = value.string, !text.isEmpty else {
            throw RDError(.data, "'\(name)' of an alert is \(value.text.prefix(80)); expected a text")
        }
        return name == "message" ? cleaned(text, longest: longestMessage) : cleaned(text, longest: longestName)
    }

    private static func run(_ json: JSONValue) throws(RDError) -> String? {
        guard let text = try text(json, "run") else { return nil }
        guard let run = RunID(text) else { throw RDError(.data, "'run' of an alert is '\(text)'; expected a UUID") }
        return run.text
    }

    private static func number(_ json: JSONValue, _ name: String) throws(RDError) -> String? {
        guard let value = present(json, name) else { return nil }
        guard let number = value.number else {
            throw RDError(.data, "'\(name)' of an alert is \(value.text.prefix(80)); expected a number")
        }
        guard number.utf8.count <= longestNumber, isWithinReach(number) else {
            throw RDError(
                .data,
                "'\(name)' of an alert is \(number.prefix(80)); expected a number of at most "
                    + "\(longestNumber) characters with an exponent from -\(greatestExponent) to \(greatestExponent)")
        }
        return number
    }

    private static func isWithinReach(_ number: String) -> Bool {
        let parts = number.split(maxSplits: 1) { $0 == "e" || $0 == "E" }
        guard parts.count == 2 else { return true }
        return Int(parts[1]).map { (-greatestExponent...greatestExponent).contains($0) } ?? false
    }

    private static func moment(_ json: JSONValue) throws(RDError) -> Int64? {
        guard let text = try text(json, "occurred_at") else { return nil }
        guard let moment = parseMoment(text) else {
            throw RDError(.data, "'occurred_at' of an alert is '\(text)'; expected 2026-11-23T12:00:00Z")
        }
        return moment
    }

    private static func present(_ json: JSONValue, _ name: String) -> JSONValue? {
        json[name].flatMap { $0 == .null ? nil : $0 }
    }

    /// The text in one line without control characters, and no longer than that.
    static func cleaned(_ text: String, longest: Int) -> String {
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
        return plain.count > longest ? plain.prefix(longest - 1) + "…" : plain
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }
}
