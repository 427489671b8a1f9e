"""The database that is loaded, and the rows that the simple ways of loading get ready-made."""
import json
import os
import subprocess
from pathlib import Path

SQL = Path(__file__).parent.parent / "sql"
COLUMNS = (
    "sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id, line_no,"
    " source_line, unit_price, line_total, net_amount, transaction_type, invoice_no, source_version_id"
)
DIMENSIONS = ["dim_country", "dim_customers", "dim_products", "dim_date"]


class Warehouse:
    """A database that is emptied before each load: that of a private server made for the bench and stopped at its end;
    or the one that RD_DATABASE_URL names, where `given` repeats that database's name."""

    def __init__(self, programs, folder, given=None):
        self.rd_db = str(programs / "rd-db")
        self.is_private = given is None
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "RD_"))}
        self.env["RD_HOME"] = str(folder / "home")
        if given:
            self.env["RD_DATABASE_URL"] = os.environ["RD_DATABASE_URL"]
        self.folder = folder
        self.url = self.rd("url").strip()
        self.name = self.value("SELECT current_database()")
        if given and self.name != given:
            raise SystemExit(f"RD_DATABASE_URL is the database {self.name}, not {given}: it is left alone")
        self.rd("init", "-q")
        self.months = []

    def rd(self, *words):
        done = subprocess.run([self.rd_db, *words], env=self.env, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"rd-db {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def psql(self, script, *options):
        command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", *options, "-d", self.url, "-f", "-"]
        done = subprocess.run(command, env=self.env, input=script, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"psql: {done.stderr}\n{script[:2000]}")
        return done.stdout

    def value(self, query):
        return self.psql(query + ";").strip()

    def reset(self):
        """An empty warehouse, and nothing left over for the server to write."""
        self.rd("init", "-q", "--drop-existing", "--yes", self.name)
        self.psql("CHECKPOINT;")

    def close(self):
        if self.is_private:
            self.rd("down", "-q")

    def contents(self):
        """What was loaded, in figures that every way of loading must agree on."""
        return json.loads(self.value((SQL / "contents.sql").read_text().rstrip().rstrip(";")))

    def export(self):
        """Keeps the rows that are loaded: dimensions, and facts by month, as COPY BINARY and as CSV."""
        self.months = self.value(
            "SELECT to_char(min(transaction_datetime), 'YYYY-MM-01') FROM retail_dw.fact_sales"
            " GROUP BY date_trunc('month', transaction_datetime) ORDER BY 1"
        ).split()
        lines = [f"\\copy retail_dw.{name} TO '{self.folder}/{name}.copy' (FORMAT binary)" for name in DIMENSIONS]
        for month in self.months:
            rows = f"SELECT {COLUMNS} FROM retail_dw.fact_sales_{month[:4]}_{month[5:7]} ORDER BY sales_key"
            lines.append(f"\\copy ({rows}) TO '{self.folder}/{month}.copy' (FORMAT binary)")
        rows = f"SELECT {COLUMNS} FROM retail_dw.fact_sales ORDER BY sales_key"
        lines.append(f"\\copy ({rows}) TO '{self.folder}/facts.csv' (FORMAT csv)")
        self.psql("\n".join(lines) + "\n")

    def fill_dimensions(self):
        """Brings the kept dimensions back, so that facts may refer to them."""
        lines = [f"\\copy retail_dw.{name} FROM '{self.folder}/{name}.copy' (FORMAT binary)" for name in DIMENSIONS]
        self.psql("\n".join(lines + ["VACUUM ANALYZE;", "CHECKPOINT;"]) + "\n")

    def make_partitions(self):
        """Every month as an empty partition with its indexes and foreign keys."""
        calls = "SELECT retail_dw.{}('{}');"
        names = ["create_fact_month", "index_fact_month", "attach_fact_month"]
        self.psql("BEGIN;\n" + "\n".join(calls.format(n, m) for m in self.months for n in names) + "\nCOMMIT;\nCHECKPOINT;\n")

    def best_load_script(self):
        """The fastest way known to load facts that are ready: see sql/best_load.sql, which this writes out by month."""
        begin, copy, index, attach, end = (SQL / "best_load.sql").read_text().split("-- each month\n")
        text = begin
        for part in (copy, index, attach):
            for month in self.months:
                text += (
                    part.replace("{month}", month)
                    .replace("{table}", f"retail_dw.fact_sales_{month[:4]}_{month[5:7]}")
                    .replace("{file}", f"{self.folder}/{month}.copy")
                    .replace("{columns}", COLUMNS)
                )
        path = self.folder / "best_load.sql"
        path.write_text(text + end)
        return path

    def plain_copy_script(self):
        path = self.folder / "plain_copy.sql"
        path.write_text(f"\\copy retail_dw.fact_sales ({COLUMNS}) FROM '{self.folder}/facts.csv' (FORMAT csv)\n")
        return path
