/// Columns and what is made from them.
public struct LineageGraph: Sendable {
    /// Every edge once, in the order in which the stages come.
    public private(set) var edges: [LineageEdge] = []
    private var next: [LineageColumn: [Int]] = [:]
    private var previous: [LineageColumn: [Int]] = [:]
    private var seen: Set<LineageEdge> = []

    /// The graph of `edges`.
    public init(_ edges: [LineageEdge] = []) { for edge in edges { add(edge) } }

    /// Adds an edge, once.
    public mutating func add(_ edge: LineageEdge) {
        guard seen.insert(edge).inserted else { return }
        next[edge.from, default: []].append(edges.count)
        previous[edge.to, default: []].append(edges.count)
        edges.append(edge)
    }

    /// All columns, datasets in the order in which they come and names within them likewise.
    public var columns: [LineageColumn] {
        var datasets: [String] = []
        var columns: [String: [LineageColumn]] = [:]
        for column in edges.flatMap({ [$0.from, $0.to] }) {
            if columns[column.dataset] == nil { datasets.append(column.dataset) }
            if columns[column.dataset]?.contains(column) != true { columns[column.dataset, default: []].append(column) }
        }
        return datasets.flatMap { columns[$0] ?? [] }
    }

    /// The edges that lead into `column`.
    public func makers(of column: LineageColumn) -> [LineageEdge] { (previous[column] ?? []).map { edges[$0] } }

    /// The edges that read `column`.
    public func readers(of column: LineageColumn) -> [LineageEdge] { (next[column] ?? []).map { edges[$0] } }

    /// Every edge on a way that begins at one of `columns`, nearest first.
    public func downstream(of columns: [LineageColumn]) -> [LineageEdge] {
        walk(columns, readers) { $0.to }
    }

    /// Every edge on a way that ends at one of `columns`, nearest first.
    public func upstream(of columns: [LineageColumn]) -> [LineageEdge] {
        walk(columns, makers) { $0.from }
    }

    private func walk(
        _ columns: [LineageColumn], _ step: (LineageColumn) -> [LineageEdge], _ end: (LineageEdge) -> LineageColumn
    ) -> [LineageEdge] {
        var waiting = columns[...]
        var visited = Set(columns)
        var found: [LineageEdge] = []
        while let column = waiting.popFirst() {
            for edge in step(column) {
                found.append(edge)
                if visited.insert(end(edge)).inserted { waiting.append(end(edge)) }
            }
        }
        return found
    }

    /// The columns that nothing is made from before `column`: where its values come from in the first place.
    public func origins(of column: LineageColumn) -> [LineageColumn] {
        var origins: [LineageColumn] = []
        for edge in upstream(of: [column]) where makers(of: edge.from).isEmpty && !origins.contains(edge.from) {
            origins.append(edge.from)
        }
        return origins
    }
}
