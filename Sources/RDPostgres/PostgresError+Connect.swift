import CPostgres

extension PostgresError {
    /// The error of a session that could not be started. libpq gives it as text only: in its verbose form that reads
    /// `FATAL:  28P01: password authentication failed`, in whichever language the server speaks.
    init(failedStart connection: OpaquePointer?) {
        let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }.map(String.init)
        let (state, lead) = Self.splitState(lines.joined(separator: " ").oneLine)
        self.init(sqlstate: state, primary: lead.isEmpty ? "cannot connect" : lead, isConnectFailure: true)
    }

    /// Takes the first `: XXXXX: ` with five capitals or digits out of a message.
    private static func splitState(_ message: String) -> (state: String?, rest: String) {
        let words = message.split(separator: " ", omittingEmptySubsequences: false)
        let isState = { (word: Substring) in
            word.count == 6 && word.last == ":"
                && word.dropLast().allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
                && word.contains { $0.isNumber }
        }
        guard let index = words.firstIndex(where: isState) else { return (nil, message) }
        let rest = words[..<index] + words[(index + 1)...]
        return (String(words[index].dropLast()), rest.joined(separator: " "))
    }

    /// The same error as one of connecting, without `password` in its text.
    func asConnectFailure(hiding password: String?) -> PostgresError {
        PostgresError(
            sqlstate: sqlstate, severity: severity, primary: Self.hide(password, in: primary),
            detail: detail.map { Self.hide(password, in: $0) }, hint: hint, isConnectFailure: true)
    }

    private static func hide(_ password: String?, in text: String) -> String {
        guard let password, !password.isEmpty else { return text }
        var pieces: [Substring] = []
        var rest = text[...]
        while let found = rest.firstRange(of: password) {
            pieces.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return (pieces + [rest]).joined(separator: "***")
    }
}
