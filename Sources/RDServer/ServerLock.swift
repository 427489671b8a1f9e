import Glibc
import RDBytes
import RDProcess

/// Runs `body` while no other process makes, starts or stops the server of the same state folder. The lock goes with
/// the process, however it ends.
func withServerLock<T>(_ path: String, _ body: () throws -> T) throws -> T {
    let descriptor = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
        let advice = "set RD_HOME to a folder that you may write"
        throw systemError(.cannotCreate, "cannot make \(path)", errno, remedy: advice)
    }
    defer { closeDescriptor(descriptor) }
    let (_, error) = retryingInterrupts { Int(flock(descriptor, LOCK_EX)) }
    guard error == 0 else { throw systemError(.io, "cannot lock \(path)", error) }
    return try body()
}
