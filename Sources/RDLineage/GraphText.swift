public import RDBytes

/// The forms that a graph is written in.
public enum GraphForm: String, CaseIterable, Sendable {
    /// Graphviz's language.
    case dot
    /// Mermaid's, which many wikis and code hosts draw.
    case mermaid
    /// A picture; `dot` makes it.
    case svg
    /// One object with `nodes` and `edges`.
    case json
}

extension LineageGraph {
    /// The graph in Graphviz's language: a box for each dataset, the rule as each edge's tooltip.
    public var dot: String {
        var lines = [
            "digraph lineage {", "  rankdir=LR; bgcolor=\"white\"; ranksep=1.2; nodesep=0.12;",
            "  node [shape=box style=\"filled\" fillcolor=\"white\" fontname=\"sans-serif\" fontsize=10 height=0.25];",
            "  edge [color=\"#607080\" arrowsize=0.6];",
        ]
        for (index, dataset) in datasets.enumerated() {
            let style = dataset.name.hasPrefix("opaque") ? "style=dashed color=\"#a04000\"" : "color=\"#8090a0\""
            lines.append("  subgraph cluster_\(index) {")
            lines.append("    label=\(Self.quoted(dataset.name)); fontname=\"sans-serif\"; \(style);")
            for column in dataset.columns {
                lines.append("    \(Self.quoted(column.text)) [label=\(Self.quoted(column.name))];")
            }
            lines.append("  }")
        }
        for edge in edges {
            lines.append(
                "  \(Self.quoted(edge.from.text)) -> \(Self.quoted(edge.to.text)) "
                    + "[tooltip=\(Self.quoted("\(edge.stage): \(edge.rule)"))];")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// The graph in Mermaid's language. Its identifiers are numbers, since names may be anything.
    public var mermaid: String {
        var lines = ["flowchart LR"]
        var numbers: [LineageColumn: Int] = [:]
        for (index, dataset) in datasets.enumerated() {
            lines.append("  subgraph d\(index)[\(Self.mermaidText(dataset.name))]")
            for column in dataset.columns {
                numbers[column] = numbers.count
                lines.append("    c\(numbers[column] ?? 0)[\(Self.mermaidText(column.name))]")
            }
            lines.append("  end")
        }
        for edge in edges {
            let rule = Self.mermaidText(edge.rule)
            lines.append("  c\(numbers[edge.from] ?? 0) -->|\(rule)| c\(numbers[edge.to] ?? 0)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The graph as one object.
    public var json: JSONValue {
        [
            "nodes": .array(
                columns.map {
                    ["id": .string($0.text), "dataset": .string($0.dataset), "column": .string($0.name)]
                }), "edges": .array(edges.map(\.json)),
        ]
    }

    private var datasets: [(name: String, columns: [LineageColumn])] {
        var result: [(name: String, columns: [LineageColumn])] = []
        for column in columns {
            if result.last?.name == column.dataset {
                result[result.count - 1].columns.append(column)
            } else {
                result.append((column.dataset, [column]))
            }
        }
        return result
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") + "\""
    }

    private static func mermaidText(_ text: String) -> String {
        "\"" + text.replacing("#", with: "#35;").replacing("\"", with: "#quot;").replacing("\n", with: " ") + "\""
    }
}

extension LineageEdge {
    /// The edge as one object: `from`, `to`, `stage`, `rule`.
    public var json: JSONValue {
        ["from": .string(from.text), "to": .string(to.text), "stage": .string(stage), "rule": .string(rule)]
    }
}
