import RDRecord

/// Where the data are measured. docs/quality.md says what each gate looks at.
public enum Gate: String, CaseIterable, Sendable {
    case ingestion, cleaning, transformation, loading
    /// The tables themselves, asked by `rd-quality check`.
    case warehouse
}

/// What is measured.
public enum Dimension: String, CaseIterable, Sendable {
    /// Cells that hold a value.
    case completeness
    /// Values of the right form, within their bounds, of the known list.
    case validity
    /// Rows whose key no earlier row has.
    case uniqueness
    /// Rows that keep the rules of the business.
    case accuracy
    /// Rows that fit each other and the other tables.
    case consistency
}

/// The rules of accuracy and consistency, which need no column to be named.
public enum Check: String, CaseIterable, Sendable {
    /// Quantity and price are above zero.
    case positive
    /// Quantity times unit price is line_total, exactly.
    case lineTotal = "line_total"
    /// The row has its form: cells as the header, an encoding, JSON.
    case wellFormed = "well_formed"
    /// The customer is in the country of the row before.
    case oneCountry = "one_country"
    /// The fact has its dimension members.
    case dimensions
    /// The times in which a customer's versions hold neither overlap nor leave a gap.
    case intervals

    /// The dimension that the check belongs to.
    public var dimension: Dimension {
        switch self {
        case .positive, .lineTotal: .accuracy
        case .wellFormed, .oneCountry, .dimensions, .intervals: .consistency
        }
    }

    /// The gates that can tell.
    public var gates: [Gate] {
        switch self {
        case .positive: [.cleaning, .transformation, .loading, .warehouse]
        case .lineTotal: [.transformation, .loading, .warehouse]
        case .wellFormed: [.ingestion, .cleaning, .transformation, .loading]
        case .oneCountry: [.transformation]
        case .dimensions: [.loading, .warehouse]
        case .intervals: [.loading, .warehouse]
        }
    }

    /// The columns that it is about, as a metric names them; nil for the whole row.
    public var columns: String? {
        switch self {
        case .positive: "quantity,unit_price"
        case .lineTotal: "line_total"
        case .oneCountry: "customer_id,country"
        case .wellFormed, .dimensions, .intervals: nil
        }
    }

    var index: Int { Self.allCases.firstIndex(of: self)! }
}

/// How good a figure is.
public enum QualityStatus: String, Comparable, Sendable {
    case pass, warn, fail

    private var rank: Int { self == .pass ? 0 : self == .warn ? 1 : 2 }

    /// The better one is less.
    public static func < (left: QualityStatus, right: QualityStatus) -> Bool { left.rank < right.rank }
}

extension Gate {
    /// The gates of the record stream.
    public static let stream: [Gate] = [.ingestion, .cleaning, .transformation, .loading]

    /// The columns of the source whose values the gate sees.
    public var columns: [String] {
        switch self {
        case .ingestion, .cleaning, .transformation: Field.source
        case .loading: Field.source.filter { $0 != Field.names[Field.description] }
        case .warehouse: []
        }
    }

    /// The name of the stage that it stands in.
    public var stage: String {
        switch self {
        case .ingestion: "ingest"
        case .cleaning: "clean"
        case .transformation: "transform"
        case .loading: "load"
        case .warehouse: "warehouse"
        }
    }
}
