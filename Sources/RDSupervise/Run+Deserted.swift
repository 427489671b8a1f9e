import RDChain
import RDProcess
import RDSchedule

extension Run {
    /// True for a run that goes on by the journal and that nobody looks after any more: whoever began it is gone, `me`
    /// not counted, and so is its keeper. A chain whose scheduler died is ended by its keeper; until that is done the run
    /// is not deserted.
    func isDeserted(_ folder: SchedulerFolder, besides me: ProcessMark? = nil) -> Bool {
        if let owner, owner != me, owner.isAlive { return false }
        if let keeper { return !keeper.isAlive }
        // Nobody wrote the keeper down: the chain is known by its environment.
        return (try? readChainResult(folder.result(id))) != nil || strays(ofRun: id).isEmpty
    }

    /// How a deserted run ended, by what its keeper wrote; where it wrote nothing, what may be left of it is killed.
    func endingOfDeserted(_ folder: SchedulerFolder) -> Ending {
        if let result = try? readChainResult(folder.result(id)) { return Ending(result, log: log) }
        killStrays(ofRun: id)
        return Ending(status: .lost, code: nil, at: Clock.unixMilliseconds())
    }
}
