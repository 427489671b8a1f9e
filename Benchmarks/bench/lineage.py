"""How long it takes to tell where a fact, and a month's total, of the full warehouse come from."""
import json
import subprocess

from .process import Failed, start
from .rounds import Sample, say

MONTH = "2010-12"


class Lineage:
    """Questions about the warehouse that the first load left, each a process of its own, with all that it does."""

    def __init__(self, loads):
        self.warehouse = loads.warehouse
        self.program = str(loads.programs / "rd-lineage")
        loads.ours()
        self.warehouse.psql("VACUUM ANALYZE;")
        query = "SELECT invoice_no, stock_code FROM retail_dw.fact_sales JOIN retail_dw.dim_products USING (product_key)"
        last = self.warehouse.value(f"{query} ORDER BY source_line DESC LIMIT 1")
        self.invoice, self.stock_code = last.split("|")
        months = self.warehouse.value("SELECT to_char(month, 'YYYY-MM') FROM retail_dw.sales_by_month ORDER BY 1").split()
        self.month = MONTH if MONTH in months else months[-1]

    def measure(self, rounds):
        """Milliseconds of each question. Before each `first` the hash that was kept of the file is forgotten, as after
        the file has changed; the first round warms up and is dropped."""
        samples = {name: Sample() for name in ["first", "again", "month"]}
        self.check()
        for number in range(rounds * 4 + 1):
            for name in samples:
                milliseconds = self.ask(name)
                if number > 0:
                    samples[name].append(milliseconds)
        for name, sample in samples.items():
            say(f"  {name} {sample.median:.1f} ms")
        return samples

    def ask(self, name):
        if name == "first":
            (self.warehouse.folder / "home/lineage/verified").unlink(missing_ok=True)
        seconds, code = start(self.words(name), "/dev/null", self.warehouse.env)
        if code != 0:
            raise Failed(f"rd-lineage {name}: exit {code}")
        return seconds * 1000

    def words(self, name):
        if name == "month":
            return [self.program, "why", "--month", self.month]
        return [self.program, "why", "--invoice", self.invoice, "--stock-code", self.stock_code]

    def check(self):
        """The answers are those that the warehouse and the file give."""
        done = subprocess.run(self.words("first"), env=self.warehouse.env, capture_output=True, text=True, check=True)
        fact = json.loads(done.stdout.split("\n")[0])
        if fact["source"]["missing"] is not None or fact["differences"]:
            raise Failed(f"why of the last fact: {fact['source']['missing']}, {fact['differences']}")
        done = subprocess.run(self.words("month"), env=self.warehouse.env, capture_output=True, text=True, check=True)
        query = "SELECT facts FROM retail_dw.sales_by_month WHERE month = "
        if str(json.loads(done.stdout.split("\n")[0])["facts"]) != self.warehouse.value(f"{query}'{self.month}-01'"):
            raise Failed(f"why of {self.month} has another number of facts than the month")
