import RDBytes
import RDLineage
import RDRecord

/// Runs as the warehouse would remember them.
enum Runs {
    static func entry(_ stage: String, _ mapping: [(String, String, String)]) -> JSONValue {
        let maps = mapping.map {
            JSONValue.object([.init("from", .string($0.0)), .init("to", .string($0.1)), .init("rule", .string($0.2))])
        }
        return ["stage": .string(stage), "options": ["told": .string(stage)], "mapping": .array(maps)]
    }

    static let ingest = entry("ingest", [("Quantity", "quantity", "renamed"), ("UnitPrice", "unit_price", "renamed")])
    static let clean = entry(
        "clean",
        [
            ("quantity", "quantity", "made positive"), ("unit_price", "unit_price", "made positive"),
            ("quantity", "transaction_type", "classified"),
        ])
    static let transform = entry(
        "transform",
        [
            ("quantity", "fact_sales.line_total", "quantity x unit_price"),
            ("unit_price", "fact_sales.line_total", "quantity x unit_price"),
            ("line_total", "fact_sales.net_amount", "signed"),
            ("invoice_date", "fact_sales.transaction_datetime", "kept"),
        ])

    static func open(_ stages: [JSONValue]) -> JSONValue {
        [
            "@rd": "open", "source": ["uri": "sales.csv", "header": ["Quantity", "UnitPrice"]],
            "stages": .array(stages),
        ]
    }

    static func account(_ stage: String, _ rowsIn: Int, _ rowsOut: Int) -> StageLedger {
        var account = StageLedger(stage)
        account.rowsIn = rowsIn
        account.rowsOut = rowsOut
        return account
    }

    /// ingest, clean, transform and load, of ten rows.
    static let whole = RunLineage(
        open: open([ingest, clean, transform]),
        ledger: [account("ingest", 10, 10), account("clean", 10, 9), account("transform", 9, 9), account("load", 9, 9)])

    /// The same with a program of somebody else's before `clean`.
    static let filtered = RunLineage(
        open: open([ingest, clean, transform]),
        ledger: [
            account("ingest", 10, 10), account("opaque", 10, 4), account("clean", 4, 4), account("transform", 4, 4),
            account("load", 4, 4),
        ])
}
