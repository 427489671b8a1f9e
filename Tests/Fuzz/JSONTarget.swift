import RDBytes
import RDRecord

/// Any bytes at all read as JSON: what is read is written and read back equal, and the scanner of records takes exactly
/// the objects that the reader of documents takes.
struct JSONTarget {
    func run(_ bytes: [UInt8], _ random: inout Mutator) throws {
        let tree = bytes.withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
        if let tree {
            let again = try? JSONValue(parsing: tree.text)
            try require(again == tree, "written and read back it is another: \(tree.text)")
        }
        var table = FieldTable()
        let isRecord = bytes.withUnsafeBytes { span in
            do {
                try recordScanner.scan(span.bytes, into: &table)
                return true
            } catch { return false }
        }
        let isObject = tree?.members != nil
        try require(isRecord == isObject, "the scanner says \(isRecord), the reader \(isObject)")
    }
}
