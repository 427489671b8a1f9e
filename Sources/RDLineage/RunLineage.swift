public import RDBytes
public import RDRecord

/// A run as the warehouse remembers it, with what each of its stages did to rows and columns.
public struct RunLineage: Sendable {
    /// A stage of the run, in its place.
    public struct Stage: Sendable {
        /// The name of its columns' dataset: its own, with a number where several stages have one name.
        public let dataset: String
        /// Its name.
        public let name: String
        /// What it was told; null where nothing is known.
        public let options: JSONValue
        /// Its rows and money; nil where the ledger has no account of it.
        public let account: StageLedger?
        /// What it did to each column.
        public internal(set) var edges: [LineageEdge] = []

        /// True for a program that the suite knows nothing of.
        public var isOpaque: Bool { name == StageLedger.opaque }
        /// Rows that came in and did not go out (negative where more went out).
        public var rowsTaken: Int { (account?.rowsIn ?? 0) - (account?.rowsOut ?? 0) }
    }

    /// What the run read: uri, bytes, sha256, decisions.
    public let source: JSONValue
    /// Its stages, in order.
    public private(set) var stages: [Stage] = []

    /// The lineage that the `open` line and the ledger of a run tell, as `etl_job_runs` has them.
    public init(open: JSONValue, ledger: [StageLedger]) {
        source = open["source"] ?? .null
        var entries = (open["stages"]?.array ?? [])[...]
        var builder = EdgeBuilder(header: source["header"]?.array?.compactMap(\.string) ?? [])
        for account in ledger {
            let isNext = entries.first?["stage"]?.string == account.stage
            add(account.stage, isNext ? entries.removeFirst() : .null, account, &builder)
        }
        // What a ledger has not told, because the run failed before its end: the entries know their pipes.
        var last = open["stages"]?.array?.dropLast(entries.count).last
        for entry in entries {
            let joint = StageJoint(
                after: last.map(StreamOpen.Stage.init(json:)), input: StreamOpen.Stage(json: entry).input)
            if joint == .program { add(StageLedger.opaque, .null, nil, &builder) }
            add(entry["stage"]?.string ?? "unknown", entry, nil, &builder)
            last = entry
        }
        if !ledger.contains(where: { $0.stage == LoadMapping.stage }), !stages.isEmpty {
            add(LoadMapping.stage, .null, nil, &builder)
        }
    }

    private mutating func add(_ name: String, _ entry: JSONValue, _ account: StageLedger?, _ builder: inout EdgeBuilder)
    {
        let earlier = stages.count { $0.name == name }
        let dataset = earlier == 0 ? name : "\(name)#\(earlier + 1)"
        var stage = Stage(dataset: dataset, name: name, options: entry["options"] ?? .null, account: account)
        switch name {
        case LoadMapping.stage: stage.edges = LoadMapping.edges(from: builder.warehouse)
        case StageLedger.opaque: stage.edges = builder.passThrough(dataset)
        default: stage.edges = builder.map(entry["mapping"]?.array ?? [], dataset)
        }
        stages.append(stage)
    }

    /// Where programs stood that the suite knows nothing of: between which two stages, by their datasets.
    public var programs: [(after: String, before: String)] {
        stages.indices.filter { stages[$0].isOpaque }.map { index in
            (
                stages[..<index].last { !$0.isOpaque }?.dataset ?? LineageColumn.source,
                stages[index...].first { !$0.isOpaque }?.dataset ?? LoadMapping.stage
            )
        }
    }

    /// All that was done to columns, as one graph.
    public var graph: LineageGraph { LineageGraph(stages.flatMap(\.edges)) }
}

/// Follows the columns of a stream from stage to stage.
private struct EdgeBuilder {
    /// The columns that the last stage put out, by name.
    private var current: [String: LineageColumn] = [:]
    private var dataset = LineageColumn.source
    /// The warehouse's columns that were made so far.
    private(set) var warehouse: Set<LineageColumn> = []

    init(header: [String]) {
        for name in header { current[name] = LineageColumn(LineageColumn.source, name) }
    }

    mutating func map(_ mapping: [JSONValue], _ stage: String) -> [LineageEdge] {
        let targets = mapping.map { Self.target($0["to"]?.string ?? "", stage) }
        var edges: [LineageEdge] = []
        for (entry, target) in zip(mapping, targets) {
            let name = entry["from"]?.string ?? ""
            let own = targets.first { $0.name == name && $0 != target }
            let from = current[name] ?? own ?? LineageColumn(dataset, name)
            edges.append(LineageEdge(from, target, stage: stage, rule: entry["rule"]?.string ?? ""))
        }
        let tables = targets.filter { $0.dataset != stage }
        warehouse.formUnion(tables)
        if !mapping.isEmpty {
            current = Dictionary(
                targets.filter { $0.dataset == stage }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            dataset = stage
        }
        return edges
    }

    /// What is between two filters is not known to keep the names of columns, but a program that did not would have
    /// been noticed by the next one.
    mutating func passThrough(_ stage: String) -> [LineageEdge] {
        let edges = current.values.sorted().map {
            LineageEdge(
                $0, LineageColumn(stage, $0.name), stage: stage, rule: "a program of somebody else's: not known")
        }
        for edge in edges { current[edge.to.name] = edge.to }
        dataset = stage
        return edges
    }

    /// `fact_sales.date_key` is a column of that table, a name without a point one of the stage.
    private static func target(_ name: String, _ stage: String) -> LineageColumn {
        let parts = name.split(separator: ".", maxSplits: 1)
        let isTable = parts.count == 2 && stage.hasPrefix("transform")
        return isTable ? LineageColumn(String(parts[0]), String(parts[1])) : LineageColumn(stage, name)
    }
}
