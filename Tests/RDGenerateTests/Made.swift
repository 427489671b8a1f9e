import RDBytes
import RDGenerate

/// A generated file, its truth and the rows that a plain reader finds in it.
struct Made {
    let bytes: [UInt8]
    let truth: Truth

    init(_ options: GeneratorOptions) throws {
        var generator = Generator(options)
        let sink = MemorySink()
        try generator.run(to: sink)
        bytes = sink.bytes
        truth = generator.truth
    }

    init(rows: Int, seed: UInt64 = 1, _ change: (inout GeneratorOptions) -> Void = { _ in }) throws {
        var options = GeneratorOptions()
        options.rows = rows
        options.seed = seed
        change(&options)
        try self.init(options)
    }

    /// The bytes as UTF-8.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The cells of every record after the header, by RFC 4180 and nothing of the suite's; bytes as Latin-1.
    func rows(delimiter: Character = ",") -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != 0x22 {
                    cell.append(Unicode.Scalar(byte))
                } else if index < bytes.count, bytes[index] == 0x22 {
                    cell.append(Unicode.Scalar(byte))
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch Character(Unicode.Scalar(byte)) {
            case "\"": isQuoted = true
            case delimiter, "\n":
                record.append(String(cell))
                cell = .init()
                if byte == 0x0A {
                    records.append(record)
                    record = []
                }
            case "\r": break
            default: cell.append(Unicode.Scalar(byte))
            }
        }
        return Array(records.dropFirst())
    }
}

extension RangeReplaceableCollection {
    /// How many elements fulfil `condition`, as a share of all.
    func share(where condition: (Element) -> Bool) -> Double {
        isEmpty ? 0 : Double(count { condition($0) }) / Double(count)
    }
}
