extension Zone {
    /// Reads a file of the zone database (TZif, RFC 9636): the 64-bit block of version 2 or newer and its footer, or
    /// the 32-bit block of version 1.
    public init(name: String, tzif bytes: [UInt8]) throws(ScheduleFlaw) {
        let file = TZifReader(bytes: bytes, name: name)
        var header = try file.header(at: 0)
        var width = 4
        var start = 44
        if header.version >= 2 {
            start = 44 + header.size(width: 4)
            header = try file.header(at: start)
            width = 8
            start += 44
        }
        let end = start + header.size(width: width)
        guard end <= bytes.count, header.types > 0 else { throw file.flaw("is cut short") }
        let offsets = (0..<header.types).map { index in
            Int(file.number(start + header.times * (width + 1) + index * 6, 4))
        }
        var changes: [Change] = []
        for index in 0..<header.times {
            let type = Int(bytes[start + header.times * width + index])
            guard type < offsets.count else { throw file.flaw("names a type it does not have") }
            changes.append(Change(at: file.number(start + index * width, width), offset: offsets[type]))
        }
        guard zip(changes, changes.dropFirst()).allSatisfy({ $0.at < $1.at }) else {
            throw file.flaw("has its changes out of order")
        }
        let footer = width == 8 ? String(decoding: bytes[end...].filter { $0 != 0x0A }, as: UTF8.self) : ""
        self.init(name: name, first: offsets[0], changes: changes, rule: try PosixRule(footer))
    }
}

private struct TZifReader {
    let bytes: [UInt8]
    let name: String

    struct Header {
        let version: Int
        let counts: [Int]
        var times: Int { counts[3] }
        var types: Int { counts[4] }

        /// Bytes of the block that follows, with times of `width` bytes.
        func size(width: Int) -> Int {
            counts[3] * (width + 1) + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0]
        }
    }

    func flaw(_ problem: String) -> ScheduleFlaw { ScheduleFlaw("the zone file of \(name) \(problem)") }

    /// A big-endian signed number.
    func number(_ start: Int, _ width: Int) -> Int64 {
        var value: UInt64 = 0
        for byte in bytes[start..<start + width] { value = value << 8 | UInt64(byte) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }

    func header(at start: Int) throws(ScheduleFlaw) -> Header {
        guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
            throw flaw("is not a zone file")
        }
        let version = bytes[start + 4] == 0 ? 1 : Int(bytes[start + 4]) - 0x30
        let counts = (0..<6).map { Int(number(start + 20 + $0 * 4, 4)) }
        guard counts.allSatisfy({ (0...1_000_000).contains($0) }), start + 44 + counts[3] * 5 <= bytes.count else {
            throw flaw("is cut short")
        }
        return Header(version: version, counts: counts)
    }
}
