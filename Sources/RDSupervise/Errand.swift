import Glibc
import RDBytes
import RDProcess

/// A short-lived program that the scheduler starts beside its runs: an alert, a hook, the mirror. Nobody waits for it;
/// one that takes too long is killed.
final class Errand {
    /// What it is for, in messages.
    let purpose: String
    private let process: Int32
    private let deadline: Int64

    /// Starts `arguments`, of which the first is the program, with `input` on its standard input. Its output goes where
    /// the scheduler's standard error goes.
    init(_ purpose: String, _ arguments: [String], environment: [String], input: String, limit: Int64 = 600) throws {
        self.purpose = purpose
        deadline = Clock.monotonicNanoseconds() + limit * 1_000_000_000
        let file = try TemporaryFile()
        try Array(input.utf8).withUnsafeBytes { try file.append($0) }
        // The file was written by offset, so that its place is still at the beginning.
        process = try Self.spawn(arguments, environment, input: file.descriptor)
    }

    /// How it ended; nil while it goes on.
    func ending(now: Int64) -> Int32? {
        var status: Int32 = 0
        let found = waitpid(process, &status, WNOHANG)
        if found == 0 {
            if now > deadline { kill(-process, SIGKILL) }
            return nil
        }
        guard found == process else { return 255 }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String], input: Int32
    ) throws(RDError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &variables)
        guard status == 0 else { throw systemError(.unavailable, "cannot run \(arguments[0])", status) }
        return child
    }
}
