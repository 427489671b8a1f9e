import RDBytes
import RDRecord

/// What the dimension members of a stream say: whether each fact has them. Countries and customers come before their
/// facts, products after them; so facts wait for their product. In bounded memory.
struct MemberProbe: ~Copyable {
    private var countries: BoundedKeys
    private var customers: BoundedKeys
    /// By product how many facts wait for it, or that it has come.
    private var products: BoundedKeys
    private var waiting = 0
    /// The rules that part the rows, by their place in the watch; and of each how many facts of each segment wait.
    private let parted: [Int]
    private var waitingBySegment: [[Int]]
    /// By product, rule and segment how many facts wait.
    private var parts: BoundedKeys
    private var key = ByteBuffer(capacity: 64)
    private var table = FieldTable()
    private static let hasCome = UInt32.max

    init(_ watch: borrowing GateWatch, memory: Int, makeFile: @escaping () throws -> any SpillFile) {
        countries = BoundedKeys(memory: memory / 8, makeFile: makeFile)
        customers = BoundedKeys(memory: memory / 8 * 3, makeFile: makeFile)
        products = BoundedKeys(memory: memory / 4, makeFile: makeFile)
        parts = BoundedKeys(memory: memory / 4, makeFile: makeFile)
        parted = watch.parted(by: .dimensions)
        waitingBySegment = parted.map { _ in [] }
    }

    mutating func takeMember(_ line: RawSpan) throws {
        guard (try? memberScanner.scan(line, into: &table)) != nil else { return }
        let dim = table[MemberField.dim].range
        if line.equals(dim, "country") {
            if let name = name(MemberField.countryName) { _ = try countries.insert(line.extracting(name), 1) }
        } else if line.equals(dim, "customer") {
            if let name = name(MemberField.customerID) { _ = try customers.insert(line.extracting(name), 1) }
        } else if line.equals(dim, "product") {
            if let name = name(MemberField.stockCode) { try takeProduct(line.extracting(name)) }
        }
    }

    /// Where the name of a member stands; nil where it has none.
    private func name(_ slot: Int) -> Range<Int>? {
        let range = table[slot].range
        return range.isEmpty ? nil : range
    }

    private mutating func takeProduct(_ code: RawSpan) throws {
        guard let facts = try products.replace(code, Self.hasCome), facts != Self.hasCome else { return }
        waiting -= Int(facts)
        for place in parted.indices {
            for segment in waitingBySegment[place].indices where waitingBySegment[place][segment] > 0 {
                makeKey(code, place, segment)
                let facts = try parts.replace(key.bytes.bytes, 0) ?? 0
                waitingBySegment[place][segment] -= Int(facts)
            }
        }
    }

    private mutating func makeKey(_ code: RawSpan, _ place: Int, _ segment: Int) {
        key.removeAll()
        key.append(word: UInt64(place) << 16 | UInt64(segment), used: 8)
        key.append(code)
    }

    mutating func look(_ line: RawSpan, _ probe: borrowing RecordProbe, _ watch: inout GateWatch) throws {
        guard probe.shape == .fact else { return watch.noteUntold(.dimensions) }
        guard let country = probe.text(line, Field.country), let customer = probe.text(line, Field.customerID),
            let code = probe.text(line, Field.stockCode), try countries.find(line.extracting(country)) != nil,
            try customers.find(line.extracting(customer)) != nil
        else { return watch.note(.dimensions) }
        let product = line.extracting(code)
        if try products.find(product) == Self.hasCome { return }
        _ = try products.count(product)
        waiting += 1
        for place in parted.indices { try wait(product, place, watch.presentSegment(parted[place])) }
    }

    private mutating func wait(_ product: RawSpan, _ place: Int, _ segment: Int) throws {
        while waitingBySegment[place].count <= segment { waitingBySegment[place].append(0) }
        waitingBySegment[place][segment] += 1
        makeKey(product, place, segment)
        _ = try parts.count(key.bytes.bytes)
    }

    /// Facts whose product never came as a member.
    mutating func finish(_ watch: inout GateWatch) {
        watch.note(.dimensions, afterwards: waiting)
        waiting = 0
        for place in parted.indices {
            for (segment, facts) in waitingBySegment[place].enumerated() where facts > 0 {
                watch.note(parted[place], segment: segment, afterwards: facts)
            }
            waitingBySegment[place] = []
        }
    }
}
