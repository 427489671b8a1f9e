import RDBytes
import RDIngest
import RDProcess

/// How sure it must be that a file is the one that was read.
public enum SourceCheck: String, CaseIterable, Sendable {
    /// Its SHA-256 is the same: all of it is read.
    case hash
    /// Its size is the same.
    case size
    /// The file is not looked at.
    case off
}

/// A line of a source file, found again.
public struct SourceLine: Sendable {
    /// The path of the file.
    public let file: String
    /// The line in that file, from 1.
    public let line: Int
    /// The line in all files one after the other, as records carry it.
    public let lineOfSource: Int
    /// Bytes from the start of the file's text (of what it decompresses to) to the line.
    public let offset: Int
    /// The record that begins there, without its line end: more than one line where a quoted cell has line ends.
    public let record: [UInt8]
    /// The file's first record, with its line end and a byte order mark.
    public let header: [UInt8]

    /// Why a line cannot be shown.
    public struct Missing: Error {
        /// In one line.
        public let why: String

        /// A line that cannot be shown.
        public init(why: String) { self.why = why }
    }
}

extension SourceForm {
    /// Finds line `line` of the source again. `moved` is where the file is now, where it was moved.
    /// - Throws: `SourceLine.Missing` where the file is not there or another than the one that was read.
    public func find(line: Int, check: SourceCheck, moved: [String] = []) throws(SourceLine.Missing) -> SourceLine {
        guard check != .off else { throw .init(why: "not looked for") }
        let paths = moved.isEmpty ? files : moved
        guard !paths.contains("-") else {
            throw .init(why: "it came by standard input; say where it is with --source FILE")
        }
        guard paths.count == files.count else {
            throw .init(why: "the source was \(files.count) files, and --source names \(paths.count)")
        }
        var search = Search(form: self, line: line, check: check)
        do {
            for path in paths { try search.read(path) }
        } catch let missing as SourceLine.Missing {
            throw missing
        } catch let error as any CodedError {
            throw .init(why: error.message)
        } catch {
            throw .init(why: "\(error)")
        }
        return try search.result()
    }

    /// Where the record that `bytes` begins with ends; nil where it cannot be told.
    func recordEnd(_ bytes: [UInt8], withLineEnd: Bool) -> Int? {
        var cells = CellTable()
        let scanner = CSVScanner(dialect)
        return bytes.withUnsafeBytes { all -> Int? in
            switch scanner.scan(all.bytes, from: 0, atEnd: true, into: &cells) {
            case .record(let end, let next, _): withLineEnd ? next : end
            default: all.firstIndex(of: dialect.recordEnd)
            }
        }
    }
}

/// Goes through the files of a source one after the other.
private struct Search {
    let form: SourceForm
    let line: Int
    let check: SourceCheck
    private var linesBefore = 0
    private var bytes = 0
    private var hashes: [String] = []
    private var found: SourceLine?

    init(form: SourceForm, line: Int, check: SourceCheck) {
        self.form = form
        self.line = line
        self.check = check
    }

    mutating func read(_ path: String) throws {
        let (source, isCompressed, finish) = try SourceText.open(path)
        if form.files.count == 1, !isCompressed, let size = try (source as? FileSource)?.size(), let known = form.bytes,
            size != known
        {
            throw SourceLine.Missing(why: "\(path) has \(size) bytes, the file that was read had \(known)")
        }
        let wanted = found == nil && line > linesBefore ? line - linesBefore : nil
        var scan = LineScan(
            target: wanted, end: form.dialect.recordEnd, encoding: form.encoding,
            hashes: check == .hash && form.sha256 != nil)
        do {
            try scan.read(source)
        } catch {
            try finish(false)
            throw error
        }
        try finish(true)
        if let wanted, let offset = scan.offset, !scan.tail.isEmpty {
            found = SourceLine(
                file: path, line: wanted, lineOfSource: line, offset: offset,
                record: form.cut(scan.tail, withLineEnd: false),
                header: form.cut(scan.head, withLineEnd: true))
        }
        linesBefore += scan.lineCount
        bytes += scan.bytes
        hashes.append(scan.sha256)
    }

    func result() throws(SourceLine.Missing) -> SourceLine {
        let name = form.files.joined(separator: " ")
        if let known = form.bytes, known != bytes {
            throw .init(why: "\(name) has \(bytes) bytes, what was read had \(known)")
        }
        if check == .hash, let known = form.sha256, combined != known {
            throw .init(why: "\(name) changed since it was read: its SHA-256 is \(combined)")
        }
        guard let found else { throw .init(why: "\(name) has \(linesBefore) lines, and line \(line) is asked for") }
        return found
    }

    /// As `rd-ingest` combines the hashes of several files.
    private var combined: String {
        guard hashes.count != 1 else { return hashes[0] }
        var hash = SHA256()
        Array(hashes.map { $0 + "\n" }.joined().utf8).withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }
}

extension SourceForm {
    /// The first record of `bytes`. In UTF-16 it ends at the first line end: its quotes are not looked at.
    func cut(_ bytes: [UInt8], withLineEnd: Bool) -> [UInt8] {
        guard let encoding, encoding.isWide else {
            return Array(bytes.prefix(recordEnd(bytes, withLineEnd: withLineEnd) ?? bytes.count))
        }
        let end: [UInt8] = encoding == .utf16BigEndian ? [0, dialect.recordEnd] : [dialect.recordEnd, 0]
        var index = 0
        while index + 1 < bytes.count, [bytes[index], bytes[index + 1]] != end { index += 2 }
        return Array(bytes.prefix(withLineEnd ? index + 2 : index))
    }
}
