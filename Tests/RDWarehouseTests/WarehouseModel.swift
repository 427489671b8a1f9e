/// The warehouse as docs/warehouse.md describes it, in plain dictionaries: what loads and rollbacks must come to. Moments
/// are ISO 8601 texts, which sort as the moments do; money is in ten-thousandths.
struct WarehouseModel {
    /// A version: what made it, and what it did.
    struct Version {
        enum Kind: Equatable {
            case load(source: Int)
            case rollback(to: Int)
        }
        var kind: Kind
        var inserted = 0
        var updated = 0
        var unchanged = 0
    }

    /// The state after each version; the first is the empty warehouse.
    private(set) var states = [WarehouseState()]
    /// Version 1 and those after it.
    private(set) var versions: [Version] = []

    /// The state after the latest version.
    var present: WarehouseState { states[versions.count] }

    /// The versions whose effect is in the state after version `number`.
    func effective(at number: Int) -> Set<Int> {
        guard number > 0 else { return [] }
        switch versions[number - 1].kind {
        case .load: return effective(at: number - 1).union([number])
        case .rollback(let target): return effective(at: target).union([number])
        }
    }

    /// The latest version in effect that loaded this source; nil where none did.
    func versionThatLoaded(_ source: Int) -> Int? {
        effective(at: versions.count).filter { versions[$0 - 1].kind == .load(source: source) }.max()
    }

    /// Loads a batch as the next version. Gives the keys of the facts that were there and changed.
    mutating func load(_ batch: SalesBatch) -> Set<SaleKey> {
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
}

/// What the warehouse holds.
struct WarehouseState {
    var facts: [SaleKey: Fact] = [:]
    var countries: Set<String> = []
    var hasGuest = false
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
        let shown = Set(facts.values.map(\.content.customer)).subtracting([guestID])
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
