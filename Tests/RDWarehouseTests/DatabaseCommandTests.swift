import Glibc
import RDBytes
import RDProcess
import Testing

@testable import RDServer

/// `rd-db` from outside, each test with a state folder of its own.
@Suite struct DatabaseCommandTests {
    /// What a run said and how it ended.
    struct Run {
        let code: Int32
        let text: String
    }

    /// Runs a shell script in which `$DB` is rd-db; libpq's variables are unset. Standard input is empty.
    private func run(_ home: TemporaryFolder, _ script: String, as prefix: String = "") throws -> Run {
        let head = """
            exec 2>&1 </dev/null
            unset PGHOST PGHOSTADDR PGPORT PGSERVICE PGDATABASE PGUSER RD_DATABASE_URL
            RD_HOME='\(home.path)'; RD_SHARE='\(WarehouseServer.share)'; DB='\(prefix)\(executableFolder())/rd-db'
            export RD_HOME RD_SHARE

            """
        // Not RDProcess's own way: the test's thread has signals blocked, and the shell would inherit that.
        let shell = ServerProgram(account: .ourselves, command: ["sh", "-c", head + script])
        let (code, text) = try shell.capture()
        return Run(code: code, text: text)
    }

    private func succeed(_ home: TemporaryFolder, _ script: String, as prefix: String = "") throws -> String {
        let result = try run(home, "set -e\n" + script, as: prefix)
        #expect(result.code == 0, "\(result.text)")
        return result.text
    }

    @Test func fromNothingToAWarehouse() throws {
        let home = TemporaryFolder()
        _ = try succeed(home, "$DB init")
        let test = try succeed(home, "$DB test -q")
        #expect(test.split(separator: "\n").count == 6 && !test.contains("FAIL"))
        #expect(try succeed(home, "$DB status --json").contains(#""name":"fact_sales","rows":0"#))
        #expect(try succeed(home, "$DB migrate").contains("up to date"))
        #expect(try succeed(home, #"psql -Atc "SELECT 6 * 7" "$($DB url)""#) == "42\n")
        #expect(try succeed(home, "$DB psql -Atc 'SELECT 6 * 7'") == "42\n")
        #expect(try succeed(home, "$DB down; $DB down; $DB status").contains("fact_sales"))
    }

    @Test func twoAtOnceBothSucceed() throws {
        let home = TemporaryFolder()
        _ = try succeed(home, "$DB init & one=$!; $DB init & two=$!; wait $one; wait $two; $DB test")
    }

    @Test func aKilledServerIsStartedAgain() throws {
        let home = TemporaryFolder()
        _ = try succeed(
            home,
            """
            $DB init
            kill -9 $(head -1 $RD_HOME/postgres/data/postmaster.pid)
            $DB test
            """)
    }

    /// The server outlives the command and must not hold what the command was given.
    @Test func nothingIsLeftOpenInTheServer() throws {
        let home = TemporaryFolder()
        #expect(try succeed(home, "timeout 30 sh -c \"$DB up -q 9>&1 | cat\"; echo done") == "done\n")
    }

    @Test func droppingNeedsTheRightName() throws {
        let home = TemporaryFolder()
        let count = "$DB psql -Atc 'SELECT count(*) FROM retail_dw.dim_country'"
        _ = try succeed(home, "$DB init; $DB psql -qc \"INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1)\"")
        for wrong in ["init --drop-existing", "init --drop-existing --yes wrong", "init --yes retail"] {
            #expect(try run(home, "$DB \(wrong)").code == 64)
        }
        #expect(try succeed(home, count) == "1\n")
        _ = try succeed(home, "$DB init --drop-existing --yes retail")
        #expect(try succeed(home, count) == "0\n")
    }

    @Test func aTestThatFailsSaysWhatToDo() throws {
        let home = TemporaryFolder()
        let bare = try run(home, "$DB test -q")
        #expect(bare.code == 78)
        #expect(bare.text.contains("FAIL  schema") && bare.text.contains("run 'rd-db migrate'"))
        let absent = try run(home, "RD_DATABASE_URL=postgresql://me@localhost:1/x $DB test --json")
        #expect(absent.code == 69 && absent.text.hasPrefix(#"{"ok":false,"checks":[{"name":"connection","ok":false"#))
    }

    @Test func passwordsStayOutOfSight() throws {
        let home = TemporaryFolder()
        let argument = try run(home, "$DB test --database-url postgresql://me:hunter2@localhost:1/x")
        #expect(argument.code == 64 && !argument.text.contains("hunter2"))
        let variable = try run(home, "RD_DATABASE_URL=postgresql://me:hunter2@localhost:1/x $DB test")
        #expect(variable.code == 69 && !variable.text.contains("hunter2"))
        #expect(
            try !run(home, "RD_DATABASE_URL=postgresql://me:hunter2@localhost:1/x $DB url").text.contains("hunter2"))
    }

    @Test func theServersCommandsAreForTheServerOnly() throws {
        let home = TemporaryFolder()
        for command in ["up", "down"] {
            #expect(try run(home, "PGHOST=localhost $DB \(command)").code == 64)
        }
        #expect(try run(home, "$DB nonsense").code == 64)
    }

    @Test func aChangedMigrationIsNamed() throws {
        let home = TemporaryFolder()
        let result = try run(
            home,
            """
            $DB init
            mkdir -p $RD_HOME/share && cp -r $RD_SHARE/sql $RD_HOME/share/ && RD_SHARE=$RD_HOME/share
            echo '-- changed' >> $RD_SHARE/sql/migrations/0004_create_fact_sales.sql
            $DB migrate
            """)
        #expect(result.code == 78 && result.text.contains("0004_create_fact_sales has changed"))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to become another user"))
    func anOrdinaryUserHasAServerOfItsOwn() throws {
        let home = TemporaryFolder()
        chown(home.path, 65534, 65534)
        // The executable may be where that user cannot go.
        _ = try succeed(home, "cp ${DB##* } $RD_HOME/ && cp -r $RD_SHARE/sql $RD_HOME/")
        let user = "env RD_SHARE=\(home.path) setpriv --reuid=65534 --regid=65534 --clear-groups "
        let copy = "DB='\(user)\(home.path)/rd-db'\n"
        _ = try succeed(home, copy + "$DB init; $DB test; $DB down; $DB status")
        #expect(try succeed(home, "stat -c %u $RD_HOME/postgres/data") == "65534\n")
        // Root then runs it as that user too.
        _ = try succeed(home, "$DB down; $DB test")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func aStateFolderThatTheServerCannotReachHasItsDataElsewhere() throws {
        let home = TemporaryFolder(mode: 0o700)
        let text = try succeed(home, "$DB init; $DB test")
        #expect(text.contains("/var/lib/retail-data-platform/"))
        #expect(try succeed(home, "readlink $RD_HOME/postgres").hasPrefix("/var/lib/retail-data-platform/"))
    }

    @Test(.enabled(if: canMount, "needs the right to mount"))
    func aFullDiskIsSaidAndSurvived() throws {
        let home = TemporaryFolder()
        let mount = "mount -t tmpfs -o size=220m,mode=755 tmpfs $RD_HOME"
        defer { _ = try? run(home, "$DB down; umount $RD_HOME") }
        let small = try run(
            home, "\(mount.replacing("220m", with: "60m")); $DB init; code=$?; umount $RD_HOME; exit $code")
        #expect(small.code == 73 && small.text.contains("MiB free") && small.text.contains("RD_HOME"))
        _ = try succeed(home, "\(mount); $DB init; $DB down")
        let full = try run(home, "cat /dev/zero > $RD_HOME/filler; $DB test")
        #expect(full.code == 69 && full.text.contains("free space") && full.text.contains(home.path), "\(full.text)")
        _ = try succeed(home, "rm $RD_HOME/filler; $DB psql -c 'SELECT 1'")
    }

    private static let canMount: Bool = {
        let script = "d=$(mktemp -d) && mount -t tmpfs tmpfs $d 2>/dev/null && umount $d; code=$?; rmdir $d; exit $code"
        return geteuid() == 0 && (try? capture("sh", ["-c", script]).ending) == .exit(0)
    }()
}
