import Glibc
import RDProcess

/// Writes `pieces` into a new pipe one after the other from a thread of its own, and gives the end to read from. The
/// reader sees each piece by itself where it reads faster than `gap`.
func pipe(of pieces: [[UInt8]], gap: UInt32 = 0) throws -> Int32 {
    let (read, write) = try makePipe()
    startThread {
        for piece in pieces {
            var done = 0
            while done < piece.count {
                let count = piece[done...].withUnsafeBytes { Glibc.write(write, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                done += count
            }
            if gap > 0 { usleep(gap) }
        }
        closeDescriptor(write)
    }
    return read
}

/// Runs `body` on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
        &thread, nil,
        { pointer in
            pointer.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }
            return nil
        }, work)
    pthread_detach(thread)
}

/// Runs `body` with SIGPIPE held back from this thread, so that a closed pipe is an error and not the end.
func withoutSIGPIPE<Result>(_ body: () throws -> Result) rethrows -> Result {
    var pipeSignal = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
    defer {
        var now = timespec()
        _ = sigtimedwait(&pipeSignal, nil, &now)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
}
