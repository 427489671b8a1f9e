/// What kind of number is watched, and so which way it gets worse and how far it moves by itself.
public enum NumberKind: String, CaseIterable, Sendable {
    /// A share of good ones, from 0 to 1.
    case score
    /// Records that were read.
    case rows
    /// Net money of the facts that a run brought.
    case money
    /// Records that were set aside.
    case rejects
    /// Seconds.
    case duration

    var isWorseBelow: Bool { self == .score || self == .rows || self == .money }
    var isWorseAbove: Bool { self == .rejects || self == .duration || self == .rows || self == .money }
    /// True where growing is what the number does. What drifts in the others is trouble.
    var mayGrow: Bool { self == .rows || self == .money }

    /// The least and the most that it can be.
    var bounds: (least: Double, most: Double) {
        switch self {
        case .score: (0, 1)
        case .rows, .rejects, .duration: (0, .infinity)
        case .money: (-.infinity, .infinity)
        }
    }

    /// The least standard deviation that is believed: numbers that never moved say little about how far they may.
    func leastDeviation(around center: Double, of point: Point) -> Double {
        switch self {
        case .score: max(0.0005, point.samplingError)
        case .rows, .money: max(1, abs(center) * 0.01)
        case .rejects: max(center, 1).squareRoot()
        case .duration: max(0.5, center * 0.1)
        }
    }
}

/// A number of one run.
public struct Point: Equatable, Sendable {
    /// The run.
    public let run: String
    /// When it began, in milliseconds since 1970.
    public let moment: Int64
    /// The number.
    public let value: Double
    /// Of how many cells or rows a score is the share.
    public let count: Int?

    /// A number of `run`.
    public init(run: String, moment: Int64, value: Double, count: Int? = nil) {
        self.run = run
        self.moment = moment
        self.value = value
        self.count = count
    }

    /// Days since 1970 in UTC, with their fraction.
    var days: Double { Double(moment) / 86_400_000 }

    /// The day of the week in UTC, 0 for Monday.
    public var weekday: Int {
        let days = moment >= 0 ? moment / 86_400_000 : (moment - 86_399_999) / 86_400_000
        return Int(((days + 3) % 7 + 7) % 7)
    }

    /// The standard error of a share of so many (Agresti and Coull, "Approximate Is Better than Exact", 1998: two good
    /// ones and two bad ones more, so that a share of 1 has one too).
    var samplingError: Double {
        guard let count, count > 0 else { return 0 }
        let n = Double(count) + 4
        let share = (value * Double(count) + 2) / n
        return (share * (1 - share) / n).squareRoot()
    }
}
