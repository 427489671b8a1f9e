public import RDBytes

/// Follows a stream from its `open` to its `close`, and says what is wrong with one that does not come so far.
public struct StreamState: Sendable {
    /// How far the stream has come.
    public enum Phase: Sendable {
        /// Nothing has come.
        case fresh
        /// Records may come.
        case open
        /// Nothing more may come.
        case closed
        /// The stage upstream gave up.
        case aborted
    }

    /// How far the stream has come.
    public private(set) var phase = Phase.fresh
    /// True for a stream that had no `open` line of its own, whose end is the end of the input.
    public private(set) var isImplicit = false
    /// What the stream's first line says; a stream of other tools gets one when it begins.
    public private(set) var open: StreamOpen?
    /// What the stream's last line says.
    public private(set) var close: StreamClose?
    /// Why the stage upstream gave up.
    public private(set) var abortion: RDError?
    /// The code of the `abort` line upstream, which those downstream get as well.
    public private(set) var abortCode: String?

    /// A stream of which nothing has come.
    public init() {}

    /// The filter that the stream was last heard of from.
    public var lastHeardOf: String { open?.stages.last?.name ?? "nobody" }

    /// A record comes first: the stream is one of other tools and gets a run of its own.
    public mutating func beginBare(run: RunID, job: String) {
        var line = StreamOpen(run: run, job: job, source: ["uri": "-"])
        line.markBare()
        open = line
        isImplicit = true
        phase = .open
    }

    /// A record comes. After the end that is exit 76.
    public func expectRecord() throws(RDError) {
        if phase != .open { throw RDError(.streamBroken, "a record stands after the stream's close line") }
    }

    /// A control line comes. One out of place is exit 76.
    public mutating func take(_ line: ControlLine) throws(RDError) {
        switch line.kind {
        case .open:
            guard phase == .fresh else {
                throw RDError(
                    .streamBroken, "a second open line stands in the stream",
                    remedy: "run one stream at a time; rd-ingest takes several files")
            }
            open = try StreamOpen(line)
            phase = .open
        case .close:
            guard phase == .open, !isImplicit else {
                throw RDError(.streamBroken, "a close line stands where no stream is open")
            }
            let end = try StreamClose(line)
            guard end.run == open?.run.text else {
                throw RDError(.streamBroken, "the close line is of run \(end.run), the open line of another")
            }
            close = end
            phase = .closed
        case .abort:
            phase = .aborted
            abortion = Self.abortion(line.json)
            abortCode = line.json["code"]?.string
        case .source, .reject, .metric, nil:
            guard phase != .closed else { throw RDError(.streamBroken, "a line stands after the stream's close line") }
        }
    }

    private static func abortion(_ json: JSONValue) -> RDError {
        let code = json["code"]?.string ?? "unknown"
        let stage = json["stage"]?.string ?? "a stage upstream"
        return RDError(
            code == "stream_broken" ? .streamBroken : .data,
            "\(stage) gave up (\(code)): \(json["detail"]?.string ?? "no detail")")
    }

    /// The input has ended. Without a `close` where one is due that is exit 76.
    public func finish() throws(RDError) {
        switch phase {
        case .closed, .fresh: return
        case .aborted: throw abortion ?? RDError(.data, "the stream was given up upstream")
        case .open:
            if isImplicit { return }
            throw RDError(
                .streamBroken,
                "the stream ended without its close line; the stage last heard of is \(lastHeardOf)",
                remedy: "see why the stage before this one ended, and run again")
        }
    }
}

extension StreamState {
    /// The accounts of the stages upstream, completed by one of an opaque stage where another program stood before this
    /// one, whose standard input is `input`, or where it took in something else than the last of them put out. Between
    /// neighbours such a difference is a defect: exit 70.
    public func upstream(rowsIn: Int, moneyIn: Int128, input: String?) throws(RDError) -> [StageLedger] {
        var accounts = close?.ledger ?? []
        guard let last = accounts.last else { return accounts }
        let stage = open?.stages.last
        let joint = StageJoint(after: stage, input: input)
        if joint != .program, last.rowsOut == rowsIn, last.moneyOut == moneyIn { return accounts }
        if joint == .direct, stage?.isExact == true {
            throw RDError(
                .internalError,
                "\(last.stage) put out \(last.rowsOut) records worth \(Decimal4.text(last.moneyOut)), "
                    + "and \(rowsIn) worth \(Decimal4.text(moneyIn)) came in",
                remedy: "this is a defect of the suite: please report it")
        }
        var opaque = StageLedger(StageLedger.opaque)
        opaque.rowsIn = last.rowsOut
        opaque.rowsOut = rowsIn
        opaque.moneyIn = last.moneyOut
        opaque.moneyOut = moneyIn
        accounts.append(opaque)
        return accounts
    }
}

extension StageLedger {
    /// The name of a program between two filters that the suite knows nothing of.
    public static let opaque = "opaque"

    /// True where as much went out as came in, in rows and in money.
    public var isEven: Bool { rowsIn == rowsOut && moneyIn == moneyOut }

    /// Throws where an account does not balance, or where what one stage put out is not what the next took in: exit 70.
    public static func verify(_ accounts: [StageLedger]) throws(RDError) {
        var previous: StageLedger?
        for account in accounts {
            guard account.isBalanced || account.stage == opaque else {
                throw RDError(
                    .internalError,
                    "the ledger of \(account.stage) does not balance: \(account.rowsIn) in, \(account.rowsOut) out, "
                        + "\(account.rejectedTotal) rejected", remedy: "nothing was committed; please report it")
            }
            if let previous, previous.rowsOut != account.rowsIn {
                throw RDError(
                    .internalError,
                    "\(previous.stage) put out \(previous.rowsOut) records and \(account.stage) took in "
                        + "\(account.rowsIn)", remedy: "nothing was committed; please report it")
            }
            previous = account
        }
    }
}
