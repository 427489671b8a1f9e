import ArgumentParser
import RDWarehouse

/// How the stream is loaded.
struct LoadingOptions: ParsableArguments {
    @Option(help: "Facts of a month that are gathered for one COPY.")
    var batchSize = 5_000

    @Flag(help: "Report as one line of JSON, as in a pipe.")
    var json = false

    @Flag(help: "Load a source that was loaded before: new rows are added, changed ones updated, the rest left alone.")
    var force = false

    @Flag(help: "Do everything inside the transaction, say what a load would do, month by month, and take it back.")
    var plan = false

    @Flag(help: "Load a stream that ended without its close line; the version is marked partial.")
    var partial = false

    @Option(help: .init("Load only if there are exactly so many facts.", valueName: "n"))
    var expectRows: Int?

    @Flag(help: "Treat warnings of the gates and rows that the load sets aside as errors: load nothing, and exit 65.")
    var strict = false

    @Option(
        help: .init(
            """
            Tell of the run when it begins and when it ends, as OpenLineage events in this file or to this http or \
            https URL; OPENLINEAGE_URL otherwise.
            """, valueName: "file|url"))
    var openlineage: String?

    @Option(help: .init("Wait so long for another load to end; three seconds at least.", valueName: "seconds"))
    var wait = 0

    @Option(help: "The name of the job of a stream that has none.")
    var jobName: String?

    @Option(help: "Report progress every so many records (on a terminal).")
    var chunkSize = 1000

    func validate() throws {
        guard batchSize > 0 else { throw ValidationError("--batch-size must be at least 1") }
        guard chunkSize > 0 else { throw ValidationError("--chunk-size must be at least 1") }
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait must be from 0 to 86400 seconds") }
    }

    var loadOptions: LoadOptions {
        var options = LoadOptions()
        options.batchSize = batchSize
        options.wait = wait
        options.isForced = force
        options.isPartial = partial
        options.expectedRows = expectRows
        options.isPlan = plan
        options.isStrict = strict
        return options
    }
}
