import RDBytes
import RDRecord

/// Counts the rows that repeat a key of a rule.
struct KeyProbe: ~Copyable {
    private let rules: [(index: Int, slots: [Int])]
    private let seen: UnsafeMutablePointer<BoundedKeys>
    private var key = ByteBuffer(capacity: 256)

    init(_ rules: [(index: Int, slots: [Int])], memory: Int, makeFile: @escaping () throws -> any SpillFile) {
        self.rules = rules
        seen = .allocate(capacity: max(rules.count, 1))
        for index in rules.indices {
            (seen + index).initialize(to: BoundedKeys(memory: memory / rules.count, makeFile: makeFile))
        }
    }

    deinit {
        seen.deinitialize(count: rules.count)
        seen.deallocate()
    }

    mutating func look(_ line: RawSpan, _ probe: borrowing RecordProbe, _ watch: inout GateWatch) throws {
        for (place, rule) in rules.enumerated() {
            key.removeAll()
            for slot in rule.slots {
                if let range = probe.text(line, slot) {
                    if probe.value(slot).kind == .escapedString {
                        key.appendUnescaped(line, range)
                    } else {
                        key.append(line, range)
                    }
                } else {
                    key.append(0x1E)
                }
                key.append(0x1F)
            }
            if try seen[place].insert(key.bytes.bytes, 0) != nil { watch.noteRepeat(rule.index) }
        }
    }
}

/// What the dimension members of a stream say: whether each fact has them, and who changed country.
struct MemberProbe: ~Copyable {
    private var countries = KeyIndex(capacity: 64)
    private var customers = KeyIndex(capacity: 8192)
    private var products = KeyIndex(capacity: 8192)
    /// By product: facts of it, or -1 once its member has come.
    private var waiting: [Int] = []
    private var seenIn = KeyIndex(capacity: 8192)
    private var places = KeyIndex(capacity: 64)
    private var lastPlace: [Int] = []
    private var table = FieldTable()

    mutating func takeMember(_ line: RawSpan) {
        guard (try? memberScanner.scan(line, into: &table)) != nil else { return }
        let dim = table[MemberField.dim].range
        if line.equals(dim, "country") {
            _ = countries.insert(line.extracting(table[MemberField.countryName].range))
        } else if line.equals(dim, "customer") {
            _ = customers.insert(line.extracting(table[MemberField.customerID].range))
        } else if line.equals(dim, "product") {
            let number = product(line.extracting(table[MemberField.stockCode].range))
            waiting[number] = -1
        }
    }

    mutating func look(_ line: RawSpan, _ probe: borrowing RecordProbe, _ watch: inout GateWatch) {
        lookAtPlace(line, probe, &watch)
        guard probe.shape == .fact else { return watch.noteUntold(.dimensions) }
        guard let country = probe.text(line, Field.country), let customer = probe.text(line, Field.customerID),
            let code = probe.text(line, Field.stockCode), countries.find(line.extracting(country)) != nil,
            customers.find(line.extracting(customer)) != nil
        else { return watch.note(.dimensions) }
        let number = product(line.extracting(code))
        if waiting[number] >= 0 { waiting[number] += 1 }
    }

    private mutating func product(_ code: RawSpan) -> Int {
        let found = products.insert(code)
        if found.isNew { waiting.append(0) }
        return found.number
    }

    /// A customer who is in another country than in the row before. `GUEST` is everybody.
    private mutating func lookAtPlace(_ line: RawSpan, _ probe: borrowing RecordProbe, _ watch: inout GateWatch) {
        guard let customer = probe.text(line, Field.customerID), let country = probe.text(line, Field.country),
            !(customer.count == 5 && line.equals(customer, "GUEST"))
        else { return }
        let place = places.insert(line.extracting(country)).number
        let found = seenIn.insert(line.extracting(customer))
        if found.isNew {
            lastPlace.append(place)
        } else if lastPlace[found.number] != place {
            lastPlace[found.number] = place
            watch.note(.oneCountry)
        }
    }

    /// Facts whose product never came as a member.
    mutating func finish(_ watch: inout GateWatch) {
        for facts in waiting where facts > 0 { watch.note(.dimensions, afterwards: facts) }
        waiting = waiting.map { _ in -1 }
    }
}
