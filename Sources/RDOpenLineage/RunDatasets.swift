import RDBytes
import RDLineage
import RDRecord

/// What a run reads and what it writes, as the datasets of an event.
struct RunDatasets {
    let producer: Producer
    let lineage: RunLineage
    let outcome: RunOutcome
    /// False for an event of a run that has only begun.
    let isDone: Bool

    /// The files that were read, or `/dev/stdin`.
    private var files: [String] {
        let named = lineage.source["files"]?.array?.compactMap(\.string) ?? [lineage.source["uri"]?.string ?? "-"]
        return named.map { $0 == "-" ? "/dev/stdin" : $0 }
    }

    /// One dataset a file. Figures are of the whole source: where that is several files, no single one has them.
    var inputs: [JSONValue] {
        files.enumerated().map { index, file in
            var dataset: JSONValue = ["namespace": "file", "name": .string(file)]
            dataset["facets"] = .object(sourceFacets(isFirst: index == 0))
            if isDone, index == 0 { dataset["inputFacets"] = .object(inputFacets) }
            return dataset
        }
    }

    private func sourceFacets(isFirst: Bool) -> [JSONValue.Member] {
        var facets: [JSONValue.Member] = []
        if isFirst, let header = lineage.source["header"]?.array {
            let fields = header.enumerated().map { index, name -> JSONValue in
                ["name": name, "ordinal_position": .integer(index + 1)]
            }
            facets.append(Facet.schema.member(producer, [.init("fields", .array(fields))]))
        }
        if files.count == 1, let hash = outcome.sha256 ?? lineage.source["sha256"]?.string {
            facets.append(Facet.datasetVersion.member(producer, [.init("datasetVersion", .string("sha256:\(hash)"))]))
        }
        return facets
    }

    private var inputFacets: [JSONValue.Member] {
        let quality = QualityFacets(producer: producer, lineage: lineage, outcome: outcome)
        var statistics: [JSONValue.Member] = []
        if files.count == 1 {
            statistics = [.init("rowCount", .integer(outcome.ledger.first?.rowsIn ?? 0))]
            if let bytes = outcome.bytes ?? lineage.source["bytes"]?.integer {
                statistics.append(.init("size", .integer(bytes)))
            }
        }
        statistics.append(.init("fileCount", .integer(files.count)))
        return [Facet.inputStatistics.member(producer, onInput: true, statistics), quality.input, quality.assertions]
    }

    /// The tables that the run's stages map columns to; all of them where none does so far, because the load itself
    /// will make the facts.
    var outputs: [JSONValue] {
        let graph = lineage.graph
        let mapped = Set(graph.columns.map(\.dataset))
        let tables = WarehouseSchema.tables.filter { mapped.contains($0.name) }
        return (tables.isEmpty ? WarehouseSchema.tables : tables).map { table in
            var facets = [schema(table)]
            if mapped.contains(table.name) { facets.append(columnLineage(table.name, graph)) }
            facets += [
                Facet.dataSource.member(
                    producer,
                    [
                        .init("name", .string(producer.place.database)),
                        .init("uri", .string("\(producer.place.namespace)/\(producer.place.database)")),
                    ])
            ]
            if let version = outcome.version {
                facets.append(Facet.datasetVersion.member(producer, [.init("datasetVersion", .string("\(version)"))]))
            }
            if isDone, table.name == "fact_sales" {
                facets.append(QualityFacets(producer: producer, lineage: lineage, outcome: outcome).output)
            }
            var dataset: JSONValue = [
                "namespace": .string(producer.place.namespace), "name": .string(producer.place.name(of: table.name)),
                "facets": .object(facets),
            ]
            if let rows = outcome.written[table.name] {
                dataset["outputFacets"] = .object([
                    Facet.outputStatistics.member(producer, [.init("rowCount", .integer(rows))])
                ])
            }
            return dataset
        }
    }

    private func schema(_ table: WarehouseSchema.Table) -> JSONValue.Member {
        let fields = table.columns.enumerated().map { index, column -> JSONValue in
            ["name": .string(column.name), "type": .string(column.type), "ordinal_position": .integer(index + 1)]
        }
        return Facet.schema.member(producer, [.init("fields", .array(fields))])
    }
}

extension RunDatasets {
    /// For each column of a table, the columns of the source that its values come from, with the rules on the way.
    private func columnLineage(_ table: String, _ graph: LineageGraph) -> JSONValue.Member {
        let columns = graph.columns.filter { $0.dataset == table }.sorted()
        let fields = columns.map { column in
            let origins = graph.origins(of: column).filter { $0.dataset == LineageColumn.source }
            let inputs = origins.flatMap { origin in files.map { input(origin, of: $0, column, graph) } }
            return JSONValue.Member(column.name, ["inputFields": .array(inputs)])
        }
        return Facet.columnLineage.member(producer, [.init("fields", .object(fields))])
    }

    private func input(_ origin: LineageColumn, of file: String, _ column: LineageColumn, _ graph: LineageGraph)
        -> JSONValue
    {
        let into = Set(graph.upstream(of: [column]))
        let way = graph.downstream(of: [origin]).filter(into.contains)
        var rules: [String] = []
        for edge in way where !rules.contains("\(edge.stage): \(edge.rule)") {
            rules.append("\(edge.stage): \(edge.rule)")
        }
        let isIdentity = way.allSatisfy {
            $0.rule == "kept" || $0.rule == "natural key" || $0.rule.hasPrefix("renamed")
        }
        return [
            "namespace": "file", "name": .string(file), "field": .string(origin.name),
            "transformations": [
                [
                    "type": "DIRECT", "subtype": isIdentity ? "IDENTITY" : "TRANSFORMATION",
                    "description": .string(rules.joined(separator: "; ")), "masking": false,
                ]
            ],
        ]
    }
}
