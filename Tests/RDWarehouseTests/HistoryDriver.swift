import RDBytes
import RDPostgres
import RDProcess
import RDRecord
import RDWarehouse

/// Where the warehouse and its model differ, or a rule is broken.
struct Disagreement: Error {
    /// The place of the step in its sequence; that of the last where only the look back showed it.
    var step: Int
    var words: [String]
}

/// Drives the loader and the model through one sequence of steps, and compares them after each.
final class HistoryDriver {
    let conninfo: String
    let connection: Connection
    private(set) var model = WarehouseModel()
    /// What the tables held after each version; the first is the empty warehouse.
    private(set) var readings: [WarehouseReading]
    /// Where snapshots and archives go, and those that were written: the folder, the version and its state.
    let files = TemporaryFolder()
    private(set) var written: [(folder: String, version: Int, state: WarehouseState)] = []

    init(conninfo: String) throws {
        self.conninfo = conninfo
        connection = try Connection(conninfo, applicationName: "test")
        readings = [try WarehouseReading(connection)]
    }

    /// What the tables hold, as last read.
    var present: WarehouseReading { readings[readings.count - 1] }

    /// Does all steps, then looks back at every version. Throws a `Disagreement`.
    func run(_ steps: [HistoryStep]) throws {
        for (place, step) in steps.enumerated() {
            let words = try words { try perform(step) }
            if !words.isEmpty { throw Disagreement(step: place, words: words) }
        }
        let words = try words { try lookBack() }
        if !words.isEmpty { throw Disagreement(step: steps.count - 1, words: words) }
    }

    /// What `body` finds; an error that nobody expected is a finding too.
    private func words(_ body: () throws -> [String]) rethrows -> [String] {
        do { return try body() } catch { return ["threw \(error)"] }
    }

    private func perform(_ step: HistoryStep) throws -> [String] {
        switch step {
        case .load(let load): return try perform(load)
        case .rollBack(let pick):
            return try picked(pick, of: model.versions.count).map { try rollBack(to: $0) } ?? []
        case .prune(let pick): return try picked(pick, of: model.versions.count).map { try prune(before: $0) } ?? []
        case .snapshot(let pick): return try picked(pick, of: model.versions.count).map { try snapshot($0) } ?? []
        case .restore(let pick): return try picked(pick, of: written.count).map { try restore(written[$0 - 1]) } ?? []
        case .archive(let pick): return try picked(pick, of: model.versions.count).map { try archive($0) } ?? []
        case .retain(let keep): return try retain(keep)
        }
    }

    /// Which of so many, from 1, a number picks; nil where there are none.
    private func picked(_ pick: Int, of count: Int) -> Int? {
        guard count > 0 else { return nil }
        return pick < 0 ? max(count + pick + 1, 1) : 1 + pick % count
    }

    /// The state at each version, asked for now.
    private func lookBack() throws -> [String] {
        var words: [String] = []
        for number in model.states.indices where model.isKept(number) {
            let reading = try WarehouseReading(connection, asOf: number)
            for (then, now) in zip(readings[number].tables, reading.tables) where then.rows != now.rows {
                words.append("\(now.name) as of version \(number) are not what they were:")
                words += differences(then.rows.map(\.text), now.rows.map(\.text))
            }
            words += model.states[number].disagreements(reading).map { "as of version \(number), \($0)" }
        }
        return words
    }

    /// Takes a committed version: compares everything with the model, which has it already.
    func compare(updated: Set<SaleKey>) throws -> [String] {
        let before = present
        let reading = try WarehouseReading(connection)
        readings.append(reading)
        return try model.present.disagreements(reading) + WarehouseInvariants.broken(connection) + statusWords()
            + VersionMarks(before: before, after: reading, version: versionID()).words + diffWords()
    }

    /// What the latest version is said to differ from the one before it and from the first that is kept.
    private func diffWords() throws -> [String] {
        let latest = model.versions.count
        let others = Set([latest - 1, model.states.indices.first { model.isKept($0) && $0 > 0 } ?? 0])
        return try others.filter { model.isKept($0) && $0 < latest }.sorted().flatMap { other -> [String] in
            let diff = try VersionDiff(VersionReference("\(other)"), VersionReference("\(latest)"), connection)
            let found = [diff.months.map(\.inserted), diff.months.map(\.updated), diff.months.map(\.removed)].map {
                $0.reduce(0, +)
            }
            let expected = model.present.counts(since: model.states[other])
            return found == expected ? [] : ["versions \(other) and \(latest) differ in \(found), not \(expected)"]
        }
    }

    /// A step that must change nothing.
    func compareUnchanged() throws -> [String] {
        let reading = try WarehouseReading(connection)
        return reading == present ? try statusWords() : ["something changed, where nothing should"]
    }

    private func versionID() throws -> Int {
        Int(try connection.value("SELECT max(version_id) FROM retail_dw.data_versions") ?? "") ?? 0
    }

    private func statusWords() throws -> [String] {
        let effective = model.effective(at: model.versions.count)
        let expected = model.versions.indices.map { effective.contains($0 + 1) ? "committed" : "rolled_back" }
        let rows = try connection.execute("SELECT status FROM retail_dw.data_versions ORDER BY version_number")
        let found = (0..<rows.rowCount).map { rows[$0, 0] ?? "" }
        return found == expected ? [] : ["versions are \(found), should be \(expected)"]
    }
}

extension HistoryDriver {
    private func rollBack(to target: Int) throws -> [String] {
        let money = model.present.money
        guard model.isKept(target) else {
            return try refused { try roll(to: target) }
        }
        try roll(to: target)
        model.rollBack(to: target)
        let row = try connection.execute(
            """
            SELECT kind, money_before, money_after, inserted - removed, updated + inserted = records_count
            FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1
            """)
        let grown = model.present.facts.count - present.facts.count
        let expected = ["rollback", moneyText(money), moneyText(model.present.money), "\(grown)", "t"]
        let found = (0..<5).map { row[0, $0] ?? "" }
        return try compare(updated: []) + (found == expected ? [] : ["the version is \(found), should be \(expected)"])
    }

    private func roll(to target: Int) throws {
        let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)).text
        try connection.transaction {
            try connection.execute("SELECT pg_advisory_xact_lock(hashtext('retail_dw.load'))")
            try connection.execute("SELECT retail_dw.roll_back($1::integer, $2::uuid, 'test')", ["\(target)", run])
        }
    }

    /// Something that must be refused, and change nothing.
    func refused(_ body: () throws -> Void) throws -> [String] {
        do { try body() } catch { return try compareUnchanged() }
        return ["it was done, and should be refused"]
    }

    /// Changes the model; used by the steps that live in other files.
    func loadModel(_ batch: SalesBatch) -> Set<SaleKey> { model.load(batch) }
    func change(_ body: (inout WarehouseModel) -> Void) { body(&model) }
    func keep(_ folder: String, _ version: Int) { written.append((folder, version, model.states[version])) }
    func dropReadings(before moment: String) { for n in readings.indices { readings[n].dropFacts(before: moment) } }
}

extension WarehouseReading.Row {
    var text: String { "\(content) (key \(key), version \(version), \(columns))" }
}

extension WarehouseState {
    /// Where the tables say something else than this state.
    func disagreements(_ reading: WarehouseReading) -> [String] {
        zip(contents, reading.tables).flatMap { expected, table -> [String] in
            let found = table.rows.map(\.content).sorted()
            return found == expected ? [] : ["\(table.name) differ:"] + differences(expected, found)
        }
    }
}

/// The lines that only one of two has, a few of each.
func differences(_ expected: [String], _ found: [String]) -> [String] {
    let change = found.difference(from: expected)
    let missing = change.removals.prefix(6).map { "  should be  \(line($0))" }
    return missing + change.insertions.prefix(6).map { "  but is     \(line($0))" }
}

private func line(_ change: CollectionDifference<String>.Change) -> String {
    switch change {
    case .insert(_, let element, _), .remove(_, let element, _): element
    }
}
