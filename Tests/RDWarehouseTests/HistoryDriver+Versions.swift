import RDBytes
import RDPostgres
import RDProcess
import RDRecord
import RDWarehouse

/// Steps that give up history, write versions to files and bring them back.
extension HistoryDriver {
    private func connect() throws -> Connection { try Connection(conninfo, applicationName: "test") }

    func prune(before number: Int) throws -> [String] {
        let done = try VersionPruning.prune(connection, .before(number), wait: 0, reconnect: connect)
        let expected = (1..<number).filter { model.isKept($0) }
        change { $0.giveUp(expected) }
        let words = done.versions == expected ? [] : ["pruned \(done.versions), should be \(expected)"]
        return try words + compareUnchanged()
    }

    func snapshot(_ number: Int) throws -> [String] {
        let folder = "\(files.path)/\(written.count)"
        func write() throws {
            _ = try Snapshot.write(VersionReference("\(number)"), to: { _ in folder }, createdAt: "", connection)
        }
        guard model.isKept(number) else { return try refused(write) }
        try write()
        keep(folder, number)
        return try compareUnchanged()
    }

    func archive(_ number: Int) throws -> [String] {
        let folder = "\(files.path)/\(written.count)"
        func write() throws {
            _ = try VersionArchiving.archive(
                VersionReference("\(number)"), to: { _ in folder }, createdAt: "", wait: 0, connection,
                reconnect: connect)
        }
        guard model.isKept(number), number < model.versions.count else { return try refused(write) }
        try write()
        keep(folder, number)
        change { $0.giveUp([number]) }
        return try compareUnchanged()
    }

    func restore(_ snapshot: (folder: String, version: Int, state: WarehouseState)) throws -> [String] {
        let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)).text
        let done = try Warehouse.restore(
            connection, SnapshotReader(folder: snapshot.folder), run: run, job: "test", wait: 0, reconnect: connect)
        guard done.status == .committed else {
            return try snapshot.state.disagreements(present) + compareUnchanged()
        }
        change { $0.restore(snapshot.state, of: snapshot.version) }
        return try compare(updated: [])
    }

    func retain(_ months: Int) throws -> [String] {
        let plan = try RetentionPlan(keep: months, in: connection)
        guard let day = plan.keptFrom, !plan.isEmpty else { return try compareUnchanged() }
        let gone = model.present.facts.keys.count { $0.moment < day }
        _ = try Retention(
            plan, to: .below(files.path), wait: 0, now: Clock.unixMilliseconds(), random: randomBytes(10),
            clock: Clock.monotonicNanoseconds
        ).apply(to: connection, reconnect: connect)
        change { $0.retain(from: day) }
        dropReadings(before: day)
        return try (plan.facts == gone ? [] : ["\(plan.facts) facts went, should be \(gone)"]) + compare(updated: [])
    }
}

extension WarehouseState {
    /// How many facts were inserted, updated and removed since another state.
    func counts(since other: WarehouseState) -> [Int] {
        func said(_ fact: Fact) -> [String] {
            let content = fact.content
            return [content.customer, content.country, content.type]
                + [content.quantity, content.price, content.net].map { "\($0)" }
        }
        let updated = facts.keys.count { key in
            guard let fact = facts[key], let held = other.facts[key] else { return false }
            return said(fact) != said(held)
        }
        return [facts.keys.count { other.facts[$0] == nil }, updated, other.facts.keys.count { facts[$0] == nil }]
    }
}
