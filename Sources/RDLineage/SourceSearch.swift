import Glibc
import RDBytes
import RDProcess

/// Goes through the files of a source one after the other.
struct Search {
    let form: SourceForm
    let line: Int
    let check: SourceCheck
    let verified: VerifiedFiles?
    private var linesBefore = 0
    private var bytes = 0
    private var digests: [String] = []
    private var found: SourceLine?
    /// When the oldest hash was computed that did not have to be computed now.
    private var rememberedAt: Int64?

    init(form: SourceForm, line: Int, check: SourceCheck, verified: VerifiedFiles?) {
        self.form = form
        self.line = line
        self.check = check
        self.verified = verified
    }

    private var hashes: Bool { check == .hash && form.sha256 != nil }
    /// How lines are counted.
    private var counting: String {
        let wide = form.encoding.flatMap { $0.isWide ? "\($0)" : nil }
        return "\(form.dialect.recordEnd) \(wide ?? "bytes")"
    }

    mutating func read(_ path: String) throws {
        let (source, isCompressed, finish) = try SourceText.open(path)
        if form.files.count == 1, !isCompressed, let size = try (source as? FileSource)?.size(), let known = form.bytes,
            size != known
        {
            throw SourceLine.Missing(why: "\(path) has \(size) bytes, the file that was read had \(known)")
        }
        let file = isCompressed ? nil : source as? FileSource
        if hashes, let file, let entry = verified?.entry(file.descriptor, form: counting) {
            return try take(entry, file, path)
        }
        let before = file.flatMap { VerifiedFiles.identity($0.descriptor) }
        let wanted = found == nil && line > linesBefore ? line - linesBefore : nil
        var scan = LineScan(target: wanted, end: form.dialect.recordEnd, encoding: form.encoding, hashes: hashes)
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
        if hashes, let file {
            verified?.keep(
                file.descriptor, before, form: counting, sha256: scan.sha256, lines: scan.lineCount,
                offsets: scan.lineOffsets)
        }
        linesBefore += scan.lineCount
        bytes += scan.bytes
        digests.append(scan.sha256)
    }

    /// Takes a file whose hash is known: only the header and the line are read.
    private mutating func take(_ entry: VerifiedFiles.Entry, _ file: FileSource, _ path: String) throws {
        let wanted = line - linesBefore
        if found == nil, wanted > 0, wanted <= entry.lines {
            let head = try head(of: file)
            let place = (wanted - 1) / VerifiedFiles.stride
            _ = lseek(file.descriptor, off_t(entry.offsets[place]), SEEK_SET)
            var scan = LineScan(
                target: wanted - place * VerifiedFiles.stride, end: form.dialect.recordEnd, encoding: form.encoding,
                hashes: false)
            try scan.read(file, onlyToLine: true)
            if let offset = scan.offset, !scan.tail.isEmpty {
                found = SourceLine(
                    file: path, line: wanted, lineOfSource: line, offset: entry.offsets[place] + offset,
                    record: form.cut(scan.tail, withLineEnd: false), header: form.cut(head, withLineEnd: true))
            }
        }
        linesBefore += entry.lines
        bytes += entry.identity.size
        digests.append(entry.sha256)
        rememberedAt = min(rememberedAt ?? entry.at, entry.at)
    }

    /// The beginning of a file, no more than a record may be long.
    private func head(of file: FileSource) throws -> [UInt8] {
        var scan = LineScan(target: 1, end: form.dialect.recordEnd, encoding: form.encoding, hashes: false)
        try scan.read(file, onlyToLine: true)
        return scan.head
    }

    private var evidence: String {
        guard hashes else { return form.bytes == nil ? "nothing" : "size" }
        return rememberedAt.map { "sha256, computed \(Clock.iso8601($0)) and unchanged since" } ?? "sha256"
    }

    func result() throws(SourceLine.Missing) -> SourceLine {
        let name = form.files.joined(separator: " ")
        if let known = form.bytes, known != bytes {
            throw .init(why: "\(name) has \(bytes) bytes, what was read had \(known)")
        }
        if check == .hash, let known = form.sha256, combined != known {
            throw .init(why: "\(name) changed since it was read: its SHA-256 is \(combined)")
        }
        guard var found else { throw .init(why: "\(name) has \(linesBefore) lines, and line \(line) is asked for") }
        found.checked = evidence
        return found
    }

    /// As `rd-ingest` combines the hashes of several files.
    private var combined: String {
        guard digests.count != 1 else { return digests[0] }
        var hash = SHA256()
        Array(digests.map { $0 + "\n" }.joined().utf8).withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }
}
