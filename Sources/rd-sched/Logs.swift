import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Logs: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the stages of a run wrote.",
        discussion: """
            RUN is a run's identity, or so much of its beginning that no other run has; or a job, for the run of it that \
            goes on, or else its last.
            """)

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Argument(help: .init("The run, or the job.", valueName: "run")) var name: String

    func run() throws {
        let scheduler = try options.read()
        let state = scheduler.state
        let ofJob = state.jobs[name].flatMap { job in
            job.active.first { state.active[$0]?.began != nil } ?? job.last?.id
        }
        let found = try options.run(ofJob ?? name, scheduler)
        guard let path = found.log else { throw RDError(.noInput, "run \(found.id) has not begun") }
        guard exists(path) else {
            throw RDError(.noInput, "the log of run \(found.id) is not kept any more", remedy: "start has --keep-logs")
        }
        let source = try FileSource(path: path)
        let sink = FileSink(1, name: "standard output")
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { block.deallocate() }
        while case let count = try source.read(into: block), count > 0 {
            try sink.write(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
    }
}
