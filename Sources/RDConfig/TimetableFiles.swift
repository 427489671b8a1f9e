import RDBytes
import Yams

/// Holds the patterns of jobs that wait for files against each other: a file that two of them match would be taken by
/// the one that looks first.
struct TimetableFiles {
    private struct Watch {
        let name: String
        let node: Node
        let path: String
        let folder: [String]
        let pattern: FileNamePattern?
        let last: String
    }

    private let watches: [Watch]

    init(jobs: [(node: Node, json: JSONValue)], file: String) {
        let base = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        watches = jobs.compactMap { job in
            guard let name = job.json["name"]?.string, let path = job.json["on_file"]?["path"]?.string,
                let node = job.node.mapping?["on_file"]
            else { return nil }
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let last = parts.last ?? path
            let folder = Self.plain(path.hasPrefix("/") ? parts.dropLast() : base + parts.dropLast())
            return Watch(
                name: name, node: node, path: path, folder: folder, pattern: FileNamePattern(last), last: last)
        }
    }

    /// A folder without what does not change where it leads.
    private static func plain(_ parts: some Sequence<String>) -> [String] {
        var found: [String] = []
        for part in parts where part != "." && !part.isEmpty {
            if part == "..", let last = found.last, last != ".." { found.removeLast() } else { found.append(part) }
        }
        return found
    }

    func check(_ reader: inout YAMLReader) {
        for (place, watch) in watches.enumerated() {
            guard let other = watches[..<place].first(where: { sharesFiles($0, watch) }) else { continue }
            let line = other.node.mark.map { " (line \($0.line))" } ?? ""
            reader.fail(
                watch.node,
                "found '\(watch.path)' for \(watch.name), which matches files of \(other.name)\(line), "
                    + "'\(other.path)'; expected patterns that no file matches both of")
        }
    }

    private func sharesFiles(_ one: Watch, _ other: Watch) -> Bool {
        guard one.folder == other.folder else { return false }
        if one.last == other.last { return true }
        guard let left = one.pattern, let right = other.pattern else { return false }
        return left.overlaps(right)
    }
}
