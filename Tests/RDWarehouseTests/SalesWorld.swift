import RDTesting

/// Something done to a warehouse.
enum HistoryStep: Equatable {
    /// A load, and how much of it is to happen.
    struct Load: Equatable {
        enum Extent: Equatable { case whole, plan, cut }
        var batch: SalesBatch
        var isForced = false
        var batchSize = 5_000
        var extent = Extent.whole
    }

    case load(Load)
    /// A rollback to the version that this number picks, whatever versions there are by then; a negative one counts from
    /// the latest, which is -1.
    case rollBack(pick: Int)
    /// The history of the versions before one of them is given up.
    case prune(pick: Int)
    /// A version is written to a folder.
    case snapshot(pick: Int)
    /// One of the folders that were written is restored; nothing where none was.
    case restore(pick: Int)
    /// A version is written to a folder, and its history given up.
    case archive(pick: Int)
    /// Only so many of the newest months are kept.
    case retain(keep: Int)
}

/// A world so small that everything meets everything: few customers, products, invoices and moments.
struct SalesWorld {
    private var random: SeededRandom
    private var sources = 0
    private var batches: [SalesBatch] = []
    private var homes: [String: String] = [:]
    private var moments: [String: String] = [:]

    private static let customers = ["C1", "C2", "C3", "C4", guestID]
    /// In the order of their bytes, which is not that of any alphabet.
    private static let countries = ["Unspecified", "Zypern", "eire", "Österreich"]
    private static let products = ["P1", "P2", "P3", "P4"]
    private static let invoices = (1...12).map { "I\($0)" }
    /// Months begin and end on them, and there are two in one minute.
    private static let times = (1...5).flatMap { month in
        ["01T00:00:00", "15T10:30:00", "15T10:30:01", "28T23:59:59"].map { "2011-0\(month)-\($0)" }
    }

    init(seed: UInt64) {
        random = SeededRandom(seed)
        for customer in Self.customers { homes[customer] = random.pick(Self.countries) }
        for invoice in Self.invoices { moments[invoice] = random.pick(Self.times) }
    }

    /// A sequence of steps.
    mutating func steps(_ count: Int) -> [HistoryStep] {
        var steps: [HistoryStep] = []
        while steps.count < count { steps += random.oneIn(10) ? forgotten() : [step()] }
        return steps
    }

    /// A load is taken back and forgotten, and comes back from its files after another one.
    private mutating func forgotten() -> [HistoryStep] {
        [
            load(fresh(), isForced: false), .snapshot(pick: -1), .rollBack(pick: -2), .prune(pick: -1),
            load(fresh(), isForced: false), .restore(pick: -1),
        ]
    }

    private mutating func step() -> HistoryStep {
        switch random.below(27) {
        case 0..<3: return .rollBack(pick: random.below(1_000))
        case 3..<6: return load(again(), isForced: true)
        case 6: return load(again(), isForced: false)
        case 7..<12: return load(changed(), isForced: random.oneIn(4))
        case 12: return load(twinned(), isForced: random.oneIn(2))
        case 20, 21: return .prune(pick: random.below(1_000))
        case 22, 23: return .snapshot(pick: random.below(1_000))
        case 24: return .restore(pick: random.below(1_000))
        case 25: return .archive(pick: random.below(1_000))
        case 26: return random.oneIn(2) ? .retain(keep: 1 + random.below(4)) : .restore(pick: random.below(1_000))
        default: return load(fresh(), isForced: random.oneIn(4))
        }
    }

    private mutating func load(_ batch: SalesBatch, isForced: Bool) -> HistoryStep {
        var load = HistoryStep.Load(batch: batch, isForced: isForced, batchSize: random.pick([1, 3, 5_000]))
        if random.oneIn(12) { load.extent = random.pick([.plan, .cut]) }
        return .load(load)
    }

    private mutating func source() -> Int {
        sources += 1
        return sources
    }
}

extension SalesWorld {
    private mutating func fresh() -> SalesBatch {
        var batch = SalesBatch(source: source(), lines: [])
        let count = random.oneIn(15) ? 0 : 1 + random.below(9)
        batch.lines = (0..<count).map { _ in .sale(sale()) }
        batch.number()
        addMembers(&batch)
        batches.append(batch)
        return batch
    }

    /// An earlier batch, its rows mostly in another order.
    private mutating func again() -> SalesBatch {
        guard !batches.isEmpty else { return fresh() }
        var batch = random.pick(batches)
        if random.oneIn(4) { return batch }
        batch.lines.shuffle(using: &random)
        batch.number()
        if random.oneIn(2) { batch.source = source() }
        return batch
    }

    /// An earlier batch of which some rows are gone, some changed, and others are new.
    private mutating func changed() -> SalesBatch {
        guard !batches.isEmpty else { return fresh() }
        var batch = random.pick(batches)
        batch.source = source()
        batch.lines = batch.lines.filter { _ in !random.oneIn(3) }.map { line in
            guard case .sale(var sale) = line, random.oneIn(3) else { return line }
            change(&sale.content)
            return .sale(sale)
        }
        if random.oneIn(2) { batch.lines += (0..<random.below(4)).map { _ in .sale(sale()) } }
        if random.oneIn(2) { batch.lines.shuffle(using: &random) }
        batch.number()
        if random.oneIn(3) { addMembers(&batch) }
        batches.append(batch)
        return batch
    }

    /// A batch that has one natural key twice, which no load may take.
    private mutating func twinned() -> SalesBatch {
        var batch = random.oneIn(2) ? fresh() : changed()
        batch.source = source()
        guard var twin = batch.sales.randomElement(using: &random) else { return batch }
        if random.oneIn(2) { change(&twin.content) }
        batch.lines.insert(.sale(twin), at: random.below(batch.lines.count + 1))
        return batch
    }

    private mutating func sale() -> SaleLine {
        let invoice = random.pick(Self.invoices)
        let moment = random.oneIn(5) ? random.pick(Self.times) : moments[invoice] ?? Self.times[0]
        let isStranger = random.oneIn(6)
        let customer = isStranger ? "S\(random.below(1_000))" : random.pick(Self.customers)
        var content = SaleContent(
            customer: customer, country: homes[customer] ?? Self.countries[0], quantity: random.below(4),
            price: random.pick([0, 1, 12_500, 25_500]), type: "sale", sign: 1)
        if random.oneIn(3) { change(&content) }
        return SaleLine(
            key: SaleKey(
                invoice: invoice, stockCode: isStranger ? "Q\(random.below(1_000))" : random.pick(Self.products),
                lineNo: 1, moment: moment),
            content: content, line: 0)
    }

    private mutating func change(_ content: inout SaleContent) {
        switch random.below(5) {
        case 0: content.customer = random.pick(Self.customers)
        case 1, 2: content.country = random.pick(Self.countries)
        case 3: content.quantity += 1
        default: (content.type, content.sign) = random.pick([("return", -1), ("discount", -1), ("sale", 1)])
        }
    }
}

extension SalesWorld {
    /// Members of most customers and products of the batch, sometimes of others: customers anywhere, products mostly
    /// at the end.
    private mutating func addMembers(_ batch: inout SalesBatch) {
        for customer in Self.customers {
            let isShown = batch.sales.contains { $0.content.customer == customer }
            guard isShown ? !random.oneIn(3) : random.oneIn(12) else { continue }
            let member = CustomerMember(
                id: customer, name: random.oneIn(3) ? nil : "name \(1 + random.below(3))",
                country: random.pick(Self.countries), since: random.pick(Self.times))
            batch.lines.insert(.customer(member), at: random.below(batch.lines.count + 1))
        }
        for product in Self.products {
            let isShown = batch.sales.contains { $0.key.stockCode == product }
            guard isShown ? !random.oneIn(4) : random.oneIn(12) else { continue }
            let place = random.oneIn(4) ? random.below(batch.lines.count + 1) : batch.lines.count
            batch.lines.insert(.product(member(product)), at: place)
        }
    }

    private mutating func member(_ stockCode: String) -> ProductMember {
        let isNote = random.oneIn(3)
        let words = isNote ? ["damaged", "?"] : ["MUG", "LAMP"]
        return ProductMember(
            stockCode: stockCode, description: random.oneIn(4) ? nil : random.pick(words),
            price: random.pick([0, 12_500, 25_500]), lastSoldAt: random.pick(Self.times),
            describedAt: random.oneIn(2) ? nil : random.pick(Self.times),
            pricedAt: random.oneIn(2) ? nil : random.pick(Self.times), isNote: isNote)
    }
}
