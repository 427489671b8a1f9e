import RDBytes

extension Schedule {
    /// The longest jump of the clocks that counts as daylight saving; cronie's limit. What a longer one skips does not
    /// run.
    static let longestShift = 3 * 3600

    /// The first fire after `instant` by the clocks of `zone`; nil past the year 9999.
    ///
    /// Daylight saving is treated as cronie does: a job at a fixed time that the clocks skip runs at once after the
    /// gap, one at a time that comes twice runs the first time only, and wildcard and interval jobs just follow the
    /// clock. Fires that fall onto the same instant are one.
    public func next(after instant: Int64, in zone: Zone) -> Fire? {
        guard let fire = nextEver(after: instant, in: zone), zone.local(fire.at).seconds < Self.end else { return nil }
        return fire
    }

    /// 10000-01-01T00:00:00, which no text of four digits names.
    private static let end: Int64 = 253_402_300_800

    private func nextEver(after instant: Int64, in zone: Zone) -> Fire? {
        if case .every(let seconds) = self {
            let past = instant >= 0 ? instant / seconds : (instant - seconds + 1) / seconds
            return Fire(at: (past + 1) * seconds, shift: .none)
        }
        return isWild ? nextWild(after: instant, in: zone) : nextFixed(after: instant, in: zone)
    }

    private func nextLocal(_ local: Timestamp) -> Timestamp? {
        switch self {
        case .cron(let expression): return expression.next(after: local)
        case .daily(let minutes):
            let midnight = local.seconds - Int64(local.secondOfDay)
            let later = minutes.first { $0 > local.secondOfDay / 60 }
            return Timestamp(seconds: midnight + (later.map { Int64($0) * 60 } ?? 86400 + Int64(minutes[0]) * 60))
        case .every: return nil
        }
    }

    /// Clock readings to instants never runs backwards, so the first reading whose instant lies after `instant` is the
    /// next fire.
    private func nextFixed(after instant: Int64, in zone: Zone) -> Fire? {
        var local = zone.local(instant)
        while let reading = nextLocal(local), reading.seconds < Self.end {
            local = reading
            switch zone.instants(of: reading) {
            case .once(let at) where at > instant: return Fire(at: at, shift: .none)
            case .twice(let at, _) where at > instant: return Fire(at: at, shift: .repeated)
            case .skipped(let at, let seconds) where at > instant && seconds <= Self.longestShift:
                return Fire(at: at, shift: .skipped(local: reading.seconds))
            default: continue
            }
        }
        return nil
    }

    private func nextWild(after instant: Int64, in zone: Zone) -> Fire? {
        var from = instant + 1
        while true {
            let stretch = zone.stretch(at: from)
            let offset = Int64(stretch.offset)
            guard let reading = nextLocal(Timestamp(seconds: from + offset - 1)) else { return nil }
            let at = reading.seconds - offset
            if at < stretch.end { return Fire(at: at, shift: .none) }
            from = stretch.end
        }
    }
}
