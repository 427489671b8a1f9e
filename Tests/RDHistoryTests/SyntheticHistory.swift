import RDHistory
import RDTesting

/// Ninety daily runs of a shop, made from a seed: weekends are quiet, rows and money grow by a tenth of a per cent a run,
/// and everything strays. Money and rejects go with the rows.
struct SyntheticHistory {
    static let runs = 90
    /// The factor of each weekday, Monday first.
    private static let week = [1.05, 1.0, 1.0, 1.1, 0.95, 0.4, 0.6]
    private(set) var numbers: [NumberKind: [Point]] = [:]

    init(seed: UInt64, fault: Fault? = nil) {
        var random = SeededRandom(seed)
        let rows = (0..<Self.runs).map { run -> Double in
            let level = 50_000 * Self.week[(run + 3) % 7] * (1 + 0.001 * Double(run))
            return (level * (1 + 0.05 * random.normal())).rounded()
        }
        for kind in NumberKind.allCases {
            numbers[kind] = rows.enumerated().map { run, rows in
                var value =
                    switch kind {
                    case .score: 0.75 + 0.004 * random.normal()
                    case .rows: rows
                    case .money: rows * 18 * (1 + 0.08 * random.normal())
                    case .rejects: (rows * 0.008 + (rows * 0.008).squareRoot() * random.normal()).rounded()
                    case .duration: 20 * (1 + 0.08 * random.normal())
                    }
                if let fault, fault.kind == kind { value = fault.change(value, run) }
                // 2026-01-01, a Thursday, as 1970-01-01 was.
                let moment = Int64(20_454 + run) * 86_400_000 + 7_200_000
                return Point(
                    run: "run-\(run)", moment: moment, value: max(0, value),
                    count: kind == .score ? Int(max(1, rows)) : nil)
            }
        }
    }
}

/// What goes wrong, from run 60 on.
struct Fault: Sendable {
    let name: String
    let kind: NumberKind
    /// Runs that it lasts.
    let lasts: Int
    /// The number as it comes, from what it would have been and how many runs the fault is old, from 1 on.
    let effect: @Sendable (Double, Double) -> Double

    static let first = 60

    func change(_ value: Double, _ run: Int) -> Double {
        (Self.first..<Self.first + lasts).contains(run) ? effect(value, Double(run - Self.first + 1)) : value
    }

    static let all = [
        Fault(name: "score 2 % lower, once", kind: .score, lasts: 1) { value, _ in value * 0.98 },
        Fault(name: "score 5 % lower, once", kind: .score, lasts: 1) { value, _ in value * 0.95 },
        Fault(name: "score 12 % lower, once", kind: .score, lasts: 1) { value, _ in value * 0.88 },
        Fault(name: "score 0.5 points lower from now on", kind: .score, lasts: 30) { value, _ in value - 0.005 },
        Fault(name: "score drifts 0.05 points a run", kind: .score, lasts: 30) { value, age in value - 0.0005 * age },
        Fault(name: "score drifts 0.1 points a run", kind: .score, lasts: 30) { value, age in value - 0.001 * age },
        Fault(name: "rows: a quarter is missing, once", kind: .rows, lasts: 1) { value, _ in value * 0.75 },
        Fault(name: "rows: half are missing, once", kind: .rows, lasts: 1) { value, _ in value * 0.5 },
        Fault(name: "rows: loaded twice, once", kind: .rows, lasts: 1) { value, _ in value * 2 },
        Fault(name: "rows: a bank holiday (a Monday like a Sunday)", kind: .rows, lasts: 1) { value, _ in
            value * 0.6 / 1.05
        },
        Fault(name: "money: one invoice of a whole day's sales", kind: .money, lasts: 1) { value, _ in value + 900_000
        },
        Fault(name: "money: prices 10 % lower from now on", kind: .money, lasts: 30) { value, _ in value * 0.9 },
        Fault(name: "rejects: three times as many, once", kind: .rejects, lasts: 1) { value, _ in value * 3 },
        Fault(name: "rejects: half as many again, from now on", kind: .rejects, lasts: 30) { value, _ in value * 1.5 },
        Fault(name: "duration: half as long again, once", kind: .duration, lasts: 1) { value, _ in value * 1.5 },
        Fault(name: "duration: twice as long, once", kind: .duration, lasts: 1) { value, _ in value * 2 },
        Fault(name: "duration drifts 1 % a run", kind: .duration, lasts: 30) { value, age in value * (1 + 0.01 * age) },
    ]
}

extension SeededRandom {
    /// A normal number, as the sum of twelve even ones: the same on every machine, without logarithms.
    mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double(next() >> 11) / 9_007_199_254_740_992 }
    }
}
