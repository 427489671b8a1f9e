/// What a stage is told about its gate.
public struct GateSettings: Sendable {
    private let rules: QualityRules?
    /// Read to the end where the gate can no longer pass.
    public let isLate: Bool

    /// No gates.
    public init() {
        rules = nil
        isLate = false
    }

    /// Gates by `rules`.
    public init(_ rules: QualityRules, isLate: Bool = false) {
        self.rules = rules
        self.isLate = isLate
    }

    /// The watch of a gate: it measures nothing where there are no gates.
    public func watch(_ gate: Gate, stage: String? = nil) -> GateWatch {
        GateWatch(rules?[gate] ?? [], gate: gate, stage: stage, isLate: isLate)
    }
}
