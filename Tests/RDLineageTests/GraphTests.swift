import RDBytes
import RDLineage
import Testing

@Suite struct GraphTests {
    private let graph = Runs.whole.graph

    @Test func aNameAloneIsTheOuterColumnOfItsName() throws {
        #expect(try graph.columns(named: "unit_price", for: .downstream).map(\.text) == ["ingest.unit_price"])
        #expect(try graph.columns(named: "unit_price", for: .upstream).map(\.text) == ["clean.unit_price"])
        #expect(try graph.columns(named: "Quantity", for: .downstream).map(\.text) == ["source.Quantity"])
        #expect(try graph.columns(named: "QUANTITY", for: .downstream).map(\.text) == ["source.Quantity"])
    }

    @Test func aWholeNameIsThatColumn() throws {
        #expect(try graph.columns(named: "clean.quantity", for: .downstream).map(\.text) == ["clean.quantity"])
    }

    @Test func anUnknownNameSaysWhatIsNear() throws {
        let error = #expect(throws: RDError.self) { try graph.columns(named: "price", for: .upstream) }
        #expect(error?.exitCode == .usage)
        #expect(error?.remedy?.contains("ingest.unit_price") == true)
        let far = #expect(throws: RDError.self) { try graph.columns(named: "colour", for: .upstream) }
        #expect(far?.remedy?.contains("fact_sales") == true)
    }

    @Test func nothingIsDownstreamOfTheLastColumn() throws {
        #expect(graph.downstream(of: [LineageColumn("fact_sales", "net_amount")]).isEmpty)
        #expect(
            graph.downstream(of: [LineageColumn("source", "UnitPrice")]).map(\.to.text).last == "fact_sales.net_amount")
    }

    @Test func waysInCirclesEnd() {
        let a = LineageColumn("a", "x")
        let b = LineageColumn("b", "x")
        let circle = LineageGraph([
            LineageEdge(a, b, stage: "s", rule: "r"), LineageEdge(b, a, stage: "s", rule: "r"),
        ])
        #expect(circle.downstream(of: [a]).count == 2)
        #expect(circle.origins(of: a).isEmpty)
        #expect((try? circle.columns(named: "x", for: .downstream)) == [a, b])
    }

    @Test func namesOfAnySortAreQuoted() {
        let odd = LineageGraph([
            LineageEdge(
                LineageColumn("source", "a \"b\" \\ c"), LineageColumn("ingest", "#1"), stage: "s", rule: "x\ny")
        ])
        #expect(odd.dot.contains(#"label="a \"b\" \\ c""#))
        #expect(odd.dot.contains(#"tooltip="s: x y""#))
        #expect(odd.mermaid.contains(##"["a #quot;b#quot; \ c"]"##))
        #expect(odd.mermaid.contains(##"["#35;1"]"##))
        #expect(odd.json["nodes"]?.array?.count == 2)
    }
}
