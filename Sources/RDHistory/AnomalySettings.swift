/// How the history of a number is looked at. The defaults are what docs/quality.md measures.
public struct AnomalySettings: Sendable {
    /// Runs of history that a band is made from: eight weeks of daily ones.
    public var window = 56
    /// Fewer runs than this are too few for a band.
    public var least = 14
    /// Fewer runs than this are too few for the days of the week.
    public var leastForWeekdays = 35
    /// Fewer runs of this day of the week are too few for it.
    public var leastOfWeekday = 3
    /// From this part of the variance on that the weekday explains, a number has a weekly season.
    public var season = 0.5
    /// The part of a score that a run must lose to be a drop.
    public var drop = 0.1
    /// Runs that a drop is measured from.
    public var dropWindow = 7
    /// Fewer runs than this are too few to tell a drop.
    public var leastForDrop = 3
    /// Deviations that a single run may be off (Iglewicz and Hoaglin recommend 3.5).
    public var z = 3.5
    /// The weight of the newest run in the moving average.
    public var lambda = 0.2
    /// Deviations that the moving average may be off.
    public var L = 3.2
    /// Runs that the moving average goes back.
    public var span = 14

    /// The defaults.
    public init() {}
}
