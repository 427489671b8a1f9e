public import RDBytes

/// A fact of the warehouse with where it comes from.
public struct FactStory: Sendable {
    /// A state of the fact, present or past.
    public struct State: Sendable {
        /// The columns of the fact that people ask about, with natural keys in place of surrogate ones.
        public let fact: JSONValue
        /// The number of the version that wrote it.
        public let from: Int
        /// The number of the first version without it; nil for the present state.
        public let to: Int?
        /// The version that its source was read for.
        public let sourceVersion: Int
        /// The line of that source; nil where it is not known.
        public let line: Int?
        /// The version of the customer that it belongs to: its key, since when it holds, and the country it is of.
        public let customerVersion: JSONValue
    }

    /// A row that was set aside because it repeats this one.
    public struct Repeat: Sendable {
        /// Its line; nil where it is not known.
        public let line: Int?
        /// The stage that set it aside.
        public let stage: String
        /// Why, in words.
        public let detail: String?

        /// The row as one object.
        public var json: JSONValue {
            [
                "line": line.map { .integer($0) } ?? .null, "stage": .string(stage), "detail": .optional(detail),
            ]
        }
    }

    /// The states of the fact, oldest first; the last is the present one unless the fact is gone.
    public let states: [State]
    /// The run that read its present state.
    public let run: StoredRun
    /// The rows of that run that repeat it, once they were asked for.
    public var repeats: [Repeat] = []

    /// The present state, or the last before it was removed.
    public var latest: State { states[states.count - 1] }
    /// True where a later version removed the fact.
    public var isGone: Bool { latest.to != nil }
    /// How its source was read.
    public var form: SourceForm { SourceForm(run.lineage.source, sha256: run.sha256, bytes: run.bytes) }
}

extension FactStory.State {
    /// What `later` has otherwise than this state: the members of the fact, the customer's version, and where neither
    /// differs the place that it was read from.
    public func changes(to later: FactStory.State) -> JSONValue {
        var changed = (fact.members ?? []).filter { later.fact[$0.name] != $0.value }
        if customerVersion != later.customerVersion { changed.append(.init("customer_version", customerVersion)) }
        if changed.isEmpty {
            changed = [
                .init("source_version", .integer(sourceVersion)), .init("line", line.map { .integer($0) } ?? .null),
            ]
        }
        return .object(changed)
    }
}

extension FactStory {
    /// What differs between the fact and what its line gives today, with what may have done it.
    public func differences(_ retelling: Retelling) -> [JSONValue] {
        guard let told = retelling.fact else {
            let code = retelling.reject?["code"]?.string ?? "unknown"
            return [
                [
                    "column": .null, "fact": .null, "today": .string("rejected: \(code)"),
                    "because": .string(reason(nil)),
                ]
            ]
        }
        return (latest.fact.members ?? []).compactMap { member -> JSONValue? in
            guard let today = told[member.name] ?? (member.name == "line_no" ? 1 : nil),
                !Self.isSame(member.value, today)
            else { return nil }
            return [
                "column": .string(member.name), "fact": member.value, "today": today,
                "because": .string(reason(member.name)),
            ]
        }
    }

    private func reason(_ column: String?) -> String {
        if column == "line_no" {
            return "it counts the lines of this product on the invoice, and this was not the first"
        }
        if latest.from != latest.sourceVersion {
            return "version \(latest.from) wrote the fact anew, from its other facts"
        }
        let programs = run.lineage.programs.map { "between \($0.after) and \($0.before)" }
        guard programs.isEmpty else {
            return "a program \(programs.joined(separator: " or ")) changed it, unless the rules or the schema are not "
                + "those of the run any more"
        }
        return "the rules or the schema are not those of the run any more"
    }

    /// Numbers are the same where their values are: the warehouse writes 2.5500, the stream 2.55.
    private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
        if let left = one.number.flatMap(Decimal4.sum), let right = other.number.flatMap(Decimal4.sum) {
            return left == right
        }
        return one == other
    }
}
