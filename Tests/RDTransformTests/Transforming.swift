import RDBytes
import RDQuality
import RDRecord
import RDTransform

/// Transforms cleaned records that have passed the `stages`.
func transform(
    _ records: [JSONValue], after stages: [String] = [], gates: GateSettings = GateSettings()
) throws -> (lines: [JSONValue], ledger: StageLedger) {
    var stage = TransformStage(gates: gates)
    var open = StreamOpen(run: RunID(milliseconds: 0, random: Array(repeating: 1, count: 10)), job: "t", source: [:])
    open.stages = stages.map { StreamOpen.Stage($0, options: [:], mapping: []) }
    stage.begin(open)
    var out = ByteBuffer()
    for record in records {
        var line = ByteBuffer()
        line.append(json: record)
        try stage.record(line.bytes.bytes, into: &out)
    }
    stage.finish(into: &out)
    return (try out.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }, stage.ledger)
}

/// A cleaned record with these members changed.
func cleaned(_ changes: (String, JSONValue)...) -> JSONValue {
    var json: JSONValue = [
        "invoice_no": "1", "stock_code": "A", "description": "HEART", "quantity": 6,
        "invoice_date": "2010-12-01T08:26:00", "unit_price": .number("2.55"), "customer_id": "17850",
        "country": "France", "transaction_type": "sale", "line": 2,
    ]
    for (name, value) in changes { json[name] = value }
    return json
}
