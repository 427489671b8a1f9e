/// The warehouse as docs/warehouse.md describes it, in plain dictionaries: what each change must come to. Moments
/// are ISO 8601 texts, which sort as the moments do; money is in ten-thousandths.
struct WarehouseModel {
    /// A version: what made it, and what it did.
    struct Version {
        enum Kind: Equatable {
            case load(source: Int)
            case rollback(to: Int)
            case restore(of: Int)
            case retention
        }
        var kind: Kind
        /// False where its history was pruned or archived.
        var isKept = true
        var inserted = 0
        var updated = 0
        var unchanged = 0
    }

    /// The state after each version; the first is the empty warehouse.
    private(set) var states = [WarehouseState()]
    /// Version 1 and those after it.
    private(set) var versions: [Version] = []
    /// The first moment that retention kept; empty where it dropped nothing.
    private(set) var keptFrom = ""

    /// The state after the latest version.
    var present: WarehouseState { states[versions.count] }

    /// True where the state after version `number` can be asked for.
    func isKept(_ number: Int) -> Bool { number == 0 || versions[number - 1].isKept }

    /// The versions whose effect is in the state after version `number`: what retention dropped nothing brings back.
    func effective(at number: Int) -> Set<Int> {
        leading(to: number).union((0..<number).filter { versions[$0].kind == .retention }.map { $0 + 1 })
    }

    private func leading(to number: Int) -> Set<Int> {
        guard number > 0 else { return [] }
        switch versions[number - 1].kind {
        case .load, .retention: return leading(to: number - 1).union([number])
        case .rollback(let target), .restore(let target): return leading(to: target).union([number])
        }
    }

    /// The latest version in effect that loaded this source; nil where none did.
    func versionThatLoaded(_ source: Int) -> Int? {
        effective(at: versions.count).filter { versions[$0 - 1].kind == .load(source: source) }.max()
    }

    /// Loads a batch as the next version. Gives the keys of the facts that were there and changed.
    mutating func load(_ batch: SalesBatch) -> Set<SaleKey> {
        let batch = batch.since(keptFrom)
        var state = present
        let number = versions.count + 1
        let merge = FactMatching(sales: batch.sales, facts: state.facts)
        for change in merge.changes {
            state.facts[change.key] = Fact(content: change.sale.content, source: number, line: change.sale.line)
        }
        state.takeMembers(batch)
        versions.append(
            Version(
                kind: .load(source: batch.source), inserted: merge.changes.count - merge.updated.count,
                updated: merge.updated.count, unchanged: batch.sales.count - merge.changes.count))
        states.append(state)
        return merge.updated
    }

    /// Brings back the state of a version, as the next one.
    mutating func rollBack(to target: Int) {
        versions.append(Version(kind: .rollback(to: target)))
        states.append(states[target])
    }

    /// Makes the state one that a snapshot of version `number` holds, as the next version.
    mutating func restore(_ state: WarehouseState, of number: Int) {
        versions.append(Version(kind: .restore(of: number)))
        states.append(state)
    }

    /// Drops the facts before a moment from every state, as the next version.
    mutating func retain(from moment: String) {
        keptFrom = max(keptFrom, moment)
        for number in states.indices { states[number].dropFacts(before: moment) }
        states.append(present)
        versions.append(Version(kind: .retention))
    }

    /// Gives up the history of versions.
    mutating func giveUp(_ numbers: some Sequence<Int>) {
        for number in numbers { versions[number - 1].isKept = false }
    }
}

extension SalesBatch {
    /// Without the sales before a moment, which a load sets aside.
    func since(_ moment: String) -> SalesBatch {
        var batch = self
        batch.lines.removeAll { line in
            if case .sale(let sale) = line { sale.key.moment < moment } else { false }
        }
        return batch
    }
}

/// What the warehouse holds.
struct WarehouseState {
    var facts: [SaleKey: Fact] = [:]
    var countries: Set<String> = []
    var hasGuest = false
    /// Where versions of customers began of which retention dropped the facts, with their country.
    var evidence: [String: [String: String]] = [:]
    /// What is known of customers beside their facts.
    var people: [String: Person] = [:]
    var products: [String: Product] = [:]

    struct Person {
        var name: String?
        var namedAt: String?
        var isInferred = true
    }

    struct Product {
        var description: String?
        var describedAt: String?
        var isNote = false
        var price: Int?
        var pricedAt: String?
        var lastSoldAt: String?
        var isInferred = true
    }

    /// The sum of the signed money of all facts.
    var money: Int { facts.values.reduce(0) { $0 + $1.content.net } }

    /// Drops the facts before a moment. Customers stay, with all their versions.
    fileprivate mutating func dropFacts(before moment: String) {
        for (customer, versions) in customerVersions() where customer != guestID {
            let begun = versions.filter { $0.begins < moment }.map { ($0.begins, $0.country) }
            if !begun.isEmpty { evidence[customer] = Dictionary(uniqueKeysWithValues: begun) }
        }
        facts = facts.filter { $0.key.moment >= moment }
    }

    /// Takes what a load says beside its facts, which are there already.
    fileprivate mutating func takeMembers(_ batch: SalesBatch) {
        for sale in batch.sales {
            countries.insert(sale.content.country)
            if products[sale.key.stockCode] == nil { products[sale.key.stockCode] = Product() }
            if sale.content.customer == guestID { hasGuest = true }
        }
        if hasGuest { countries.insert("Unspecified") }
        for member in batch.customers where member.id != guestID { people[member.id, default: Person()].take(member) }
        for member in batch.products { products[member.stockCode, default: Product()].take(member) }
        // A customer without facts is not there, and nothing is remembered of it.
        let shown = Set(facts.values.map(\.content.customer)).subtracting([guestID]).union(evidence.keys)
        people = people.filter { shown.contains($0.key) }
        for id in shown where people[id] == nil { people[id] = Person() }
    }
}

extension WarehouseState.Person {
    fileprivate mutating func take(_ member: CustomerMember) {
        isInferred = false
        guard let told = member.name, member.since >= namedAt ?? "" else { return }
        name = told
        namedAt = member.since
    }
}

extension WarehouseState.Product {
    fileprivate mutating func take(_ member: ProductMember) {
        isInferred = false
        if member.lastSoldAt > lastSoldAt ?? "" { lastSoldAt = member.lastSoldAt }
        let priceTime = member.pricedAt ?? member.lastSoldAt
        if member.price > 0, priceTime >= pricedAt ?? "" {
            price = member.price
            pricedAt = priceTime
        }
        guard let told = member.description else { return }
        let time = member.describedAt ?? member.lastSoldAt
        let gives = description == nil || isNote && !member.isNote
        guard gives || isNote == member.isNote && time >= describedAt ?? "" else { return }
        description = told
        describedAt = time
        isNote = member.isNote
    }
}
