public import RDBytes
public import RDRecord

/// A gate as a filter of its own: measures the records of any stream, raw, cleaned or facts, and passes every line on as
/// it is.
///
/// Other than a stage that measures its gate on the way, it sets nothing aside: it looks at each value by itself, and
/// whether it is there, against the schema, or against a rule.
public struct QualityStage: RecordStage, ~Copyable {
    /// Its name in the stream and in the ledger.
    public static var name: StaticString { "quality" }

    let gate: Gate
    var watch: GateWatch
    var probe: RecordProbe
    private var keys: KeyProbe
    private var places: PlaceProbe
    private var members: MemberProbe
    private let looksAtPlaces: Bool
    private let looksAtMembers: Bool
    private var account = StageLedger("quality")
    private var rejects = RejectCounts()
    private var lines = 0

    /// The gate `gate` by its rules. `makeFile` makes room for what is remembered past `memory` bytes in all; only what a
    /// rule asks for is.
    public init(
        _ gate: Gate, settings: GateSettings, schema: SalesSchema, memory: Int,
        makeFile: @escaping () throws -> any SpillFile
    ) {
        self.gate = gate
        watch = settings.watch(gate, stage: "quality")
        probe = RecordProbe(schema)
        looksAtPlaces = !watch.rules(of: .oneCountry).isEmpty
        looksAtMembers = !watch.rules(of: .dimensions).isEmpty
        let share = memory / max(1, [!watch.keyRules.isEmpty, looksAtPlaces, looksAtMembers].count { $0 })
        keys = KeyProbe(watch.keyRules, memory: share, makeFile: makeFile)
        places = PlaceProbe(memory: share, makeFile: makeFile)
        members = MemberProbe(watch, memory: share, makeFile: makeFile)
    }

    /// What it was told.
    public var options: JSONValue { ["gate": .string(gate.rawValue)] }

    /// It changes nothing.
    public var mapping: [ColumnMapping] { [] }

    /// Learns what the `open` line says.
    public mutating func begin(_ open: StreamOpen) {}

    /// Takes one record or member, and passes it on.
    public mutating func record(_ line: RawSpan, into out: inout ByteBuffer) throws {
        lines += 1
        if lines % GateWatch.stride == 0 { try watch.checkpoint(further: nil, into: &out) }
        if try measure(line) {
            account.rowsIn += 1
            account.rowsOut += 1
            account.moneyIn += Int128(probe.money)
            account.moneyOut += Int128(probe.money)
        }
        out.append(line)
        out.append(0x0A)
    }

    /// Measures a line; false for a dimension member, which is no row.
    private mutating func measure(_ line: RawSpan) throws -> Bool {
        guard probe.read(line) else {
            watch.reject(.badJSON, nil)
            return true
        }
        if probe.shape == .member {
            if looksAtMembers { try members.takeMember(line) }
            return false
        }
        let gaps = probe.look(line, &watch)
        try keys.look(line, probe, &watch)
        if looksAtPlaces { try places.look(line, probe, &watch) }
        if looksAtMembers { try members.look(line, probe, &watch) }
        watch.take(gaps: gaps)
        return true
    }

    /// Takes a line over 1 MiB, which cannot go on.
    public mutating func oversized(_ head: RawSpan, size: Int, into out: inout ByteBuffer) {
        account.rowsIn += 1
        lines += 1
        rejects.add(.lineTooLong)
        watch.reject(.lineTooLong, nil)
        Reject(stage: Self.name, line: lines, code: .lineTooLong, detail: "the line is \(size) bytes")
            .append(to: &out, raw: head, size: size)
    }

    /// Appends the figures.
    public mutating func finish(into out: inout ByteBuffer) {
        if looksAtMembers { members.finish(&watch) }
        watch.finish(into: &out)
    }

    /// What it has done so far.
    public var ledger: StageLedger {
        var result = account
        result.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        return result
    }

    /// What the gate warns of.
    public var warnings: [String] { watch.warnings }

    /// Throws where the gate does not let the data pass.
    public func judge() throws { try watch.judge() }
}
