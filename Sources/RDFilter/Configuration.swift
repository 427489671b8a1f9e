public import RDBytes
public import RDProcess

/// Reads a YAML file of `pipelines/` as the JSON that `rd-config compile` makes of it.
///
/// YAML needs a library that takes 10 ms to start, so what it was compiled to is kept under the state folder by the
/// hash of its text, and a filter that finds it there needs no YAML at all.
public struct ConfigurationReader {
    private let folders: Folders

    /// A reader for this installation.
    public init(_ folders: Folders = Folders()) { self.folders = folders }

    /// The compiled form of `path`, or of the file `name` that the suite brings. A missing file is exit 66, one that is
    /// wrong is exit 78 with what `rd-config` says about it.
    public func read(_ path: String?, default name: String) throws -> JSONValue {
        let file = path ?? "\(folders.share)/pipelines/\(name)"
        let text = try readAll(FileSource(path: file))
        var hash = SHA256()
        text.withUnsafeBytes { hash.update($0) }
        let cached = "\(folders.home)/cache/\(SHA256.hex(hash.finalize())).json"
        if let known = try? readAll(FileSource(path: cached)), let json = parse(known) { return json }
        let (ending, output) = try capture(compiler, ["compile", file])
        guard ending == .exit(0), let json = parse(output) else {
            throw RDError(
                .configuration, "\(file) is not a valid configuration", remedy: "run: rd-config check \(file)")
        }
        // What a file says is for those who may read it: its compiled form lies where only the owner gets.
        try? makeFolder(folders.home)
        try? makeFolder(folders.home + "/cache", mode: 0o700)
        try? writeAtomically(output, to: cached)
        return json
    }

    private var compiler: String { folders.executables + "/rd-config" }

    private func parse(_ bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
    }
}
