public import RDBytes
import Yams

/// Reads a configuration file of the suite and gives its compiled form, or every flaw it has.
public enum Configuration {
    /// The kinds of file, by the value of their key `kind`.
    public static let kinds = ["sales-schema", "cleaning-rules", "quality-rules", "settings"]

    /// What became of a file.
    public enum Outcome {
        case compiled(JSONValue)
        case flawed([ConfigurationFlaw])
    }

    /// Compiles `text`, which came from `file`.
    public static func compile(_ text: String, file: String) -> Outcome {
        var reader = YAMLReader(file: file)
        guard let document = reader.document(text) else { return .flawed(reader.flaws) }
        guard case .mapping(let mapping) = document, let kindNode = mapping["kind"] else {
            reader.fail(document, "expected a mapping that begins with kind: (\(kinds.joined(separator: " or ")))")
            return .flawed(reader.flaws)
        }
        guard let kind = reader.oneOf(kindNode, kinds, "kind") else { return .flawed(reader.flaws) }
        let json =
            switch kind {
            case "sales-schema": schema(document, &reader)
            case "cleaning-rules": cleaning(document, &reader)
            case "settings": settings(document, &reader)
            default: quality(document, &reader)
            }
        return reader.flaws.isEmpty ? .compiled(json) : .flawed(reader.flaws)
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
