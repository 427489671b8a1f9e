import Glibc
import RDBytes
import RDProcess

/// A short-lived program that the scheduler starts beside its runs: an alert, a hook, the mirror. Nobody waits for it;
/// one that takes too long is killed.
final class Errand {
    /// What it is for, in messages.
    let purpose: String
    private let program: Subprocess
    private let deadline: Int64

    /// Starts `arguments`, of which the first is the program, with `input` on its standard input. Its output goes where
    /// the scheduler's standard error goes.
    init(_ purpose: String, _ arguments: [String], environment: [String], input: String, limit: Int64 = 600) throws {
        self.purpose = purpose
        deadline = Clock.monotonicNanoseconds() + limit * 1_000_000_000
        let file = try TemporaryFile()
        try Array(input.utf8).withUnsafeBytes { try file.append($0) }
        // The file was written by offset, so that its place is still at the beginning.
        program = try Subprocess(
            arguments[0], Array(arguments.dropFirst()), input: file.descriptor, output: 2, variables: environment,
            leadsGroup: true)
    }

    /// Its exit code; nil while it goes on.
    func ending(now: Int64) -> Int32? {
        if let ending = program.endingSoFar() { return ending.code }
        if now > deadline { program.signalGroup(SIGKILL) }
        return nil
    }
}
