import Glibc
import Synchronization

/// Moves files to other file systems, one after the other, on a thread of its own: the timetable does not wait for a
/// large file. The thread ends with its process; what it was copying then stands where it was, and the next scheduler
/// begins anew.
final class FileMover: Sendable {
    private struct State {
        var waiting: [(source: String, target: String)] = []
        var done: [(source: String, target: String, flaw: (any Error)?)] = []
        /// Where files go that wait, are being moved, or were and nobody has taken note.
        var known: [String: String] = [:]
        var isAtWork = false
    }

    private let state = Mutex(State())

    /// True while there is something to move or to be taken note of.
    var isBusy: Bool { state.withLock { !$0.known.isEmpty } }

    /// True for a file that is on its way, or is there and still to be taken note of.
    func has(_ source: String) -> Bool { state.withLock { $0.known[source] != nil } }

    /// True where a file is on its way there.
    func isTaken(_ target: String) -> Bool { state.withLock { $0.known.values.contains(target) } }

    /// Moves a file once those before it are moved.
    func move(_ source: String, to target: String) {
        let isIdle = state.withLock { state in
            guard state.known.updateValue(target, forKey: source) == nil else { return false }
            state.waiting.append((source, target))
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
        if isIdle { startThread() }
    }

    /// The moves that have ended since this was last asked, with what went wrong.
    func ended() -> [(source: String, target: String, flaw: (any Error)?)] {
        state.withLock { state in
            defer { state.done = [] }
            for move in state.done { state.known[move.source] = nil }
            return state.done
        }
    }

    private func work() {
        while let next = next() {
            var flaw: (any Error)?
            do { try moveFile(next.source, to: next.target) } catch { flaw = error }
            state.withLock { [flaw] in $0.done.append((next.source, next.target, flaw)) }
        }
    }

    private func next() -> (source: String, target: String)? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.isAtWork = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    /// Signals are for the scheduler's own thread, which has them blocked by now, and this inherits that.
    private func startThread() {
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                pointer.map { Unmanaged<FileMover>.fromOpaque($0).takeRetainedValue().work() }
                return nil
            }, me)
        if code == 0 {
            pthread_detach(thread)
        } else {
            // Then everything waits for it, but it is done.
            Unmanaged<FileMover>.fromOpaque(me).release()
            work()
        }
    }
}
