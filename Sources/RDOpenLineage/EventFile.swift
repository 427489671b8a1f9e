import Glibc
public import RDBytes
import RDProcess

/// A file that events are appended to, one a line.
public struct EventFile {
    private let path: String

    /// The file at `path`, made where it is missing.
    public init(_ path: String) { self.path = path }

    /// Appends `events`, each in one write, so that those of runs at the same time never mix. A file that cannot be
    /// opened is exit 73, one that cannot be written 74.
    public func append(_ events: [JSONValue]) throws {
        let (descriptor, error) = retryingInterrupts {
            Int(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644))
        }
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
        let sink = FileSink(Int32(descriptor), name: path)
        do {
            for event in events { try Array((event.text + "\n").utf8).withUnsafeBytes { try sink.write($0) } }
        } catch {
            closeDescriptor(Int32(descriptor))
            throw error
        }
        try sink.close()
    }
}
