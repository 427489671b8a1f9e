import ArgumentParser
import RDBytes
import RDFilter
import RDLineage

/// Which columns a question is about.
struct ColumnOptions: ParsableArguments {
    @Option(help: .init("The run to look at, as for show; the latest that was committed otherwise.", valueName: "run"))
    var run: String?

    @Argument(help: "The column: DATASET.COLUMN, or a column's name alone.") var column: String
}

struct ImpactCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact", abstract: "List what is made from a column, and exit 1 where something is.",
        discussion: """
            Everything downstream, from stage to stage into the warehouse and the views that read it, nearest first. A \
            name without a dataset stands for the column wherever it is first.

            Examples:
              rd-lineage impact UnitPrice
              rd-lineage impact fact_sales.net_amount && echo 'nothing reads it'
            """)

    @OptionGroup var options: LineageOptions
    @OptionGroup var question: ColumnOptions

    var common: CommonOptions { options.common }

    func run() throws {
        let graph = try fullGraph(options, question.run)
        let edges = graph.downstream(of: try graph.columns(named: question.column, for: .downstream))
        try report(edges, options)
        if !edges.isEmpty { throw ArgumentParser.ExitCode(1) }
    }
}

struct UpstreamCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "upstream", abstract: "List what a column is made from.",
        discussion: """
            Everything upstream, nearest first. A name without a dataset stands for the column wherever it is last.

            Examples:
              rd-lineage upstream fact_sales.line_total
              rd-lineage upstream country --json | jq -r 'select(.from | startswith("source.")).from'
            """)

    @OptionGroup var options: LineageOptions
    @OptionGroup var question: ColumnOptions

    var common: CommonOptions { options.common }

    func run() throws {
        let graph = try fullGraph(options, question.run)
        try report(graph.upstream(of: try graph.columns(named: question.column, for: .upstream)), options)
    }
}

private func fullGraph(_ options: LineageOptions, _ run: String?) throws -> LineageGraph {
    let connection = try options.connect()
    var graph = try RunStore(connection).run(run, committed: true).lineage.graph
    try graph.addViews(connection)
    return graph
}

private func report(_ edges: [LineageEdge], _ options: LineageOptions) throws {
    var table = TextTable(["column", "from", "stage", "rule"])
    for edge in edges { table.add([edge.to.text, edge.from.text, edge.stage, edge.rule]) }
    try options.answer(edges.map(\.json), edges.isEmpty ? [] : table.lines)
}
