import Glibc
public import RDAlert
import RDBytes
import RDProcess

/// The alert log: a file of one JSON object a line, which others may be appending to at the same time.
public struct AlertLog: Sendable {
    /// The file.
    public let path: String

    /// The log at `path`; file and folder are made where they are missing.
    public init(path: String) { self.path = path }

    /// Appends what happened at `moment`, in milliseconds since 1970: each line in one write to the end of the file, so
    /// that lines never mix. A file that cannot be made is exit 73, one that cannot be written 74.
    public func append(_ notices: [AlertNotice], at moment: Int64) throws {
        if notices.isEmpty { return }
        try makeFolder(folderOf(path))
        let (descriptor, error) = retryingInterrupts {
            Int(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644))
        }
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
        let sink = FileSink(Int32(descriptor), name: path)
        do {
            for notice in notices {
                try Array((notice.logLine(at: moment).text + "\n").utf8).withUnsafeBytes { try sink.write($0) }
            }
        } catch {
            closeDescriptor(Int32(descriptor))
            throw error
        }
        try sink.close()
    }
}
