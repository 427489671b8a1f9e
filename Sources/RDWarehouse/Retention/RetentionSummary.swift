public import RDBytes

/// What retention did.
public struct RetentionSummary: Sendable {
    /// The version that dropped the months.
    public let version: Int
    /// What was dropped.
    public let plan: RetentionPlan
    /// The folder of the archive.
    public let folder: String
    /// Its files.
    public let files: [ArchiveFile]
    /// Net money in the warehouse before and after, as exact decimals.
    public let money: (before: String, after: String)
    /// From the start to the commit.
    public let milliseconds: Int

    /// One object, as `rd-db retention` writes it to standard output.
    public var json: JSONValue {
        [
            "status": "retained", "version": .integer(version), "kept_from": .optional(plan.keptFrom),
            "months": .integer(plan.months.count), "facts": .integer(plan.facts),
            "net_amount": .string(Decimal4.text(plan.netAmount)), "history": .integer(plan.history),
            "bytes": .integer(plan.bytes),
            "archive": [
                "folder": .string(folder), "files": .integer(files.count),
                "bytes": .integer(files.reduce(0) { $0 + $1.bytes }),
                "compressed_bytes": .integer(files.reduce(0) { $0 + $1.compressedBytes }),
            ],
            "money": ["warehouse_before": .string(money.before), "warehouse_after": .string(money.after)],
            "ms": .integer(milliseconds),
        ]
    }
}
