import RDBytes
import RDQuality
import Yams

extension QualityRuleReader {
    mutating func readThresholds(_ reader: inout YAMLReader) {
        let warn = members["warn"].flatMap { threshold($0, "warn", &reader) }
        let fail = members["fail"].flatMap { threshold($0, "fail", &reader) }
        if members["warn"] == nil, members["fail"] == nil {
            reader.fail(node, "the rule \(name) lacks 'warn' and 'fail'; expected at least one of them")
        }
        if let warn, let fail {
            guard warn.unit == fail.unit else {
                return reader.fail(members["fail"], "warn and fail of \(name) must both be shares, or both rows")
            }
            let isLooser = fail.unit == .share ? fail.value < warn.value : fail.value > warn.value
            if !isLooser {
                reader.fail(
                    members["fail"],
                    "fail of \(name) must be \(fail.unit == .share ? "below" : "above") its warn, or it never warns")
            }
        }
        json["unit"] = .optional((warn ?? fail)?.unit.rawValue)
        json["warn"] = warn.map { .integer($0.value) } ?? .null
        json["fail"] = fail.map { .integer($0.value) } ?? .null
    }

    private func threshold(
        _ node: Node, _ key: String, _ reader: inout YAMLReader
    ) -> (unit: Thresholds.Unit, value: Int)? {
        guard let text = reader.string(node, "\(key) of \(name)") else { return nil }
        if let rows = Self.rows(text) { return (.rows, rows) }
        guard let share = Self.millionths(text) else {
            reader.fail(
                node,
                "found '\(text)'; expected the least share of good ones as in 95% or 0.95, or the most bad ones as in "
                    + "10 rows, for \(key) of \(name)")
            return nil
        }
        guard (1...Thresholds.whole).contains(share) else {
            let why = share > Thresholds.whole ? "no share is above 100 %" : "no share is below 0 %"
            reader.fail(node, "found '\(text)' for \(key) of \(name): \(why)")
            return nil
        }
        return (.share, share)
    }

    /// `10 rows`, `1 row`.
    private static func rows(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 2, words[1] == "rows" || words[1] == "row", let rows = Int(words[0]), rows >= 0,
            rows <= 1 << 40
        else { return nil }
        return rows
    }

    /// `95%`, `99.5 %` or `0.95`, in millionths; nil for a bare whole number, which could mean anything.
    private static func millionths(_ text: String) -> Int? {
        if text.hasSuffix("%") {
            let number = String(text.dropLast()).trimmingSuffix(" ")
            return Decimal4.sum(number).flatMap { Int(exactly: $0) }
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count <= 6, let whole = Int(parts[0]), whole.magnitude <= 1_000_000,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let places = Int(parts[1])
        else { return nil }
        let scaled = (0..<(6 - parts[1].utf8.count)).reduce(places) { sum, _ in sum * 10 }
        return parts[0].hasPrefix("-") ? whole * Thresholds.whole - scaled : whole * Thresholds.whole + scaled
    }
}

extension String {
    fileprivate func trimmingSuffix(_ blank: Character) -> String {
        var copy = self
        while copy.last == blank { copy.removeLast() }
        return copy
    }
}
