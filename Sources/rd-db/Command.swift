import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-db",
        abstract: "Make, check and look at the warehouse's database.",
        discussion: """
            The database is, in this order: the one of --database-url, of RD_DATABASE_URL, of libpq's own variables \
            (PGHOST, PGPORT, PGDATABASE, PGUSER, PGSERVICE), or else a private PostgreSQL under RD_HOME, which the \
            first command that needs it makes and starts.

            Examples:
              rd-db init                     make the schema, or bring it up to date
              rd-db init --drop-existing --yes retail
              rd-db test && rd-db status
              rd-db psql -c 'SELECT * FROM retail_dw.sales_by_month'
              rd-db partitions && rd-db retention --keep 36 --plan
              RD_DATABASE_URL=postgresql://etl@db.example/retail rd-db test --json
            """, version: suiteVersion,
        subcommands: [
            InitCommand.self, TestCommand.self, MigrateCommand.self, StatusCommand.self, UpCommand.self,
            DownCommand.self, URLCommand.self, PsqlCommand.self, PartitionsCommand.self, RetentionCommand.self,
            RecordCommand.self,
        ])

    static func main() { runCommand(Self.self) }
}
