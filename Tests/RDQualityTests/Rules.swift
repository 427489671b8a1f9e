import RDBytes
import RDConfig
import RDQuality
import RDRecord
import Testing

/// The rules of `gate`, compiled from lines of YAML as they stand under the gate's name.
func rules(_ gate: Gate, _ lines: String..., minimum: Int = 0) throws -> [QualityRule] {
    let text = """
        kind: quality-rules
        version: 1
        min_rows: \(minimum)
        gates:
          \(gate.rawValue):
        \(lines.map { "    - {\($0)}" }.joined(separator: "\n"))
        """
    switch Configuration.compile(text, file: "f") {
    case .compiled(let json): return try QualityRules(json)[gate]
    case .flawed(let flaws):
        Issue.record("\(flaws)")
        return []
    }
}

extension GateWatch {
    /// The metric lines of the gate as it stands.
    mutating func metrics() throws -> [JSONValue] {
        var out = ByteBuffer()
        finish(into: &out)
        return try out.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    /// Takes rows of which `gaps` are empty.
    mutating func take(_ rows: Int, gaps: UInt8 = 0) {
        for _ in 0..<rows { take(gaps: gaps) }
    }

    /// Sees `text` in the first watched column.
    mutating func see(_ text: String, isEscaped: Bool = false) {
        var bytes = ByteBuffer()
        bytes.append(text: text)
        see(0, bytes.bytes.bytes, 0..<bytes.count, isEscaped: isEscaped)
    }
}

/// The bit of the customer among a row's gaps.
let noCustomer = UInt8(1 << Field.customerID)
