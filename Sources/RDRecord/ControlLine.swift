public import RDBytes

/// The longest line of a stream in bytes, without its line end: readers set longer ones aside.
public let longestLine = 1 << 20

extension RowFlaw {
    /// The flaw of a row whose record would be longer than readers take.
    public static func tooLong(_ size: Int) -> RowFlaw {
        RowFlaw(code: .lineTooLong, field: nil, detail: "the record would be \(size) bytes")
    }
}

/// The kinds of control line: objects whose first member is `"@rd"`.
public enum ControlKind: String, Sendable {
    case open, source, reject, metric, abort, close
}

/// A control line.
public struct ControlLine: Sendable {
    /// What it is; nil for a kind that this version does not know, which is passed on unchanged.
    public let kind: ControlKind?
    /// The whole line.
    public let json: JSONValue

    /// Reads `line`, which `isControl` is true of. A line that is no JSON is a broken stream: exit 76.
    public init(_ line: RawSpan) throws(RDError) {
        do {
            json = try JSONValue(parsing: line)
        } catch {
            throw RDError(
                .streamBroken, "a control line is not JSON: byte \(error.offset) should be \(error.expected)",
                remedy: "look at what stands before this filter in the pipe")
        }
        kind = json["@rd"]?.string.flatMap(ControlKind.init)
    }
}

extension RawSpan {
    /// True where the line is an object whose first member is `"@rd"`.
    @inlinable public var isControl: Bool {
        guard byteCount >= 7, self[0] == 0x7B else { return false }
        if self[1] == 0x22 { return self[2] == 0x40 && self[3] == 0x72 && self[4] == 0x64 && self[5] == 0x22 }
        return isSpacedControl
    }

    /// The same where white space stands before the name, as `mlr` writes it.
    @usableFromInline var isSpacedControl: Bool {
        var index = 1
        while index < byteCount, self[index] == 0x20 || self[index] == 0x09 { index += 1 }
        return index + 5 <= byteCount && equals(index..<index + 5, "\"@rd\"")
    }

    /// True where nothing but white space stands on the line.
    @inlinable public var isBlankLine: Bool {
        if byteCount > 0, self[0] == 0x7B { return false }
        for index in 0..<byteCount where self[index] != 0x20 && self[index] != 0x09 && self[index] != 0x0D {
            return false
        }
        return true
    }
}
