import Glibc
public import RDBytes
import RDProcess

/// Reads the result that a keeper left at `path`; nil where none is there (yet). One that is no result is exit 65.
public func readChainResult(_ path: String) throws(RDError) -> ChainResult? {
    guard exists(path) else { return nil }
    do {
        let bytes = try readAll(FileSource(path: path))
        let json = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        if let result = ChainResult(json) { return result }
    } catch let error as RDError {
        throw error
    } catch {}
    throw RDError(.data, "\(path) is not the result of a chain")
}

/// Takes the room on the disk that the result of a chain of the command `text` needs at `path`. A chain that has begun can
/// then say how it ended, however full the disk is by that time; one that could not must not begin. A failure is exit 73
/// or 74 and leaves nothing behind.
public func reserveChainResult(_ path: String, for text: String) throws(RDError) {
    let new = path + ".new"
    let descriptor = open(new, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(new)", errno) }
    defer { close(descriptor) }
    // Not flushed: the room is taken from here on, and when the machine stops so does the chain.
    let room = off_t(4096 + 2 * text.utf8.count)
    var status: Int32
    repeat { status = posix_fallocate(descriptor, 0, room) } while status == EINTR
    guard status != 0 else { return }
    unlink(new)
    throw systemError(.io, "cannot write \(new)", status)
}

/// Removes the result at `path`, and the room for it.
public func removeChainResult(_ path: String) {
    removeFile(path)
    removeFile(path + ".new")
}

/// Writes a result so that a reader sees all of it or nothing, whatever happens to the machine, into the room that was
/// reserved for it.
func writeChainResult(_ result: ChainResult, to path: String) throws(RDError) {
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(new)", errno) }
    var error = write(result, to: descriptor)
    if error == ENOSPC || error == EDQUOT || error == EFBIG {
        // Of very many stages the room holds how it ended, which counts for more than what they used.
        var short = result
        short.stages = []
        short.reason = result.reason ?? "the disk was full, so that nothing is known of the stages"
        error = write(short, to: descriptor)
    }
    if close(descriptor) != 0, error == 0 { error = errno }
    if error == 0, rename(new, path) != 0 { error = errno }
    guard error != 0 else { return }
    unlink(new)
    throw systemError(.io, "cannot write \(path)", error)
}

/// Makes `result` all that stands in a file. Gives 0, or errno.
private func write(_ result: ChainResult, to descriptor: Int32) -> Int32 {
    let bytes = Array((result.json.text + "\n").utf8)
    var done = 0
    while done < bytes.count {
        let (count, error) = bytes.withUnsafeBytes { space in
            retryingInterrupts { pwrite(descriptor, space.baseAddress! + done, space.count - done, off_t(done)) }
        }
        guard count > 0 else { return error == 0 ? ENOSPC : error }
        done += count
    }
    guard ftruncate(descriptor, off_t(bytes.count)) == 0, fsync(descriptor) == 0 else { return errno }
    return 0
}
