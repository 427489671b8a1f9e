public import RDPostgres

extension LineageGraph {
    /// Adds the views of the database that read the graph's columns, whatever schema they are in, and those that
    /// read these. PostgreSQL knows which columns a view reads, not which of its own it makes of them: a view is one
    /// node, `view.*`. What a function's text reads it does not know.
    public mutating func addViews(_ connection: Connection) throws {
        let rows = try connection.execute(
            """
            SELECT DISTINCT \(Self.name("t")), a.attname, t.relkind IN ('v', 'm'), \(Self.name("v"))
            FROM pg_depend AS d
            JOIN pg_rewrite AS r ON r.oid = d.objid
            JOIN pg_class AS v ON v.oid = r.ev_class
            JOIN pg_class AS t ON t.oid = d.refobjid
            JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
              AND v.oid <> t.oid AND v.relkind IN ('v', 'm')
              AND v.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
              AND (t.relnamespace = 'retail_dw'::regnamespace OR t.relkind IN ('v', 'm'))
            ORDER BY 4, 1, 2
            """)
        var waiting = (0..<rows.rowCount).map { row in
            LineageEdge(
                LineageColumn(rows[row, 0] ?? "", rows[row, 2] == "t" ? "*" : rows[row, 1] ?? ""),
                LineageColumn(rows[row, 3] ?? "", "*"), stage: "view", rule: "read by the view")
        }
        // Only what is made of the graph's columns, one view after the other; the warehouse has others besides.
        while true {
            let known = Set(columns)
            let reached = waiting.filter { known.contains($0.from) }
            if reached.isEmpty { return }
            for edge in reached { add(edge) }
            waiting.removeAll { known.contains($0.from) }
        }
    }

    /// The name of a relation as a dataset: with its schema only where that is not the warehouse's.
    private static func name(_ relation: String) -> String {
        """
        CASE WHEN \(relation).relnamespace = 'retail_dw'::regnamespace THEN \(relation).relname::text
             ELSE \(relation).relnamespace::regnamespace || '.' || \(relation).relname END
        """
    }
}
