import CPostgres

/// libpq as this machine has it, which is loaded when it is first needed.
public enum ClientLibrary {
    /// Why libpq cannot be loaded; nil where it can.
    public static var flaw: String? { rd_load_libpq().map { "libpq cannot be loaded: \(String(cString: $0))" } }

    /// Throws where libpq cannot be loaded: exit 69.
    static func check() throws(PostgresError) {
        guard let flaw else { return }
        throw PostgresError(
            sqlstate: nil, primary: flaw, hint: "install libpq (Debian's libpq5)", isConnectFailure: true)
    }
}
