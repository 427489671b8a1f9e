import RDBytes
import RDChain
import RDProcess
import RDSchedule

extension Supervisor {
    /// Takes the end of a chain of ours into account.
    func collect(_ run: String) {
        guard let handle = chains.removeValue(forKey: run) else { return }
        handle.close()
        over[run] = heeding(run, end(of: run) ?? lost(run))
    }

    /// A run that somebody wanted to end and of which nobody saw the end is what they wanted it to be: it is not caught up.
    private func heeding(_ run: String, _ ending: Run.Ending) -> Run.Ending {
        guard ending.status == .lost, scheduler.state.cancelled[run] != nil else { return ending }
        return Run.Ending(
            status: .cancelled, code: ending.code, at: ending.at, stages: ending.stages, rows: ending.rows)
    }

    /// The end of a run whose keeper was killed: nothing of it stays.
    private func lost(_ run: String) -> Run.Ending {
        killStrays(ofRun: run)
        return Run.Ending(status: .lost, code: nil, at: Clock.unixMilliseconds())
    }

    /// What the keeper of a run wrote; nil where it wrote nothing.
    private func end(of run: String) -> Run.Ending? {
        do {
            return try readChainResult(folder.result(run)).map { ending(run, $0) }
        } catch {
            log.write(.error, "the result of run \(run) cannot be read: \(error.message)")
            return nil
        }
    }

    /// Runs that go on without this process having begun them, and that it may have to look after.
    private var others: [Run] {
        scheduler.state.running.filter { chains[$0.id] == nil && over[$0.id] == nil }
    }

    var hasOthers: Bool { !others.isEmpty }

    /// Finds the ends of runs that an earlier scheduler, or a command that was killed, left behind.
    func lookAfterOthers() {
        for run in others where run.isDeserted(folder, besides: me) {
            over[run.id] = heeding(run.id, end(of: run.id) ?? lost(run.id))
        }
    }

    /// What follows from the end of a run, once the journal has it.
    func conclude(_ run: Run, _ events: [JournalEvent]) {
        asked.remove(run.id)
        removeChainResult(folder.result(run.id))
        guard let ending = run.ending else { return }
        let goesOn = events.contains { event in
            guard case .queued(let next) = event.kind else { return false }
            return next.job == run.job && next.date == run.date && next.attempt > run.attempt
        }
        let took = run.began.map { ending.at - $0 } ?? 0
        let code = ending.code.map { " (exit code \($0))" } ?? ""
        let again = goesOn ? "; it is tried again" : ""
        log.write(
            ending.status == .success ? .info : .warning,
            "\(run.job): \(ending.status.rawValue)\(code) after \(took) ms\(again)", attributes: names(run))
        if run.cause.isOfTimetable {
            let job = scheduler.timetable[run.job]
            if let file = run.file, !goesOn { arrivals.put(file, job, site, isGood: ending.status == .success, log) }
            RunLog.prune(folderOf(folder.log(run.job, run.id)), keep: settings.logs)
        }
        desk.tell(of: run, scheduler.timetable[run.job], goesOn: goesOn, log)
    }

    /// Results of runs that the journal has as ended.
    func removeOldResults() {
        for name in (try? filesOf(folder.results)) ?? [] {
            let run = name.split(separator: ".").first.map(String.init) ?? name
            if scheduler.state.active[run] == nil { removeFile("\(folder.results)/\(name)") }
        }
    }
}

extension ChainResult {
    /// What each stage used, as the journal has it.
    var stagesJSON: JSONValue {
        .array(
            stages.map { stage in
                [
                    "command": .string(stage.command), "code": stage.exitCode.map { .integer($0) } ?? .null,
                    "cpu_us": .integer(stage.cpuMicroseconds), "peak_bytes": .integer(stage.peakBytes),
                    "bytes_read": .integer(stage.bytesRead), "bytes_written": .integer(stage.bytesWritten),
                ]
            })
    }
}
