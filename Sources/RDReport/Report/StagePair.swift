import RDQuality

/// One dimension of one column at each gate that measured it: before a stage and after it.
public struct StagePair: Sendable {
    /// The figures in the order of the gates, two or more.
    public let figures: [HistoryFigure]

    /// The dimension and its columns: `completeness of customer_id`.
    public var name: String { "\(figures[0].dimension) of \(figures[0].columns ?? "all cells")" }

    /// Of what a run measured, all that more than one gate looked at. Where a gate has several rules for it, the first.
    static func all(in figures: [HistoryFigure]) -> [StagePair] {
        let gates = Gate.stream.map(\.rawValue)
        let whole = figures.filter { $0.segment == nil && $0.share != nil && gates.contains($0.gate) }
        var names: [String] = []
        var groups: [String: [HistoryFigure]] = [:]
        for figure in gates.flatMap({ gate in whole.filter { $0.gate == gate } }) {
            // The checks of whole rows have no column that would tell one from another.
            if figure.columns == nil, ["consistency", "accuracy"].contains(figure.dimension) { continue }
            let name = "\(figure.dimension)/\(figure.columns ?? "")"
            if groups[name] == nil { names.append(name) }
            if groups[name]?.contains(where: { $0.gate == figure.gate }) != true {
                groups[name, default: []].append(figure)
            }
        }
        return names.compactMap { groups[$0] }.filter { $0.count > 1 }.map { StagePair(figures: $0) }
    }
}
