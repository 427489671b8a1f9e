import RDBytes
public import RDProcess
public import RDRecord

/// `bad_integer 3, ragged_row 1`.
public func describe(_ rejected: [(code: String, count: Int)]) -> String {
    rejected.map { "\($0.code) \(grouped($0.count))" }.joined(separator: ", ")
}

extension Log {
    /// One line about what a stage did, for whoever asked for it and for the log file.
    public func summarise(_ account: StageLedger) {
        var text = "\(grouped(account.rowsIn)) in, \(grouped(account.rowsOut)) out"
        if account.rejectedTotal > 0 { text += ", rejected \(describe(account.rejected))" }
        write(.info, text + ", \(account.milliseconds) ms", attributes: [("rd.ledger", account.json)], isOrdinary: true)
    }
}
