import RDBytes
import RDPostgres
import RDQuality
import RDRecord

/// The end of a load: everything is checked, and then written down.
extension Loader {
    mutating func finish(_ session: LoadSession, _ target: inout FactTarget) throws -> LoadSummary {
        let isWhole = try checkEnd()
        try preparation?.finish(to: &target)
        if !options.isPlan { try judgePrepared() }
        let accounts = try accounts(target)
        if let expected = options.expectedRows, target.account.rowsOut != expected {
            throw RDError(
                .data, "\(target.account.rowsOut) facts came where --expect-rows asks for \(expected)",
                remedy: "nothing was loaded")
        }
        var summary = LoadSummary()
        summary.isPartial = !isWhole
        summary.isBare = state.open?.isBare ?? false
        try target.publish(into: &summary)
        if let retry = Retry(state.open) { try session.resolve(retry, by: runIdentity) }
        summary.ledger = accounts
        summary.rejected = target.recorder.rejected
        summary.quality = target.recorder.metrics
        try passGates(target, &summary)
        try record(session, &target, &summary)
        summary.closed = try session.closedVersions()
        if options.isPlan {
            try session.plan(into: &summary)
            session.rollback()
        } else {
            if !summary.months.isEmpty, summary.changesOldMonths { try session.awaitPlanners() }
            try session.commit(reconnect: around.connect)
        }
        summary.milliseconds = elapsed
        return summary
    }

    /// True for a stream that came to its end; false where it did not and that is allowed.
    func checkEnd() throws -> Bool {
        do {
            try state.finish()
            return true
        } catch {
            guard options.isPartial, error.exitCode == .streamBroken else { throw error }
            return false
        }
    }

    /// Every stage's account, verified: nothing is committed that does not balance.
    func accounts(_ target: borrowing FactTarget) throws -> [StageLedger] {
        var own = preparedLedgers
        own.append(target.ledger)
        for index in own.indices { own[index].milliseconds = elapsed }
        let upstream = try state.upstream(
            rowsIn: own[0].rowsIn, moneyIn: own[0].moneyIn, input: around.inputChannel)
        try StageLedger.verify(upstream + own)
        return upstream + own
    }

    mutating func record(
        _ session: LoadSession, _ target: inout FactTarget, _ summary: inout LoadSummary
    ) throws {
        guard var open = state.open else { return }
        open.stages += preparedEntries
        summary.run = runID
        summary.job = open.job
        summary.version = session.number
        summary.milliseconds = elapsed
        try target.recorder.saveLineage(open, summary.ledger)
        try target.recorder.saveMetrics(try session.record(open, state.close, summary))
    }
}
