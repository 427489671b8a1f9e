import Glibc

/// A folder of its own for one test, gone with everything in it when the test ends.
public final class TemporaryFolder {
    /// The folder's path.
    public let path: String

    /// A new folder under `/tmp`, which unix sockets need to be short.
    public init() throws {
        var template = Array("/tmp/rd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FolderError(number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The names in the folder.
    public var names: [String] { Self.names(in: path) }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// The path of the file `name` in the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Why a folder cannot be made.
    public struct FolderError: Error {
        /// What `errno` said.
        public let number: Int32
    }
}
