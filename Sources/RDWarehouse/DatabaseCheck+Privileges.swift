import RDBytes
import RDPostgres

extension DatabaseCheck {
    /// What the role may do: make the schema where it is missing, and load into it where it is there.
    public func privileges() -> CheckResult {
        attempt("privileges") {
            let lacking = try lackingPrivileges()
            let role = connection.userName
            guard lacking.isEmpty else {
                return CheckResult(
                    "privileges", "role \(role) lacks \(lacking.map(\.what).joined(separator: ", "))",
                    .init(.permission, remedy: lacking.map(\.remedy).joined(separator: "; ")))
            }
            return CheckResult("privileges", "role \(role) may load")
        }
    }

    private func lackingPrivileges() throws -> [(what: String, remedy: String)] {
        let role = try connection.quoteIdentifier(connection.userName)
        let database = try connection.quoteIdentifier(connection.databaseName)
        let answers = try connection.execute(Self.question)
        var lacking: [(what: String, remedy: String)] = []
        if answers[0, 0] == "t" {
            lacking.append(("a server that can be written to", "connect to the primary server"))
        }
        if answers[0, 1] == "f" {
            lacking.append(("TEMPORARY on database \(database)", "GRANT TEMPORARY ON DATABASE \(database) TO \(role)"))
        }
        if answers[0, 2] == "f" {
            lacking.append(("CREATE on database \(database)", "GRANT CREATE ON DATABASE \(database) TO \(role)"))
        }
        if answers[0, 3] == "f" {
            lacking.append(
                ("USAGE and CREATE on schema retail_dw", "GRANT USAGE, CREATE ON SCHEMA retail_dw TO \(role)"))
        }
        if answers[0, 4] == "f" {
            lacking.append(("the ownership of retail_dw.fact_sales", "connect as its owner, or be granted that role"))
        }
        if answers[0, 5] == "f" {
            lacking.append(
                ("the extension btree_gist", "install PostgreSQL's contrib package on the server"))
        } else if answers[0, 6] == "f" {
            lacking.append(
                (
                    "the extension btree_gist, or CREATE on database \(database) to add it",
                    "as the database's owner: CREATE EXTENSION btree_gist"
                ))
        }
        return lacking
    }

    /// One row: is it a standby; TEMPORARY; CREATE on the database, where the schema is missing; rights on the schema;
    /// membership in the role that owns the fact table, which attaching a partition needs; whether
    /// btree_gist is on the server, and in the database or addable.
    private static let question = """
        SELECT pg_is_in_recovery(),
               has_database_privilege(current_database(), 'TEMPORARY'),
               to_regnamespace('retail_dw') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE'),
               coalesce((SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
                         FROM pg_namespace WHERE nspname = 'retail_dw'), true),
               coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
                         WHERE relname = 'fact_sales' AND relnamespace = to_regnamespace('retail_dw')), true),
               EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist'),
               EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')
                   OR has_database_privilege(current_database(), 'CREATE')
        """
}
