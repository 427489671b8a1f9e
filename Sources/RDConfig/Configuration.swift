public import RDBytes
import Yams

/// Reads a configuration file of the suite and gives its compiled form, or every flaw it has.
public enum Configuration {
    /// The kinds of file, by the value of their key `kind`.
    public static let kinds = ["sales-schema", "cleaning-rules", "quality-rules", "settings", "alerts", "timetable"]

    /// What became of a file.
    public enum Outcome {
        case compiled(JSONValue)
        case flawed([ConfigurationFlaw])
    }

    /// Compiles `text`, which came from `file`.
    public static func compile(_ text: String, file: String) -> Outcome {
        var reader = YAMLReader(file: file)
        guard let document = reader.document(text) else { return .flawed(reader.flaws) }
        guard let kind = kind(of: document, &reader) else { return .flawed(reader.flaws) }
        let json =
            switch kind {
            case "sales-schema": schema(document, &reader)
            case "cleaning-rules": cleaning(document, &reader)
            case "settings": settings(document, &reader)
            case "alerts": alerts(document, &reader)
            case "timetable": timetable(document, &reader)
            default: quality(document, &reader)
            }
        return reader.flaws.isEmpty ? .compiled(json) : .flawed(reader.flaws.inOrder)
    }

    /// What the file says it is. A timetable need not say it: no other file has jobs and no channels to tell of them.
    private static func kind(of document: Node, _ reader: inout YAMLReader) -> String? {
        if case .mapping(let mapping) = document {
            if let node = mapping["kind"] { return reader.oneOf(node, kinds, "kind") }
            if mapping["jobs"] != nil, mapping["channels"] == nil { return "timetable" }
        }
        reader.fail(document, "expected a mapping that begins with kind: (\(kinds.joined(separator: " or ")))")
        return nil
    }

    static func version(_ members: [String: Node], _ document: Node, _ reader: inout YAMLReader) {
        if let node = reader.required(members, "version", in: document, "the file") {
            _ = reader.integer(node, "version", in: 1...1)
        }
    }

    /// Checks a pattern as the filters will read it.
    static func checkPattern(_ node: Node, _ text: String, _ reader: inout YAMLReader) {
        do {
            _ = try BytePattern(text)
        } catch {
            reader.fail(node, "the pattern '\(text)' is wrong \(error)")
        }
    }
}
