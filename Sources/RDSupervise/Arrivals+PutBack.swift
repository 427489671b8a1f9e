import Glibc
import RDBytes
import RDProcess
import RDSchedule

extension Arrivals {
    /// Moves the files of runs that have ended and still are where their runs had them: the scheduler was killed before
    /// it moved them, it could not move them, the run was cancelled before it began, or its job is gone from the
    /// timetable. A file that an attempt still needs stays. Looks every other second at most.
    mutating func putBack(_ scheduler: Scheduler, _ site: RunSite, _ log: Log) {
        noteMoves(log)
        let now = Clock.monotonicNanoseconds()
        guard now >= nextLook else { return }
        let isFirst = nextLook == .min
        nextLook = now + 2_000_000_000
        let needed = Set(scheduler.state.active.values.compactMap(\.file))
        var last: [String: Run] = [:]
        for run in scheduler.state.ended {
            if let file = run.file { last[file] = run }
        }
        for (file, run) in last.sorted(by: { $0.key < $1.key }) where !needed.contains(file) && exists(file) {
            let job = scheduler.timetable[run.job]
            if job == nil, run.began == nil, run.attempt == 1, giveBack(file) { continue }
            put(file, job, site, isGood: run.ending?.status == .success, log)
        }
        if isFirst { tellUnknown(scheduler, site, log) }
        tellUnreadable(log)
    }

    /// Puts a file that nobody has worked on to where it was taken from; false where another one is there by now.
    private func giveBack(_ place: String) -> Bool {
        let original = "\(folderOf(folderOf(folderOf(place))))/\(Self.name(place))"
        guard !exists(original), rename(place, original) == 0 else { return false }
        removeFolders(of: place)
        return true
    }

    /// Says which files were claimed by runs that the journal has forgotten, or never had: another timetable may watch
    /// the same folder, so they are left alone.
    private func tellUnknown(_ scheduler: Scheduler, _ site: RunSite, _ log: Log) {
        for trigger in scheduler.timetable.jobs.compactMap(\.fileTrigger) {
            let pattern = site.path(trigger.pattern)
            let claimed = "\(folderOf(pattern))/.rd-claimed"
            for run in (try? filesOf(claimed)) ?? [] where scheduler.state.run(run) == nil {
                for path in Self.matches("\(claimed)/\(run)/\(Self.name(pattern))") {
                    log.write(
                        .warning,
                        "\(path) was claimed by a run that the journal does not have; move it back where it is to be taken"
                    )
                }
            }
        }
    }

    /// Says once of each file that it will not be taken, as its name is no text.
    private mutating func tellUnreadable(_ log: Log) {
        for path in unreadable.subtracting(told).sorted() {
            log.write(
                .warning, "\(path) is not taken: its name is not UTF-8 (the odd bytes are shown as \u{FFFD}); rename it"
            )
        }
        told = unreadable
    }
}

extension Scheduler {
    /// Runs that wait with a file for a job that is gone from the timetable: they will not begin, and their files would
    /// stay claimed.
    var fileRunsWithoutJob: [JournalEvent.Kind] {
        state.active.values.filter { $0.began == nil && $0.file != nil && timetable[$0.job] == nil }
            .sorted { $0.id < $1.id }.map { .cancelled(run: $0.id, by: "a timetable without the job") }
    }
}
