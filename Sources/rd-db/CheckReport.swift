import RDBytes
import RDWarehouse

extension CheckResult {
    var lines: [String] {
        let head =
            "\(failure == nil ? "ok  " : "FAIL")  \(name)\(String(repeating: " ", count: 12 - name.count))\(detail)"
        return [failure.map { "\(head); \($0.remedy)" } ?? head]
    }
}

extension [CheckResult] {
    var json: JSONValue {
        let checks = map { result -> JSONValue in
            [
                "name": .string(result.name), "ok": .bool(result.failure == nil), "detail": .string(result.detail),
                "remedy": .optional(result.failure?.remedy),
            ]
        }
        return ["ok": .bool(allSatisfy { $0.failure == nil }), "checks": .array(checks)]
    }
}
