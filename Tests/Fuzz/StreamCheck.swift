import RDBytes
import RDRecord

/// What a stage wrote, taken apart: every line must be JSON in UTF-8, and the lines must be in order.
struct StreamCheck {
    private(set) var state = StreamState()
    private(set) var records: [JSONValue] = []
    private(set) var rejects: [JSONValue] = []
    /// The money of the records.
    private(set) var money: Int128 = 0
    private(set) var isEmpty: Bool

    var isAborted: Bool { state.phase == .aborted }

    init(_ bytes: [UInt8]) throws {
        isEmpty = bytes.isEmpty
        try rule(String(validating: bytes, as: UTF8.self) != nil, "the output is not UTF-8")
        try rule(bytes.isEmpty || bytes.last == 0x0A, "the last line has no end")
        for line in bytes.split(separator: 0x0A) {
            try rule(line.count <= 1 << 20 || line.starts(with: Array("{\"@rd\":\"open\"".utf8)), "a line over 1 MiB")
            try line.withUnsafeBytes { try take($0.bytes) }
        }
    }

    private mutating func take(_ line: RawSpan) throws {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: line)
        } catch {
            throw BrokenRule("byte \(error.offset) should be \(error.expected): \(line.text)")
        }
        guard line.isControl else {
            try rule(state.phase == .open, "a record outside the stream: \(line.text)")
            records.append(json)
            money += try Self.money(json)
            return
        }
        do {
            let control = try ControlLine(line)
            try state.take(control)
            if control.kind == .reject { rejects.append(json) }
        } catch {
            throw BrokenRule("\(error): \(line.text)")
        }
    }

    /// Quantity times price with the sign that the record says.
    private static func money(_ record: JSONValue) throws -> Int128 {
        guard let quantity = record["quantity"]?.integer,
            let price = record["unit_price"]?.number.flatMap({ Decimal4.sum($0) })
        else { throw BrokenRule("a record without quantity or price: \(record.text)") }
        let type = record["transaction_type"]?.string.flatMap { TransactionType(name: $0) }
        let sign = record["sign"]?.integer.map(Int64.init) ?? type?.usualSign ?? 1
        return Int128(quantity) * price * Int128(sign)
    }

    /// Checks a stream that ended well: nothing is lost, and the money is that of the records.
    func checkWhole(stage: String, rejectsBefore: Int) throws {
        guard let ledger = state.close?.ledger.last, ledger.stage == stage else {
            throw BrokenRule("there is no account of \(stage)")
        }
        try rule(ledger.isBalanced, "the ledger does not balance: \(ledger.json.text)")
        try rule(ledger.rowsOut == records.count, "\(records.count) records, but \(ledger.json.text)")
        try rule(
            ledger.rejectedTotal == rejects.count - rejectsBefore, "\(rejects.count) rejects, but \(ledger.json.text)")
        try rule(ledger.moneyOut == money, "records worth \(Decimal4.text(money)), but \(ledger.json.text)")
        let taken = ledger.rules.reduce(Int128(0)) { $0 + $1.money }
        try rule(ledger.moneyIn == ledger.moneyOut + taken, "money was lost: \(ledger.json.text)")
    }

    /// What happened, without figures.
    var outcome: String {
        let codes = Set(rejects.map { "\($0["code"]?.string ?? "") \($0["field"]?.string ?? "")" })
        let members = Set(records.flatMap { ($0.members ?? []).map(\.name) }.filter { Field.names.contains($0) })
        let types = Set(records.compactMap { $0["transaction_type"]?.string })
        let size = String(records.count, radix: 4).count
        return ([String(size)] + codes.sorted() + members.sorted() + types.sorted()).joined(separator: ",")
    }
}
