import CPostgres

/// What the server said besides its answers: a NOTICE, a WARNING.
public struct Notice: Sendable, Equatable {
    /// `NOTICE`, `WARNING`, `INFO`, ...
    public let severity: String
    /// The five characters of the SQLSTATE.
    public let sqlstate: String
    /// The text, in one line.
    public let message: String
}

/// Where libpq's notice receiver puts what it gets; bounded, so that a chatty server costs no memory.
final class NoticeLog {
    static let limit = 100
    private(set) var notices: [Notice] = []

    func append(_ result: OpaquePointer?) {
        guard notices.count < Self.limit else { return }
        let report = PostgresError(result: result, connection: nil)
        notices.append(
            Notice(severity: report.severity ?? "", sqlstate: report.sqlstate ?? "", message: report.primary))
    }

    func take() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    /// Makes libpq hand the notices of `connection` to this log in place of writing them on standard error.
    /// The log must live as long as the connection.
    func receive(from connection: OpaquePointer?) {
        let box = Unmanaged.passUnretained(self).toOpaque()
        _ = PQsetNoticeReceiver(
            connection,
            { box, result in
                guard let box else { return }
                Unmanaged<NoticeLog>.fromOpaque(box).takeUnretainedValue().append(result)
            }, box)
    }
}
