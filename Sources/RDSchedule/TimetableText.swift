/// A timetable as text, so that a job can be written into it without touching the comments of its author.
public struct TimetableText: Sendable {
    private var lines: [String]
    /// The lines between `jobs:` and the next key.
    private var block: Range<Int>
    private let indent: String
    /// What ends each line.
    private let lineEnd: String

    /// A timetable without jobs.
    public static func empty(timezone: String) -> String {
        """
        # When pipelines run. After a change: rd-sched check. What runs next: rd-sched next.
        kind: timetable
        version: 1
        timezone: \(timezone)

        jobs:

        """
    }

    /// Reads a timetable whose jobs stand one below the other; jobs in one line (`[...]`) are a flaw. One that has no
    /// `jobs:` yet gets it.
    public init(_ text: String) throws(ScheduleFlaw) {
        (lines, lineEnd) = Self.split(text)
        let key = try Self.findJobs(&lines)
        let rest = Self.trimmed(lines[key].drop { $0 != ":" }.dropFirst().prefix { $0 != "#" })
        if rest == "[]" { lines[key] = "jobs:" }
        guard rest.isEmpty || rest == "[]" else {
            throw ScheduleFlaw("the jobs stand in one line", remedy: "write each one below 'jobs:', after a dash")
        }
        let start = key + 1
        let end = lines[start...].firstIndex { line in line.first.map { !" #-".contains($0) } ?? false }
        block = start..<(end ?? lines.count)
        while let last = lines[block].last, last.isEmpty || last.hasPrefix("#") { block = start..<block.upperBound - 1 }
        let first = lines[block].first { Self.trimmed($0[...]).hasPrefix("-") }
        guard first != nil || lines[block].allSatisfy({ Self.trimmed($0[...]).prefix { $0 != "#" }.isEmpty }) else {
            throw ScheduleFlaw("the jobs stand by name", remedy: "write each one below 'jobs:', after a dash")
        }
        indent = String(first?.prefix { $0 == " " } ?? "  ")
    }

    /// The lines, and what ends them; a line of a file that has both kinds keeps its own.
    private static func split(_ text: String) -> (lines: [String], end: String) {
        // Bytes, as CR and LF together are one character.
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        guard !lines.isEmpty, lines.allSatisfy({ $0.utf8.last == 0x0D }) else { return (lines, "\n") }
        return (lines.map { String(decoding: $0.utf8.dropLast(), as: UTF8.self) }, "\r\n")
    }

    /// The line that begins with `jobs:`, which is written where nothing stands in its way: a file whose other keys, if
    /// it has any, begin their lines.
    private static func findJobs(_ lines: inout [String]) throws(ScheduleFlaw) -> Int {
        let mark = "\u{FEFF}"
        if let key = lines.firstIndex(where: { $0.hasPrefix("jobs:") || $0.hasPrefix(mark + "jobs:") }) { return key }
        let others = " \t#\r".unicodeScalars
        var top = lines.filter { line in line.unicodeScalars.first.map { !others.contains($0) } ?? false }
        if top.first?.hasPrefix(mark) == true { top[0].unicodeScalars.removeFirst() }
        let isExtensible = top.allSatisfy { line in
            line.isEmpty || line == "---" || line.first?.isLetter == true && line.contains(":")
        }
        let isIndented = top.isEmpty && lines.contains { !trimmed($0[...]).prefix { $0 != "#" }.isEmpty }
        guard isExtensible, !isIndented else { throw ScheduleFlaw("no line begins with 'jobs:'") }
        lines.append("jobs:")
        return lines.count - 1
    }

    /// The text with all changes.
    public var text: String { lines.map { $0 + lineEnd }.joined() }

    /// Puts a job at the end, or in the place of the one called `name`. `keys` are YAML, one a line.
    public mutating func put(_ name: String, _ keys: [String]) {
        var new = ["\(indent)- name: \(name)"] + keys.map { "\(indent)  \($0)" }
        let place = item(name)
        if place == nil, !block.isEmpty { new.insert("", at: 0) }
        lines.replaceSubrange(place ?? block.upperBound..<block.upperBound, with: new)
        block = block.lowerBound..<block.upperBound + new.count - (place?.count ?? 0)
    }

    /// The lines of the job called `name`, without the comments that lead up to the next one.
    private func item(_ name: String) -> Range<Int>? {
        let dashes = block.filter { lines[$0].hasPrefix("\(indent)-") }
        for (place, start) in dashes.enumerated() {
            var end = place + 1 < dashes.count ? dashes[place + 1] : block.upperBound
            while end > start + 1, isComment(lines[end - 1]) { end -= 1 }
            if lines[start..<end].contains(where: { names($0, name) }) { return start..<end }
        }
        return nil
    }

    private func isComment(_ line: String) -> Bool {
        let text = Self.trimmed(line[...])
        return text.isEmpty || text.hasPrefix("#")
    }

    /// Whether a line has `name: NAME` at the level of a job's keys.
    private func names(_ line: String, _ name: String) -> Bool {
        var text = Self.trimmed(line[...])
        let depth = line.prefix { $0 == " " }.count
        if text.hasPrefix("-") {
            text = Self.trimmed(text.dropFirst())
        } else if depth > indent.count + 2 {
            return false
        }
        if text.hasPrefix("{") { text = Self.trimmed(text.dropFirst()) }
        guard text.hasPrefix("name:") else { return false }
        let value = text.dropFirst(5).prefix { !",}#".contains($0) }
        return Self.trimmed(value).filter { !"\"'".contains($0) } == name
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
    }
}

/// A word for bash, quoted where it must be.
public func shellWord(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,@%+".utf8)
    if !text.isEmpty, text.utf8.allSatisfy(plain.contains) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

/// A text for YAML, quoted where it must be.
public func yamlText(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=|,+ ".utf8)
    let isPlain = text.utf8.allSatisfy(plain.contains) && text.first?.isLetter == true && text.last != " "
    if isPlain, !["true", "false", "yes", "no", "null", "on", "off"].contains(text.lowercased()) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}
