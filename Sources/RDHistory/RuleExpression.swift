/// A rule in one line, to hold past runs against: `completeness(customer_id, by country) at cleaning >= 95%`.
///
///     expression := number comparison limit
///     number     := dimension [ "(" columns [ "," part ] ")" ] [ "at" gate ] | "rows" | "rejects" | "money" | "duration"
///     columns    := "*" | name { "," name }
///     part       := "by" name | "in" ( name | "'" any text "'" )
///     comparison := ">=" | ">" | "<=" | "<" | "=" | "!="
///     limit      := decimal [ "%" ]
public struct RuleExpression: Equatable, Sendable {
    /// What is measured.
    public enum Subject: Equatable, Sendable {
        /// A score; nil columns for all cells or the whole row, nil gate for any.
        case score(dimension: String, columns: [String]?, part: Part, gate: String?)
        /// A number of the whole run.
        case number(NumberKind)
    }

    /// Of which rows.
    public enum Part: Equatable, Sendable {
        /// All together.
        case all
        /// Those of each value of a column on their own.
        case by(String)
        /// Those of one value.
        case of(String)
    }

    /// How the number and the limit stand to each other.
    public enum Comparison: String, CaseIterable, Sendable {
        case atLeast = ">="
        case atMost = "<="
        case differs = "!="
        case more = ">"
        case less = "<"
        case equals = "="
    }

    /// What is measured.
    public let subject: Subject
    /// How it must stand to the limit.
    public let comparison: Comparison
    /// The limit.
    public let limit: ExactNumber
    /// The expression as it was written.
    public let text: String

    /// True where `number` keeps the rule.
    public func isKept(by number: ExactNumber) -> Bool {
        switch comparison {
        case .atLeast: number >= limit
        case .atMost: number <= limit
        case .differs: number != limit
        case .more: number > limit
        case .less: number < limit
        case .equals: number == limit
        }
    }
}
