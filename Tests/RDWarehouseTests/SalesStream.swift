import RDBytes
import RDProcess
import RDRecord

/// The stream that `rd-transform` would write for a batch: open line, facts and members, and a close line whose ledger
/// balances.
struct SalesStream {
    let batch: SalesBatch

    /// The stream's bytes; without its close line where it is cut off.
    func bytes(isCut: Bool = false) -> [UInt8] {
        let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10))
        var out = ByteBuffer(capacity: 1 << 14)
        let source: JSONValue = [
            "uri": .string("source-\(batch.source).csv"), "sha256": .string(hash), "bytes": .integer(batch.lines.count),
        ]
        StreamOpen(run: run, job: "sales", source: source).append(to: &out)
        for line in batch.lines { Self.append(line, to: &out) }
        if !isCut { StreamClose(run: run, ledger: [ledger]).append(to: &out) }
        return out.withBytes { Array($0) }
    }

    private var hash: String {
        let digits = String(batch.source, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    private var ledger: StageLedger {
        var ledger = StageLedger("transform")
        ledger.rowsIn = batch.sales.count
        ledger.rowsOut = batch.sales.count
        ledger.moneyIn = batch.sales.reduce(0) { $0 + Int128($1.content.net) }
        ledger.moneyOut = ledger.moneyIn
        return ledger
    }

    /// Appends a line as `rd-transform` writes it.
    static func append(_ line: SalesBatch.Line, to out: inout ByteBuffer) {
        switch line {
        case .sale(let sale): out.append(json: json(sale))
        case .customer(let member): out.append(json: json(member))
        case .product(let member): out.append(json: json(member))
        }
        out.append(0x0A)
    }

    private static func json(_ sale: SaleLine) -> JSONValue {
        let content = sale.content
        let day = sale.key.moment.prefix(10).filter { $0 != "-" }
        return [
            "fact": "sales", "invoice_no": .string(sale.key.invoice), "stock_code": .string(sale.key.stockCode),
            "line_no": .integer(sale.key.lineNo), "customer_id": .string(content.customer),
            "country": .string(content.country), "transaction_datetime": .string(sale.key.moment),
            "date_key": .number(String(day)), "quantity": .integer(content.quantity),
            "unit_price": .number(moneyText(content.price)), "line_total": .number(moneyText(content.total)),
            "net_amount": .number(moneyText(content.net)), "transaction_type": .string(content.type),
            "line": .integer(sale.line),
        ]
    }

    private static func json(_ member: CustomerMember) -> JSONValue {
        [
            "dim": "customer", "customer_id": .string(member.id), "country": .string(member.country),
            "customer_name": .optional(member.name), "effective_date": .string(member.since),
        ]
    }

    private static func json(_ member: ProductMember) -> JSONValue {
        var line: JSONValue = [
            "dim": "product", "stock_code": .string(member.stockCode), "description": .optional(member.description),
            "unit_price": .number(moneyText(member.price)), "last_sold_at": .string(member.lastSoldAt),
            "described_at": .optional(member.describedAt),
        ]
        if let pricedAt = member.pricedAt { line["priced_at"] = .string(pricedAt) }
        line["is_note"] = .bool(member.isNote)
        return line
    }
}

/// Money in ten-thousandths as the stream and the warehouse write it, with four places.
func moneyText(_ amount: Int) -> String { Decimal4.text(Int128(amount)) }
