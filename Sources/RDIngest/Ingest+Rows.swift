import RDBytes
import RDQuality
import RDRecord

/// Rows on their way from cells to records.
/// Where the cells of a row can be read.
private enum RowCells {
    case unread, asTheyStand, rewritten
}

extension Ingest {
    mutating func convert(_ opened: inout OpenedSource, _ input: InputFile) throws {
        var converter = RowConverter(
            schema: settings.schema, header: opened.header, order: opened.order,
            orderIsPinned: settings.pins.dates != nil, mark: opened.mark, isPlaced: !settings.isBare)
        var text = RowText(opened.encoding, isPinned: settings.pins.encoding != nil, opened.reader.scanner.dialect)
        let proof = opened.decisions.first { $0.name == "date_order" }?.evidence ?? ""
        while true {
            switch try opened.reader.next() {
            case .end: return
            case .more:
                if out.count > 0, opened.reader.wouldWait { try out.drain(to: sink) }
                try opened.reader.fill()
            case .flaw(let code, let range, let size, let detail):
                try rejectFlaw(opened.reader, code, range, size, detail, input, text)
            case .record(let range):
                let window = UnsafeRawBufferPointer(start: opened.reader.address, count: opened.reader.windowEnd)
                if range.isEmpty, opened.reader.cells.count == 1 { continue }
                try take(window.bytes, range, &opened.reader, &converter, &text, input, proof)
            }
        }
    }

    @inline(__always)
    mutating func take(
        _ window: RawSpan, _ range: Range<Int>, _ reader: inout DelimitedReader, _ converter: inout RowConverter,
        _ text: inout RowText, _ input: InputFile, _ dateProof: String
    ) throws {
        rows += 1
        let mark = out.count
        var cells = RowCells.unread
        let line = settings.origin == nil ? linesBefore + reader.line : place(0, 0).line
        do throws(RowConverter.Flaw) {
            if let failure = try text.needsRewrite(window, range, reader.cells, line: reader.line, input.uri) {
                try rewrite(window, reader.cells, failure)
                cells = .rewritten
                try converter.append(scratch.bytes.bytes, scratchCells, line: line, to: &out)
                if gate.looks { converter.show(scratch.bytes.bytes, scratchCells, to: &gate) }
            } else {
                cells = .asTheyStand
                try converter.append(window, reader.cells, line: line, to: &out)
                if gate.looks { converter.show(window, reader.cells, to: &gate) }
            }
            if out.count - mark > longestLine + 1 { throw .tooLong(out.count - mark - 1) }
            money += Int128(converter.amount)
            gate.take(gaps: converter.gaps)
        } catch {
            out.truncate(to: mark)
            if let problem = text.problem { throw problem }
            if let written = converter.contradiction {
                throw contradiction(written, reader.line, input.uri, dateProof)
            }
            // A flaw of one column leaves the others as they are; any other is one of the row's form.
            let isShown = gate.hasSegments && error.field != nil && cells != .unread
            if isShown, cells == .rewritten {
                converter.showTexts(scratch.bytes.bytes, scratchCells, to: &gate)
            } else if isShown {
                converter.showTexts(window, reader.cells, to: &gate)
            }
            try reject(error, window.extracting(range), reader.line, reader.offset, input, text, isShown: isShown)
        }
        if let decision = text.takeNewDecision() { try announceEncoding(decision, input) }
        if out.count >= 1 << 17 { try out.drain(to: sink) }
        if rows >= nextChunk {
            nextChunk = rows + settings.chunkSize
            settings.chunk(rows, bytesBefore + reader.bytesUsed)
            try checkLimit(atEnd: false)
            try checkGate(reader.bytesUsed, converter.cellCount)
        }
    }

    /// Copies the cells to the scratch buffer, as UTF-8 and with doubled quotes undone.
    @inline(never)
    mutating func rewrite(_ window: RawSpan, _ cells: borrowing CellTable, _ from: RowText.Rewrite)
        throws(RowConverter.Flaw)
    {
        scratch.removeAll()
        scratchCells.removeAll()
        for index in 0..<cells.count {
            let cell = cells[index]
            let start = scratch.count
            from.append(window, cell, to: &scratch)
            scratchCells.append(CSVCell(start: start, end: scratch.count, quoted: cell.quoted, doubled: false))
        }
    }
}
