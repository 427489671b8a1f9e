/// A text that bash would run as one pipeline and nothing else, split into its stages.
///
/// Each stage of such a text can be started by itself, with the same meaning as if one bash had started them all: so
/// each one's end is seen, with what it used. Whatever is not certain to be such a text is left whole: lists (`;`, `&`,
/// `&&`, `||`, lines), compound commands, here documents, comments, `|&`, backquotes and `$$`, which is the same number
/// in all stages of one bash.
struct PlainPipeline: Equatable {
    /// The texts of the stages.
    let stages: [String]
    /// What a bash of its own runs for each: the stage, and what stands in it where it is in parentheses, as that bash
    /// is the subshell they ask for.
    let scripts: [String]

    /// The stages of `text`; nil where it is anything else or not certain.
    init?(_ text: String) {
        var reader = StageReader(text)
        guard reader.readAll() else { return nil }
        let stages = reader.stages.map { String(decoding: $0, as: UTF8.self) }
        guard !stages.isEmpty, stages.allSatisfy(PlainPipeline.isSimple) else { return nil }
        self.stages = stages
        scripts = stages.map { StageReader.inParentheses($0) ?? $0 }
    }

    private static func isSimple(_ stage: String) -> Bool {
        guard let word = stage.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }).first else {
            return false
        }
        // Two parentheses may be arithmetic, or not.
        return !reserved.contains(String(word)) && !word.hasPrefix("((")
    }

    private static let reserved: Set<String> = [
        "!", "[[", "]]", "{", "}", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function",
        "if", "in", "select", "then", "time", "until", "while",
    ]
}

/// Walks over shell text as far as needed to know which `|` part stages.
private struct StageReader {
    private let text: [UInt8]
    private var index = 0
    private var start = 0
    /// Where the last character stands that a backslash took the meaning from.
    private var escaped = -1
    private(set) var stages: [[UInt8]] = []

    init(_ text: String) { self.text = Array(text.utf8) }

    /// What stands in the parentheses that `stage` is in, where nothing comes after them.
    static func inParentheses(_ stage: String) -> String? {
        var reader = StageReader(stage)
        guard reader.byte == UInt8(ascii: "("), reader.readNested(), reader.byte == nil else { return nil }
        return String(decoding: reader.text.dropFirst().dropLast(), as: UTF8.self)
    }

    private var byte: UInt8? { index < text.count ? text[index] : nil }
    private var next: UInt8? { index + 1 < text.count ? text[index + 1] : nil }
    private var previous: UInt8? { index > 0 ? text[index - 1] : nil }

    private var followsAngle: Bool {
        escaped != index - 1 && (previous == UInt8(ascii: "<") || previous == UInt8(ascii: ">"))
    }

    /// True where a `#` would begin a comment.
    private var beginsWord: Bool { isBlank(previous) || previous.map { "();|&<>".utf8.contains($0) } ?? true }

    /// False where the text is not, or not for certain, one pipeline.
    mutating func readAll() -> Bool {
        while let byte {
            switch byte {
            case UInt8(ascii: "|"): guard readBar() else { return false }
            case UInt8(ascii: "\n"): guard readLineEnd() else { return false }
            case UInt8(ascii: "&"):
                guard followsAngle || next == UInt8(ascii: ">") else { return false }
                index += 1
            case UInt8(ascii: ";"), UInt8(ascii: ")"): return false
            case UInt8(ascii: "("): guard mayOpen, readNested() else { return false }
            default: guard readPart(byte) else { return false }
            }
        }
        cut()
        return true
    }

    /// What means the same at the top and within parentheses.
    private mutating func readPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"):
            guard next != nil else { return false }
            escaped = index + 1
            index += 2
        case UInt8(ascii: "'"): return readTo(UInt8(ascii: "'"))
        case UInt8(ascii: "\""): return readQuoted()
        case UInt8(ascii: "`"): return false
        case UInt8(ascii: "$"): return readDollar(quoted: false)
        case UInt8(ascii: "<"): return readInput()
        case UInt8(ascii: "#"):
            guard !beginsWord else { return false }
            index += 1
        default: index += 1
        }
        return true
    }

    private mutating func readBar() -> Bool {
        // `>|` writes over a file.
        if previous == UInt8(ascii: ">") || next == UInt8(ascii: "|") || next == UInt8(ascii: "&") { return false }
        cut()
        index += 1
        start = index
        return true
    }

    /// A line may end after a `|` and at the end of the text.
    private mutating func readLineEnd() -> Bool {
        let isOpen = text[start..<index].allSatisfy { isBlank($0) }
        let isLast = text[index...].allSatisfy { isBlank($0) }
        index += 1
        return isOpen || isLast
    }

    /// `<<` begins a here document, `<<<` does not.
    private mutating func readInput() -> Bool {
        let run = text[index...].prefix { $0 == UInt8(ascii: "<") }.count
        index += run
        return run != 2
    }

    /// A parenthesis opens a process substitution, or a subshell where the stage begins with it.
    private var mayOpen: Bool { followsAngle || text[start..<index].allSatisfy { isBlank($0) } }

    /// To the parenthesis that closes this one. The patterns of `case` have some of their own.
    private mutating func readNested() -> Bool {
        let first = index
        index += 1
        while let byte {
            switch byte {
            case UInt8(ascii: ")"):
                index += 1
                return index - first > 2 && !String(decoding: text[first..<index], as: UTF8.self).contains("case ")
            case UInt8(ascii: "("): guard readNested() else { return false }
            default: guard readPart(byte) else { return false }
            }
        }
        return false
    }

    private mutating func readTo(_ end: UInt8) -> Bool {
        guard let at = text[(index + 1)...].firstIndex(of: end) else { return false }
        index = at + 1
        return true
    }

    private mutating func readQuoted() -> Bool {
        index += 1
        while let byte {
            switch byte {
            case UInt8(ascii: "\""): index += 1; return true
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "`"): return false
            case UInt8(ascii: "$"): guard readDollar(quoted: true) else { return false }
            default: index += 1
            }
        }
        return false
    }

    private mutating func readDollar(quoted: Bool) -> Bool {
        index += 1
        switch byte {
        case UInt8(ascii: "("): return readNested()
        case UInt8(ascii: "{"):
            let inside = text[(index + 1)...].prefix { $0 != UInt8(ascii: "}") }
            index += inside.count + 2
            return index <= text.count && inside.allSatisfy(isPlainExpansion)
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "_"): return false
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return quoted
        default: return true
        }
    }

    private mutating func cut() {
        let part = text[start..<min(index, text.count)]
        let stage = part.drop { isBlank($0) }
        stages.append(Array(stage.prefix(stage.count - trailingBlanks(stage))))
    }

    /// The blanks at the end; one after a backslash is none.
    private func trailingBlanks(_ stage: ArraySlice<UInt8>) -> Int {
        let count = stage.reversed().prefix { isBlank($0) }.count
        let last = stage.dropLast(count).last
        return last == UInt8(ascii: "\\") ? 0 : count
    }
}

private func isBlank(_ byte: UInt8?) -> Bool {
    guard let byte else { return true }
    return byte == 0x20 || byte == 0x09 || byte == 0x0A
}

/// What may stand in `${...}` without any quoting or nesting.
private func isPlainExpansion(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "_:-+=?/.,@%".utf8.contains(byte)
    }
}
