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
    /// By what the file was found to be the one that was read, in a few words.
    public internal(set) var checked = "nothing"

    /// Why a line cannot be shown.
    public struct Missing: Error {
        /// In one line.
        public let why: String

        /// A line that cannot be shown.
        public init(why: String) { self.why = why }
    }
}

extension SourceForm {
    /// Finds line `line` of the source again. `moved` is where the file is now, where it was moved; `verified` knows
    /// files whose hash need not be computed again.
    /// - Throws: `SourceLine.Missing` where the file is not there or another than the one that was read.
    public func find(line: Int, check: SourceCheck, moved: [String] = [], verified: VerifiedFiles? = nil)
        throws(SourceLine.Missing) -> SourceLine
    {
        guard check != .off else { throw .init(why: "not looked for") }
        let paths = moved.isEmpty ? files : moved
        guard !paths.contains("-") else {
            throw .init(why: "it came by standard input; say where it is with --source FILE")
        }
        guard paths.count == files.count else {
            throw .init(why: "the source was \(files.count) files, and --source names \(paths.count)")
        }
        var search = Search(form: self, line: line, check: check, verified: verified)
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
