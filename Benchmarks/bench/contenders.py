"""What takes part: our pipeline, and what else can do the job or a part of it."""
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from .process import Failed, shell
from .rounds import say

HERE = Path(__file__).parent.parent
PYTHON = HERE / ".venv/bin/python"


def words(*parts):
    return " ".join(shlex.quote(str(part)) for part in parts)


class Loads:
    """Ways to fill a warehouse that is empty; each gives the seconds on the clock."""

    def __init__(self, programs, warehouse, data):
        self.programs = programs
        self.warehouse = warehouse
        self.data = data
        self.truth = None

    def ours_command(self, data=None):
        filters = " | ".join(words(self.programs / name) for name in ["rd-clean", "rd-transform", "rd-load"])
        return f"{words(self.programs / 'rd-ingest', '-q', data or self.data)} | {filters}"

    def ours(self):
        self.warehouse.reset()
        seconds, report = shell(self.ours_command(), self.warehouse.env)
        if json.loads(report)["status"] != "committed":
            raise Failed(report)
        return self.checked("rd-ingest | rd-clean | rd-transform | rd-load", seconds)

    def without_gates(self):
        """The same pipeline, measuring and judging no quality."""
        self.warehouse.reset()
        names = ["rd-ingest", "rd-clean", "rd-transform", "rd-load"]
        stages = [words(self.programs / name, "--no-gate") for name in names]
        seconds, _ = shell(" | ".join([f"{stages[0]} {words('-q', self.data)}", *stages[1:]]), self.warehouse.env)
        return self.checked("the pipeline with --no-gate", seconds)

    def prepare(self):
        """Loads once, remembers what was loaded, and keeps the rows for the others."""
        self.ours()
        self.warehouse.export()

    def best_load(self):
        self.warehouse.reset()
        self.warehouse.fill_dimensions()
        return self.checked("best load", self.run_psql(self.warehouse.best_load_script()))

    def plain_copy(self):
        self.warehouse.reset()
        self.warehouse.fill_dimensions()
        self.warehouse.make_partitions()
        return self.checked("plain \\copy", self.run_psql(self.warehouse.plain_copy_script()))

    def polars(self):
        self.warehouse.reset()
        command = words(PYTHON, HERE / "polars_load.py", self.data, self.warehouse.url)
        seconds, _ = shell(command, self.warehouse.env)
        return self.checked("polars_load.py", seconds)

    def run_psql(self, script):
        command = words("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.warehouse.url, "-f", script)
        return shell(command, self.warehouse.env)[0]

    def checked(self, name, seconds):
        """A way that brings other rows than the first one did is not faster, but wrong."""
        found = self.warehouse.contents()
        self.truth = self.truth or found
        if found != self.truth:
            raise SystemExit(f"{name} loaded {found}\nwhere the others loaded {self.truth}")
        return seconds


def filter_pipelines(programs, data):
    """The part without the database, as name to command: CSV in, facts in NDJSON out. Two processes, but ours has three."""
    ours = f"{words(programs / 'rd-ingest', '-q', data)} | {words(programs / 'rd-clean')} | {words(programs / 'rd-transform')}"
    found = {"`rd-ingest | rd-clean | rd-transform`": ours}
    peers = HERE / "peers"
    for name in ("polars", "duckdb"):
        if has_module(name):
            ingest, transform = peers / f"{name}_ingest.py", peers / f"{name}_transform.py"
            found[f"{name}, two processes"] = f"{words(PYTHON, ingest, data)} | {words(PYTHON, transform)}"
        else:
            say(f"{name} is left out: it is not in {PYTHON.parent.parent} (Benchmarks/setup puts it there)")
    miller = f"iconv -f ISO-8859-1 -t UTF-8 {words(data)} | mlr --icsv --ojsonl put -f {words(peers / 'ingest.mlr')}"
    second = {
        "mlr": ("Miller, two processes", f"mlr --ijsonl --ojsonl put -f {words(peers / 'transform.mlr')}"),
        "jq": ("jq behind Miller", f"jq -n -c -f {words(peers / 'transform.jq')}"),
    }
    for program, (name, command) in second.items():
        if shutil.which(program) and shutil.which("mlr"):
            found[name] = f"{miller} | {command}"
        else:
            say(f"{name} is left out: {program} or mlr is not installed")
    return found


def has_module(*names):
    """True where the peers' Python has all of these."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", f"import {', '.join(names)}"], capture_output=True).returncode == 0


def check_facts(name, command, truth, folder):
    """Runs a pipeline of filters once and sees that it makes the facts that were loaded."""
    path = folder / "facts.ndjson"
    shell(f"{{ {command} ; }} > {words(path)}")
    count, units = 0, 0
    pattern = re.compile(rb'"line_total": ?([0-9.eE+-]+)')
    with open(path, "rb") as lines:
        for line in lines:
            if b'"@rd"' in line[:8]:
                continue
            if match := pattern.search(line):
                count += 1
                units += round(float(match.group(1)) * 10_000)
    path.unlink()
    expected = round(float(truth["line_total"]) * 10_000)
    if count != truth["facts"] or units != expected:
        raise SystemExit(f"{name}: {count} facts worth {units / 10_000}, not {truth['facts']} worth {expected / 10_000}")
