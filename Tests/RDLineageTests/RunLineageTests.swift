import RDBytes
import RDLineage
import RDRecord
import Testing

@Suite struct RunLineageTests {
    private func column(_ text: String) -> LineageColumn {
        let parts = text.split(separator: ".")
        return LineageColumn(String(parts[0]), String(parts[1]))
    }

    @Test func columnsAreFollowedFromTheSourceIntoTheWarehouse() {
        let graph = Runs.whole.graph
        #expect(
            graph.origins(of: column("fact_sales.line_total")).map(\.text) == ["source.Quantity", "source.UnitPrice"])
        let way = graph.upstream(of: [column("fact_sales.line_total")])
        #expect(way.map(\.stage) == ["transform", "transform", "clean", "clean", "ingest", "ingest"])
    }

    @Test func aColumnMadeInTheSameStageIsFound() {
        let makers = Runs.whole.graph.makers(of: column("fact_sales.net_amount"))
        #expect(makers.map(\.from.text) == ["fact_sales.line_total"])
    }

    @Test func aColumnThatNoStageToldOfBeginsWhereItIsFirstRead() {
        let makers = Runs.whole.graph.makers(of: column("fact_sales.transaction_datetime"))
        #expect(makers.map(\.from.text) == ["clean.invoice_date"])
    }

    @Test func aProgramInBetweenIsAStageOfItsOwn() throws {
        let stages = Runs.filtered.stages
        #expect(stages.map(\.dataset) == ["ingest", "opaque", "clean", "transform", "load"])
        #expect(stages.map(\.rowsTaken) == [0, 6, 0, 0, 0])
        #expect(stages.map(\.isOpaque) == [false, true, false, false, false])
        let way = Runs.filtered.graph.upstream(of: [column("fact_sales.line_total")])
        #expect(way.contains { $0.from.text == "opaque.quantity" && $0.stage == "clean" })
        #expect(way.contains { $0.from.text == "ingest.quantity" && $0.to.text == "opaque.quantity" })
    }

    @Test func aProgramInBetweenIsNamedByItsNeighbours() throws {
        #expect(Runs.filtered.programs.map { [$0.after, $0.before] } == [["ingest", "clean"]])
        #expect(Runs.whole.programs.isEmpty)
    }

    /// A run that failed has no ledger: its stages know their pipes.
    @Test func aProgramIsSeenByThePipesOfItsNeighbours() {
        var (ingest, clean, transform) = (Runs.ingest, Runs.clean, Runs.transform)
        ingest["channel"] = "pipe:1:1"
        clean["input"] = "pipe:1:2"
        clean["channel"] = "pipe:1:3"
        transform["input"] = "pipe:1:3"
        let lineage = RunLineage(open: Runs.open([ingest, clean, transform]), ledger: [])
        #expect(lineage.stages.map(\.dataset) == ["ingest", "opaque", "clean", "transform", "load"])
        let told = RunLineage(
            open: Runs.open([ingest, clean, transform]),
            ledger: [Runs.account("ingest", 10, 10), Runs.account("opaque", 10, 10), Runs.account("clean", 10, 10)])
        #expect(told.stages.map(\.dataset) == ["ingest", "opaque", "clean", "transform", "load"])
    }

    @Test func stagesOfOneNameAreToldApart() {
        let lineage = RunLineage(open: Runs.open([Runs.ingest, Runs.clean, Runs.clean]), ledger: [])
        #expect(lineage.stages.map(\.dataset) == ["ingest", "clean", "clean#2", "load"])
        let makers = lineage.graph.makers(of: column("clean#2.quantity"))
        #expect(makers.map(\.from.text) == ["clean.quantity"])
    }

    @Test func theLoadGivesKeys() {
        let transform = Runs.entry(
            "transform",
            [
                ("customer_id", "dim_customers.customer_id", "natural key"),
                ("invoice_date", "fact_sales.transaction_datetime", "kept"),
            ])
        let lineage = RunLineage(open: Runs.open([transform]), ledger: [])
        let makers = lineage.graph.makers(of: column("fact_sales.customer_key"))
        #expect(makers.map(\.from.text) == ["dim_customers.customer_key", "fact_sales.transaction_datetime"])
    }

    @Test func aRunThatSaysNothingHasNoStages() {
        let lineage = RunLineage(open: [:], ledger: [])
        #expect(lineage.stages.isEmpty)
        #expect(lineage.graph.columns.isEmpty)
    }
}
