import RDBytes
import RDClean
import RDQuality
import RDRecord
import RDTransform

/// The stages that a stream has not passed yet, run inside the load with the filters' own code.
struct Preparation: ~Copyable {
    private var clean: CleanStage?
    private var transform: TransformStage
    private var cleaned = ByteBuffer(capacity: 1 << 14)
    private var transformed = ByteBuffer(capacity: 1 << 14)

    /// `clean` is nil for a stream that is cleaned.
    init(clean: consuming CleanStage?, gates: GateSettings) {
        self.clean = clean
        transform = TransformStage(gates: gates)
    }

    /// The stages, as entries of the `open` line.
    var entries: [StreamOpen.Stage] {
        guard let name = cleanEntry else { return [transform.entry] }
        return [name, transform.entry]
    }

    private var cleanEntry: StreamOpen.Stage? {
        switch clean {
        case .some(let stage): stage.entry
        case .none: nil
        }
    }

    mutating func begin(_ open: StreamOpen) {
        clean?.begin(open)
        var passed = open
        if let entry = cleanEntry { passed.stages.append(entry) }
        transform.begin(passed)
    }

    /// Takes a raw or cleaned record and hands its facts and members to `target`. Where a gate gives up, what it
    /// measured goes to `target` too.
    mutating func record(_ line: RawSpan, to target: inout FactTarget) throws {
        do {
            guard clean != nil else {
                try transform.record(line, into: &transformed)
                return try drain(to: &target)
            }
            try clean?.record(line, into: &cleaned)
            try passOn(to: &target)
            try drain(to: &target)
        } catch let failure as GateFailure {
            try? target.takeControls(cleaned.bytes.bytes)
            try? target.takeControls(transformed.bytes.bytes)
            throw failure
        }
    }

    mutating func oversized(_ head: [UInt8], size: Int, to target: inout FactTarget) throws {
        if clean != nil {
            head.withUnsafeBytes { clean?.oversized($0.bytes, size: size, into: &cleaned) }
            return try passOn(to: &target)
        }
        head.withUnsafeBytes { transform.oversized($0.bytes, size: size, into: &transformed) }
        try drain(to: &target)
    }

    /// Completes the stages.
    mutating func finish(to target: inout FactTarget) throws {
        clean?.finish(into: &cleaned)
        try passOn(to: &target)
        transform.finish(into: &transformed)
        try drain(to: &target)
    }

    /// What the stages' gates warn of.
    var warnings: [String] {
        switch clean {
        case .some(let stage): stage.warnings + transform.warnings
        case .none: transform.warnings
        }
    }

    /// Throws where a stage's gate does not let the data pass.
    func judge() throws {
        switch clean {
        case .some(let stage): try stage.judge()
        case .none: break
        }
        try transform.judge()
    }

    /// The stages' accounts, in order.
    var ledgers: [StageLedger] {
        switch clean {
        case .some(let stage): [stage.ledger, transform.ledger]
        case .none: [transform.ledger]
        }
    }

    private mutating func passOn(to target: inout FactTarget) throws {
        let all = cleaned.bytes.bytes
        var start = 0
        while start < all.byteCount {
            let end = all.firstIndex(of: 0x0A, in: start..<all.byteCount) ?? all.byteCount
            let line = all.extracting(start..<end)
            if line.isControl { try target.takeControl(line) } else { try transform.record(line, into: &transformed) }
            start = end + 1
        }
        cleaned.removeAll()
    }

    private mutating func drain(to target: inout FactTarget) throws {
        let all = transformed.bytes.bytes
        var start = 0
        while start < all.byteCount {
            let end = all.firstIndex(of: 0x0A, in: start..<all.byteCount) ?? all.byteCount
            let line = all.extracting(start..<end)
            if line.isControl { try target.takeControl(line) } else { try target.take(line) }
            start = end + 1
        }
        transformed.removeAll()
    }
}

extension FactTarget {
    /// Takes the control lines among whole lines.
    mutating func takeControls(_ all: RawSpan) throws {
        var start = 0
        while start < all.byteCount {
            let end = all.firstIndex(of: 0x0A, in: start..<all.byteCount) ?? all.byteCount
            let line = all.extracting(start..<end)
            if line.isControl { try takeControl(line) }
            start = end + 1
        }
    }

    /// Takes a reject or metric line of a stage inside the load.
    mutating func takeControl(_ line: RawSpan) throws {
        let control = try ControlLine(line)
        if let kind = control.kind { recorder.take(control.json, kind: kind) }
        try makeRoom()
    }
}
