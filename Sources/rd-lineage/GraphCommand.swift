public import ArgumentParser
import RDBytes
import RDFilter
public import RDLineage
import RDProcess

extension GraphForm: ExpressibleByArgument {}

struct GraphCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Write a run's columns and what is made of them as a graph.",
        discussion: """
            svg is made by Graphviz's dot; where that is not installed it is exit 69. The views of the database that \
            read the warehouse's columns are part of the graph.

            Examples:
              rd-lineage graph --format svg > lineage.svg
              rd-lineage graph v1 --format mermaid
              rd-lineage graph --format json | jq '.edges | length'
            """)

    @OptionGroup var options: LineageOptions

    @Option(help: "The form.") var format: GraphForm = .dot

    @Argument(help: .init("The run, as for show; the latest that was committed otherwise.", valueName: "run")) var name:
        String?

    var common: CommonOptions { options.common }

    func run() throws {
        let connection = try options.connect()
        var graph = try RunStore(connection).run(name, committed: true).lineage.graph
        try graph.addViews(connection)
        switch format {
        case .dot: try options.write(graph.dot)
        case .mermaid: try options.write(graph.mermaid)
        case .json: try options.write(graph.json.text + "\n")
        case .svg: try options.write(picture(graph.dot))
        }
    }

    /// What Graphviz draws. It reads all of a graph before it writes, so one pipe can be filled before the other is read.
    private func picture(_ text: String) throws -> String {
        let (input, toDot) = try makePipe()
        let (fromDot, output) = try makePipe()
        let source = FileSource(fromDot, name: "dot", ownsDescriptor: true)
        defer { closeDescriptor(input) }
        let child: Subprocess
        do {
            child = try Subprocess("dot", ["-Tsvg"], input: input, output: output, remedy: remedy)
        } catch {
            closeDescriptor(toDot)
            closeDescriptor(output)
            throw error
        }
        closeDescriptor(output)
        let sink = FileSink(toDot, name: "dot")
        try Array(text.utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        let drawn = try readAll(source)
        try child.waitForSuccess("cannot draw the graph")
        return String(decoding: drawn, as: UTF8.self)
    }

    private var remedy: String { "install it: apt-get install graphviz; or take --format mermaid" }
}
