import Glibc
import RDBytes
import RDProcess

/// Appends lines to the file at `path`, each in one write to its end, so that lines of several processes never mix; file
/// and folder are made where they are missing. A file that cannot be made is exit 73, one that cannot be written 74.
func appendLines(_ lines: [String], to path: String, mode: mode_t) throws {
    if lines.isEmpty { return }
    try makeFolder(folderOf(path))
    let (descriptor, error) = retryingInterrupts {
        Int(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode))
    }
    guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
    let sink = FileSink(Int32(descriptor), name: path)
    do {
        for line in lines { try Array((line + "\n").utf8).withUnsafeBytes { try sink.write($0) } }
    } catch {
        closeDescriptor(Int32(descriptor))
        throw error
    }
    try sink.close()
}
