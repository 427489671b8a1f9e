import Glibc
import RDBytes
public import RDPostgres

/// What became of a transaction whose connection was lost while it was committed.
public enum CommitOutcome: Sendable, Equatable {
    case committed, aborted
    /// Nobody could be asked: the server stayed away, or has forgotten the transaction.
    case unknown

    /// Milliseconds to wait before each question: a server whose backend was killed answers nobody until it has
    /// recovered, which takes seconds and may take half a minute.
    public static let pauses = [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]

    /// Asks the server on new connections until it knows.
    /// - Parameter number: what txid_current() said in the transaction.
    public init(of number: String, pauses: [Int] = Self.pauses, reconnect: () throws -> Connection) {
        self = .unknown
        for pause in pauses {
            usleep(UInt32(pause) * 1000)
            guard let connection = try? reconnect(),
                let status = try? connection.value("SELECT coalesce(txid_status($1::bigint), 'forgotten')", [number])
            else { continue }
            switch status {
            case "committed": self = .committed
            case "aborted": self = .aborted
            case "in progress": continue  // The server has not yet noticed that its client is gone.
            default: break
            }
            return
        }
    }

    /// Throws unless the transaction was committed.
    func check() throws(RDError) {
        switch self {
        case .committed: return
        case .aborted:
            throw RDError(
                .temporary, "the connection was lost while the change was committed, and it was not",
                remedy: "nothing was changed; run again")
        case .unknown:
            throw RDError(
                .temporary, "the connection was lost while the change was committed; the server does not answer",
                remedy: "see in rd-version list, once it does, whether the change is there; a load may be run again: "
                    + "a source that was loaded is recognised")
        }
    }
}
