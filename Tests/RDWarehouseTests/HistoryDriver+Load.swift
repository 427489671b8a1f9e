import RDBytes
import RDPostgres
import RDProcess
import RDRecord
import RDWarehouse

extension HistoryDriver {
    /// Loads, and compares what came of it.
    func perform(_ load: HistoryStep.Load) throws -> [String] {
        let summary: LoadSummary
        do {
            summary = try self.load(load)
        } catch let error as RDError {
            guard let refusal = refusal(of: load), error.exitCode == refusal else { throw error }
            return try compareUnchanged()
        }
        if let refusal = refusal(of: load) { return ["it was loaded, and should be refused with \(refusal)"] }
        if !load.isForced, let version = model.versionThatLoaded(load.batch.source) {
            guard summary.status == .alreadyLoaded, summary.version == version else {
                return ["\(summary.status) as version \(summary.version), was loaded already as version \(version)"]
            }
            return try compareUnchanged()
        }
        return try compare(load, summary)
    }

    private func load(_ load: HistoryStep.Load) throws -> LoadSummary {
        var options = LoadOptions()
        options.batchSize = load.batchSize
        options.isForced = load.isForced
        options.isPlan = load.extent == .plan
        let conninfo = conninfo
        let surroundings = Loader.Surroundings(
            connect: { try Connection(conninfo, applicationName: "test") },
            makeClean: { throw RDError(.internalError, "facts need no cleaning") },
            newRun: { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)) }, job: "sales",
            inputChannel: nil, clock: Clock.monotonicNanoseconds)
        let bytes = SalesStream(batch: load.batch).bytes(isCut: load.extent == .cut)
        var loader = Loader(from: MemorySource(bytes), options: options, surroundings: surroundings)
        return try loader.run()
    }

    /// With what a load must be refused; nil where it must not be.
    private func refusal(of load: HistoryStep.Load) -> ExitCode? {
        if load.extent == .cut { return .streamBroken }
        let isKnown = !load.isForced && model.versionThatLoaded(load.batch.source) != nil
        return !isKnown && !load.batch.since(model.keptFrom).twins.isEmpty ? .data : nil
    }

    private func compare(_ load: HistoryStep.Load, _ summary: LoadSummary) throws -> [String] {
        var after = model
        let updated = after.load(load.batch)
        let version = after.versions[after.versions.count - 1]
        var words: [String] = []
        func check(_ name: String, _ found: some Equatable, _ expected: some Equatable) {
            if "\(found)" != "\(expected)" { words.append("\(name): \(found), should be \(expected)") }
        }
        check("status", summary.status, load.extent == .plan ? LoadSummary.Status.planned : .committed)
        check("version", summary.version, after.versions.count)
        check("inserted", summary.facts.inserted, version.inserted)
        check("updated", summary.facts.updated, version.updated)
        check("unchanged", summary.facts.unchanged, version.unchanged)
        check("money before", summary.moneyBefore, moneyText(model.present.money))
        check("money after", summary.moneyAfter, moneyText(after.present.money))
        if load.extent == .plan { return try words + compareUnchanged() }
        let before = (state: model.present, reading: present)
        _ = loadModel(load.batch)
        words += try compare(updated: updated)
        let moves = Moves(from: before, to: (model.present, present), but: updated)
        check("facts moved", summary.moved.facts, moves.facts)
        check("money moved", summary.moved.money, moneyText(moves.money))
        return try words + moves.words + recordWords(summary)
    }

    /// What the version's row says against what the load said.
    private func recordWords(_ summary: LoadSummary) throws -> [String] {
        let row = try connection.execute(
            """
            SELECT version_number, kind, records_count, inserted, updated, unchanged, removed, facts_moved, money_moved,
                   money_before, money_after
            FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1
            """)
        let facts = summary.facts
        let expected = [
            "\(summary.version)", "load", "\(facts.inserted + facts.updated + facts.unchanged)", "\(facts.inserted)",
            "\(facts.updated)", "\(facts.unchanged)", "0", "\(summary.moved.facts)", summary.moved.money,
            summary.moneyBefore, summary.moneyAfter,
        ]
        let found = (0..<expected.count).map { row[0, $0] ?? "" }
        return found == expected ? [] : ["the version is \(found), should be \(expected)"]
    }
}

extension SalesBatch {
    /// The natural keys that stand twice.
    var twins: [SaleKey] {
        Dictionary(grouping: sales, by: \.key).filter { $0.value.count > 1 }.map(\.key)
    }
}
