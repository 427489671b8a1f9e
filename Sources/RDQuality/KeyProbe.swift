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
