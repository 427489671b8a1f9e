import RDBytes

/// The facets that the events have: their names in events, their schemas and the versions of these.
enum Facet: String {
    case parent, nominalTime, schema, columnLineage, dataQualityMetrics, dataQualityAssertions, outputStatistics
    case inputStatistics, errorMessage, jobType, dataSource
    case datasetVersion = "version"
    case processingEngine = "processing_engine"

    /// Its schema's type and version. `onInput` says that it stands among an input's own facets.
    private func schema(onInput: Bool) -> (type: String, version: String) {
        switch self {
        case .parent: ("ParentRunFacet", "1-2-0")
        case .nominalTime: ("NominalTimeRunFacet", "1-0-1")
        case .schema: ("SchemaDatasetFacet", "1-2-0")
        case .columnLineage: ("ColumnLineageDatasetFacet", "1-2-0")
        case .dataQualityMetrics:
            onInput ? ("DataQualityMetricsInputDatasetFacet", "1-0-3") : ("DataQualityMetricsDatasetFacet", "1-0-0")
        case .dataQualityAssertions: ("DataQualityAssertionsDatasetFacet", "1-1-0")
        case .outputStatistics: ("OutputStatisticsOutputDatasetFacet", "1-0-2")
        case .inputStatistics: ("InputStatisticsInputDatasetFacet", "1-0-0")
        case .errorMessage: ("ErrorMessageRunFacet", "1-0-1")
        case .jobType: ("JobTypeJobFacet", "2-0-4")
        case .dataSource: ("DatasourceDatasetFacet", "1-0-1")
        case .datasetVersion: ("DatasetVersionDatasetFacet", "1-0-1")
        case .processingEngine: ("ProcessingEngineRunFacet", "1-1-1")
        }
    }

    /// The facet with its members, as a member of `facets`.
    func member(_ producer: Producer, onInput: Bool = false, _ members: [JSONValue.Member]) -> JSONValue.Member {
        let (type, version) = schema(onInput: onInput)
        let url = "https://openlineage.io/spec/facets/\(version)/\(type).json#/$defs/\(type)"
        return .init(
            rawValue,
            .object([.init("_producer", .string(producer.uri)), .init("_schemaURL", .string(url))] + members))
    }
}
