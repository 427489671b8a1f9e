import RDBytes
import RDQuality
import RDRecord

/// Limits, the gate, and the end of the stream.
extension Ingest {
    func checkLimit(atEnd: Bool) throws(RDError) {
        guard case .share(let share) = settings.limit, atEnd || rows >= 1000, rejects.total * 10_000 > share * rows
        else { return }
        throw RDError(
            .data, "\(rejects.total) bad rows of \(rows) are over the limit of \(Double(share) / 100) %",
            remedy: "look at the reject lines, or raise --max-errors")
    }

    /// A row that goes on has a delimiter after each cell but the last, and a line end.
    mutating func checkGate(_ used: Int, _ cells: Int) throws {
        let further = bytesInAll.map { max($0 - bytesBefore - used, 0) / max(cells, 1) + 1 }
        let mark = out.count
        defer { if settings.isBare { out.truncate(to: mark) } }
        try gate.checkpoint(further: further, into: &out)
    }

    mutating func finishGate() throws {
        let mark = out.count
        gate.finish(into: &out)
        if settings.isBare { out.truncate(to: mark) }
        warnings = gate.warnings
        try gate.judge()
        if settings.isStrict, let first = warnings.first {
            throw RDError(.data, "--strict: \(first)", remedy: "mend the data, or leave --strict out")
        }
    }

    mutating func close(_ inputs: [InputFile], hash: String, bytes: Int) throws -> StageLedger {
        try finishGate()
        var account = StageLedger("ingest")
        account.rowsIn = rows
        account.rowsOut = rows - rejects.total
        account.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        account.moneyIn = money
        account.moneyOut = money
        account.milliseconds = Int((settings.clock() - started) / 1_000_000)
        if settings.isStrict, rejects.total > 0 {
            throw RDError(.data, "--strict: \(rejects.total) bad rows of \(rows)", remedy: "mend the data")
        }
        if !settings.isBare {
            var close = StreamClose(run: settings.run, ledger: [account])
            if inputs.contains(where: { $0.sha256 == nil }) {
                close.sourceHash = hash
                close.sourceBytes = bytes
            }
            close.append(to: &out)
        }
        try out.drain(to: sink)
        return account
    }
}
