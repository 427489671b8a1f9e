import RDBytes
import RDRecord

/// Tells the customers who are in another country than in the row before, in bounded memory.
struct PlaceProbe: ~Copyable {
    /// By customer the number of the country.
    private var customers: BoundedKeys
    private var places: BoundedKeys
    private var placeCount: UInt32 = 0

    init(memory: Int, makeFile: @escaping () throws -> any SpillFile) {
        customers = BoundedKeys(memory: memory / 8 * 7, makeFile: makeFile)
        places = BoundedKeys(memory: memory / 8, makeFile: makeFile)
    }

    /// Looks at a row. `GUEST` is everybody.
    mutating func look(_ line: RawSpan, _ probe: borrowing RecordProbe, _ watch: inout GateWatch) throws {
        guard let customer = probe.text(line, Field.customerID), let country = probe.text(line, Field.country),
            !(customer.count == 5 && line.equals(customer, "GUEST"))
        else { return }
        let known = try places.insert(line.extracting(country), placeCount)
        if known == nil { placeCount += 1 }
        let place = known ?? placeCount - 1
        if let before = try customers.replace(line.extracting(customer), place), before != place {
            watch.note(.oneCountry)
        }
    }
}
