"""What a full warehouse costs: the same file again, a month that was corrected, and taking that back."""
import csv
import json
import subprocess

from .contenders import words
from .process import Failed, shell
from .rounds import Sample, say

STEPS = ["first", "forced", "changed", "rollback"]
COLUMNS = ["invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country"]
ROLL_BACK = """BEGIN;
SELECT pg_advisory_xact_lock(hashtext('retail_dw.load')) \\g /dev/null
SELECT retail_dw.roll_back(2, gen_random_uuid(), 'rollback') \\g /dev/null
COMMIT;
"""


class History:
    """Four steps, each from what the one before it left, and each checked."""

    def __init__(self, loads, folder):
        self.loads = loads
        self.warehouse = loads.warehouse
        self.version_program = loads.programs / "rd-version"
        self.path = folder / "changed.csv"
        self.script = folder / "roll_back.sql"
        self.script.write_text(ROLL_BACK)
        self.month, self.rows, self.updated = correct_month(loads.programs, loads.data, self.path)

    def measure(self, rounds):
        """What the month is, and the seconds of each step as samples; the first round warms up and is dropped."""
        samples = {name: Sample() for name in STEPS}
        for number in range(rounds + 1):
            self.warehouse.reset()
            for name in STEPS:
                self.warehouse.psql("CHECKPOINT;")
                seconds = getattr(self, name)()
                if number > 0:
                    samples[name].append(seconds)
                say(f"  {'warm-up' if number == 0 else f'round {number}/{rounds}'}: {name} {seconds:.3f} s")
        return {"month": self.month, "rows": self.rows, "updated": self.updated, **samples}

    def first(self):
        return self.loads.checked("the first load", self.load(self.loads.data, "", inserted=self.loads.truth["facts"]))

    def forced(self):
        seconds = self.load(self.loads.data, " --force", unchanged=self.loads.truth["facts"])
        return self.loads.checked("the forced reload", seconds)

    def changed(self):
        return self.load(self.path, "", inserted=0, updated=self.updated)

    def rollback(self):
        if self.version_program.exists():
            seconds, _ = shell(words(self.version_program, "rollback", "2", "--yes"), self.warehouse.env)
        else:
            seconds = self.loads.run_psql(self.script)
        return self.loads.checked("the rollback", seconds)

    def load(self, path, option, **expected):
        seconds, text = shell(self.loads.ours_command(path) + option, self.warehouse.env)
        report = json.loads(text)
        found = {name: report.get(name) for name in expected}
        if report["status"] != "committed" or found != expected:
            raise Failed(f"a load of {path}{option}: {report['status']}, {found} and not {expected}")
        return seconds


def correct_month(programs, data, path):
    """Writes the rows of the middle month to `path`, every twentieth with another quantity. Gives the month, its rows
    and how many facts that changes."""
    stream = subprocess.Popen([programs / "rd-ingest", "-q", "--bare", data], stdout=subprocess.PIPE)
    months = {}
    for line in stream.stdout:
        row = json.loads(line, parse_float=str)
        months.setdefault(row["invoice_date"][:7], []).append(row)
    if stream.wait() != 0:
        raise Failed(f"rd-ingest {data}: exit {stream.returncode}")
    month = sorted(months)[len(months) // 2]
    rows, seen, updated = months[month], set(), 0
    for number, row in enumerate(rows):
        key = (row["invoice_no"], row["stock_code"])
        if number % 20 == 0 and key not in seen and row["quantity"] > 0:
            row["quantity"] += 1
            updated += 1
        seen.add(key)
    with open(path, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return month, len(rows), updated
