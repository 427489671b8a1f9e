import RDBytes
import RDPostgres
import RDRecord

/// A fact with its keys resolved.
struct Fact {
    var customer: Int32
    var product: Int32
    var dateKey: Int32
    var country: Int32
    var lineNo: Int32
    var sourceLine: Int32?
    var moment: Timestamp
    var quantity: Int64
    var price: Int64
    var total: Int64
    var net: Int64
    var type: TransactionType
}

/// Buffers by number; an array of buffers cannot be, since a buffer cannot be copied.
struct BufferPool: ~Copyable {
    private var slots: UnsafeMutablePointer<ByteBuffer>
    private var count = 0
    private var capacity = 16
    /// Bytes in all of them.
    private(set) var total = 0

    init() { slots = .allocate(capacity: 16) }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    mutating func add() -> Int {
        if count == capacity {
            let next = UnsafeMutablePointer<ByteBuffer>.allocate(capacity: capacity * 2)
            next.moveInitialize(from: slots, count: count)
            slots.deallocate()
            slots = next
            capacity *= 2
        }
        (slots + count).initialize(to: ByteBuffer(capacity: 1 << 12))
        slots[count].appendCopyHeader()
        count += 1
        return count - 1
    }

    /// Gives back the memory of a buffer that holds nothing.
    mutating func release(_ index: Int) {
        slots[index] = ByteBuffer(capacity: 1 << 12)
        slots[index].appendCopyHeader()
    }

    func size(_ index: Int) -> Int { slots[index].count }

    @inline(__always) mutating func append(
        to index: Int, _ fact: Fact, key: Int64, version: Int32, _ line: RawSpan, _ invoice: FieldValue
    ) {
        let before = slots[index].count
        slots[index].append(fact, key: key, version: version, line, invoice)
        total += slots[index].count - before
    }

    mutating func drain(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        slots[index].appendCopyTrailer()
        total -= slots[index].count - 21
        try body(slots[index].bytes)
        slots[index].removeAll()
        slots[index].appendCopyHeader()
    }
}

extension ByteBuffer {
    /// Appends a row of `FactMonths.columns`.
    @inline(__always) mutating func append(
        _ fact: Fact, key: Int64, version: Int32, _ line: RawSpan, _ invoice: FieldValue
    ) {
        appendRow(columns: 16)
        appendColumn(key)
        appendColumn(fact.moment)
        appendColumn(fact.quantity)
        appendColumn(fact.customer)
        appendColumn(fact.product)
        appendColumn(fact.dateKey)
        appendColumn(fact.country)
        appendColumn(version)
        appendColumn(fact.lineNo)
        if let sourceLine = fact.sourceLine { appendColumn(sourceLine) } else { appendNull() }
        appendColumn(decimal: fact.price)
        appendColumn(decimal: fact.total)
        appendColumn(decimal: fact.net)
        appendColumn(fact.type.name)
        appendColumn(line, invoice)
        appendColumn(version)
    }

    @inline(__always) mutating func appendColumn(_ name: StaticString) {
        appendLength(name.utf8CodeUnitCount)
        append(name)
    }

    @inline(__always) private mutating func appendLength(_ count: Int) {
        append(word: UInt64(UInt32(bitPattern: Int32(truncatingIfNeeded: count).bigEndian)), used: 4)
    }
}
