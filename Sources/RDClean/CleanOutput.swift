import RDBytes
public import RDRecord

extension CleanStage {
    /// Appends the cleaned record.
    @inline(__always)
    mutating func append(_ line: RawSpan, _ row: Row, _ lineNo: UInt32, _ out: inout ByteBuffer) throws(RowFlaw) {
        var gaps: UInt8 = 0
        out.append(#"{"invoice_no":""#)
        out.append(line, row.invoice)
        out.append(#"","stock_code":""#)
        out.append(line, row.stockCode)
        out.append(#"","description":""#)
        let start = out.count
        let described = table[Field.description]
        if described.isMissing || !out.appendTidy(line, described.range) {
            try appendPlaceholder(Field.description, &gaps, &out)
        }
        // A description that was made up is none.
        let name = start..<(gaps == 0 ? out.count : start)
        let quantity = abs(row.quantity)
        let price = abs(row.price)
        out.append(#"","quantity":"#)
        out.append(integer: quantity)
        out.append(#","invoice_date":""#)
        date.append(to: &out)
        out.append(#"","unit_price":"#)
        Decimal4.append(price, to: &out)
        out.append(#","customer_id":""#)
        try appendText(line, Field.customerID, &gaps, &out)
        out.append(#"","country":""#)
        try appendText(line, Field.country, &gaps, &out)
        out.append(0x22)
        if !table.others.isEmpty { appendOthers(line, &out) }
        appendOurs(line, row, name, lineNo, gaps, quantity, price, &out)
    }

    @inline(__always) private mutating func appendText(
        _ line: RawSpan, _ slot: Int, _ gaps: inout UInt8, _ out: inout ByteBuffer
    ) throws(RowFlaw) {
        guard let range = try table.text(line, slot) else { return try appendPlaceholder(slot, &gaps, &out) }
        out.append(line, range)
    }

    @inline(never) private mutating func appendPlaceholder(
        _ slot: Int, _ gaps: inout UInt8, _ out: inout ByteBuffer
    ) throws(RowFlaw) {
        guard let value = placeholders.values[slot] else { throw table.missing(slot) }
        value.withUnsafeBytes { out.append(contentsOf: $0) }
        gaps |= 1 << UInt8(slot)
        imputed[slot] += 1
    }

    /// Extra columns stay as they are, between the source's columns and ours.
    @inline(never) private mutating func appendOthers(_ line: RawSpan, _ out: inout ByteBuffer) {
        for other in table.others {
            out.append(",\"")
            out.append(line, other.name)
            out.append("\":")
            out.append(line, other.value.outer)
        }
    }

    @inline(__always) private mutating func appendOurs(
        _ line: RawSpan, _ row: Row, _ name: Range<Int>, _ lineNo: UInt32, _ gaps: UInt8, _ quantity: Int64,
        _ price: Int64, _ out: inout ByteBuffer
    ) {
        if lineNo > 1 {
            out.append(#","line_no":"#)
            out.append(unsigned: UInt64(lineNo))
        }
        let type =
            row.type
            ?? classifier.type(
                invoice: line.extracting(row.invoice), stockCode: line.extracting(row.stockCode),
                quantity: row.quantity, price: row.price)
        out.append(#","transaction_type":""#)
        out.append(type.name)
        out.append(0x22)
        if row.amount != 0, (row.amount < 0) != (type.usualSign < 0) {
            out.append(row.amount < 0 ? #","sign":-1"# : #","sign":1"#)
        }
        if gaps != 0 { appendImputed(gaps, &out) }
        let isWideQuantity = watchesQuantity && quantityWatch.isOutlier(quantity)
        let isWidePrice = watchesPrice && priceWatch.isOutlier(price)
        switch (isWideQuantity, isWidePrice) {
        case (true, true): out.append(#","outlier":["quantity","unit_price"]"#)
        case (true, false): out.append(#","outlier":["quantity"]"#)
        case (false, true): out.append(#","outlier":["unit_price"]"#)
        case (false, false): break
        }
        appendPlace(line, &out)
        if notes.isNote(out.bytes.bytes.extracting(name), type, price: price) { out.append(#","note":true"#) }
        out.append("}\n")
    }

    @inline(never) private mutating func appendImputed(_ gaps: UInt8, _ out: inout ByteBuffer) {
        out.append(#","imputed":["#)
        var isFirst = true
        for slot in 0..<8 where gaps & 1 << UInt8(slot) != 0 {
            if !isFirst { out.append(0x2C) }
            isFirst = false
            out.append(0x22)
            out.append(text: Field.names[slot])
            out.append(0x22)
        }
        out.append(0x5D)
    }

    @inline(__always) private mutating func appendPlace(_ line: RawSpan, _ out: inout ByteBuffer) {
        let value = table[Field.line]
        if value.kind == .number {
            out.append(#","line":"#)
            out.append(line, value.range)
        } else if numbersRecords {
            out.append(#","line":"#)
            out.append(unsigned: UInt64(lineNumber(line)))
        }
    }

    /// What is done to each column, for the `open` line.
    public var mapping: [ColumnMapping] {
        let rules: [String: String] = [
            "description": "white space tidied, imputed where missing, notes about stock marked",
            "customer_id": "imputed where missing",
            "country": "imputed where missing", "quantity": "made positive", "unit_price": "made positive",
            "invoice_no": "checked, key of deduplication", "stock_code": "checked, key of deduplication",
            "invoice_date": "checked against bounds",
        ]
        let kept = Field.source.map { ColumnMapping($0, $0, rules[$0] ?? "kept") }
        return kept
            + ["invoice_no", "stock_code", "quantity", "unit_price"].map {
                ColumnMapping($0, "transaction_type", "classified before values are made positive")
            }
            + ["invoice_no", "stock_code"].map {
                ColumnMapping($0, "line_no", "counts the lines of the product on the invoice")
            }
            + ["quantity", "unit_price"].map {
                ColumnMapping($0, "sign", "told where it is not the type's usual one")
            }
    }
}
