import Yams

/// A text of a timetable that means something outside of it: a command for bash, a folder, a file.
public struct OutwardText: Equatable, Sendable {
    /// The job that has it.
    public let job: String
    /// Its key: `run`, `on_success`, `on_failure`, `workdir` or `env_file`.
    public let key: String
    /// What stands there.
    public let text: String
    /// Where it stands, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// The line of the file that its own first line stands in.
    public let firstLine: Int
    /// True where each line of it is a line of the file.
    public let hasLines: Bool

    /// The line of the file that its line `number` (from 1) stands in. What bash finds missing at the end it puts into a
    /// line after the last.
    public func place(ofLine number: Int) -> Int {
        guard hasLines else { return line }
        let count = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).count
        let last = text.utf8.last == 0x0A ? count - 1 : count
        return firstLine + min(max(number, 1), max(last, 1)) - 1
    }
}

extension Configuration {
    /// The texts of a timetable that only a look outside of it can check; none for another file. Flaws of the timetable
    /// itself are for `compile`.
    public static func outwardTexts(_ text: String) -> [OutwardText] {
        var reader = YAMLReader(file: "")
        guard let document = reader.document(text), let jobs = document.mapping?["jobs"] else { return [] }
        var nodes: [(name: Node?, job: Node)] = []
        if case .mapping(let mapping) = jobs { nodes = mapping.map { ($0.key, $0.value) } }
        if case .sequence(let list) = jobs { nodes = list.map { ($0.mapping?["name"], $0) } }
        return nodes.flatMap { name, job in
            ["run", "on_success", "on_failure", "workdir", "env_file"].compactMap { key in
                job.mapping?[key].flatMap { OutwardText(name?.string ?? "without a name", key, $0) }
            }
        }
    }
}

extension OutwardText {
    fileprivate init?(_ job: String, _ key: String, _ node: Node) {
        guard case .scalar(let scalar) = node, !scalar.string.allSatisfy(\.isWhitespace) else { return nil }
        let mark = node.mark
        self.init(
            job: job, key: key, text: scalar.string, line: mark?.line ?? 1, column: mark?.column ?? 1,
            // The text of a block begins in the line after its sign.
            firstLine: (mark?.line ?? 1) + (scalar.style == .literal ? 1 : 0), hasLines: scalar.style == .literal)
    }
}
