import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSupervise

struct Mirror: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the warehouse of the runs that it does not know yet.",
        discussion: """
            A running scheduler does this by itself. The runs stand in etl_job_runs: beside what a load or a check of the \
            same run wrote there, or else in a row of their own, of the kind chain. Telling of a run twice changes nothing. \
            Where no database answers, the runs are kept for another time and the exit code is 69.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    func run() throws {
        let spool = timetable.folder.spool
        let log = common.log("rd-sched")
        while true {
            let names = exists(spool) ? try filesOf(spool).filter { $0.hasSuffix(".json") }.sorted() : []
            if names.isEmpty { return }
            try checkServer()
            let batch = names.prefix(500).map { "\(spool)/\($0)" }
            try send(batch)
            for path in batch { removeFile(path) }
            log.write(.info, "the warehouse knows of \(batch.count) more runs")
        }
    }

    /// The private server is not started for this: somebody may have stopped it.
    private func checkServer() throws {
        guard !hasDatabase(home: Folders().home) else { return }
        if common.quiet { throw ArgumentParser.ExitCode(RDBytes.ExitCode.unavailable.rawValue) }
        throw RDError(.unavailable, "the private server does not run", remedy: "run: rd-db up")
    }

    /// rd-db writes them: it links libpq, and this does not.
    private func send(_ files: [String]) throws {
        let input = try TemporaryFile()
        for file in files {
            let line = try readAll(FileSource(path: file))
            guard line.withUnsafeBytes({ try? JSONValue(parsing: $0.bytes) }) != nil else { continue }
            try line.withUnsafeBytes { try input.append($0) }
        }
        let null = try FileSink(creating: "/dev/null")
        let record = try Subprocess(
            "\(Folders().executables)/rd-db", ["record", "--quiet"], input: input.descriptor, output: null.descriptor)
        guard record.wait() == .exit(0) else {
            throw RDError(
                .unavailable, "the warehouse did not take \(files.count) runs; they are kept for another time",
                remedy: "see the lines above; rd-db migrate brings an older warehouse up to date")
        }
    }
}
