import CRDSupervise
import Glibc
import RDBytes
import RDProcess

/// What a scheduler waits for: signals, changes of the clock, the ends of keepers, and the passing of time.
final class EventLoop {
    private let signals: Int32
    private let clock: Int32

    /// From now on the signals HUP, INT, TERM, USR1 and CHLD come here only.
    init() throws(RDError) {
        signals = rd_signals_open()
        guard signals >= 0 else { throw systemError(.internalError, "cannot take signals", errno) }
        clock = rd_clock_watch()
    }

    deinit {
        close(signals)
        if clock >= 0 { close(clock) }
    }

    /// What came while waiting.
    struct News {
        var signals: [Int32] = []
        var isClockSet = false
        /// Which of the descriptors are readable.
        var ready: Set<Int32> = []
    }

    /// Waits until one of `descriptors` is readable, a signal came, the clock was set, or so many milliseconds of the
    /// monotonic clock have passed.
    func wait(_ descriptors: [Int32], milliseconds: Int64) -> News {
        let all = [signals, clock] + descriptors
        var ready = [UInt8](repeating: 0, count: all.count)
        _ = rd_wait(all, &ready, Int32(all.count), max(0, milliseconds) * 1_000_000)
        var news = News()
        while case let signal = rd_signals_read(signals), signal != 0 { news.signals.append(signal) }
        if ready[1] != 0 {
            news.isClockSet = true
            rd_clock_seen(clock)
        }
        for (place, descriptor) in all.enumerated() where place > 1 && ready[place] != 0 {
            news.ready.insert(descriptor)
        }
        return news
    }
}

/// How many runs may begin: so many a second; a quarter of that at once, where nothing began for a while.
struct StartRate {
    private let perSecond: Double
    private let burst: Double
    private var allowance: Double
    private var last: Int64

    init(perSecond: Int, now: Int64) {
        self.perSecond = Double(perSecond)
        burst = max(1, Double(perSecond) / 4)
        allowance = burst
        last = now
    }

    /// How many may begin at `now`, nanoseconds of the monotonic clock.
    mutating func available(_ now: Int64) -> Int {
        allowance = min(burst, allowance + Double(now - last) / 1e9 * perSecond)
        last = now
        return Int(allowance)
    }

    mutating func take(_ count: Int) { allowance -= Double(count) }
}
