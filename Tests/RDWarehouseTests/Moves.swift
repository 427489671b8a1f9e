/// The facts that were there before a load, were not changed by it, and belong to another version of their customer
/// after it. Which version is the same as before, and which another, is seen in its key: a version of the same country
/// and beginning must keep its key, one of another country must not have it.
struct Moves {
    typealias Moment = (state: WarehouseState, reading: WarehouseReading)

    private(set) var facts = 0
    private(set) var money = 0
    /// Facts that should have moved and did not, or the other way round.
    private(set) var words: [String] = []

    init(from before: Moment, to after: Moment, but updated: Set<SaleKey>) {
        let (old, new) = (before.state.customerVersions(), after.state.customerVersions())
        for (key, fact) in before.state.facts where !updated.contains(key) {
            let isMoved = before.reading.owners[key.text] != after.reading.owners[key.text]
            if isMoved {
                facts += 1
                money += fact.content.net
            }
            let customer = fact.content.customer
            guard let was = old[customer]?.first(where: { $0.holds(key.moment) }),
                let isNow = new[customer]?.first(where: { $0.holds(key.moment) })
            else { continue }
            if was.country != isNow.country, !isMoved { words.append("\(key.text) should have moved") }
            if was.country == isNow.country, was.begins == isNow.begins, isMoved {
                words.append("\(key.text) moved without need")
            }
        }
    }
}

/// That every row which a version left alone keeps its mark, and every row that it wrote has the version's own.
struct VersionMarks {
    private(set) var words: [String] = []

    init(before: WarehouseReading, after: WarehouseReading, version: Int) {
        for (old, new) in zip(before.tables, after.tables) {
            let held = Dictionary(uniqueKeysWithValues: old.rows.map { ($0.key, $0) })
            for row in new.rows {
                let was = held[row.key]
                let expected = was?.columns == row.columns ? was?.version ?? version : version
                if row.version != expected {
                    words.append("\(new.name): \(row.text) should have the mark of version \(expected)")
                }
            }
        }
    }
}
