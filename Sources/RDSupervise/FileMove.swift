import Glibc
import RDBytes
import RDProcess

/// Moves a file. Where `target` is on another file system it is copied under another name there, which is on the disk
/// before it takes the target's name, and only then removed here: a reader sees all of it or nothing, and whenever this
/// process is killed the file is whole in one of the two places. A move that was cut short so is ended by the next one.
/// A failure is exit 73 or 74, and the file is where it was.
func moveFile(_ source: String, to target: String) throws {
    if try renameFile(source, to: target) { return }
    let name = target.split(separator: "/").last.map(String.init) ?? "file"
    let draft = "\(folderOf(target))/.\(name).part"
    do {
        try copy(source, to: draft)
        guard rename(draft, target) == 0 else {
            throw systemError(.io, "cannot move \(source) to \(target)", errno)
        }
    } catch {
        unlink(draft)
        throw error
    }
    syncFolder(folderOf(target))
    try remove(source)
}

/// Moves a file as far as that takes no time: false where `target` is on another file system and nothing has happened.
func renameFile(_ source: String, to target: String) throws(RDError) -> Bool {
    if isCopy(target, of: source) {
        try remove(source)
        return true
    }
    if rename(source, target) == 0 { return true }
    guard errno == EXDEV else { throw systemError(.io, "cannot move \(source) to \(target)", errno) }
    return false
}

/// True where `path` is what an earlier move left of `source` on another file system: the same size, and the time of its
/// last change to the nanosecond.
func isCopy(_ path: String, of source: String) -> Bool {
    var (one, other) = (stat(), stat())
    guard stat(path, &one) == 0, stat(source, &other) == 0, one.st_dev != other.st_dev else { return false }
    return one.st_size == other.st_size && one.st_mtim.tv_sec == other.st_mtim.tv_sec
        && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec
}

private func remove(_ path: String) throws(RDError) {
    guard unlink(path) == 0 else { throw systemError(.io, "cannot remove \(path), which was copied", errno) }
}

/// The bytes, mode, owner (where that may be given) and times of a file, brought to the disk.
private func copy(_ source: String, to path: String) throws {
    let input = try FileSource(path: source)
    var status = stat()
    fstat(input.descriptor, &status)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", errno) }
    let sink = FileSink(descriptor, name: path)
    do {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        while case let count = try input.read(into: block), count > 0 {
            try sink.write(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
        _ = fchown(descriptor, status.st_uid, status.st_gid)
        fchmod(descriptor, status.st_mode & 0o7777)
        futimens(descriptor, [status.st_atim, status.st_mtim])
        guard fsync(descriptor) == 0 else { throw systemError(.io, "cannot write \(path)", errno) }
    } catch {
        close(descriptor)
        throw error
    }
    try sink.close()
}

private func syncFolder(_ path: String) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
}
