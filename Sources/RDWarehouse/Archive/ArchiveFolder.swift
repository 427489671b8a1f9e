import Glibc
import RDBytes
import RDProcess

/// The folder of an archive, which has its name only once it is whole: until then it is `PATH.partial`.
public struct ArchiveFolder: Sendable {
    /// Where the archive will be.
    public let path: String
    /// Where it is written.
    public var partial: String { path + ".partial" }

    /// A folder at `path`; nothing is made yet.
    public init(_ path: String) {
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        self.path = trimmed.isEmpty ? "/" : trimmed
    }

    /// True where something is at `path` that is more than an empty folder.
    public var isTaken: Bool {
        guard exists(path) else { return false }
        return (try? names(path).isEmpty) != true
    }

    /// Makes the partial folder anew: what a run that was killed left in it is removed. A failure is exit 73.
    public func begin() throws {
        try removePartial()
        try makeFolder(folderOf(path))
        guard mkdir(partial, 0o755) == 0 else { throw systemError(.cannotCreate, "cannot make \(partial)", errno) }
    }

    /// Removes the partial folder with the files of an archive in it. Where it holds anything else, that stays, and this
    /// is exit 73.
    public func removePartial() throws { try remove(partial) }

    private func remove(_ folder: String) throws {
        for name in try names(folder) where name == ArchiveManifest.name || (try? Compression(of: name)) != nil {
            unlink("\(folder)/\(name)")
        }
        guard rmdir(folder) == 0 || errno == ENOENT else {
            throw systemError(
                .cannotCreate, "cannot remove \(folder)", errno, remedy: "remove it, or name another folder")
        }
    }

    /// Gives the folder its name in place of the archive that has it, which is removed. Whoever ends this on the way
    /// leaves the old one, beside its name perhaps, as `PATH.replaced`. A failure is exit 73.
    func replace() throws {
        let old = path + ".replaced"
        try remove(old)
        guard rename(path, old) == 0 else { throw systemError(.cannotCreate, "cannot replace \(path)", errno) }
        do {
            try publish()
        } catch {
            _ = rename(old, path)
            throw error
        }
        try remove(old)
    }

    private func names(_ folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            guard errno == ENOENT else { throw systemError(.cannotCreate, "cannot open \(folder)", errno) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Writes the manifest into the partial folder and has all of its names on disk. A failure is exit 73 or 74.
    public func complete(_ manifest: ArchiveManifest) throws {
        let sink = try FileSink(creating: "\(partial)/\(ArchiveManifest.name)")
        do {
            try Array(manifest.text.utf8).withUnsafeBytes { try sink.write($0) }
            guard fsync(sink.descriptor) == 0 else { throw systemError(.io, "cannot write \(partial)", errno) }
        } catch {
            closeDescriptor(sink.descriptor)
            throw error
        }
        try sink.close()
        try synchronize(partial)
    }

    /// Gives the folder its name, for good once this returns. Something that is there already, unless it is an empty
    /// folder, is exit 73.
    public func publish() throws {
        guard rename(partial, path) == 0 else {
            throw systemError(.cannotCreate, "cannot make \(path)", errno, remedy: "name another folder")
        }
        try synchronize(folderOf(path))
    }

    /// Has the names in a folder on disk.
    private func synchronize(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(.io, "cannot open \(folder)", errno) }
        defer { closeDescriptor(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw systemError(.io, "cannot write \(folder)", errno)
        }
    }
}
