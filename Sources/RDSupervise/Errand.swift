import Glibc
import RDBytes
import RDChain
import RDProcess

/// Something that the scheduler has done beside its runs: an alert, a hook, the mirror. Nobody waits for it; one that
/// takes too long is killed.
final class Errand {
    /// What it is for, in messages.
    let purpose: String
    /// Where its output is; nil where that goes to the scheduler's standard error.
    let log: String?
    private let work: Work

    private enum Work {
        case program(Subprocess, deadline: Int64)
        case chain(ChainHandle, run: String, result: String)
    }

    /// Starts `arguments`, of which the first is the program, with `input` on its standard input. Its output goes where
    /// the scheduler's standard error goes.
    init(_ purpose: String, _ arguments: [String], environment: [String], input: String, limit: Int64 = 600) throws {
        self.purpose = purpose
        log = nil
        let file = try TemporaryFile()
        try Array(input.utf8).withUnsafeBytes { try file.append($0) }
        // The file was written by offset, so that its place is still at the beginning.
        let program = try Subprocess(
            arguments[0], Array(arguments.dropFirst()), input: file.descriptor, output: 2, variables: environment,
            leadsGroup: true)
        work = .program(program, deadline: Clock.monotonicNanoseconds() + limit * 1_000_000_000)
    }

    /// Starts a chain about `run` under a keeper, as runs are: nothing of it outlives the keeper, which ends it after its
    /// timeout and when the scheduler is gone.
    init(_ purpose: String, _ order: ChainOrder, run: String, result: String) throws {
        self.purpose = purpose
        log = order.log
        try makeFolder(folderOf(order.log), mode: 0o700)
        work = .chain(try startChain(order, result: result), run: run, result: result)
    }

    /// Its process, or the one that looks after it.
    var process: Int32 {
        switch work {
        case .program(let program, _): program.identifier
        case .chain(let handle, _, _): handle.keeper
        }
    }

    /// Its exit code; nil while it goes on.
    func ending(now: Int64) -> Int32? {
        switch work {
        case .program(let program, let deadline):
            if let ending = program.endingSoFar() { return ending.code }
            if now > deadline { program.signalGroup(SIGKILL) }
            return nil
        case .chain(let handle, let run, let result):
            var poller = pollfd(fd: handle.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, 0) > 0 else { return nil }
            return conclude(handle, run, result)
        }
    }

    private func conclude(_ handle: ChainHandle, _ run: String, _ result: String) -> Int32 {
        let code = handle.close()
        let ending = try? readChainResult(result)
        // A keeper that was killed could end nothing any more.
        if ending == nil { killStrays(ofRun: run) }
        removeFile(result)
        var status = stat()
        if let log, stat(log, &status) == 0, status.st_size == 0 { removeFile(log) }
        return ending?.exitCode ?? max(code, 1)
    }
}
