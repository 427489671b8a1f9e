import Glibc
import RDBytes
import RDChain
import RDProcess
import RDSchedule

extension Supervisor {
    /// What one round brought.
    struct Round {
        var begun: [Run] = []
        var stops: [String] = []
        var ended: [Run] = []
        /// Files to claim, with the runs that they are for.
        var files: [(from: String, run: Run)] = []
        var events: [JournalEvent] = []
        /// Why a run that is due has not begun.
        var obstacle: (any Error)?
    }

    /// Decides, writes it down, and only then does it.
    func decide(mayBegin: Bool) throws {
        let now = Clock.unixMilliseconds()
        let arrived = mayBegin ? arrivals.look(scheduler.timetable, site, now: now / 1000) : []
        let allowance = mayBegin ? rate.available(Clock.monotonicNanoseconds()) : 0
        var round = Round()
        do {
            try journal.write(&scheduler) { draft in
                decide(now, arrived, allowance, &draft, &round)
                return (round.events, ())
            }
        } catch {
            // The room of runs that do not begin is given back: what goes on needs it for its end.
            for run in round.begun { removeChainResult(folder.result(run.id)) }
            throw error
        }
        over = over.filter { scheduler.state.active[$0.key] != nil }
        perform(round)
        if let obstacle = round.obstacle { throw obstacle }
    }

    /// What follows at `now` from what ended, what arrived and what is due; the journal is up to date meanwhile.
    private func decide(
        _ now: Int64, _ arrived: [(Job, [String])], _ allowance: Int, _ draft: inout Scheduler, _ round: inout Round
    ) {
        func tell(_ kind: JournalEvent.Kind) {
            let event = JournalEvent(at: now, kind)
            draft.apply(event)
            round.events.append(event)
        }
        for (id, ending) in over {
            // A run whose end another process has written down is that one's to tell of.
            guard var run = draft.state.active[id] else { continue }
            tell(.ended(run: id, ending))
            run.finish(ending)
            desk.spool(run, log)
            round.ended.append(run)
        }
        for (job, files) in arrived { take(files, job, now, &draft, &round) }
        let decision = draft.decide(now: now, chance: Double.random(in: 0...1))
        round.events += decision.events
        round.stops = decision.stops
        for gone in draft.fileRunsWithoutJob { tell(gone) }
        for alarm in alarms(draft, now / 1000) { tell(alarm) }
        for run in draft.startable(now: now / 1000).prefix(allowance) {
            do {
                if let job = draft.timetable[run.job] { try folder.makeRoom(for: run, job) }
            } catch {
                round.obstacle = error
                return
            }
            tell(.began(run: run.id, owner: me, log: folder.log(run.job, run.id)))
            round.begun.append(run)
        }
    }

    /// Does what the journal has from now on.
    private func perform(_ round: Round) {
        rate.take(round.begun.count)
        for (from, run) in round.files { arrivals.claim(from, run, log) }
        begin(round.begun)
        for run in round.stops where asked.insert(run).inserted { stop(run) }
        for run in round.ended { conclude(run, round.events) }
        arrivals.putBack(scheduler, site, log)
        for event in round.events {
            guard case .missed(let job, let through, let count) = event.kind else { continue }
            desk.tellMissed(job, count, through: through, log)
        }
        desk.changed = desk.changed || !round.events.isEmpty
    }

    /// Asks a chain to end: through its handle where it is ours, by its keeper where a command began it.
    private func stop(_ run: String) {
        if let chain = chains[run] { return chain.terminate() }
        if let keeper = scheduler.state.active[run]?.keeper, keeper.isAlive { kill(keeper.pid, SIGTERM) }
    }

    private func take(_ files: [String], _ job: Job, _ now: Int64, _ draft: inout Scheduler, _ round: inout Round) {
        let (events, runs) = draft.arrive(files, for: job, now: now, place: Arrivals.place)
        round.events += events
        round.files += zip(files, runs).map { ($0, $1) }
    }

    /// Jobs that became overdue or are no longer.
    private func alarms(_ draft: Scheduler, _ now: Int64) -> [JournalEvent.Kind] {
        let overdue = draft.overdue(now: now)
        var found: [JournalEvent.Kind] = []
        for item in overdue where draft.state.jobs[item.job]?.alarmed != item.since {
            if draft.state.jobs[item.job]?.alarmed == nil { desk.tellOverdue(item.job, item.since, log) }
            found.append(.alarmed(job: item.job, since: item.since))
        }
        for (name, job) in draft.state.jobs where job.alarmed != nil && !overdue.contains(where: { $0.job == name }) {
            found.append(.alarmed(job: name, since: nil))
        }
        return found
    }

    /// Starts the chains of runs that the journal has as begun.
    private func begin(_ runs: [Run]) {
        var kept: [JournalEvent] = []
        for run in runs {
            guard let job = scheduler.timetable[run.job] else { continue }
            do {
                if let file = run.file { try arrivals.claimAgain(file) }
                let log = folder.log(run.job, run.id)
                let handle = try startChain(site.order(job, run, log: log), result: folder.result(run.id))
                chains[run.id] = handle
                let mark = ProcessMark(pid: handle.keeper, ticks: handle.startTicks, boot: handle.bootID)
                kept.append(JournalEvent(at: Clock.unixMilliseconds(), .kept(run: run.id, keeper: mark)))
            } catch {
                let coded = error as? any CodedError
                let code = coded?.exitCode.rawValue ?? ExitCode.internalError.rawValue
                log.write(
                    .error, "\(run.job) cannot begin: \(coded?.description ?? "\(error)")", attributes: names(run))
                over[run.id] = Run.Ending(status: .failed, code: Int(code), at: Clock.unixMilliseconds())
            }
        }
        guard !kept.isEmpty else { return }
        // Where this cannot be written, the chains are found by their environment.
        try? journal.write(&scheduler) { draft in
            for event in kept { draft.apply(event) }
            return (kept, ())
        }
    }

    func names(_ run: Run) -> [(String, JSONValue)] {
        [("rd.run", .string(run.id)), ("rd.job", .string(run.job)), ("rd.scheduled_for", .integer(run.date))]
    }
}
