import RDBytes
import RDPostgres
import RDQuality
import RDRecord

/// The lines of the stream, one by one.
extension Loader {
    /// Reads to the first line that says what the stream is. Gives it where it is a record.
    mutating func firstLine() throws -> LineReader.Line? {
        while true {
            guard let line = reader.next() else {
                if try reader.fill() { continue }
                guard let last = reader.next() else { return nil }
                return try isFirst(last) ? last : nil
            }
            if try isFirst(line) { return line }
            if state.open != nil { return nil }
        }
    }

    mutating func isFirst(_ line: LineReader.Line) throws -> Bool {
        let buffer = UnsafeRawBufferPointer(start: reader.address + line.range.lowerBound, count: line.range.count)
        if line.oversize == nil {
            if buffer.bytes.isBlankLine { return false }
            if buffer.bytes.isControl {
                try state.take(try ControlLine(buffer.bytes))
                isHeardOf = state.phase == .aborted
                if state.phase == .aborted { try state.finish() }
                return false
            }
        }
        state.beginBare(run: around.newRun(), job: around.job)
        return true
    }

    /// The source was loaded before: the rest of the stream is read, so that nobody upstream dies of a closed pipe, and
    /// must still come to its end.
    mutating func skip(_ session: LoadSession, _ version: Int) throws -> LoadSummary {
        session.rollback()
        repeat {
            while let line = reader.next() {
                let buffer = UnsafeRawBufferPointer(
                    start: reader.address + line.range.lowerBound, count: line.range.count)
                if line.oversize == nil, buffer.bytes.isControl { try state.take(try ControlLine(buffer.bytes)) }
            }
        } while try reader.fill()
        try state.finish()
        return alreadyLoaded(version)
    }

    mutating func takeAll(_ target: inout FactTarget) throws {
        repeat {
            while let line = reader.next() { try take(line, &target) }
            around.progress(rows, bytes)
        } while try reader.fill()
        while let line = reader.next() { try take(line, &target) }
    }

    @inline(__always)
    mutating func take(_ line: LineReader.Line, _ target: inout FactTarget) throws {
        if let size = line.oversize { return try takeOversized(size, &target) }
        let buffer = UnsafeRawBufferPointer(start: reader.address + line.range.lowerBound, count: line.range.count)
        let span = buffer.bytes
        bytes += line.range.count + 1
        if span.isControl { return try control(span, &target) }
        guard state.phase == .open else {
            if span.isBlankLine { return }
            return try state.expectRecord()
        }
        guard line.isTerminated || state.isImplicit else { return }
        rows += 1
        if shape == .fact { return try target.take(span) }
        try takeShaped(span, &target)
    }

    /// A record that is not transformed, or the first of the stream, which tells what the others must be.
    mutating func takeShaped(_ span: RawSpan, _ target: inout FactTarget) throws {
        if span.isBlankLine { return }
        if shape == nil { try tellShape(span) }
        if shape == .fact { return try target.take(span) }
        try preparation?.record(span, to: &target)
        try target.makeRoom()
    }

    mutating func tellShape(_ span: RawSpan) throws {
        var table = FieldTable()
        try? recordScanner.scan(span, into: &table)
        let found = RecordShape(table)
        shape = found == .member ? .fact : found
        guard shape != .fact, let open = state.open else { return }
        var stages = Preparation(
            clean: found == .raw ? try around.makeClean() : nil, gates: options.gates)
        stages.begin(open)
        preparation = consume stages
    }

    mutating func control(_ span: RawSpan, _ target: inout FactTarget) throws {
        let line = try ControlLine(span)
        try state.take(line)
        if state.phase == .aborted { try state.finish() }
        if let kind = line.kind { target.recorder.take(line.json, kind: kind) }
        try target.makeRoom()
    }

    mutating func takeOversized(_ size: Int, _ target: inout FactTarget) throws {
        try state.expectRecord()
        rows += 1
        let head = reader.oversizedHead
        if shape == nil, let line = head.first.map({ _ in head }) {
            try line.withUnsafeBytes { try tellShape($0.bytes) }
        }
        if shape == .fact { return target.takeOversized(head, size: size) }
        try preparation?.oversized(head, size: size, to: &target)
    }
}
