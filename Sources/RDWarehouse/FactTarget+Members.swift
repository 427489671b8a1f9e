import RDBytes
import RDRecord

/// Lines about members of dimensions, which say more of them than facts do.
extension FactTarget {
    /// A country's line says nothing that the facts after it do not. A member that cannot be read is a stream that cannot
    /// be trusted: exit 65.
    mutating func takeMember(_ line: RawSpan) throws {
        if let flaw = memberFlaw(line) {
            account.rowsIn += 1
            return reject(flaw, line, 0, isPlaced: false)
        }
        let kind = table[MemberField.dim].range
        if line.equals(kind, "product") { return try takeProduct(line) }
        if line.equals(kind, "customer") { try takeCustomer(line) }
    }

    /// A text that the warehouse cannot hold sets a member aside as it does a fact; the line then counts as a row.
    private func memberFlaw(_ line: RawSpan) -> RowFlaw? {
        for slot in MemberField.names.indices where table[slot].kind == .escapedString {
            if line.hasEscapedNul(table[slot].range) { return .nulByte(MemberField.names[slot]) }
        }
        return nil
    }

    private mutating func takeCustomer(_ line: RawSpan) throws {
        let id = table[MemberField.customerID]
        guard id.isString, id.end > id.start else {
            throw RDError(.data, "a customer's line cannot be read: \(line.text.prefix(200))")
        }
        let value = table[MemberField.customerName]
        var name: String?
        if value.isString {
            unescape(line, value)
            name = scratch.text
        }
        let since = memberMoment(line, MemberField.effectiveDate)?.seconds ?? .min
        unescape(line, id)
        customers.note(scratch.bytes.bytes, name: name, at: max(since, CustomerCache.always))
    }

    private mutating func takeProduct(_ line: RawSpan) throws {
        let code = table[MemberField.stockCode]
        guard code.isString, let price = try? Decimal4.parse(line, table[MemberField.unitPrice].range),
            let soldAt = memberMoment(line, MemberField.lastSoldAt)
        else { throw RDError(.data, "a product's line cannot be read: \(line.text.prefix(200))") }
        let values = ProductLine(
            price: price, soldAt: soldAt, describedAt: memberMoment(line, MemberField.describedAt) ?? soldAt,
            pricedAt: memberMoment(line, MemberField.pricedAt) ?? soldAt,
            isNote: line.equals(table[MemberField.isNote].range, "true"))
        unescape(line, code)
        products.note(scratch.bytes.bytes, line, description: table[MemberField.description], values)
    }

    private mutating func memberMoment(_ line: RawSpan, _ slot: Int) -> Timestamp? {
        guard table[slot].isString, (try? memberDate.read(line, table[slot].range)) != nil else { return nil }
        return memberDate.moment
    }
}
