import CPostgres
import Glibc

extension Connection {
    /// Waits until the socket can be read or written, for at most `milliseconds` (negative: without end).
    func waitForSocket(toRead: Bool, milliseconds: Int32) throws(PostgresError) {
        var descriptor = pollfd(fd: PQsocket(raw), events: Int16(toRead ? POLLIN : POLLOUT), revents: 0)
        while true {
            let ready = poll(&descriptor, 1, milliseconds)
            if ready > 0 { return }
            if ready < 0 && errno == EINTR { continue }
            let cause = errno
            let what = ready == 0 ? "no answer within \(milliseconds / 1000) s" : "poll failed with errno \(cause)"
            throw PostgresError(sqlstate: nil, primary: what, isConnectFailure: true)
        }
    }
}

/// Runs `body` with the texts as C strings in a C array that a null pointer ends. A nil stays a null pointer.
/// A text ends at its first NUL: callers refuse those before.
func withCStrings<T>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
    let copies = texts.map { $0.flatMap { strdup($0) } }
    defer { copies.forEach { free($0) } }
    var pointers = copies.map { UnsafePointer($0) }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
        withExtendedLifetime(copies) { body(buffer.baseAddress.unsafelyUnwrapped) }
    }
}
