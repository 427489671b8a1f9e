/// Which facts of the warehouse the sales of a batch are: by the natural key, but for several lines of one product on
/// one invoice at one moment first by what they say.
struct FactMatching {
    /// A sale that is new or changed, and the key that it has in the warehouse.
    struct Change {
        var key: SaleKey
        var sale: SaleLine
    }

    private(set) var changes: [Change] = []
    /// The keys of the changes that were there.
    private(set) var updated: Set<SaleKey> = []

    init(sales: [SaleLine], facts: [SaleKey: Fact]) {
        for (place, group) in Dictionary(grouping: sales, by: \.key.withoutLine) {
            let held = facts.filter { $0.key.withoutLine == place }
            match(group.sorted { $0.key.lineNo < $1.key.lineNo }, held)
        }
    }

    private mutating func match(_ sales: [SaleLine], _ held: [SaleKey: Fact]) {
        var free = held.keys.sorted { $0.lineNo < $1.lineNo }
        var rest = sales.filter { sale in
            guard let place = free.firstIndex(of: sale.key), held[sale.key]?.content == sale.content else {
                return true
            }
            free.remove(at: place)
            return false
        }
        rest = rest.filter { sale in
            guard let place = free.firstIndex(where: { held[$0]?.content == sale.content }) else { return true }
            free.remove(at: place)
            return false
        }
        rest = rest.filter { sale in
            if let place = free.firstIndex(of: sale.key) {
                update(free.remove(at: place), sale)
                return false
            }
            if held[sale.key] != nil { return true }
            changes.append(Change(key: sale.key, sale: sale))
            return false
        }
        place(rest, free, held)
    }

    /// Lines whose own number belongs to another one take the numbers that are left, then new ones.
    private mutating func place(_ rest: [SaleLine], _ free: [SaleKey], _ held: [SaleKey: Fact]) {
        for (sale, key) in zip(rest, free) { update(key, sale) }
        for sale in rest.dropFirst(free.count) {
            let taken = (held.keys + changes.map(\.key)).filter { $0.withoutLine == sale.key.withoutLine }
            var key = sale.key
            key.lineNo = 1 + (taken.map(\.lineNo).max() ?? 0)
            changes.append(Change(key: key, sale: sale))
        }
    }

    private mutating func update(_ key: SaleKey, _ sale: SaleLine) {
        updated.insert(key)
        changes.append(Change(key: key, sale: sale))
    }
}
