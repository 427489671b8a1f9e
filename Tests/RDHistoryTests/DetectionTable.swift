import RDHistory

/// What the methods find of faults that were planted, and what they find where there is nothing: the tables of
/// docs/quality.md.
struct DetectionTable {
    static let histories = 50
    private let judge = Judge()

    /// How often each method, and any of them, saw a fault; and after how many runs, at the median.
    struct Detection {
        var seen: [AnomalyMethod: Int] = [:]
        var any = 0
        var delays: [Double] = []
    }

    /// What each method said, at each run of one number.
    private func verdicts(_ kind: NumberKind, _ points: [Point]) -> [[AnomalyVerdict]] {
        points.indices.map { judge.verdicts(kind, points[...$0]) }
    }

    func detection(of fault: Fault) -> Detection {
        var found = Detection()
        for seed in 1...Self.histories {
            let points = SyntheticHistory(seed: UInt64(seed), fault: fault).numbers[fault.kind] ?? []
            var delay: Double?
            var methods: Set<AnomalyMethod> = []
            for run in Fault.first..<Fault.first + fault.lasts {
                let alarms = judge.verdicts(fault.kind, points[...run]).filter { $0.status == .anomaly }
                methods.formUnion(alarms.map(\.method))
                if !alarms.isEmpty, delay == nil { delay = Double(run - Fault.first) }
            }
            for method in methods { found.seen[method, default: 0] += 1 }
            if let delay {
                found.any += 1
                found.delays.append(delay)
            }
        }
        return found
    }

    /// Of clean histories: by kind of number, runs judged and alarms by method, and runs with an alarm at all.
    func falseAlarms(_ kind: NumberKind) -> (judged: Int, alarms: [AnomalyMethod: Int], any: Int) {
        var judged = 0
        var any = 0
        var alarms: [AnomalyMethod: Int] = [:]
        for seed in 1...Self.histories {
            let clean = SyntheticHistory(seed: UInt64(1000 + seed)).numbers[kind] ?? []
            for verdicts in verdicts(kind, clean) where verdicts.contains(where: { $0.expected != nil }) {
                judged += 1
                let wrong = verdicts.filter { $0.status == .anomaly }
                for verdict in wrong { alarms[verdict.method, default: 0] += 1 }
                if !wrong.isEmpty { any += 1 }
            }
        }
        return (judged, alarms, any)
    }

    /// Both tables in Markdown.
    var markdown: String {
        let methods = AnomalyMethod.allCases
        var lines = ["| fault | drop | robust_z | ewma | weekday | any | after |", "|---|---|---|---|---|---|---|"]
        for fault in Fault.all {
            let found = detection(of: fault)
            let cells = methods.map { share(found.seen[$0] ?? 0, of: Self.histories) }
            let delay = fault.lasts == 1 ? "at once" : median(found.delays).map { "\(Int($0)) runs" } ?? "never"
            lines.append(
                "| \(fault.name) | \(cells.joined(separator: " | ")) | \(share(found.any, of: Self.histories)) "
                    + "| \(found.any == 0 ? "never" : delay) |")
        }
        lines += [
            "", "| clean: number | runs judged | drop | robust_z | ewma | weekday | runs with a false alarm |",
            "|---|---|---|---|---|---|---|",
        ]
        for kind in NumberKind.allCases {
            let found = falseAlarms(kind)
            let cells = methods.map { String(found.alarms[$0] ?? 0) }
            lines.append(
                "| \(kind.rawValue) | \(found.judged) | \(cells.joined(separator: " | ")) | \(found.any) "
                    + "(\(Double((found.any * 10_000 + found.judged / 2) / found.judged) / 100) %) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func share(_ part: Int, of whole: Int) -> String { part == 0 ? "-" : "\(part * 100 / whole) %" }
}
